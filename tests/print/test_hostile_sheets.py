"""Hostile names on a sheet are text: no operator, no script, no link and no action comes of them, and the text can be read off the page."""

from __future__ import annotations

import re
from typing import Any

import pikepdf
from shapely.geometry import box

from tests.flow.conftest import District, X, Y
from tests.print.conftest import text_of

NAMES = (") Tj ET /JS (app.alert(1)) Tj (", r"\) \( \051 \\", "<</S/JavaScript/JS(app.alert(1))>>", "endstream endobj", "${7*7}{{7*7}}", "=1+1", "<b>&amp;</b>", "https://canary.example/x")
ACTIVE = {"/JavaScript", "/JS", "/Launch", "/URI", "/GoToR", "/SubmitForm", "/ImportData", "/OpenAction", "/AA", "/EmbeddedFiles", "/RichMedia", "/XFA", "/Annots"}

DRAWING = {*"q Q cm w J j M d i ri gs m l c v y h re S s f F f* B B* b b* n W W* BT ET Tf Td TD Tm T* Tj TJ Tc Tw Tz TL Tr Ts CS cs SC SCN sc scn G g RG rg K k Do BDC BMC EMC".split()}


def names_in(node: Any, seen: set[Any]) -> set[str]:
    """Every key and name of a PDF's objects, each object once."""
    if isinstance(node, pikepdf.Object) and node.is_indirect:
        if node.objgen in seen:
            return set()
        seen.add(node.objgen)
    if isinstance(node, (pikepdf.Dictionary, pikepdf.Stream)):
        return {*map(str, node.keys())}.union(*(names_in(value, seen) for _, value in node.items()))
    if isinstance(node, pikepdf.Array):
        return set().union(*(names_in(value, seen) for value in node))
    return {str(node)} if isinstance(node, pikepdf.Name) else set()


def test_hostile_names_are_text_on_the_sheets_and_nothing_else(district: District, drawn: Any) -> None:
    district.layer("carriers.gpkg", {"carrier_id": [f"Z{i}" for i in range(len(NAMES))], "carrier_name": list(NAMES), "carrier_type": ["开发区"] * len(NAMES)},
                   [box(X - 10 + 50 * i, Y - 10, X + 30 + 50 * i, Y + 210) for i in range(len(NAMES))])
    folder, _, _ = drawn(district, kinds="[]", atlas='["status"]')
    paths = sorted(folder.rglob("*.pdf"))
    assert all(re.fullmatch(r"[\w.\-]+", path.name) for path in paths)
    said, seen = "", 0
    for path in paths:
        with pikepdf.open(path) as pdf:
            assert names_in(pdf.Root, set()) & ACTIVE == set()
            for number, page in enumerate(pdf.pages):
                assert {str(row.operator) for row in pikepdf.parse_content_stream(page)} <= DRAWING
                said += text_of(path, number)
                seen += 1
    assert seen >= len(NAMES)
    assert [name for name in NAMES if re.sub(r"\s", "", name) not in re.sub(r"\s", "", said)] == []
