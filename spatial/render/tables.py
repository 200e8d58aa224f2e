"""tables.xlsx: scorecard, rankings, the way to targets, calendar, offers, zones, trail and findings as a workbook that opens ready to read and print."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from spatial.errors import gravest_first
from spatial.messages import role_name
from spatial.messages.ledger import LEFT_OUT
from spatial.render import tables_firms, tables_intensive, tables_land, tables_scores
from spatial.render.cells import Columns, Points, Rows, Share, internal
from spatial.render.checks import TITLE, field_checks
from spatial.render.checks import sheet as check_sheet
from spatial.render.records import plain
from spatial.schema.result import Result
from spatial.scorecard.rule_words import READINGS, RULES

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MAX_TEXT, _MAX_ROWS = 32_767, 1_048_575
LINE_PT = 15  # the height of a line of a header
_EPOCH = datetime(2020, 1, 1)  # workbooks carry a creation time; a fixed one keeps equal runs equal
IDLE = ("suspected_idle_1y", "suspected_idle_2y", "suspected_idle_suspended", "certified_idle")

TEXTS: dict[str, tuple[str, str]] = {
    "summary": ("总表", "Summary"), "scorecard": ("目标评价", "Scorecard"), "supply_structure": ("供地结构", "Land supplied"),
    "land_check": ("企业用地核查", "Land check by enterprise"), "lease_balance": ("租赁平衡", "Balance of leases"),
    "intensive": ("集约用地评价", "Intensive use"), "dispatch": ("月调度", "Project dispatch"),
    "course": ("目标历程", "Course of targets"),
    "rankings": ("排名", "Rankings"), "ways": ("达标路径", "Way to target"),
    "readings": ("口径敏感", "Other readings"), "zones": ("分区指标", "Indicators by zone"), "calendar": ("预警日历", "Calendar"), "idle": ("闲置与疑似闲置", "Idle land"),
    "offer_summary": ("招商资源", "On offer"), "offers": ("可供地块", "Parcels on offer"), "leases": ("到期租赁", "Leases that end"), "trail": ("溯源", "Trail"),
    "standard_land": ("标准地履约", "Standard land"),
    "firms": ("企业综合评价", "Enterprise evaluation"), "parcels": ("地块", "Parcels"), "findings": ("数据问题", "Findings"), "topology": ("图形台账", "Geometry"),
    "rows": ("逐行去向", "Rows"), "rules": ("口径说明", "Rules"),
}


def write_tables(result: Result, path: Path, *, parcel_limit: int = 200_000) -> dict[str, int]:
    """Write the workbook: frozen headers, filters, column names with units, numbers as numbers, text never a formula. Returns the rows of each sheet, its head among them."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
                                           "nan_inf_to_errors": False, "default_date_format": "yyyy-mm-dd"})
    pick = 0 if result.language == "zh" else 1
    stamp = internal(result, pick)
    book.set_properties({"title": _clean(result.study.name), "created": _EPOCH, "comments": "spatial", "category": stamp})
    style = _styles(book, pick)
    columns, rows, begins = tables_scores.trail(result, pick)
    written: dict[str, int] = {}

    def sheet(name: str, content: tuple[Columns, Rows], *, always: bool = False, links: Mapping[int, str] | None = None) -> None:
        if always or content[1]:
            written[TEXTS[name][pick]] = _grid(book, TEXTS[name][pick], *content, style, stamp, result.study.name, links or {})

    sheet("summary", tables_scores.summary(result, pick), always=True)
    sheet("scorecard", tables_scores.scorecard(result, pick), links=_links(result, begins, TEXTS["trail"][pick]))
    sheet("course", tables_scores.course(result, pick))
    sheet("rankings", tables_scores.rankings(result, pick))
    sheet("ways", tables_scores.ways(result, pick))
    sheet("readings", tables_scores.readings(result, pick))
    sheet("zones", tables_scores.by_zone(result, pick), always=True)
    if parcel_limit > 0:
        sheet("calendar", tables_land.calendar(result, pick))
    single = parcel_limit > 0  # a very large run lists no single parcels
    idle = result.parcels[result.parcels["land_status"].isin(IDLE)]
    if single:
        sheet("idle", tables_land.parcels(idle.sort_values(["days_overdue", "area_m2", "parcel_id"], ascending=[False, False, True], kind="stable", na_position="last"), pick), always=True)
    if single and (checks := field_checks(result)) is not None:
        written[TITLE[pick]] = _grid(book, TITLE[pick], *check_sheet(checks, pick), style, stamp, result.study.name, {})
    sheet("offer_summary", tables_land.offer_summary(result, pick))
    if single:
        sheet("offers", tables_land.offers(result, pick))
    sheet("leases", tables_land.leases(result, pick))
    sheet("supply_structure", tables_land.supply_structure(result, pick))
    if single:
        sheet("standard_land", tables_land.standard_land(result, pick))
    sheet("dispatch", tables_intensive.dispatch(result, pick))
    sheet("intensive", tables_intensive.intensive(result, pick))
    sheet("land_check", tables_firms.land_check(result, pick))
    sheet("lease_balance", tables_firms.lease_balance(result, pick))
    sheet("firms", tables_firms.evaluation(result, pick))
    sheet("trail", (columns, rows))
    if single and len(result.parcels) <= parcel_limit:
        sheet("parcels", tables_land.parcels(result.parcels, pick), always=True)
    sheet("findings", _findings(result, pick), always=True)
    sheet("topology", _topology(result, pick))
    sheet("rows", _rows(result, pick))
    sheet("rules", _rules(result, pick), always=True)
    book.close()
    return written


