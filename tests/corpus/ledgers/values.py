"""Ledgers whose cells are written every way offices write numbers, dates, units, ids and uses."""

from __future__ import annotations

import datetime as dt

from tests.corpus.ledgers.cases import AREAS, CODES, DAYS, HEAD, PRICES, ROWS, Case, Refusal, Right, with_column
from tests.corpus.ledgers.files import text, xls, xlsx

AREA, PRICE, DAY, ID, USE = "出让面积(平方米)", "成交价格(万元)", "合同签订日期", "宗地代码", "土地用途"
CELL, COMMA = ("unit.cell",), ("row.decimal_comma",)


def _area(name: str, cells: list[object], expect: Right | Refusal = Right()) -> Case:  # noqa: B008
    return Case(name, lambda p: xlsx(p, with_column(AREA, cells)), expect)


SAME = ("key.normalised",)


def _price(name: str, cells: list[object], expect: Right | Refusal = Right(), head: str = PRICE) -> Case:  # noqa: B008
    return Case(name, lambda p: xlsx(p, with_column(PRICE, cells, head=[head])), expect)


def _day(name: str, cells: list[object], expect: Right | Refusal = Right()) -> Case:  # noqa: B008
    return Case(name, lambda p: xlsx(p, with_column(DAY, cells)), expect)


def _days(*days: str | None, codes: tuple[str, ...] = ()) -> Right:
    return Right({"n": 4, "days": list(days)}, codes)


def _id(name: str, cells: list[object], expect: Right | Refusal = Right(), file: str = "台账.xlsx") -> Case:  # noqa: B008
    write = (lambda p: text(p, with_column(ID, cells))) if file.endswith("csv") else (lambda p: xlsx(p, with_column(ID, cells)))
    return Case(name, write, expect, file)


def _use(name: str, cells: list[object], uses: list[object], *codes: str, head: str = USE) -> Case:
    return Case(name, lambda p: xlsx(p, with_column(USE, cells, head=[head])), Right({"n": 4, "land_use": uses}, codes))


FOURS = ["1,234", "2,345", "3,456", "4,567"]
DOTTED = ["01.05.2020", "02.06.2020", "03.07.2020", "04.08.2020"]


def beside(extra: str, cells: list[object], others: list[str], column: str = PRICE) -> list[list[object]]:
    """The clean table with other cells in one column, and a further column."""
    return [[*row, cell] for row, cell in zip(with_column(column, list(others)), [extra, *cells], strict=True)]


