"""What sheets are drawn from: the parcels of a run with the columns that themes need, carriers with their indicators, and the amounts behind a legend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.indicators.registry import BY_ID
from spatial.render.sheets.canvas import outlines
from spatial.render.sheets.frame import Box, View
from spatial.render.sheets.kinds import Class, Kind, classify
from spatial.schema.result import Result
from spatial.schema.sums import zone_sums

STUDY_AREA = "study_area"
CELLS = 90  # cells across the district from which its outline is put together


@dataclass(frozen=True)
class Legend:
    """One row of a legend: the class, how many, and how much ground."""

    shown: Class
    count: int
    area_m2: float


@dataclass
class Theme:
    """A kind on this run: classes, and the class of each parcel or carrier."""

    kind: Kind
    classes: list[Class]
    code: NDArray[np.int64]

    @property
    def on_carriers(self) -> bool:
        return self.kind.draws == "carriers"


class Sources:
    """A run as sheets need it; frames are made once."""

    def __init__(self, result: Result):
        self.result = result
        self.parcels = parcels_of(result)
        self.carriers = carriers_of(result)
        self.shapes: NDArray[np.object_] = np.asarray(self.parcels.geometry.to_numpy(), dtype=object)
        self.area = self.parcels["area_m2"].to_numpy(float)
        self._kept: tuple[tuple[object, ...], NDArray[np.object_]] | None = None
        self._small: dict[tuple[Box, tuple[float, ...]], tuple[View, NDArray[np.object_], NDArray[np.object_]]] = {}

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    def outlines(self, at: NDArray[np.int64], seen: View) -> NDArray[np.object_]:
        """Outlines of parcels in a view; those of the last whole view are kept, since the sheets of the district share it."""
        key, kept = (seen.left, seen.bottom, seen.scale, seen.box), self._kept
        if kept is None or kept[0] != key:
            if len(at) < len(self.shapes) * 0.9:
                return outlines(self.shapes[at], (seen.left, seen.bottom), (seen.box[0], seen.box[1]), seen.scale)
            kept = self._kept = (key, outlines(self.shapes, (seen.left, seen.bottom), (seen.box[0], seen.box[1]), seen.scale))
        return kept[1][at]

    def small(self, box: Box, crs: CRS, sheet: Box) -> tuple[View, NDArray[np.object_], NDArray[np.object_]]:
        """The district in the frame of an inset: the view, the outline of its ground, those of the carriers.

        The same for every sheet of a set, but for one whose own frame (`sheet`, in ground units) reaches further: there it shows the whole frame.
        """
        district = tuple(shapely.total_bounds(np.r_[self.shapes, self.carrier_shapes]).tolist())
        usual = self._inset(box, crs, district)
        if shapely.contains(shapely.box(*usual[0].ground), shapely.box(*sheet)):
            return usual
        both = np.array([district, sheet])
        return self._inset(box, crs, (*both[:, :2].min(axis=0).tolist(), *both[:, 2:].max(axis=0).tolist()))

    def _inset(self, box: Box, crs: CRS, extent: tuple[float, ...]) -> tuple[View, NDArray[np.object_], NDArray[np.object_]]:
        key = (box, extent)
        if key not in self._small:
            west, south, east, north = extent
            scale = max((east - west) / (box[2] - box[0]), (north - south) / (box[3] - box[1])) * 1.12 * 1000
            seen = View(box, max(int(scale), 1), (west + east) / 2 - (box[2] - box[0]) * scale / 2000, (south + north) / 2 - (box[3] - box[1]) * scale / 2000, crs)
            where = (seen.left, seen.bottom), (box[0], box[1]), float(seen.scale)
            self._small[key] = seen, outlines(self.cells, *where), outlines(self.carrier_shapes, *where)
        return self._small[key]

    @cached_property
    def carrier_shapes(self) -> NDArray[np.object_]:
        return np.asarray(self.carriers.geometry.to_numpy() if len(self.carriers) else [], dtype=object)

    @cached_property
    def cells(self) -> NDArray[np.object_]:
        """The district as rows of cells that hold a parcel: an outline good enough for an inset."""
        bounds = shapely.bounds(self.shapes)
        west, south, east, north = shapely.total_bounds(self.shapes)
        step = max(east - west, north - south, 1.0) / CELLS
        low = np.clip(np.floor((bounds[:, :2] - (west, south)) / step).astype(int), 0, CELLS)
        high = np.clip(np.floor((bounds[:, 2:] - (west, south)) / step).astype(int), 0, CELLS)
        steps = np.zeros((CELLS + 2, CELLS + 2), dtype=np.int64)  # where rectangles of cells begin and end; sums along both ways count how many lie on a cell
        for ends, sign in (((low[:, 0], low[:, 1]), 1), ((high[:, 0] + 1, low[:, 1]), -1), ((low[:, 0], high[:, 1] + 1), -1), ((high[:, 0] + 1, high[:, 1] + 1), 1)):
            np.add.at(steps, ends, sign)
        i, j = np.nonzero(steps.cumsum(axis=0).cumsum(axis=1) > 0)
        boxes = np.asarray(shapely.box(west + i * step, south + j * step, west + (i + 1) * step, south + (j + 1) * step), dtype=object)
        return np.array([shapely.union_all(boxes)], dtype=object)

    @cached_property
    def pieces(self) -> Mapping[str, pd.DataFrame]:
        return dict(tuple(self.result.pieces.groupby("zone", sort=False)))

    @cached_property
    def values_by_zone(self) -> Mapping[tuple[str, str], tuple[float | None, str, str]]:
        rows = self.result.values
        return {(i, z): (v, u, s) for i, z, v, u, s in zip(rows["indicator"], rows["zone"], rows["value"], rows["unit"], rows["status"], strict=True)}

    def theme(self, kind: Kind) -> Theme | None:
        """The kind on this run, or None where the run has nothing for it."""
        frame = self.carriers if kind.draws == "carriers" else self.parcels
        done = classify(kind, pd.DataFrame(frame.drop(columns="geometry"))) if len(frame) else None
        return None if done is None else Theme(kind, *done)

    def weights(self, zone: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Positions of a zone's parcels and their ground in it, m²; every parcel whole for the study area."""
        if zone == STUDY_AREA:
            return np.arange(len(self.area)), self.area
        rows = self.pieces.get(zone)
        return (np.array([], dtype=np.int64), np.array([])) if rows is None else (rows["parcel"].to_numpy(np.int64), rows["area_m2"].to_numpy(float))

    def legend(self, theme: Theme, zone: str) -> list[Legend]:
        """Classes present in a zone in the order of the classification, with number and ground."""
        if theme.on_carriers:
            held = self.carriers["carrier_id"].to_numpy(str)
            at = np.arange(len(held)) if zone == STUDY_AREA else np.flatnonzero(held == zone)
            ground = self.result.zones.set_index("id")["area_m2"].reindex(held[at]).to_numpy(float)
        else:
            at, ground = self.weights(zone)
        count = np.bincount(theme.code[at], minlength=len(theme.classes))
        area = zone_sums(np.asarray(ground, dtype=float), theme.code[at].astype(np.int64), len(theme.classes))
        return [Legend(shown, int(n), float(m2)) for shown, n, m2 in zip(theme.classes, count, area, strict=True) if n]


