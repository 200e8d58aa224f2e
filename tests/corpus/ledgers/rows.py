"""Ledgers with rows that are no data: totals, headings, notes, blanks, repeated headers; and cells merged over rows."""

from __future__ import annotations

from tests.corpus.ledgers.cases import CODES, DAYS, HEAD, ROWS, Case, Refusal, Right
from tests.corpus.ledgers.files import ods, text, xlsb, xlsx

FAR = ["出让面积(平方米)", "电子监管号", "宗地代码", "成交价格(万元)", "合同签订日期"]
PAID = [[*HEAD, "支付期号", "约定支付日期", "约定支付金额(万元)", "备注"], [*ROWS[0], 1, "2020-04-01", 600, None], [None] * 7 + [2, "2020-07-01", 400.5, "已到账"],
        *([*row, 1, "2020-08-01", row[6], None] for row in ROWS[1:])]
OVER_TWO = [f"{column}2:{column}3" for column in "ABCDEFG"]
YEARLY, STAFF = ["项目代码", "总投资(万元)", "年度计划投资(万元)"], ["统一社会信用代码", "年度", "税收(万元)", "年平均职工人数"]
TOTAL = ["合计", None, None, None, None, 100_000, 2500.5]
HALF = [["小计", None, None, None, None, 60_000, 1500.5], ["小计", None, None, None, None, 40_000, 1000]]
AGREE = ("ledger.total_agrees",)
SUMS = ("ledger.group_sum",)


def town(name: str, area: float, price: float) -> list[object]:
    """A row with the figures of a town, and no word that says so."""
    return [name, None, None, None, None, area, price]


def _far(row: list[object]) -> list[object]:
    return [row[5], None, row[0], row[6], row[4]]


def part(place: int, area: float | None, price: float | None, day: str = DAYS[0]) -> list[object]:
    """A row of the one contract over the first three parcels, whose ground is 40,000, 20,000 and 30,000 m²."""
    return [CODES[place], "3301092020B09", *ROWS[0][2:4], day, area, price]


CONTRACT = ("supply.one_contract", "supply.several_parcels")
TWICE = ("key.repeated_row",)
OF_THE_CONTRACT = (
    Case("a contract's area and price in the first of its rows", lambda p: xlsx(p, [HEAD, part(0, 90_000, 2250.5), part(1, None, None), part(2, None, None), ROWS[3]]),
         Right({"n": 2, "area_m2": 100_000.0, "price_wanyuan": 2500.5}, codes=CONTRACT)),
    Case("a contract's area and price in each of its rows", lambda p: xlsx(p, [HEAD, part(0, 90_000, 2250.5), part(1, 90_000, 2250.5), part(2, 90_000, 2250.5), ROWS[3]]),
         Right({"n": 2, "area_m2": 100_000.0, "price_wanyuan": 2500.5}, codes=CONTRACT)),
    Case("a contract's area in each of its rows, its price in one", lambda p: xlsx(p, [HEAD, part(0, 90_000, None), part(1, 90_000, 2250.5), part(2, 90_000, None), ROWS[3]]),
         Right({"n": 2, "area_m2": 100_000.0, "price_wanyuan": 2500.5}, codes=CONTRACT)),
    Case("each parcel's own area and price under one contract", lambda p: xlsx(p, [HEAD, part(0, 40_000, 1000), part(1, 20_000, 500), part(2, 30_000, 750.5), ROWS[3]]),
         Right({"n": 4, "area_m2": 100_000.0, "price_wanyuan": 2500.5}, codes=TWICE)),
    Case("each parcel's own area, the contract's price in one of its rows", lambda p: xlsx(p, [HEAD, part(0, 40_000, 2250.5), part(1, 20_000, None), part(2, 30_000, None), ROWS[3]]),
         Right({"n": 4, "area_m2": 100_000.0, "price_wanyuan": 2500.5}, codes=TWICE)),
    Case("the first parcel's own area under one contract, the others blank", lambda p: xlsx(p, [HEAD, part(0, 40_000, 1000), part(1, None, 500), part(2, None, 750.5), ROWS[3]]),
         Right({"n": 4, "area_m2": 50_000.0, "price_wanyuan": 2500.5}, codes=(*TWICE, "supply.area_from_geometry"))),
    Case("an area that is neither the contract's nor the parcel's", lambda p: xlsx(p, [HEAD, part(0, 200_000, 2250.5), part(1, 200_000, 2250.5), part(2, 200_000, 2250.5), ROWS[3]]),
         Refusal("supply.whole_or_part", row=3, field="supply_id", seen="200,000.0")),
    Case("each parcel's own area, one price in every row", lambda p: xlsx(p, [HEAD, part(0, 40_000, 2250.5), part(1, 20_000, 2250.5), part(2, 30_000, 2250.5), ROWS[3]]),
         Refusal("supply.price_repeated", row=3, field="supply_id")),
)

