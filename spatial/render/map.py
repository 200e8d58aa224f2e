"""map.html: the whole run in one page that opens by double click and asks for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from spatial import resources
from spatial.crs import CGCS2000, reproject
from spatial.errors import Finding, found
from spatial.indicators.registry import BY_ID, names_of
from spatial.render.map_element import OfflineMap, ParcelLayer, _plain, steady
from spatial.render.map_payload import STEP_DEGREES, number_column, packed, text_column
from spatial.render.styles import STATUS_COLOURS
from spatial.schema.result import Result
from spatial.scorecard.formatting import display, display_target

ENTERPRISE_THEMES = frozenset(("tax_per_mu", "value_added_per_mu", "output_per_mu", "investment_per_mu"))
ENTERPRISE_COLUMNS = frozenset(("tax_wanyuan", "value_added_wanyuan", "output_wanyuan", "fixed_investment_wanyuan", "tax_per_mu", "value_added_per_mu", "output_per_mu",
                                "investment_per_mu"))

LABELS: dict[str, tuple[str, str]] = {
    "no_data": ("无数据", "no data"), "indicator": ("指标", "indicator"), "layers": ("图层", "Layers"), "parcels": ("地块", "parcels"), "carriers": ("载体", "carriers"),
    "names": ("载体名称", "carrier names"), "graticule": ("经纬网", "graticule"), "status": ("土地状态", "Land status"), "by_carrier": ("载体指标", "Carriers"),
    "targets": ("目标评价", "Targets"), "notes": ("说明", "Notes"), "search": ("查找地块编号或载体", "find a parcel or carrier"), "panel": ("面板", "panel"),
    "view_status": ("看地块状态", "land status"), "view_indicator": ("看载体指标", "carrier indicator"),
}
VERDICTS = {"met": ("达标", "met"), "missed": ("未达标", "missed"), "not_due": ("未到期", "not due"), "no_data": ("无数据", "no data"), "not_applicable": ("不适用", "n/a"),
            "ranked": ("排名", "ranked")}
NUMBERS: tuple[tuple[str, tuple[str, str], int, tuple[str, str]], ...] = (
    ("area_mu", ("面积", "Area"), 2, ("亩", "mu")), ("area_m2", ("面积", "Area"), 1, ("m²", "m²")), ("registered_area_m2", ("登记面积", "Registered area"), 1, ("m²", "m²")),
    ("carrier_share", ("载体内占比", "Share in carrier"), 3, ("", "")), ("floor_area_ratio", ("容积率", "Floor area ratio"), 2, ("", "")),
    ("building_density", ("建筑密度", "Building density"), 3, ("", "")), ("tax_per_mu", ("亩均税收", "Tax per mu"), 2, ("万元/亩", "10⁴ CNY/mu")),
    ("output_per_mu", ("亩均产值", "Output per mu"), 2, ("万元/亩", "10⁴ CNY/mu")), ("days_overdue", ("逾期天数", "Days overdue"), 0, ("", "")),
    ("fee_wanyuan", ("土地闲置费", "Idle-land fee"), 2, ("万元", "10⁴ CNY")),
)
DATES = (("contract_date", ("合同签订", "Contract")), ("agreed_start_date", ("约定开工", "Agreed start")), ("supplement_start_date", ("补充协议开工", "Supplementary start")),
         ("actual_start_date", ("实际开工", "Actual start")), ("completion_date", ("竣工", "Completion")))
UNITS = {"ratio": ("", ""), "mu": ("亩", "mu"), "万元/亩": ("万元/亩", "10⁴ CNY/mu"), "万元/公顷": ("万元/公顷", "10⁴ CNY/ha"), "count": ("", "")}


def write_map(result: Result, path: Path) -> list[Finding]:
    """Write the map of a run; returns what it could not carry."""
    page, findings = build_map(result)
    steady(page.get_root())
    path.write_text(page.get_root().render(), encoding="utf-8", newline="\n")
    return findings


def build_map(result: Result) -> tuple[OfflineMap, list[Finding]]:
    """The map of a run as a Folium map, to add to before it is saved."""
    pick = 0 if result.language == "zh" else 1
    degrees, zones = _degrees(result.parcels), _degrees(result.carriers)
    meta = payload(result, pick)
    page = OfflineMap(title=str(meta["title"]), lead=_lead(result, pick), location=[meta["origin"][1], meta["origin"][0]], zoom_start=12, zoom_control=True,
                      max_zoom=20, prefer_canvas=True, attr="")
    page.add_child(ParcelLayer(packed(meta, degrees, zones, panel=True)))
    remote = page.remote_files()
    return page, [found("map.remote_files", value_seen="、".join(remote), count=len(remote))] if remote else []


def _degrees(frame: gpd.GeoDataFrame) -> Any:
    shapes = frame.geometry.to_numpy()
    return reproject(shapes, frame.crs, CGCS2000) if len(frame) else np.array([], dtype=object)


def _lead(result: Result, pick: int) -> str:
    """What a reader without scripts gets: the title, the carriers by name, and why there is no map."""
    names = "".join(f"<li>{_plain(str(name))}</li>" for name in _names(result.carriers))
    why = ("此地图需要浏览器启用脚本。请用较新的 Chrome、Edge 或 Firefox 打开。", "This map needs scripts. Open it in a recent Chrome, Edge or Firefox.")[pick]
    return f"<noscript><h1>{_plain(result.study.name)}</h1><p>{why}</p><ul>{names}</ul></noscript>\n<ul hidden>{names}</ul>\n"


def _names(carriers: gpd.GeoDataFrame) -> list[str]:
    if not len(carriers):
        return []
    named = carriers["carrier_name"] if "carrier_name" in carriers else carriers["carrier_id"]
    return [str(name) for name in named.where(named.notna(), carriers["carrier_id"])]


def payload(result: Result, pick: int) -> dict[str, Any]:
    """Everything the client shows, texts in the run's language."""
    study, parcels = result.study, result.parcels
    bounds = gpd.GeoSeries(parcels.geometry).to_crs(CGCS2000).total_bounds if len(parcels) else (0.0, 0.0, 0.0, 0.0)
    public = study.audience == "public"
    codes = list(STATUS_COLOURS)
    status = parcels["land_status"].map({code: i for i, code in enumerate(codes)}).fillna(-1).astype(int)
    land = parcels.groupby("land_status")["area_m2"].agg(["size", "sum"])
    categories = [{"code": code, "label": names[pick], "colour": colour, "count": int(land["size"].get(code, 0)),
                   "mu": f"{land['sum'].get(code, 0.0) * 3 / 2000:,.1f} {('亩', 'mu')[pick]}"} for code, (names, colour) in STATUS_COLOURS.items()]
    period = f"{study.period[0]} – {study.period[1]}"
    return {
        "version": 1, "language": study.language, "title": study.name,
        "subtitle": (f"数据截至 {study.as_of} · 统计期 {period}", f"data as of {study.as_of} · period {period}")[pick],
        "stamp": "" if public else ("内部资料", "Internal")[pick],
        "origin": [round(float(bounds[0]), 6), round(float(bounds[1]), 6)], "step": STEP_DEGREES, "coordinates": not public,
        "columns": _columns(result, pick, public), "categories": categories, "status": status.tolist(),
        "carriers": {"names": _names(result.carriers), "themes": _themes(result, pick, public), "rows": []},
        "scores": _scores(result, pick), "labels": {name: texts[pick] for name, texts in LABELS.items()}, "notes": _notes(result, pick),
    }


