"""The validity gate: polygons made valid before any number is taken from them, each repair with both its areas."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import ellipsoidal_area
from spatial.errors import Finding, found
from spatial.rings import POLYGON, Rings, by_threads, rings_of, starred

LISTED = 50
MOST_CROSSINGS = 1000  # of an outline with itself: beyond it the corners are in no order, and to mend it takes minutes
ASKED_EDGES, ASKED_PAIRS = 200, 4_000_000
SMALL_M2 = 2.0  # a repair that moves less ground than this is not held against a tolerance above zero
TANGLED = "tangled"
SHELLS = ("外环写成了内环", "outer rings written as holes")
FAULTS = (  # the engine's words for a fault, and ours
    ("Ring Self-intersection", "环自相交或有尖刺", "ring touches itself or has a spike"),
    ("Self-intersection", "自相交", "self-intersection"),
    ("Hole lies outside shell", "内环在外环之外", "hole outside its shell"),
    ("Holes are nested", "内环相互嵌套", "nested holes"),
    ("Nested shells", "外环相互嵌套", "nested shells"),
    ("Duplicate Rings", "环重复", "duplicate rings"),
    ("Interior is disconnected", "内部不连通", "disconnected interior"),
    ("Too few points", "点数不足", "too few points"),
    ("Invalid Coordinate", "坐标无效", "invalid coordinate"),
)


def kept(receipt: pd.DataFrame, ids: NDArray[Any]) -> pd.DataFrame:
    """What is kept of a receipt of `mended` with source rows in `row`: row, key, what, area_before_m2, area_after_m2 of each repair."""
    done = (receipt["wrong"] == "").to_numpy()
    own = receipt[done]
    return pd.DataFrame({"row": own["row"].to_numpy(np.int64), "key": ids[done], "what": own["what_en"].to_numpy(object),
                         "area_before_m2": own["before"].to_numpy(float), "area_after_m2": own["after"].to_numpy(float)})


def mended(geometry: NDArray[Any], crs: CRS, rings: Rings | None = None) -> tuple[NDArray[Any], pd.DataFrame]:
    """Valid polygons (the array itself where all are), and a row for each geometry that was mended or is no polygon; `rings` are theirs, where at hand.

    Missing, empty and not finite ones are left as they are, for the caller to refuse. Of a result of polygons and lines only the polygons are kept.

    Returns
    -------
    geometry, DataFrame
        at (position), wrong (the kind of a geometry that is no polygon, else ""), what_zh, what_en, before, after (m² on the ellipsoid),
        certain (whether the rings leave one reading alone, so that no tolerance is asked)
    """
    usable = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry)) & finite(geometry)
    types = shapely.get_type_id(geometry)
    polygonal = usable & np.isin(types, (3, 6))
    mixed = np.flatnonzero(usable & (types == 7))
    wrong = np.flatnonzero(usable & ~np.isin(types, (3, 6, 7)))
    areal = np.flatnonzero(polygonal)
    unsure = areal[~_simple(rings or rings_of(geometry), len(geometry))[areal]]
    broken = unsure[~by_threads(lambda own: shapely.is_valid(geometry[unsure[own]]), len(unsure))]
    tangled = np.array([i for i in broken if _crossings(geometry[i]) > MOST_CROSSINGS], dtype=np.int64)
    kinds = [geometry[i].geom_type for i in wrong] + [TANGLED] * len(tangled)
    wrong = np.r_[wrong, tangled].astype(np.int64)
    touched = np.setdiff1d(np.concatenate([broken, mixed]), tangled).astype(np.int64)
    repaired, before, after = geometry, np.empty(0), np.empty(0)
    if len(touched) or len(tangled):
        repaired = geometry.copy()
        repaired[tangled] = shapely.Polygon()
    if len(touched):
        before = np.abs(ellipsoidal_area(_polygon_parts(geometry[touched]), crs))
        repaired[touched] = _polygon_parts(shapely.make_valid(geometry[touched]))
        after = ellipsoidal_area(repaired[touched], crs)
    faults = [_fault(geometry[i]) for i in touched]
    certain = np.zeros(len(touched), dtype=bool)
    if len(touched):
        _by_structure(geometry, repaired, touched, before, after, crs)
        certain = _by_winding(geometry, repaired, touched)
        after[certain] = ellipsoidal_area(repaired[touched[certain]], crs)
        faults = [SHELLS if sure else fault for sure, fault in zip(certain, faults, strict=True)]
    none = np.zeros(len(wrong))
    return repaired, pd.DataFrame({
        "at": np.r_[wrong, touched].astype(np.int64), "wrong": kinds + [""] * len(touched),
        "what_zh": [""] * len(wrong) + [zh for zh, _ in faults], "what_en": [""] * len(wrong) + [en for _, en in faults],
        "before": np.r_[none, before], "after": np.r_[none, after], "certain": np.r_[none.astype(bool), certain]})


def _simple(rings: Rings, count: int) -> NDArray[np.bool_]:
    """Which of `count` geometries are seen to be valid: polygons of one ring that runs once round its middle (`rings.starred`), as most parcels are."""
    flags = np.zeros(count, bool)
    single = np.bincount(rings.owner, minlength=count) == 1
    flags[rings.owner[starred(rings) & single[rings.owner]]] = True
    return flags


def told(receipt: pd.DataFrame, ids: NDArray[Any], tolerance: float) -> list[Finding]:
    """The findings of a receipt of `mended` with source rows in `row`: what is no polygon, collapsed, changed too much, or was repaired.

    Parameters
    ----------
    ids : the key of each row of the receipt
    tolerance : the share by which a repair may change an area; more is an error, unless it is a matter of `SMALL_M2`
    """
    wrong = receipt["wrong"].to_numpy(object) != ""
    rows, kinds = receipt["row"].to_numpy(np.int64), receipt["wrong"].to_numpy(object)
    other = wrong & (kinds != TANGLED)
    findings = _listed("geometry.not_polygon", np.flatnonzero(other), ids, rows, [{"value_seen": kind} for kind in kinds[other]], ("不是面", "not a polygon"))
    findings += _listed("geometry.tangled", np.flatnonzero(wrong & ~other), ids, rows, [{"value_seen": f"> {MOST_CROSSINGS}"}] * len(ids), ("边界自交过多", "tangled outline"))
    ids, rows, receipt = ids[~wrong], rows[~wrong], receipt[~wrong]
    before, after = receipt["before"].to_numpy(float), receipt["after"].to_numpy(float)
    change = _change(before, after)
    details = [{"what_zh": zh, "what_en": en, "before": f"{b:,.2f}", "after": f"{a:,.2f}", "tolerance": f"{tolerance:.2%}", "value_seen": f"{b:.2f} m²",
                "value_used": f"{a:.2f} m²", "field": "geometry"} for zh, en, b, a in zip(receipt["what_zh"], receipt["what_en"], before, after, strict=True)]
    collapsed, every = ~(after > 0), np.arange(len(receipt))
    beyond = (change > tolerance) & ~collapsed & ~receipt["certain"].to_numpy(bool) & ((np.abs(after - before) > SMALL_M2) | (tolerance <= 0))
    findings += _listed("geometry.collapsed", every[collapsed], ids, rows, _of(details, collapsed), ("没有面积", "no area"))
    findings += _many("geometry.repair_beyond_tolerance", every, beyond, ids, rows, details, before, after, tolerance)
    findings += _many("geometry.repaired", every, ~beyond & ~collapsed, ids, rows, details, before, after, tolerance)
    return findings


def _crossings(shape: Any) -> float:
    """About how often the edges of an outline cross each other: of some edges, told for all."""
    rings = rings_of(np.array([shape], dtype=object))
    edge = rings.edges()
    if len(edge) < 60:
        return 0.0
    edges = shapely.linestrings(np.stack([rings.xy[edge], rings.xy[edge + 1]], axis=1))
    asked = edges[np.linspace(0, len(edges) - 1, max(20, min(ASKED_EDGES, ASKED_PAIRS // len(edges)))).astype(int)]
    return float(shapely.STRtree(edges).query(asked, predicate="crosses").shape[1] / len(asked) * len(edges) / 2)


def _change(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.fmax(before, after) > 0, np.abs(after - before) / np.fmax(before, after), 1.0)


def _by_structure(geometry: NDArray[Any], repaired: NDArray[Any], touched: NDArray[np.int64], before: NDArray[np.float64], after: NDArray[np.float64], crs: CRS) -> None:
    """Where ring lines alone lose a hole (one that shares an edge with its shell), shells less holes keep what the rings say of the area."""
    doubtful = np.flatnonzero((_change(before, after) > 1e-9) & np.isin(shapely.get_type_id(geometry[touched]), (3, 6)))
    if not len(doubtful):
        return
    other = _polygon_parts(shapely.make_valid(geometry[touched[doubtful]], method="structure", keep_collapsed=False))
    ground = ellipsoidal_area(other, crs)
    closer = np.abs(ground - before[doubtful]) < np.abs(after[doubtful] - before[doubtful])
    repaired[touched[doubtful[closer]]] = other[closer]
    after[doubtful[closer]] = ground[closer]


def _by_winding(geometry: NDArray[Any], repaired: NDArray[Any], touched: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Read polygons with a hole that winds as their shell does and lies outside it as so many parts; which of those touched they are.

    Position and winding both say that such a ring is a shell of its own: Esri's rings put into one Polygon. Where a ring winds the other way it may as well be a hole that was moved.
    """
    certain = np.zeros(len(touched), dtype=bool)
    for n, position in enumerate(touched.tolist()):
        parts = shapely.get_parts(geometry[position])
        rings = [ring for part in parts for ring in (part.exterior, *part.interiors)] if set(shapely.get_type_id(parts).tolist()) == {POLYGON} else []
        apart = _wound(rings, len(parts)) if len(rings) > len(parts) else None
        if apart is not None:
            repaired[position], certain[n] = apart, True
    return certain