def parcels_of(result: Result) -> gpd.GeoDataFrame:
    """Parcels with the columns that kinds may name beside their own: offer, new_land, standard_land."""
    parcels = result.parcels.copy(deep=False)
    offers = result.lists.get("offers")
    if offers is not None and len(offers):
        parcels["offer"] = parcels["parcel_id"].map(offers.drop_duplicates("parcel_id").set_index("parcel_id")["kind"])
    supply = result.ledgers.get("supply")
    if supply is not None and "parcel_id" not in supply:
        supply = None
    new = _new_land(result, supply) if supply is not None else None
    if new is not None:
        parcels["new_land"] = parcels["parcel_id"].map(new)
    held: set[Any] = set()
    if supply is not None and "is_standard_land" in supply:
        held |= set(supply.loc[supply["is_standard_land"].fillna(False).astype(bool), "parcel_id"].explode().dropna())
    checked = result.ledgers.get("standard_land")
    if checked is not None and "parcel_id" in checked:
        held |= set(checked["parcel_id"].dropna())  # the ledger of what was promised says so too, as on the map
    if "parcel_id" in parcels and held & set(parcels["parcel_id"]):
        parcels["standard_land"] = parcels["parcel_id"].map(dict.fromkeys(held, "unchecked"))
        if checked is not None and "compliant" in checked:
            said = checked.dropna(subset=["compliant", "parcel_id"]).groupby("parcel_id")["compliant"].agg(lambda v: bool(v.astype(bool).all()))
            kept = parcels["parcel_id"].map(said)
            parcels["standard_land"] = parcels["standard_land"].mask(kept.eq(True).fillna(False), "kept").mask(kept.eq(False).fillna(False), "broken")
    return parcels


def _new_land(result: Result, supply: pd.DataFrame) -> pd.Series | None:
    """Where new industrial land went, by parcel: the rows that the indicator new_land_area was summed from."""
    terms = result.trail.terms
    rows = terms[(terms["indicator"] == "new_land_area") & (terms["side"] == "numerator")]
    if not len(rows) or rows.iloc[0]["table"] != "supply":
        return None
    taken = result.trail.tables["supply"][rows.iloc[0]["vector"]].to_numpy() != 0
    if len(taken) != len(supply):
        return None
    place = pd.Series(np.where(supply["inside"].fillna(0) > 0, "carrier", np.where(supply["listed"].fillna(False).astype(bool) if "listed" in supply else False, "project", "elsewhere")))
    picked = pd.DataFrame({"parcel": supply["parcel_id"].to_numpy(), "place": place})[taken].explode("parcel").dropna()
    return picked.drop_duplicates("parcel").set_index("parcel")["place"]


def carriers_of(result: Result) -> gpd.GeoDataFrame:
    """Carriers with every indicator of theirs as a column, under its id."""
    carriers = result.carriers.copy(deep=False)
    if not len(carriers):
        return carriers
    carriers["carrier_id"] = carriers["carrier_id"].astype(str)
    names = carriers["carrier_name"] if "carrier_name" in carriers else carriers["carrier_id"]
    carriers["label"] = names.where(names.notna(), carriers["carrier_id"]).astype(str)
    held = result.values[result.values["zone"].isin(set(carriers["carrier_id"])) & result.values["indicator"].isin(set(BY_ID))]
    if len(held):
        wide = held.pivot_table(index="zone", columns="indicator", values="value", aggfunc="first")
        for name in sorted(set(wide.columns) - set(carriers.columns)):
            carriers[name] = wide[name].reindex(carriers["carrier_id"]).to_numpy(float, na_value=np.nan)
    return carriers