def _columns(result: Result, pick: int, public: bool) -> list[dict[str, Any]]:
    parcels = result.parcels
    columns = [text_column("parcel_id", ("宗地代码", "Parcel")[pick], parcels["parcel_id"].tolist())]
    for name, label in (("carrier_name", ("所属载体", "Carrier")), ("land_use_name", ("土地用途", "Land use")), ("status_reason", ("判定依据", "Reason")),
                        ("inefficient_rule", ("低效规则", "Low-efficiency rule"))):
        if name in parcels and parcels[name].notna().any():
            columns.append(text_column(name, label[pick], parcels[name].tolist()))
    for name, label, digits, unit in NUMBERS:
        if name in parcels and parcels[name].notna().any() and not (public and name in ENTERPRISE_COLUMNS):
            columns.append(number_column(name, label[pick], parcels[name].to_numpy(float), digits, unit[pick]))
    supply = result.ledgers.get("supply")
    if supply is not None and "status_row" in parcels:
        row = parcels["status_row"].to_numpy(float)
        known = np.flatnonzero(np.isfinite(row))
        for name, label in DATES:
            if name in supply and supply[name].notna().any():
                days = np.full(len(parcels), None, dtype=object)
                picked = supply[name].to_numpy()[row[known].astype(int)]
                days[known] = [None if pd.isna(day) else str(day)[:10] for day in picked]
                columns.append(text_column(name, label[pick], days.tolist()))
    return columns


