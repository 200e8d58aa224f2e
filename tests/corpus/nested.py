"""Cases of JSON whose shapes or texts are nested, cut or on one line where others have many."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import INSIDE_M2, KEYS, PLANE_M2, Truth, in_crs
from tests.corpus.texts import topology
from tests.corpus.writers import collection, features

GEOGRAPHIC = 'crs = "EPSG:4490"'
PAIRED = Truth(plane_m2=(PLANE_M2[0] + PLANE_M2[3], *PLANE_M2[1:3], PLANE_M2[4]), inside_m2=(*INSIDE_M2[:3], INSIDE_M2[4]), keys=(*KEYS[:3], KEYS[4]), codes=None)


def _topology(desk: Desk, edit: Any) -> None:
    whole = copy.deepcopy(topology(in_crs(4490)))
    edit(next(iter(whole["objects"].values()))["geometries"])
    desk.text("parcels.topojson", json.dumps(whole, ensure_ascii=False))
    desk.layer = GEOGRAPHIC


@case()
def topojson_with_a_collection_that_only_groups(desk: Desk) -> None:
    def edit(listed: list[Any]) -> None:
        listed[:] = [{"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": listed[:2]}]}, *listed[2:]]

    _topology(desk, edit)


@case(truth=PAIRED)
def topojson_with_a_parcel_that_is_a_collection_of_two_polygons(desk: Desk) -> None:
    def edit(listed: list[Any]) -> None:
        first, fourth = listed[0], listed.pop(3)
        listed[0] = {"type": "GeometryCollection", "properties": first.pop("properties"), "geometries": [first, {"type": "Polygon", "arcs": fourth["arcs"]}]}

    _topology(desk, edit)


@case(refused="row.no_geometry", codes="container.unreadable_geometry")
def topojson_with_a_kind_that_is_none(desk: Desk) -> None:
    _topology(desk, lambda listed: listed[0].update(type="polygon"))


@case(refused="geometry.collapsed")
def topojson_whose_grid_has_no_step(desk: Desk) -> None:
    """All corners fall together: there is no ground to choose a working system by, and every row says so."""
    whole = topology(in_crs(4490), steps=1_000_000)
    whole["transform"]["scale"] = [0, 0]
    desk.text("parcels.topojson", json.dumps(whole, ensure_ascii=False))
    desk.layer = GEOGRAPHIC


@case(refused="container.damaged")
def geojson_with_half_a_character(desk: Desk) -> None:
    """A program cut a text in the middle of a sign beyond the basic plane."""
    desk.text("parcels.geojson", collection(in_crs(4326)).replace("东侧临河", "东侧\\ud83d"))


@case()
def geojson_with_a_whole_character_of_two_halves(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326)).replace("东侧临河", "东侧\\ud83d\\ude00\\\\ud83d"))


@case()
def geojson_lines_with_a_line_separator_in_a_text(desk: Desk) -> None:
    """U+2028 ends a line of text but none of JSON."""
    desk.text("parcels.geojsonl", "\n".join(json.dumps(one, ensure_ascii=False) for one in features(in_crs(4326))).replace("东侧临河", "东侧\u2028临河"))


@case()
def a_collection_called_lines(desk: Desk) -> None:
    desk.text("parcels.geojsonl", collection(in_crs(4326)))
