"""A zone's own yearly figures where no enterprise ledger is given: as rows that lie in carriers, and one for the rest of the district."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Set
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, Several, first_of, found
from spatial.rings import combined
from spatial.schema.joined import OUTSIDE, STUDY_AREA, Membership
from spatial.schema.shares import Shares
from spatial.schema.study import Study

WHOLE = ("study_area", "全区", "全县", "全市", "合计")
NEARLY, DRAWN = 0.99, 0.001  # shares of a carrier's ground: what lies in another all but for how it is drawn, and what overlaps for that reason alone
QUANTITIES = ("_wanyuan", "_tce", "_t", "_wan_kwh", "employees")


def as_enterprises(statistics: pd.DataFrame, members: Membership, carriers: gpd.GeoDataFrame, study: Study) -> tuple[pd.DataFrame, Shares] | None:
    """Rows of carriers and, by year, what the district has beyond them.

    A carrier that lies in another is a part of it, and its figures are: what is told of the larger one is its own and the rest. Of carriers
    that overlap nobody knows which figures are of both: each has its own, and what lies in carriers as a whole is unknown.

    Returns
    -------
    A table with `year`, `inside` and the quantities, and the shares of its rows; None unless the district's own row is there,
    for without it no share of the district can be told.
    """
    columns = [name for name in statistics.columns if name.endswith(QUANTITIES)]
    zone = _zone(statistics)
    whole = _whole(zone, study)
    named = members.zones[members.zones["kind"].eq("carrier")]
    known = {**dict(zip(named["name"], named.index, strict=True)), **dict(zip(named["id"], named.index, strict=True))}
    inside = zone.map(known).notna() & ~whole
    if not whole.any() or not columns:
        return None
    own = _figures(statistics[inside].assign(position=zone[inside].map(known).astype(int)), "position", columns)
    total = _figures(statistics[whole].assign(position=-1), "position", columns)
    years = [year for _, year in total.index]
    own = own.reindex(own.index.union(pd.MultiIndex.from_product([named.index, years], names=own.index.names)))  # of a carrier without a row nothing is known, and that is not nothing
    tree = nested(carriers)
    place = [members.index[key] for key in carriers["carrier_id"]]
    home, up = {pos: i for i, pos in enumerate(place)}, {place[i]: place[j] for i, j in tree.within.items()}
    apart = {place[i] for pair in tree.overlapping for i in pair}
    rows: list[tuple[int, float, NDArray[np.float64]]] = []
    for year in sorted({year for _, year in own.index} | set(years)):
        told = {pos: own.loc[(pos, year)].to_numpy(float) for pos in place if (pos, year) in own.index}
        held = {pos: figures.copy() for pos, figures in told.items()}  # what is known of it and of the carriers in it
        for pos in sorted(told, key=lambda pos: (tree.order[home[pos]], pos)):  # those within others first
            rows += _beyond(told[pos], [kid for kid in told if up.get(kid) == pos], told, held, apart, (pos, pos), year)
            known_within = _sum([held[kid] for kid in told if up.get(kid) == pos], len(columns))
            held[pos] = np.where(np.isnan(told[pos]), known_within, told[pos])
        if year in years:
            rows += _beyond(total.loc[(-1, year)].to_numpy(float), [pos for pos in told if pos not in up], told, held, apart, (members.index[OUTSIDE], -1), year)
    position = np.array([pos for pos, _, _ in rows], dtype=np.int64)
    doubtful = [pos in apart or bool(apart & set(_above(pos, up))) for pos in position.tolist()]
    table = pd.DataFrame([figures for _, _, figures in rows], columns=columns).assign(year=[year for _, year, _ in rows])
    table = table.assign(inside=np.select([position == members.index[OUTSIDE], (position < 0) | np.array(doubtful, dtype=bool)], [0.0, np.nan], 1.0))
    kinds = _types(carriers, place, members, apart)
    pairs = [(i, at) for i, pos in enumerate(position.tolist())
             for at in sorted({members.index[STUDY_AREA], *((pos,) if pos >= 0 else ()), *(over for over in _above(pos, up)), *(kinds[one] for one in (pos, *_above(pos, up)) if one in kinds)})]
    row, at = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return table, Shares(row, at, np.ones(len(row)), np.nan_to_num(table["inside"].to_numpy(float))[row])


def _beyond(told: NDArray[np.float64], kids: list[int], known: Mapping[int, NDArray[np.float64]], held: Mapping[int, NDArray[np.float64]], apart: Set[int], at: tuple[int, int],
            year: float) -> list[tuple[int, float, NDArray[np.float64]]]:
    """What a zone has beyond the carriers in it, and, where one of these leaves a figure open or overlaps another, what it has there or beyond them."""
    rest = told - _sum([held[kid] for kid in kids], len(told))
    is_open = np.logical_or.reduce([np.isnan(known[kid]) | (kid in apart) for kid in kids]) if kids else np.zeros(len(told), dtype=bool)
    rows = [(at[0], year, np.where(is_open, np.nan, rest))]
    somewhere = np.where(is_open, rest, np.nan)
    return rows if np.isnan(somewhere).all() else [*rows, (at[1], year, somewhere)]


def _sum(parts: list[NDArray[np.float64]], count: int) -> NDArray[np.float64]:
    """The exact sum of figures, those that are not known left out."""
    return np.array([math.fsum(part[i] for part in parts if not np.isnan(part[i])) for i in range(count)])


def _above(pos: int, up: Mapping[int, int]) -> list[int]:
    """The carriers that a carrier lies in, the nearest first."""
    over = []
    while (pos := up.get(pos, -1)) >= 0:
        over.append(pos)
    return over


def _types(carriers: gpd.GeoDataFrame, place: list[int], members: Membership, apart: Set[int]) -> dict[int, int]:
    """The zone of each carrier's type; of a type with carriers that overlap nobody knows the sum."""
    if "carrier_type" not in carriers:
        return {}
    kinds = {pos: members.index[f"type:{kind}"] for pos, kind in zip(place, carriers["carrier_type"], strict=True) if isinstance(kind, str) and f"type:{kind}" in members.index}
    doubtful = {kinds[pos] for pos in apart if pos in kinds}
    return {pos: kind for pos, kind in kinds.items() if kind not in doubtful}


