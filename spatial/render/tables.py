"""tables.xlsx: the scorecard, zones, idle parcels and findings as a workbook that opens ready to read and print."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from spatial.indicators.registry import names_of
from spatial.render.checks import TITLE, field_checks, sheet
from spatial.render.records import plain
from spatial.schema.result import Result

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MAX_TEXT, _MAX_ROWS = 32_767, 1_048_575
_EPOCH = datetime(2020, 1, 1)  # workbooks carry a creation time; a fixed one keeps equal runs equal

TEXTS: dict[str, tuple[str, str]] = {
    "summary": ("总表", "Summary"), "scorecard": ("目标评价", "Scorecard"), "zones": ("分区指标", "Indicators by zone"), "idle": ("闲置与疑似闲置", "Idle land"),
    "parcels": ("地块", "Parcels"), "findings": ("数据问题", "Findings"), "rules": ("口径说明", "Rules"),
}


def write_tables(result: Result, path: Path, *, parcel_limit: int = 200_000) -> None:
    """Write the workbook: frozen headers, filters, column names with units, numbers as numbers, text never a formula."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
                                           "nan_inf_to_errors": False, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": _clean(result.study.name), "created": _EPOCH, "comments": "spatial"})
    style = _styles(book)
    pick = 0 if result.language == "zh" else 1
    _grid(book, TEXTS["summary"][pick], *_summary(result, pick), style)
    if len(result.scorecard):
        _grid(book, TEXTS["scorecard"][pick], *_scorecard(result, pick), style)
    _grid(book, TEXTS["zones"][pick], *_by_zone(result, pick), style)
    idle = result.parcels[result.parcels["land_status"].isin(("suspected_idle_1y", "suspected_idle_2y", "suspected_idle_suspended", "certified_idle"))]
    _grid(book, TEXTS["idle"][pick], *_parcels(idle.sort_values(["days_overdue", "area_m2"], ascending=False, na_position="last"), pick), style)
    if (checks := field_checks(result)) is not None:
        _grid(book, TITLE[pick], *sheet(checks, pick), style)
    if len(result.parcels) <= parcel_limit:
        _grid(book, TEXTS["parcels"][pick], *_parcels(result.parcels, pick), style)
    _grid(book, TEXTS["findings"][pick], *_findings(result, pick), style)
    _grid(book, TEXTS["rules"][pick], *_rules(result, pick), style)
    book.close()


def _styles(book: xlsxwriter.Workbook) -> dict[str, Any]:
    face = {"font_name": "等线", "font_size": 10, "valign": "vcenter"}
    return {
        "head": book.add_format({**face, "bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "text_wrap": True, "align": "center", "border": 1,
                                 "border_color": "#D0D7DE"}),
        "text": book.add_format({**face, "num_format": "@"}), "count": book.add_format({**face, "num_format": "#,##0"}),
        "number": book.add_format({**face, "num_format": "#,##0.00"}), "share": book.add_format({**face, "num_format": "0.00%"}),
        "met": book.add_format({**face, "font_color": "#1A7F37", "bold": True}), "missed": book.add_format({**face, "font_color": "#B42318", "bold": True}),
    }


def _clean(value: object) -> str:
    return _CONTROL.sub("\ufffd", str(value))[:_MAX_TEXT]


def _grid(book: xlsxwriter.Workbook, name: str, columns: list[tuple[str, str, int]], rows: Iterable[tuple[Any, ...]], style: dict[str, Any]) -> None:
    """One sheet: columns are (header, format, width)."""
    sheet = book.add_worksheet(name[:31])
    sheet.freeze_panes(1, min(2, len(columns) - 1))
    sheet.set_row(0, 32)
    for i, (header, kind, width) in enumerate(columns):
        sheet.set_column(i, i, width, style.get(kind, style["text"]))
        sheet.write_string(0, i, _clean(header), style["head"])
    last = 0
    for last, row in enumerate(rows, start=1):  # noqa: B007
        if last > _MAX_ROWS:
            break
        for i, value in enumerate(row):
            kind = "share" if isinstance(value, Share) else columns[i][1]
            _write(sheet, last, i, plain(value) if not isinstance(value, (date, datetime)) else value.isoformat()[:10], kind, style)
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write(sheet: Any, row: int, column: int, value: Any, kind: str, style: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, str(value))
    elif isinstance(value, (int, float)) and kind in ("count", "number", "share", "value"):
        sheet.write_number(row, column, value, style["number"] if kind == "value" else style[kind])
    else:
        mark = {"达标": "met", "met": "met", "未达标": "missed", "missed": "missed"}.get(str(value)) if kind == "status" else None
        sheet.write_string(row, column, _clean(value), style[mark] if mark else style["text"])


