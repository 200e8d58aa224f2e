"""Rasters that would give a wrong number in silence: each is refused, mended with a finding, or answered right; its clean twin is answered."""

from __future__ import annotations

import http.server
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

from spatial import pipeline
from spatial.errors import Refused
from tests.raster.conftest import CELL, LEFT, TOP, Scene, ramp


def test_no_reference_system_is_refused_and_a_stated_one_is_used(scene: Scene) -> None:
    scene.raster(ramp(), crs=None)
    scene.imagery()
    found = [finding for finding in pipeline.check(scene.write()) if finding.code == "raster.no_crs"]
    assert len(found) == 1 and found[0].severity == "error" and found[0].path == "r.tif" and "crs" in found[0].remedy("en")
    scene.parts["layers"] = ""
    scene.imagery('crs = "EPSG:4549"')
    assert scene.parcels().loc["D", "imagery_mean"] == 36


def test_a_raster_without_a_place_is_refused(scene: Scene) -> None:
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        scene.raster(ramp(), transform=Affine.identity())
    scene.imagery()
    assert "raster.no_place" in scene.codes()


def test_undeclared_9999_is_missing_and_said_so(scene: Scene) -> None:
    cells = ramp()
    cells[6:8, 2] = -9999
    scene.raster(cells)
    scene.imagery()
    parcels = scene.parcels()
    assert parcels.loc["A", "imagery_mean"] == pytest.approx((63 + 73) / 2) and parcels.loc["A", "imagery_coverage"] == 0.5
    said = next(finding for finding in scene.result.findings if finding.code == "raster.undeclared_nodata")
    assert (said.severity, said.value_seen, said.count) == ("repaired", "-9999", 2)


@pytest.mark.parametrize(("dtype", "top"), [("uint8", 255), ("uint16", 65535), ("int16", 32767)])
def test_an_undeclared_largest_value_far_from_the_rest_is_missing(scene: Scene, dtype: str, top: int) -> None:
    cells = ramp().astype(dtype)
    cells[6:8, 2] = top
    scene.raster(cells)
    scene.imagery()
    parcels = scene.parcels()
    assert parcels.loc["A", "imagery_mean"] == pytest.approx((63 + 73) / 2) and parcels.loc["A", "imagery_coverage"] == 0.5
    assert "raster.undeclared_nodata" in scene.told()


@pytest.mark.parametrize(("rest", "told"), [((0, 250), None), ((0, 200), "raster.suspicious_value"), ((0, 128), "raster.suspicious_value"), ((0, 0), "raster.suspicious_value")])
def test_an_image_that_reaches_its_largest_value_is_whole(scene: Scene, rest: tuple[int, int], told: str | None) -> None:
    cells = np.where(np.indices((10, 10)).sum(axis=0) % 2, *rest).astype("uint8")
    cells[6:8, 2] = 255
    scene.raster(cells)
    scene.imagery()
    assert scene.parcels().loc["A", "imagery_coverage"] == 1.0
    assert [code for code in scene.told() if code in ("raster.suspicious_value", "raster.undeclared_nodata")] == ([told] if told else [])


def test_9999_among_its_like_is_a_value_and_said_so(scene: Scene) -> None:
    cells = np.where(np.indices((10, 10)).sum(axis=0) % 2, -9999.0, -8000.0)
    cells[0, 0] = -12000
    scene.raster(cells)
    scene.imagery()
    assert scene.parcels().loc["A", "imagery_mean"] == pytest.approx(-8999.5)
    assert "raster.suspicious_value" in scene.told()


def test_the_study_can_state_what_is_missing_or_that_nothing_is(scene: Scene) -> None:
    cells = ramp()
    cells[6:8, 2] = 0
    scene.raster(cells)
    scene.imagery("nodata = 0")
    assert scene.parcels().loc["A", "imagery_mean"] == pytest.approx((63 + 73) / 2)
    scene.parts["layers"] = ""
    scene.raster(cells, nodata=0)
    scene.imagery('nodata = "none"')
    assert scene.parcels().loc["A", "imagery_mean"] == pytest.approx((63 + 73) / 4)


