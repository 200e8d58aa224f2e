"""Where a number of a finished run comes from: its formula, its rule, both sides of the ratio and the rows behind them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from spatial.errors import Language, UsageError, nearest
from spatial.indicators.intensive_use import COMPOSED
from spatial.indicators.registry import BY_ID
from spatial.read.results import read_results
from spatial.read.state import read_state
from spatial.read.trail import read_trail
from spatial.render.folder import settled
from spatial.schema.result import Result
from spatial.scorecard.explain import behind, value_of, zone_of
from spatial.scorecard.explain import explain as told
from spatial.scorecard.explain_firm import SCORE, explain_firm
from spatial.scorecard.explain_others import explain_clause, explain_composed, explain_imagery, is_imagery


def explain(folder: Path | str, indicator: str, zone: str = "study_area", *, language: Language | None = None, limit: int = 20) -> tuple[list[str], pd.DataFrame]:
    """How one number of a finished run came about, in lines of text (in the run's language unless told), and every row behind it.

    `indicator` is an id of results.json, a clause of a policy (S1-01), or `benefit_score` with an enterprise as the zone.
    """
    results = read_results(Path(folder))
    spoken = language or results["study"]["language"]
    if indicator == SCORE:
        firm = explain_firm(_held(folder).ledgers.get("enterprises"), zone, spoken)
        if firm is None:
            raise UsageError(f"{zone}: 本次运行没有给这家企业评分，请用 --zone 写统一社会信用代码 / the run scored no such enterprise; give its id by --zone")
        return firm
    place = zone_of(results, zone)
    if (clause := explain_clause(results, indicator, place, spoken)) is not None:
        lines, rows, shown_by = clause
        if shown_by is None or value_of(results, shown_by, place) is None:
            return lines, rows
        more, rows = explain(folder, shown_by, place, language=spoken, limit=limit)
        return [*lines, "", *more], rows
    if is_imagery(results, indicator):
        return explain_imagery(results, _held(folder).parcels, indicator, place, spoken, limit)
    if indicator not in BY_ID:
        raise UsageError(f"{indicator}: 没有这个指标 / no such indicator; {nearest(indicator, [*BY_ID, *sorted({row['clause'] for row in results['scorecard']})])}")
    if indicator in COMPOSED:
        return explain_composed(results, _held(folder).lists.get("intensive_use"), indicator, place, spoken)
    rows = behind(read_trail(Path(folder), [row["id"] for row in results["zones"]]), indicator, place)
    return told(results, rows, indicator, place, language=spoken, limit=limit), rows


def _held(folder: Path | str) -> Result:
    return read_state(settled(Path(folder)))
