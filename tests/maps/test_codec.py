"""The data contract from both sides: what Python packs, the client's own code unpacks to the same positions, texts, numbers, dates and sums."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

import hatch_build
import spatial
from spatial import pipeline
from spatial.render.map_codec import STEP_DEGREES, Body, packed, planes, shapes, words, zigzag
from spatial.render.map_element import ParcelLayer
from spatial.render.map_payload import degrees, payload
from tests.flow.conftest import District

FRONT = Path(__file__).resolve().parents[2] / "frontend"


def unpacked(data: dict[str, str]) -> Any:
    """What the client sees of a packed layer."""
    node, _, environment = hatch_build.node_command()
    done = subprocess.run([*node, "contract.mjs"], cwd=FRONT, env=environment, input=json.dumps(data), capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_byte_planes_stand_low_bytes_first() -> None:
    assert planes(np.array([1, 258, 3])) == (bytes([1, 2, 3, 0, 1, 0]), 2)
    assert planes(np.zeros(0, dtype=np.int64)) == (b"", 0)
    assert zigzag(np.array([0, -1, 1, -2])).tolist() == [0, 1, 2, 3]


def test_a_shared_corner_travels_once() -> None:
    body = Body()
    head = shapes(body, np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)], dtype=object), (0.0, 0.0), 0.5)
    assert (head["count"], head["points"], head["corners"]) == (2, 8, 6)


def test_any_frame_comes_back_as_it_was() -> None:
    rng = np.random.default_rng(5)
    ground = [box(120 + x, 30 + y, 120.001 + x, 30.001 + y) for x, y in rng.random((40, 2))]
    ground[3] = Polygon(box(120, 30, 120.01, 30.01).exterior, [box(120.002, 30.002, 120.004, 30.004).exterior])
    ground[4] = MultiPolygon([box(121, 31, 121.001, 31.001), box(121.1, 31, 121.101, 31.001)])
    ground[5] = box(120.5, 30.5, 120.5 + 1e-8, 30.5 + 1e-8)  # smaller than a step
    texts = [f"宗地{i}" if i % 7 else None for i in range(40)]
    texts[8], texts[9], texts[10] = "</script>", "{{7*7}}", "a\nb\u2028𠮷"
    frame = gpd.GeoDataFrame({"parcel_id": [f"P{i:03d}" for i in range(40)], "text": texts, "n": np.where(np.arange(40) % 5, np.arange(40) * -1.25, np.nan), "whole": np.arange(40) * 1000,
                              "day": pd.Series(pd.date_range("1969-12-30", periods=40)).where(lambda s: s.index != 2), "flag": [i % 2 == 0 for i in range(40)]}, geometry=ground, crs=4490)
    seen = unpacked(spatial.parcel_layer(frame, colour="text").data)
    place = {key: i for i, key in enumerate(seen["columns"]["parcel_id"])}
    assert sorted(place) == sorted(frame["parcel_id"])
    for i, key in enumerate(frame["parcel_id"]):
        at = place[key]
        assert seen["columns"]["text"][at] == (texts[i] or "")
        assert seen["columns"]["n"][at] == ("" if np.isnan(frame["n"][i]) else f"{frame['n'][i]:,.2f}".replace("-0.00", "0.00"))
        assert seen["columns"]["whole"][at] == f"{i * 1000:,}"
        assert seen["columns"]["day"][at] == ("" if i == 2 else str(frame["day"][i])[:10])
        rings = seen["parcels"][at]
        assert len(rings) == {3: 2, 4: 2}.get(i, 1)
        if i != 5:
            corners = np.concatenate([np.array(ring) for ring in rings])
            away = shapely.distance(shapely.points(corners), shapely.boundary(ground[i])).max()
            assert away * 111_320 < 0.1
    assert seen["columns"]["area_m2"][place["P000"]] == f"{float(spatial.area_m2(frame).iloc[0]):,.2f} m²"


def test_a_run_comes_back_with_its_pieces_and_ledgers(district: District) -> None:
    district.ledger("supply", [{"宗地代码": "A", "约定开工时间": "2019-03-01", "成交价格(万元)": "1150"}, {"宗地代码": "C", "约定开工时间": "2020-03-01", "成交价格(万元)": "10"}])
    result = pipeline.run(district.write()).result
    seen = unpacked(packed(*payload(result, 0)))
    place = {key: i for i, key in enumerate(seen["columns"]["parcel_id"])}
    pieces, b = seen["pieces"], place["B"]
    own = result.pieces.query("zone == '甲园' and parcel == 1")["area_m2"].iloc[0]
    mine = slice(pieces["first"][b], pieces["first"][b + 1])
    assert pieces["carrier"][mine] == [0, 1]  # in the carrier, and outside
    assert [a / 100 for a in pieces["area"][mine]] == [pytest.approx(own, abs=0.005), pytest.approx(result.parcels["area_m2"][1] - own, abs=0.005)]
    supply = seen["ledgers"]["supply"]
    assert supply["first"][place["A"] + 1] - supply["first"][place["A"]] == 1
    row = supply["row"][supply["first"][place["A"]]]
    assert {"2019-03-01", "1,150.00 万元"} <= {cells[row] for cells in supply["rows"]}
    assert np.abs(np.array(seen["carriers"][0][0]) - np.array(degrees(result.carriers)[0].exterior.coords)[:-1]).max() <= STEP_DEGREES * 0.501


def declared() -> dict[str, tuple[set[str], set[str]]]:
    """Fields of every interface of contract.ts: those that must be there, and those that may."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", (FRONT / "src" / "contract.ts").read_text(encoding="utf-8"), flags=re.S)
    found = {}
    for name, inner in re.findall(r"export interface (\w+) \{(.*?)\n?\}\n", text, flags=re.S):
        flat = re.sub(r"\{[^{}]*\}", "object", re.sub(r"\{[^{}]*\}", "object", inner))
        fields = re.findall(r"(\w+)(\??):", flat)
        found[name] = ({field for field, mark in fields if not mark}, {field for field, mark in fields if mark})
    return found


