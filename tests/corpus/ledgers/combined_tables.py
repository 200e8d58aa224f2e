"""True tables of every kind of ledger, with values that are known: what each faithful rendering must come to."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

TOWNS = ("甲镇", "乙街道", "丙镇")


@dataclass(frozen=True)
class Column:
    """A field and its true cells: texts, days, flags, years, or decimals in the base unit of the field."""

    field: str
    form: str  # id, word, code, place, area, money, persons, energy, ratio, day, flag, year
    heads: tuple[str, ...]
    cells: tuple[Any, ...]


def _days(chance: random.Random, count: int, first: int = 2018, last: int = 2021) -> tuple[dt.date, ...]:
    return tuple(dt.date(chance.randint(first, last), chance.randint(1, 12), chance.randint(1, 28)) for _ in range(count))


def _amounts(chance: random.Random, count: int, low: int, high: int, blank: float = 0.0) -> tuple[Any, ...]:
    return tuple(None if chance.random() < blank else Decimal(chance.randint(low, high)) for _ in range(count))


def _firm(number: int) -> str:
    """A code of 18 signs with its check figure (GB 32100)."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91330109MA2{number:06d}"[:17]
    return body + signs[-sum(signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(body)) % 31]


def supply(chance: random.Random, count: int) -> list[Column]:
    days = _days(chance, count)
    uses = [chance.choice((("工业用地", "1001"), ("一类工业用地", "100101"), ("物流仓储用地", "1101"))) for _ in range(count)]
    return [
        Column("parcel_id", "id", ("宗地代码", "宗地编码", "地块代码", "ZDDM"), tuple(f"330109{chance.randint(1, 999):03d}{chance.randint(1, 999):03d}GB{n:05d}" for n in range(1, count + 1))),
        Column("supply_id", "id", ("电子监管号", "监管编号"), tuple(f"3301092020B{n:05d}" for n in range(11, count + 11))),
        Column("land_use", "code", ("土地用途", "规划用途", "用途"), tuple(uses)),
        Column("supply_mode", "word", ("供地方式", "出让方式", "供应方式"), tuple(chance.choice(("挂牌出让", "拍卖出让", "协议出让")) for _ in range(count))),
        Column("carrier_id", "place", ("所属载体", "所属园区", "产业平台"), ()),
        Column("contract_date", "day", ("合同签订日期", "签约日期", "签订日期"), days),
        Column("area", "area", ("出让面积", "供地面积", "供应面积", "宗地面积", "土地面积"), _amounts(chance, count, 3_000, 90_000)),
        Column("price", "money", ("成交价格", "成交价款", "出让价款"), _amounts(chance, count, 120, 9_000, 0.1)),
        Column("far_min", "ratio", ("容积率下限", "约定容积率下限"), tuple(Decimal(chance.choice(("1.0", "1.2", "1.5"))) for _ in range(count))),
        Column("agreed_start_date", "day", ("约定开工时间", "约定动工时间", "约定开工日期"), tuple(day + dt.timedelta(days=chance.randint(100, 360)) for day in days)),
        Column("is_standard_land", "flag", ("是否标准地",), tuple(n % 3 == 0 or chance.random() < 0.5 for n in range(count - 1)) + (False,)),
    ]


def projects(chance: random.Random, count: int) -> list[Column]:
    names = tuple(f"{chance.choice(('年产', '高端', '智能'))}{chance.choice(('轴承', '化纤', '阀门'))}{'一二三四五六七八九十'[n % 10]}厂{chance.choice(('项目', '技改项目'))}" for n in range(count))
    return [
        Column("project_id", "id", ("项目代码", "项目编号"), tuple(f"20{chance.randint(18, 21)}-330109-35-03-{n:06d}" for n in range(100_001, 100_001 + count))),
        Column("project_name", "word", ("项目名称", "建设项目名称"), names),
        Column("carrier_id", "place", ("所属载体", "所在园区"), ()),
        Column("industry", "word", ("所属行业", "行业"), tuple(chance.choice(("通用设备制造业", "纺织业", "化学纤维制造业")) for _ in range(count))),
        Column("registered_date", "day", ("备案日期", "立项日期"), _days(chance, count)),
        Column("total_investment", "money", ("总投资", "计划总投资"), _amounts(chance, count, 8_000, 990_000)),
        Column("year_plan", "money", ("年度计划投资", "年度投资计划"), _amounts(chance, count, 900, 90_000)),
        Column("year_done", "money", ("年度累计完成投资", "年度完成投资"), _amounts(chance, count, 300, 60_000, 0.1)),
        Column("listed", "flag", ("是否列入",), tuple(n % 2 == 0 for n in range(count))),
        Column("category", "word", ("项目类别",), tuple(chance.choice(("实施类", "准备类")) for _ in range(count))),
    ]


