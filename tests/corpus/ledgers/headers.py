"""Ledgers whose header is not in the first row, not in one row, or not alone, and where the unit stands."""

from __future__ import annotations

from tests.corpus.ledgers.cases import CLEAN, CODES, HEAD, ROWS, Case, Refusal, Right, with_column
from tests.corpus.ledgers.files import text, xls, xlsx

BARE = [*HEAD[:5], "出让面积", "成交价格"]
MU = [[*row[:5], row[5] * 3 / 2000, row[6]] for row in ROWS]
YI = [[*row[:6], row[6] / 10_000] for row in ROWS]
TWO = [["宗地代码", "电子监管号", "出让情况", None, None, "数量", None], [None, None, "土地用途", "供地方式", "合同签订日期", "出让面积(平方米)", "成交价格(万元)"]]
MERGES = ("A1:A2", "B1:B2", "C1:E1", "F1:G1")
WIDE = ["宗地代碼", "電子監管號", "土地用途", "供地方式", "合同簽訂日期", "出讓面積（畝）", "成交價格（億元）"]  # in traditional characters
HALF_MU = [[*HEAD, "出让面积(亩)"], *[[*r[:5], r[5] if i % 2 else None, r[6], None if i % 2 else r[5] * 3 / 2000] for i, r in enumerate(ROWS)]]
PART_YI = [[*HEAD, "成交价格(亿元)"], *[[*r[:6], r[6] if i else None, None if i else r[6] / 10_000] for i, r in enumerate(ROWS)]]  # the first price alone
NARROW = [["宗地代码", "出让面积(平方米)", "成交价格(万元)", "合同签订日期"], *[[row[0], row[5], row[6], row[4]] for row in ROWS]]


def _units(area: str, price: str) -> list[list[object]]:
    return [[*HEAD[:5], area, price], *ROWS]


