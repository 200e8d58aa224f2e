"""Survey text files of parcel corner points (界址点): X north, Y east, several plots in one file, rings by number."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import ellipsoidal_area
from spatial.errors import Finding
from spatial.normalise.numbers import parse_coordinate
from spatial.read.encoding import decode_text
from spatial.read.vector import packed_degrees
from spatial.read.vector.draft import Draft, Place, objects
from spatial.read.vector.geojson import in_degrees
from spatial.read.vector.nesting import from_rings

FIELDS = ("界址点数", "地块面积", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码")
_NUMBER = r"[-+.\dEe]+|[^,]*\d\s*[°度][^,]*"  # or degrees, minutes and seconds
_POINT = re.compile(rf"^(?P<name>[^,=@]*\d[^,=@]*?)\s*,\s*(?P<ring>\d+)\s*,\s*(?P<x>{_NUMBER})\s*,\s*(?P<y>{_NUMBER})\s*(?:,(?P<more>.*))?$")
_SIXTIETHS = re.compile(r"([-+]?\d{1,3})\.(\d{2})(\d{2})(\d*)")  # 120.123345 in 度分秒
_TITLES = re.compile(r"(?:界址)?点号,(?:地块)?圈号,[^,]*(?:X|纵)[^,]*,[^,]*(?:Y|横)[^,]*", re.IGNORECASE)
_COMMAS = re.compile(r"\s*\d+\s*,\s*\d+\s*")  # behind two whole numbers: their decimals, and no height
_PLACING = ("坐标系", "几度分带", "投影类型", "计量单位", "带号", "中央子午线", "转换参数")
_DATUMS = (("CGCS2000", re.compile("(?:CGCS|国家)?(?:大地)?2000|CGCS")), ("Xian 1980", re.compile("西安(?:19)?80|(?:19)?80西安|(?:国家|大地)*(?:19)?80|西安")),
           ("Beijing 1954", re.compile("新?北京(?:19)?54|(?:19)?54新?北京|(?:19)?54|新?北京")))
_FILLERS = re.compile(r"中国|国家大地|国家|大地|坐标系统?|坐标|基准|年|[\s\-_()/.:]")
CLOSES = 0.5  # a first point that is repeated to close a ring may differ by rounding
SAME_AREA = 0.02
AREAS_M2 = {"m2": 1.0, "ha": 10_000.0, "mu": 2000 / 3}
UNITS_M = {"": 1.0, "米": 1.0, "m": 1.0, "千米": 1000.0, "公里": 1000.0, "km": 1000.0, "度": 1.0, "度分秒": 1.0, "dms": 1.0}
DEGREES = ("度", "度分秒", "dms")
_GEOGRAPHIC = {"CGCS2000": 4490, "Xian 1980": 4610, "Beijing 1954": 4214}
# first codes of: 3 degrees with prefix, 3 degrees without, 6 degrees with prefix, 6 degrees without; and their first zones
_CODES = {"CGCS2000": (4513, 4534, 4491, 4502), "Xian 1980": (2349, 2370, 2327, 2338), "Beijing 1954": (2401, 2422, 21413, 21453)}


@dataclass(slots=True)
class Plot:
    line: int
    cells: list[str]
    rings: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    first_names: dict[str, str] = field(default_factory=dict)
    sixtieths: int = 0  # points in degrees, minutes and seconds

    def add(self, ring: str, name: str, at: tuple[float, float]) -> bool:
        """Add a point to its ring, or to a new one of the same number where the ring before is closed; False where it begins again without having closed."""
        while (known := self.rings.get(ring)) and len(known) > 3 and known[0] == known[-1]:
            ring += "'"
        known = self.rings.setdefault(ring, [])
        first = self.first_names.setdefault(ring, name)
        if name == first and len(known) > 2 and math.dist(known[0], at) > CLOSES:
            return False
        known.append(at)
        return True


def read_corners(path: Path, place: Place) -> Draft:
    """Every plot of the file as one feature; its row number is the line of its heading."""
    text, encoding = decode_text(path.read_bytes(), asked=place.encoding)
    if text is None:
        raise place.refuse("container.encoding_unknown", reason=encoding.reason, value_seen="—")
    header, plots = _parse(text, place)
    if not plots:
        raise place.refuse("container.no_layers")
    metres = _metres(header, plots, place)
    plots, doubts = _settled(header, plots, place)
    built = [_polygon(plot, metres) for plot in plots]
    rows = np.array([plot.line for plot in plots], dtype=np.int64)
    width = max(len(plot.cells) for plot in plots)
    names = FIELDS if width >= len(FIELDS) else ("地块编号",) if width == 1 else FIELDS[:width]
    columns = [(name, objects([_cell(plot.cells, i) for plot in plots])) for i, name in enumerate(names)]
    draft = Draft("corner points", path.stem, columns, objects([polygon for polygon, _ in built]), rows,
                  encoding=encoding.shown, encoding_from=encoding.evidence)
    draft.findings += doubts
    _report(draft, plots, [closed for _, closed in built], place)
    if sixtieths := sum(plot.sixtieths for plot in plots):
        draft.findings.append(place.finding("container.corner_degrees", row=next(plot.line for plot in plots if plot.sixtieths), count=sixtieths))
    if metres != 1.0:
        draft.findings.append(place.finding("container.corner_kilometres", field="计量单位", value_seen=header["计量单位"], value_used="m"))
    draft.crs, draft.crs_from = _crs(header, plots, metres)
    _area_unit(draft, [_short(plot) for plot in plots], place)
    return draft


def _parse(text: str, place: Place) -> tuple[dict[str, str], list[Plot]]:
    header: dict[str, str] = {}
    plots: list[Plot] = []
    describing = True
    for number, raw in enumerate(text.splitlines(), start=1):
        line = unicodedata.normalize("NFKC", raw)
        line = (line if "," in line else re.sub(r"[\t;]", ",", line)).strip().rstrip("\x1a")
        point = _POINT.match(line)
        if not line or (line.startswith("[") and line.endswith("]")) or _TITLES.fullmatch(re.sub(r"\s", "", line)):
            describing = "属性描述" in line
            continue
        if line.endswith("@"):
            plots.append(Plot(number, _heading(line, number, place)))
        elif point:
            if not plots:
                plots.append(Plot(number, []))
            at, counted = _position(point, number, line, header.get("计量单位", ""), place)
            plots[-1].sixtieths += counted
            if not plots[-1].add(point["ring"], point["name"], at):
                raise place.refuse("container.corner_restart", row=number, key=_cell(plots[-1].cells, 2) or "", value_seen=point["name"])
        elif "=" in line and (describing or not plots):
            key, value = (part.strip() for part in line.split("=", 1))
            if plots and key in _PLACING and header.get(key, "") != value:
                raise place.refuse("container.corner_headings", row=number, field=key, value_seen=value[:40], value_used=header.get(key, "")[:40])
            header[key] = value
            if key == "转换参数" and re.search(r"[1-9]", re.sub(r",\s*1(?:\.0*)?\s*$", "", value)):  # a scale of one shifts nothing
                raise place.refuse("container.corner_shift", row=number, field="转换参数", value_seen=value.strip()[:80])
        elif re.fullmatch(r"[^,]+", line) and not re.search(r"\d+\.\d{2,}", line):
            plots.append(Plot(number, ["", "", line]))  # a plain heading: the plot's own name
        else:
            raise place.refuse("container.wrong_line", row=number, value_seen=line[:80])
    return header, plots


def _heading(line: str, number: int, place: Place) -> list[str]:
    """The cells of a plot's heading; a comma within one of them moves the others, which the kind of shape in its place tells."""
    cells = [cell.strip() for cell in line.rstrip("@").rstrip(",").split(",")]
    if len(cells) > len(FIELDS) - 1 and cells[4] not in ("点", "线", "面", ""):
        raise place.refuse("container.wrong_line", row=number, value_seen=line[:80])
    return cells


