"""How the parcels fit together: overlaps, one shape under two keys, slivers and gaps, each with the repair that would mend it.

A repair is proposed and put on record; it is applied only where the study says so (`join.slivers = "repair"`), and only to slivers: ground
shared or left open that is thinner than `WIDTH_M` or smaller than `SMALL_M2`. The larger parcel gives way where two overlap; the one with
the longest border takes a gap. Everything else is a matter for the surveyor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.crs import ellipsoidal_area
from spatial.errors import Finding, found
from spatial.linked import groups
from spatial.normalise.fabric import WIDTH_M, Fabric, Whole
from spatial.normalise.overlap import NOISE_M2
from spatial.rings import combined, united
from spatial.schema.result import GEOMETRY_COLUMNS
from spatial.schema.sums import total

Positions = NDArray[np.int64]

SMALL_M2 = 1.0
SHORTEST_M = 2.0  # a gap shorter than this is where two borders meet at a sharp angle
LISTED = 50
MOST_SUSPECTS = 20_000  # a fabric that is open everywhere is not mended gap by gap
MOST_PAIRS = 1_000_000  # a layer that lies over itself is told so, and not listed pair by pair
SPAN = 20_000  # pairs whose shapes are held at a time


@dataclass
class Fit:
    """What was found between parcels: the ledger rows, the findings, and the plane ground covered."""

    ledger: pd.DataFrame
    findings: list[Finding]
    union_m2: float
    pairs: pd.DataFrame  # that share ground, by position
    changed: dict[int, Any] = field(default_factory=dict)  # position -> its repaired shape


def ledger_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of the geometry ledger as a frame with every column."""
    return pd.DataFrame(rows, columns=list(GEOMETRY_COLUMNS)) if rows else pd.DataFrame({name: pd.Series(dtype=object) for name in GEOMETRY_COLUMNS})


def repairs_ledger(role: str, receipt: pd.DataFrame) -> list[dict[str, Any]]:
    """Repairs of single shapes as ledger rows; what an area lost, its own parcel lost."""
    return [{"role": role, "kind": "repair", "row": r.row, "key": r.key, "what": r.what, "ground_m2": abs(r.area_after_m2 - r.area_before_m2),
             "area_before_m2": r.area_before_m2, "area_after_m2": r.area_after_m2, "loser": r.key if r.area_after_m2 < r.area_before_m2 else "", "applied": True}
            for r in receipt.itertuples(index=False)]


def fit_of(parcels: gpd.GeoDataFrame, *, repair: bool, tolerance: float, fabric: Fabric | None = None) -> Fit:
    """Overlaps, slivers and gaps of a parcel layer.

    Parameters
    ----------
    parcels : valid polygons in a plane CRS in metres, with parcel_id, row and area_m2
    repair : whether slivers are mended, by the rule above; each change of an area stays within `tolerance`
    fabric : the shapes of the parcels, where the frame has none
    """
    fabric = fabric if fabric is not None else Whole(parcels.geometry.to_numpy())
    pairs = fabric.overlaps(NOISE_M2)
    table, twice = _Table(parcels), fabric.counted_twice(pairs)
    fit = Fit(ledger_of([]), [], _sum_of_areas(fabric) - twice, pairs)
    mended: dict[int, Any] = {}
    rows: list[dict[str, Any]] = []
    if len(pairs) <= MOST_PAIRS:
        rows += table.overlaps(pairs, fabric, mended, repair, tolerance)
    else:
        fit.findings.append(found("geometry.overlaps_not_listed", count=len(pairs), value_seen=f"{twice:,.1f} m²"))
    rows += table.gaps(fabric, mended, repair, tolerance)
    fit.ledger = ledger_of(rows)
    fit.findings += _told(fit.ledger)
    if mended:
        fit.changed = mended
        if isinstance(fabric, Whole):  # partitions refuse a repair
            shapes = fabric.shapes.copy()
            shapes[list(mended)] = list(mended.values())
            again = Whole(shapes)
            fit.union_m2 = _sum_of_areas(again) - again.counted_twice(again.overlaps(NOISE_M2))
    return fit


def _sum_of_areas(fabric: Fabric) -> float:
    return total(fabric.plane_m2[np.isfinite(fabric.plane_m2)])


