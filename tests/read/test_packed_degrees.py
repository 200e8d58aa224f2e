"""Corner files in degrees that do not say whether minutes and seconds are in their decimals."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from spatial.errors import Refused
from spatial.read.vector import read_vector
from spatial.schema.raw import RawLayer


def packed(seconds: float) -> str:
    minutes, left = divmod(seconds, 60)
    degrees, minutes = divmod(int(minutes), 60)
    return f"{degrees}.{minutes:02d}{left:07.4f}".replace(".", "§", 1).replace(".", "").replace("§", ".")


def file(folder: Path, plots: int, unit: str = "", *, as_decimal: bool = False, sized: bool = False) -> RawLayer:
    """Plots of 4 by 3 seconds, each 37 and 41 seconds from the one before, from 30°10′05″ north and 120°12′33″ east."""
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", f"计量单位={unit}", "[地块坐标]"]
    for i in range(plots):
        north, east = 108_605 + 37.3 * i, 432_753 + 41.7 * i
        lines.append(f"4,{'0.9905' if sized else ''},P{i},,面,,工业用地,,@")
        corners = ((0, 0), (0, 4), (3, 4), (3, 0))
        lines += [f"J{k},1," + ",".join(f"{v / 3600:.9f}" if as_decimal else packed(v) for v in (north + dy, east + dx)) for k, (dy, dx) in enumerate(corners, start=1)]
    path = folder / "界址点.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_vector(path, role="parcels", shown_path=path.name)


def codes(raw: RawLayer) -> set[str]:
    return {f.code for f in raw.findings}


def test_digits_under_sixty_past_chance_are_asked_about(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        file(tmp_path, 12)
    assert [f.code for f in refused.value.findings] == ["container.corner_packed"]
    assert "计量单位=度分秒" in refused.value.findings[0].remedy("en")


@pytest.mark.parametrize(("unit", "west"), [("度分秒", 120 + 12 / 60 + 33 / 3600), ("度", 120.1233)])
def test_what_the_heading_says_is_taken(tmp_path: Path, unit: str, west: float) -> None:
    raw = file(tmp_path, 12, unit)
    assert not codes(raw) & {"container.corner_packed", "container.corner_maybe_packed"}
    assert raw.geometry is not None and shapely.bounds(raw.geometry[0])[0] == pytest.approx(west, abs=1e-9)


def test_one_plot_whose_digits_may_be_either_is_told(tmp_path: Path) -> None:
    raw = file(tmp_path, 2)
    assert "container.corner_maybe_packed" in codes(raw)
    assert raw.geometry is not None and shapely.bounds(raw.geometry[0])[0] == pytest.approx(120.1233, abs=1e-9)


def test_decimal_degrees_are_not_doubted(tmp_path: Path) -> None:
    """432,753 s are 120.209166667 degrees: 91 is no second."""
    assert not codes(file(tmp_path, 12, as_decimal=True)) & {"container.corner_packed", "container.corner_maybe_packed"}


def test_stated_hectares_decide(tmp_path: Path) -> None:
    """4 by 3 seconds at 30.17 degrees north: 107.0 by 92.4 m, 0.99 ha."""
    raw = file(tmp_path, 2, sized=True)
    assert "container.corner_degrees" in codes(raw) and not codes(raw) & {"container.corner_maybe_packed", "container.corner_area"}
    assert raw.geometry is not None and shapely.bounds(raw.geometry[0]) == pytest.approx((120 + 12 / 60 + 33 / 3600, 30 + 10 / 60 + 5 / 3600, 120 + 12 / 60 + 37 / 3600, 30 + 10 / 60 + 8 / 3600))