def _links(result: Result, begins: Mapping[tuple[str, str], int], sheet: str) -> dict[int, str]:
    """Where in the trail each line of the scorecard is told: row of the sheet -> address."""
    places = zip(result.scorecard["indicator"], result.scorecard["zone"], strict=True)
    return {i: f"internal:'{sheet}'!A{begins[place] + 1}" for i, place in enumerate(places, 1) if place in begins}


def _styles(book: xlsxwriter.Workbook, pick: int) -> dict[str, Any]:
    face = {"font_name": "等线", "font_size": 10, "valign": "vcenter"}
    return {
        "head": book.add_format({**face, "bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "text_wrap": True, "align": "center", "border": 1,
                                 "border_color": "#D0D7DE"}),
        "text": book.add_format({**face, "num_format": "@", "indent": 1}), "long": book.add_format({**face, "num_format": "@", "indent": 1, "text_wrap": True}),
        "count": book.add_format({**face, "num_format": "#,##0"}),
        "number": book.add_format({**face, "num_format": "#,##0.00"}), "share": book.add_format({**face, "num_format": "0.00%"}),
        "points": book.add_format({**face, "num_format": ('0.00"百分点"', '0.00" pp"')[pick]}),
        "met": book.add_format({**face, "indent": 1, "font_color": "#1A7F37", "bold": True}), "missed": book.add_format({**face, "indent": 1, "font_color": "#B42318", "bold": True}),
        "date": book.add_format({**face, "num_format": "yyyy-mm-dd", "align": "left", "indent": 1}), "link": book.add_format({**face, "indent": 1, "font_color": "#0B5CAD", "underline": 1}),
    }


def _clean(value: object) -> str:
    return _CONTROL.sub("\ufffd", str(value))[:_MAX_TEXT]


def head_lines(header: str, width: float) -> int:
    """In how many lines a header stands in a column of so many digits; letters that are no ASCII are two of them wide."""
    return len(textwrap.wrap("".join(letter if letter.isascii() else letter * 2 for letter in header), max(1, int(width))))


def _grid(book: xlsxwriter.Workbook, name: str, columns: Columns, rows: Iterable[tuple[Any, ...]], style: dict[str, Any], stamp: str, title: str,
          links: Mapping[int, str]) -> int:
    """One sheet: columns are (header, format, width); `links` lead a row's link column to another sheet. Returns how many rows hold something."""
    sheet = book.add_worksheet(name[:31])
    sheet.freeze_panes(1, min(2, len(columns) - 1))
    sheet.set_row(0, max([2, *(head_lines(header, width) for header, _, width in columns)]) * LINE_PT + 2)
    for i, (header, kind, width) in enumerate(columns):
        sheet.set_column(i, i, width, style.get(kind, style["text"]))
        sheet.write_string(0, i, _clean(header), style["head"])
    last, filled = 0, 1
    for last, row in enumerate(islice(rows, _MAX_ROWS), start=1):  # noqa: B007
        told = False
        for i, value in enumerate(row):
            kind = "share" if isinstance(value, Share) else "points" if isinstance(value, Points) else columns[i][1]
            if kind == "link" and last in links:
                sheet.write_url(last, i, links[last], style["link"], _clean(value))
                told = True
            else:
                told |= _write(sheet, last, i, value if isinstance(value, (date, datetime)) and kind == "date" else plain(value), kind, style)
        filled += told
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    sheet.set_header(f"&L{_clean(title)[:100].replace('&', '&&')}&R{stamp}")
    sheet.set_footer("&L&A&C&P / &N")
    sheet.set_landscape()
    sheet.set_paper(9 if sum(width for _, _, width in columns) < 230 else 8)  # A4, wide tables A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return filled


