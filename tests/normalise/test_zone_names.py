"""One carrier in several features, several carriers under one word, and a carrier layer that is the parcels: counted as written, and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box

from tests.corpus.desk import Desk
from tests.corpus.ground import METRIC, SHAPES, X, Y

HALVES = [box(X - 10, Y - 10, X + 200, Y + 210), box(X + 200, Y - 10, X + 450, Y + 210)]
DOUBTS = {"join.several_ids", "join.several_names", "join.ids_alike", "join.carriers_are_parcels"}


def _told(folder: Path, columns: dict[str, Any], shapes: Any) -> tuple[set[str], set[str]]:
    """The doubts of a run with these carriers, and the carriers it counts."""
    desk = Desk(folder)
    desk.write("parcels.gpkg")
    desk.write("carriers.gpkg", columns, shapes, METRIC)
    result = desk.analyse()
    carriers = set(result.zones.loc[result.zones["kind"] == "carrier", "id"])
    return {finding.code for finding in result.findings if finding.role == "carriers"} & DOUBTS, carriers


@pytest.mark.parametrize(("columns", "code", "carriers"), [
    ({"载体编号": ["01", "02"], "载体名称": ["甲园", "甲园"]}, "join.several_ids", {"01", "02"}),
    ({"载体编号": ["01", "01"], "载体名称": ["甲园", "乙园"]}, "join.several_names", {"01"}),
    ({"载体名称": ["甲园(一期)", "甲园（一期）"]}, "join.ids_alike", {"甲园(一期)", "甲园（一期）"}),
    ({"载体编号": ["01", "02"], "载体名称": ["甲园", "乙园"]}, "", {"01", "02"}),
    ({"载体名称": ["甲园", "甲园"]}, "", {"甲园"}),
])
def test_one_word_for_two_carriers_and_two_words_for_one_are_told(columns: dict[str, Any], code: str, carriers: set[str], tmp_path: Path) -> None:
    assert _told(tmp_path, columns, HALVES) == ({code} - {""}, carriers)


@pytest.mark.parametrize(("shapes", "told"), [(list(SHAPES), {"join.carriers_are_parcels"}), (list(SHAPES[:2]), set()),
                                              ([*SHAPES[:4], box(X + 590, Y + 390, X + 810, Y + 610)], set())])
def test_a_carrier_layer_that_is_drawn_as_the_parcels_is_told(shapes: list[Any], told: set[str], tmp_path: Path) -> None:
    assert _told(tmp_path, {"载体名称": [f"企业{i}" for i in range(len(shapes))]}, shapes)[0] == told