NUMBERS = (
    _area("numbers as text", ["40000", "20000", "30000.0", " 10000 "]),
    _area("thousands marks", ["40,000", "20,000.00", "30，000", "10 000"]),
    _area("full-width digits", ["４００００", "２００００", "３０，０００", "１００００．０"]),
    _area("units in the cells", ["40000平方米", "20000㎡", "30000 m2", "10000"]),
    _area("other units in the cells", ["4公顷", "30亩", "30000平方米", "1ha"], Right(codes=CELL)),
    _area("two figures that agree", ["40000平方米[折60亩]", "20000平方米（30亩）", "30000平方米，合45亩", "10000"]),
    _area("two figures that do not agree", ["40000平方米[折90亩]", 20000, 30000, 10000], Refusal("row.bad_cell", row=2, field="area")),
    _area("无 and dashes are blank", [40000, "/", "—", "无"], Right({"n": 4, "area_m2": 40000.0}, codes=("supply.area_from_geometry",))),
    _area("words are no number", [40000, "约三万", 30000, 10000], Refusal("row.bad_cell", row=3, field="area", seen="约三万")),
    _area("a bound is no area", [40000, "≥20000", 30000, 10000], Refusal("row.bad_cell", row=3, field="area", seen="≥20000")),
    _area("a range is no area", [40000, "20000-25000", 30000, 10000], Refusal("row.bad_cell", row=3, field="area")),
    _area("thousands in the wrong places", [40000, "2,0000", 30000, 10000], Refusal("row.bad_cell", row=3, field="area")),
    _area("negative area", [40000, -20000, 30000, 10000], Refusal("row.negative", row=3, field="area", seen="-20000")),
    _area("area in a column of another size, 15", [a / 10_000 * 15 for a in AREAS], Refusal("unit.factor", field="area")),
    _area("亩 in a 平方米 column", [a * 3 / 2000 for a in AREAS], Refusal("unit.factor", field="area", seen="")),
    _area("公顷 in a 平方米 column", [a / 10_000 for a in AREAS], Refusal("unit.factor", field="area")),
    _area("one row in 亩 in a 平方米 column", [AREAS[0], 30, AREAS[2], AREAS[3]], Refusal("unit.mixed_rows", row=3, field="area")),
    Case("元 in a 万元 column", lambda p: xlsx(p, with_column(PRICE, [price * 10_000 for price in PRICES])), Refusal("unit.money_factor", row=2, field="price")),
    Case("dear land in a 万元 column", lambda p: xlsx(p, with_column(PRICE, [600_000, 300_000, 450_000, 150_000])), Right({"n": 4, "price_wanyuan": 1_500_000.0})),
    Case("元 in a column headed 元", lambda p: xlsx(p, with_column(PRICE, [price * 10_000 for price in PRICES], head=["成交价格(元)"])), Right()),
    _area("area a third off is no unit", [AREAS[0] * 1.3, *AREAS[1:]], Right({"n": 4, "area_m2": 112_000.0})),
    _price("亿 and 万 words", ["0.10005亿元", "500万元", "7,500,000元", 250], Right(codes=CELL)),
    _price("1.2亿元 in a 万元 column", ["1.2亿元", 500, 750, 250], Right({"n": 4, "price_wanyuan": 13_500.0}, codes=CELL)),
    _price("万 alone in a 万元 column", ["1000.5万", "500", 750, 250], Right()),
    _price("yuan signs", ["¥1,000.50", "￥500", 750, 250]),
    _price("约 and 合计 before a number", ["约1000.5", 500, 750, 250], Right(codes=("row.about",))),
    _price("currency in the header", [1000.5, 500, 750, 250], Right(), "成交价格(人民币万元)"),
    _price("accountants' minus", [1000.5, "(500)", 750, 250], Refusal("row.negative", row=3, field="price")),
    _price("decimal commas below one", ["0,10005", "0,050", "0,075", "0,025"], Right(codes=COMMA), "成交价格(亿元)"),
    _price("decimal commas with points for thousands", ["1.000,50", "500,00", "750", 250], Right(codes=COMMA)),
    _price("a decimal comma among three decimals", ["1.001", "0,500", "7.500", "2.500"], Refusal("row.bad_cell", row=3, field="price", seen="0,500"), "成交价格(亿元)"),
    _price("decimal commas of several sizes", ["1000,5", "500,0", "750,00", "250"], Right(codes=COMMA)),
    Case("prices in thousandths beside plot ratios with decimal commas", lambda p: text(p, beside("容积率", ["0,873", "1,25", "1,5", "0,9"], FOURS)),
         Right({"n": 4, "price_wanyuan": 11.602}, codes=(*COMMA, "supply.far_bare")), "台账.csv"),
    Case("1.234 beside plot ratios with decimal commas is either number", lambda p: text(p, beside("容积率", ["0,873", "1,25", "1,5", "0,9"], [cell.replace(",", ".") for cell in FOURS])),
         Refusal("row.bad_cell", row=2, field="far", seen="0,873"), "台账.csv"),
    Case("1.234 beside 40.000,00 is thousands", lambda p: text(p, [[*row[:5], area, *row[6:]] for row, area in zip(
        with_column(PRICE, [cell.replace(",", ".") for cell in FOURS]), [AREA, "40.000,00", "20.000,00", "30.000,00", "10.000,00"], strict=True)]),
         Right({"n": 4, "area_m2": 100_000.0, "price_wanyuan": 11_602.0}, codes=COMMA), "台账.csv"),
    Case("thousands beside plot ratios with decimal points", lambda p: text(p, beside("容积率", ["0.873", "1.25", "1.5", "0.9"], FOURS)),
         Right({"n": 4, "price_wanyuan": 11_602.0}, codes=("supply.far_bare",)), "台账.csv"),
    Case("a column of decimal commas beside one of decimal points", lambda p: text(p, [[*row, other] for row, other in zip(
        beside("容积率", ["0,873", "1,25", "1,5", "0,9"], FOURS), ["备用(个)", "1.5", "2.5", "3.5", "4.5"], strict=True)]), Refusal("row.bad_cell", row=2, field="far"), "台账.csv"),
    _price("a decimal comma beside decimal points", ["0.10005", "0,050", "0.075", "0.025"], Refusal("row.bad_cell", row=3, field="price", seen="0,050"), "成交价格(亿元)"),
    _price("a decimal comma beside thousands", ["1,000", "500", "75,00", 250], Refusal("row.bad_cell", row=4, field="price", seen="75,00")),
    _price("thousands in every cell", ["1,000.50", "500", "750", 250]),
    _price("error values", [1000.5, "#REF!", 750, 250], Refusal("row.bad_cell", row=3, field="price", seen="#REF!")),
    _price("formulas never calculated", [1000.5, "=500+0", 750, 250], Refusal("row.bad_cell", row=3, field="price")),
    _price("infinite", [1000.5, "1e999", 750, 250], Refusal("row.bad_cell", row=3, field="price")),
    _price("true and false", [1000.5, True, 750, 250], Refusal("row.bad_cell", row=3, field="price")),
    _price("a date among prices", [1000.5, dt.date(2020, 1, 1), 750, 250], Refusal("row.bad_cell", row=3, field="price")),
    _price("scientific notation", ["1.0005E+3", "5e2", 750, 250]),
    Case("percent as 80%", lambda p: xlsx(p, [["项目代码", "总投资(亿元)", "年度计划投资(万元)"], ["P1", "1.2亿元", 3000], ["P2", 2, "80%"]]),
         Refusal("row.bad_cell", row=3, field="year_plan"), role="projects"),
    Case("亿 and 万 in one ledger", lambda p: xlsx(p, [["项目代码", "总投资(亿元)", "年度计划投资(万元)"], ["P1", 1.2, 3000], ["P2", "5000万元", 200]]),
         Right({"n": 2, "total_investment_wanyuan": [12_000.0, 5000.0], "year_plan_wanyuan": [3000.0, 200.0]}, codes=("unit.cell", "join.no_location")), role="projects"),
    Case("万元 in a column headed 亿元", lambda p: xlsx(p, [["项目代码", "总投资(亿元)", "年度计划投资(万元)"], ["P1", 12_000, 3000], ["P2", 20_000, 4000]]),
         Refusal("unit.money_pair", row=2, field="total_investment", seen="40,000"), role="projects"),
    Case("a long project whose units the study states", lambda p: xlsx(p, [["项目代码", "总投资(亿元)", "年度计划投资(万元)"], ["P1", 30, 100], ["P2", 20, 10]]),
         Right({"n": 2, "total_investment_wanyuan": [300_000.0, 200_000.0], "year_plan_wanyuan": [100.0, 10.0]}, codes=("join.no_location",)), role="projects",
         said='[layers.projects.columns]\ntotal_investment = { column = "总投资(亿元)", unit = "亿元" }\nyear_plan = { column = "年度计划投资(万元)", unit = "万元" }'),
    Case("a long project of which the study states one unit", lambda p: xlsx(p, [["项目代码", "总投资(亿元)", "年度计划投资(万元)"], ["P1", 30, 100], ["P2", 20, 10]]),
         Refusal("unit.money_pair", row=2, field="total_investment", seen="3,000"), role="projects",
         said='[layers.projects.columns]\ntotal_investment = { column = "总投资(亿元)", unit = "亿元" }'),
    Case("万元 in a column headed 亿元, by the land", lambda p: xlsx(p, [["项目代码", "总投资(亿元)", "宗地代码"], *[[f"P{i}", 12_000, CODES[i]] for i in range(3)]]),
         Refusal("unit.money_factor", row=2, field="total_investment"), role="projects"),
    Case("a great project in its first year",
         lambda p: xlsx(p, [["项目代码", "总投资(亿元)", "年度计划投资(万元)", "宗地代码"], ["P1", 120, 3000, CODES[0]], ["P2", 200, 4000, CODES[1]], ["P3", 20, 100, CODES[2]]]),
         Right({"n": 3, "total_investment_wanyuan": [1_200_000.0, 2_000_000.0, 200_000.0]}), role="projects"),
    Case("容积率 limits the wrong way round", lambda p: xlsx(p, [[*HEAD, "约定容积率下限", "约定容积率上限"], *[[*r, 2.5, 1.5] for r in ROWS]]),
         Right({"n": 4, "far_min": [1.5] * 4, "far_max": [2.5] * 4}, codes=("supply.far_swapped",))),
    Case("容积率 as bounds", lambda p: xlsx(p, [[*HEAD, "容积率下限", "容积率上限"], *[[*r, "≥1.5", "≤2.5"] for r in ROWS]]),
         Right({"n": 4, "far_min": [1.5] * 4, "far_max": [2.5] * 4})),
    Case("容积率 as one range", lambda p: xlsx(p, [[*HEAD, "容积率"], [*ROWS[0], "1.5-2.5"], [*ROWS[1], "≥1.2"], [*ROWS[2], "不低于1.0且不高于2.0"], [*ROWS[3], "不限"]]),
         Right({"n": 4, "far_min": [1.5, 1.2, 1.0, None], "far_max": [2.5, None, 2.0, None]})),
    Case("土地来源 as the portal writes it", lambda p: xlsx(p, [[*HEAD, "土地来源"], [*ROWS[0], AREAS[0] / 10_000], [*ROWS[1], 0], [*ROWS[2], 12.5], [*ROWS[3], None]]),
         Right({"n": 4, "stock_land": [True, False, False, False]}, codes=("supply.land_source",))),
    Case("土地来源 in words", lambda p: xlsx(p, [[*HEAD, "土地来源"], [*ROWS[0], "现有建设用地"], [*ROWS[1], "新增建设用地"], [*ROWS[2], "新增建设用地(来自存量库)"], [*ROWS[3], "新增"]]),
         Right({"n": 4, "stock_land": [True, False, False, False]}, codes=("supply.land_source",))),
    Case("土地来源 in words of its own", lambda p: xlsx(p, [[*HEAD, "土地来源"], [*ROWS[0], "现有建设用地"], [*ROWS[1], "政府储备"], [*ROWS[2], "储备库"], [*ROWS[3], "新增"]]),
         Right({"n": 4, "stock_land": [True, False, False, False]}, codes=("supply.land_source", "supply.land_source_unknown"))),
)