def _wound(rings: list[Any], told: int) -> Any:
    """The ground of rings of which those that wind as the first, more than were told, are shells without ground in common, and each other one is a hole of one of them; None of others."""
    turns = [bool(ring.is_ccw) for ring in rings]
    shells = [shapely.Polygon(ring) for ring, turn in zip(rings, turns, strict=True) if turn == turns[0]]
    holes = [shapely.Polygon(ring) for ring, turn in zip(rings, turns, strict=True) if turn != turns[0]]
    if len(shells) <= told or not all(shapely.is_valid([*shells, *holes])):
        return None
    own = [min((i for i, shell in enumerate(shells) if shell.covers(hole)), key=lambda i: float(shells[i].area), default=-1) for hole in holes]
    if -1 in own:
        return None
    parts = [shapely.Polygon(shell.exterior, [hole.exterior for hole, of in zip(holes, own, strict=True) if of == i]) for i, shell in enumerate(shells)]
    if not all(shapely.is_valid(parts)):
        return None
    whole = shapely.multipolygons(parts)
    whole = whole if whole.is_valid else shapely.union_all(parts)
    return whole if abs(whole.area - sum(part.area for part in parts)) <= 1e-9 * whole.area else None


def finite(geometry: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether every vertex of a geometry is finite."""
    good = np.ones(len(geometry), dtype=bool)

    def measurable(own: slice) -> NDArray[np.bool_]:
        with np.errstate(all="ignore"):  # set in the thread that works
            return np.isfinite(shapely.length(geometry[own]))

    lengths = by_threads(measurable, len(geometry))  # tells of every vertex, but of a point's
    unsure = np.flatnonzero(~lengths | ~np.isin(shapely.get_type_id(geometry), (1, 2, 3, 5, 6)))
    xy, index = shapely.get_coordinates(geometry[unsure], return_index=True)
    good[unsure[index[~np.isfinite(xy).all(axis=1)]]] = False
    return good


def _fault(shape: Any) -> tuple[str, str]:
    if shape.geom_type == "GeometryCollection":
        return "几何集合，只取面", "geometry collection: its polygons are kept"
    reason = str(shapely.is_valid_reason(shape))
    return next(((zh, en) for words, zh, en in FAULTS if reason.startswith(words)), (re.sub(r"\[.*", "", reason),) * 2)


def _polygon_parts(geometry: NDArray[Any]) -> NDArray[Any]:
    """The polygons of each geometry, as Polygon or MultiPolygon; empty where there are none."""
    out = np.empty(len(geometry), dtype=object)
    for i, shape in enumerate(geometry):
        if shape.geom_type in ("Polygon", "MultiPolygon"):
            out[i] = shape
            continue
        parts = [part for part in _flat(shape) if part.geom_type == "Polygon" and not part.is_empty]
        out[i] = parts[0] if len(parts) == 1 else shapely.multipolygons(parts) if parts else shapely.Polygon()
    return out


def _flat(shape: Any) -> list[Any]:
    return [inner for part in shape.geoms for inner in _flat(part)] if hasattr(shape, "geoms") else [shape]


def _of(details: list[dict[str, Any]], mask: NDArray[np.bool_]) -> list[dict[str, Any]]:
    return [detail for detail, wanted in zip(details, mask, strict=True) if wanted]


def _many(code: str, touched: NDArray[np.int64], mask: NDArray[np.bool_], ids: NDArray[Any], rows: NDArray[np.int64], details: list[dict[str, Any]],
          before: NDArray[np.float64], after: NDArray[np.float64], tolerance: float) -> list[Finding]:
    listed = [found(code, row=int(rows[i]), key=_text(ids[i]), **detail) for i, detail in zip(touched[mask][:LISTED], _of(details, mask)[:LISTED], strict=True)]
    rest = int(mask.sum()) - LISTED
    if rest > 0:
        change = float(np.abs(after - before)[mask][LISTED:].sum())
        listed.append(found(f"{code}_more", count=rest, change=f"{change:,.2f}", tolerance=f"{tolerance:.2%}", field="geometry"))
    return listed


def _listed(code: str, which: NDArray[np.int64], ids: NDArray[Any], rows: NDArray[np.int64], details: list[dict[str, Any]], what: tuple[str, str]) -> list[Finding]:
    listed = [found(code, row=int(rows[i]), key=_text(ids[i]), **({"field": "geometry"} | detail)) for i, detail in zip(which[:LISTED], details, strict=False)]
    if len(which) > LISTED:
        listed.append(found("geometry.more_bad", field="geometry", count=len(which) - LISTED, what_zh=what[0], what_en=what[1]))
    return listed


def _text(key: Any) -> str:
    return "" if key is None or key != key else str(key)
