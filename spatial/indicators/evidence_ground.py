"""What imagery says of each parcel at one date: ground by kind, and the degree to which it is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.schema.raster import Raster

Floats = NDArray[np.float64]
GROUPS = ("built", "bare", "vegetation", "water")
PERCENT = 1.5  # a built-up fraction above it is in percent


@dataclass(frozen=True)
class Ground:
    """One date. Shares are of the parcel's valid cells; nan where no raster of the date tells.

    degree : 0 bare to 1 built, the weighted mean of what each measure says
    open : bare ground and vegetation, of what is not water
    """

    day: date
    shares: Mapping[str, Floats]
    means: Mapping[str, Floats]
    degree: Floats
    open: Floats
    coverage: Floats
    cells: Floats
    percent: tuple[str, ...] = ()  # roles of built-up fractions that were read as percent
    one_sided: bool = False  # nothing but indices that cannot tell bare soil from buildings


def by_date(rasters: Iterable[Raster], as_of: date) -> dict[date, list[Raster]]:
    """Rasters that are evidence, by their day, earliest first; one without a day speaks for the as-of day, later ones are left out."""
    held: dict[date, list[Raster]] = {}
    for raster in rasters:
        if raster.measure and raster.measure not in ("elevation", "slope") and (raster.day or as_of) <= as_of:
            held.setdefault(raster.day or as_of, []).append(raster)
    return dict(sorted(held.items()))


def ground_of(parcels: pd.DataFrame, rasters: Iterable[Raster], day: date, limits: Mapping[str, Any]) -> Ground:
    """Everything that the rasters of one date say of the parcels."""
    count = len(parcels)
    shares = {group: np.full(count, np.nan) for group in GROUPS}
    means: dict[str, Floats] = {}
    coverage, cells = np.zeros(count), np.full(count, np.inf)
    percent: list[str] = []
    for raster in rasters:
        coverage = np.maximum(coverage, parcels[f"{raster.name}_coverage"].to_numpy(float))
        cells = np.minimum(cells, parcels[f"{raster.name}_cells"].to_numpy(float))
        if raster.kind == "classes":
            known = parcels[f"{raster.name}_coverage"].to_numpy(float) > 0
            for group in GROUPS:
                codes = [code for code, of in raster.groups.items() if of == group and f"{raster.name}_share_{code}" in parcels]
                shares[group] = np.where(known, sum((parcels[f"{raster.name}_share_{code}"].to_numpy(float) for code in codes), np.zeros(count)), np.nan)
        elif raster.measure in limits["ramp"]:
            values = parcels[f"{raster.name}_mean"].to_numpy(float)
            if raster.measure == "built_fraction" and np.nanmax(values, initial=0.0) > PERCENT:
                values, percent = values / 100, [*percent, raster.role]
            means[raster.measure] = values
    land = 1 - np.nan_to_num(shares["water"])
    built = np.divide(shares["built"], land, out=np.full(count, np.nan), where=land >= limits["unit"]["land"])
    degree = _degree({"built_share": built, **means}, limits)
    open_ground = np.divide(shares["bare"] + shares["vegetation"], land, out=np.full(count, np.nan), where=land >= limits["unit"]["land"])
    return Ground(day, shares, means, degree, np.where(np.isnan(open_ground), 1 - degree, open_ground), coverage, np.where(np.isinf(cells), 0.0, cells), tuple(percent),
                  bool(means) and set(means) <= {"mndwi", *limits["one_sided"]} and bool(np.isnan(shares["built"]).all()))


def _degree(measures: Mapping[str, Floats], limits: Mapping[str, Any]) -> Floats:
    """Weighted mean of the measures, each brought to 0 (bare) to 1 (built) by its ramp; a missing measure leaves the mean.

    An index of vegetation tells green ground from the rest, not bare soil from buildings: it speaks only where it says that little is built.
    """
    weight = np.zeros(len(next(iter(measures.values()))))
    total = np.zeros_like(weight)
    for name, values in measures.items():
        if name == "mndwi":
            continue
        bare, built = limits["ramp"][name]
        said = np.clip((values - bare) / (built - bare), 0.0, 1.0)
        known = np.isfinite(said) & (said <= limits["one_sided"].get(name, 1.0))
        weight[known] += limits["weight"][name]
        total[known] += limits["weight"][name] * said[known]
    return np.divide(total, weight, out=np.full(weight.shape, np.nan), where=weight > 0)


def disturbed(before: Ground, after: Ground) -> Floats:
    """Share of the parcel that was vegetation at the earlier date and is bare or built at the later one, at least."""
    lost = before.shares["vegetation"] - after.shares["vegetation"]
    return np.clip(np.minimum(lost, after.shares["bare"] + after.shares["built"]), 0.0, 1.0)
