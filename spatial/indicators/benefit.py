"""Enterprise benefit evaluation (企业亩均效益综合评价): item scores, total, competition rank and class of the firms of one year."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, first_of, found
from spatial.indicators.efficiency import LAND
from spatial.schema.benefit import MEASURES, Group, Item, Profile

DIGITS = 9  # scores are compared, ranked and cut at this many decimals, so that the noise of a sum never parts a tie
SHOWN = 5  # keys a finding quotes


def evaluated_firms(tables: dict[str, pd.DataFrame], year: int | None, profile: Profile | None) -> list[Finding]:
    """Put the scores of the year's firms on the enterprise ledger of `tables`; nothing where the study asks for no evaluation."""
    if profile is None:
        return []
    if year is None:
        return [found("benefit.no_ledger", role="enterprises", field="rules.benefit")]
    tables["enterprises"], findings = scored(tables["enterprises"], year, profile)
    return findings


def scored(enterprises: pd.DataFrame, year: int, profile: Profile) -> tuple[pd.DataFrame, list[Finding]]:
    """The enterprise ledger with score, rank, class (after vetoes), class_by_score, veto (why the two differ), score_group, score_status, and value_* and score_* of every measure.

    score_status : ok | no_data | not_applicable | not_evaluated; empty for rows of other years
    Ranks are competition ranks (1, 2, 2, 4) within the group. A firm without land, or with a measure that the profile gives no substitute for,
    has no score, no rank and no class, and nobody's base or average hangs on it beyond the measures that it has.
    """
    rows = enterprises.reset_index(drop=True)
    status, findings = _admitted(rows, year)
    names = dict.fromkeys(item.id for group in profile.groups for item in group.items)
    out: dict[str, Any] = {"score": np.full(len(rows), np.nan), "rank": pd.array([pd.NA] * len(rows), dtype="Int64"), "class": np.full(len(rows), None, dtype=object),
                           "class_by_score": np.full(len(rows), None, dtype=object),
                           "veto": np.full(len(rows), "", dtype=object),
                           "score_group": np.full(len(rows), None, dtype=object), "score_status": status}
    out |= {f"{kind}_{name}": np.full(len(rows), np.nan) for name in names for kind in ("value", "score")}
    above = rows["above_scale"].astype("boolean") if "above_scale" in rows else pd.Series(pd.NA, index=rows.index, dtype="boolean")
    for group in profile.groups:
        own = np.flatnonzero((status == "ok") & above.eq(group.above_scale).fillna(False).to_numpy(bool))
        if len(own):
            out["score_group"][own] = group.id
            findings += _score_group(rows, own, group, profile, out)
    grouped = np.array([name is not None for name in out["score_group"]], dtype=bool)
    if (left := np.flatnonzero((status == "ok") & ~grouped)).size:
        findings.append(_of_firms("benefit.no_group", rows, left, field="above_scale"))
        status[left] = "no_data"
    out["class_by_score"][:] = out["class"]
    findings += _veto(rows, year, profile, out)
    done = found("benefit.done", role="enterprises", field="rules.benefit", count=int((status == "ok").sum()), year=year, name={"zh": profile.zh, "en": profile.en}, version=profile.version)
    return enterprises.assign(**{name: pd.Series(values, index=enterprises.index) for name, values in out.items()}), [done, *findings]


def _admitted(rows: pd.DataFrame, year: int) -> tuple[NDArray[Any], list[Finding]]:
    """Status of every row before scoring: who takes part, who does not, who cannot."""
    status, findings = np.full(len(rows), "", dtype=object), []
    of_year = rows["year"].eq(year).fillna(False).to_numpy(bool)
    status[of_year] = "ok"
    if "evaluated" in rows:
        marked = rows["evaluated"].astype("boolean")
        status[of_year & marked.eq(False).fillna(False).to_numpy(bool)] = "not_evaluated"
        if (unmarked := np.flatnonzero(of_year & marked.isna().to_numpy())).size:
            status[unmarked] = "no_data"
            findings.append(_of_firms("benefit.unmarked", rows, unmarked, field="evaluated"))
    twice = np.flatnonzero(of_year)[rows.loc[of_year, "enterprise_id"].duplicated(keep=False).to_numpy()]
    if twice.size:
        status[twice] = "no_data"
        findings.append(_of_firms("benefit.twice", rows, twice, field="enterprise_id"))
    return status, findings


