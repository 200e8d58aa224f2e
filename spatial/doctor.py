"""`spatial doctor`: what is installed, whether it gives right answers on this machine, and small traps that must spring; a plain verdict."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from spatial import pipeline
from spatial.crs import ellipsoidal_area, transformer
from spatial.errors import Refused
from spatial.read import doors
from spatial.render.map_element import ASSETS
from spatial.schema.result import Result

Level = Literal["good", "note", "bad"]
ROOM_BYTES = 1 << 30
X, Y = 40_520_000.0, 3_340_000.0  # in zone 40, eastings with their prefix
LOTS = {"330109001001GB00001": (0, 500), "330109001001GB00002": (500, 1500), "330109001001GB00003": (9000, 10_000)}  # metres east; the carrier ends at 1000


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was seen, and what to do where it is not good."""

    level: Level
    zh: str
    en: str
    seen: str = ""
    remedy: tuple[str, str] = ("", "")

    def line(self, language: str) -> str:
        mark = {"good": "[ok]", "note": "[!!]", "bad": "[XX]"}[self.level]
        pick = 0 if language == "zh" else 1
        return " ".join(part for part in (mark, (self.zh, self.en)[pick], self.seen, "" if self.level == "good" else self.remedy[pick]) if part)


def doctor() -> list[Check]:
    """Every check of this installation, the traps last."""
    return [*_libraries(), _doors(), _projection(), _area(), _assets(), _font(), _room(), _names(), *_traps()]


def verdict(checks: list[Check], language: str) -> str:
    """One sentence: fit for use or not."""
    bad, notes = (sum(check.level == level for check in checks) for level in ("bad", "note"))
    if bad:
        return (f"不可用：{bad} 项不对，先按上面的办法处理", f"not fit for use: {bad} wrong, follow the remedies above")[language == "en"]
    return (f"可以使用：{len(checks)} 项检查" + (f"，{notes} 项提示" if notes else "，全部正常"),
            f"fit for use: {len(checks)} checks" + (f", {notes} remarks" if notes else ", all good"))[language == "en"]


def _libraries() -> Iterator[Check]:
    import pyogrio
    import pyproj
    import rasterio

    enough = sys.version_info >= (3, 11)
    yield Check("good" if enough else "bad", "Python", "Python", platform.python_version(), ("需要 3.11 或更高", "3.11 or later is needed"))
    version = importlib.metadata.version
    yield Check("good", "读写矢量", "vector files", f"pyogrio {pyogrio.__version__} (GDAL {'.'.join(str(n) for n in pyogrio.__gdal_version__)})")
    yield Check("good", "读写栅格", "rasters", f"rasterio {rasterio.__version__} (GDAL {rasterio.__gdal_version__})")
    yield Check("good", "几何", "geometry", f"shapely {shapely.__version__} (GEOS {shapely.geos_version_string}), geopandas {version('geopandas')}, pandas {version('pandas')}")
    held = Path(pyproj.datadir.get_data_dir()) / "proj.db"
    yield Check("good" if held.is_file() else "bad", "坐标系数据", "CRS data", f"pyproj {pyproj.__version__} (PROJ {pyproj.proj_version_str})",
                ("找不到 proj.db，请重装 pyproj", "proj.db is missing; reinstall pyproj"))


def _doors() -> Check:
    open_still = [*doors.left_open(), *doors.loaded_too_early]
    return Check("bad" if open_still else "good", "GDAL 的网络与间接读取已关闭", "GDAL's network and indirect drivers are shut", ", ".join(open_still),
                 ("请在导入其他地理库之前导入 spatial", "import spatial before any other geospatial library"))


def _projection() -> Check:
    """The rule book's check point, computed with an independent PROJ: 120.30 E, 30.20 N in EPSG:4549."""
    east, north = transformer("EPSG:4490", "EPSG:4549").transform(120.30, 30.20)
    right = abs(east - 528_887.731) < 0.001 and abs(north - 3_342_322.266) < 0.001
    return Check("good" if right else "bad", "投影检核点", "check point of the projection", f"E {east:.3f}, N {north:.3f}", ("应为 E 528887.731, N 3342322.266；请重装 pyproj",
                 "should be E 528887.731, N 3342322.266; reinstall pyproj"))


def _area() -> Check:
    """The rule book's cell of 0.005 degrees."""
    area = float(ellipsoidal_area(np.array([shapely.box(120.30, 30.20, 120.305, 30.205)], dtype=object), CRS.from_epsg(4490))[0])
    return Check("good" if abs(area - 266_857.18) < 0.01 else "bad", "椭球面积检核", "check of the area", f"{area:.2f} m²", ("应为 266857.18 m²", "should be 266857.18 m²"))


def _assets() -> Check:
    missing = [name for name in ("spatial-map.js", "spatial-map.css") if not (ASSETS / name).is_file()]
    return Check("bad" if missing else "good", "地图前端", "browser part of the map", ", ".join(missing), ("请重新安装本软件包", "install the package again"))


def _font() -> Check:
    found = chinese_font()
    return Check("good" if found else "note", "中文字体", "Chinese font", found,
                 ("附图与图表没有中文字体；请安装：pip install pylopdf-fonts-zh-cn", "sheets and charts have no Chinese font; pip install pylopdf-fonts-zh-cn"))


def chinese_font() -> str:
    """The name of the font that sheets and charts take for Chinese, or nothing."""
    from spatial.render.fonts import chinese_font as taken

    font = taken()
    return f"{font.name} ({font.path.name})" if font is not None else ""


def _room() -> Check:
    here = tempfile.gettempdir()
    free = shutil.disk_usage(here).free
    return Check("good" if free >= ROOM_BYTES else "note", "临时空间", "temporary space", f"{free / (1 << 30):.1f} GiB", ("不足 1 GiB，大的研究会写不下", "under 1 GiB; a large study will not fit"))