def _figures(rows: pd.DataFrame, by: str, columns: list[str]) -> pd.DataFrame:
    """The figures of each zone and year; where its rows say several, none is known."""
    groups = rows.groupby([by, "year"])[columns]
    return groups.first().astype(float).where(groups.nunique().le(1))


@dataclass(frozen=True)
class Nesting:
    """Which carriers lie in which, by their positions, and which overlap otherwise."""

    within: Mapping[int, int]  # carrier -> the smallest one that it lies in
    overlapping: tuple[tuple[int, int], ...]
    order: tuple[int, ...]  # rank of each by its ground, the smallest first


def nested(carriers: gpd.GeoDataFrame) -> Nesting:
    """Which carriers lie in which: nearly all of one in the other, which is larger."""
    shapes = carriers.geometry.to_numpy()
    area = shapely.area(shapes)
    order = np.argsort(np.argsort(area, kind="stable"), kind="stable")
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects") if len(shapes) else (np.array([], dtype=int), np.array([], dtype=int))
    first = order[one] < order[other]
    one, other = one[first], other[first]
    share = np.divide(shapely.area(combined(shapely.intersection, shapes[one], shapes[other])), area[one], out=np.zeros(len(one)), where=area[one] > 0)
    within: dict[int, int] = {}
    overlapping = []
    for i, j, part in sorted(zip(one.tolist(), other.tolist(), share.tolist(), strict=True), key=lambda pair: (pair[0], order[pair[1]])):
        if part >= NEARLY and area[i] < NEARLY * area[j]:
            within.setdefault(i, j)
        elif part > DRAWN:
            overlapping.append((i, j))
    return Nesting(within, tuple(overlapping), tuple(order.tolist()))


def shared_ground(statistics: pd.DataFrame, carriers: gpd.GeoDataFrame, study: Study) -> list[Finding]:
    """What becomes of the figures of carriers that lie in one another, or overlap."""
    zone = set(_zone(statistics)[~_whole(_zone(statistics), study)])
    if not _told(statistics):
        return []
    names = [{str(carriers[name].iloc[i]) for name in ("carrier_id", "carrier_name") if name in carriers} for i in range(len(carriers))]
    ids, tree = carriers["carrier_id"].tolist(), nested(carriers)
    parts = [f"{ids[i]} ⊂ {ids[j]}" for i, j in tree.within.items() if names[i] & zone and names[j] & zone]
    clash = [f"{ids[i]} ∩ {ids[j]}" for i, j in tree.overlapping if names[i] & zone and names[j] & zone]
    return [found(code, role="statistics", field="zone", count=len(pairs), value_seen=first_of(pairs, 8))
            for code, pairs in (("statistics.nested", parts), ("statistics.overlap", clash)) if pairs]


def not_of_carriers(statistics: pd.DataFrame, zones: pd.DataFrame, study: Study) -> list[Finding]:
    """A warning for yearly figures of zones that are neither a carrier nor the district: what they contribute is not told by them."""
    zone, columns = _zone(statistics), _told(statistics)
    others = zones[~zones["kind"].isin(("carrier", "study_area"))]
    carriers = zones[zones["kind"].eq("carrier")]
    named = {str(key) for name in ("id", "name") for key in others[name] if key} - {str(key) for name in ("id", "name") for key in carriers[name] if key}
    lost = zone[zone.isin(named) & ~_whole(zone, study) & (statistics[columns].notna().any(axis=1) if columns else False)]
    if not len(lost):
        return []
    return [found("statistics.other_zones", role="statistics", field=Several(columns), row=int(statistics.at[lost.index[0], "row"]) if "row" in statistics else None, count=len(lost),
                  value_seen=first_of(lost.unique(), 8))]