def _score_group(rows: pd.DataFrame, own: NDArray[np.intp], group: Group, profile: Profile, out: dict[str, Any]) -> list[Finding]:
    """Fill in `out` for the firms of one group."""
    land, findings = _land(rows.iloc[own]), []
    landless, parts = land <= 0, []  # unknown land is missing in the measures per mu
    lacking, undefined = np.zeros(len(own), dtype=bool), landless.copy()
    if landless.any():
        findings.append(_of_firms("benefit.not_applicable", rows, own[landless], field="land_registered", zh="用地面积", en="land", **_names(group)))
    for item in group.items:
        top, below = _sides(rows.iloc[own], item, land)
        known = np.isfinite(top) & np.isfinite(below) & ~landless
        usable = known & (below > 0)
        values = np.divide(top, below, out=np.full(len(own), np.nan), where=usable)
        points, problems = _points(item, group, profile, values, top, below, usable)
        findings += problems
        average = math.fsum(points[usable]) / int(usable.sum()) if usable.any() and np.isfinite(points[usable]).all() else math.nan
        for code, rule, missed in (("missing", item.missing, ~known & ~landless), ("not_applicable", item.not_applicable, known & ~usable)):
            said = {"average": average, "zero": 0.0}.get(rule, math.nan)
            points[missed] = said
            if missed.any():
                told = {"field": _field(item), "zh": MEASURES[item.id][2], "en": MEASURES[item.id][3], **_names(group)}
                given = "" if math.isnan(said) else round(said, 4)
                findings.append(_of_firms("benefit.instead" if given != "" else f"benefit.{code}", rows, own[missed], value_used=given, **told))
        lacking |= ~known & ~np.isfinite(points) | usable & ~np.isfinite(points)
        undefined |= known & ~usable & ~np.isfinite(points)
        out[f"value_{item.id}"][own], out[f"score_{item.id}"][own] = values, points
        parts.append(points)
    total = np.round([math.fsum(one) for one in zip(*parts, strict=True)], DIGITS) if parts else np.zeros(0)
    out["score"][own] = np.where(lacking | undefined, np.nan, total)
    out["score_status"][own] = np.where(undefined, "not_applicable", np.where(lacking, "no_data", "ok"))
    _classed(own[~(lacking | undefined)], profile, out)
    return findings


def _points(item: Item, group: Group, profile: Profile, values: NDArray[Any], top: NDArray[Any], below: NDArray[Any], usable: NDArray[Any]) -> tuple[NDArray[Any], list[Finding]]:
    """Item scores by the profile's scheme, cut at cap and floor; nan where the firm has no value, or the scheme no base."""
    none, told = np.full(len(values), np.nan), {"role": "enterprises", "field": _field(item), "zh": MEASURES[item.id][2], "en": MEASURES[item.id][3], **_names(group)}
    findings: list[Finding] = []
    if profile.scheme == "min_max":
        least, most = (float(values[usable].min()), float(values[usable].max())) if usable.any() else (math.nan, math.nan)
        if most > least:
            points = item.weight * (profile.low + (100 - profile.low) * ((values - least) / (most - least))) / 100
        else:
            points = np.where(usable, item.weight, np.nan)
            findings = [found("benefit.no_spread", **told)] if usable.any() else []
    else:
        under = math.fsum(below[usable])
        base = item.base if item.base is not None else math.fsum(top[usable]) / under if under > 0 else math.nan
        if not base > 0:
            return none, [found("benefit.no_base", **told)]
        points = values / base * item.weight
    if item.cap is not None:
        points = np.minimum(points, item.cap * item.weight)
    return (np.maximum(points, item.floor) if item.floor is not None else points), findings