def _position(point: re.Match[str], number: int, line: str, unit: str, place: Place) -> tuple[tuple[float, float], bool]:
    """East and north of a point, and whether they were written in degrees, minutes and seconds."""
    try:
        if unit.lower() in DEGREES[1:] or re.search("[°度]", point["x"] + point["y"]):
            return (_degrees(point["y"]), _degrees(point["x"])), True
        north, east = float(point["x"]), float(point["y"])
        if north.is_integer() and "." not in point["x"] + point["y"] and _COMMAS.fullmatch(point["more"] or ""):
            raise ValueError("decimal commas")
        if any(_coarse(text) for text in (point["x"], point["y"])):
            raise ValueError("rounded to more than a metre")
    except ValueError:
        raise place.refuse("container.wrong_line", row=number, value_seen=line[:80]) from None
    return (east, north), False


def _degrees(text: str) -> float:
    """Degrees of 120°12′33.45″, and of 120.123345 where the heading says 度分秒."""
    packed = _SIXTIETHS.fullmatch(text)
    value, reason = parse_coordinate(f"{packed[1]}°{packed[2]}′{packed[3]}.{packed[4] or 0}″" if packed else text)
    if reason or not packed and not re.search("[°度]", text):
        raise ValueError(text)
    return value


def _coarse(text: str) -> bool:
    """Whether a spreadsheet wrote a coordinate with an exponent and fewer digits than a metre needs (4.05202E+07)."""
    mantissa, _, exponent = text.lower().partition("e")
    return exponent.lstrip("+").isdigit() and int(exponent) > len(mantissa.partition(".")[2])


