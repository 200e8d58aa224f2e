"""Units in headers and above the table: `面积(亩)`, `总投资（亿元）`, `面积/亩`, `单位：万元、亩`."""

from __future__ import annotations

import re
from typing import Any

from spatial.characters import round_brackets, simplified
from spatial.normalise.cells import plain_text
from spatial.units import UNITS, parse_unit

WIDTH = 10  # bytes of a column's name in a shapefile
_TABLE_UNIT = re.compile(r"(?<![填报编制表送印发审核汇总统计责任建设用地申请所属施工受让批准主管监理使有])(?:(?:计量|金额|面积|货币|数量|投资)?单位)\s*[:：]\s*")
_LABELLED = re.compile(r"([^:：]+)[:：](.+)")
_LABELS = {"面积": "area", "金额": "money", "货币": "money", "资金": "money"}  # what a unit in a title is of; a word for some columns alone (用地面积) is not here
_GROUPS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*(?:\([^()]*\)[^()\[\]【】〔〕]*)*)[)\]】〕]")
_OPEN = re.compile(r"[(（\[【〔](?:(?:计量)?单位\s*[:：]?)?([^()（）\[\]【】〔〕]+)$")
_MULTIPLE = re.compile(r"(?:\b(?:hundred|thousand|million|billion|thou|k|mn?|bn|mln|bln|tsd|mio|mrd)s?\.?|10\s*\^?\s*\d|[\d,]{3,}|千|百万|十万)\s*(?:of\s+)?$", re.I)  # `thousand` before `yuan`
_TIMES = re.compile(r"\b(?:hundred|thousand|million|billion|thou|k|mn?|bn|mln|bln|tsd|mio|mrd)s?\b|[千百]|十万", re.I)  # words of a multiple, in any place of a bracket
_GLUED = re.compile(r"(?<=[\u4e00-\u9fff])(?<![每均/])(?:平方米|平米|万平方米|万?(?:㎡|m2|m²)|公顷|平方公里|亩|千元|百万元|万元|亿元)$")  # 面积亩, 总投资万元: units that end no other word
_SAID = re.compile(r"\s*(?:计量)?单位\s*[:：].*$")  # 面积 单位：㎡
_NO_DIMENSION = re.compile(r"编号|代码|编码|序号|号$|名称|日期|时间|地址|坐落|位置|用途|方式|类型|性质|状态|电话|联系|备注|说明|行业|属地|经度|纬度|坐标|行政区|单位$|等级")
# what a header is about, by its words; the first that fits decides
_DIMENSIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("share", re.compile(r"率$|比例|占比|比重|百分比|系数|密度|容积率|绿地率|share|ratio|rate", re.I)),
    ("money per area", re.compile(r"亩均|地均|强度|每亩|单价|楼面价|楼板价|per_mu|intensity", re.I)),
    ("years", re.compile(r"年限|年期|使用期|^年份$|^年度$|^year$", re.I)),
    ("persons", re.compile(r"人数|职工|从业人员|员工|employees|staff", re.I)),
    ("energy", re.compile(r"能耗|用能|标煤|energy", re.I)),
    ("electricity", re.compile(r"用电|电量|electricity", re.I)),
    ("mass", re.compile(r"排放|污染物|emission", re.I)),
    ("area", re.compile(r"面积|用地|占地|宗地|土地$|厂房|建筑|area|floor", re.I)),
    ("money", re.compile(r"投资|金额|价款?|税|产值|增加值|收入|利润|经费|资金|费用|款|元|tax|value|output|revenue|invest|price|money|rd$", re.I)),
    ("count", re.compile(r"个数|户数|家数|宗数|数量|count", re.I)),
)


def header_unit(header: str) -> str | None:
    """Unit id written in a header: in brackets, after a slash, after a comma, or as its last word."""
    header = round_brackets(simplified(header))
    of_groups: list[str] = []
    for match in reversed(list(_GROUPS.finditer(header))):
        text = re.sub(r"^(?:计量)?单位\s*[:：]?\s*", "", match[1].strip())
        unit = None if text.isdigit() else parse_unit(text)
        if unit:
            of_groups.append(unit)
            continue
        told = _units_listed(text)
        if len(told) > 1:
            return None  # (亩/平方米): which of them, the header does not say
        if told and not re.search(r"[/或]", text):
            of_groups += told
    if of_groups:
        return of_groups[0] if len(set(of_groups)) == 1 else None  # 面积(亩)(平方米): which of them
    if not of_groups and (unclosed := _OPEN.search(header)):
        return _cut_unit(header, unclosed[1])
    for mark in ("/", ",", "，", ":", "：", " ", "—", "_", "-"):
        for match in re.finditer(re.escape(mark), header):
            if header[: match.start()].count("(") > header[: match.start()].count(")"):
                continue  # inside a bracket, of which all has been asked
            tail = re.sub(r"^(?:计量)?单位\s*[:：]?\s*", "", header[match.end():].strip())
            unit = None if not tail or tail.isdigit() or (mark in " _-" and tail.isascii() and len(tail) < 2) or (mark == "-" and tail.isascii()) else parse_unit(tail)
            if unit:
                return None if mark == " " and _MULTIPLE.search(header[: match.start()].rstrip()) else unit
    glued = None if _GROUPS.search(header) else _GLUED.search(header)
    return parse_unit(glued[0]) if glued else None


def _cut_unit(header: str, said: str) -> str | None:
    """The unit in a bracket that is not closed, 面积(亩. Of a name as long as a shapefile keeps, 产值(万元, more than the bracket may be lost: it is the unit where no other begins with it."""
    unit = parse_unit(said)
    cut = len(header.encode("gbk", "replace")) <= WIDTH
    more = cut and unit is not None and any(other.id != unit and name.startswith(plain_text(said).lower()) for other in UNITS.values() for name in other.names)
    return None if more else unit


