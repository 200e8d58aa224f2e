"""One small true study a seed: an irregular fabric somewhere in China, its carriers and ledgers, and what a right answer says of them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import Geod, Transformer
from shapely.affinity import rotate, scale
from shapely.geometry import MultiPolygon, Polygon

PLACES: dict[str, tuple[str, float, float]] = {  # county code, longitude and latitude of the fabric's middle
    "萧山": ("330109", 120.264, 30.185), "衢州": ("330802", 118.87, 28.94), "嵊泗": ("330922", 122.45, 30.73), "临平": ("330113", 120.30, 30.42), "成都": ("510107", 104.04, 30.64),
    "乌鲁木齐": ("650104", 87.58, 43.88), "哈尔滨": ("230102", 126.60, 45.76), "广州": ("440112", 113.46, 23.11), "拉萨": ("540102", 91.13, 29.65), "喀什": ("653101", 75.98, 39.47)}
USES = ("1001", "1101", "1401", "1207")
INDUSTRIAL = ("1001", "1101")
FROM, TO = date(2020, 1, 1), date(2022, 12, 31)
GEOD = Geod(a=6378137, rf=298.257222101)
MU = 2000 / 3


@dataclass(frozen=True)
class Ground:
    """The truth: everything in the plane of the 3-degree zone without prefix, and the right numbers."""

    plain: int  # EPSG code
    degrees: tuple[float, float]
    keys: tuple[str, ...]
    uses: tuple[str, ...]
    shapes: np.ndarray
    carriers: tuple[str, ...]
    kinds: tuple[str, ...]
    bounds: np.ndarray  # of the carriers
    supply: tuple[dict[str, Any], ...]
    firms: tuple[dict[str, Any], ...]
    area: np.ndarray
    zones: dict[str, tuple[int | None, float]]  # parcels that have ground in it where that is asked of a zone, and their ground
    union: float
    values: dict[tuple[str, str], float]

    @property
    def three_prefixed(self) -> int:
        return self.plain - 21

    @property
    def six(self) -> int:
        """Zone of 6 degrees."""
        return int(self.degrees[0] // 6) + 1

    def moved(self, epsg: int, shapes: Any) -> np.ndarray:
        if epsg == self.plain:
            return np.array(shapes, dtype=object)
        move = Transformer.from_crs(self.plain, epsg, always_xy=True)
        return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1]))))


def _fabric(chance: random.Random, middle: tuple[float, float], whole: bool) -> list[Any]:
    """Parcels of a bent lattice: some joined to their neighbour, some left out, some with a hole, some in two parts; corners to the millimetre."""
    columns, rows = chance.randint(7, 9), chance.randint(6, 8)
    turn = chance.uniform(0, 1.5)
    c, s = np.cos(turn), np.sin(turn)

    def node(i: int, j: int) -> tuple[float, float]:
        u = (i - columns / 2) * 120 + nodes[i, j][0]
        v = (j - rows / 2) * 95 + nodes[i, j][1]
        return round(middle[0] + c * u - s * v, 3), round(middle[1] + s * u + c * v, 3)

    nodes = {(i, j): (chance.uniform(-25, 25), chance.uniform(-20, 20)) for i in range(columns + 1) for j in range(rows + 1)}
    cells = {(i, j): Polygon([node(i, j), node(i + 1, j), node(i + 1, j + 1), node(i, j + 1)]) for i in range(columns) for j in range(rows)}
    for key in chance.sample(sorted(cells), 4):
        del cells[key]
    for i, j in chance.sample(sorted(cells), 4):
        if (i, j) in cells and (i + 1, j) in cells:
            cells[i, j] = cells[i, j].union(cells.pop((i + 1, j)))
    if whole:
        return [cells[key] for key in sorted(cells)]
    for key in chance.sample(sorted(cells), 3):
        hole = shapely.set_precision(rotate(scale(cells[key], 0.3, 0.3), 20), 0.001)
        cells[key] = Polygon(cells[key].exterior, [hole.exterior]) if hole.within(cells[key].buffer(-1)) else cells[key]
    for i, j in chance.sample(sorted(cells), 8):
        if (i, j) in cells and (i + 2, j) in cells and cells[i, j].geom_type == cells[i + 2, j].geom_type == "Polygon" and not cells[i, j].touches(cells[i + 2, j]):
            cells[i, j] = MultiPolygon([cells[i, j], cells.pop((i + 2, j))])
    return [cells[key] for key in sorted(cells)]


def _drawn(chance: random.Random, middle: tuple[float, float], across: bool) -> list[Polygon]:
    """Three carriers that cut the fabric as they like, and now and then a fourth that lies over two of them."""
    x, y = middle
    cut = [x + chance.uniform(-170, -90), x + chance.uniform(60, 150)]
    low, high = y - chance.uniform(180, 260), y + chance.uniform(180, 260)
    lean = chance.uniform(-40, 40)
    boxes = [Polygon([(x - 460, low), (cut[0] - lean, low - 10), (cut[0] + lean, high + 10), (x - 440, high)]),
             Polygon([(cut[0] - lean, low - 10), (cut[1], low), (cut[1] + lean, high), (cut[0] + lean, high + 10)]),
             Polygon([(cut[1] + 30, low + 30), (x + 380, low), (x + 390, y), (cut[1] + 60, y + 20)])]
    boxes += [Polygon([(x - 250, y - 60), (x + 10, y - 80), (x + 20, y + 70), (x - 240, y + 50)])] if across else []
    return [shapely.set_precision(shape, 0.001) for shape in boxes]


def ellipsoidal(shapes: Any, plain: int) -> np.ndarray:
    """By geodesics, as the tool's own formula has it to 1e-6 for parcels of this size."""
    move = Transformer.from_crs(plain, 4490, always_xy=True)
    degrees = shapely.transform(np.asarray(shapes, dtype=object), lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))
    return np.array([abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) for shape in degrees])