def enterprises(chance: random.Random, count: int) -> list[Column]:
    names = tuple(f"杭州{chance.choice('江海山川')}{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{chance.choice(('机械', '纺织', '化工'))}有限公司" for n in range(count))
    return [
        Column("enterprise_id", "id", ("统一社会信用代码", "社会信用代码"), tuple(_firm(chance.randint(0, 999) * 1000 + n) for n in range(count))),
        Column("year", "year", ("年度", "年份", "评价年度"), (2021,) * count),
        Column("enterprise_name", "word", ("企业名称", "单位名称"), names),
        Column("carrier_id", "place", ("所属载体", "所在园区"), ()),
        Column("tax", "money", ("税收实际贡献", "入库税金", "税收总额"), _amounts(chance, count, 20, 9_000)),
        Column("value_added", "money", ("工业增加值", "增加值"), _amounts(chance, count, 100, 40_000, 0.1)),
        Column("revenue", "money", ("主营业务收入", "营业收入"), _amounts(chance, count, 900, 400_000)),
        Column("energy", "energy", ("综合能耗", "总用能量"), _amounts(chance, count, 10, 5_000)),
        Column("employees", "persons", ("从业人员", "年平均职工人数", "职工人数"), _amounts(chance, count, 5, 1_500)),
        Column("land_registered", "area", ("登记用地面积", "自有土地面积", "土地使用权面积"), _amounts(chance, count, 2_000, 90_000)),
        Column("land_leased_in", "area", ("承租用地面积", "承租土地面积"), _amounts(chance, count, 500, 9_000, 0.3)),
        Column("above_scale", "flag", ("是否规上",), tuple(n % 2 == 0 for n in range(count))),
    ]


def leases(chance: random.Random, count: int) -> list[Column]:
    days = _days(chance, count)
    return [
        Column("lessor_id", "id", ("出租方统一社会信用代码", "出租方代码"), tuple(_firm(100_000 + n) for n in range(count))),
        Column("lessee_id", "id", ("承租方统一社会信用代码", "承租方代码"), tuple(_firm(200_000 + n) for n in range(count))),
        Column("area", "area", ("出租用地面积",), _amounts(chance, count, 300, 20_000)),
        Column("from", "day", ("租期起", "起租日期"), days),
        Column("to", "day", ("租期止", "到期日期"), tuple(day + dt.timedelta(days=chance.randint(400, 2000)) for day in days)),
    ]


def statistics(chance: random.Random, count: int) -> list[Column]:
    return [
        Column("zone", "word", ("区域", "载体名称"), tuple(f"{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[n]}园区" for n in range(count))),
        Column("year", "year", ("年度", "年份"), (2021,) * count),
        Column("tax", "money", ("税收总额", "税收"), _amounts(chance, count, 2_000, 90_000)),
        Column("value_added", "money", ("工业增加值", "增加值"), _amounts(chance, count, 9_000, 400_000)),
        Column("employees", "persons", ("从业人员",), _amounts(chance, count, 100, 15_000)),
    ]


MEASURES = (("固定资产投资强度", 200, 600), ("亩均税收", 10, 60), ("亩均增加值", 60, 200), ("容积率", 1, 3), ("单位能耗增加值", 1, 9))  # with bounds of what is promised
SIDES = ("commitment", "actual")


def standard_land(chance: random.Random, count: int) -> list[Column]:
    """What was promised and measured on each parcel, a column a measure and side."""
    made = [
        Column("parcel_id", "id", ("宗地代码", "宗地编码"), tuple(f"330109{chance.randint(1, 999):03d}{chance.randint(1, 999):03d}GB{n:05d}" for n in range(1, count + 1))),
        Column("contract_no", "id", ("合同编号", "出让合同编号"), tuple(f"3301092020A{n:05d}" for n in range(11, count + 11))),
        Column("", "word", ("企业名称", "受让人"), tuple(f"杭州{chance.choice('江海山川')}{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{chance.choice(('机械', '纺织', '化工'))}有限公司" for n in range(count))),
        Column("industry_code", "word", ("行业代码",), tuple(chance.choice(("C2821", "C3489", "C3911")) for _ in range(count))),
        Column("check_date", "day", ("核查日期", "验收日期"), _days(chance, count)),
    ]
    for name, low, high in chance.sample(MEASURES, chance.randint(2, 4)):
        promised = [Decimal(chance.randint(low * 10, high * 10)) / 10 for _ in range(count)]
        made.append(Column(f"{name}.commitment", "measure", (name,), tuple(promised)))
        made.append(Column(f"{name}.actual", "measure", (name,), tuple(None if chance.random() < 0.2 else value + Decimal(chance.randint(-5, 12)) / 10 for value in promised)))
    return made


TABLES: dict[str, Callable[[random.Random, int], list[Column]]] = {"supply": supply, "projects": projects, "enterprises": enterprises, "leases": leases, "statistics": statistics,
                                                                          "standard_land": standard_land}
