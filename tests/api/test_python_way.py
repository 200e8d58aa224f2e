"""What the command line does, in Python: from a run to a chart, a file, sheets, tiles, a snapshot; and objects that show themselves."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

import spatial

LOTS = {"宗地代码": ["P1", "P2"], "土地用途": ["工业用地", "工业用地"]}


@pytest.fixture(scope="module")
def done(shared_demo: Path) -> spatial.Run:
    return spatial.load(shared_demo / "demo")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two lots of 150 m by 100 m, 22.5 mu each, the first with 90 of tax: four for each mu there, two for the land of both."""
    gpd.GeoDataFrame(LOTS, geometry=[box(480_000 + 200 * i, 3_330_000, 480_150 + 200 * i, 3_330_100) for i in range(2)], crs=4549).to_file(tmp_path / "地块.gpkg")
    gpd.GeoDataFrame({"园区名称": ["东园", "西园"]}, geometry=[box(479_990 + 200 * i, 3_329_990, 480_160 + 200 * i, 3_330_110) for i in range(2)], crs=4549).to_file(tmp_path / "园区.gpkg")
    (tmp_path / "税收.csv").write_text("宗地代码,税收(万元)\nP1,90\nP2,0\n", encoding="utf-8")
    path = tmp_path / "s.toml"
    path.write_text('[study]\nname = "两宗地"\nas_of = 2022-12-31\n[rules]\nper_mu_land = "parcels"\n[layers.parcels]\npath = "地块.gpkg"\n[layers.carriers]\npath = "园区.gpkg"\n'
                    '[layers.attributes.tax]\npath = "税收.csv"\n', encoding="utf-8")
    return path


def test_an_analysis_is_a_run_without_a_folder_until_it_is_written(study: Path, tmp_path: Path) -> None:
    run = spatial.Run.of(spatial.analyse(spatial.load_study(study, sets="sheets.draw=no"), sensitivity=False))
    assert run.value("tax_per_mu", "东园") == pytest.approx(4, rel=1e-3)
    assert run.value("tax_per_mu") == pytest.approx(2, rel=1e-3)
    for asked in (lambda: run.folder, lambda: run.explain("tax_per_mu"), lambda: run.snapshot(tmp_path), run.sheets, run.tiles):
        with pytest.raises(spatial.UsageError, match="not written"):
            asked()
    written = run.write(tmp_path / "out")
    assert spatial.load(tmp_path / "out").value("tax_per_mu") == written.value("tax_per_mu") == run.value("tax_per_mu")
    assert (written.folder / "map.html").is_file()
    assert "90" in "".join(written.explain("tax_per_mu")[0])
    assert written.tiles()[0].is_file()
    assert written.snapshot(tmp_path / "frozen").is_file()


def test_the_sheets_of_a_run_are_drawn_again(study: Path, tmp_path: Path) -> None:
    run = spatial.run(study, out=tmp_path / "out", sets="sheets.draw=no")
    folder, _ = run.sheets(sets=["sheets.kinds=status", "sheets.atlas=none", "sheets.png=none"])
    assert len(list(folder.glob("*.pdf"))) == 1


def test_a_plot_has_a_bar_a_zone_and_a_line_at_the_whole(study: Path) -> None:
    """East gives 4 for each mu, west nothing; both together 2."""
    run = spatial.Run.of(spatial.analyse(spatial.load_study(study), sensitivity=False))
    axes = run.plot("tax_per_mu").axes[0]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([0, 4], rel=1e-3, abs=1e-9)
    assert axes.lines[0].get_xdata()[0] == pytest.approx(2, rel=1e-3)
    assert axes.get_title(loc="left") == "亩均税收" and axes.get_xlabel() == "万元/亩"
    with pytest.raises(spatial.UsageError, match="tax_per_mu"):
        run.plot("tax_per_muu")


def test_frames_are_exported_by_the_suffix_of_their_file(done: spatial.Run, tmp_path: Path) -> None:
    for name in ("lots.gpkg", "lots.parquet", "lots.geojson", "lots.csv"):
        done.export(tmp_path / name)
    assert gpd.read_file(tmp_path / "lots.gpkg")["area_m2"].sum() == pytest.approx(done.parcels["area_m2"].sum())
    assert gpd.read_parquet(tmp_path / "lots.parquet").crs == done.parcels.crs
    assert gpd.read_file(tmp_path / "lots.geojson").total_bounds[0] > 100  # degrees east
    assert len(pd.read_csv(tmp_path / "lots.csv", low_memory=False)) == len(done.parcels)
    assert set(pd.read_csv(done.export(tmp_path / "values.csv", "values"))["unit"]) == set(done.values["unit"])
    with pytest.raises(spatial.UsageError, match="csv"):
        done.export(tmp_path / "values.gpkg", "values")
    with pytest.raises(spatial.UsageError, match="gpkg"):
        done.export(tmp_path / "lots.gpgk")
    with pytest.raises(spatial.UsageError, match="parcels"):
        done.export(tmp_path / "x.csv", "parcel")  # type: ignore[arg-type]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lots.csv", "lots.geojson", "lots.gpkg", "lots.parquet", "values.csv"]


def test_one_path_and_one_setting_are_not_taken_for_their_letters(study: Path) -> None:
    for one in (str(study.parent / "地块.gpkg"), study.parent / "地块.gpkg", [study.parent / "地块.gpkg"]):
        assert [found.kind for found in spatial.inspect(one)] == ["parcels"]
    with pytest.raises(spatial.UsageError, match="file not found"):
        spatial.inspect("没有.xlsx")
    assert spatial.load_study(study, sets="join.allocation=largest").allocation == "largest"
    assert [finding.code for finding in spatial.check(study, sets="join.alocation=largest")] == ["study.unknown_key"]


def test_a_table_prints_its_units(study: Path) -> None:
    table = spatial.Run.of(spatial.analyse(spatial.load_study(study), sensitivity=False)).table("tax_per_mu", "idle_land_share")
    assert "tax_per_mu(万元/亩)" in repr(table) and "idle_land_share(比率)" in str(table)
    assert list(table.columns) == ["zone_name", "tax_per_mu", "idle_land_share"]
    assert list(table.labelled().columns) == ["分区", "亩均税收(万元/亩)", "闲置土地占比(比率)"]


def test_studies_results_findings_and_the_registry_show_themselves(study: Path) -> None:
    """Short, in rows of a table, and nothing of their texts is markup."""
    study.write_text(study.read_text(encoding="utf-8").replace("两宗地", "两宗<b>地"), encoding="utf-8")
    told = spatial.load_study(study)
    result = spatial.analyse(told, sensitivity=False)
    for shown in (told, result, result.findings[0], spatial.INDICATORS):
        page = shown._repr_html_()
        assert page.startswith("<div>") and page.count("<tr>") >= 3 and "<b>" not in page
    assert len(repr(told)) < 200 and len(repr(result)) < 200
    assert "per_mu_land" in told._repr_html_() and "地块.gpkg" in told._repr_html_()
    assert "tax_per_mu" in spatial.INDICATORS._repr_html_() and repr(spatial.INDICATORS).startswith(f"<{len(spatial.INDICATORS)} indicators: tax_per_mu, ")


def test_schemas_are_asked_for_by_name() -> None:
    assert spatial.json_schema("study")["title"] == "spatial study"
    with pytest.raises(spatial.UsageError, match="results"):
        spatial.json_schema("result")  # type: ignore[arg-type]