STATUS = {"met": ("达标", "met"), "missed": ("未达标", "missed"), "not_due": ("未到期", "not due"), "ranked": ("排名", "ranked"), "no_data": ("无数据", "no data"),
          "not_applicable": ("不适用", "not applicable"), "ok": ("", ""), "masked": ("不公开", "masked")}


def _zone_names(result: Result, pick: int) -> dict[str, str]:
    fixed = {"study_area": ("全区", "Study area"), "outside": ("载体外", "Outside carriers")}
    return {row.id: fixed[row.id][pick] if row.id in fixed else (row.name or row.id) for row in result.zones.itertuples(index=False)}


def _summary(result: Result, pick: int) -> tuple[list[tuple[str, str, int]], list[tuple[Any, ...]]]:
    columns = [(("指标", "Indicator")[pick], "text", 42), (("全区", "Study area")[pick], "value", 14), (("单位", "Unit")[pick], "text", 12),
               (("分子", "Numerator")[pick], "number", 18), (("分母", "Denominator")[pick], "number", 18), (("样本数", "Rows")[pick], "count", 10),
               (("覆盖率", "Coverage")[pick], "share", 10), (("状态", "Status")[pick], "text", 10), (("口径", "Rule")[pick], "text", 60)]
    rows = result.values[result.values["zone"] == "study_area"]
    names = names_of(pick)
    return columns, [(names.get(r.indicator, r.indicator), *_value(r.value, r.unit, pick, r.indicator), r.numerator, r.denominator, r.n, r.coverage,
                      STATUS[r.status][pick] or ("有值", "ok")[pick], r.rule) for r in rows.itertuples(index=False)]


class Share(float):
    """A number that is shown as a percentage."""


PLAIN_RATIOS = frozenset(("floor_area_ratio", "industrial_floor_area_ratio"))


def _value(value: Any, unit: str, pick: int, indicator: str) -> tuple[Any, str]:
    """A value and its unit as the workbook shows them: shares as percentages, ratios as they are."""
    if unit == "ratio" and indicator not in PLAIN_RATIOS:
        return (value if value is None or value != value else Share(value), "%")
    return (value, {"ratio": ("–", "–"), "mu": ("亩", "mu"), "count": ("个", "count")}.get(unit, (unit, unit))[pick])


def _scorecard(result: Result, pick: int) -> tuple[list[tuple[str, str, int]], list[tuple[Any, ...]]]:
    names, zones = names_of(pick), _zone_names(result, pick)
    columns = [(("政策", "Policy")[pick], "text", 9), (("条款", "Clause")[pick], "text", 9), (("指标", "Indicator")[pick], "text", 40),
               (("区域", "Zone")[pick], "text", 24), (("现值", "Value")[pick], "value", 14), (("比较", "Comparison")[pick], "text", 8),
               (("目标", "Target")[pick], "value", 14), (("单位", "Unit")[pick], "text", 10), (("结论", "Verdict")[pick], "status", 10),
               (("名次", "Rank")[pick], "count", 8), (("差额", "Margin")[pick], "value", 12), (("补足所需", "To close")[pick], "text", 44),
               (("口径敏感", "Flips under")[pick], "text", 30)]
    rows = []
    for r in result.scorecard.itertuples(index=False):
        target = "–".join(str(x) for x in r.target) if isinstance(r.target, (list, tuple)) else _value(r.target, r.unit, pick, r.indicator)[0]
        value, unit = _value(r.value, r.unit, pick, r.indicator)
        rows.append((r.policy, r.clause, names.get(r.indicator, r.indicator), zones.get(r.zone, r.zone), value, r.comparison, target, unit,
                     STATUS[r.status][pick], r.rank, _value(r.margin, r.unit, pick, r.indicator)[0], r.to_close.get("text", "") if isinstance(r.to_close, dict) else "",
                     "; ".join(r.flips_under) if isinstance(r.flips_under, (list, tuple)) else ""))
    return columns, rows


def _by_zone(result: Result, pick: int) -> tuple[list[tuple[str, str, int]], list[tuple[Any, ...]]]:
    zones, names = _zone_names(result, pick), names_of(pick)
    kinds = {"study_area": ("全区", "study area"), "carrier": ("载体", "carrier"), "carrier_type": ("载体类型", "carrier type"), "outside": ("载体外", "outside")}
    shown = [name for name in result.values["indicator"].unique() if (result.values.loc[result.values["indicator"] == name, "status"] != "no_data").any()]
    wide = result.values.pivot(index="zone", columns="indicator", values="value")
    units = result.values.drop_duplicates("indicator").set_index("indicator")["unit"]
    columns = [(("区域", "Zone")[pick], "text", 28), (("类别", "Kind")[pick], "text", 12), (("地块数", "Parcels")[pick], "count", 10),
               (("面积(亩)", "Area (mu)")[pick], "number", 14)]
    columns += [(f"{names.get(name, name)}({_value(None, units[name], pick, name)[1]})", "value", 16) for name in shown]
    rows = [(zones[z.id], kinds.get(z.kind, (z.kind, z.kind))[pick], z.parcel_count, z.area_m2 * 3 / 2000, *(_value(wide.at[z.id, name], units[name], pick, name)[0] for name in shown))
            for z in result.zones.itertuples(index=False)]
    return columns, rows