BATCH = [["批次", "批准日期", "面积(公顷)"], ["浙土字[2020]1号", "2020-03-01", 10], ["浙土字(2020)11号", "2020-05-01", 5]]
SPELLED = (
    Case("a batch twice, its number in other brackets", lambda p: xlsx(p, [*BATCH, ["浙土字〔2020〕1号", "2020-03-01", 10]]),
         Right({"n": 2, "area_m2": 150_000.0}, codes=("key.spelled_apart", "key.row_copied")), role="approvals"),
    Case("batches whose numbers are alike and not the same", lambda p: xlsx(p, [*BATCH, ["浙土字[2020]1-1号", "2020-03-01", 10]]), Right({"n": 3, "area_m2": 250_000.0}), role="approvals"),
    Case("a contract twice, its number with a hyphen", lambda p: xlsx(p, [HEAD, *ROWS, [CODES[3], "3301092020-B04", *ROWS[3][2:]]]),
         Right(codes=("key.spelled_apart", "key.row_copied"))),
    Case("numbers of contracts with hyphens", lambda p: xlsx(p, [HEAD, *[[r[0], f"330109-2020-B-{i:05d}", *r[2:]] for i, r in enumerate(ROWS)]]), Right()),
)

PARTS_HEAD = ["项目代码", "总投资(万元)", "宗地代码"]
PARTS = [["2020-330109-01-01-123456", 9000, CODES[0]], ["2020-330109-01-01-123456-1", 6000, CODES[1]], ["2020-330109-01-01-123456-2", 3000, CODES[2]], ["2020-330109-01-01-999999", 500, CODES[3]]]
CASES = (
    *OF_THE_CONTRACT,
    *(Case(f"a total abroad: {word}", lambda p, word=word: xlsx(p, [HEAD, *ROWS, [word, *TOTAL[1:]]]), Right(codes=AGREE, aside={"total": 1}))
      for word in ("Summe", "Gesamtsumme:", "Insgesamt", "Totale", "Soma", "Tổng cộng", "Итого")),
    Case("a total below ids that are numbers", lambda p: xlsx(p, [["统一社会信用代码", "年度", "税收(万元)"], [10000001, 2020, 100], [10000138, 2020, 50], ["總計", None, 150]]),
         Right({"n": 2}, codes=(*AGREE, "join.no_location", "landcheck.no_land"), aside={"total": 1}), role="enterprises"),
    *SPELLED,
    Case("towns above their parcels", lambda p: xlsx(p, [HEAD, town("甲镇", 60_000, 1500.5), *ROWS[:2], town("乙镇", 40_000, 1000), *ROWS[2:]]), Right(codes=SUMS, aside={"group_sum": 2})),
    Case("towns below their parcels", lambda p: xlsx(p, [HEAD, *ROWS[:2], town("甲镇", 60_000, 1500.5), *ROWS[2:], town("乙镇", 40_000, 1000)]), Right(codes=SUMS, aside={"group_sum": 2})),
    Case("district above towns above parcels", lambda p: xlsx(p, [HEAD, town("全区", 100_000, 2500.5), town("甲镇", 60_000, 1500.5), *ROWS[:2], town("乙镇", 40_000, 1000), *ROWS[2:]]),
         Right(codes=SUMS, aside={"group_sum": 3})),
    Case("a town of one parcel", lambda p: xlsx(p, [HEAD, town("甲镇", 40_000, 1000.5), ROWS[0], town("乙镇", 60_000, 1500), *ROWS[1:]]), Right(codes=SUMS, aside={"group_sum": 2})),
    Case("one town that may be a parcel", lambda p: xlsx(p, [HEAD, ROWS[0], town("乙镇", 30_000, 750), ROWS[3], ROWS[1], ROWS[2]]), Refusal("ledger.row_is_sum", row=3, seen="30000、750")),
    Case("a parcel as large as the others together", lambda p: xlsx(p, [HEAD, ROWS[0], ROWS[2], ROWS[3], [*ROWS[1][:5], 80_000, 2000.5]]),
         Right({"n": 4, "area_m2": 160_000.0, "price_wanyuan": 4001.0}, codes=("supply.area_departs",))),
    Case("mean and extremes at the bottom", lambda p: xlsx(p, [HEAD, *ROWS, TOTAL, town("平均", 25_000, 625.125), town("最大值", 40_000, 1000.5), town("占比(%)", 100, 100)]),
         Right(codes=AGREE, aside={"total": 1, "statistic": 3})),
    Case("parts of a parcel in rows of their own", lambda p: xlsx(p, [HEAD, ROWS[0], town("其中：工业用地", 30_000, 700), town("其中：仓储用地", 10_000, 300.5), *ROWS[1:]]), Right(aside={"part": 2})),

    Case("total at the bottom", lambda p: xlsx(p, [HEAD, *ROWS, TOTAL]), Right(codes=AGREE, aside={"total": 1})),
    Case("total at the bottom of a csv", lambda p: text(p, [HEAD, *ROWS, TOTAL]), Right(codes=AGREE), "台账.csv"),
    Case("total written apart", lambda p: xlsx(p, [HEAD, *ROWS, ["合  计", *TOTAL[1:]]]), Right(codes=AGREE)),
    Case("total with full-width blank", lambda p: xlsx(p, [HEAD, *ROWS, ["合　计", *TOTAL[1:]]]), Right(codes=AGREE)),
    Case("total with a colon and a count", lambda p: xlsx(p, [HEAD, *ROWS, ["总计（4宗）：", *TOTAL[1:]]]), Right(codes=AGREE)),
    Case("total in the second column", lambda p: xlsx(p, [["序号", *HEAD], *[[i + 1, *r] for i, r in enumerate(ROWS)], [None, *TOTAL]]), Right(codes=AGREE)),
    *(Case(f"total whose word stands in the last column of {file}", lambda p, write=write: write(p, [[*FAR, "供地方式"], *[[*_far(r), r[3]] for r in ROWS],
                                                                                                      [100_000, None, None, 2500.5, None, "合计"]]),
           Right(codes=AGREE, aside={"total": 1}), file) for file, write in (("台账.xlsx", xlsx), ("台账.csv", text))),
    Case("sub-totals whose words stand in the last column", lambda p: xlsx(p, [[*FAR, "供地方式"], *[[*_far(r), r[3]] for r in ROWS[:2]], [60_000, None, None, 1500.5, None, "甲镇小计"],
                                                                             *[[*_far(r), r[3]] for r in ROWS[2:]], [40_000, None, None, 1000, None, "乙镇小计"]]),
         Right(codes=AGREE, aside={"total": 2})),
    Case("a total whose word stands in the last column and does not agree", lambda p: xlsx(p, [[*FAR, "供地方式"], *[[*_far(r), r[3]] for r in ROWS], [110_000, None, None, 2500.5, None, "合计"]]),
         Refusal("ledger.stated_total", row=6, seen="110000")),
    Case("a parcel whose only words stand in the last column", lambda p: xlsx(p, [[*FAR, "备注"], *[[*_far(r), None] for r in ROWS[:3]], [10_000, None, CODES[3], 250, DAYS[3], "小计"]]),
         Right({"n": 4, "area_m2": 100_000.0, "parcel_id": CODES})),
    Case("headings and sub-totals in a short table", lambda p: xlsx(p, [HEAD, ["一、甲镇"], ["甲镇小计", *HALF[0][1:]], *ROWS[:2], ["二、乙镇"], ["乙镇小计", *HALF[1][1:]], *ROWS[2:],
                                                                      ["备注：1.面积以合同为准；"], ["2.价款不含契税。"], ["数据来源：某区自然资源局"]]), Right(codes=AGREE, aside={"total": 2})),
    Case("who made it below a narrow table", lambda p: xlsx(p, [["出让面积(平方米)", "宗地代码", "合同签订日期", "成交价格(万元)"], *[[r[5], r[0], r[4], r[6]] for r in ROWS],
                                                               ["制表人：张三", "审核人：李四", None, "2021年1月5日"]]), Right(aside={"note": 1})),
    Case("a note beside the table", lambda p: xlsx(p, [[*HEAD[:5], None, *HEAD[5:]], *[[*r[:5], None, *r[5:]] for r in ROWS], ["制表人：", "张三", None, "审核人：", None, "李四"]]),
         Right(aside={"note": 1})),
    Case("total merged over the first columns", lambda p: xlsx(p, [HEAD, *ROWS, TOTAL], merges=["A6:E6"]), Right(codes=AGREE)),
    Case("total on top", lambda p: xlsx(p, [HEAD, TOTAL, *ROWS]), Right(codes=AGREE, aside={"total": 1})),
    Case("subtotals and total", lambda p: xlsx(p, [HEAD, *ROWS[:2], HALF[0], *ROWS[2:], HALF[1], TOTAL]), Right(codes=AGREE, aside={"total": 3})),
    Case("named subtotals", lambda p: xlsx(p, [HEAD, *ROWS[:2], ["甲镇小计", *HALF[0][1:]], *ROWS[2:], ["乙镇小计", *HALF[1][1:]], ["全区合计", *TOTAL[1:]]]), Right(codes=AGREE, aside={"total": 3})),
    Case("其中 rows", lambda p: xlsx(p, [HEAD, *ROWS, TOTAL, ["其中：挂牌出让", None, None, None, None, 100_000, 2500.5]]), Right(codes=AGREE, aside={"total": 1, "part": 1})),
    Case("English total", lambda p: xlsx(p, [HEAD, *ROWS, ["Total", *TOTAL[1:]]]), Right(codes=AGREE)),
    Case("total that does not agree", lambda p: xlsx(p, [HEAD, *ROWS, [*TOTAL[:5], 110_000, 2500.5]]), Refusal("ledger.stated_total", row=6, field="出让面积(平方米)", seen="110000")),
    *(Case(f"total that does not agree, written {word}", lambda p, word=word: xlsx(p, [HEAD, *ROWS, [word, *TOTAL[1:5], 110_000, 2500.5]]), Refusal("ledger.stated_total", row=6, seen="110000"))
      for word in ("合 计", "总　　计：", "总 数", "本表合计", "2020年合计", "总共")),
    *(Case(f"total that does not agree, behind {mark}", lambda p, mark=mark: xlsx(p, [["序号", *HEAD], *[[i + 1, *r] for i, r in enumerate(ROWS)], [mark, *TOTAL[:5], 110_000, 2500.5]]),
           Refusal("ledger.stated_total", row=6, seen="110000")) for mark in ("—", "/", "5")),
    Case("total that gives the last group alone", lambda p: xlsx(p, [HEAD, *ROWS[:2], HALF[0], *ROWS[2:], ["合计", *HALF[1][1:]]]), Refusal("ledger.stated_total", row=7)),
    Case("a total for each group, under one word", lambda p: xlsx(p, [HEAD, *ROWS[:2], ["合计", *HALF[0][1:]], *ROWS[2:], ["合计", *HALF[1][1:]]]), Right(codes=AGREE, aside={"total": 2})),
    Case("total that does not agree, with the word of the study", lambda p: xlsx(p, [HEAD, *ROWS, [*TOTAL[:5], 110_000, 2500.5]]),
         Right(codes=("ledger.total_agrees", "ledger.total_differs")), said='[join]\non_bad_rows = "set_aside"'),
    Case("total of an unused column that does not agree", lambda p: xlsx(p, [[*HEAD, "绿地(平方米)"], *[[*r, 5] for r in ROWS], [*TOTAL, 31]]),
         Right(codes=("ledger.total_agrees", "ledger.total_differs"))),
    Case("a row lost above its total", lambda p: xlsx(p, [HEAD, *ROWS[:3], TOTAL]), Refusal("ledger.stated_total", row=5)),
    Case("sub-total that does not agree", lambda p: xlsx(p, [HEAD, *ROWS[:2], ["小计", *HALF[0][1:5], 70_000, 1500.5], *ROWS[2:], HALF[1], TOTAL]),
         Refusal("ledger.stated_subtotal", row=4, field="出让面积(平方米)", seen="70000")),
    Case("sub-totals above their rows, one of which does not agree", lambda p: xlsx(p, [HEAD, TOTAL, HALF[0], *ROWS[:2], ["小计", *HALF[1][1:5], 40_000, 1001], *ROWS[2:]]),
         Refusal("ledger.stated_subtotal", row=6, field="成交价格(万元)", seen="1001")),
    Case("sub-totals of several levels, one of which does not agree", lambda p: xlsx(p, [
        HEAD, ROWS[0], ["小计", *HALF[0][1:5], 45_000, 1000.5], ROWS[1], ["甲镇合计", *HALF[0][1:]], *ROWS[2:], ["乙镇合计", *HALF[1][1:]]]),
         Right(codes=("ledger.total_agrees", "ledger.total_differs"))),
    Case("sub-total that does not agree, with the word of the study", lambda p: xlsx(p, [HEAD, *ROWS[:2], ["小计", *HALF[0][1:5], 70_000, 1500.5], *ROWS[2:], HALF[1], TOTAL]),
         Right(codes=("ledger.total_agrees", "ledger.total_differs")), said='[join]\non_bad_rows = "set_aside"'),
    Case("total without a word", lambda p: xlsx(p, [HEAD, *ROWS, [None] * 5 + [100_000, 2500.5]]), Right(codes=(*AGREE, "ledger.unmarked_total"), aside={"unmarked_total": 1})),
    Case("total without a word that does not add up", lambda p: xlsx(p, [HEAD, *ROWS, [None] * 5 + [90_000, 2000]]), Refusal("row.blank_key", row=6)),
    Case("rounded total", lambda p: xlsx(p, [HEAD, *[[*r[:6], r[6] + 0.004] for r in ROWS], [*TOTAL[:6], 2500.52]]), Right({"n": 4, "price_wanyuan": 2500.516}, codes=AGREE)),
    Case("total that cannot be read", lambda p: xlsx(p, [HEAD, *ROWS, [*TOTAL[:5], "约十万", 2500.5]]), Right(codes=(*AGREE, "ledger.total_unread"))),
    Case("a contract merged over the rows of its payments", lambda p: xlsx(p, PAID, merges=OVER_TWO), Right(aside={"instalment": 1})),
    Case("a price merged over rows of two parcels", lambda p: xlsx(p, [HEAD, ROWS[0], [ROWS[1][0], *ROWS[0][1:6], None], *ROWS[2:]], merges=["B2:B3", "G2:G3"]),
         Refusal("row.bad_cell", row=2, field="price")),
    Case("a contract merged over rows that differ in their area too", lambda p: xlsx(p, [[*row[:5], row[5] or 100, *row[6:]] if i else row for i, row in enumerate(PAID)],
                                                                                  merges=[span for span in OVER_TWO if span[0] != "F"]), Refusal("row.bad_cell", row=2, field="price")),
    Case("the payment of one row for the price of the contract", lambda p: xlsx(p, PAID, merges=OVER_TWO), Refusal("row.bad_cell", row=2, field="price"),
         said='[layers.supply.columns]\nprice = "约定支付金额(万元)"'),
    Case("total as text", lambda p: xlsx(p, [HEAD, *ROWS, [*TOTAL[:5], "100,000", "2,500.5"]]), Right(codes=AGREE)),
    Case("an enterprise called 合计", lambda p: xlsx(p, [[*HEAD, "项目位置"], *[[*r, "甲镇"] for r in ROWS[:3]], [*ROWS[3][:1], "合计", *ROWS[3][2:], "甲镇"]]), Right()),
    Case("note below", lambda p: xlsx(p, [HEAD, *ROWS, ["备注：面积为合同面积"], ["填表人：张三", None, "审核人：李四", None, "日期：2021年1月"]]), Right(aside={"note": 2})),
    Case("signatures in cells of their own", lambda p: xlsx(p, [HEAD, *ROWS, ["制表人", "张三", "审核人", "李四", "日期", "2021-01-05"]]), Right(aside={"note": 1})),
    Case("signature and day", lambda p: xlsx(p, [HEAD, *ROWS, ["经办人签字", None, None, None, "2021-01-05"]]), Right(aside={"note": 1})),
    Case("page number", lambda p: xlsx(p, [HEAD, *ROWS, ["第1页 共3页"]]), Right(aside={"note": 1})),
    Case("a sentence that counts", lambda p: xlsx(p, [HEAD, *ROWS, ["以上共4宗，面积10公顷，价款2500.5万元"]]), Right(aside={"note": 1})),
    Case("an enterprise called 制表人", lambda p: xlsx(p, [["土地使用权人", *HEAD], ["制表人", *ROWS[0]], *[["甲公司", *r] for r in ROWS[1:]]]), Right()),
    Case("notes numbered", lambda p: xlsx(p, [HEAD, *ROWS, [], ["注：1.面积为合同面积；"], ["2.价款不含契税。"]]), Right(aside={"note": 2, "blank": 1})),
    Case("what an export says of itself below a csv",
         lambda p: p.write_text("\r\n".join([",".join(map(str, r)) for r in [HEAD, *ROWS]]) + "\r\n\r\n导出时间：2021-01-05,共4条记录,,,,,\r\n", encoding="utf-8"),
         Right(aside={"note": 1, "blank": 1}), "台账.csv"),
    Case("note merged over the table", lambda p: xlsx(p, [HEAD, *ROWS, ["以上数据截至2020年12月31日，仅供内部使用"]], merges=["A6:G6"]), Right(aside={"note": 1})),
    Case("group headings", lambda p: xlsx(p, [HEAD, ["一、甲镇"], *ROWS[:2], ["二、乙镇"], *ROWS[2:]]), Right(aside={"heading": 2})),
    Case("group headings that count their rows", lambda p: xlsx(p, [HEAD, ["A类（2家）"], *ROWS[:2], ["B类(共2宗)"], *ROWS[2:]]), Right(aside={"heading": 2})),
    Case("years and months as headings", lambda p: xlsx(p, [HEAD, ["2020年（4宗）"], ["3-4月"], *ROWS[:2], ["5月份"], ROWS[2], ["2020年第二季度"], ROWS[3]]), Right(aside={"heading": 4})),
    Case("an example in the first row of a form", lambda p: xlsx(p, [HEAD, ["例：330109001009GB00009", "3301092020B09", "工业用地", "挂牌出让", "2020-01-01", 1000, 100], *ROWS]),
         Right(aside={"example": 1})),
    Case("means of several kinds", lambda p: xlsx(p, [HEAD, *ROWS, ["平均", *[None] * 4, 25_000, 625.125], ["标准地平均", *[None] * 4, 26_000, 700]]), Right(aside={"statistic": 2})),
    Case("how a form is to be filled in, below its header", lambda p: xlsx(p, [HEAD, ["必填", "必填，文本", "下拉选择", "下拉选择", "格式：2020-01-01", "保留两位小数", "数字"], *ROWS]),
         Right(aside={"example": 1})),
    Case("letters of the columns below the header", lambda p: xlsx(p, [HEAD, list("ABCDEFG"), *ROWS]), Right(aside={"column_numbers": 1})),
    Case("group headings merged", lambda p: xlsx(p, [HEAD, ["甲镇"], *ROWS[:2], ["乙镇"], *ROWS[2:]], merges=["A2:G2", "A5:G5"]), Right(aside={"heading": 2})),
    Case("blank rows", lambda p: xlsx(p, [HEAD, [], *ROWS[:2], [], [], *ROWS[2:]]), Right(aside={"blank": 3})),
    Case("rows of blanks only", lambda p: xlsx(p, [HEAD, *ROWS, [" ", "　", "\u200b", " ", None, " ", ""]]), Right(aside={"blank": 1})),
    Case("blank lines of a csv", lambda p: p.write_bytes(("\r\n".join([",".join(map(str, r)) for r in [HEAD, *ROWS[:2]]]) + "\r\n\r\n,,,,,,\r\n"
                                                     + "\r\n".join([",".join(map(str, r)) for r in ROWS[2:]]) + "\r\n\r\n").encode()), Right(aside={"blank": 3}), "台账.csv"),
    Case("header repeated on each page", lambda p: xlsx(p, [HEAD, *ROWS[:2], HEAD, *ROWS[2:]]), Right(aside={"repeated_header": 1})),
    Case("two-row header repeated", lambda p: xlsx(p, [["宗地代码", "电子监管号", "情况", None, None, "数量", None], [None, None, *HEAD[2:]], *ROWS[:2],
                                                    ["宗地代码", "电子监管号", "情况", None, None, "数量", None], [None, None, *HEAD[2:]], *ROWS[2:]],
                                                 merges=["A1:A2", "B1:B2", "C1:E1", "F1:G1"]), Right(aside={"repeated_header": 2})),
    Case("title and header repeated", lambda p: xlsx(p, [["供地台账"], HEAD, *ROWS[:2], ["供地台账"], HEAD, *ROWS[2:]], merges=["A1:G1", "A5:G5"]),
         Right(aside={"repeated_header": 1, "heading": 1, "above": 1})),
    *(Case(f"words merged over rows of an {kind}", lambda p, write=write: write(p, [HEAD, *[[*r[:2], r[2] if i == 0 else None, *r[3:]] for i, r in enumerate(ROWS)]], merges=[(1, 2, 4, 2)]),
           Right({"n": 4, "area_m2": 100_000.0, "land_use": ["1001"] * 4}, codes=("ledger.merged_down",)), f"台账.{kind}") for kind, write in (("ods", ods), ("xlsb", xlsb))),
    *(Case(f"number merged over rows of an {kind}", lambda p, write=write: write(p, [HEAD, ROWS[0], [*ROWS[1][:5], None, ROWS[1][6]], *ROWS[2:]], merges=[(1, 5, 2, 5)]),
           Refusal("row.bad_cell", row=2, field="area"), f"台账.{kind}") for kind, write in (("ods", ods), ("xlsb", xlsb))),
    Case("words merged over rows", lambda p: xlsx(p, [HEAD, *[[*r[:2], r[2] if i == 0 else None, *r[3:]] for i, r in enumerate(ROWS)]], merges=["C2:C5"]),
         Right({"n": 4, "area_m2": 100_000.0, "land_use": ["1001"] * 4}, codes=("ledger.merged_down",))),
    Case("as above, in words and days", lambda p: xlsx(p, [HEAD, ROWS[0], [*ROWS[1][:2], "同上", "〃", *ROWS[1][4:]], [*ROWS[2][:3], "″", "同上", *ROWS[2][5:]], ROWS[3]]),
         Right({"n": 4, "area_m2": 100_000.0, "land_use": ["1001"] * 4, "days": [DAYS[0], DAYS[1], DAYS[1], DAYS[3]]}, codes=("ledger.ditto",))),
    Case("as above, of a price", lambda p: xlsx(p, [HEAD, ROWS[0], [*ROWS[1][:6], "同上"], *ROWS[2:]]), Refusal("row.bad_cell", row=3, field="price", seen="同上")),
    Case("as above, in the first row", lambda p: xlsx(p, [HEAD, [*ROWS[0][:4], "同上", *ROWS[0][5:]], *ROWS[1:]]), Refusal("row.bad_cell", row=2, field="contract_date", seen="同上")),
    Case("the table of a text in Markdown", lambda p: p.write_text("".join("| " + " | ".join(map(str, row)) + " |\n" for row in [HEAD, [":---", *["---"] * 6], *ROWS]), encoding="utf-8"),
         Right(codes=("key.normalised",), aside={"blank": 1}), "台账.csv"),
    Case("id merged over rows, a parcel in two rows", lambda p: xlsx(p, [HEAD, ROWS[0], [None, "B1", *ROWS[1][2:]], *ROWS[2:]], merges=["A2:A3"]),
         Refusal("join.many_rows_status", row=None)),
    Case("a plan of the year merged over rows", lambda p: xlsx(p, [YEARLY, ["P1", 90, 50], ["P2", 80, None], ["P3", 70, 30]], merges=["C2:C3"]),
         Refusal("row.bad_cell", row=2, field="year_plan", seen="50"), role="projects"),
    Case("a total of plans of the year", lambda p: xlsx(p, [YEARLY, ["P1", 90, 50], ["P2", 80, 40], ["P3", 70, 30], ["合计", 240, 120]]),
         Right({"n": 3, "year_plan_wanyuan": 120.0}, codes=(*AGREE, "join.no_location")), role="projects"),
    Case("a total of plans of the year that does not agree", lambda p: xlsx(p, [YEARLY, ["P1", 90, 50], ["P2", 80, 40], ["P3", 70, 3], ["合计", 240, 120]]),
         Refusal("ledger.stated_total", row=5, field="年度计划投资(万元)", seen="120"), role="projects"),
    Case("a total of the year's mean staff that does not agree", lambda p: xlsx(p, [STAFF, ["A1", 2020, 90, 50], ["B2", 2020, 80, 40], ["C3", 2020, 70, 3], ["合计", None, 240, 120]]),
         Refusal("ledger.stated_total", row=5, field="年平均职工人数", seen="120"), role="enterprises"),
    Case("number merged over rows", lambda p: xlsx(p, [HEAD, ROWS[0], [*ROWS[1][:5], None, ROWS[1][6]], *ROWS[2:]], merges=["F2:F3"]), Refusal("row.bad_cell", row=2, field="area", seen="40000")),
    Case("hidden rows are data", lambda p: xlsx(p, [HEAD, *ROWS], hidden_rows=[3, 4]), Right()),
    Case("only a header", lambda p: xlsx(p, [HEAD]), Right({"n": 0}, codes=("layer.empty_optional",))),
    Case("serial number column", lambda p: xlsx(p, [["序号", *HEAD], *[[i + 1, *r] for i, r in enumerate(ROWS)]]), Right()),
    Case("row with only a serial number", lambda p: xlsx(p, [["序号", *HEAD], *[[i + 1, *r] for i, r in enumerate(ROWS)], [5], [6]]), Right(aside={"number_only": 2})),
    Case("a project beside its parts, by their names", lambda p: xlsx(p, [
        ["项目名称", *PARTS_HEAD], ["甲项目", "P1", 9000, CODES[0]], ["甲项目一期", "P2", 6000, CODES[1]], ["甲项目(二期)", "P3", 3000, CODES[2]]]),
         Refusal("project.sub_projects", row=2, field="total_investment"), role="projects"),
    Case("projects of like names", lambda p: xlsx(p, [["项目名称", *PARTS_HEAD], ["甲项目", "P1", 9000, CODES[0]], ["甲项目一期", "P2", 6000, CODES[1]], ["甲项目二期", "P3", 4000, CODES[2]]]),
         Right({"n": 3, "total_investment_wanyuan": 19_000.0}), role="projects"),
    *(Case(f"a project beside its parts, {name}", lambda p, rows=rows: xlsx(p, [["项目代码", "总投资(万元)", "宗地代码"], *rows]), expect, said=f'[rules]\nsub_projects = "{rule}"' if rule else "",
           role="projects") for name, rows, rule, expect in (
        ("refused", PARTS, "", Refusal("project.sub_projects", row=2, field="total_investment", seen="9,000")),
        ("the parts count", PARTS, "children", Right({"n": 3, "total_investment_wanyuan": [6000.0, 3000.0, 500.0]}, codes=("project.sub_left_out",))),
        ("the whole counts", PARTS, "parents", Right({"n": 2, "total_investment_wanyuan": [9000.0, 500.0]}, codes=("project.sub_left_out",))),
        ("all count", PARTS, "all", Right({"n": 4, "total_investment_wanyuan": [9000.0, 6000.0, 3000.0, 500.0]}, codes=("project.sub_counted",))),
        ("of other amounts", [*PARTS[:2], ["2020-330109-01-01-123456-2", 4000, CODES[2]], PARTS[3]], "",
         Right({"n": 4, "total_investment_wanyuan": [9000.0, 6000.0, 4000.0, 500.0]}, codes=("project.sub_codes",))),
        ("with figures behind its code", [["XM001", 9000, CODES[0]], ["XM00101", 6000, CODES[1]], ["XM00102", 3000, CODES[2]]], "", Refusal("project.sub_projects", row=2)),
        ("with no code longer than another", [["XM1", 9000, CODES[0]], ["XM10", 6000, CODES[1]], ["XM11", 3000, CODES[2]]], "", Right({"n": 3})),
        ("in three levels", [["XM1", 90, CODES[0]], ["XM1-1", 60, CODES[1]], ["XM1-1-1", 40, CODES[2]], ["XM1-1-2", 20, CODES[2]], ["XM1-2", 30, CODES[3]]], "children",
         Right({"n": 3, "total_investment_wanyuan": [40.0, 20.0, 30.0]}, codes=("project.sub_left_out",))))),
)
