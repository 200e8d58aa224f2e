"""What a supply ledger says in its own words: floor-area-ratio limits the wrong way round or in one cell, and where the land came from."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.characters import simplified
from spatial.errors import Finding, first_of, found, lines_of

DAYS = (("actual_start_date", "completion_date"), ("agreed_start_date", "agreed_completion_date"))
UPPER = ("<", "<=")


def supply_terms(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """A supply table with `far_min` and `far_max` as numbers the right way round, and `stock_land` where the source of the land tells."""
    frame, findings = _floor_area_ratio(frame)
    if "supply_mode" in frame:  # 挂 牌, or broken over the lines of its cell; 拍賣
        modes = frame["supply_mode"].map(lambda mode: re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", simplified(mode)) if isinstance(mode, str) else mode)
        frame = frame.assign(supply_mode=modes.astype(object))
    frame, more = _land_source(frame)
    return frame, findings + more + _days_reversed(frame)


def _days_reversed(frame: pd.DataFrame) -> list[Finding]:
    """A warning for rows whose completion, agreed or actual, lies before their start."""
    findings = []
    for first, second in DAYS:
        if first in frame and second in frame:
            wrong = np.flatnonzero((frame[second] < frame[first]).to_numpy(bool))
            if len(wrong):
                i = int(wrong[0])
                findings.append(found("supply.days_reversed", field=second, row=int(frame["row"].iloc[i]), count=len(wrong), first=first, second=second,
                                      value_seen=str(frame[second].iloc[i])[:10], value_used=str(frame[first].iloc[i])[:10], rows=lines_of(frame["row"].iloc[wrong])))
    return findings


def _floor_area_ratio(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """`≤2.5` in either column is the upper limit, `1.5-2.5` is both; a bare number in a column that names neither limit says nothing."""
    if not {"far_min", "far_max", "far"} & set(frame.columns):
        return frame, []
    frame = frame.copy()
    low, high = _limits(frame, "far_min", bare="low"), _limits(frame, "far_max", bare="high")
    both = _limits(frame, "far", bare="none")
    lower = low[0].fillna(high[0]).fillna(both[0])
    upper = high[1].fillna(low[1]).fillna(both[1])
    findings: list[Finding] = []
    if "far" in frame and both[2].any():
        rows = frame["row"][both[2]]
        findings.append(found("supply.far_bare", field="far", row=int(rows.iloc[0]), count=len(rows), value_seen=f"{frame['far'][both[2]].iloc[0]:g}"))
    wrong = np.flatnonzero((lower > upper).to_numpy(bool))
    if len(wrong):
        first = int(wrong[0])
        findings.append(found("supply.far_swapped", field="far_min", row=int(frame["row"].iloc[first]), count=len(wrong),
                              value_seen=f"{lower.iloc[first]:g} > {upper.iloc[first]:g}", value_used=f"{upper.iloc[first]:g}–{lower.iloc[first]:g}"))
    frame["far_min"], frame["far_max"] = np.fmin(lower, upper).where(upper.notna() & lower.notna(), lower), np.fmax(lower, upper).where(upper.notna() & lower.notna(), upper)
    drop = [f"{name}_{part}" for name in ("far_min", "far_max", "far") for part in ("operator", "high", "unit")]
    return frame.drop(columns=["far", *drop], errors="ignore"), findings


def _limits(frame: pd.DataFrame, name: str, *, bare: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """(lower, upper, cells that say neither) of a column of bounds."""
    if name not in frame:
        none = pd.Series(np.nan, index=frame.index)
        return none, none, none.notna()
    value, high = frame[name].astype(float), frame[f"{name}_high"].astype(float)
    sign = frame[f"{name}_operator"].astype(object).where(frame[f"{name}_operator"].notna(), "")
    plain = sign.isin(("", "=")) & value.notna()
    lower = value.where(sign.isin((">", ">=", "between")) | (plain & (bare == "low")))
    upper = high.where(sign.eq("between"), value.where(sign.isin(UPPER) | (plain & (bare == "high"))))
    return lower, upper, plain & (bare == "none")


def _land_source(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """`土地来源`: words, or hectares as the portal exports them: the whole area is existing land, 0 is new land, anything else is new land from the stock pool.

    The pool counts as new land, as the portal names it; how many rows that are is told.
    """
    if "land_source" not in frame:
        return frame, []
    frame = frame.copy()
    said = frame.pop("land_source")
    if "stock_land" in frame:
        return frame, []
    hectares = frame["area_m2"].astype(float) / 10_000 if "area_m2" in frame else pd.Series(np.nan, index=frame.index)
    kinds = [_source(text, area) for text, area in zip(said, hectares, strict=True)]
    frame["stock_land"] = pd.array([kind == "existing" for kind in kinds], dtype="boolean")
    count = {kind: kinds.count(kind) for kind in ("existing", "new", "pool", "unknown")}
    return frame, [*_unknown_source(said, hectares, np.array(kinds) == "unknown", frame),
                   found("supply.land_source", field="stock_land", count=len(kinds), existing=count["existing"], new=count["new"], pool=count["pool"] + count["unknown"])]


def _unknown_source(said: pd.Series, hectares: pd.Series, unknown: NDArray[np.bool_], frame: pd.DataFrame) -> list[Finding]:
    """Words that name no source of land, with the land that hangs on them."""
    if not unknown.any():
        return []
    first = int(unknown.argmax())
    row = int(frame["row"].iloc[first]) if "row" in frame else first + 1
    words = first_of(said[unknown].str.strip().drop_duplicates(), 5)
    return [found("supply.land_source_unknown", field="stock_land", count=int(unknown.sum()), row=row, value_seen=words,
                  hectares=f"{hectares[unknown].sum():.4f}" if hectares[unknown].notna().any() else "—")]


def _source(text: object, hectares: float) -> str:
    """existing, new or pool; unknown for words that name no source. Blanks are of the pool, numbers are hectares."""
    if not isinstance(text, str) or not text.strip():
        return "pool"
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return "pool" if "存量库" in text else "new" if "新增" in text else "existing" if "现有" in text or "存量" in text else "unknown"
    if np.isnan(number):
        return "unknown"
    if number == 0:
        return "new"
    same = abs(number - hectares) <= max(1e-6 * abs(hectares), 6e-5) or abs(number - hectares * 10_000) <= 1e-6 * abs(number)
    return "existing" if same else "pool"
