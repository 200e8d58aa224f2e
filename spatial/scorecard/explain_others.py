"""Numbers that are no sum over rows of a ledger, in words: a clause of a policy, a figure of imagery, a score made of other values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spatial.indicators.formula_words import formula_of
from spatial.indicators.registry import BY_ID
from spatial.scorecard.beside import TREND_WORDS
from spatial.scorecard.explain import value_of
from spatial.scorecard.formatting import MISSING, STATUS_WORDS, display, display_margin, display_target, in_full, verdict_word
from spatial.scorecard.rule_words import readings_in_words, rule_in_words
from spatial.scorecard.zone_words import zone_word

IMAGERY = ("_mean", "_coverage")  # and _share_<code>


def explain_clause(results: Mapping[str, Any], clause: str, zone: str, language: str = "zh") -> tuple[list[str], pd.DataFrame, str | None] | None:
    """Lines of a clause's verdict in a zone (in all of its zones where that one is not judged), its reported figures, and the indicator that layers show it by.

    None where no policy of the run has the clause. Where a figure was reported, that is the source; the indicator is None then.
    """
    own = [row for row in results["scorecard"] if row["clause"].upper() == clause.upper()]
    if not own:
        return None
    pick = 0 if language == "zh" else 1
    names = {row["id"]: _named(row["id"], results, pick) for row in results["zones"]}
    here = [row for row in own if row["zone"] == zone] or own
    lines = [f"{here[0]['policy']} {here[0]['clause']}  {here[0]['title'] or here[0]['indicator']}"]
    for row in here:
        target = tuple(row["target"]) if isinstance(row["target"], list) else row["target"]
        said = [_held(row, language)]
        asked = display_target(target, row["comparison"], row["unit"], language, indicator=row["indicator"], exact=bool(row.get("exact")))
        said += [] if row["comparison"] == "rank" else [f"{('目标', 'target')[pick]} {asked}"]
        said += [] if row["status"] == "ranked" else [verdict_word(row["status"], row.get("reason"), pick)]
        said += [f"{('名次', 'rank')[pick]} {row['rank']}"] if row["rank"] else []
        said += [f"{('差额', 'margin')[pick]} {display_margin(row['margin'], row['unit'], language, indicator=row['indicator'])}"] if row["margin"] is not None else []
        said += [f"{TREND_WORDS[row['trend']][pick]} ({row['previous_as_of']})"] if row["trend"] and row["previous_as_of"] else []
        lines.append(f"  {names.get(row['zone'], row['zone'])}: {'; '.join(said)}")
        lines += [f"    {row['to_close']['text']}"] if row["to_close"] else []
        lines += [f"    {('换用下列口径结论会变', 'flips under')[pick]}: {readings_in_words(row['flips_under'], pick)}"] if row["flips_under"] else []
    shown = {row["zone"] for row in here}
    told = [row for row in results.get("course", ()) if row["clause"].upper() == clause.upper() and row["zone"] in shown]
    from_layers = here[0]["indicator"] in BY_ID and here[0]["n"] is not None
    if told and not from_layers:
        lines += ["", ("来源：跟踪目标台账填报", "source: the tracked ledger")[pick]]
        lines += [f"  {row['as_of']}  {names.get(row['zone'], row['zone'])}: {_held(row, language)}"
                  f"  {STATUS_WORDS[row['status']][pick]}" for row in told]
    elif here[0]["value"] is None and not from_layers:
        lines += ["", ("没有数据：图层没有该指标或该年度的数，跟踪目标台账也没有填报", "no data: layers do not show it, or not of its year, and the tracked ledger has no row of it")[pick]]
    return lines, pd.DataFrame(told), here[0]["indicator"] if from_layers else None


def explain_composed(results: Mapping[str, Any], items: pd.DataFrame | None, indicator: str, zone: str, language: str = "zh") -> tuple[list[str], pd.DataFrame]:
    """Lines of a score or potential of the intensive-use evaluation, and the items of its zone: value, ideal value, score and weight of each."""
    pick, row = 0 if language == "zh" else 1, BY_ID[indicator]
    lines = [*_head(results, indicator, zone, (row.zh, row.en)[pick], formula_of(row, language), pick)]
    own = pd.DataFrame() if items is None or not len(items) else items[items["zone"] == zone].reset_index(drop=True)
    for item in own.itertuples(index=False):
        known = BY_ID.get(item.indicator)
        unit = known.unit if known else ""
        name = (known.zh, known.en)[pick] if known else item.indicator
        shown = [display(amount, unit, language=language, indicator=item.indicator) for amount in (item.value, item.ideal)]
        score = MISSING if item.score is None else f"{item.score:,.2f} × {item.weight:g} = {item.weighted:,.4f}"
        lines.append(f"  · {name}: {shown[0]}; {('理想值', 'ideal')[pick]} {shown[1]}; {('得分×权重', 'score × weight')[pick]} {score}")
    return lines, own


def is_imagery(results: Mapping[str, Any], name: str) -> bool:
    """Whether a run has a figure of imagery by this id."""
    return name not in BY_ID and any(row["indicator"] == name for row in results["values"])


def explain_imagery(results: Mapping[str, Any], parcels: pd.DataFrame, name: str, zone: str, language: str = "zh", limit: int = 20) -> tuple[list[str], pd.DataFrame]:
    """Lines of a figure of imagery, and the parcels behind it where the zone is made of parcels; a carrier is measured whole, as its polygon."""
    pick, share = 0 if language == "zh" else 1, "_share_" in name
    raster = name.rsplit("_share_", 1)[0] if share else next((name.removesuffix(end) for end in IMAGERY if name.endswith(end)), name)
    formula = {"mean": ("Σ(有效面积×像元值) ÷ Σ有效面积", "sum of valid ground x value ÷ valid ground"), "share": ("该类的有效面积 ÷ 有效面积", "valid ground of the class ÷ valid ground"),
               "coverage": ("有效面积 ÷ 面积", "valid ground ÷ ground")}["share" if share else "coverage" if name.endswith("_coverage") else "mean"][pick]
    lines = _head(results, name, zone, ("影像", "imagery")[pick], formula, pick)
    if zone != "study_area" or name not in parcels or f"{raster}_coverage" not in parcels:
        return [*lines, "", ("该分区按其边界整体量算(含道路)，没有逐宗明细", "this zone is measured whole, by its own boundary (roads and all): no rows by parcel")[pick]], pd.DataFrame()
    valid = parcels["area_m2"] * parcels[f"{raster}_coverage"]
    amount = valid if name.endswith("_coverage") else valid * parcels[name].fillna(0.0)
    rows = pd.DataFrame({"key": parcels["parcel_id"], "value": parcels[name], "valid_m2": valid, "contribution": amount})
    rows = rows[rows["contribution"] != 0].sort_values(["contribution", "key"], ascending=[False, True], kind="stable").reset_index(drop=True)
    shown = rows.head(limit) if limit else rows
    lines += ["", f"{('宗地', 'parcels')[pick]}: {len(rows):,} {('宗，由大到小', ', largest first')[pick]}".replace(" ,", ",")]
    lines += [f"  {row.key}: {row.value:,.4f} × {row.valid_m2:,.2f} m² → {row.contribution:,.2f}" for row in shown.itertuples(index=False)]
    return lines, rows


def _held(row: Mapping[str, Any], language: str) -> str:
    """A reported figure on the right side of its line."""
    target = tuple(row["target"]) if isinstance(row.get("target"), list) else row.get("target")
    return display(row["value"], row["unit"], target, row.get("comparison"), language, indicator=row["indicator"], exact=bool(row.get("exact")))


def _named(zone: str, results: Mapping[str, Any], pick: int) -> str:
    """A zone as a reader knows it."""
    return zone_word(zone, next((row["name"] for row in results["zones"] if row["id"] == zone), ""), pick)


def _head(results: Mapping[str, Any], name: str, zone: str, title: str, formula: str, pick: int) -> list[str]:
    value = value_of(results, name, zone)
    if value is None:
        return [f"{title} {name} · {_named(zone, results, pick)}: {STATUS_WORDS['no_data'][pick]}"]
    shown = display(value["value"], value["unit"], language=("zh", "en")[pick], indicator=name)
    lines = [f"{title}  {name} · {_named(zone, results, pick)}", f"  {('数值', 'value')[pick]}: {shown} [{STATUS_WORDS[value['status']][pick]}]", f"  {('公式', 'formula')[pick]}: {formula}",
             f"  {('口径', 'rule')[pick]}: {rule_in_words(value['rule'], pick)}{('；截至 ', '; as of ')[pick]}{value['as_of']}", f"  {('口径键', 'as keys')[pick]}: {value['rule']}"]
    lines += [f"  {word[pick]}: {in_full(value[side])}" for side, word in (("numerator", ("分子", "numerator")), ("denominator", ("分母", "denominator"))) if value[side] is not None]
    return [*lines, f"  {('样本数', 'rows used')[pick]}: {value['n']:,}", f"  {('覆盖率', 'coverage')[pick]}: {display(value['coverage'], 'ratio', language=('zh', 'en')[pick])}"]