CASES = (
    Case("plain", lambda p: xlsx(p, [HEAD, *ROWS]), Right()),
    Case("title above", lambda p: xlsx(p, [["2020年度供地台账"], HEAD, *ROWS], merges=["A1:G1"]), Right(aside={"above": 1})),
    Case("title and blank rows above", lambda p: xlsx(p, [[None], ["2020年度供地台账"], [None], ["制表单位：某区自然资源局", None, None, None, "2021年1月5日"], HEAD, *ROWS]), Right()),
    Case("title not merged", lambda p: xlsx(p, [["2020年度供地台账"], HEAD, *ROWS]), Right()),
    Case("table not in the corner", lambda p: xlsx(p, [[], [], [None, None, *HEAD], *[[None, None, *row] for row in ROWS]]), Right()),
    Case("two-row merged header", lambda p: xlsx(p, [*TWO, *ROWS], merges=MERGES), Right()),
    Case("two-row header under a title", lambda p: xlsx(p, [["供地台账"], *TWO, *ROWS], merges=["A1:G1", "A2:A3", "B2:B3", "C2:E2", "F2:G2"]), Right()),
    Case("two-row header of a csv, nothing merged", lambda p: text(p, [*TWO, *ROWS]), Right(), "台账.csv"),
    Case("line breaks in headers", lambda p: xlsx(p, [["宗地\n代码", "电子\n监管号", "土地\n用途", "供地\n方式", "合同签订\n日期", "出让面积\n(平方米)", "成交价格\r\n(万元)"], *ROWS]), Right()),
    Case("blanks in headers", lambda p: xlsx(p, [[" 宗地代码 ", "电子监管号", "土地用途", "供地方式", "合同签订日期 ", "出让面积 (平方米)", " 成交价格（万元）"], *ROWS]), Right()),
    Case("full-width brackets", lambda p: xlsx(p, _units("出让面积（㎡）", "成交价格（万元）")), Right()),
    Case("square brackets", lambda p: xlsx(p, _units("出让面积【平方米】", "成交价格[万元]")), Right()),
    Case("unit after a slash", lambda p: xlsx(p, _units("出让面积/平方米", "成交价格/万元")), Right()),
    Case("unit after a full-width slash and colon", lambda p: xlsx(p, _units("出让面积／平方米", "成交价格（单位：万元）")), Right()),
    Case("unit at the end of the name", lambda p: xlsx(p, _units("出让面积㎡", "成交价格万元")), Right()),
    Case("unit after its own word", lambda p: xlsx(p, _units("出让面积 单位：㎡", "成交价格 单位：万元")), Right()),
    Case("foreign money at the end of the name", lambda p: xlsx(p, _units("出让面积㎡", "成交价格万美元")), Right({"n": 4, "area_m2": 100_000.0})),
    Case("area in mu", lambda p: xlsx(p, [[*HEAD[:5], "出让面积(亩)", HEAD[6]], *MU]), Right()),
    Case("area in hectares", lambda p: xlsx(p, [[*HEAD[:5], "面积（公顷）", HEAD[6]], *[[*r[:5], r[5] / 10_000, r[6]] for r in ROWS]]), Right()),
    Case("area in 万平方米", lambda p: xlsx(p, [[*HEAD[:5], "出让面积(万平方米)", HEAD[6]], *[[*r[:5], r[5] / 10_000, r[6]] for r in ROWS]]), Right()),
    Case("price in 亿元", lambda p: xlsx(p, [[*HEAD[:6], "成交价格（亿元）"], *YI]), Right()),
    Case("price in yuan", lambda p: xlsx(p, [[*HEAD[:6], "成交价格(元)"], *[[*r[:6], r[6] * 10_000] for r in ROWS]]), Right()),
    Case("units below a header merged over them",
         lambda p: xlsx(p, [[*HEAD[:5], "出让面积", None, "成交价格(万元)"], [None] * 5 + ["平方米", "亩", None], *[[*r[:6], r[5] * 3 / 2000, r[6]] for r in ROWS]],
                        merges=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "F1:G1", "H1:H2"]), Right()),
    Case("units below a header merged over them, figures that do not agree",
         lambda p: xlsx(p, [[*HEAD[:5], "出让面积", None, "成交价格(万元)"], [None] * 5 + ["公顷", "亩", None], *[[*r[:5], r[5] / 10_000, r[5] / 1000, r[6]] for r in ROWS]],
                        merges=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "F1:G1", "H1:H2"]), Refusal("unit.columns_differ", field="area")),
    Case("a unit below a header in mu", lambda p: xlsx(p, [[*HEAD[:5], "出让面积", "成交价格"], [None] * 5 + ["亩", "亿元"], *[[*a[:6], b[6]] for a, b in zip(MU, YI, strict=True)]],
                                                       merges=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2"]), Right()),
    Case("unit above the table", lambda p: xlsx(p, [["供地台账"], ["单位：平方米、万元"], BARE, *ROWS]), Right()),
    Case("unit above the table in a cell of its own", lambda p: xlsx(p, [["供地台账"], [None] * 5 + ["单位：", "万元"], [*HEAD[:6], "成交价格"], *ROWS]), Right()),
    Case("unit above the table, 亩 and 亿元", lambda p: xlsx(p, [["供地台账", None, None, None, None, "单位：亩、亿元"], BARE, *[[*a[:6], b[6]] for a, b in zip(MU, YI, strict=True)]]), Right()),
    Case("unit said for each dimension", lambda p: xlsx(p, [["面积单位：亩 金额单位：万元"], BARE, *MU]), Right()),
    Case("header's own unit wins over the table's", lambda p: xlsx(p,
         [["单位：万元"], [*HEAD[:5], "出让面积(亩)", "成交价格(亿元)"], *[[*a[:6], b[6]] for a, b in zip(MU, YI, strict=True)]]), Right()),
    Case("填报单位 is no unit", lambda p: xlsx(p, [["填报单位：某区局", None, None, None, "单位：平方米，万元"], BARE, *ROWS]), Right()),
    Case("what an export says of itself above a csv", lambda p: text(p, [["供地监管系统"], ["导出人", "张三"], ["查询条件", "行政区=萧山", "年份=2020", "用途=工业"], ["总条数", 4], [], ["----------"],
                                                                     ["单位：亩、万元"], BARE, *MU]), Right(), "台账.csv"),
    Case("headers that say how they are reckoned", lambda p: xlsx(p, [[*HEAD[:5], "出让面积(平方米)", "(7)=成交价格(万元)"], *ROWS]),
         Right({"n": 4, "area_m2": 100_000.0})),
    Case("row of units", lambda p: xlsx(p, [BARE, [None] * 5 + ["亩", "万元"], *MU]), Right(aside={"unit_row": 1})),
    Case("row of units in brackets with dashes", lambda p: xlsx(p, [BARE, ["—", "—", "—", "—", "—", "（公顷）", "（亿元）"],
                                                              *[[*r[:5], r[5] / 10_000, r[6] / 10_000] for r in ROWS]]), Right(aside={"unit_row": 1})),
    Case("row of units that says how dates are written", lambda p: xlsx(p, [BARE, ["文本", "文本", "—", "——", "年月日", "亩", "亿元"], *[[*r[:5], r[5] * 3 / 2000, r[6] / 10_000] for r in ROWS]]),
         Right(aside={"unit_row": 1})),
    Case("row of column numbers", lambda p: xlsx(p, [HEAD, ["甲", "乙", "丙", "丁", 1, 2, 3], *ROWS]), Right(aside={"column_numbers": 1})),
    Case("row of column numbers with formulas", lambda p: xlsx(p, [HEAD, ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"], *ROWS]), Right(aside={"column_numbers": 1})),
    Case("number formats with another unit than the header", lambda p: xlsx(p, [HEAD, *[[*r[:5], r[5] / 10_000, r[6]] for r in ROWS]],
         formats={f"F{i}": '0.00"公顷"' for i in range(2, 6)}), Right(codes=("unit.cell",))),
    Case("number formats with the unit of the header", lambda p: xlsx(p, [HEAD, *ROWS], formats={f"F{i}": '#,##0.00_ "平方米"' for i in range(2, 6)} | {"G2": '"¥"#,##0.00'}), Right()),
    Case("one number format in 亿元", lambda p: xlsx(p, [HEAD, [*ROWS[0][:6], 0.10005], *ROWS[1:]], formats={"G2": '0.00000\\亿\\元;-0.00"亿元"'}), Right(codes=("unit.cell",))),
    Case("a number format with the sign of dollars", lambda p: xlsx(p, [HEAD, *ROWS], formats={"G3": '[$$-409]#,##0.00'}), Refusal("row.bad_cell", field="price", row=3, seen="500$")),
    Case("a number format with the sign of euros", lambda p: xlsx(p, [HEAD, *ROWS], formats={"G3": '#,##0.00\\ [$€-2]'}), Refusal("row.bad_cell", field="price", row=3, seen="500€")),
    Case("number formats of a language and of the yuan", lambda p: xlsx(p, [HEAD, *ROWS], formats={"G2": '[$-804]#,##0.00', "G3": '[$¥-804]#,##0.00', "G4": '_ ¥* #,##0.00_ '}), Right()),
    Case("number format of another dimension", lambda p: xlsx(p, [HEAD, *ROWS], formats={"G3": '0"亩"'}), Refusal("row.bad_cell", field="price", row=3, seen="500亩")),
    Case("unit in the number formats only", lambda p: xlsx(p, [[*HEAD[:5], "出让面积", HEAD[6]], *MU], formats={f"F{i}": 'General"亩"' for i in range(2, 6)}), Right(codes=("ledger.unit_shown",))),
    Case("unit in some number formats only", lambda p: xlsx(p, [BARE, *MU], formats={"F2": '0.00"亩"'}), Refusal("unit.missing", field="area")),
    Case("number formats of an xls in another unit", lambda p: xls(p, [HEAD, *[[*r[:5], r[5] / 10_000, r[6]] for r in ROWS]], formats={(i, 5): '0.00"公顷"' for i in range(1, 5)}),
         Right(codes=("unit.cell",)), "台账.xls"),
    Case("number formats of an xls with the unit of the header", lambda p: xls(p, [HEAD, *ROWS], formats={(i, 5): '0.00"㎡"' for i in range(1, 5)}), Right(), "台账.xls"),
    Case("number format of an xls that shows 万", lambda p: xls(p, [HEAD, *ROWS], formats={(1, 5): '0!.0,"万"'}), Refusal("row.bad_cell", field="area", row=2, seen="40000"), "台账.xls"),
    Case("a ratio with a unit in its header", lambda p: xlsx(p, [[*HEAD, "容积率(亩)"], *[[*r, 1.5] for r in ROWS]]), Refusal("unit.takes_none", field="far", seen="mu")),
    Case("a ratio with a unit in a cell", lambda p: xlsx(p, [[*HEAD, "容积率"], *[[*r, "1.5亩"] for r in ROWS]]), Refusal("row.bad_cell", field="far", row=2)),
    Case("a ratio in times", lambda p: xlsx(p, [[*HEAD, "容积率下限(倍)"], *[[*r, 1.5] for r in ROWS]]), Right(CLEAN | {"far_min": [1.5] * 4})),
    Case("a unit stated for a code", lambda p: xlsx(p, [HEAD, *ROWS]), Right(codes=("unit.ignored",)), said='[layers.supply.columns]\nparcel_id = { column = "宗地代码", unit = "mu" }'),
    Case("no unit anywhere", lambda p: xlsx(p, [BARE, *ROWS]), Refusal("unit.missing", field="area")),
    Case("two units for one column", lambda p: xlsx(p, [[*HEAD[:5], "出让面积(亩)", HEAD[6]], [None] * 5 + ["公顷", "万元"], *MU]), Refusal("ledger.unit_conflict", field="出让面积(亩)")),
    Case("unit stated against the header", lambda p: xlsx(p, [[*HEAD[:5], "出让面积(亩)", HEAD[6]], *MU]), Refusal("unit.conflict", field="area"),
         said='[layers.supply.columns]\narea = { column = "出让面积(亩)", unit = "m2" }'),
    Case("unit stated by the study", lambda p: xlsx(p, [[*HEAD[:5], "出让面积", HEAD[6]], *MU]), Right(), said='[layers.supply.columns]\narea = { column = "出让面积", unit = "mu" }'),
    Case("unit of another dimension", lambda p: xlsx(p, [[*HEAD[:5], "出让面积(万元)", HEAD[6]], *ROWS]), Refusal("unit.wrong_dimension", field="area")),
    Case("header stands twice and is needed", lambda p: xlsx(p, [[*HEAD, "出让面积(平方米)"], *[[*row, 1] for row in ROWS]]), Refusal("schema.duplicate_header", field="area")),
    Case("header stands twice and is not needed", lambda p: xlsx(p, [[*HEAD, "备注", "备注"], *[[*row, "a", "b"] for row in ROWS]]), Right(codes=("ledger.repeated_header",))),
    Case("column without a name", lambda p: xlsx(p, [[*HEAD, None], *[[*row, "x"] for row in ROWS]]), Right(codes=("ledger.unnamed_column",))),
    Case("no header at all", lambda p: xlsx(p, [*ROWS]), Refusal("ledger.no_header")),
    Case("numbers only", lambda p: xlsx(p, [[1, 2, 3], [4, 5, 6]]), Refusal("ledger.no_header")),
    Case("year as a header", lambda p: xlsx(p, [[*HEAD, 2019, 2020], *[[*row, 1, 2] for row in ROWS]]), Right()),
    Case("column named by the study is not there", lambda p: xlsx(p, [HEAD, *ROWS]), Refusal("schema.unknown_column", field="price"), said='[layers.supply.columns]\nprice = "成交总价"'),
    Case("English headers with units in the name", lambda p: text(p, [["parcel_id", "supply_id", "land_use", "supply_mode", "contract_date", "area_mu", "price_wanyuan"], *MU]), Right(), "supply.csv"),
    Case("names of the newer API", lambda p: text(p, [["zdBh", "dzBaBh", "tdYt", "gyFs", "qdRq", "mj(平方米)", "cjJg(万元)"], *[
        [*r[:4], {"2020-03-01": 1582992000000, "2020-04-15": 1586880000000, "2020-05-20": 1589904000000, "2020-06-30": 1593446400000}[r[4]], *r[5:]] for r in ROWS]]), Right(), "api.csv"),
    Case("blank column inside", lambda p: xlsx(p, [[*HEAD[:4], None, *HEAD[4:]], *[[*r[:4], None, *r[4:]] for r in ROWS]]), Right()),
    Case("second table beside the first", lambda p: xlsx(p, [[*HEAD, None, "载体", "目标(亩)"], *[[*r, None, *(["甲园", 100] if i < 2 else [None, None])] for i, r in enumerate(ROWS)],
                                                           [None] * 8 + ["乙园", 50]]), Refusal("ledger.several_tables")),
    Case("second table below the first", lambda p: xlsx(p, [HEAD, *ROWS, [], ["载体汇总表"], ["载体", "宗数", "出让面积(亩)", "成交价格(万元)"], ["甲园", 3, 135, 2250.5], ["乙园", 1, 15, 250]]),
         Refusal("ledger.several_tables", row=8)),
    Case("second table of the same kind below", lambda p: xlsx(p, [HEAD, *ROWS[:2], [], HEAD, *ROWS[2:]]), Right(aside={"repeated_header": 1, "blank": 1})),
    Case("second table of the same kind in another unit", lambda p: xlsx(p, [HEAD, *ROWS[:2], [], [*HEAD[:5], "出让面积(亩)", HEAD[6]], *MU[2:]]), Refusal("ledger.several_tables", row=5)),
    Case("both 平方米 and 亩", lambda p: xlsx(p, [[*HEAD, "出让面积(亩)"], *[[*r, r[5] * 3 / 2000] for r in ROWS]]), Right()),
    Case("平方米 and 亩 that do not agree", lambda p: xlsx(p, [[*HEAD, "出让面积(亩)"], *[[*r, r[5] / 1000] for r in ROWS]]), Refusal("unit.columns_differ", field="area")),
    Case("who exported it, above a narrow csv", lambda p: text(p, [["导出人", "张三"], *NARROW]), Right(), "台账.csv"),
    Case("who exported it and when, above a narrow table", lambda p: xlsx(p, [["导出人", "张三"], ["导出时间", "2020-12-01 10:00:00"], *NARROW]), Right(aside={"above": 2})),
    Case("who exported it, in more cells than the table has columns", lambda p: xlsx(p, [["导出人", "张三", "导出部门", "利用科", "查询条件", "全部"], *NARROW]), Right(aside={"above": 1})),
    Case("a district and a title above a narrow table", lambda p: xlsx(p, [["萧山区", "供地台账"], *NARROW]), Right(aside={"above": 1})),
    Case("a table of figures above a narrow table", lambda p: xlsx(p, [["镇街", "宗数"], ["甲镇", 4], *NARROW]), Refusal("ledger.several_tables", row=3)),
    Case("headers in traditional characters", lambda p: xlsx(p, [WIDE, *[[*r[:2], "工業用地", "掛牌出讓", *r[4:6], r[6] / 10_000] for r in MU]]), Right()),
    Case("headers in traditional characters, a total and a note", lambda p: xlsx(p, [["供地台賬"], WIDE, *[[*r[:2], "工業用地", *r[3:6], r[6] / 10_000] for r in MU],
         ["總計", None, None, None, None, 150, 0.25005], ["備註：數據來源於某局"]]), Right(codes=("ledger.total_agrees",), aside={"total": 1, "note": 1})),
    Case("headers and money in traditional characters, in Big5", lambda p: text(p, [
        [*WIDE[:5], "出讓面積(平方公尺)", "成交價格(萬元)"], *[[*r[:2], "工業用地", "掛牌出讓", r[4], f"{r[5]}平方公尺", f"{r[6]}萬元"] for r in ROWS]],
        encoding="big5"), Right(codes=("container.encoding_decided",)), "台账.csv"),
    Case("some rows in 平方米 and the others in 亩", lambda p: xlsx(p, HALF_MU),
         Right(codes=("unit.from_twin",))),
    Case("some prices in 万元 and the others in 亿元", lambda p: xlsx(p, PART_YI),
         Right(codes=("unit.from_twin",))),
    Case("some prices in 亿元, where the study names the column in 万元", lambda p: xlsx(p, PART_YI),
         Right({"n": 4, "price_wanyuan": 1500.0}, codes=("unit.twin_has_more",)), said='[layers.supply.columns]\nprice = "成交价格(万元)"'),
    *(Case(f"unit in another way: {area}, {price}", lambda p, area=area, price=price: xlsx(p, _units(area, price)), Right())
      for area, price in (("出让面积 m²", "成交价格(RMB 万元)"), ("出让面积-平方米", "成交价格:万元"), ("出让面积「平方米」", "成交价格《万元》"), ("出让面积(净 平方米)", "成交价格(万元 含税)"))),
    Case("a multiple that is no unit of ours", lambda p: xlsx(p, _units("出让面积(平方米)", "成交价格(10K RMB)")), Refusal("unit.missing", field="price")),
    Case("a header with two units", lambda p: xlsx(p, _units("出让面积(亩)(平方米)", "成交价格(万元)")), Refusal("unit.missing", field="area")),
    Case("a blank column under the first name of its field", lambda p: xlsx(p, [["宗地代码", "土地用途", "用途", *HEAD[3:]], *[[r[0], None, r[2], *r[3:]] for r in ROWS]]),
         Right({"n": 4, "land_use": ["1001"] * 4})),
    Case("area column of no meaning", lambda p: xlsx(p, with_column("出让面积(平方米)", [None] * 4)), Right({"n": 4, "price_wanyuan": 2500.5}, codes=("supply.area_from_geometry",))),
)
assert CLEAN["parcel_id"] == CODES