PASTED = ["2016-02-29", "2016-04-14", "2016-05-19", "2016-06-29"]  # four years and a day before DAYS
SERIAL = (dt.date(2020, 3, 1) - dt.date(1899, 12, 30)).days
DATES = (
    Case("day and month told by another column", lambda p: xlsx(p, beside("约定开工时间", ["15.03.2021", "16.04.2021", "01.02.2021", "17.05.2021"], DOTTED, DAY)),
         Right({"n": 4, "days": ["2020-05-01", "2020-06-02", "2020-07-03", "2020-08-04"]}, codes=("row.order_by_table",))),
    Case("month and day told by another column", lambda p: xlsx(p, beside("约定开工时间", ["03/15/2021", "04/16/2021", "01/02/2021", "12/25/2021"], [d.replace(".", "/") for d in DOTTED], DAY)),
         Right({"n": 4, "days": ["2020-01-05", "2020-02-06", "2020-03-07", "2020-04-08"]}, codes=("row.order_by_table",))),
    Case("day and month told by another column with another sign", lambda p: xlsx(p, beside("约定开工时间", ["15/03/2021", "16/04/2021", "01/02/2021", "17/05/2021"], DOTTED, DAY)),
         Refusal("row.bad_cell", row=2, field="contract_date", seen="01.05.2020")),
    Case("day and month told both ways by another column", lambda p: xlsx(p, beside("约定开工时间", ["15.03.2021", "04.16.2021", "01.02.2021", "17.05.2021"], DOTTED, DAY)),
         Refusal("row.bad_cell", row=2, field="contract_date", seen="01.05.2020")),
    _day("dates as dates", [dt.date.fromisoformat(d) for d in DAYS]),
    _day("dates as moments", [dt.datetime.fromisoformat(d + "T15:30:00") for d in DAYS]),
    _day("dates with dots", ["2020.3.1", "2020.04.15", "2020.5.20", "2020.6.30"]),
    _day("dates with slashes", ["2020/3/1", "2020/04/15", "2020/5/20", "2020/6/30 10:20:30"]),
    _day("dates in words", ["2020年3月1日", "2020年04月15日", "2020 年 5 月 20 日", "二〇二〇年六月三十日"]),
    _day("dates as numbers", [20200301, "20200415", 20200520.0, "20200630"]),
    _day("serials", [SERIAL, SERIAL + 45, str(SERIAL + 80), SERIAL + 121]),
    _day("epoch milliseconds", [1582992000000, "1586880000000", 1589904000000, 1593446400000]),
    _day("epoch seconds", [1582992000, "1586880000", 1589904000, 1593446400]),
    _day("full-width dates", ["２０２０－０３－０１", "2020．4．15", "2020／5／20", "2020年６月３０日"]),
    _day("mixed styles", ["2020.3.1", dt.date(2020, 4, 15), "2020年5月20日", SERIAL + 121]),
    _day("months only", ["2020年3月", "2020.4", "2020-05", "202006"], _days("2020-03-01", "2020-04-01", "2020-05-01", "2020-06-01", codes=("row.month_only",))),
    _day("months of short years", ["20年3月", "20年04月份", "20年5月", "2020年6月"], _days("2020-03-01", "2020-04-01", "2020-05-01", "2020-06-01", codes=("row.month_only",))),
    _day("years of the republic", ["民国109年3月1日", "民國109/4/15", "民国109-05-20", "2020-06-30"], _days(*DAYS)),
    _day("years of the republic that do not say so", ["109/3/1", "109.04.15", "1090520", "109年6月30日"], _days(*DAYS, codes=("row.republic",))),
    _day("years of the republic before its hundredth", ["98/3/1", "99/04/15", "100/5/20", "109/6/30"], _days("2009-03-01", "2010-04-15", "2011-05-20", "2020-06-30", codes=("row.republic",))),
    _day("short years that are no years of the republic", ["98/3/1", "99/04/15", "2011/5/20", "2020/6/30"], _days("1998-03-01", "1999-04-15", "2011-05-20", "2020-06-30")),
    _day("a short year beside years of the republic", ["民国109年3月1日", "99/4/15", *DAYS[2:]], Refusal("row.bad_cell", row=3, field="contract_date", seen="99/4/15")),
    _day("a year of three digits beside years of four", ["109/3/1", "109/4/15", *DAYS[2:]], Refusal("row.bad_cell", row=2, field="contract_date", seen="109/3/1")),
    _day("years only", ["2020年", *DAYS[1:]], Refusal("row.bad_cell", row=2, field="contract_date")),
    _day("short years", ["20.3.1", "20.4.15", "20年5月20日", "20-6-30"], Right(codes=("row.ambiguous",))),
    _day("1900-01-01 is none", ["1900-01-01", "1900/1/1", dt.date(1900, 1, 1), "2020-06-30"], _days(None, None, None, "2020-06-30")),
    _day("0 and zero dates are none", [0, "0000-00-00", "0001-01-01", "2020-06-30"], _days(None, None, None, "2020-06-30")),
    _day("not yet", ["未签订", "/", "—", "2020-06-30"], _days(None, None, None, "2020-06-30", codes=("supply.undated",))),
    _day("day and month in doubt", ["01-04-2020", *DAYS[1:]], Refusal("row.bad_cell", row=2, field="contract_date", seen="01-04-2020")),
    _day("day first, proven in the column", ["01/03/2020", "15/04/2020", "20/05/2020", "30/06/2020"]),
    _day("month first, proven in the column", ["03/01/2020", "04/15/2020", "05/20/2020", "06/30/2020"]),
    _day("no such day", ["2020-02-30", *DAYS[1:]], Refusal("row.bad_cell", row=2, field="contract_date", seen="2020-02-30")),
    _day("words for a date", ["签订后三十日内", *DAYS[1:]], Refusal("row.bad_cell", row=2, field="contract_date")),
    _day("2020.1 as a number", [2020.1, *DAYS[1:]], Refusal("row.bad_cell", row=2, field="contract_date")),
    Case("epoch 1904", lambda p: xlsx(p, with_column(DAY, [dt.date.fromisoformat(d) for d in DAYS]), epoch_1904=True), Right()),
    Case("bare serials of epoch 1904", lambda p: xlsx(p, with_column(DAY, [SERIAL - 1462, SERIAL + 45 - 1462, SERIAL + 80 - 1462, SERIAL + 121 - 1462]), epoch_1904=True), Right()),
    Case("rows pasted from a workbook of 1904, by their numbers", lambda p: xlsx(p, with_column(DAY, [dt.date.fromisoformat(d) for d in [*DAYS[:2], *PASTED[2:]]])),
         Refusal("row.bad_cell", row=4, field="contract_date", seen="2016-05-19")),
    Case("contracts of four years later, as the study says", lambda p: xlsx(p, with_column(DAY, [dt.date.fromisoformat(d) for d in [*DAYS[:2], *PASTED[2:]]])), _days(*DAYS[:2], *PASTED[2:]),
         said='[layers.supply.columns]\ncontract_date = { column = "合同签订日期", epoch = 1900 }'),
    Case("serials of a text that count from 1904, as the study says", lambda p: text(p, with_column(DAY, [SERIAL - 1462, SERIAL + 45 - 1462, SERIAL + 80 - 1462, SERIAL + 121 - 1462])), Right(),
         "台账.csv", said='[layers.supply.columns]\ncontract_date = { column = "合同签订日期", epoch = 1904 }'),
    Case("a row pasted from a workbook of 1904", lambda p: xlsx(p, with_column(DAY, [dt.date.fromisoformat(d) for d in [*DAYS[:3], *PASTED[3:]]])),
         Right({"n": 4, "days": [*DAYS[:3], PASTED[3]]}, codes=("row.other_epoch",))),
    Case("contracts entered years later", lambda p: xlsx(p, with_column(DAY, [DAYS[0], DAYS[1], "2017-05-20", "2014-06-30"])), _days(*DAYS[:2], "2017-05-20", "2014-06-30")),
    Case("contracts beside their year", lambda p: xlsx(p, [[*HEAD, "供地年度"], *[[*r[:1], f"B{i}", *r[2:], 2020] for i, r in enumerate(ROWS)]]), Right()),
    Case("pasted contracts beside their year", lambda p: xlsx(p, [[*HEAD, "供地年度"], *[[*r[:1], f"B{i}", *r[2:4], d, *r[5:], 2020] for i, (r, d) in enumerate(zip(ROWS, PASTED, strict=True))]]),
         Refusal("row.bad_cell", row=2, field="contract_date", seen="2016-02-29")),
    Case("a pasted column of days", lambda p: xlsx(p, [[*HEAD, "约定开工时间"], *[[*r, d] for r, d in zip(ROWS, ["2020-09-01", "2020-10-15", "2016-11-19", "2016-12-29"], strict=True)]]),
         Refusal("row.bad_cell", row=4, field="agreed_start_date", seen="2016-11-19")),
    Case("agreed days as time limits", lambda p: xlsx(p, [[*HEAD, "约定开工时间"], *[[*r, d] for r, d in zip(
        ROWS, ["2020年12月1日前", "2020-12-31之前", "2021.1.1以前开工", "2021-02-01"], strict=True)]]),
         Right(codes=("row.deadline",))),
    Case("a contract day as a time limit", lambda p: xlsx(p, with_column(DAY, ["2020年3月1日前", *DAYS[1:]])), Refusal("row.bad_cell", row=2, field="contract_date")),
    Case("agreed days after the contract", lambda p: xlsx(p, [[*HEAD, "约定开工时间"], *[[*r, d[:4] + "-12-01"] for r, d in zip(ROWS, DAYS, strict=True)]]), Right()),
    Case("dates of an xls", lambda p: xls(p, with_column(DAY, [dt.date.fromisoformat(d) for d in DAYS])), Right(), "台账.xls"),
    Case("day first stated", lambda p: xlsx(p, with_column(DAY, ["01-03-2020", "04-04-2020", "05-05-2020", "06-06-2020"])),
         _days("2020-03-01", "2020-04-04", "2020-05-05", "2020-06-06"), said='[layers.supply.columns]\ncontract_date = { column = "合同签订日期", dayfirst = true }'),
    _day("contract after the as-of day", [*DAYS[:3], "2021-02-01"], _days(*DAYS[:3], "2021-02-01")),
)

