"""One source of colours: the styles in layers.gpkg, the style files and the sheets agree."""

from __future__ import annotations

import sqlite3
from xml.etree import ElementTree

from spatial.render.styles import PALETTES, STATUS_COLOURS
from tests.flow.conftest import District, district

__all__ = ["district"]


def test_layers_carry_the_colours_of_the_sheets(district: District) -> None:
    done = district.run()
    with sqlite3.connect(done.folder / "layers.gpkg") as base:
        rows = base.execute("SELECT f_table_name, styleName, useAsDefault, styleQML, styleSLD FROM layer_styles ORDER BY id").fetchall()
    base.close()
    assert [(row[0], row[1], row[2]) for row in rows] == [("parcels", "land_status", 1), ("parcels", "land_use", 0), ("carriers", "carrier_type", 1)]
    for layer, column, _, qml, sld in rows:
        ElementTree.fromstring(sld.split("\n", 1)[1])
        assert ElementTree.fromstring(qml.split("\n", 1)[1]).find("renderer-v2").get("attr") == column
        assert (done.folder / "styles" / f"{layer}-{column}.qml").read_text(encoding="utf-8") == qml
        assert (done.folder / "styles" / f"{layer}-{column}.sld").read_text(encoding="utf-8") == sld
    for _, colour in STATUS_COLOURS.values():
        assert colour in rows[0][4]
    assert PALETTES["land_use"]["1001"][1] == "#BB9674" and "#BB9674" in rows[1][4]
