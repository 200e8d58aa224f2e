"""`spatial init` on a folder of office files: the study it writes runs once its doubts are settled."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from spatial import cli, pipeline
from spatial.errors import Refused, UsageError
from spatial.read.study import load_study


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, shared_demo: Path) -> Path:
    here = shutil.copytree(shared_demo / "demo-data", tmp_path_factory.mktemp("office") / "files")
    (here / "study.toml").unlink()
    return here


@pytest.fixture(scope="module")
def study(folder: Path) -> str:
    return pipeline.init(folder)[0].read_text(encoding="utf-8")


def test_it_finds_every_role_and_writes_its_doubts(study: str) -> None:
    layers = tomllib.loads(study)["layers"]
    assert {"parcels", "carriers", "supply", "projects", "standard_land", "enterprises", "approvals"} <= set(layers)
    assert layers["parcels"]["path"] == "宗地.shp"
    assert layers["supply"]["columns"]["agreed_start_date"].endswith("约定开工时间")
    assert layers["enterprises"]["columns"]["tax"] == "税收实际贡献(万元)"
    assert study.count("疑问") >= 4
    assert "EPSG:4528" in study


def test_with_its_doubts_settled_it_runs(folder: Path, study: str) -> None:
    path = folder / "settled.toml"
    path.write_text(study, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        pipeline.run(path)
    assert {finding.code for finding in refused.value.findings if finding.severity == "error"} == {"crs.none"}
    text = study.replace('# datum = "CGCS2000"', 'datum = "CGCS2000"')
    text = re.sub(r"as_of  = \S+", "as_of  = 2022-12-31", text)
    text = re.sub(r"period = \[.*?\]", "period = [2020-01-01, 2022-12-31]", text)
    path.write_text(text, encoding="utf-8")
    values = pipeline.analyse(load_study(path), sensitivity=False).values.set_index(["indicator", "zone"])["value"]
    assert values[("new_land_to_carriers_share", "study_area")] == pytest.approx(0.76, abs=0.02)
    assert values[("tax_per_mu", "study_area")] > 10


def test_it_does_not_overwrite_a_study(folder: Path, study: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", str(folder)]) == 2
    assert "study.toml" in capsys.readouterr().err


def test_inspect_tells_what_a_file_seems_to_be(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["inspect", str(folder / "宗地.shp"), str(folder / "供地台账.xlsx"), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "GB18030" in said
    assert "looks like parcels" in said
    assert "looks like supply" in said
    assert "宗地代码 -> parcel_id" in said


def test_inspect_speaks_chinese_unless_asked_otherwise(shared_demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = shared_demo / "demo-data"
    cli.main(["inspect", str(data / "宗地.shp"), str(data / "产业载体.gpkg")])
    said = capsys.readouterr().out
    assert "编码: GB18030 (全文都是有效的 GB18030，100% 的字符像文字)" in said and "UTF-8 (GPKG 标准规定为 UTF-8)" in said
    assert "坐标系: 未写明，见下" in said and "坐标系: EPSG:4490 (文件写明，GPKG)" in said
    assert "像是 地块 (parcels)" in said and "像是 产业载体 (carriers)" in said
    assert not re.search("plausible|standard|file:|\\?", said)


def test_every_option_and_argument_is_explained_in_both_languages() -> None:
    [commands] = [action for action in cli.parser()._actions if isinstance(action.choices, dict)]
    assert isinstance(commands.choices, dict)
    for name, command in commands.choices.items():
        for action in command._actions:
            told = str(action.help or "")
            assert "--help" in action.option_strings or (re.search("[一-鿿]", told) and re.search(" / .*[a-z]", told)), (name, action.dest)


@pytest.mark.verify
def test_two_runs_are_compared(shared_demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = shared_demo / "demo"
    two = pipeline.run(shared_demo / "demo-data" / "study.toml", out=tmp_path / "two", sets=["join.allocation=largest"]).folder
    assert cli.main(["compare", str(one), str(two)]) == 0
    assert "new_land_to_carriers_share" in capsys.readouterr().out
    assert cli.main(["compare", str(one), str(tmp_path / "nowhere")]) == 2


def test_a_layer_of_polygons_with_odd_names_stands_for_the_parcels_and_asks_for_their_codes(tmp_path: Path) -> None:
    """Twelve polygons whose codes stand in a column of no known name: the study asks, refuses while nobody answers, and runs with the answer."""
    shapes = [box(40_520_000 + 150 * i, 3_560_000, 40_520_140 + 150 * i, 3_560_110) for i in range(12)]
    gpd.GeoDataFrame({"DKBH_1": [f"C{i}" for i in range(12)], "XZ": ["甲"] * 12}, geometry=shapes, crs="EPSG:4528").to_file(tmp_path / "ZD_final.gpkg")
    gpd.GeoDataFrame({"名称": ["东园"]}, geometry=[box(40_519_990, 3_559_990, 40_520_900, 3_560_120)], crs="EPSG:4528").to_file(tmp_path / "园区.gpkg")
    (tmp_path / "企业.csv").write_text("宗地代码,备用\nC1,2\n", encoding="gbk")
    path, _ = pipeline.init(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert tomllib.loads(text)["layers"]["parcels"] == {"path": "ZD_final.gpkg", "columns": {}}
    assert "每行都有值且不重复的列：DKBH_1。" in text
    assert "standard_land" not in text  # a column of codes alone is no ledger of any kind
    text = text.replace("# as_of  = 2022-12-31", "as_of = 2022-12-31\nperiod = [2020-01-01, 2022-12-31]")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        pipeline.analyse(load_study(path), sensitivity=False)
    assert [finding.field for finding in refused.value.findings if finding.severity == "error"] == ["parcel_id"]
    path.write_text(text.replace("# parcel_id =", "parcel_id ="), encoding="utf-8")
    result = pipeline.analyse(load_study(path), sensitivity=False)
    assert sorted(result.parcels["parcel_id"]) == sorted(f"C{i}" for i in range(12))


def test_polygons_of_townships_are_told_how_they_are_zones(tmp_path: Path) -> None:
    """A study that does as the file says has them among its zones: both parcels lie in the one township."""
    plots = [box(40_520_000 + 150 * i, 3_560_000, 40_520_140 + 150 * i, 3_560_110) for i in range(2)]
    gpd.GeoDataFrame({"宗地代码": ["A", "B"], "用途": ["工业用地"] * 2}, geometry=plots, crs="EPSG:4528").to_file(tmp_path / "宗地.gpkg")
    gpd.GeoDataFrame({"乡镇代码": ["330109101"], "乡镇名称": ["城东街道"]}, geometry=[box(40_519_000, 3_559_000, 40_521_000, 3_561_000)], crs="EPSG:4528").to_file(tmp_path / "乡镇.gpkg")
    path, _ = pipeline.init(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "乡镇.gpkg : 看不出是什么；是乡镇、片区等分区的，写 [layers.zones.名称] path" in text
    path.write_text(text.replace("# as_of  = 2022-12-31", "as_of = 2022-12-31").replace("# period", "period")
                    + '[layers.zones.towns]\npath = "乡镇.gpkg"\n[layers.zones.towns.columns]\ncarrier_id = "乡镇代码"\ncarrier_name = "乡镇名称"\n', encoding="utf-8")
    result = pipeline.analyse(load_study(path), sensitivity=False)
    assert result.zones.set_index("id")["name"].get("towns:330109101") == "城东街道"


def test_a_folder_without_layers_and_ledgers_gets_no_study(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_bytes(b"x")
    with pytest.raises(UsageError, match="no layer or ledger"):
        pipeline.init(tmp_path)
    assert not (tmp_path / "study.toml").exists()


@pytest.mark.parametrize(("language", "said"), [("zh", "study.toml 已写成；1 个文件读不了，没有列入"), ("en", "study.toml is written; 1 files cannot be read and are left out")])
def test_a_file_that_cannot_be_read_is_a_doubt_beside_one_that_can(language: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0 is for findings of warning or below: the study is written without the file, and names it."""
    gpd.GeoDataFrame({"宗地代码": ["A"], "用途": ["工业用地"]}, geometry=[box(40_520_000, 3_560_000, 40_520_140, 3_560_110)], crs="EPSG:4528").to_file(tmp_path / "宗地.gpkg")
    (tmp_path / "坏.gpkg").write_bytes(b"SQLite format 3\0" + b"x" * 200)
    assert cli.main(["init", str(tmp_path), "--lang", language]) == 0
    told = capsys.readouterr().err
    assert "坏.gpkg: [warning] container." in told and "[error]" not in told and said in told
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["layers"]["parcels"]["path"] == "宗地.gpkg" and re.search(r"^#   坏\.gpkg", text, re.M)


def test_a_folder_of_which_no_file_can_be_read_is_refused_and_gets_no_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("甲.gpkg", "乙.gpkg"):
        (tmp_path / name).write_bytes(b"SQLite format 3\0" + b"x" * 200)
    assert cli.main(["init", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert all(f"{name}: [error] container." in told for name in ("甲.gpkg", "乙.gpkg")) and not (tmp_path / "study.toml").exists()