def _themes(result: Result, pick: int, public: bool) -> list[dict[str, Any]]:
    """Carrier indicators as classes: five of equal count at most, limits in the units of planners."""
    carriers, themes = result.carriers, []
    if not len(carriers):
        return []
    names, declared = names_of(pick), resources.table(resources.folder("maps") / "interactive.toml")
    grades_of = declared["class_colours"]
    for indicator in declared["indicators"]:
        rows = result.values[result.values["indicator"] == indicator].set_index("zone")["value"]
        values = rows.reindex(carriers["carrier_id"]).astype(float).to_numpy()
        if not np.isfinite(values).any() or (public and indicator in ENTERPRISE_THEMES):
            continue
        unit = BY_ID[indicator].unit
        known = values[np.isfinite(values)]
        breaks = np.unique(np.quantile(known, np.linspace(0, 1, len(grades_of) + 1)))
        limits = breaks[1:-1]
        classes = np.searchsorted(limits, values, side="right")
        shown = [_shown(value, unit, indicator, pick) for value in values]
        ends = [_shown(value, unit, indicator, pick) for value in breaks]
        colours = grades_of if len(limits) + 1 >= len(grades_of) else [grades_of[round(i * (len(grades_of) - 1) / max(len(limits), 1))] for i in range(len(limits) + 1)]
        grades = [{"label": f"{ends[i]} – {ends[i + 1]}" if len(ends) > 1 else ends[0], "colour": colours[i]} for i in range(len(limits) + 1)]
        themes.append({"id": indicator, "label": names[indicator], "unit": UNITS.get(unit, (unit, unit))[pick],
                       "classes": [int(c) if np.isfinite(v) else None for c, v in zip(classes, values, strict=True)], "grades": grades, "shown": shown})
    return themes


def _shown(value: float, unit: str, indicator: str, pick: int) -> str:
    if not np.isfinite(value):
        return "–"
    if unit == "ratio" and "ratio" not in indicator.split("_share")[0]:
        return f"{value * 100:.1f} %"
    return f"{value:,.2f}"


def _scores(result: Result, pick: int) -> list[dict[str, Any]]:
    """Targets with a verdict on the district, and missed ones of single zones; what has no data is left to the workbook."""
    names = names_of(pick)
    zones = {"study_area": ("全区", "study area")[pick], "outside": ("载体外", "outside")[pick]} | {
        row.id: row.name for row in result.zones.itertuples(index=False) if row.name}
    rows = []
    for row in result.scorecard.itertuples(index=False):
        if row.status not in ("met", "missed", "not_due") or row.value is None or (row.status == "met" and row.zone != "study_area"):
            continue
        line = tuple(row.target) if isinstance(row.target, list) else row.target
        rows.append({"clause": row.clause, "title": names.get(row.indicator, row.indicator), "zone": zones.get(row.zone, row.zone),
                     "value": display(row.value, row.unit, line, row.comparison, result.study.language, indicator=row.indicator),
                     "target": display_target(line, row.comparison, row.unit, result.study.language, indicator=row.indicator),
                     "verdict": VERDICTS[row.status][pick], "status": row.status})
    return rows


def _notes(result: Result, pick: int) -> list[str]:
    study = result.study
    said = [("面积为 CGCS2000 椭球面积，1 亩 = 2000/3 平方米；跨界地块按“{}”分配。", "Areas are ellipsoidal on CGCS2000, 1 mu = 2000/3 m²; straddling parcels by '{}'.")[pick].format(study.allocation),
            ("“疑似闲置”按合同日期测算，不等于官方认定。", "'Suspected idle' is computed from contract dates; it is no official determination.")[pick]]
    repaired = sum(1 for finding in result.findings if finding.severity in ("warning", "repaired"))
    if repaired:
        said.append((f"数据问题 {repaired} 条，见 tables.xlsx。", f"{repaired} findings on the data: see tables.xlsx.")[pick])
    return said