def said_twice(statistics: pd.DataFrame, zones: pd.DataFrame, study: Study) -> list[Finding]:
    """A warning for a zone and year that stand under several names (its id and its name, 全区 and 合计) with different figures: which is right nobody knows."""
    zone, columns = _zone(statistics), _told(statistics)
    ids = {**dict(zip(zones["name"].map(str), zones["id"], strict=True)), **dict(zip(zones["id"].map(str), zones["id"], strict=True))}
    place = zone.map(ids).where(~_whole(zone, study), STUDY_AREA)
    if not columns:
        return []
    several = statistics[columns].astype(float).groupby([place, statistics["year"]]).nunique().gt(1)
    if not several.to_numpy().any():
        return []
    key, year = several.index[several.any(axis=1)][0]
    rows = statistics[place.eq(key) & statistics["year"].eq(year)]
    return [found("statistics.said_twice", role="statistics", field=Several(name for name in columns if several.at[(key, year), name]), count=int(several.any(axis=1).sum()), key=f"{key} {year:g}",
                  row=int(rows["row"].iloc[-1]) if "row" in rows else None, value_seen=Several(zone[rows.index]))]


def beside_enterprises(statistics: pd.DataFrame, enterprises: pd.DataFrame) -> list[Finding]:
    """Yearly figures of zones that are not used, as a ledger of enterprises is given."""
    columns = _told(statistics)
    lacking = [name for name in columns if name not in enterprises]
    if not columns:
        return []
    return [found("statistics.beside_enterprises", severity="warning" if lacking else "info", role="statistics", field=Several(columns), count=len(statistics),
                  lacking_zh=f"；其中企业台账没有的：{Several(lacking)}" if lacking else "", lacking_en=f"; of it the ledger lacks: {Several(lacking).told('en')}" if lacking else "")]


def unknown_zones(statistics: pd.DataFrame, zones: pd.DataFrame, study: Study) -> list[Finding]:
    """A warning for rows whose zone the study does not have: they are not used."""
    known = {*WHOLE, study.name, *zones["id"].map(str), *(zones["name"].dropna().map(str) if "name" in zones else ())}
    zone = _zone(statistics)[statistics["zone"].notna()]
    lost = zone[~zone.isin(known)]
    if not len(lost):
        return []
    return [found("statistics.unknown_zone", role="statistics", field="zone", row=int(statistics.at[lost.index[0], "row"]) if "row" in statistics else None, count=len(lost),
                  value_seen=first_of(lost.unique(), 8))]


def parts_beyond(statistics: pd.DataFrame, study: Study) -> list[Finding]:
    """A warning for zones that have more of a quantity in a year than the whole district."""
    zone = _zone(statistics)
    whole = _whole(zone, study)
    findings = []
    for column in [name for name in statistics.columns if name.endswith(QUANTITIES)] if whole.any() else []:
        most = statistics["year"].map(statistics[whole].groupby("year")[column].max())
        beyond = np.flatnonzero((~whole & most.notna() & (statistics[column].astype(float) > most)).to_numpy(bool))
        if len(beyond):
            i = int(beyond[0])
            findings.append(found("statistics.part_exceeds", role="statistics", field=column, row=int(statistics["row"].iloc[i]) if "row" in statistics else None, count=len(beyond), key=zone.iloc[i],
                                  value_seen=f"{statistics[column].iloc[i]:,.6g}", value_used=f"{most.iloc[i]:,.6g}"))
    return findings


def without_whole(statistics: pd.DataFrame, study: Study) -> list[Finding]:
    """A warning for figures of zones that are not used, as no row is of the whole district."""
    columns = _told(statistics)
    if not columns or _whole(_zone(statistics), study).any():
        return []
    return [found("statistics.no_whole", role="statistics", field=Several(columns), count=len(statistics))]


def carriers_missing(statistics: pd.DataFrame, zones: pd.DataFrame) -> list[Finding]:
    """A warning for carriers without a row of their own beside those that have one: their figures are unknown, and so is what lies outside."""
    zone = set(_zone(statistics)[statistics["zone"].notna()])
    carriers = zones[zones["kind"].eq("carrier")]
    told = carriers["id"].map(str).isin(zone) | carriers["name"].map(str).isin(zone)
    lost = carriers.loc[~told, "id"]
    if not len(lost) or not told.any():
        return []
    return [found("statistics.zone_missing", role="statistics", field="zone", count=len(lost), value_seen=first_of(lost, 8))]


def _zone(statistics: pd.DataFrame) -> pd.Series:
    """The zone of each row as it compares."""
    return statistics["zone"].map(lambda key: unicodedata.normalize("NFC", str(key)))


def _whole(zone: pd.Series, study: Study) -> pd.Series:
    """Which rows are of the whole district."""
    return zone.isin((*WHOLE, study.name))


def _told(statistics: pd.DataFrame) -> list[str]:
    """The quantities of which a figure is there."""
    return [name for name in statistics.columns if name.endswith(QUANTITIES) and statistics[name].notna().any()]

