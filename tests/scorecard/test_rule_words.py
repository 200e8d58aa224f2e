"""Rules are told in words, and with the keys that change them beside."""

from __future__ import annotations

import json
import re
from pathlib import Path

from spatial.indicators.registry import BY_ID
from spatial.scorecard.explain import rule_lines
from spatial.scorecard.rule_words import EVIDENCE, denominator_in_words, evidence_words, rule_in_words


def test_a_rule_in_words() -> None:
    assert rule_in_words("allocation=area; area_source=geometry; year=2022", 0) == "跨界分配：按面积分割；面积：按图形；数据年度：2022"
    assert rule_in_words("area_source=registered; 2022-2019", 0) == "面积：按登记；2022 年比 2019 年"
    assert rule_in_words("exact coverage; a.tif cover 2020-10-20; over: parcels outside", 1) == "exact coverage; image a.tif of 2020-10-20; over the parcels outside"
    said = rule_lines({"rule": "allocation=largest", "as_of": "2022-12-31"}, 0)
    assert "跨界分配：归最大部分；截至 2022-12-31" in said[0] and "allocation=largest" in said[1]


def test_marks_of_evidence_are_words() -> None:
    assert evidence_words("unverified", 0) == " (凭记忆，未核对原文)" and evidence_words("", 1) == ""
    assert all(not re.search("[一-鿿]", english) for _, english in EVIDENCE.values())


def test_every_rule_of_the_demo_has_words(shared_demo: Path) -> None:
    rules = {row["rule"] for row in json.loads((shared_demo / "demo" / "results.json").read_text(encoding="utf-8"))["values"]}
    assert len(rules) > 10
    for rule in rules:
        for pick in (0, 1):
            assert not re.search(r"\w=|cover |over: ", rule_in_words(rule, pick)), rule
        assert not re.search("[一-鿿]", rule_in_words(re.sub("影像_", "image_", rule), 1)), rule


def test_a_share_names_what_it_is_a_share_of() -> None:
    rules = {"idle_denominator": "supplied_all"}
    assert denominator_in_words(BY_ID["supply_rate"], {}, 0) == "已建成城镇建设用地 + 已达到供地条件的其他土地"
    assert denominator_in_words(BY_ID["idle_land_share"], rules, 0) == "全部已供用地" and denominator_in_words(BY_ID["idle_land_share"], rules, 1) == "all supplied"
    assert denominator_in_words(BY_ID["built_rate"], {}, 1) == "state-owned construction land supplied"
    assert denominator_in_words(BY_ID["new_project_share"], {}, 1) == "new projects of the district"