def test_a_border_of_zeros_is_a_question_in_one_band_and_empty_in_a_scene(scene: Scene) -> None:
    cells = ramp() + 100
    cells[[0, -1], :] = 0
    cells[:, [0, -1]] = 0
    scene.raster(cells)
    scene.imagery()
    scene.parcels()
    assert "raster.zero_border" in scene.told()
    scene.parts["layers"] = ""
    whole = np.stack([cells] * 3)
    whole[:, 6:8, 2] = 0
    scene.raster(whole)
    scene.imagery()
    parcels = scene.parcels()
    assert "raster.empty_border" in scene.told()
    assert parcels.loc["A", "imagery_mean"] == pytest.approx((163 + 173) / 2) and parcels.loc["A", "imagery_coverage"] == 0.5


def test_zeros_are_zeros(scene: Scene) -> None:
    cells = np.zeros((10, 10), dtype="float32")
    cells[:, 3:] = 1
    scene.raster(cells)
    scene.imagery('kind = "continuous"')
    assert scene.parcels().loc["A", "imagery_mean"] == 0.5
    assert not {"raster.zero_border", "raster.undeclared_nodata", "raster.looks_like_classes"} & set(scene.told())


def test_all_missing_is_no_data_and_never_zero(scene: Scene, value: Any) -> None:
    scene.raster(np.full((10, 10), -1, dtype="float32"), nodata=-1)
    scene.imagery()
    parcels = scene.parcels()
    assert parcels["imagery_mean"].isna().all() and (parcels["imagery_coverage"] == 0).all()
    assert value(scene.result, "imagery_mean", "study_area", "status") == "no_data" and value(scene.result, "imagery_coverage") == 0
    assert "raster.all_missing" in scene.told()


@pytest.mark.parametrize("cut", [0.2, 0.9])
def test_a_cut_file_is_refused(scene: Scene, cut: float) -> None:
    path = scene.raster(np.random.default_rng(1).random((300, 300)), transform=Affine(CELL / 30, 0, LEFT, 0, -CELL / 30, TOP), compress="deflate")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * cut)])
    scene.imagery()
    assert "raster.corrupt" in scene.codes()


@pytest.mark.parametrize(("content", "seen"), [(b"", "empty file"), (b"<VRTDataset/>", "VRT"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"hello", "hello")])
def test_what_is_no_geotiff_is_refused_by_its_content(scene: Scene, content: bytes, seen: str) -> None:
    (scene.folder / "r.tif").write_bytes(content)
    scene.imagery()
    found = [finding for finding in pipeline.check(scene.write()) if finding.code == "raster.not_geotiff"]
    assert len(found) == 1 and seen in found[0].value_seen


def test_a_vrt_that_points_to_the_network_asks_for_nothing(scene: Scene) -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/a.tif"
        (scene.folder / "r.tif").write_text(
            f'<VRTDataset rasterXSize="10" rasterYSize="10"><VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>/vsicurl/{address}</SourceFilename>'
            "<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>", encoding="utf-8")
        scene.imagery()
        assert "raster.not_geotiff" in scene.codes()
        scene.parts["layers"] = ""
        scene.imagery(path=address)
        assert "study.network_path" in scene.codes()
        server.shutdown()
    assert asked == []


@pytest.mark.parametrize("band", ["2", "0", "1.5"])
def test_a_band_that_is_not_there_is_refused(scene: Scene, band: str) -> None:
    scene.raster(ramp())
    scene.imagery(f"band = {band}")
    assert "raster.wrong_band" in scene.codes()


def test_a_raster_elsewhere_is_refused_with_both_places(scene: Scene) -> None:
    scene.raster(ramp(), transform=Affine(CELL, 0, LEFT + 50_000, 0, -CELL, TOP))
    scene.imagery()
    found = [finding for finding in pipeline.check(scene.write()) if finding.code == "raster.elsewhere"]
    assert len(found) == 1 and "569800" in found[0].value_seen and "520000" in found[0].value_used


