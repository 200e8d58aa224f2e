"""Every TOML block of the documents is read and used: completed to a study with small files beside it, run, and the stated things looked up in the result."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from shapely import transform

import spatial
from spatial.cli import main
from spatial.normalise.web_datum import to_gcj02
from spatial.render.sheets.kinds import load_kinds
from tests.documents.test_commands import PAGES, ROOT, shown
from tests.documents.test_snippets import DOCS, WITH_CODE, blocks
from tests.flow.conftest import SHAPES, District, analysed, district
from tests.flow.test_way_to_target import park
from tests.servers import postgis_server

__all__ = ["district", "park"]
BLOCKS = {f"{page.as_posix()}:{title or number}": text for page in WITH_CODE for number, (kind, title, text) in enumerate(blocks(DOCS / page)) if kind == "toml"}
STUDY = '\nname = "small"\nas_of = 2022-12-31\nperiod = [2020-01-01, 2022-12-31]\ndatum = "CGCS2000"\n'
PARCELS = '\n[layers.parcels]\npath = "宗地.shp"\n'


@pytest.fixture(scope="module")
def small(shared_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the blocks name, small: parcels of one neighbourhood of the demo, in a shapefile of GBK without a .prj as offices send them."""
    home = tmp_path_factory.mktemp("small")
    every = gpd.read_file(shared_demo / "demo-data" / "宗地.shp", encoding="gb18030").set_crs(4528, allow_override=True)
    near = every.distance(every.geometry.iloc[0].centroid).sort_values().index[:60]
    parcels = every.loc[sorted(near), ["宗地代码", "用途", "geometry"]].reset_index(drop=True)
    parcels.to_file(home / "宗地.shp", encoding="gb18030", engine="pyogrio")
    (home / "宗地.prj").unlink()
    (home / "宗地.cpg").unlink(missing_ok=True)
    parcels.to_file(home / "宗地.gpkg")
    middle = parcels.geometry.union_all().centroid
    carriers = gpd.GeoDataFrame({"载体名称": ["小载体"], "载体类型": ["小镇"]}, geometry=[middle.buffer(5000)], crs=4528).to_crs(4490)
    shifted = transform(carriers.geometry.to_numpy(), lambda xy: np.column_stack(to_gcj02(xy[:, 0], xy[:, 1])))
    carriers.set_geometry(gpd.GeoSeries(shifted, crs=4326)).to_file(home / "载体.geojson", driver="GeoJSON")
    for name, bands, values in (("不透水面_2022", 1, (0.2, 0.9)), ("地表覆盖_2022", 1, (80, 10)), ("影像_2022", 4, (0.05, 0.4)), ("DEM", 1, (10.0, 30.0))):
        _raster(home / f"{name}.tif", parcels, bands, values)
    return home