def _metres(header: dict[str, str], plots: list[Plot], place: Place) -> float:
    """Metres in the unit that the heading states; nothing stated is metres, as in the format. Degrees stay as they are, where the points can be such."""
    unit = header.get("计量单位", "")
    if unit.lower() not in UNITS_M or unit.lower() in DEGREES and _largest(plots) > 180:
        raise place.refuse("container.corner_unit", field="计量单位", value_seen=unit[:40])
    return UNITS_M[unit.lower()]


def _settled(header: dict[str, str], plots: list[Plot], place: Place) -> tuple[list[Plot], list[Finding]]:
    """Degrees that may hold minutes and seconds, where the heading does not tell: the stated areas decide, then digits past chance are refused, and others told."""
    at = np.array([point for plot in plots for ring in plot.rings.values() for point in ring], dtype=float).reshape(-1, 2)
    if header.get("计量单位", "").lower() in DEGREES or any(plot.sixtieths for plot in plots) or _largest(plots) > 180 or not packed_degrees.may_be(at):
        return plots, []
    turned = [replace(plot, sixtieths=sum(map(len, plot.rings.values())), rings={name: list(map(tuple, packed_degrees.unpacked(np.array(ring)).tolist()))
                                                                                 for name, ring in plot.rings.items()}) for plot in plots]
    if _agree(plots):
        return plots, []
    if _agree(turned):
        return turned, []
    seen = f"{at[0, 0]:.10g}, {at[0, 1]:.10g}"
    if packed_degrees.must_be(at):
        raise place.refuse("container.corner_packed", field="计量单位", row=plots[0].line, count=len(at), value_seen=seen)
    return plots, [place.finding("container.corner_maybe_packed", field="计量单位", row=plots[0].line, count=len(at), value_seen=seen)]


def _agree(plots: list[Plot]) -> bool:
    """Whether most stated areas are, in one unit, those of the rings."""
    pairs = _stated_areas([_cell(plot.cells, 1) for plot in plots], objects([_polygon(plot, 1.0)[0] for plot in plots]))
    return bool(pairs) and min(map(len, _apart(pairs).values())) * 2 < len(pairs)


def _stated_areas(stated: Iterable[str | None], geometry: NDArray[Any]) -> list[tuple[int, float, float]]:
    """Number, stated area and square metres of the plots that have both."""
    ground = ellipsoidal_area(geometry, CRS.from_epsg(4490)) if in_degrees(geometry) else shapely.area(geometry)
    return [(i, float(text), float(area)) for i, (text, area) in enumerate(zip(stated, ground, strict=True))
            if text and re.fullmatch(r"\d+(\.\d+)?", text) and float(text) > 0 and area > 0]


def _apart(pairs: list[tuple[int, float, float]]) -> dict[str, list[tuple[int, float, float]]]:
    """By unit, the plots whose stated area is not that of their rings."""
    return {unit: [one for one in pairs if abs(one[1] * size / one[2] - 1) >= SAME_AREA] for unit, size in AREAS_M2.items()}


def _polygon(plot: Plot, metres: float) -> tuple[Any, int]:
    """Rings by even and odd: a ring inside another is its hole, apart from it a second part; with the number of rings that had to be closed.

    A plot that says it is a line or points is one, and no ground.
    """
    if (kind := _cell(plot.cells, 4)) in ("线", "点"):
        drawn = [np.asarray(positions) * metres for positions in plot.rings.values() if len(positions) > (kind == "线") and np.isfinite(positions).all()]
        return ((shapely.multilinestrings(drawn) if kind == "线" else shapely.multipoints(np.concatenate(drawn))) if drawn else None), 0
    rings, opened = [], 0
    for positions in plot.rings.values():
        opened += positions[0] != positions[-1]
        ring = positions if positions[0] == positions[-1] else [*positions, positions[0]]
        if len(ring) < 4 or not np.isfinite(ring).all():
            return None, opened
        rings.append(shapely.LinearRing(np.asarray(ring) * metres))
    return (from_rings(rings) if rings else None), opened


