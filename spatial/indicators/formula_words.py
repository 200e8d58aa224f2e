"""The sums and sources of the registry in English, and the formula of an indicator in either language."""

from __future__ import annotations

import re

from spatial.indicators.terms import Indicator

SUMS: dict[str, str] = {
    "税收": "tax",
    "用地面积": "land used",
    "增加值": "value added",
    "产值": "output",
    "固定资产投资": "fixed-asset investment",
    "综合能耗": "total energy use",
    "主要污染物排放量": "main pollutants discharged",
    "年平均职工人数": "mean number of employees",
    "R&D经费支出": "spending on R&D",
    "主营业务收入": "main business revenue",
    "总建筑面积": "gross floor area",
    "已建成地块面积": "area of built parcels",
    "建筑基底面积": "building footprint",
    "闲置土地面积(疑似+已认定)": "idle land (suspected and determined)",
    "所选口径的土地面积": "land of the chosen rule",
    "闲置土地面积 G": "idle land G",
    "已供应国有建设用地面积 D": "state-owned construction land supplied, D",
    "疑似闲置土地面积": "suspected idle land",
    "闲置土地中因政府原因或不可抗力的面积": "idle land caused by government or force majeure",
    "低效用地面积": "low-efficiency land",
    "新增产业用地面积": "new industrial land",
    "载体内新增产业用地面积": "new industrial land inside carriers",
    "全区新增产业用地面积": "new industrial land of the district",
    "载体内及列入项目的新增产业用地面积": "new industrial land inside carriers or of listed projects",
    "载体内新增项目数": "new projects inside carriers",
    "全区新增项目数": "new projects of the district",
    "载体内新增项目完成投资": "investment completed by new projects inside carriers",
    "全区新增项目完成投资": "investment completed by new projects of the district",
    "载体增加值增量": "increment of value added inside carriers",
    "全区增加值增量": "increment of value added of the district",
    "载体税收增量": "increment of tax inside carriers",
    "全区税收增量": "increment of tax of the district",
    "标准地供地面积": "standard land supplied",
    "达标地块数": "parcels that comply",
    "已核查地块数": "parcels checked",
    "竣工验收达标地块数": "parcels that comply at completion",
    "已竣工验收地块数": "parcels accepted at completion",
    "达产复核达标地块数": "parcels that comply at full production",
    "已达产复核地块数": "parcels reviewed at full production",
    "主导产业产值": "output of leading industries",
    "全部企业产值": "output of all enterprises",
    "参评企业数": "enterprises evaluated",
    "企业总数": "all enterprises",
    "已开工项目数": "projects started",
    "实施类项目数": "projects to be implemented",
    "年度累计完成投资": "investment completed in the year so far",
    "年度计划投资": "investment planned for the year",
    "工业用地建筑面积": "floor area on industrial land",
    "已建成工业用地面积": "built industrial land",
    "工业用地建筑基底及堆场、操作场地面积": "footprint, stacking and working yards on industrial land",
    "工业(物流)企业累计固定资产投资": "cumulative fixed-asset investment of industrial (and logistics) enterprises", "工业(物流)企业税收": "tax of industrial (and logistics) enterprises",
    "二、三产业税收": "tax of the secondary and tertiary sectors",
    "已建成土地面积": "built land",
    "批准面积－已供面积": "area approved less area supplied",
    "批准面积": "area approved",
    "工业(物流)企业总收入": "total revenue of industrial (and logistics) enterprises",
    "供而未用地块面积": "area of parcels supplied and not used",
    "在建地块面积": "area of parcels under construction",
    "用而未尽地块面积": "area of parcels used in part",
    "已认定闲置地块面积": "area of parcels determined idle",
    "闲置宗地数": "idle parcels",
    "已供应宗地数": "parcels supplied",
    "尚可供应土地面积 E": "land still to be supplied, E",
    "闲置 G 与到期未处置 D22": "idle land G and expired, not disposed of, D22",
    "已开工列入项目数": "listed projects started",
    "已开工列入项目总投资": "total investment of listed projects started",
    "列入项目年度完成投资": "investment completed by listed projects in the year",
    "当年竣工列入项目数": "listed projects completed in the year",
    "已建成列入实施类项目数": "listed projects to be implemented, built",
    "标志性项目年度完成投资": "investment completed by landmark projects in the year",
    "当年登记项目数": "projects registered in the year",
    "当年登记标志性项目数": "landmark projects registered in the year",
    "当年开工项目数": "projects started in the year",
    "产值增量": "increment of output",
    "上年产值": "output of the year before",
    "税收增量": "increment of tax",
    "上年税收": "tax of the year before",
    "固定资产投资增量": "increment of fixed-asset investment",
    "上年固定资产投资": "fixed-asset investment of the year before",
    "主导产业数": "leading industries",
    "常住人口": "resident population",
    "已处置到期用地": "expired land disposed of",
    "应处置到期用地": "expired land to be disposed of",
    "已处置闲置土地": "idle land disposed of",
    "已处置与现有闲置土地": "idle land disposed of and standing",
    "实际有偿使用": "land used for a fee",
    "应有偿使用": "land that should be used for a fee",
    "实际招拍挂": "land sold by tender, auction or listing",
    "应招拍挂": "land that should be sold so",
    "各项得分×权重之和": "sum of scores times weights",
    "A×(工业用地率理想值－现状值)": "A × (ideal less present share of industrial land)",
    "A2×(理想值－现状值)÷理想值，取各项最大": "A2 × (ideal less present) ÷ ideal, the greatest of the items",
    "用电量": "electricity used",
    "年度计划投资×已过月份÷12": "investment planned for the year × months passed ÷ 12",
    "计划开工日已到而未开工的实施类项目": "projects to be implemented whose planned start has passed",
    "企业登记与其他用地超出供地合同的面积": "land of enterprises and other land beyond the supply contract",
    "承租面积": "area leased in",
    "出租面积": "area let out",
    "承租面积－出租面积": "area leased in less area let out",
    "开发区土地集约利用评价": "evaluation of intensive land use in development zones",
    "分母未写明": "denominator not stated",
    "评价办法": "the evaluation profile",
    "取最大未核实": "the greatest: unverified",
    "月调度": "monthly dispatch",
    "企业用地核查": "survey of enterprise land",
}