def _raster(path: Path, parcels: gpd.GeoDataFrame, bands: int, values: tuple[float, float]) -> None:
    """Cells of 30 m over the parcels: one value in the west, the other in the east."""
    west, south, east, north = parcels.total_bounds
    width, height = int((east - west) / 30) + 3, int((north - south) / 30) + 3
    cells = np.where(np.arange(width) < width // 2, *values)[None, :].repeat(height, axis=0)
    kind = "uint8" if isinstance(values[0], int) else "float32"
    with rasterio.open(path, "w", driver="GTiff", width=width, height=height, count=bands, dtype=kind, crs=4528, transform=Affine(30, 0, west - 30, 0, -30, north + 30)) as raster:
        for band in range(1, bands + 1):
            raster.write((cells * (1 if bands == 1 else band)).astype(kind), band)


def completed(text: str) -> str:
    """The block with what a study must have besides; nothing of the block is changed."""
    said = tomllib.loads(text)
    own = said.get("study", {})
    missing = "\n".join(line for line in STUDY.splitlines() if line and line.split(" ")[0] not in own)
    text = text.replace("[study]\n", f"[study]\n{missing}\n", 1) if own else f"[study]\n{missing}\n{text}"
    return text if "parcels" in said.get("layers", {}) else text + PARCELS


def used(text: str, home: Path, folder: Path) -> spatial.Result:
    shutil.copytree(home, folder, dirs_exist_ok=True)
    (folder / "study.toml").write_text(completed(text), encoding="utf-8")
    return spatial.analyse(spatial.load_study(folder / "study.toml"), sensitivity=False)


@pytest.mark.parametrize("name", [name for name in BLOCKS if "sheet-" not in name])
def test_a_block_of_a_study_file_is_used_as_the_page_says(name: str, small: Path, tmp_path: Path) -> None:
    text = BLOCKS[name]
    result = used(text, small, tmp_path)
    inputs = result.inputs.set_index("role")
    assert len(result.parcels) == 60 and not [found.code for found in result.findings if found.severity == "error"]
    said = tomllib.loads(text).get("layers", {})
    for role, layer in said.items():
        for one, stated in ({f"{role}.{key}": value for key, value in layer.items()} if role == "imagery" else {role: layer}).items():
            assert inputs.at[one, "path"] == stated["path"]
            if "encoding" in stated:
                assert inputs.at[one, "encoding"].lower().startswith(stated["encoding"])
    if "carriers" in said:  # its border lies where it was drawn, not half a kilometre off
        [drawn] = result.carriers.geometry
        assert "GCJ-02" in inputs.at["carriers", "crs_from"] and drawn.area == pytest.approx(np.pi * 5000**2, rel=0.01)
        assert drawn.centroid.distance(result.parcels.geometry.union_all().centroid) < 1
    if "imagery" in said:
        columns = set(result.parcels.columns)
        assert {"impervious_mean", "impervious_coverage", "cover_share_80", "ground_2022_coverage", "slope_share_1"} <= columns
        assert set(np.round(result.parcels["impervious_mean"].dropna(), 6)) >= {0.2, 0.9}


@pytest.mark.parametrize("name", [name for name in BLOCKS if "sheet-" in name])
def test_a_block_of_a_kind_of_sheet_is_one(name: str, tmp_path: Path) -> None:
    (tmp_path / name.split(":")[1]).write_text(BLOCKS[name], encoding="utf-8")
    loaded, findings = load_kinds(tmp_path)
    said = tomllib.loads(BLOCKS[name])
    assert not findings and [kind.said for kind in loaded if kind.titles[0] == said["zh"]] == [said]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgis_server() as url:
        yield url


@pytest.mark.postgis
def test_the_block_that_writes_to_a_database_does(server: str, tmp_path: Path) -> None:
    """Under the study of four parcels, with the address of the server of the tests in place of the reader's own."""
    import psycopg

    [text] = [text for name, text in BLOCKS.items() if "results-in-postgis" in name]
    district = District(tmp_path)
    district.parts["study"] = 'policies = ["xiaoshan-4286"]'
    district.ledger("supply", [{"parcel_id": "A", "contract_date": "2020-05-01"}])
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8") + "\n" + re.sub(r'"postgresql://[^"]*"', f'"{server}"', text), encoding="utf-8")
    assert main(["run", str(study), "--quiet"]) == 0
    page = (DOCS / "howto" / "results-in-postgis.md").read_text(encoding="utf-8")
    [told] = re.findall(r"模式 `land_2022` 中有 (.*?)，内容", page)
    tables = re.findall(r"`(\w+)`", told)
    with psycopg.connect(server) as connection:
        there = {row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'land_2022'")}
        [[rows]] = connection.execute("SELECT count(*) FROM land_2022.parcels").fetchall()
    assert set(tables) == there and rows == len(SHAPES)


INLINE = sorted({line for page in PAGES for kind, line in shown(page) if kind == "inline" and len(line.split()) > 2 and line.split()[1] in ("schema", "snapshot", "inspect")})
SET = sorted({words for page in ("README.md", "README.en.md") for words in re.findall(r"--set '?(whatif\.[^`']+)", (ROOT / page).read_text(encoding="utf-8"))})


def test_commands_and_keys_told_in_a_sentence_are_found() -> None:
    assert {line.split()[1] for line in INLINE} == {"schema", "snapshot", "inspect"} and {words.split("=")[0] for words in SET} == {"whatif.redevelop_worst", "whatif.move"}


@pytest.mark.parametrize("line", INLINE)
def test_a_command_told_in_a_sentence_runs(line: str, shared_demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = {"RUN": shared_demo / "demo", "结果目录": shared_demo / "demo", "DIR": tmp_path / "frozen", "快照": tmp_path / "frozen", "文件": shared_demo / "demo-data" / "镇街.gpkg",
              "FILE": shared_demo / "demo-data" / "镇街.gpkg"}
    words = [str(places.get(word, word)) for word in line.split()[1:]]
    assert main(words) == 0
    assert capsys.readouterr().out.strip()
    assert words[0] != "snapshot" or list((tmp_path / "frozen").iterdir())


@pytest.mark.parametrize("words", SET)
def test_a_what_if_told_in_a_sentence_changes_the_study(words: str, request: pytest.FixtureRequest) -> None:
    """In a study of four parcels, with an id and a carrier of its own in place of the reader's."""
    moving = "move=" in words
    place = request.getfixturevalue("district" if moving else "park")
    stated = re.sub(r"\{ .* = \"[^\"]*\" \}", '{ D = "甲园" }', words)
    assert ("whatif.moved" if moving else "whatif.redeveloped") in {found.code for found in analysed(place, sets=[stated]).findings}
