"""`spatial doctor`: what is installed, whether it gives right answers on this machine, and small traps that must spring; a plain verdict."""

from __future__ import annotations

import importlib.metadata
import os
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

from spatial import pipeline, preflight
from spatial.crs import ellipsoidal_area, transformer
from spatial.errors import Refused
from spatial.read import doors
from spatial.render.map_element import ASSETS
from spatial.schema.result import Result

Level = Literal["good", "note", "bad"]
ROOM_BYTES, TRAP_BYTES = 1 << 30, 64 << 20  # a large study; the traps
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
    checks = [*_packages(), *_libraries(), _doors(), _projection(), _area(), _files(), _font(), *_room(), _names()]
    return [*checks, *_traps(), *_outputs()]


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


def _packages() -> Iterator[Check]:
    """Every package that is needed, those too that are loaded late."""
    remedy = ("请重新安装：pip install --force-reinstall {}", "install it again: pip install --force-reinstall {}")
    problems = preflight.broken()
    for name, why in problems.items():
        yield Check("bad", "不能导入", "cannot be imported:", f"{name} ({why})", (remedy[0].format(name), remedy[1].format(name)))
    if not problems:
        yield Check("good", "所需的软件包", "packages that are needed", f"{len(preflight.required())}")


def _files() -> Check:
    """The package's own files against the record of its installation, or the list written when the browser part was built."""
    damaged = preflight.damaged()
    missing = [name for name in ("spatial-map.js", "spatial-map.css") if not (ASSETS / name).is_file()]
    if damaged or missing:
        shown = ", ".join([*missing, *damaged][:5]) + (" …" if len(missing) + len(damaged) > 5 else "")
        return Check("bad", "软件包的文件缺失或已改动", "files of the package are missing or changed:", shown, ("请重新安装本软件包", "install the package again"))
    if not preflight.listed():
        return Check("note", "软件包的文件", "files of the package", "", ("没有可供核对的清单；重新安装后才能核对", "there is no list to compare them with; installing again makes one"))
    return Check("good", "软件包的文件与地图前端", "files of the package, browser part of the map")


def _font() -> Check:
    found = chinese_font()
    return Check("good" if found else "note", "中文字体", "Chinese font", found,
                 ("附图与图表没有中文字体；请安装：pip install pylopdf-fonts-zh-cn", "sheets and charts have no Chinese font; pip install pylopdf-fonts-zh-cn"))


def chinese_font() -> str:
    """The name of the font that sheets and charts take for Chinese, or nothing."""
    from spatial.render.fonts import chinese_font as taken

    font = taken()
    return f"{font.name} ({font.path.name})" if font is not None else ""


def _room() -> Iterator[Check]:
    """Room in the folder of temporary files, and whether that is the folder that was asked for."""
    try:
        here = tempfile.gettempdir()
    except OSError as problem:
        yield Check("bad", "没有可写的临时目录", "no temporary folder can be written:", str(problem), ("请用 TMPDIR 指定一个可写的目录", "name a folder that can be written by TMPDIR"))
        return
    free = shutil.disk_usage(here).free
    short = ("不足 1 GiB，大的研究会写不下", "under 1 GiB; a large study will not fit")
    if free < TRAP_BYTES:
        short = ("空间不够运行检查，请清理或换一个临时目录(TMPDIR)", "too little for the traps; free some or choose another folder (TMPDIR)")
    yield Check("good" if free >= ROOM_BYTES else "note" if free >= TRAP_BYTES else "bad", "临时空间", "temporary space", f"{free / (1 << 30):.1f} GiB ({here})", short)
    asked = next((os.environ[name] for name in ("TMPDIR", "TEMP", "TMP") if os.environ.get(name)), here)
    if Path(asked).resolve() != Path(here).resolve():
        yield Check("note", "环境变量 TMPDIR 指定的目录不能用", "the folder that TMPDIR names cannot be used:", asked, (f"实际用的是 {here}", f"{here} is used in its place"))


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


WRONG = ("结果不对：请勿使用，并告知版本", "wrong: do not use it, and report the versions")


def _traps() -> Iterator[Check]:
    for trap in TRAPS:
        try:
            with tempfile.TemporaryDirectory() as folder:
                seen = _sprung(trap, Path(folder))
        except OSError as problem:  # no folder to spring it in
            seen = _told(problem)
        yield Check("bad" if seen else "good", trap.zh, trap.en, seen, WRONG)


def _outputs() -> Iterator[Check]:
    """A run from a raster and a shapefile to every kind of output."""
    from spatial.checkup_outputs import IMAGERY, looked_into, write_raster

    try:
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder), prj=True)
            write_raster(Path(folder), X, Y, 4528)
            study = _study(Path(folder), 'datum = "CGCS2000"', f'{CARRIERS}{IMAGERY}')
            for zh, en, wrong in looked_into(study, next(iter(LOTS))):
                yield Check("bad" if wrong else "good", zh, en, wrong, WRONG)
    except Exception as problem:
        yield Check("bad", "输出：一次完整运行", "output: one whole run", _told(problem), WRONG)


def _told(problem: Exception) -> str:
    """An error of any library in one line; a refusal by its codes."""
    if isinstance(problem, Refused):
        return ", ".join(sorted({finding.code for finding in problem.findings if finding.severity == "error"}))
    return " ".join(f"{type(problem).__name__}: {problem}".split())[:300]


def _sprung(trap: Trap, folder: Path) -> str:
    """What went wrong with a trap; nothing where it did its duty."""
    try:
        trap.make(folder)
        result = pipeline.analyse(pipeline.load_study(_study(folder, trap.study, trap.layers or CARRIERS)))
    except Refused as refused:
        codes = {finding.code for finding in refused.findings if finding.severity == "error"}
        return "" if trap.code and any(code.startswith(trap.code) for code in codes) else ", ".join(sorted(codes))
    except Exception as problem:  # a disk that is full, a library that is broken: not what the trap is for
        return _told(problem)
    if trap.code:
        return "accepted"
    return "" if trap.holds is not None and trap.holds(result) else "wrong figure"


def _study(folder: Path, study: str, layers: str) -> Path:
    """The study file of a trap beside its files."""
    parcels = next(name for name in reversed(PARCELS) if (folder / name).is_file())
    path = folder / "study.toml"
    path.write_text(STUDY.format(study=study, parcels=parcels, layers=layers), encoding="utf-8")
    return path


CARRIERS = '[layers.carriers]\npath = "carriers.gpkg"\n'
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