def in_english(text: str) -> str:
    """A sum of the registry in English words; names of documents stay as they are."""
    return SUMS[text] if text in SUMS else "".join(SUMS.get(part, part) for part in re.split(r"(; | \()", text))


LETTERS: dict[str, tuple[str, str]] = {  # classes of the land accounts that formulas name
    "A": ("已建成城镇建设用地", "built urban construction land"), "A1": ("住宅用地", "housing land"), "A2": ("工矿仓储用地", "industrial, mining and storage land"),
    "B": ("未建成城镇建设用地", "urban construction land not built"), "B21": ("已达到供地条件的其他土地", "other land ready to be supplied"),
    "D": ("已供应国有建设用地", "state-owned construction land supplied"), "D22": ("有偿使用已到期、未处置的土地", "land whose paid term has run out, not disposed of"),
    "E": ("尚可供应土地", "land still to be supplied"), "G": ("闲置土地", "idle land"), "H": ("高新技术产业用地", "high-tech industrial land"),
}


def formula_of(indicator: Indicator, language: str) -> str:
    """Numerator ÷ denominator in words, a side that is itself a sum or a product in brackets; `letters_of` tells what the letters of land accounts mean."""
    sides = [side for side in (indicator.numerator, indicator.denominator) if side]
    said = sides if language == "zh" else [in_english(side) for side in sides]
    return " ÷ ".join(f"({text})" if len(sides) > 1 and _composed(side) else text for side, text in zip(sides, said, strict=True))


def _composed(side: str) -> bool:
    """Whether a side holds a sign of arithmetic outside its own brackets."""
    return bool(re.search("[+－×÷]", re.sub(r"\([^)]*\)", "", side)))


def letters_of(indicator: Indicator, language: str) -> str:
    """What each letter of a formula stands for, `A 已建成城镇建设用地；…`; empty where it has none."""
    named = dict.fromkeys(letter for side in (indicator.numerator, indicator.denominator) for letter in re.findall(r"(?<![A-Za-z&])([A-H]\d*)(?![A-Za-z&])", side))
    return ("；" if language == "zh" else "; ").join(f"{letter} {LETTERS[letter][0 if language == 'zh' else 1]}" for letter in named)
