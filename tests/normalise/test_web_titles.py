"""Layers whose name says that they come from a web map."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import spatial
from spatial.crs_text import web_map_named
from spatial.normalise.crs_decision import Layer, decide_crs


@pytest.mark.parametrize(("title", "word"), [
    ("园区边界(高德).geojson", "高德"), ("百度_carriers.kml", "百度"), ("腾讯地图导出", "腾讯"), ("park_amap.geojson", "amap"), ("baidu_map-2022", "baidu_map"), ("边界gcj02", "gcj02"),
    ("百度网盘下载", ""), ("腾讯云产业园.geojson", ""), ("百度科技园边界", ""), ("foamapparel.shp", ""), ("高新区地块.geojson", ""), ("BaiduNetdisk.zip", ""), ("parcels.geojson", "")])
def test_words_of_web_maps_in_names(title: str, word: str) -> None:
    assert web_map_named(title) == word


@pytest.mark.parametrize(("path", "crs", "west", "told"), [
    ("图/边界(高德).geojson", "", 120.2, True), ("图/边界(高德).geojson", "EPSG:4490", 120.2, False), ("图/边界.geojson", "", 120.2, False), ("高德/边界.geojson", "", 120.2, False),
    ("边界(高德).geojson", "", 10.2, False)])
def test_degrees_in_the_country_under_such_a_name_are_told_until_the_study_says_what_they_are(path: str, crs: str, west: float, told: bool) -> None:
    boxes = np.array([[west, 30.1, west + 0.01, 30.11]])
    decision = decide_crs(Layer("carriers", path, boxes, np.array([1]), "EPSG:4326", "RFC 7946", crs))
    assert decision.crs is not None
    assert ("crs.web_titled" in {f.code for f in decision.findings}) is told


def test_inspect_tells_it(tmp_path: Path) -> None:
    ring = [[120.2, 30.1], [120.21, 30.1], [120.21, 30.11], [120.2, 30.1]]
    path = tmp_path / "园区边界（高德）.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"载体名称": "甲园", "载体类型": "开发区"},
                                                                             "geometry": {"type": "Polygon", "coordinates": [ring]}}]}), encoding="utf-8")
    assert "crs.web_titled" in {f.code for one in spatial.inspect(path) for f in one.findings}
