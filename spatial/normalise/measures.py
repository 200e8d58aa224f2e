"""The columns of a wide standard-land ledger by their headers: which measure, and whether what is asked, promised or measured."""

from __future__ import annotations

import re

from spatial.characters import round_brackets, simplified
from spatial.units import parse_unit

MEASURES = re.compile(r"投资强度|亩均税收|亩均增加值|亩均产值|地均|劳动生产率|单位能耗|单位排放|单位电耗|研发|r&d|"
                      r"容积率|建筑密度|建筑系数|绿地率|办公.*(?:比|占)|税收强度|产出强度|能耗标准|排放标准", re.I)
_APART = "结论|是否|日期|时间|备注|说明|(?:完成|达标|达成|履约|到位)(?:率|比例|度)|得分|评分|分值|权重|排名|增幅|增长|同比|差[额距值]"  # of a group as of a column: what is no figure of a measure
_GROUP_APART, _COLUMN_APART = re.compile(_APART), re.compile(rf"{_APART}|结果|阶段|单位$|(?:完成|达标|达成|履约|到位)情况")  # 核查结果 may stand over measures
ROLES = (("commitment", re.compile(r"承诺|约定")), ("actual", re.compile(r"实测|实际|完成|达成")), ("standard", re.compile(r"标准|控制|准入|要求|下限")),
         ("actual", re.compile(r"验收|核查|达产|竣工|复核")), ("standard", re.compile(r"指标值")))
_YEAR = re.compile(r"(?:19|20)\d{2}年?度?|[一二三四1-4]\s*季度|\d{1,2}\s*月|第[一二三四五六\d]年|[本上去当]年")
_GROUP = re.compile(r"[(\[【][^()\[\]【】]*(?:\([^()]*\)[^()\[\]【】]*)*[)\]】]")
_SIDE_WORDS = re.compile(r"(?:企业|合同|协议|双方)?(?:承诺|约定)(?:值|指标)?|实测(?:值)?|实际(?:完成|达到)?(?:值)?|(?:完成|达成)(?:值)?|(?:竣工)?验收(?:值)?|核查(?:值)?|竣工(?:值)?|"
                         r"达产(?:年|后|时|期)?(?:值)?|复核(?:值)?|"
                         r"控制(?:值|标准)?|标准值?|准入值?|要求|下限|[_\-—:：\s]")


def is_measure(header: str) -> bool:
    """Whether a column holds figures of a measure."""
    if not MEASURES.search(header):
        return False
    parts = _parts(header)
    at = max((n for n, part in enumerate(parts) if MEASURES.search(part)), default=None)
    return at is not None and not any(_GROUP_APART.search(part) for part in parts[:at]) and not any(_COLUMN_APART.search(part) for part in parts[at:])


def measure_of(header: str) -> str:
    """The name of the measure in a header, without unit, role and grouping words."""
    part = [part for part in _parts(header) if MEASURES.search(part)][-1]
    return _YEAR.sub("", _SIDE_WORDS.sub("", part)) or part


def side_of(header: str) -> str:
    """standard, commitment or actual, by the words nearest to the column; a bare name is what is asked; "" where the header says something else."""
    parts = _parts(header)
    told = next((side for part in reversed(parts) for side, words in ROLES if words.search(part)), "")
    if told:
        return told
    return "" if any(_YEAR.search(part) for part in parts) or not MEASURES.search(parts[-1]) else "standard"


def _parts(header: str) -> list[str]:
    """The names of a header from the highest group down, without units: 投资强度(万元/亩)/约定 is 投资强度, 约定."""
    parts = [part.strip() for part in _GROUP.sub("", round_brackets(simplified(header))).split("/")]
    kept: list[str] = []
    while parts:
        units = next((n for n in (2, 1) if len(parts) >= n and kept and parse_unit("/".join(parts[:n]))), 0)
        kept += [] if units or not parts[0] else parts[:1]
        parts = parts[units or 1:]
    return kept
