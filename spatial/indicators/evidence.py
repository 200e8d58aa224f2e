"""Declared status against imagery: suspected disagreements with score and reasons, as a list for field checks. Evidence, never a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found
from spatial.indicators.evidence_ground import GROUPS, Floats, Ground, by_date, disturbed, ground_of
from spatial.schema.raster import Raster
from spatial.schema.study import Study
from spatial.schema.sums import total

COLUMNS = ("evidence", "evidence_name", "evidence_score", "evidence_reason", "evidence_date", "evidence_money_wanyuan", "evidence_order")
WORDS = {"built": ("建成", "built"), "bare": ("裸地", "bare"), "vegetation": ("植被", "vegetation"), "water": ("水面", "water")}
MONEY = ("price_wanyuan", "total_investment_wanyuan")


@dataclass
class Disagreement:
    """Columns on the parcels' index (COLUMNS; all missing where nothing is suspected), and what was found."""

    columns: pd.DataFrame
    findings: list[Finding] = field(default_factory=list)


def disagreements(parcels: pd.DataFrame, rasters: Iterable[Raster], supply: pd.DataFrame | None, study: Study, limits: Mapping[str, Any]) -> Disagreement:
    """Where the land status of parcels and the imagery of the study disagree.

    Parameters
    ----------
    parcels : with land_status, status_name, land_use, built, area_m2, and the columns of the rasters; yard_area_m2 where known
    rasters : those with a measure are evidence; of the dates up to `as_of` the last speaks for today, the one before it for change
    supply : rows that `parcels.status_row` points at; their price (else total investment) is the money at stake
    limits : layers/evidence/thresholds.toml
    """
    listed = list(rasters)
    late = [found("raster.after_as_of", role=r.role, path=r.path, field="date", value_seen=r.day, value_used=study.as_of) for r in listed if r.measure and r.day and r.day > study.as_of]
    dates = by_date(listed, study.as_of)
    if not dates or not len(parcels):
        return Disagreement(pd.DataFrame(index=parcels.index), late)
    grounds = [ground_of(parcels, held, day, limits) for day, held in dates.items()]
    now, before = grounds[-1], grounds[-2] if len(grounds) > 1 else None
    percent = [found("raster.percent", role=role, path=study.layers[role].shown_path, value_seen="> 1.5") for ground in grounds[-2:] for role in ground.percent]
    if now.one_sided:
        percent.append(found("evidence.one_sided", role="parcels", field="evidence", value_seen=Several(sorted(now.means)).upper()))
    judged = _judged(parcels, now, limits)
    picked, score = _best(parcels, now, before, judged, limits)
    columns = _table(parcels, picked, score, now, before, supply, study, limits)
    return Disagreement(columns, [*late, *percent, *_findings(parcels, columns, judged, grounds, study, limits)])


