"""Survey files and drawings that say two things: the area stated and the area drawn, rings that run into each other, layers that are not shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spatial.errors import Finding, Refused
from spatial.read.vector import read_vector
from spatial.read.vector.corners import read_corners
from spatial.read.vector.draft import Draft, Place

Square = tuple[float, float, float]  # west, south, side


def _ring(square: Square, *, ring: int = 1, close: bool = True, first: int = 1) -> str:
    west, south, side = square
    corners = [(south, west), (south + side, west), (south + side, west + side), (south, west + side)]
    lines = [f"J{first + i},{ring},{3_340_000 + north},{520_000 + east}" for i, (north, east) in enumerate(corners)]
    return "\n".join(lines + lines[:1] * close) + "\n"


def _plot(name: str, area: str, *rings: str) -> str:
    return f"4,{area},{name},地块,面,,,,@\n" + "".join(rings)


def _read(tmp_path: Path, *plots: str) -> Draft:
    (tmp_path / "a.txt").write_text("[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=40\n[地块坐标]\n" + "".join(plots), encoding="utf-8")
    return read_corners(tmp_path / "a.txt", Place("parcels", "a.txt"))


def _told(findings: list[Finding], code: str) -> list[tuple[str, str, int | None]]:
    return [(f.key, f.value_seen, f.count) for f in findings if f.code == code]


@pytest.mark.parametrize(("areas", "told"), [
    (("1", "4"), []),  # hectares, as the format has it
    (("15", "60"), []),  # mu throughout
    (("10000", "40000"), []),
    (("1", "40"), [("b", "40", 1)]),
    (("1", "60"), [("b", "60", 1)]),  # one in mu among hectares
    (("10", "40"), [("a", "10", 2)]),  # ten times too much in both
    (("", ""), []),
])
def test_an_area_that_the_corners_do_not_enclose_is_told(areas: tuple[str, str], told: list[Any], tmp_path: Path) -> None:
    draft = _read(tmp_path, _plot("a", areas[0], _ring((0, 0, 100))), _plot("b", areas[1], _ring((500, 0, 200))))
    assert _told(draft.findings, "container.corner_area") == told


def test_a_second_ring_under_the_number_of_the_first_is_a_ring_of_its_own_where_the_first_is_closed(tmp_path: Path) -> None:
    draft = _read(tmp_path, _plot("a", "", _ring((0, 0, 100)), _ring((150, 70, 50), first=5)))
    assert draft.geometry[0].area == pytest.approx(12_500) and draft.geometry[0].is_valid


def test_points_that_begin_again_without_having_closed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        _read(tmp_path, _plot("a", "", _ring((0, 0, 100), close=False), _ring((150, 70, 50), close=False)))
    assert [(f.code, f.row, f.key, f.value_seen) for f in caught.value.findings] == [("container.corner_restart", 11, "a", "J1")]


def test_a_first_point_repeated_with_its_rounding_closes_the_ring(tmp_path: Path) -> None:
    ring = _ring((0, 0, 100), close=False) + "J1,1,3340000.001,520000\n"
    assert _read(tmp_path, _plot("a", "", ring)).geometry[0].area == pytest.approx(10_000, rel=1e-4)


def _square(layer: str, west: float, *, paper: bool = False) -> str:
    corners = [(west, 0.0), (west + 100, 0.0), (west + 100, 100.0), (west, 100.0)]
    points = "".join(f"10\n{520_000 + x}\n20\n{3_340_000 + y}\n" for x, y in corners)
    return f"0\nLWPOLYLINE\n5\n{int(west) + 16:X}\n100\nAcDbEntity\n{'67' + chr(10) + '1' + chr(10) if paper else ''}8\n{layer}\n100\nAcDbPolyline\n90\n4\n70\n1\n{points}"


def _layer(name: str, flags: int, colour: int) -> str:
    return f"0\nLAYER\n2\n{name}\n70\n{flags}\n62\n{colour}\n6\nCONTINUOUS\n"


def test_layers_that_are_off_or_frozen_are_told_and_paper_is_left_out(tmp_path: Path) -> None:
    layers = _layer("A", 0, 7) + _layer("B", 1, 7) + _layer("C", 0, -7) + _layer("D", 1, 7)  # nothing lies on D
    (tmp_path / "a.dxf").write_text(f"0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n0\nENDSEC\n0\nSECTION\n2\nTABLES\n0\nTABLE\n2\nLAYER\n70\n4\n{layers}0\nENDTAB\n0\nENDSEC\n"
                                    f"0\nSECTION\n2\nENTITIES\n{_square('A', 0)}{_square('B', 200)}{_square('C', 400)}{_square('图框', 900, paper=True)}0\nENDSEC\n0\nEOF\n", encoding="utf-8")
    raw = read_vector(tmp_path / "a.dxf", role="parcels", shown_path="a.dxf")
    assert raw.frame["Layer"].tolist() == ["A", "B", "C"] and len(raw.geometry) == 3 and raw.row_numbers.tolist() == [1, 2, 3]
    assert _told(raw.findings, "container.hidden_layers") == [("", "B 1、C 1", 2)]
    assert _told(raw.findings, "container.paper_space") == [("", "", 1)]