def _names() -> Check:
    """Chinese file names, and a file that takes another's place at once."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            new, old = Path(folder) / "宗地 新.txt", Path(folder) / "宗地.txt"
            old.write_text("旧", encoding="utf-8")
            new.write_text("新", encoding="utf-8")
            new.replace(old)
            right = old.read_text(encoding="utf-8") == "新"
    except (OSError, UnicodeError) as problem:
        return Check("bad", "中文文件名", "Chinese file names", str(problem), ("请换一个临时目录(TMPDIR)", "choose another temporary folder (TMPDIR)"))
    return Check("good" if right else "bad", "中文文件名与原子替换", "Chinese file names and atomic replacement")


@dataclass(frozen=True)
class Trap:
    """A small study and what must come of it: a refusal with a code, or a figure."""

    zh: str
    en: str
    make: Callable[[Path], None]
    code: str = ""
    holds: Callable[[Result], bool] | None = None
    study: str = 'datum = "CGCS2000"'
    layers: str = ""


def _traps() -> Iterator[Check]:
    for trap in TRAPS:
        with tempfile.TemporaryDirectory() as folder:
            seen = _sprung(trap, Path(folder))
        yield Check("bad" if seen else "good", trap.zh, trap.en, seen, ("结果不对：请勿使用，并告知版本", "wrong: do not use it, and report the versions"))


def _sprung(trap: Trap, folder: Path) -> str:
    """What went wrong with a trap; nothing where it did its duty."""
    try:
        trap.make(folder)
        layers = trap.layers or '[layers.carriers]\npath = "carriers.gpkg"\n'
        parcels = next(name for name in reversed(PARCELS) if (folder / name).is_file())
        (folder / "study.toml").write_text(STUDY.format(study=trap.study, parcels=parcels, layers=layers), encoding="utf-8")
        result = pipeline.analyse(pipeline.load_study(folder / "study.toml"))
    except Refused as refused:
        codes = {finding.code for finding in refused.findings if finding.severity == "error"}
        return "" if trap.code and any(code.startswith(trap.code) for code in codes) else ", ".join(sorted(codes))
    if trap.code:
        return "accepted"
    return "" if trap.holds is not None and trap.holds(result) else "wrong figure"


PARCELS = ("宗地.shp", "parcels.geojson")
STUDY = """
[study]
name = "doctor"
as_of = 2022-12-31
period = [2022-01-01, 2022-12-31]
{study}
[layers.parcels]
path = "{parcels}"
{layers}"""


def _write(folder: Path, *, prj: bool, epsg: int = 4528) -> None:
    """A GBK shapefile as offices have them, and a carrier that holds the first lot and half of the second."""
    parcels = gpd.GeoDataFrame({"宗地代码": list(LOTS), "用途": ["工业用地"] * len(LOTS)}, crs=epsg,
                               geometry=[shapely.box(X + west, Y, X + east, Y + 1000) for west, east in LOTS.values()])
    parcels.to_file(folder / PARCELS[0], encoding="gbk")
    (folder / "宗地.cpg").unlink(missing_ok=True)
    if not prj:
        (folder / "宗地.prj").unlink(missing_ok=True)
    gpd.GeoDataFrame({"carrier_id": ["甲园"]}, geometry=[shapely.box(X - 10, Y - 10, X + 1000, Y + 1010)], crs=4528).to_file(folder / "carriers.gpkg")


def _disguised(folder: Path) -> None:
    _write(folder, prj=False)
    (folder / PARCELS[1]).write_text('<OGRVRTDataSource><OGRVRTLayer name="宗地"><SrcDataSource relativeToVRT="1">宗地.shp</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>', encoding="utf-8")


def _ledger(folder: Path) -> None:
    """A ledger whose code is a number of nineteen digits: four of them are gone."""
    import xlsxwriter

    _write(folder, prj=True)
    with xlsxwriter.Workbook(folder / "供地.xlsx") as book:
        sheet = book.add_worksheet("供地")
        sheet.write_row(0, 0, ["宗地代码", "合同签订日期", "出让面积(平方米)"])
        sheet.write_number(1, 0, 3301090010010000001)
        sheet.write_string(1, 1, "2022-03-01")
        sheet.write_number(1, 2, 10_000)


def _shared_out(result: Result) -> bool:
    """The first lot lies inside, half of the second, none of the third: 1.0 of 2.5 square kilometres."""
    shares = result.parcels.set_index("parcel_id")["carrier_share"]
    inside = result.balance["inside_m2"] / result.balance["parcels_m2"]
    return bool(np.allclose(shares.loc[list(LOTS)[:2]], [1.0, 0.5], atol=1e-9)) and abs(inside - 0.4) < 1e-4 and result.balance["closure_relative"] < 1e-12


TRAPS: tuple[Trap, ...] = (
    Trap("无 .prj 且未说明基准：拒绝", "no .prj and no stated datum: refused", lambda folder: _write(folder, prj=False), code="crs.", study=""),
    Trap("GBK、无 .prj、已说明基准：读对、分对", "GBK, no .prj, datum stated: read and shared out right", lambda folder: _write(folder, prj=False), holds=_shared_out),
    Trap("西安80 无转换参数：拒绝", "Xian 80 without parameters: refused", lambda folder: _write(folder, prj=True, epsg=2364), code="crs."),
    Trap("改名的 VRT：拒绝", "a VRT under another name: refused", _disguised, code="container."),
    Trap("存成数字的 19 位编号：拒绝", "a 19-digit code kept as a number: refused", _ledger, code="row.bad_cell",
         layers='[layers.carriers]\npath = "carriers.gpkg"\n[layers.supply]\npath = "供地.xlsx"\n'),
)