def _write(sheet: Any, row: int, column: int, value: Any, kind: str, style: dict[str, Any]) -> bool:
    """Write one cell; whether there was anything to write."""
    if value is None or value != value or value == "":
        return False
    if kind == "date" and isinstance(value, (date, datetime)):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style["date"])
        return True
    if isinstance(value, bool):
        sheet.write_string(row, column, str(value))
    elif isinstance(value, (int, float)) and kind in ("count", "number", "share", "points", "value"):
        sheet.write_number(row, column, value, style["number"] if kind == "value" else style[kind])
    else:
        mark = {"达标": "met", "met": "met", "未达标": "missed", "missed": "missed"}.get(str(value)) if kind == "status" else None
        sheet.write_string(row, column, _clean(value), style[mark] if mark else style["long" if kind == "long" else "text"])
    return True


def _findings(result: Result, pick: int) -> tuple[Columns, Rows]:
    language = result.study.language
    columns = [(("级别", "Severity")[pick], "text", 10), (("代码", "Code")[pick], "text", 24), (("图层", "Layer role")[pick], "text", 14),
               (("文件", "File")[pick], "text", 24), (("行", "Row")[pick], "count", 8), (("主键", "Key")[pick], "text", 20), (("字段", "Field")[pick], "text", 16),
               (("原值", "Seen")[pick], "text", 18), (("采用值", "Used")[pick], "text", 18), (("说明", "Message")[pick], "text", 70),
               (("处理办法", "Remedy")[pick], "text", 50), (("数量", "Count")[pick], "count", 8)]
    word = {"error": ("错误", "error"), "warning": ("警告", "warning"), "repaired": ("已修复", "repaired"), "info": ("提示", "info")}
    return columns, [(word[f.severity][pick], f.code, role_name(f.role, pick), f.path, f.row, f.key, f.field, f.value_seen, f.value_used, f.message(language),  # type: ignore[arg-type]
                      f.remedy(language), f.count) for f in (one.told(language) for one in gravest_first(result.findings))]  # type: ignore[arg-type]


TOPOLOGY_WORDS = {"repair": ("修复", "repair"), "overlap": ("重叠", "overlap"), "same_shape": ("同形", "one shape twice"), "sliver": ("细碎重叠", "sliver"), "gap": ("窄缝", "gap"),
                  "registered": ("登记面积超差", "registered area")}


def _topology(result: Result, pick: int) -> tuple[Columns, Rows]:
    columns: Columns = [(("图层", "Layer role")[pick], "text", 12), (("类别", "Kind")[pick], "text", 12), (("行", "Row")[pick], "count", 8), (("宗地代码", "Parcel")[pick], "text", 24),
               (("相邻宗地", "Other parcel")[pick], "text", 24), (("问题", "What")[pick], "text", 34), (("涉及面积(平方米)", "Ground (m²)")[pick], "number", 14),
               (("修复前(平方米)", "Before (m²)")[pick], "number", 16), (("修复后(平方米)", "After (m²)")[pick], "number", 16),
               (("由谁让出", "Who loses it")[pick], "text", 24), (("是否已应用", "Applied")[pick], "text", 12)]
    if not len(result.topology):
        return columns, []
    rows = result.topology.head(_MAX_ROWS - 1)
    return columns, [(role_name(r.role, pick), TOPOLOGY_WORDS[r.kind][pick], r.row, r.key, r.other_key, r.what, r.ground_m2, r.area_before_m2, r.area_after_m2, r.loser,
                      (("是", "否"), ("yes", "no"))[pick][0 if r.applied else 1]) for r in rows.itertuples(index=False)]