class _Table:
    """The parcels' keys, rows and areas by position, for the rows of the ledger."""

    def __init__(self, parcels: gpd.GeoDataFrame):
        self.keys = parcels["parcel_id"].astype(object).to_numpy() if "parcel_id" in parcels else np.full(len(parcels), "", dtype=object)
        self.rows = parcels["row"].to_numpy()
        self.area = parcels["area_m2"].to_numpy(float)
        self.crs = parcels.crs

    def by_key(self, left: list[int], right: list[int]) -> list[int]:
        """The pairs in the order of their keys: a repair does not hang on the order of rows."""
        keys = [sorted((str(self.keys[one]), str(self.keys[two]))) for one, two in zip(left, right, strict=True)]
        return sorted(range(len(keys)), key=keys.__getitem__)

    def overlaps(self, pairs: pd.DataFrame, fabric: Fabric, mended: dict[int, Any], repair: bool, tolerance: float) -> list[dict[str, Any]]:
        """The rows of all pairs, in their order; a repair works on what those before it left."""
        left, right, area = (pairs[name].tolist() for name in ("left", "right", "area"))
        told: dict[int, dict[str, Any]] = {}
        order = self.by_key(left, right)
        for first in range(0, len(order), SPAN):
            span = order[first : first + SPAN]
            shapes = _some(fabric, np.unique([side[i] for i in span for side in (left, right)]).astype(np.int64))
            for i in span:
                told[i] = self.overlap(left[i], right[i], area[i], shapes, mended, repair, tolerance)
        return [told[i] for i in range(len(order))]

    def overlap(self, left: int, right: int, area: float, shapes: Mapping[int, Any], mended: dict[int, Any], repair: bool, tolerance: float) -> dict[str, Any]:
        """A pair that shares ground: the larger one gives way, if it is a sliver; of equals the one with the smaller key."""
        first, second = ((self.area[one], str(self.keys[two]), two) for one, two in ((left, right), (right, left)))
        loser, winner = (left, right) if first > second else (right, left)
        same = area >= 0.999 * max(float(shapes[left].area), float(shapes[right].area))
        shared = combined(shapely.intersection, shapes[left], shapes[right]) if not same else None
        thin = shared is not None and (area <= SMALL_M2 or _width(shared) <= WIDTH_M)
        kind = "same_shape" if same else "sliver" if thin else "overlap"
        after = self.area[loser] - area
        what = {"same_shape": "one shape under two keys", "sliver": "sliver of overlap", "overlap": "overlap"}[kind]
        row = self._row(kind, left, right, what, area, loser, after)
        if thin and repair and area <= tolerance * self.area[loser]:
            left_over = _polygons(combined(shapely.difference, mended.get(loser, shapes[loser]), mended.get(winner, shapes[winner])))
            mended[loser], row["applied"] = left_over, True
            row["area_after_m2"] = float(ellipsoidal_area(np.array([left_over], dtype=object), self.crs)[0])
        return row

    def gaps(self, fabric: Fabric, mended: dict[int, Any], repair: bool, tolerance: float) -> list[dict[str, Any]]:
        """Ground thinner than `WIDTH_M` between neighbours; the one with the longest border takes it."""
        rows = []
        for hole, near, shapes in _gaps(fabric):
            order = np.argsort(self.keys[near].astype(str), kind="stable")
            near, beside = near[order], shapes[order]
            border = shapely.length(shapely.intersection(shapely.buffer(beside, 1e-3), hole.boundary))
            first = int(np.argsort(-np.round(border, 3), kind="stable")[0])
            taker = int(near[first])
            other = int(next(i for i in near if i != taker))
            row = self._row("gap", taker, other, "gap between neighbours", float(hole.area), None, self.area[taker] + hole.area)
            if repair and hole.area <= tolerance * self.area[taker]:
                filled = combined(shapely.union, mended.get(taker, beside[first]), shapely.buffer(hole, 1e-4, join_style="mitre"))
                others = [mended.get(int(i), shape) for i, shape in zip(near, beside, strict=True) if i != taker]
                mended[taker] = _polygons(combined(shapely.difference, filled, united(np.array(others, dtype=object))))
                row["applied"] = True
                row["area_after_m2"] = float(ellipsoidal_area(np.array([mended[taker]], dtype=object), self.crs)[0])
            rows.append(row)
        return rows

    def _row(self, kind: str, at: int, other: int, what: str, ground: float, loser: int | None, after: float) -> dict[str, Any]:
        subject = at if loser is None else loser
        return {"role": "parcels", "kind": kind, "row": int(self.rows[at]), "key": self.keys[at], "other_row": int(self.rows[other]), "other_key": self.keys[other],
                "what": what, "ground_m2": ground, "area_before_m2": float(self.area[subject]), "area_after_m2": float(after),
                "loser": "" if loser is None else self.keys[loser], "applied": False}