def _report(draft: Draft, plots: list[Plot], opened: list[int], place: Place) -> None:
    draft.findings.append(place.finding("container.swapped_by_format", count=len(plots)))
    if any(opened):
        first = next(i for i, n in enumerate(opened) if n)
        draft.findings.append(place.finding("container.unclosed_rings", row=plots[first].line, count=sum(opened)))
    for plot in plots:
        stated, seen = _cell(plot.cells, 0), sum(len(ring) for ring in plot.rings.values())
        distinct = sum(len(set(ring)) for ring in plot.rings.values())
        if stated and stated.isdigit() and int(stated) not in (seen, distinct):
            key = _cell(plot.cells, 2) or ""
            draft.findings.append(place.finding("container.stated_count", row=plot.line, key=key, expected=int(stated), value_seen=seen))


def _cell(cells: list[str], at: int) -> str | None:
    return (cells[at] or None) if at < len(cells) else None


def _crs(header: dict[str, str], plots: list[Plot], metres: float) -> tuple[str, str]:
    """The code that the heading states: datum, width of the zone and its number; the prefix shows in the coordinates."""
    system = header.get("坐标系", "")
    plain = _FILLERS.sub("", system).upper()
    datum = next((name for name, mark in _DATUMS if mark.fullmatch(plain)), None)
    zone, width = header.get("带号", ""), header.get("几度分带", "3")
    if datum is not None and _largest(plots) <= 180:
        return f"EPSG:{_GEOGRAPHIC[datum]}", "坐标系"
    if datum is None or not zone.isdigit() or width not in ("3", "6"):
        return system, "坐标系" if system else ""
    prefixed = max((abs(east) for plot in plots for ring in plot.rings.values() for east, _ in ring), default=0.0) * metres >= 1e7
    first, number = _CODES[datum], int(zone)
    low, high = (25, 45) if width == "3" else (13, 23)
    if not low <= number <= high:
        return system, "坐标系"
    return f"EPSG:{first[(0 if prefixed else 1) + (0 if width == '3' else 2)] + number - low}", "坐标系, 几度分带, 带号"


def _largest(plots: list[Plot]) -> float:
    return max((abs(value) for plot in plots for ring in plot.rings.values() for at in ring for value in at), default=0.0)


def _short(plot: Plot) -> bool:
    """Whether a plot states more corner points than it has with every ring closed."""
    stated = _cell(plot.cells, 0)
    return stated is not None and stated.isdigit() and int(stated) > sum(len(set(ring)) + 1 for ring in plot.rings.values())


def _area_unit(draft: Draft, short: Sequence[bool], place: Place) -> None:
    """The stated areas carry no unit; the one unit in which they agree with the rings is taken, and plots that agree in no unit with the others are told.

    A plot that has fewer points than it states, and encloses its stated area in no unit, has lost some.
    """
    stated = dict(draft.columns).get("地块面积")
    if stated is None or draft.geometry is None:
        return
    pairs = _stated_areas(stated, draft.geometry)
    if not pairs:
        return
    apart = _apart(pairs)
    unit = min(apart, key=lambda name: len(apart[name]))
    keys = dict(draft.columns).get("地块编号")
    lost = [one for one in pairs if short[one[0]] and all(one in plots for plots in apart.values())]
    if lost:
        i, text, area = lost[0]
        draft.findings.append(place.finding("container.corner_lost", field="界址点数", row=int(draft.rows[i]), key="" if keys is None else keys[i] or "", count=len(lost),
                                            value_seen=f"{text:g}", value_used=f"{area / AREAS_M2['ha']:.4g} ha"))
    if not apart[unit]:
        draft.units["地块面积"] = unit
        return
    unit = unit if len(apart[unit]) * 2 <= len(pairs) else "ha"  # the unit of the format
    i, text, area = apart[unit][0]
    draft.findings.append(place.finding("container.corner_area", field="地块面积", row=int(draft.rows[i]), key="" if keys is None else keys[i] or "", count=len(apart[unit]),
                                        value_seen=f"{text:g}", value_used=f"{area / AREAS_M2[unit]:.4g} {unit}"))