UNIT28 = [f"{code}W00000000" for code in CODES]
IDS = (
    _id("ids with blanks, hyphens and small letters", [f"{CODES[0][:6]} {CODES[0][6:12]} {CODES[0][12:]}", CODES[1].lower(), f" {CODES[2]} ", f"{CODES[3][:12]}-{CODES[3][12:]}"], Right(codes=SAME)),
    _id("ids full-width", ["".join(chr(ord(c) + 0xFEE0) for c in code) for code in CODES], Right(codes=SAME)),
    _id("ids with invisible characters", [f"\u200b{CODES[0]}", f"{CODES[1]}\ufeff", f"\u202d{CODES[2]}\u202c", f"{CODES[3]}\u00a0"], Right(codes=SAME)),
    _id("ids behind an apostrophe or a guard", [f"'{CODES[0]}", f'="{CODES[1]}"', CODES[2], CODES[3]], Right(codes=SAME), file="台账.csv"),
    Case("a name of a park behind an apostrophe", lambda p: text(p, [[*HEAD, "所属载体"], *[[*row, "'甲园" if i == 1 else "甲园"] for i, row in enumerate(ROWS)]]),
         Right({"n": 4, "area_m2": 100_000.0, "carrier_id": ["甲园"] * 4}, codes=SAME), "台账.csv"),
    _id("ids in quotes", [f"“{CODES[0].lower()}”", f"‘{CODES[1]}", f'"{CODES[2]}"', f"{CODES[3]}。"], Right(codes=SAME)),
    _id("19 digits in numbers", [3301090010010000001, 3301090010010000002, 3301090010010000003, 3301090010010000004], Refusal("row.bad_cell", row=2, field="parcel_id")),
    _id("E+18 in a csv", ["3.30109E+18", *CODES[1:]], Refusal("row.bad_cell", row=2, field="parcel_id", seen="3.30109E+18"), "台账.csv"),
    _id("E18 without a plus", ["3.30109E18", *CODES[1:]], Refusal("row.bad_cell", row=2, field="parcel_id"), "台账.csv"),
    _id("zeros from the 16th digit on", ["3301090010010000000", "3301090010020000000", "3301090010030000000", "3301090010040000000"],
        Refusal("row.bad_cell", row=2, field="parcel_id"), "台账.csv"),
    _id("an id that became a date", [dt.date(2020, 3, 1), *CODES[1:]], Refusal("row.bad_cell", row=2, field="parcel_id")),
    _id("an id that became a date, in a csv", ["2020-03-01", *CODES[1:]], Refusal("row.bad_cell", row=2, field="parcel_id", seen="2020-03-01"), "台账.csv"),
    _id("an id that became a month, in a csv", [*CODES[:3], "Mar-20"], Refusal("row.bad_cell", row=5, field="parcel_id", seen="Mar-20"), "台账.csv"),
    Case("numbers of lots that look like days, in a csv", lambda p: text(p, [["项目代码", "总投资(万元)"], ["2020-3-1", 5], ["2020-14-02", 6], ["2020-15-1", 7]]),
         Right({"n": 3, "project_id": ["2020-14-02", "2020-15-1", "2020-3-1"]}, codes=("join.no_location",)), "项目.csv", role="projects"),
    _id("a use for an id", ["工业用地", *CODES[1:]], Refusal("row.bad_cell", row=2, field="parcel_id", seen="工业用地")),
    Case("a row whose cells moved left",
         lambda p: xlsx(p, [HEAD, ROWS[0], [ROWS[1][0], ROWS[1][3], ROWS[1][2], ROWS[1][3], *ROWS[1][4:]], *ROWS[2:]]), Refusal("row.bad_cell", row=3, field="supply_id", seen="挂牌出让")),
    Case("a town for a supply number", lambda p: xlsx(p, [[*HEAD, "镇街"], [*ROWS[0], "甲镇"], [ROWS[1][0], "甲镇", *ROWS[1][2:], None], [*ROWS[2], "乙镇"], [*ROWS[3], "甲镇"]]),
         Refusal("row.bad_cell", row=3, field="supply_id", seen="甲镇")),
    Case("a mode for the number of a contract beside the supply number",
         lambda p: xlsx(p, [[*HEAD, "合同编号"], *[[*r, "挂牌出让" if i == 2 else f"杭土合字〔2020〕{i}号"] for i, r in enumerate(ROWS)]]),
         Right(codes=("join.number_unread",))),
    Case("numbers of contracts with words in them", lambda p: xlsx(p, [[*HEAD, "合同编号"], *[[*r, f"杭土合字〔2020〕{i}号"] for i, r in enumerate(ROWS)]]), Right()),
    Case("a name in place of a supply number that is also the row's project", lambda p: xlsx(p, [[*HEAD, "项目名称"], *[[*r, f"某厂{'甲乙丙'[i]}"] for i, r in enumerate(ROWS[:3])],
                                                                                         [ROWS[3][0], "某厂丁", *ROWS[3][2:], "某厂丁"]]), Right()),
    Case("names for supply numbers", lambda p: xlsx(p, [HEAD, *[[r[0], f"甲园{'甲乙丙丁'[i]}地块", *r[2:]] for i, r in enumerate(ROWS)]]), Right()),
    _id("#N/A for an id", ["#N/A", *CODES[1:]], Refusal("row.bad_cell", row=2, field="parcel_id")),
    _id("O for 0", [CODES[0].replace("GB00001", "GB0OOO1"), *CODES[1:]], Right({"n": 4, "area_m2": 100_000.0}, codes=("key.mistyped", "join.ledger_unmatched", "join.no_location"))),
    _id("I for 1", [CODES[0][:-1] + "I", *CODES[1:]], Right({"n": 4, "area_m2": 100_000.0}, codes=("key.mistyped", "join.ledger_unmatched", "join.no_location"))),
    _id("an id that no parcel has", ["330109001009GB00009", *CODES[1:]], Right({"n": 4, "area_m2": 100_000.0}, codes=("join.ledger_unmatched", "join.no_location"))),
    _id("blank id", [None, *CODES[1:]], Right({"n": 4, "area_m2": 100_000.0}, codes=("join.no_location",))),
    Case("real-estate unit code in place of the parcel code", lambda p: xlsx(p, with_column(ID, UNIT28)), Right(codes=("key.from_unit",))),
    Case("real-estate unit code in a column of its own", lambda p: xlsx(p, with_column(ID, UNIT28, head=["不动产单元号"])), Right(codes=("key.from_unit",))),
    Case("unit code beside the parcel code", lambda p: xlsx(p, [[*HEAD, "不动产单元号"], *[[*r, u] for r, u in zip(ROWS, UNIT28, strict=True)]]), Right()),
    Case("unit code of another parcel", lambda p: xlsx(p, [[*HEAD, "不动产单元号"], *[[*r, u] for r, u in zip(ROWS, [UNIT28[1], *UNIT28[1:]], strict=True)]]),
         Right(codes=("key.unit_differs",))),
    Case("unit code with a wrong tail", lambda p: xlsx(p, [[*HEAD, "不动产单元号"], *[[*r, u] for r, u in zip(ROWS, [UNIT28[0][:-1] + "1", *UNIT28[1:]], strict=True)]]),
         Right(codes=("key.odd_code",))),
    _use("uses with their code", ["工业用地(M1)", "M2工业用地", "工业用地/M1", "W1仓储用地"], ["100101", "100102", "100101", "110101"], "land_use.urban_2011"),
    _use("uses with a code of either system", ["工业用地(100102)", "一类工业用地(M1)", "工业用地（M1/M2）", "M1类工业用地"], ["100102", "100101", "1001", "100101"]),
    _use("uses with a note", ["工业用地（标准地）", "工业用地（50年）（标准地）", "工业用地(二期)", "工业用地"], ["1001"] * 4, "land_use.noted"),
    _use("uses that contradict their code", ["居住用地(M1)", "二类工业用地（M1）", "1001商业用地", "工业用地"], [None, None, None, "1001"], "land_use.pair_differs"),
    _use("uses with a note that may take them back", ["工业用地（拟改商业）", "工业用地(M9)", "工业用地（含商业）", "工业用地"], [None, None, None, "1001"], "value.unmapped"),
    _use("words broken over the lines of a cell", ["工业\n用地", "工业 用地", "工业\r\n用地", "工业用地"], ["1001"] * 4),
    Case("ways of supply in traditional characters", lambda p: xlsx(p, with_column("供地方式", ["掛牌出讓", "拍賣出讓", "招標", "劃撥"])),
         Right({"n": 4, "supply_mode": ["挂牌出让", "拍卖出让", "招标", "划拨"]})),
    Case("a way of supply broken over lines", lambda p: xlsx(p, with_column("供地方式", ["挂牌\n出让", "挂 牌出让", "拍\n卖", "招标"])),
         Right({"n": 4, "supply_mode": ["挂牌出让", "挂牌出让", "拍卖", "招标"]})),
    Case("ids 001 as text", lambda p: text(p, [["项目代码", "总投资(万元)"], ["001", 5], ["002", 6], ["1", 7]]),
         Right({"n": 3, "project_id": ["001", "002", "1"]}, codes=("join.no_location",)), "项目.csv", role="projects"),
    Case("ids 1.0 are 1", lambda p: xlsx(p, [["项目代码", "总投资(万元)"], [1.0, 5], ["2.0", 6], [3, 7]]),
         Right({"n": 3, "project_id": ["1", "2.0", "3"]}, codes=("join.no_location",)), role="projects"),
    Case("blank required key", lambda p: xlsx(p, [["项目代码", "总投资(万元)"], ["P1", 5], [None, 6]]), Refusal("row.blank_key", row=3, field="project_id"), role="projects"),
    Case("bad row set aside", lambda p: xlsx(p, [["项目代码", "总投资(万元)"], ["P1", 5], ["P2", "五"]]),
         Refusal("row.bad_cell", row=3, field="total_investment"), role="projects"),
)

