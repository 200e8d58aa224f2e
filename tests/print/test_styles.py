"""One source of colours: the styles in layers.gpkg, the style files and the sheets agree."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import tomllib
from pathlib import Path
from xml.etree import ElementTree

from spatial.render.sheets.kinds import classify, load_kinds
from spatial.render.styles import PALETTES, STATUS_COLOURS
from spatial.resources import folder
from tests.flow.conftest import District, district

__all__ = ["district"]


def test_layers_carry_the_colours_of_the_sheets(district: District) -> None:
    done = district.run()
    with contextlib.closing(sqlite3.connect(done.folder / "layers.gpkg")) as base, base:
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


def test_every_output_has_the_colour_that_styles_toml_gives_a_status(district: District) -> None:
    """Read in each file by its own rules: the symbol of a category, the fill of a rule, the class of a sheet."""
    wanted = {code: colour.upper() for code, colour in tomllib.loads((folder("maps") / "styles.toml").read_text(encoding="utf-8"))["land_status"].items()}
    done = district.run()
    qml = ElementTree.fromstring((done.folder / "styles" / "parcels-land_status.qml").read_text(encoding="utf-8").split("\n", 1)[1])
    symbols = {symbol.get("name"): symbol.find(".//Option[@name='color']").get("value") for symbol in qml.iter("symbol")}
    shown = {row.get("value"): "#{:02X}{:02X}{:02X}".format(*map(int, symbols[row.get("symbol")].split(",")[:3])) for row in qml.iter("category")}
    assert shown == wanted
    spaces = {"s": "http://www.opengis.net/sld", "o": "http://www.opengis.net/ogc"}
    sld = ElementTree.fromstring((done.folder / "styles" / "parcels-land_status.sld").read_text(encoding="utf-8").split("\n", 1)[1])
    assert {rule.find(".//o:Literal", spaces).text: rule.find(".//s:Fill/s:CssParameter", spaces).text.upper() for rule in sld.iter("{http://www.opengis.net/sld}Rule")} == wanted
    kinds, _ = load_kinds(Path("none"))
    classes, code = classify(next(kind for kind in kinds if kind.id == "status"), done.result.parcels)
    assert {status: classes[n].colour.upper() for status, n in zip(done.result.parcels["land_status"], code, strict=True)}.items() <= wanted.items()


def test_the_kind_shown_in_the_documents_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sheets.md").read_text(encoding="utf-8")
    (tmp_path / "sheet-output.toml").write_text(re.search(r"```toml title=\"sheet-output.toml\"\n(.*?)```", page, re.S)[1], encoding="utf-8")
    kinds, findings = load_kinds(tmp_path)
    assert not findings and next(kind for kind in kinds if kind.id == "output").titles == ("亩均产值分级图", "Output per mu by class")
