"""Constraint areas (permanent farmland, ecological red line, river zones, buffers) on parcels: the share of each parcel in each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found
from spatial.rings import united
from spatial.schema.study import Study
from spatial.schema.sums import zone_sums

NAMED = {"farmland_redline_share": re.compile("基本农田|permanent farmland", re.IGNORECASE), "ecological_redline_share": re.compile("生态保护红线|生态红线|ecological red ?line", re.IGNORECASE)}
MOST_M = 100_000.0
LEAST_M2 = 1.0  # a smaller overlap is drawing noise
Floats = NDArray[np.float64]
Share = Callable[[NDArray[Any], Any], Floats]
"""Planar share of each parcel on a ground."""


def constraints_on(parcels: gpd.GeoDataFrame, layer: tuple[pd.DataFrame, Any] | None, study: Study, share: Share | None = None
                   ) -> tuple[pd.DataFrame, dict[str, Floats], list[Finding]]:
    """The constraint layer of a study on its parcels; nothing where it has none. `share` answers for geometry that the frame has not."""
    none = pd.DataFrame(index=parcels.index)
    if layer is None or layer[1] is None or not len(layer[0]):
        return none, {}, []
    rows, shapes = layer
    findings = [] if "kind" in rows else [found("constraint.no_kind", role="constraints", field="kind")]
    kinds = rows["kind"] if "kind" in rows else pd.Series("", index=rows.index)
    stated = dict(study.layers["constraints"].options.get("buffers") or {})
    buffers = {str(kind): float(metres) for kind, metres in stated.items() if isinstance(metres, (int, float)) and 0 < metres < MOST_M}
    findings += [found("study.wrong_value", role="constraints", field=f"layers.constraints.buffers.{kind}", value_seen=stated[kind], expected=f"0 – {MOST_M:g} m", suggestion_zh="单位为米",
                       suggestion_en="in metres") for kind in stated if str(kind) not in buffers]
    known = sorted(set(kinds.dropna().astype(str).str.strip()))
    findings += [found("constraint.unknown_buffer", role="constraints", field="buffers", key=kind, known=Several(known)) for kind in buffers if kind not in known]
    columns, shares = constraint_shares(parcels, kinds, np.asarray(shapes, dtype=object), buffers, study.language, share or share_on)
    return columns, shares, findings


def constraint_shares(parcels: gpd.GeoDataFrame, kinds: pd.Series, shapes: NDArray[Any], buffers: Mapping[str, float], language: str,
                      share: Share | None = None) -> tuple[pd.DataFrame, dict[str, Floats]]:
    """Share of every parcel within the constraint areas.

    Parameters
    ----------
    parcels : polygons in the working CRS (metres)
    kinds, shapes : what each area is, and its polygon in the same CRS; areas of one kind may overlap, their ground counts once
    buffers : kind -> metres around its areas that count as a kind of their own

    Returns
    -------
    DataFrame on the parcels' index
        constraint_share (in any of them, buffers left out), farmland_redline_share and ecological_redline_share where such areas are given,
        constraint_buffer_share where buffers are given, and constraint_kinds, a text
    dict of kind (with its buffer: `kind +50 m`) -> share
    """
    share = share or share_on
    usable = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    words = kinds.fillna("").astype(str).str.strip().to_numpy(object)
    grounds = {kind: united(shapes[usable & (words == kind)]) for kind in sorted(set(words[usable]))}
    belts = {f"{kind} +{metres:g} m": shapely.difference(shapely.buffer(grounds[kind], metres), grounds[kind]) for kind, metres in sorted(buffers.items()) if kind in grounds}
    own = parcels.geometry.to_numpy()
    shares = {kind: share(own, ground) for kind, ground in {**grounds, **belts}.items()}
    columns: dict[str, Any] = {"constraint_share": share(own, shapely.union_all(list(grounds.values()))) if grounds else np.zeros(len(parcels))}
    for column, pattern in NAMED.items():
        members = [ground for kind, ground in grounds.items() if pattern.search(kind)]
        if members:
            columns[column] = share(own, shapely.union_all(members))
    if belts:
        columns["constraint_buffer_share"] = share(own, shapely.union_all(list(belts.values())))
    columns["constraint_kinds"] = _texts(shares, len(parcels), language)
    return pd.DataFrame(columns, index=parcels.index), shares


def share_on(parcels: NDArray[Any], ground: Any) -> Floats:
    """Planar share of each parcel that lies on a ground."""
    parts = shapely.get_parts(ground)
    inside = np.zeros(len(parcels))
    if len(parts):
        shapely.prepare(parts)
        part, parcel = shapely.STRtree(parcels).query(parts, predicate="intersects")
        whole = shapely.contains_properly(parts[part], parcels[parcel])
        area = shapely.area(parcels[parcel])
        area[~whole] = shapely.area(shapely.intersection(parts[part[~whole]], parcels[parcel[~whole]]))
        inside = zone_sums(area, parcel, len(parcels))
    whole_m2 = shapely.area(parcels)
    share = np.divide(inside, whole_m2, out=np.zeros(len(parcels)), where=whole_m2 > 0)
    return np.where(inside < LEAST_M2, 0.0, np.where(share > 1 - 1e-9, 1.0, share))


def _texts(shares: Mapping[str, Floats], count: int, language: str) -> NDArray[Any]:
    out = np.full(count, None, dtype=object)
    touched = np.sum(list(shares.values()), axis=0) > 0 if shares else np.zeros(count, dtype=bool)
    for i in np.flatnonzero(touched).tolist():
        out[i] = ("；" if language == "zh" else "; ").join(f"{kind} {share[i]:.1%}" for kind, share in shares.items() if share[i] > 0)
    return out