INDUSTRY = ["1001"] * 4
RATE = '[layers.supply.columns]\nprice = { column = "成交价格(万美元)", unit = "万美元", rate = 7.1 }'
MONEY = "成交价格(万元)"
CURRENCIES = (
    Case("money of another country", lambda p: xlsx(p, with_column(MONEY, PRICES, head=["成交价格(万美元)"])), Refusal("unit.currency", field="price", seen="成交价格(万美元)")),
    Case("money of another country in its cells", lambda p: xlsx(p, with_column(MONEY, [f"{n}万欧元" for n in PRICES], head=["成交价格"])), Refusal("unit.currency", field="price")),
    Case("multiples of dollars in a column of dollars", lambda p: xlsx(p, with_column(MONEY, ["100万美元", "2000", "3万", "50美元"], head=["成交价格(美元)"])),
         Right({"n": 4, "price_wanyuan": [700, 1.4, 21, 0.035]}, codes=("unit.rate", "unit.cell")), said=RATE.replace("万美元", "美元").replace("7.1", "7")),
    Case("euros in a column of dollars", lambda p: xlsx(p, with_column(MONEY, ["100万欧元", "2000", "3万", "50美元"], head=["成交价格(美元)"])),
         Refusal("row.bad_cell", row=2, field="price"), said=RATE.replace("万美元", "美元").replace("7.1", "7")),
    Case("money of another country at the study's rate", lambda p: xlsx(p, with_column(MONEY, PRICES, head=["成交价格(万美元)"])),
         Right({"n": 4, "price_wanyuan": 17753.55}, codes=("unit.rate",)), said=RATE),
    Case("dollars whose cells count them in multiples of their own", lambda p: xlsx(p, with_column(MONEY, ["100万美元", "200", "3万", "5000美元"], head=["成交价格(美元)"])),
         Right({"n": 4, "price_wanyuan": 700 + 0.14 + 21 + 3.5}, codes=("unit.rate", "unit.cell")), said=RATE.replace("万美元", "美元").replace("7.1", "7")),
    Case("yuan in a column of dollars", lambda p: xlsx(p, with_column(MONEY, ["100元", "200", "300", "500"], head=["成交价格(美元)"])),
         Refusal("row.bad_cell", row=2, field="price", seen="100元"), said=RATE.replace("万美元", "美元")),
    Case("dollars at the study's rate", lambda p: xlsx(p, with_column(MONEY, [10_005_000, 5_000_000, 7_500_000, 2_500_000], head=["成交价格(美元)"])),
         Right({"n": 4, "price_wanyuan": 17753.55}, codes=("unit.rate",)), said=RATE.replace("万美元", "美元")),
    Case("a cell in a currency that is not the one of the rate", lambda p: xlsx(p, with_column(MONEY, [1000.5, "500万欧元", 750, 250], head=["成交价格(万美元)"])),
         Refusal("row.bad_cell", row=3, field="price", seen="500万欧元"), said=RATE),
    Case("a cell in dollars where the rate is of tens of thousands of them", lambda p: xlsx(p, with_column(MONEY, [1000.5, "500万美元", "0.075亿美元", 250], head=["成交价格(万美元)"])),
         Right({"n": 4, "price_wanyuan": 17753.55}, codes=("unit.rate", "unit.cell")), said=RATE),
    Case("a rate for money of this country", lambda p: xlsx(p, with_column(MONEY, PRICES)), Refusal("unit.rate_needless", field="price"),
         said=RATE.replace('unit = "万美元", ', "").replace("万美元", "万元")),
    Case("money of both countries", lambda p: xlsx(p, [[*HEAD[:6], "成交价格(万美元)", HEAD[6]], *[[*r[:6], 1, r[6]] for r in ROWS]]), Right()),
    Case("one cell in another currency", lambda p: xlsx(p, with_column(MONEY, [1000.5, "500万美元", 750, 250])), Refusal("row.bad_cell", row=3, field="price", seen="500万美元")),
)
NOTED = (
    _area("areas with a note", ["40000(实测)", "20000平方米（证载）", 30000, 10000], Right(codes=("row.noted",))),
    _area("areas that call themselves approximate", ["40000(约)", "20000左右", "约30000", 10000], Right(codes=("row.about",))),
    Case("prices with a note", lambda p: xlsx(p, with_column(MONEY, ["1000.5(含税)", "500万元（不含税）", 750, 250])), Right(codes=("row.noted",))),
    Case("prices in a column without a unit, each with its own and a note", lambda p: xlsx(p, with_column(MONEY, ["1000.5万元(含税)", "500万元", "750万元", "250万元"], head=["成交价格"])),
         Right(codes=("unit.in_cells", "row.noted"))),
    *(Case(f"a price with a note of another figure, {note}", lambda p, note=note: xlsx(p, with_column(MONEY, [1000.5, note, 750, 250])), Refusal("row.bad_cell", row=3, field="price", seen=note))
      for note in ("500(其中代建100)", "500(另付契税)", "500元/月", "500(每亩)", "500(已退)", "500(800)", "500余", "500(美元)", "500(未付清)",
                   "500(韩元)", "500(KRW)", "500(公亩)", "500(w)", "500(亏损)")),
)
USES = (
    _use("uses in words", ["工业用地", "工业", "二类工业用地", "物流仓储用地"], ["1001", "1001", "100102", "1101"]),
    _use("uses as codes", ["1001", 1001, 1001.0, "100101"], ["1001", "1001", "1001", "100101"]),
    _use("uses that lost their zero", [901, 701, 1001, 1101], ["0901", "0701", "1001", "1101"], "land_use.lost_zero"),
    _use("uses as code and name", ["1001工业用地", "1001 工业用地", "工业用地(1001)", "1001-工业用地"], INDUSTRY),
    _use("GB 50137", ["M1", "M2", "W1", "M"], ["100101", "100102", "110101", "1001"], "land_use.urban_2011"),
    _use("uses without their word for land", ["二类工业", "一类工业", "物流仓储", "工业用地"], ["100102", "100101", "1101", "1001"]),
    _use("a word that is no class without its word for land", ["二类产业", "二类工业", "工业用地", "工业用地"], [None, "100102", "1001", "1001"], "value.unmapped"),
    _use("finer classes of GB 50137", ["B11", "U12", "A35", "S42"], ["0901", "13", "0802", "1208"], "land_use.urban_2011"),
    _use("a class that GB 50137 does not have", ["B99", "M1", "M1", "M1"], [None, "100101", "100101", "100101"], "land_use.urban_2011", "value.unmapped"),
    _use("two digits that are no class", ["62", "1001", "12", "1001"], [None, "1001", "12", "1001"], "value.unmapped"),
    _use("names of GB 50137", ["二类居住用地", "行政办公用地", "商务设施用地", "城市道路用地"], ["07", "0801", "0902", "1207"]),
    _use("codes of 2007", ["061", "063", "053", "101"], ["1001", "1101", "0902", "1201"], "land_use.survey_2007"),
    _use("codes of 2007 with their names", ["061工业用地", "仓储用地(063)", "061", "061"], ["1001", "1101", "1001", "1001"], "land_use.survey_2007"),
    _use("codes of 2007 that reach the first level only", ["061", "083", "061", "061"], ["1001", "08", "1001", "1001"], "land_use.survey_2007", "land_use.to_be_split"),
    _use("codes of 2007 that lost their zero", [61, 63, 61, 71], ["1001", "1101", "1001", "0701"], "land_use.survey_2007"),
    _use("three digits that lost a zero and are none of 2007", [101, 901, 1001, 1001], ["0101", "0901", "1001", "1001"], "land_use.lost_zero"),
    _use("a code as of 2007 among four digits", ["061", 101, 1001, 1001], [None, "0101", "1001", "1001"], "land_use.lost_zero", "value.unmapped"),
    _use("codes of 2017 under their header", ["0604", "0505", "0804", "0601"], ["1101", "0902", "0802", "1001"], "land_use.survey", head="DLBM"),
    _use("the same digits as planning classes", ["0804", "0802", "1001", "1001"], ["0804", "0802", "1001", "1001"]),
    Case("0604 and 0505 that may be either", lambda p: xlsx(p, with_column(USE, ["0604", "0505", "1001", "1001"])), Refusal("land_use.undecided", field="land_use", seen="0604")),
    _use("supply statistics", ["工矿仓储用地", "商服用地", "住宅用地", "工业用地"], ["1001", "09", "0701", "1001"], "land_use.supply_terms"),
    _use("三调 by the column's name", ["0601", "0508", "0601", "0601"], ["1001", "1101", "1001", "1001"], "land_use.survey", head="DLBM"),
    _use("三调 by a code that only it has", ["0601", "05H1", "0508", "0601"], ["1001", "09", "1101", "1001"], "land_use.survey", "land_use.to_be_split"),
    _use("planning by six digits", ["0601", "100102", "1101", "1001"], ["0601", "100102", "1101", "1001"]),
    _use("edition of 2020", ["1313", "0603", "1001", "1101"], ["1312", "060202", "1001", "1101"], "land_use.edition_2020"),
    _use("compound uses", ["工业用地50年;科研用地40年", "工业用地", "商务金融用地、商业用地", "工业用地（50年）"], ["1001", "1001", "0902", "1001"], "land_use.compound"),
    _use("words nobody knows", ["工业用地", "产业发展备用地块X", "工业用地", "工业用地"], ["1001", None, "1001", "1001"], "value.unmapped"),
    Case("0601 and 1001 that may be either", lambda p: xlsx(p, with_column(USE, ["0601", "1001", "1101", "1001"])), Refusal("land_use.undecided", field="land_use")),
    Case("0601 with the names beside it", lambda p: xlsx(p, [[*HEAD, "地类名称"], *[[*r[:2], c, *r[3:], n] for r, c, n in zip(ROWS, ["0601", "1001", "0508", "0601"],
                                                                                                      ["工业用地", "铁路用地", "物流仓储用地", "工业用地"], strict=True)]]),
         Right({"n": 4, "land_use": ["1001", "1201", "1101", "1001"]}, codes=("land_use.survey",))),
    Case("editions mixed", lambda p: xlsx(p, with_column(USE, ["1313", "060201", "1001", "1001"])), Refusal("land_use.mixed_editions", field="land_use")),
)

CASES = (*NUMBERS, *DATES, *IDS, *CURRENCIES, *NOTED, *USES)