OUTCOMES = {"used": ("采用", "used"), "merged": ("并入同一编号", "merged into another row of its key"), "set_aside": ("剔除", "set aside"), "part_used": ("部分采用", "used in part"),
            "total": ("文件行数", "rows of the file")}


def _rows(result: Result, pick: int) -> tuple[Columns, Rows]:
    """What became of every row of every file."""
    columns: Columns = [(("图层", "Layer role")[pick], "text", 22), (("文件", "File")[pick], "text", 34), (("工作表或图层", "Sheet or layer")[pick], "text", 20),
                        (("去向", "Outcome")[pick], "text", 24),
                        (("原因", "Why")[pick], "text", 30), (("行数", "Rows")[pick], "count", 10), (("行号", "Row numbers")[pick], "long", 60)]
    return columns, [(role_name(r.role, pick), r.path, r.layer, OUTCOMES[r.outcome][pick], LEFT_OUT.get(r.reason, ("", ""))[pick], r.count, r.rows) for r in result.rows.itertuples(index=False)]


BALANCE_WORDS = {"parcels_m2": ("地块(平方米)", "parcels (m²)"), "parcels_union_m2": ("地块所占地面，重叠只计一次(平方米)", "ground of the parcels, overlaps once (m²)"),
                 "inside_m2": ("载体内(平方米)", "inside carriers (m²)"), "outside_m2": ("载体外(平方米)", "outside (m²)"),
                 "overlap_m2": ("载体重叠重复计入的(平方米)", "counted again where carriers overlap (m²)"),
                 "closure_relative": ("内外之和与总量的相对差", "inside and outside against the whole, relative")}


def _rule(name: str, value: Any, pick: int) -> tuple[str, Any]:
    """A rule of the study in words, with the key that sets it."""
    said = RULES[name][pick] + f" ({name})" if name in RULES else name
    if isinstance(value, tuple):
        return said, ("、", ", ")[pick].join(value)
    return said, READINGS[value][pick] if isinstance(value, str) and value in READINGS else value


def _rules(result: Result, pick: int) -> tuple[Columns, Rows]:
    study, balance = result.study, result.balance
    said: Rows = [
        (("研究名称", "Study")[pick], study.name), (("数据截至", "As of")[pick], study.as_of.isoformat()),
        (("统计期(含首尾日)", "Period (both ends included)")[pick], f"{study.period[0]} – {study.period[1]}"),
        _rule("allocation", study.allocation, pick), _rule("area_source", study.area_source, pick),
        (("面积计算", "Area rule")[pick], ("CGCS2000 椭球面积(国土调查办发〔2008〕32号)；分块面积 = 地块椭球面积 × 平面占比；1亩 = 2000/3 平方米",
                                          "ellipsoidal on CGCS2000; a piece = the parcel's ellipsoidal area x its planar share; 1 mu = 2000/3 m²")[pick]),
        (("工作坐标系", "Working CRS")[pick], result.working_crs)]
    said.append((("取舍", "Rounding")[pick], ("单元格内是未取舍的原值，显示值分别四舍五入；显示值之和与合计的尾差由取舍造成", "cells hold unrounded figures and show them rounded one by one; "
                  "shown parts may differ from a shown total by their rounding")[pick]))
    said += [_rule(name, value, pick) for name, value in study.rules.items()]
    said += [(("合计：", "balance: ")[pick] + BALANCE_WORDS.get(name, (name, name))[pick], value) for name, value in balance.items()]
    said += [(("输入：", "input: ")[pick] + role_name(row.role, pick), f"{row.path} {row.layer} rows={row.rows} crs={row.crs} ({row.crs_from}) {row.encoding} sha256={row.sha256}")
             for row in result.inputs.itertuples(index=False)]
    if pick == 0:
        said.append(("说明", "“疑似闲置”为按日期测算的结果，不等于《闲置土地认定书》的认定。"))
    else:
        said.append(("Note", "'Suspected idle' is computed from dates; it is not an official determination."))
    return [(("项目", "Item")[pick], "text", 36), (("内容", "Content")[pick], "value", 110)], said
