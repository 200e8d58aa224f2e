"""The words on a sheet: title lines, notes, the reference system, dates and who made it."""

from __future__ import annotations

import math
import re

from pyproj import CRS

from spatial.indicators.registry import BY_ID, names_of
from spatial.render.sheets.frame import View
from spatial.render.sheets.furniture import Texts
from spatial.render.sheets.kinds import Kind
from spatial.render.sheets.settings import Settings
from spatial.render.sheets.themes import STUDY_AREA, Sources, Theme
from spatial.scorecard.formatting import MISSING, PLAIN_RATIOS, STATUS_WORDS, display
from spatial.scorecard.rule_words import denominator_in_words
from spatial.units import mu

LAYERS = {"parcels": ("地块", "parcels"), "carriers": ("载体", "carriers"), "grid": ("坐标网", "grid"), "names": ("注记", "names"), "furniture": ("图面整饰", "furniture")}
ALLOCATION = {"area": ("按面积占比", "by area"), "largest": ("归最大一方", "to the largest"), "point": ("按代表点", "by representative point")}


def texts_of(title: str, zone: str, theme: Theme | None, sources: Sources, settings: Settings, seen: View | None, numbers: tuple[int, int], tiny: int = 0) -> Texts:
    """Every line of text around a sheet that is not a figure."""
    result = sources.result
    study, pick = result.study, 0 if result.language == "zh" else 1
    thing = (("载体数", "carriers") if theme.on_carriers else ("宗数", "parcels")) if theme else ("", "")
    head = (("类别", thing[0], "面积(亩)", "占比"), ("class", thing[1], "area (mu)", "share"))[pick]
    said = []
    if theme is not None:
        unit, method = theme.kind.text("unit", pick), theme.kind.text("method", pick)
        said = [f"{('单位：', 'unit: ')[pick]}{unit}"] * bool(unit) + [f"{('分级/分类：', 'classes: ')[pick]}{method}"] * bool(method)
    period = f"{study.period[0]} – {study.period[1]}" if study.period[0] != study.period[1] else ""
    dates = (f"　数据截至 {study.as_of}", f"   data as of {study.as_of}")[pick] + ((f"　统计期 {period}", f"   period {period}")[pick] if period else "")
    return Texts(title, study.name, dates, stamp_of(study.audience, settings.map_number, pick), head, said, _notes(theme, zone, sources, tiny, pick), _foot(sources, settings, seen, pick),
                 (f"第 {numbers[0]} 页　共 {numbers[1]} 页", f"page {numbers[0]} of {numbers[1]}")[pick], pick, zone)


def stamp_of(audience: str, map_number: str, pick: int) -> str:
    """The class of secrecy: for the public only under a 审图号."""
    if audience == "public" and map_number:
        return ("公开", "public")[pick]
    return ("内部资料", "internal")[pick] if map_number else ("内部使用", "internal use")[pick]


def _notes(theme: Theme | None, zone: str, sources: Sources, tiny: int, pick: int) -> list[str]:
    study = sources.result.study
    said = [theme.kind.text("note", pick)] if theme is not None and theme.kind.text("note", pick) else []
    if tiny:
        said.append((f"图上过小的 {tiny} 宗以圆圈标出", f"{tiny} parcels too small to see are ringed")[pick])
    twice = sources.result.balance.get("overlap_m2", 0.0)
    if theme is not None and theme.on_carriers and zone == STUDY_AREA and twice >= 1:
        said.append((f"载体相互重叠，重叠的 {mu(twice):,.1f} 亩在各载体中分别计入，本图合计含此重复",
                     f"carriers overlap: {mu(twice):,.1f} mu are counted in each of them, and so more than once in the total here")[pick])
    basis = study.area_source == "registered"
    shared = (f"；跨界地块{ALLOCATION[study.allocation][0]}分配", f"; straddling parcels {ALLOCATION[study.allocation][1]}") if len(sources.result.pieces) else ("", "")
    said.append((f"面积为{'登记面积' if basis else 'CGCS2000 椭球面积'}，1 亩 = 2000/3 平方米{shared[0]}",
                 f"areas: {'registered' if basis else 'ellipsoidal, CGCS2000'}; 1 mu = 2000/3 m²{shared[1]}")[pick])
    return [*said, *_shares_of(theme, sources, pick), *_inputs(sources, pick)]


def _shares_of(theme: Theme | None, sources: Sources, pick: int) -> list[str]:
    """What every percentage of the sheet is a share of, in words: 96.6 % supplied of what is ready stands beside 37.2 % not supplied of all ground."""
    if theme is None:
        return []
    rows = [BY_ID[name] for name in theme.kind.said.get("indicators", ()) if name in BY_ID]
    told = [((row.zh, row.en)[pick], denominator_in_words(row, sources.result.study.rules, pick)) for row in rows if row.unit == "ratio" and row.id not in PLAIN_RATIOS and row.denominator]
    said = [(("图例占比", "shares of the legend")[pick], ("图例合计面积", "all ground of the legend")[pick]), *told]
    return [("各占比的分母：", "shares are of: ")[pick] + ("；", "; ")[pick].join(f"{name}—{whole}" for name, whole in said)]


