"""Numbers that no ledger adds up are told too: clauses of a policy, figures of imagery, scores made of other values."""

import re

import pandas as pd
import pytest

from spatial.indicators.formula_words import formula_of, letters_of
from spatial.indicators.registry import BY_ID, INDICATORS
from spatial.scorecard.explain_others import explain_clause, explain_composed, explain_imagery, is_imagery

LINE = {"policy": "S1", "clause": "S1-06", "indicator": "tracked", "zone": "study_area", "value": 1700.0, "comparison": ">", "target": 1800.0, "unit": "亿元", "status": "missed", "rank": None,
        "margin": -100.0, "flips_under": [], "to_close": {"text": "还差 100.0 亿元"}, "title": "新增产业投资累计", "n": None, "trend": "improved", "previous_as_of": "2021-12-31"}
START = LINE | {"clause": "S3-01", "indicator": "project_start_rate", "comparison": "rank", "target": None, "unit": "ratio", "status": "ranked", "margin": None, "to_close": None, "n": 13, "trend": ""}
VALUE = {"zone": "study_area", "unit": "ratio", "n": 2, "coverage": 0.75, "status": "ok", "rule": "exact coverage", "as_of": "2022-10-18"}
RESULTS = {
    "zones": [{"id": "study_area", "name": ""}, {"id": "A", "name": "图灵小镇"}, {"id": "B", "name": "空港小镇"}],
    "scorecard": [LINE, START | {"zone": "A", "value": 0.9, "rank": 2}, START | {"zone": "B", "value": 0.95, "rank": 1}],
    "course": [{"clause": "S1-06", "zone": "study_area", "as_of": day, "value": value, "unit": "亿元", "indicator": "tracked", "status": status}
               for day, value, status in (("2021-12-31", 900.0, "not_due"), ("2022-12-31", 1700.0, "missed"))],
    "values": [VALUE | {"indicator": "cover_share_1", "value": 0.25, "numerator": 300.0, "denominator": 1200.0},
               VALUE | {"indicator": "intensive_use_score", "value": 87.5, "unit": "分", "numerator": 87.5, "denominator": None}],
}


def test_a_reported_figure_is_told_with_its_verdict_its_gap_and_every_report() -> None:
    lines, rows, shown_by = explain_clause(RESULTS, "s1-06", "study_area")
    said = "\n".join(lines)
    assert "新增产业投资累计" in lines[0] and "全区: 1,700 亿元; 目标 > 1,800 亿元; 未达标; 差额 -100 亿元; 改善 (2021-12-31)" in said and "还差 100.0 亿元" in said
    assert "来源：跟踪目标台账填报" in said and len(rows) == 2 and "2021-12-31  全区: 900 亿元  未到期" in said
    assert shown_by is None


def test_a_miss_by_little_is_not_told_as_the_line_itself() -> None:
    """79.96 % of 80 %: four hundredths of a percentage point short, in the verdict and in every report."""
    line = LINE | {"clause": "S1-27", "value": 0.7996, "comparison": ">=", "target": 0.8, "unit": "ratio", "margin": -0.0004, "to_close": None, "trend": ""}
    results = RESULTS | {"scorecard": [line], "course": [line | {"as_of": "2022-12-31"}]}
    said = "\n".join(explain_clause(results, "S1-27", "study_area")[0])
    assert "全区: 79.96 %; 目标 ≥ 80.0 %; 未达标; 差额 -0.04 百分点" in said and "2022-12-31  全区: 79.96 %  未达标" in said and "80.0 %;" in said


def test_a_ranked_clause_tells_all_of_its_zones_and_the_indicator_behind_it() -> None:
    lines, _, shown_by = explain_clause(RESULTS, "S3-01", "study_area", "en")
    assert lines[1:] == ["  图灵小镇: 90.0 %; rank 2", "  空港小镇: 95.0 %; rank 1"] and shown_by == "project_start_rate"
    assert len(explain_clause(RESULTS, "S3-01", "B")[0]) == 2
    assert explain_clause(RESULTS, "S9-01", "study_area") is None


def test_a_figure_of_imagery_is_the_sum_of_what_its_parcels_give() -> None:
    """1,000 m2 all valid, a fifth of the class; 800 m2 of which a quarter is valid, half of that."""
    parcels = pd.DataFrame({"parcel_id": ["P1", "P2"], "area_m2": [1000.0, 800.0], "cover_coverage": [1.0, 0.25], "cover_share_1": [0.2, 0.5]})
    assert is_imagery(RESULTS, "cover_share_1") and not is_imagery(RESULTS, "tax_per_mu")
    lines, rows = explain_imagery(RESULTS, parcels, "cover_share_1", "study_area")
    assert rows["contribution"].sum() == pytest.approx(300.0) and rows["key"].tolist() == ["P1", "P2"]
    assert any("25.0 %" in line for line in lines) and any("75.0 %" in line for line in lines)


def test_a_score_is_told_by_its_items() -> None:
    items = pd.DataFrame([{"zone": "study_area", "indicator": "built_rate", "value": 0.5, "ideal": 1.0, "score": 50.0, "weight": 0.25, "weighted": 12.5},
                          {"zone": "A", "indicator": "built_rate", "value": 0.7, "ideal": 1.0, "score": 70.0, "weight": 0.25, "weighted": 17.5}]).astype(object)
    lines, rows = explain_composed(RESULTS, items, "intensive_use_score", "study_area")
    assert len(rows) == 1 and "50.00 × 0.25 = 12.5000" in lines[-1] and "土地建成率" in lines[-1]


def test_every_formula_stands_in_english_too() -> None:
    said = {row.id: formula_of(row, "en") for row in INDICATORS}
    assert [name for name, text in said.items() if re.search("[\u4e00-\u9fff]", text)] == []
    assert said["tax_per_mu"] == "tax ÷ land used" and formula_of(BY_ID["tax_per_mu"], "zh") == "税收 ÷ 用地面积"


def test_a_side_that_is_a_sum_stands_in_brackets_and_letters_are_told() -> None:
    assert formula_of(BY_ID["supply_rate"], "zh") == "D ÷ (A+B21)" and formula_of(BY_ID["development_rate"], "en") == "(A+B21) ÷ (A+B)"
    assert formula_of(BY_ID["idle_land_share"], "zh") == "闲置土地面积(疑似+已认定) ÷ 所选口径的土地面积"  # a sign inside a bracket of its own
    assert letters_of(BY_ID["supply_rate"], "zh") == "D 已供应国有建设用地；A 已建成城镇建设用地；B21 已达到供地条件的其他土地"
    assert letters_of(BY_ID["rd_share"], "en") == ""  # R&D is no land account
    for row in INDICATORS:
        assert letters_of(row, "en").isascii()


def test_every_indicator_names_its_source_and_how_well_it_is_known() -> None:
    assert [row.id for row in INDICATORS if not row.source or row.evidence not in ("text", "practice", "unverified")] == []
    assert {name for name, row in BY_ID.items() if row.source.startswith("国土资源部令第53号")} == {"idle_land_share", "suspected_idle_area", "government_idle_area", "certified_idle_area"}