def _width(shape: Any) -> float:
    """Mean width of a thin shape: twice its area over its border."""
    return float(2 * shape.area / shape.length) if shape.length else 0.0


def _polygons(shape: Any) -> Any:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > NOISE_M2]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _some(fabric: Fabric, at: Positions) -> dict[int, Any]:
    """Some shapes of a fabric by their position."""
    return dict(zip(at.tolist(), fabric.fetch(at).tolist(), strict=True))


def _gaps(fabric: Fabric) -> Iterator[tuple[Any, Positions, NDArray[Any]]]:
    """Thin open ground, and the parcels along it, by position and as they are; only parcels whose borders come close without meeting are looked at."""
    suspects = fabric.beside_open_ground()
    if not 1 < len(suspects) <= MOST_SUSPECTS:
        return
    shapes = fabric.fetch(suspects)
    tree = shapely.STRtree(shapes)
    thin: list[tuple[Any, Positions]] = []
    for members in _neighbours(tree, shapes):
        ground = united(shapes[members])
        closed = ground.buffer(WIDTH_M / 2, join_style="mitre").buffer(-WIDTH_M / 2, join_style="mitre")
        for part in shapely.get_parts(shapely.difference(closed, ground)):
            near = np.sort(tree.query(part, predicate="dwithin", distance=1e-3)).astype(np.int64)
            if part.area > NOISE_M2 and part.length / 2 >= SHORTEST_M and _width(part) <= WIDTH_M and len(near) > 1:
                thin.append((part, near))
    if not thin:
        return
    there = fabric.near(shapely.bounds(np.array([part for part, _ in thin], dtype=object)))
    lying = fabric.fetch(there)
    every = shapely.STRtree(lying)
    for part, near in thin:
        if shapely.area(shapely.intersection(part, shapely.union_all(lying[np.sort(every.query(part))]))) <= NOISE_M2:  # else a parcel lies there, thinner than a gap
            yield part, suspects[near], shapes[near]


def _neighbours(tree: shapely.STRtree, shapes: NDArray[Any]) -> list[Positions]:
    """Groups that hang together within the width of a gap."""
    one, two = tree.query(shapes, predicate="dwithin", distance=WIDTH_M)
    return groups(one, two, len(shapes))


def _told(ledger: pd.DataFrame) -> list[Finding]:
    """Overlaps and doubles one by one up to a limit, slivers and gaps in one line each."""
    findings: list[Finding] = []
    for kind, code in (("same_shape", "geometry.same_shape"), ("overlap", "geometry.parcels_overlap")):
        rows = ledger[ledger["kind"] == kind]
        findings += [found(code, row=r.row, key=f"{r.key} / {r.other_key}", value_seen=f"{r.ground_m2:,.1f} m²", loser=r.loser) for r in rows.head(LISTED).itertuples(index=False)]
        if len(rows) > LISTED:
            findings.append(found("geometry.parcels_overlap_more", count=len(rows) - LISTED))
    for kind, code in (("sliver", "geometry.sliver_overlap"), ("gap", "geometry.gap")):
        for applied, name in ((False, code), (True, f"{code}_repaired")):
            rows = ledger[(ledger["kind"] == kind) & (ledger["applied"] == applied)]
            if len(rows):
                first = rows.iloc[0]
                findings.append(found(name, row=int(first["row"]), key=f"{first['key']} / {first['other_key']}", count=len(rows),
                                      value_seen=f"{math.fsum(rows['ground_m2']):,.3f} m²", width=WIDTH_M))
    return findings
