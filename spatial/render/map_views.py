"""Views of the map: how parcels and carriers are coloured, with classes, colours and labels in planners' units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial import resources
from spatial.indicators.registry import BY_ID, names_of
from spatial.render.map_columns import ENTERPRISE_COLUMNS
from spatial.render.map_states import STATES
from spatial.schema.result import Result

ENTERPRISE_THEMES = frozenset(("tax_per_mu", "value_added_per_mu", "output_per_mu", "investment_per_mu"))
UNITS = {"ratio": ("", ""), "mu": ("亩", "mu"), "m2": ("m²", "m²"), "count": ("", ""), "万元/亩": ("万元/亩", "10⁴ CNY/mu"), "万元/公顷": ("万元/公顷", "10⁴ CNY/ha")}
NO_LAND_USE = "#D9D9D9"


def views(result: Result, pick: int, states: pd.DataFrame, columns: list[dict[str, Any]], public: bool) -> list[dict[str, Any]]:
    """Every view the run has data for: states, land use in the official colours, parcel figures, carrier indicators."""
    made = [{"id": name, "label": state.label[pick], "group": "state", "scope": "parcel", "column": name, "colours": [colour for _, colour in state.classes.values()]}
            for name, state in STATES.items() if name in states]
    if any(column["name"] == "land_use_name" for column in columns):
        uses = sorted({str(word) for word in result.parcels["land_use_name"].dropna() if word != ""}, key=lambda word: word.encode("utf-8", "surrogatepass"))
        made.append({"id": "land_use", "label": ("土地用途", "Land use")[pick], "group": "state", "scope": "parcel", "column": "land_use_name",
                     "colours": [land_use_colour(word) for word in uses]})
    declared = resources.table(resources.folder("maps") / "interactive.toml")
    held = {column["name"]: column for column in columns}
    for name in declared["parcel_numbers"]:
        if name == "area_mu" or name not in held or (public and name in ENTERPRISE_COLUMNS):
            continue
        column = held[name]
        values = result.parcels[name].to_numpy(float)
        limits, colours = classes(values[np.isfinite(values)], declared["parcel_colours"])
        made.append({"id": f"parcel:{name}", "label": column["label"], "group": "parcel", "scope": "parcel", "column": name, "breaks": limits.tolist(), "colours": colours, "unit": column["unit"]})
    return [*made, *_carrier_views(result, pick, public, declared)]


def land_use_colour(word: str) -> str:
    """Colour of a land use by its code, or by the nearest code above it."""
    codes = resources.table(resources.folder("layers") / "codes" / "land_use.toml")["codes"]
    code = word.split(" ")[0]
    while code and code not in codes:
        code = code[:-2]
    rgb = codes.get(code, {}).get("rgb")
    return "#{:02X}{:02X}{:02X}".format(*rgb) if rgb else NO_LAND_USE


def classes(known: NDArray[np.float64], colours: list[str]) -> tuple[NDArray[np.float64], list[str]]:
    """Limits between classes of equal count, rounded to what a legend can say, and a colour for each class."""
    if not len(known):
        return np.zeros(0), colours[:1]
    inner = np.unique(np.array([_rounded(limit) for limit in np.quantile(known, np.linspace(0, 1, len(colours) + 1))[1:-1]]))
    limits = inner[(inner > known.min()) & (inner <= known.max())]
    count = len(limits) + 1
    return limits, colours if count >= len(colours) else [colours[round(i * (len(colours) - 1) / max(count - 1, 1))] for i in range(count)]


def _rounded(value: float) -> float:
    """Two figures that count: 1 234 is 1 200, 0.2345 is 0.23."""
    return float(f"{value:.2g}")


def _carrier_views(result: Result, pick: int, public: bool, declared: dict[str, Any]) -> list[dict[str, Any]]:
    carriers, made = result.carriers, []
    if not len(carriers):
        return []
    names = names_of(pick)
    for indicator in declared["indicators"]:
        rows = result.values[result.values["indicator"] == indicator].set_index("zone")["value"]
        values = rows.reindex(carriers["carrier_id"]).astype(float).to_numpy()
        if not np.isfinite(values).any() or (public and indicator in ENTERPRISE_THEMES):
            continue
        unit = BY_ID[indicator].unit
        percent = unit == "ratio" and "ratio" not in indicator.split("_share")[0]
        limits, colours = classes(values[np.isfinite(values)], declared["class_colours"])
        made.append({"id": f"carrier:{indicator}", "label": names[indicator], "group": "carrier", "scope": "carrier", "breaks": limits.tolist(), "colours": colours,
                     "unit": UNITS.get(unit, (unit, unit))[pick], "percent": percent, "values": [float(v) if np.isfinite(v) else None for v in values]})
    return made
