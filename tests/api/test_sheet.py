"""One sheet of any frame: at a true scale, with the classes and areas of the frame, or a refusal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

import spatial
from tests.print.conftest import outlines_of, text_of

DAY = date(2022, 12, 31)


@pytest.fixture
def plots() -> gpd.GeoDataFrame:
    """Six plots of 100 m x 100 m, 15 mu each, in EPSG:4549."""
    shapes = [box(520_000 + 150 * i, 3_340_000, 520_100 + 150 * i, 3_340_100) for i in range(6)]
    return gpd.GeoDataFrame({"tax": [0, 3, 8, 20, None, 50.0], "land_use": ["1001"] * 5 + ["0701"]}, geometry=shapes, crs=4549)


def test_numbers_stand_in_the_classes_that_were_given(plots: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "税收.pdf"
    assert spatial.sheet(plots, path, title="亩均税收", by="tax", as_of=DAY, limits=[5, 30], unit="万元/亩", source="台账.xlsx") == []
    said = text_of(path)
    assert all(text in said for text in ("亩均税收", "< 5", "5 – 30", "≥ 30", "无数据", "万元/亩", "台账.xlsx", "2022-12-31", "内部使用", "90.0")), said
    assert [p.name for p in tmp_path.iterdir()] == ["税收.pdf"]


def test_a_given_scale_is_the_scale_on_the_paper(plots: gpd.GeoDataFrame, tmp_path: Path) -> None:
    """100 m are 20 mm at 1:5000, measured in the drawing's own geometry."""
    path = tmp_path / "a.pdf"
    spatial.sheet(plots, path, title="a", by="land_use", as_of=DAY, scale=5000, language="en")
    assert "1:5 000" in text_of(path) and "Legend" in text_of(path)
    spans = [(max(x for x, _ in ring) - min(x for x, _ in ring), max(y for _, y in ring) - min(y for _, y in ring)) for ring in outlines_of(path)]
    assert sum(across == pytest.approx(20, abs=0.05) and up == pytest.approx(20, abs=0.05) for across, up in spans) == 6


def test_without_limits_the_sheet_says_how_classes_were_made(plots: gpd.GeoDataFrame, tmp_path: Path) -> None:
    spatial.sheet(plots.to_crs(4490), tmp_path / "a.png", title="a", by="tax", as_of=DAY, size="A4", orientation="portrait")
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    spatial.sheet(plots, tmp_path / "a.pdf", title="a", by="tax", as_of=DAY)
    assert "五等分" in text_of(tmp_path / "a.pdf")


@pytest.mark.parametrize(("asked", "message"), [({"by": "tacks"}, "tax"), ({"size": "A9"}, "A4"), ({"scale": 7}, "1:500"), ({"limits": [5, 5]}, "limits"), ({"keys": {"compilor": ""}}, "compiler")])
def test_what_cannot_be_drawn_is_refused_with_the_nearest_name(plots: gpd.GeoDataFrame, tmp_path: Path, asked: dict[str, object], message: str) -> None:
    with pytest.raises(spatial.UsageError, match=message):
        spatial.sheet(plots, tmp_path / "a.pdf", **{"title": "a", "by": "tax", "as_of": DAY, **asked})
    assert not list(tmp_path.iterdir())


def test_a_frame_without_a_reference_system_is_refused(plots: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(spatial.CrsError):
        spatial.sheet(plots.set_crs(None, allow_override=True), tmp_path / "a.pdf", title="a", by="tax", as_of=DAY)