def _classed(firms: NDArray[np.intp], profile: Profile, out: dict[str, Any]) -> None:
    """Competition ranks, and the class of each rank or score; firms of equal score share the better class."""
    scores = pd.Series(out["score"][firms])
    ranks = scores.rank(method="min", ascending=False).astype("Int64")
    out["rank"][firms] = ranks.array
    if profile.by == "threshold":
        place = sum((scores.lt(limit).astype(int) for limit in profile.limits), start=pd.Series(0, index=scores.index))
    else:
        bounds, whole = [], Decimal(0)
        for limit in profile.limits:  # decimals: 0.1 + 0.2 of ten firms is three of them
            whole += Decimal(repr(limit))
            bounds.append(max(int((whole * len(firms)).to_integral_value(ROUND_HALF_UP)), 1))  # to the nearest firm; the first is in the first class, however few there are
        place = sum((ranks.gt(bound).astype(int) for bound in bounds), start=pd.Series(0, index=scores.index))
    out["class"][firms] = [profile.order[int(number)] for number in place]


def _veto(rows: pd.DataFrame, year: int, profile: Profile, out: dict[str, Any]) -> list[Finding]:
    """Put vetoed firms into their class; steps move from the class the score gave, and a fixed class is the last word."""
    listed = [veto for veto in profile.vetoes if veto.year in (None, year)]
    place = {key: number for number, (key, word) in enumerate(zip(rows["enterprise_id"], out["class"], strict=True)) if word is not None}
    steps: dict[int, int] = {}
    last = len(profile.order) - 1
    for veto in listed:
        if (number := place.get(veto.enterprise_id)) is not None and veto.down:
            steps[number] = steps.get(number, 0) + veto.down
    for number, moved in steps.items():
        out["class"][number] = profile.order[min(max(profile.order.index(out["class"][number]) + moved, 0), last)]
    worst: dict[int, int] = {}
    for veto in listed:
        if veto.to and (number := place.get(veto.enterprise_id)) is not None:
            worst[number] = max(worst.get(number, 0), profile.order.index(veto.to))
    for number, word in worst.items():
        out["class"][number] = profile.order[word]
    for veto in listed:
        if (number := place.get(veto.enterprise_id)) is not None:
            said = veto.zh or (f"→{veto.to}" if veto.to else f"{'降' if veto.down > 0 else '升'}{abs(veto.down)}档")
            out["veto"][number] = "；".join(part for part in (out["veto"][number], said) if part)
    strangers = sorted({veto.enterprise_id for veto in listed} - set(place))
    return [found("benefit.veto_unknown", role="enterprises", field="enterprise_id", count=len(strangers), year=year, value_seen=_quoted(strangers))] if strangers else []


def _land(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Land in mu as `enterprise_land` has it, but zero and negative land as they are; nan where nothing is known."""
    given = [name for name in LAND if name in rows]
    if not given:
        return np.full(len(rows), np.nan)
    signed = [rows[name].fillna(0.0).to_numpy(float) * (-1 if name == "land_leased_out_m2" else 1) for name in given]
    known = rows[given].notna().any(axis=1).to_numpy(bool)
    return np.where(known, np.sum(signed, axis=0) * 3 / 2000, np.nan)


def _sides(rows: pd.DataFrame, item: Item, land: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[Any]]:
    def column(name: str) -> NDArray[Any]:
        return land if name == "land" else rows[name].astype(float).to_numpy(float) if name in rows else np.full(len(rows), np.nan)

    top, below = MEASURES[item.id][:2]
    return column(top), column(below)


def _field(item: Item) -> str:
    return ", ".join("land_registered" if name == "land" else name.rsplit("_", 2 if name.endswith("wan_kwh") else 1)[0] for name in MEASURES[item.id][:2])


def _names(group: Group) -> dict[str, str]:
    return {"group_zh": group.zh, "group_en": group.en}


def _quoted(keys: Iterable[str]) -> str:
    return first_of(sorted(keys), SHOWN)


def _of_firms(code: str, rows: pd.DataFrame, which: NDArray[np.intp], **said: Any) -> Finding:
    """A finding about some firms: how many, the first row, and a few of their ids."""
    keys = [str(key) for key in rows["enterprise_id"].iloc[which]]
    first = int(rows["row"].iloc[which].min()) if "row" in rows else None
    return found(code, role="enterprises", row=first, key=min(keys), count=len(keys), value_seen=_quoted(keys), **said)