def _units_listed(text: str) -> set[str]:
    """The units among the words of a bracket: (万元,含附加) has one, (万元/亿元) two."""
    parts = [part.strip() for part in re.split(r"[,;、/]|或者?", plain_text(text))]
    parts = [word for part in parts for word in ([part] if parse_unit(part) or re.search(r"\d", re.sub(r"(?:m|ft)2", "", part)) or _TIMES.search(part) else part.split())]
    units = {unit for part in parts if part and not part.isdigit() and (unit := parse_unit(part))} if len(parts) > 1 else set()
    return units - {"yuan"} if "yuan" in units and re.search(r"RMB|CNY|人民币", text, re.I) and len(units) > 1 else units  # (RMB 万元): a currency, and a unit of it


def without_unit(header: str) -> str:
    """The header without its unit: `面积(亩)`, `面积/亩` and `面积_亩` are `面积`; other brackets, and the suffixes of Latin names (area_mu), stay."""
    header = round_brackets(simplified(header))
    for match in reversed(list(_GROUPS.finditer(header))):
        text = re.sub(r"^(?:计量)?单位\s*[:：]?\s*", "", match[1].strip())
        if not text.isdigit() and parse_unit(text):
            return (header[: match.start()] + header[match.end():]).strip()
    if (unclosed := _OPEN.search(header)) and parse_unit(unclosed[1]):
        return header[: unclosed.start()].strip()
    for mark in ("/", ",", "，", "_"):
        for match in re.finditer(re.escape(mark), header):
            tail = header[match.end():].strip()
            if tail and not tail.isdigit() and not (mark == "_" and tail.isascii() and (len(tail) < 2 or header[: match.start()].isascii())) and parse_unit(tail):
                return header[: match.start()].strip()
    return header if _GROUPS.search(header) else _GLUED.sub("", _SAID.sub("", header)) or header


def cell_unit(cell: Any) -> str | None:
    """Unit id of a cell of a row of units, such as 亩 or (万元)."""
    if not isinstance(cell, str):
        return None
    text = re.sub(r"^(?:计量)?单位\s*[:：]?\s*", "", simplified(plain_text(cell)))
    return None if re.fullmatch(r"[\d.\-]*", text) else parse_unit(text)


def says_unit(cell: Any) -> bool:
    """Whether a cell reads `单位：...`, the unit of a table; 填报单位 and 建设单位 name offices."""
    return isinstance(cell, str) and bool(_TABLE_UNIT.search(simplified(plain_text(cell))))


def table_units(cells: list[Any]) -> tuple[list[str], list[str]]:
    """(unit ids, texts that are no known unit) stated by a row above the table; the unit may stand in the next cell."""
    texts = [simplified(plain_text(c)) for c in cells if isinstance(c, str) and c.strip()]
    units = [unit for text in texts for unit in _title_units(text)]
    unknown: list[str] = []
    for i, text in enumerate(texts):
        for match in _TABLE_UNIT.finditer(text):
            said = text[match.end():].strip() or (texts[i + 1] if i + 1 < len(texts) else "")
            for word in re.split(r"[、,，;；]|\s+", re.split(r"\)(?=.)|(?=(?:金额|面积|计量)?单位\s*[:：])", said)[0]):
                word = word.strip("()（）。. ")
                unit = parse_unit(word) if word else None
                if unit:
                    units.append(unit)
                elif re.search(r"元|亩|米|公顷|吨|㎡|%", word):
                    unknown.append(word)
    return list(dict.fromkeys(units)), list(dict.fromkeys(unknown))


def _title_units(text: str) -> list[str]:
    """Units in the bracket of a title, each behind the word of what it measures: (面积:亩;金额:万元). A word for some columns alone (用地面积, 税收) says nothing of the others."""
    units: list[str] = []
    for match in _GROUPS.finditer(text):
        said = [_LABELLED.fullmatch(part.strip()) for part in re.split(r"[;；,，、]|\s+(?=\S+[:：])", match[1])]
        read = [(_LABELS.get(one[1].strip()), parse_unit(one[2].strip())) for one in said if one]
        if len(read) == len(said) and all(unit and UNITS[unit].dimension == about for about, unit in read):
            units += [unit for _, unit in read if unit]
    return units


def dimension_of(header: str) -> str | None:
    """What a header is about by its words, "" for what has no unit (codes, names, dates), None where its words do not tell."""
    plain = without_unit(header).rsplit("/", 1)[-1]
    if re.match(r"是否|有无", plain):
        return ""
    for dimension, pattern in _DIMENSIONS:
        if pattern.search(plain):
            if dimension in ("area", "money") and re.search(r"(编号|代码|编码|号|名称|日期|时间|来源|用途|位置|人|方式|类型|单位|状态|性质|年份|年度|\bid|_id|use|date|name|type)$", plain, re.I):
                return ""
            return dimension
    return "" if _NO_DIMENSION.search(plain) or re.search(r"id$|code|name|date|type|year", plain, re.I) else None


def spread(units: list[str], headers: list[str], own: dict[str, str]) -> dict[str, str]:
    """Header -> unit for the columns that state none and that a unit above the table can mean."""
    given: dict[str, str] = {}
    for header in headers:
        if header in own:
            continue
        about = dimension_of(header)
        fitting = [u for u in units if about is not None and UNITS[u].dimension == about]
        if not fitting and about is None and len(units) == 1:
            fitting = units
        if len(fitting) == 1:
            given[header] = fitting[0]
    return given