PARCEL_COLUMNS: tuple[tuple[str, tuple[str, str], str, int], ...] = (
    ("parcel_id", ("宗地代码", "Parcel"), "text", 24), ("carrier_name", ("所属载体", "Carrier"), "text", 22), ("carrier_share", ("载体内占比", "Share in carrier"), "share", 11),
    ("land_use", ("用地代码", "Land use"), "text", 10), ("area_mu", ("面积(亩)", "Area (mu)"), "number", 12),
    ("area_m2", ("面积(平方米)", "Area (m²)"), "number", 14), ("status_name", ("土地状态", "Status"), "text", 24), ("days_overdue", ("逾期天数", "Days overdue"), "count", 10),
    ("fee_wanyuan", ("土地闲置费(万元)", "Idle-land fee (10⁴ CNY)"), "number", 14), ("status_reason", ("判定依据", "Reason"), "text", 70))


def _parcels(parcels: pd.DataFrame, pick: int) -> tuple[list[tuple[str, str, int]], list[tuple[Any, ...]]]:
    kept = [row for row in PARCEL_COLUMNS if row[0] in parcels]
    frame = parcels[[row[0] for row in kept]].astype(object)
    return [(row[1][pick], row[2], row[3]) for row in kept], list(frame.itertuples(index=False, name=None))


def _findings(result: Result, pick: int) -> tuple[list[tuple[str, str, int]], list[tuple[Any, ...]]]:
    language = result.study.language
    columns = [(("级别", "Severity")[pick], "text", 10), (("代码", "Code")[pick], "text", 24), (("图层", "Layer role")[pick], "text", 14),
               (("文件", "File")[pick], "text", 24), (("行", "Row")[pick], "count", 8), (("主键", "Key")[pick], "text", 20), (("字段", "Field")[pick], "text", 16),
               (("原值", "Seen")[pick], "text", 18), (("采用值", "Used")[pick], "text", 18), (("说明", "Message")[pick], "text", 70),
               (("处理办法", "Remedy")[pick], "text", 50), (("数量", "Count")[pick], "count", 8)]
    word = {"error": ("错误", "error"), "warning": ("警告", "warning"), "repaired": ("已修复", "repaired"), "info": ("提示", "info")}
    return columns, [(word[f.severity][pick], f.code, f.role, f.path, f.row, f.key, f.field, f.value_seen, f.value_used, f.message(language),  # type: ignore[arg-type]
                      f.remedy(language), f.count) for f in result.findings]  # type: ignore[arg-type]


def _rules(result: Result, pick: int) -> tuple[list[tuple[str, str, int]], list[tuple[Any, ...]]]:
    study, balance = result.study, result.balance
    said: list[tuple[Any, ...]] = [
        (("研究名称", "Study")[pick], study.name), (("数据截至", "As of")[pick], study.as_of.isoformat()),
        (("统计期(含首尾日)", "Period (both ends included)")[pick], f"{study.period[0]} – {study.period[1]}"),
        (("跨界地块分配", "Allocation")[pick], study.allocation), (("面积", "Area")[pick], study.area_source),
        (("面积计算", "Area rule")[pick], ("CGCS2000 椭球面积(国土调查办发〔2008〕32号)；分块面积 = 地块椭球面积 × 平面占比；1亩 = 2000/3 平方米",
                                          "ellipsoidal on CGCS2000; a piece = the parcel's ellipsoidal area x its planar share; 1 mu = 2000/3 m²")[pick]),
        (("工作坐标系", "Working CRS")[pick], result.working_crs)]
    said += [(name, "、".join(value) if isinstance(value, tuple) else value) for name, value in study.rules.items()]
    said += [(("合计：", "balance: ")[pick] + name, value) for name, value in balance.items()]
    said += [(("输入：", "input: ")[pick] + row.role, f"{row.path} {row.layer} rows={row.rows} crs={row.crs} ({row.crs_from}) {row.encoding} sha256={row.sha256}")
             for row in result.inputs.itertuples(index=False)]
    if pick == 0:
        said.append(("说明", "“疑似闲置”为按日期测算的结果，不等于《闲置土地认定书》的认定。"))
    else:
        said.append(("Note", "'Suspected idle' is computed from dates; it is not an official determination."))
    return [(("项目", "Item")[pick], "text", 36), (("内容", "Content")[pick], "value", 110)], said