def test_a_payload_has_the_fields_that_the_client_declares(district: District) -> None:
    district.ledger("supply", [{"宗地代码": "A", "约定开工时间": "2019-03-01", "成交价格(万元)": "1150"}])
    head, _ = payload(pipeline.run(district.write()).result, 0)
    rules = declared()

    def fits(name: str, row: dict[str, Any]) -> None:
        must, may = rules[name]
        assert must <= set(row) <= must | may, (name, must - set(row), set(row) - must - may)

    fits("Payload", head)
    fits("ShapesHead", head["parcels"]["shapes"])
    assert head["views"] and head["tables"] and head["parcels"]["columns"]
    for name, rows in (("View", head["views"]), ("TableHead", head["tables"]), ("Score", head["scores"]), ("ColumnHead", [*head["parcels"]["columns"], *head["tables"][0]["columns"]])):
        for row in rows:
            fits(name, row)


def test_a_layer_takes_base64_only() -> None:
    with pytest.raises(ValueError, match="base64"):
        ParcelLayer({"head": "{{7*7}}", "body": ""})
    with pytest.raises(spatial.UsageError, match="parcel_id"):
        spatial.parcel_layer(gpd.GeoDataFrame({"parcel_id": ["a"]}, geometry=[box(0, 0, 1, 1)], crs=4490), colour="parcel_ids")
    with pytest.raises(spatial.CrsError):
        spatial.parcel_layer(gpd.GeoDataFrame({"parcel_id": ["a"]}, geometry=[box(0, 0, 1, 1)]))


def test_words_of_one_run_of_bytes() -> None:
    body = Body()
    head = words(body, ["宗地一", "宗地二"])
    assert (head["shared"][2], head["bytes"][2]) == (2, 9 + 2)  # 宗地, and one byte of 一 and 二, are the same
