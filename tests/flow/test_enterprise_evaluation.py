"""Enterprise benefit evaluation from a ledger through the whole flow: every expected score worked by hand."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from spatial import pipeline
from spatial.errors import Refused
from spatial.indicators.benefit import scored
from spatial.read.benefits import load_benefit
from spatial.schema.benefit import Group, Item, Profile, Veto
from spatial.scorecard.explain_firm import explain_firm
from tests.flow.conftest import District

PUBLISHED = """
zh = "黄岩区2021年度"
scheme = "base"
[classes]
by = "threshold"
order = ["A", "B", "C", "D"]
limits = [100, 80, 60]
[[group]]
id = "above_scale"
above_scale = true
zh = "规上"
measure = [
    { id = "tax_per_mu", weight = 30, base = 26.01 },
    { id = "value_added_per_mu", weight = 20, base = 132.27 },
    { id = "value_added_per_energy", weight = 20, base = 2.54 },
    { id = "value_added_per_emission", weight = 10, base = 4861.08, missing = "average" },
    { id = "labour_productivity", weight = 10, base = 17.45 },
    { id = "rd_share", weight = 10, base = 0.0305 },
]
"""
ADDED = 0.8 * 132.27 * 10  # of 10 mu
CHECK = {"统一社会信用代码": "F1", "年度": 2020, "宗地代码": "A", "是否规上": "是", "登记用地面积(亩)": 10, "税收实际贡献(万元)": 1.5 * 26.01 * 10, "工业增加值(万元)": ADDED,
         "综合能耗(吨标准煤)": ADDED / 2.54, "主要污染物排放量(吨)": "", "年平均职工人数(人)": ADDED / (1.2 * 17.45), "研发经费支出(万元)": 1.5 * 0.0305 * 1000, "主营业务收入(万元)": 1000}
OTHER = {**CHECK, "统一社会信用代码": "F2", "宗地代码": "B", "主要污染物排放量(吨)": ADDED / (0.92 * 4861.08)}  # 9.2 points, and so the average is 9.2


def _ledger(district: District, rows: list[dict[str, Any]], profile: str = PUBLISHED) -> None:
    (district.folder / "办法.toml").write_text(profile, encoding="utf-8")
    district.parts["rules"] = 'benefit = "办法.toml"'
    district.ledger("enterprises", rows)


def _firms(run: pipeline.Run) -> pd.DataFrame:
    return run.result.ledgers["enterprises"].set_index("enterprise_id")


def test_the_worked_check_of_huangyan_is_117_2(district: District) -> None:
    _ledger(district, [CHECK, OTHER])
    run = district.analyse()
    firm = _firms(run).loc["F1"]
    items = [firm[f"score_{name}"] for name in ("tax_per_mu", "value_added_per_mu", "value_added_per_energy", "value_added_per_emission", "labour_productivity", "rd_share")]
    assert items == pytest.approx([45, 16, 20, 9.2, 12, 15], rel=1e-6)
    assert firm["score"] == pytest.approx(117.2, rel=1e-6)
    assert (firm["rank"], firm["class"], firm["score_status"]) == (1, "A", "ok")
    told = {finding.code: finding for finding in run.result.findings}
    assert (told["benefit.instead"].key, told["benefit.instead"].count, float(told["benefit.instead"].value_used)) == ("F1", 1, pytest.approx(9.2))
    assert told["benefit.instead"].path == "enterprises.csv"


def test_the_workbook_shows_it_and_a_public_edition_does_not(district: District) -> None:
    _ledger(district, [CHECK, OTHER])
    folder = district.run().folder
    sheet = openpyxl.load_workbook(folder / "tables.xlsx")["企业综合评价"]
    shown = [[cell.value for cell in row[:7]] for row in sheet.iter_rows(min_row=2)]
    assert [row[0] for row in shown] == ["F1", "F2"]
    assert shown[0][2:4] == ["规上", 1]
    assert shown[0][4] == pytest.approx(117.2, rel=1e-6)
    public = district.run(sets=["study.audience=public"], out=district.folder / "public")
    assert "enterprises" not in public.result.ledgers
    assert "企业综合评价" not in openpyxl.load_workbook(public.folder / "tables.xlsx").sheetnames
    quoted = [finding for finding in public.result.findings if finding.code.startswith("benefit.")]
    assert quoted
    assert not [finding for finding in quoted if "F1" in (finding.key + finding.value_seen + finding.message())]


def test_a_study_that_asks_for_nothing_gets_nothing(district: District) -> None:
    district.ledger("enterprises", [CHECK])
    run = district.analyse()
    assert "score" not in run.result.ledgers["enterprises"]
    assert not [finding for finding in run.result.findings if finding.code.startswith("benefit.")]


@pytest.mark.parametrize(("old", "new", "word"), [
    ("weight = 30", "weight = 31", "101"), ('"tax_per_mu"', '"tax_per_head"', "tax_per_head"), ("limits = [100, 80, 60]", "limits = [60, 80, 100]", "limits"),
    ('missing = "average"', 'missing = "mean"', "mean"), ("base = 26.01", "base = 0", "base"), ("base = 26.01", "base = nan", "base"), ("zh = \"黄岩", "zhs = \"黄岩", "zhs"),
])
def test_a_wrong_profile_is_refused_by_name(district: District, old: str, new: str, word: str) -> None:
    _ledger(district, [CHECK], PUBLISHED.replace(old, new, 1))
    with pytest.raises(Refused) as refused:
        district.run()
    assert [(f.code, word in f.value_seen) for f in refused.value.findings if f.severity == "error"] == [("benefit.wrong_profile", True)]


def test_no_such_profile_and_no_ledger(district: District) -> None:
    district.parts["rules"] = 'benefit = "huangyan-2022"'
    assert [f.severity for f in district.analyse().result.findings if f.code == "benefit.no_ledger"] == ["warning"]
    district.parts["rules"] = 'benefit = "huangyan"'
    with pytest.raises(Refused, match="huangyan-2022"):
        district.run()


MU = 2000 / 3
TAX = Item("tax_per_mu", 100)


def _profile(*, scheme: str = "base", by: str = "quantile", limits: tuple[float, ...] = (0.2, 0.3, 0.4), item: Item = TAX, vetoes: tuple[Veto, ...] = ()) -> Profile:
    groups = (Group("above_scale", True, "规上", "above", (item,)), Group("below_scale", False, "规下", "below", (item,)))
    return Profile("p", "办法", "profile", "1", "", "", scheme, 20.0, by, ("A", "B", "C", "D"), limits, groups, vetoes)


def _rows(tax: list[float], land: list[float] | None = None, **columns: Any) -> pd.DataFrame:
    mu = [1.0] * len(tax) if land is None else land
    base = {"enterprise_id": [f"F{n}" for n in range(len(tax))], "year": 2020, "above_scale": True, "tax_wanyuan": tax, "land_registered_m2": [one * MU for one in mu]}
    return pd.DataFrame({**base, **columns})


def test_the_base_is_a_ratio_of_sums() -> None:
    out, _ = scored(_rows([10.0, 90.0], [10.0, 30.0]), 2020, _profile())  # 1 and 3 a mu; 100 / 40 = 2.5, not their mean of 2
    assert out["score"].tolist() == pytest.approx([40, 120])


def test_min_max_runs_from_20_to_100() -> None:
    out, _ = scored(_rows([-2.0, 1.0, 10.0]), 2020, _profile(scheme="min_max"))
    assert out["score"].tolist() == pytest.approx([20, 20 + 80 * 3 / 12, 100])
    same, findings = scored(_rows([5.0, 5.0]), 2020, _profile(scheme="min_max"))
    assert same["score"].tolist() == [100, 100]
    assert "benefit.no_spread" in {finding.code for finding in findings}


def test_ties_share_rank_and_the_better_class_and_quantiles_end_where_they_say() -> None:
    out, _ = scored(_rows([float(n) for n in (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)]), 2020, _profile())
    assert "".join(out["class"]) == "AABBBCCCCD"
    tied, _ = scored(_rows([10.0, 9.0, 9.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]), 2020, _profile())
    assert tied["rank"].tolist() == [1, 2, 2, 4, 5, 6, 7, 8, 9, 10]
    assert "".join(tied["class"]) == "AAABBCCCCD"
    few, _ = scored(_rows([3.0, 2.0, 1.0]), 2020, _profile())  # 0.6, 1.5 and 2.7 firms are 1, 2 and 3
    assert "".join(few["class"]) == "ABC"
    assert "".join(scored(_rows([float(n) for n in range(10, 0, -1)]), 2020, _profile(limits=(0.1, 0.2, 0.7)))[0]["class"]) == "ABBCCCCCCC"


def test_shares_of_firms_are_cut_to_the_nearest_firm_as_a_county_published_them_and_the_first_is_never_last() -> None:
    """天台 2022: of 1248 firms 10.7 %, 35.2 %, 46.1 % and the rest are 134, 439, 575 and 100. The only firm of a group, and the best of four with a first class of a tenth, are first."""
    limits = (0.107, 0.352, 0.461)
    out, _ = scored(_rows([float(n) for n in range(1248, 0, -1)]), 2020, _profile(limits=limits))
    assert out["class"].value_counts().reindex(list("ABCD")).tolist() == [134, 439, 575, 100]
    assert scored(_rows([1.0]), 2020, _profile(limits=limits))[0]["class"].tolist() == ["A"]
    assert "".join(scored(_rows([4.0, 3.0, 2.0, 1.0]), 2020, _profile(limits=limits))[0]["class"]) == "ABCC"


def test_a_threshold_is_met_by_equality() -> None:
    out, _ = scored(_rows([100.0, 80.0, 79.9999, 0.0]), 2020, _profile(by="threshold", limits=(100.0, 80.0, 60.0), item=Item("tax_per_mu", 100, base=100.0)))
    assert "".join(out["class"]) == "ABCD"


def test_vetoes_change_a_class_and_nobody_elses_rank() -> None:
    vetoes = (Veto("F0", to="D"), Veto("F1", down=1), Veto("F3", down=-1), Veto("F9", down=5, year=2019), Veto("F8", to="A"), Veto("F8", to="C"), Veto("nobody", to="D"))
    out, findings = scored(_rows([float(n) for n in range(10, 0, -1)]), 2020, _profile(vetoes=vetoes))
    assert "".join(out["class"]) == "DBBABCCCCD"
    assert out["rank"].tolist() == list(range(1, 11))
    assert [finding.value_seen for finding in findings if finding.code == "benefit.veto_unknown"] == ["nobody"]


def test_a_veto_stands_beside_the_class_that_the_score_gave() -> None:
    vetoes = (Veto("F0", to="D", zh="发生较大安全事故"), Veto("F1", down=1))
    out, _ = scored(_rows([float(n) for n in range(10, 0, -1)]), 2020, _profile(vetoes=vetoes))
    assert out.loc[:2, ["class_by_score", "class", "veto"]].values.tolist() == [["A", "D", "发生较大安全事故"], ["A", "B", "降1档"], ["B", "B", ""]]


def test_the_score_of_one_firm_is_told_item_by_item() -> None:
    out, _ = scored(_rows([10.0, 30.0]), 2020, _profile(vetoes=(Veto("F1", to="D"),)))
    lines, items = explain_firm(out, "F1") or ([], None)
    assert items is not None and items[["value", "points"]].values.tolist() == [[30.0, 150.0]]
    assert "  得分: 150.0000" in lines and "  否决、升降档: →D" in lines
    assert explain_firm(out, "F7") is None


def test_above_and_below_scale_are_scored_apart() -> None:
    out, findings = scored(_rows([10.0, 30.0, 1.0, 3.0, 5.0], above_scale=pd.array([True, True, False, False, None], dtype="boolean")), 2020, _profile())
    assert out["score"].tolist()[:4] == pytest.approx([50, 150, 50, 150])
    assert out["rank"].tolist()[:4] == [2, 1, 2, 1]
    assert (out["score_status"][4], math.isnan(out["score"][4])) == ("no_data", True)
    assert [(f.code, f.key) for f in findings if f.severity == "warning"] == [("benefit.no_group", "F4")]


def test_who_has_no_data_gets_no_score_and_moves_nobody() -> None:
    marked = pd.array([True, True, None, False, True, True], dtype="boolean")
    rows = _rows([10.0, 30.0, 500.0, 500.0, np.nan, 40.0], [1.0, 1.0, 1.0, 1.0, 1.0, 0.0], evaluated=marked)
    out, findings = scored(rows, 2020, _profile())
    assert out["score_status"].tolist() == ["ok", "ok", "no_data", "not_evaluated", "no_data", "not_applicable"]
    assert out["score"].tolist()[:2] == pytest.approx([50, 150])
    assert out["score"][2:].isna().all()
    assert out["rank"][2:].isna().all()
    assert [(f.code, f.key) for f in findings if f.severity == "warning"] == [("benefit.unmarked", "F2"), ("benefit.not_applicable", "F5"), ("benefit.missing", "F4")]


def test_negative_land_and_zero_denominators_are_never_infinite() -> None:
    out, _ = scored(_rows([10.0, 30.0], land_leased_out_m2=[2 * MU, 0.0]), 2020, _profile())
    assert out["score_status"].tolist() == ["not_applicable", "ok"]
    item = Item("value_added_per_emission", 100, missing="average")
    firms = _rows([1.0, 1.0], value_added_wanyuan=[8.0, 8.0], emissions_t=[0.0, 2.0])
    strict, findings = scored(firms, 2020, _profile(item=item))
    assert strict["score_status"].tolist() == ["not_applicable", "ok"]
    assert [f.field for f in findings if f.code == "benefit.not_applicable"] == ["value_added, emissions"]
    kind, _ = scored(firms, 2020, _profile(item=dataclasses.replace(item, not_applicable="average")))
    assert kind["score"].tolist() == [100, 100]
    assert not np.isinf(kind.select_dtypes("number").astype(float).to_numpy()).any()


def test_caps_and_floors_only_where_stated() -> None:
    free, _ = scored(_rows([50.0, -10.0]), 2020, _profile(item=Item("tax_per_mu", 100, base=10.0)))
    assert free["score"].tolist() == pytest.approx([500, -100])
    held, _ = scored(_rows([50.0, -10.0]), 2020, _profile(item=Item("tax_per_mu", 100, base=10.0, cap=1.5, floor=0.0)))
    assert held["score"].tolist() == [150, 0]


def test_a_base_that_is_not_positive_scores_nobody() -> None:
    out, findings = scored(_rows([5.0, -8.0]), 2020, _profile())
    assert out["score"].isna().all()
    assert out["score_status"].tolist() == ["no_data", "no_data"]
    assert "benefit.no_base" in {finding.code for finding in findings}


def test_a_firm_twice_in_a_year_is_not_scored() -> None:
    out, _ = scored(_rows([5.0, 7.0, 9.0], enterprise_id=["F0", "F0", "F1"]), 2020, _profile())
    assert out["score_status"].tolist() == ["no_data", "no_data", "ok"]


def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    rows = _rows(list(rng.uniform(-1, 60, 300)), list(rng.uniform(0.3, 90, 300)))
    whole, findings = scored(rows, 2020, _profile())
    turned, again = scored(rows.sample(frac=1, random_state=3), 2020, _profile())
    pd.testing.assert_frame_equal(turned.sort_index(), whole, check_exact=True)
    assert again == findings


@pytest.mark.parametrize("name", ["huangyan-2022", "min-max"])
def test_the_packaged_profiles_can_be_read(name: str) -> None:
    profile, findings = load_benefit(name, Path())
    assert profile is not None
    assert findings == []