def _judged(parcels: pd.DataFrame, now: Ground, limits: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Parcels that imagery can say something of: large enough, covered, and not a pond."""
    unit = limits["unit"]
    water = np.nan_to_num(now.shares["water"])
    return (now.cells >= unit["cells"]) & (parcels["area_m2"].to_numpy(float) >= unit["area_m2"]) & (now.coverage >= unit["coverage"]) & (1 - water >= unit["land"]) & np.isfinite(now.degree)


def _best(parcels: pd.DataFrame, now: Ground, before: Ground | None, judged: NDArray[np.bool_], limits: Mapping[str, Any]) -> tuple[NDArray[np.int64], Floats]:
    """For each parcel the rule that weighs most (-1 for none), and its score."""
    count = len(parcels)
    picked, score = np.full(count, -1), np.zeros(count)
    firm = np.minimum(1.0, np.sqrt(now.cells / limits["unit"]["firm_cells"])) * now.coverage
    for number, rule in enumerate(limits["rule"]):
        holds, how = _holds(rule, parcels, now, before, limits)
        holds = holds & judged
        weighed = np.where(holds, np.clip(how * firm, 0.0, 1.0), 0.0)
        better = holds & (weighed * rule["severity"] > score)
        picked[better], score[better] = number, (weighed * rule["severity"])[better]
    return picked, score


def _holds(rule: Mapping[str, Any], parcels: pd.DataFrame, now: Ground, before: Ground | None, limits: Mapping[str, Any]) -> tuple[NDArray[np.bool_], Floats]:
    """Where a rule's conditions hold, and how far the evidence goes (0 to 1)."""
    area = parcels["area_m2"].to_numpy(float)
    holds = _declared(rule, parcels, limits).copy()
    how = np.ones(len(parcels))
    patch = limits["unit"]["patch_m2"]
    with np.errstate(invalid="ignore"):
        if "built_at_most" in rule:
            holds &= now.degree <= rule["built_at_most"]
            how = np.minimum(how, 1 - now.degree)
        if "open_at_least" in rule:
            holds &= (now.open >= rule["open_at_least"]) & (now.open * area >= patch)
        if "built_at_least" in rule:
            built = np.where(np.isnan(now.shares["built"]), now.degree, now.shares["built"])
            holds &= (now.degree >= rule["built_at_least"]) & (built * area >= patch)
            how = np.minimum(how, now.degree)
        changes = [name for name in ("disturbed_at_least", "built_before_at_most", "built_before_at_least") if name in rule]
        if changes and before is None:
            return np.zeros(len(parcels), dtype=bool), how
        if before is not None and "disturbed_at_least" in rule:
            share = disturbed(before, now)
            holds &= (share >= rule["disturbed_at_least"]) & (share * area >= patch)
            how = np.minimum(how, share)
        if before is not None and "built_before_at_most" in rule:
            holds &= before.degree <= rule["built_before_at_most"]
        if before is not None and "built_before_at_least" in rule:
            holds &= before.degree >= rule["built_before_at_least"]
    return holds, np.nan_to_num(how)


def _declared(rule: Mapping[str, Any], parcels: pd.DataFrame, limits: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Parcels whose declared status the rule is about; buildings are expected on some uses only, and declared yards explain open ground."""
    status = parcels["land_status"]
    declared = status.isin(rule["declared"]).to_numpy(bool)
    if "open_at_least" not in rule:
        return declared
    declared = declared | (status.isin(("not_supplied", "undetermined")) & parcels["built"].fillna(False).astype(bool)).to_numpy(bool)
    use = parcels["land_use"].map(lambda code: isinstance(code, str) and code.startswith(tuple(limits["expected"]["uses"]))).to_numpy(bool)
    yard = parcels["yard_area_m2"].fillna(0).to_numpy(float) if "yard_area_m2" in parcels else np.zeros(len(parcels))
    return declared & use & (yard / parcels["area_m2"].to_numpy(float) < limits["expected"]["yard_share"])


def _table(parcels: pd.DataFrame, picked: NDArray[np.int64], score: Floats, now: Ground, before: Ground | None, supply: pd.DataFrame | None, study: Study,
           limits: Mapping[str, Any]) -> pd.DataFrame:
    pick = 0 if study.language == "zh" else 1
    rules, some = limits["rule"], picked >= 0
    money = _money(parcels, supply)
    texts = {name: np.full(len(parcels), None, dtype=object) for name in ("evidence", "evidence_name", "evidence_reason", "evidence_date")}
    for i in np.flatnonzero(some).tolist():
        rule = rules[picked[i]]
        for name, text in zip(texts, (rule["id"], rule[("zh", "en")[pick]], _reason(i, now, before, parcels, pick), now.day.isoformat()), strict=True):
            texts[name][i] = text
    table = pd.DataFrame({**{name: pd.Series(held, index=parcels.index, dtype=object) for name, held in texts.items()},
                          "evidence_score": np.where(some, np.round(score, 3), np.nan), "evidence_money_wanyuan": np.where(some, money, np.nan),
                          "evidence_order": _order(parcels, some, money)}, index=parcels.index)
    return table.drop(columns="evidence_money_wanyuan") if study.audience == "public" else table


def _money(parcels: pd.DataFrame, supply: pd.DataFrame | None) -> Floats:
    """Money at stake on a parcel: the price of its supply contract, else the investment it promises; nan where neither is known."""
    out = np.full(len(parcels), np.nan)
    if supply is None or "status_row" not in parcels:
        return out
    row = parcels["status_row"].to_numpy(float)
    known = np.flatnonzero(np.isfinite(row))
    for name in reversed([name for name in MONEY if name in supply]):
        said = supply[name].to_numpy(float)[row[known].astype(int)]
        out[known] = np.where(np.isnan(said), out[known], said)
    return out * parcels["status_share"].to_numpy(float) if "status_share" in parcels else out


def _order(parcels: pd.DataFrame, some: NDArray[np.bool_], money: Floats) -> Floats:
    """Rank of the field checks: by area and money together, each as its share of the list's total; ties by parcel id."""
    order = np.full(len(parcels), np.nan)
    rows = np.flatnonzero(some)
    area, paid = parcels["area_m2"].to_numpy(float)[rows], np.nan_to_num(money[rows])
    stake = area / max(total(area), 1e-9) + paid / max(total(paid), 1e-9)
    ids = parcels["parcel_id"].astype(str).to_numpy()[rows]
    order[rows[np.lexsort((ids, -stake))]] = np.arange(1, len(rows) + 1)
    return order


def _reason(i: int, now: Ground, before: Ground | None, parcels: pd.DataFrame, pick: int) -> str:
    """What was seen, in one line."""
    parts = [_seen(i, now, pick)]
    if before is not None:
        parts.append(_seen(i, before, pick))
    status = parcels["status_name"].iloc[i] if "status_name" in parcels else parcels["land_status"].iloc[i]
    stated = (f"台账：{status}", f"ledger: {status}")[pick]
    size = (f"覆盖 {now.coverage[i]:.0%}，约 {now.cells[i]:.0f} 个像元", f"{now.coverage[i]:.0%} covered, about {now.cells[i]:.0f} cells")[pick]
    return ("；", "; ")[pick].join([stated, *parts, size])


def _seen(i: int, ground: Ground, pick: int) -> str:
    kinds = [f"{WORDS[group][pick]} {ground.shares[group][i]:.0%}" for group in GROUPS if np.isfinite(ground.shares[group][i]) and ground.shares[group][i] >= 0.005]
    kinds += [f"{name} {values[i]:.2f}" for name, values in ground.means.items() if np.isfinite(values[i])]
    return (f"影像 {ground.day}：", f"image of {ground.day}: ")[pick] + ("、", ", ")[pick].join(kinds)


def _findings(parcels: pd.DataFrame, columns: pd.DataFrame, judged: NDArray[np.bool_], grounds: list[Ground], study: Study, limits: Mapping[str, Any]) -> list[Finding]:
    findings = []
    for rule in limits["rule"]:
        rows = columns[columns["evidence"] == rule["id"]].sort_values("evidence_order")
        if len(rows):
            first = rows.index[0]
            findings.append(found("evidence.disagrees", role="parcels", field="land_status", key=parcels.at[first, "parcel_id"], count=len(rows),
                                  row=parcels.at[first, "row"] if "row" in parcels else None, value_seen=rule["zh" if study.language == "zh" else "en"],
                                  area=f"{total(parcels.loc[rows.index, 'area_m2'].to_numpy(float)) * 3 / 2000:,.1f}", score=f"{rows['evidence_score'].iloc[0]:.2f}"))
    left = np.flatnonzero(~judged)
    if len(left):
        findings.append(found("evidence.not_judged", role="parcels", count=len(left), key=parcels["parcel_id"].iloc[int(left[0])]))
    if len(grounds) == 1:
        findings.append(found("evidence.one_date", role="parcels", value_seen=grounds[0].day))
    return findings