def test_an_old_datum_is_refused(scene: Scene) -> None:
    scene.raster(ramp(), crs="EPSG:2382")
    scene.imagery()
    assert "raster.old_datum" in scene.codes()


def test_classes_that_are_no_classes_are_refused(scene: Scene) -> None:
    scene.raster(ramp() + 0.5)
    scene.imagery('kind = "classes"')
    assert "raster.not_classes" in scene.codes()


def test_one_strip_of_the_whole_image_is_read_in_rows(scene: Scene) -> None:
    cells = np.kron(ramp(), np.ones((300, 8), dtype="float32"))
    scene.raster(cells, transform=Affine(CELL / 8, 0, LEFT, 0, -CELL / 300, TOP), compress="deflate", blockysize=3000)
    scene.imagery()
    assert scene.parcels()["imagery_mean"].to_dict() == pytest.approx({"A": 67.5, "B": 76.5, "C": 33, "D": 36})


def test_a_block_of_gigabytes_is_refused_before_it_is_read(scene: Scene) -> None:
    path = scene.folder / "r.tif"
    with rasterio.open(path, "w", driver="GTiff", width=60_000, height=2_000, count=1, dtype="float32", crs="EPSG:4549", transform=Affine(0.1, 0, LEFT, 0, -0.1, TOP),
                       blockysize=2_000, compress="deflate", sparse_ok=True):
        pass
    scene.imagery()
    assert "raster.block_too_large" in scene.codes()


def test_several_layers_stand_side_by_side(scene: Scene) -> None:
    scene.raster(ramp())
    scene.imagery(name="a")
    scene.imagery(name="b")
    parcels = scene.parcels()
    assert parcels["a_mean"].equals(parcels["b_mean"].rename("a_mean"))


def test_inputs_are_left_alone_and_listed(scene: Scene) -> None:
    path = scene.raster(ramp())
    before, names = path.read_bytes(), sorted(p.name for p in scene.folder.iterdir())
    scene.imagery("date = 2020-06-01")
    run = scene.run()
    assert path.read_bytes() == before and sorted(p.name for p in scene.folder.iterdir() if p.name not in ("out", "study.toml")) == names
    row = run.result.inputs.set_index("role").loc["imagery"]
    assert row["path"] == "r.tif" and row["crs"] == "EPSG:4549" and len(row["sha256"]) == 64
    assert set(run.result.values.loc[run.result.values["indicator"] == "imagery_mean", "as_of"]) == {"2020-06-01"}


def test_a_refused_raster_leaves_the_output_as_it_was(scene: Scene) -> None:
    scene.imagery(path="no.tif")
    with pytest.raises(Refused):
        scene.run()
    assert not Path(scene.folder / "out" / "study").exists()


def test_inspect_tells_what_a_raster_is(scene: Scene) -> None:
    told = pipeline.inspect([scene.raster(ramp(), nodata=-1)])[0].findings
    assert [finding.code for finding in told] == ["raster.described"] and "10 x 10" in told[0].message("en") and "EPSG:4549" in told[0].message("en") and "-1" in told[0].message("zh")
    (scene.folder / "cut.tif").write_bytes((scene.folder / "r.tif").read_bytes()[:60])
    assert pipeline.inspect([scene.folder / "cut.tif"])[0].findings[0].severity == "error"


def test_a_cell_size_without_an_origin_is_no_place(scene: Scene) -> None:
    path = scene.raster(ramp())
    content = path.read_bytes()
    at = content.index((33922).to_bytes(2, "little"))  # ModelTiepoint becomes a tag that nobody knows
    path.write_bytes(content[:at] + (33921).to_bytes(2, "little") + content[at + 2:])
    scene.imagery()
    assert "raster.no_place" in scene.codes()