@lru_cache(maxsize=64)
def ground(seed: int, whole: bool = False) -> Ground:
    """The truth of a seed; `whole` without holes and parts."""
    chance = random.Random(f"ground {seed}")
    county, lon, lat = PLACES[chance.choice(sorted(PLACES))]
    zone = int((lon + 1.5) // 3)
    plain = 4509 + zone
    middle = Transformer.from_crs(4490, plain, always_xy=True).transform(lon, lat)
    shapes = np.array(_fabric(chance, middle, whole), dtype=object)
    keys = tuple(f"{county}{chance.randint(1, 3):03d}{chance.randint(1, 4):03d}GB{i:05d}" for i in range(1, len(shapes) + 1))
    uses = tuple(USES[i] if i < 4 else chance.choice(("1001", "1001", "1001", "1101", "1401", "1207")) for i in range(len(shapes)))
    drawn = np.array(_drawn(chance, middle, chance.random() < 0.4 and not whole), dtype=object)
    names = ("临江高新园", "桥南区块", "空港新城", "江东片区")[: len(drawn)]
    kinds = ("开发区", "产业园", "开发区", "产业园")[: len(drawn)]
    area = ellipsoidal(shapes, plain)
    share = np.array([shapely.area(shapely.intersection(shapes, one)) / shapely.area(shapes) for one in drawn])
    inside = shapely.area(shapely.intersection(shapes, shapely.union_all(drawn))) / shapely.area(shapes)
    zones: dict[str, tuple[int | None, float]] = {name: (int((share[i] > 1e-9).sum()), float(area @ share[i])) for i, name in enumerate(names)}
    zones["study_area"] = len(shapes), float(area.sum())
    zones["outside"] = None, float(area @ (1 - inside))
    for kind in sorted(set(kinds)):
        part = shapely.union_all(drawn[np.array(kinds) == kind])
        zones[f"type:{kind}"] = None, float(area @ (shapely.area(shapely.intersection(shapes, part)) / shapely.area(shapes)))
    supply, firms = _supply(chance, keys, uses, area, county), _firms(chance, keys, uses, area)
    values = _values(keys, uses, area, inside, supply, firms)
    return Ground(plain, (lon, lat), keys, uses, shapes, names, kinds, drawn, supply, firms, area, zones, float(area.sum()), values)


def _supply(chance: random.Random, keys: tuple[str, ...], uses: tuple[str, ...], area: np.ndarray, county: str) -> tuple[dict[str, Any], ...]:
    rows = []
    for i in sorted(chance.sample(range(len(keys)), len(keys) // 2)):
        signed = date(2019, 1, 5) + timedelta(days=chance.randrange(1400))
        start = signed + timedelta(days=chance.randrange(100, 500))
        begun = start + timedelta(days=chance.randrange(-60, 200)) if chance.random() < 0.7 else None
        rows.append({"key": keys[i], "no": f"{county}{signed.year}B{i:05d}", "use": uses[i], "mode": "挂牌出让", "signed": signed, "area": round(float(area[i])),
                     "price": round(float(area[i]) * 0.06, 1), "start": start, "begun": begun if begun is None or begun <= TO else None})
    return tuple(rows)


def _firms(chance: random.Random, keys: tuple[str, ...], uses: tuple[str, ...], area: np.ndarray) -> tuple[dict[str, Any], ...]:
    at = [i for i, use in enumerate(uses) if use in INDUSTRIAL]
    rows = []
    for n, i in enumerate(sorted(chance.sample(at, min(len(at), 14)))):
        rows += [{"id": credit_code(n + 1), "name": f"杭州第{n + 1}机械有限公司", "year": year, "key": keys[i], "tax": round(chance.uniform(20, 900), 2),
                  "land": round(float(area[i])), "evaluated": "是"}
                 for year in (2021, 2022)]
    return tuple(rows)


def credit_code(number: int) -> str:
    """A code of 18 characters with its check character (GB 32100)."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91330109MA2{number:06d}"
    return body + signs[(31 - sum(signs.index(sign) * pow(3, i, 31) for i, sign in enumerate(body)) % 31) % 31]


def _values(keys: tuple[str, ...], uses: tuple[str, ...], area: np.ndarray, inside: np.ndarray, supply: tuple[dict[str, Any], ...], firms: tuple[dict[str, Any], ...]) -> dict[tuple[str, str], float]:
    at = {key: i for i, key in enumerate(keys)}
    new = [row for row in supply if row["use"] in INDUSTRIAL and FROM <= row["signed"] <= TO]
    total = sum(row["area"] for row in new)
    last = [row for row in firms if row["year"] == 2022]
    return {("new_land_to_carriers_share", "study_area"): sum(row["area"] * inside[at[row["key"]]] for row in new) / total,
            ("tax_per_mu", "study_area"): sum(row["tax"] for row in last) / (sum(row["land"] for row in last) / MU)}
