"""Ledgers filled into forms: marks about headers, two units in one bracket, example rows, rows that are called void."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from spatial.normalise.columns import map_columns
from spatial.normalise.void_rows import called_void
from spatial.read.declarations import kinds
from spatial.read.ledger import read_ledger
from spatial.read.ledger.header import clean
from spatial.read.ledger.units import header_unit, without_unit
from spatial.read.propose import propose
from spatial.schema.fields import bare_header, same_header
from spatial.schema.study import ColumnSpec, LayerSpec
from tests.corpus.ledgers.files import text

HEAD = ["统一社会信用代码", "年度", "宗地代码", "税收(万元)"]
ROWS = [["E1", 2020, "A", 100], ["E2", 2020, "B", 200], ["E3", 2020, "C", 30]]


@pytest.mark.parametrize("header", ["*用地面积(亩)", "用地面积(亩)*", "用地面积(亩)①", "5.用地面积(亩)", "(5) 用地面积(亩)", "用地面积 亩", "用地面积—亩", "用地面积(亩)★",
                                    "用地面积（亩，保留两位小数）"])
def test_what_forms_write_about_a_name_is_no_part_of_it(header: str) -> None:
    assert bare_header(header) == "用地面积" and header_unit(clean(header)) == "mu"


@pytest.mark.parametrize("header", ["2020年税收", "3号地块", "A.1", "备注1", "1.5倍以上", "用地面积 面积"])
def test_other_figures_and_words_stay(header: str) -> None:
    assert same_header(header) == header.casefold() == bare_header(header)


@pytest.mark.parametrize(("header", "unit"), [("税收(万元/亿元)", None), ("面积(亩、平方米)", None), ("面积(亩或公顷)", None), ("税收(万元,含附加)", "wanyuan"), ("税收(人民币，万元)", "wanyuan"),
                                              ("投资强度(万元/亩)", "wanyuan_per_mu"), ("面积（亩，1亩=666.67平方米）", "mu"), ("用地(亩/宗)", None), ("单价(元/平方米·年)", None)])
def test_a_bracket_of_two_units_names_none(header: str, unit: str | None) -> None:
    assert header_unit(clean(header)) == unit


@pytest.mark.parametrize("word", ["例", "示例", "（示例）", "填写示例：", "样例1", "Example"])
def test_an_example_of_how_to_fill_in_the_form_is_no_row(word: str, tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [HEAD, [word, 2020, "B", 9999], *ROWS])
    raw = read_ledger(tmp_path / "a.csv", role="enterprises", shown_path="a.csv")
    assert raw.frame[HEAD[0]].tolist() == ["E1", "E2", "E3"] and ("example" in raw.set_aside["reason"].tolist())


def test_a_firm_of_that_name_is_one(tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [[*HEAD, "企业名称"], *[[*row, name] for row, name in zip(ROWS, ["示例科技", "案例库", "丙"], strict=True)]])
    assert len(read_ledger(tmp_path / "a.csv", role="enterprises", shown_path="a.csv").frame) == 3


@pytest.mark.parametrize(("remark", "told"), [("作废", True), ("重复，作废", True), ("已删除", True), ("此行作废", True), ("重复登记", True),
                                             ("已解除", True), ("合同已解除", True), ("土地已依法收回", True), ("撤销", True), ("无效", True), ("历史", True), ("历史遗留问题", False),
                                             ("解除闲置认定", False), ("终止挂牌后重新出让", False), ("收回的土地再供应", False),
                                             ("取消限高", False), ("原证作废，已换证", False), ("重复利用旧厂房", False),
                                             ("删减用地", False),
                                              ("", False)])
def test_rows_that_say_they_are_void_are_told(remark: str, told: bool, tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [[*HEAD, "备注"], *[[*row, said] for row, said in zip(ROWS, ["", remark, "正常"], strict=True)]])
    raw = read_ledger(tmp_path / "a.csv", role="enterprises", shown_path="a.csv")
    assert len(raw.frame) == 3
    assert [(f.row, f.field) for f in called_void(raw)] == ([(3, "备注")] if told else [])


def test_a_column_that_nearly_bears_the_name_of_an_amount_is_told(tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [[*HEAD[:3], "2019年税收(万元)", "2020年税收(万元)"], *[[*row, 1] for row in ROWS]])
    raw = read_ledger(tmp_path / "a.csv", role="enterprises", shown_path="a.csv")
    mapped, findings = map_columns(raw, LayerSpec(role="enterprises", path=tmp_path, shown_path="a.csv"), kinds()["enterprises"])
    assert "tax" not in mapped and [(f.field, f.value_seen) for f in findings if f.code == "schema.near_alias"] == [("tax", "2019年税收(万元)、2020年税收(万元)")]


def test_inspect_tells_what_a_run_would_of_keys_and_cells(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"宗地代码": ["A", "B", "A", "A"], "登记面积(亩)": ["约15", "15", "15", "x"]}, geometry=[box(i, 0, i + 1, 1) for i in range(4)], crs=4490)
    frame.set_geometry(frame.geometry.scale(0.001, 0.001, origin=(0, 0)).translate(120.2, 30.2)).to_file(tmp_path / "p.gpkg")
    told = {(f.code, f.row, f.key) for proposal in propose(tmp_path / "p.gpkg") for f in proposal.findings}
    assert told >= {("key.duplicate", 3, "A"), ("row.about", 1, ""), ("row.bad_cell", 4, "")}


@pytest.mark.parametrize(("header", "unit", "name"), [
    ("面积（亩", "mu", "面积"), ("面积（公顷", "ha", "面积"), ("总投资（万元", "wanyuan", "总投资"), ("土地面积【平方米", "m2", "土地面积"), ("实测(2020)(亩", "mu", "实测(2020)"),
    ("面积（单位：亩", "mu", "面积"),
    ("税收（万元", None, "税收"),  # ten bytes: 万元/亩 begins alike
    ("面积（平方", None, "面积（平方"), ("面积（公", None, "面积（公"), ("宗地（一期", None, "宗地（一期")])
def test_a_bracket_that_is_not_closed_states_its_unit(header: str, unit: str | None, name: str) -> None:
    assert header_unit(header) == unit and without_unit(header) == name


EXPORT = {"宗地统一编码": "parcel_id", "监管号": "supply_id", "出让合同号": "contract_no", "批准用途": "land_use", "供地总面积(公顷)": "area", "合同签约日期": "contract_date",
          "合同约定交地时间": "agreed_handover_date", "合同约定动工时间": "agreed_start_date", "合同约定竣工时间": "agreed_completion_date", "土地使用权终止日期": "use_expiry_date"}
OTHERS = {"宗地特征码": "", "宗地面积(公顷)": "area", "土地用途": "land_use", "约定动工日期": "agreed_start_date", "实际动工日期": "actual_start_date", "宗地代码": "parcel_id",
          "图斑编号": ""}


@pytest.mark.parametrize("columns", [EXPORT, OTHERS])
def test_headers_of_registries_and_of_supply_systems_are_known(columns: dict[str, str], tmp_path: Path) -> None:
    day, code = "2021-03-01", "330109001001GB00001"
    cells = [day if "日期" in name or "时间" in name else 1.5 if "面积" in name else "工业用地" if "用途" in name else code for name in columns]
    text(tmp_path / "a.csv", [list(columns), cells])
    raw = read_ledger(tmp_path / "a.csv", role="supply", shown_path="a.csv")
    mapped, _ = map_columns(raw, LayerSpec(role="supply", path=tmp_path, shown_path="a.csv"), kinds()["supply"])
    assert {m.header: name for name, m in mapped.items() if name not in ("unit_id", "parcel_no")} == {header: name for header, name in columns.items() if name}


@pytest.mark.parametrize(("header", "field"), [("宗地统一代码", "parcel_id"), ("宗地统一编号", "parcel_id"), ("ZDTYBM", "parcel_id"), ("地籍编号", "parcel_id"), ("发证面积(㎡)", "registered_area"),
                                               ("SYQMJ(平方米)", "registered_area"), ("证载用途", "land_use"), ("界址点号", ""), ("实测面积(㎡)", "")])
def test_headers_of_parcels_are_known(header: str, field: str, tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [[header, "坐落"], ["1", "河东"]])
    raw = read_ledger(tmp_path / "a.csv", role="parcels", shown_path="a.csv")
    mapped, _ = map_columns(raw, LayerSpec(role="parcels", path=tmp_path, shown_path="a.csv"), kinds()["parcels"])
    assert {name for name, m in mapped.items() if m.position == 0} == ({field} if field else set())


@pytest.mark.parametrize(("beside", "refused"), [([300, 400, 500], True), ([300, None, None], False), (["已核", "", "已核"], False), ([300, "约四百", 500], False)])
def test_a_name_that_may_stand_over_two_amounts_is_asked_about(beside: list[object], refused: bool, tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [[*HEAD, None, "企业名称"], *[[*row, more, "甲"] for row, more in zip(ROWS, beside, strict=True)]])
    raw = read_ledger(tmp_path / "a.csv", role="enterprises", shown_path="a.csv")
    kind, spec = kinds()["enterprises"], LayerSpec(role="enterprises", path=tmp_path, shown_path="a.csv")
    mapped, findings = map_columns(raw, spec, kind)
    assert "tax" in mapped and [(f.field, f.value_seen, f.severity) for f in findings if f.code == "schema.name_over_two"] == ([("tax", "税收(万元)", "error")] if refused else [])
    stated = dataclasses.replace(spec, columns={"tax": ColumnSpec("税收(万元)")})
    assert not [f for f in map_columns(raw, stated, kind)[1] if f.code == "schema.name_over_two"]


@pytest.mark.parametrize(("further", "refused"), [("企业名称", True), (None, False)])
def test_a_nameless_column_of_which_half_is_filled_is_of_the_table_inside_it_alone(further: str | None, refused: bool, tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [[*HEAD, None, further], *[[*row, more, "甲" if further else None] for row, more in zip(ROWS, [300, 400, None], strict=True)]])
    raw = read_ledger(tmp_path / "a.csv", role="enterprises", shown_path="a.csv")
    found = map_columns(raw, LayerSpec(role="enterprises", path=tmp_path, shown_path="a.csv"), kinds()["enterprises"])[1]
    assert ("schema.name_over_two" in [f.code for f in found]) == refused