def _inputs(sources: Sources, pick: int) -> list[str]:
    """The files that a run was made from, in one line; none where it was made from frames."""
    names = list(dict.fromkeys(re.split(r"[\\/]", str(path))[-1] for path in sources.result.inputs["path"]))
    more = len(names) - 6
    return [("资料来源：", "sources: ")[pick] + ("、", ", ")[pick].join(names[:6]) + ((f" 等 {len(names)} 项", f" and {more} more")[pick] if more > 0 else "")] if names else []


def _foot(sources: Sources, settings: Settings, seen: View | None, pick: int) -> list[str]:
    study = sources.result.study
    rounding = ("面积单位：亩，各数分别四舍五入，分项之和与合计的尾差由取舍造成", "areas in mu, rounded one by one: parts may differ from a total by their rounding")[pick]
    first = [projection(sources.parcels.crs, pick)] if seen is not None else [rounding, *_inputs(sources, pick)]
    if seen is None and sources.result.balance.get("overlap_m2", 0.0) >= 1:
        first.append(("载体相互重叠，重叠部分在各载体中分别计入，在类型和全区中只计一次", "carriers overlap: that ground counts in each carrier, and once in types and the study area")[pick])
    if seen is not None:
        gamma = seen.convergence()
        side = ("东" if gamma >= 0 else "西", "east" if gamma >= 0 else "west")[pick]
        first.append((f"图框正上方为坐标北，子午线收敛角 {degrees(gamma)}(坐标北在真北以{side})，指北针指真北",
                      f"grid north is up; convergence {degrees(gamma)} (grid north {side} of true north); the arrow shows true north")[pick])
        first.append((f"比例尺适用于 {settings.size} 幅面原大输出", f"the scale holds for {settings.size} printed at 100 %")[pick])
        if not settings.coordinates:
            first.append(("公开版不注坐标", "no coordinates in the public edition")[pick])
    day = settings.drawing_date or ("　　　年　　月　　日", "__________")[pick]
    names = (("制图单位", "委托单位", "数据截至", "制图日期", "审图号"), ("compiled by", "for", "data as of", "drawn on", "map approval no."))[pick]
    values = (settings.compiler or "　　　　　　", settings.client or "　　　　　　", str(study.as_of), day, settings.map_number or ("内部使用", "none; internal use")[pick])
    return [("；", "; ")[pick].join(first), "　　".join(f"{name}：{value}" if pick == 0 else f"{name}: {value}" for name, value in zip(names, values, strict=True))]


def projection(crs: CRS, pick: int) -> str:
    """The reference system as sheets here state it."""
    operation = crs.coordinate_operation
    params = {p.name: p.value for p in operation.params} if operation is not None else {}
    if "CGCS2000" in crs.name and "Longitude of natural origin" in params:
        zone = 3 if "3-degree" in crs.name else 6
        return (f"2000国家大地坐标系　高斯-克吕格投影　中央经线{params['Longitude of natural origin']:g}°　{zone}°带",
                f"CGCS2000, Gauss-Krüger, central meridian {params['Longitude of natural origin']:g}°, {zone}-degree zone")[pick]
    return (f"坐标系：{crs.name}", crs.name)[pick]


def degrees(value: float) -> str:
    """An angle as signed degrees, minutes and seconds."""
    seconds = round(abs(value) * 3600)
    return f"{'−' if value < 0 else '+'}{seconds // 3600}°{seconds // 60 % 60:02d}′{seconds % 60:02d}″"


def figures_of(kind: Kind, zone: str, sources: Sources, pick: int) -> list[tuple[str, str]]:
    """The kind's indicators of a zone, printed as everywhere; for a part of a district share nothing is said that the district's does not cover."""
    names = names_of(pick)
    return [(names[i], value_text(sources, i, zone, pick)) for i in kind.said.get("indicators", ()) if i in BY_ID]


def value_text(sources: Sources, indicator: str, zone: str, pick: int) -> str:
    """One value of results.json as text; its status where there is none."""
    values = sources.values_by_zone.get((indicator, zone))
    if values is None:
        return MISSING
    value, unit, status = values
    if status != "ok" or value is None or not math.isfinite(value):
        return STATUS_WORDS.get(status, (MISSING, MISSING))[pick]
    return display(value, unit, language=("zh", "en")[pick], indicator=indicator)


__all__ = ["LAYERS", "STUDY_AREA", "texts_of", "figures_of", "value_text", "projection", "degrees", "stamp_of"]
