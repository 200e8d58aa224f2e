"""Sheets of the workbook about land: parcels, the calendar of what comes due, and what can be offered."""

from __future__ import annotations

import pandas as pd

from spatial.indicators.status import BASES
from spatial.render.cells import Columns, Rows, Share, zone_names
from spatial.schema.result import Result
from spatial.scorecard.offers import KINDS, by_carrier
from spatial.scorecard.warning import EVENTS, STAGES

PARCEL_COLUMNS: tuple[tuple[str, tuple[str, str], str, int], ...] = (
    ("parcel_id", ("宗地代码", "Parcel"), "text", 24), ("carrier_name", ("所属载体", "Carrier"), "text", 22), ("carrier_share", ("载体内占比", "Share in carrier"), "share", 11),
    ("land_use", ("用地代码", "Land use"), "text", 10), ("area_mu", ("面积(亩)", "Area (mu)"), "number", 12),
    ("area_m2", ("面积(平方米)", "Area (m²)"), "number", 14), ("status_name", ("土地状态", "Status"), "text", 24), ("days_overdue", ("逾期天数", "Days overdue"), "count", 10),
    ("fee_wanyuan", ("土地闲置费(万元)", "Idle-land fee (10⁴ CNY)"), "number", 14), ("status_reason", ("判定依据", "Reason"), "text", 70))


def parcels(frame: pd.DataFrame, pick: int) -> tuple[Columns, Rows]:
    kept = [row for row in PARCEL_COLUMNS if row[0] in frame]
    cells = frame[[row[0] for row in kept]].astype(object)
    return [(row[1][pick], row[2], row[3]) for row in kept], list(cells.itertuples(index=False, name=None))


def calendar(result: Result, pick: int) -> tuple[Columns, Rows]:
    """What comes due, by the day of the next threshold."""
    columns = [(("下一节点日期", "Next date")[pick], "date", 13), (("距今天数", "Days left")[pick], "count", 9), (("下一节点", "Next threshold")[pick], "text", 30),
               (("地块", "Parcel")[pick], "text", 24), (("所属载体", "Carrier")[pick], "text", 24), (("面积(亩)", "Area (mu)")[pick], "number", 11), (("目前阶段", "Stage now")[pick], "text", 20),
               (("约定开工日", "Start due")[pick], "date", 12), (("依据", "Basis")[pick], "text", 16), (("满一年", "One year full")[pick], "date", 12),
               (("满两年", "Two years full")[pick], "date", 12),
               (("中止日期", "Suspended")[pick], "date", 12), (("满一年闲置费(万元)", "Fee at one year (10⁴ CNY)")[pick], "number", 14), (("政府原因", "Government cause")[pick], "text", 10)]
    rows: Rows = [(r.next_date, None if pd.isna(r.days_to_next) else int(r.days_to_next), EVENTS[r.next_event][pick], r.parcel_id, r.carrier_name, r.area_mu, STAGES[r.stage][pick], r.start_due,
                   BASES[r.start_basis or ""][pick], r.one_year_date, r.two_years_date, r.suspended_date, r.fee_wanyuan, ("是", "yes")[pick] if r.government_caused else "")
                  for r in result.lists["calendar"].itertuples(index=False)]
    return columns, rows


def offers(result: Result, pick: int) -> tuple[Columns, Rows]:
    columns = [(("所属载体", "Carrier")[pick], "text", 26), (("主导产业", "Leading industry")[pick], "text", 26), (("类别", "Kind")[pick], "text", 20), (("地块", "Parcel")[pick], "text", 24),
               (("用途", "Use")[pick], "text", 9), (("面积(亩)", "Area (mu)")[pick], "number", 11), (("约束", "Constraints")[pick], "text", 24), (("说明", "Note")[pick], "text", 60)]
    rows: Rows = [(r.carrier_name or ("载体外", "outside carriers")[pick], r.main_industry, KINDS[r.kind][pick], r.parcel_id, r.use, r.area_mu, r.constraints, r.note)
                  for r in result.lists["offers"].itertuples(index=False)]
    return columns, rows


def offer_summary(result: Result, pick: int) -> tuple[Columns, Rows]:
    """By carrier and leading industry: land of each kind, and vacant floor space."""
    land, vacant = by_carrier(result.lists["offers"]), result.lists["vacant"]
    kinds = [kind for kind in KINDS if kind in set(land["kind"])]
    columns = [(("载体", "Carrier")[pick], "text", 28), (("主导产业", "Leading industry")[pick], "text", 28)]
    for kind in kinds:
        columns += [(f"{KINDS[kind][pick]}{('·宗', ' · parcels')[pick]}", "count", 11), (f"{KINDS[kind][pick]}{('·亩', ' · mu')[pick]}", "number", 13)]
    columns += [(("空置建筑面积(平方米)", "Vacant floor space (m²)")[pick], "number", 16)]
    floor = vacant.groupby("carrier_id", dropna=False)["vacant_m2"].sum() if len(vacant) else pd.Series(dtype=float)
    names = pd.concat([land[["carrier_id", "carrier_name", "main_industry"]], vacant[["carrier_id", "carrier_name", "main_industry"]]]).drop_duplicates("carrier_id")
    rows: Rows = []
    for place in names.itertuples(index=False):
        own = land[land["carrier_id"].eq(place.carrier_id) if place.carrier_id is not None and place.carrier_id == place.carrier_id else land["carrier_id"].isna()].set_index("kind")
        cells: list[object] = []
        for kind in kinds:
            cells += [int(own.at[kind, "count"]), float(own.at[kind, "area_mu"])] if kind in own.index else [None, None]
        known = place.carrier_id == place.carrier_id and place.carrier_id is not None
        rows.append((place.carrier_name if known else ("载体外", "outside carriers")[pick], place.main_industry if known else "", *cells,
                     float(floor.get(place.carrier_id, 0.0)) if known else float(floor[floor.index.isna()].sum()) if len(floor) else None))
    return columns, rows


def leases(result: Result, pick: int) -> tuple[Columns, Rows]:
    columns = [(("到期日", "Ends")[pick], "date", 13), (("出租方", "Lessor")[pick], "text", 24), (("所属载体", "Carrier")[pick], "text", 26), (("面积(亩)", "Area (mu)")[pick], "number", 12)]
    return columns, [(r.ends, r.lessor_id, r.carrier_name, r.area_mu) for r in result.lists["leases"].itertuples(index=False)]


def supply_structure(result: Result, pick: int) -> tuple[Columns, Rows]:
    """Land supplied in the period by zone, use and mode, with its share of the zone's supply and what of it was 标准地."""
    told, zones = result.lists.get("supply_structure", pd.DataFrame()), zone_names(result, pick)
    columns: Columns = [(("区域", "Zone")[pick], "text", 28), (("土地用途", "Land use")[pick], "text", 24), (("供地方式", "Mode")[pick], "text", 14), (("合同数", "Contracts")[pick], "count", 9),
                        (("面积(亩)", "Area (mu)")[pick], "number", 14), (("占本区域供地", "Share of the zone")[pick], "share", 12), (("其中标准地(亩)", "As standard land (mu)")[pick], "number", 14)]
    if not len(told):
        return columns, []
    names = dict(zip(result.parcels["land_use"], result.parcels["land_use_name"], strict=True)) if "land_use_name" in result.parcels else {}
    whole = told.groupby("zone")["area_m2"].sum()
    return columns, [(zones.get(r.zone, r.zone), names.get(r.land_use, r.land_use) or ("未注明", "not stated")[pick], r.supply_mode, r.contracts, r.area_m2 * 3 / 2000,
                      Share(r.area_m2 / whole[r.zone]) if whole[r.zone] > 0 else None, r.standard_land_m2 * 3 / 2000) for r in told.itertuples(index=False)]


STAGE_WORDS = {"completion": ("竣工验收", "at completion"), "production": ("达产复核", "in production")}
KEPT_WORDS = {True: ("是", "yes"), False: ("否", "no")}


def standard_land(result: Result, pick: int) -> tuple[Columns, Rows]:
    """Every measure of every 标准地 parcel: what was asked, promised and measured, whether it is kept, and whether the written result says otherwise; nothing in a public edition."""
    told = result.lists.get("commitments", pd.DataFrame())
    columns: Columns = [(("宗地代码", "Parcel")[pick], "text", 24), (("准入行业", "Industry admitted")[pick], "text", 14), (("指标", "Measure")[pick], "text", 30),
                        (("标准值", "Standard")[pick], "number", 12), (("承诺值", "Commitment")[pick], "number", 12), (("实测值", "Measured")[pick], "number", 12),
                        (("是否达标", "Kept")[pick], "text", 10), (("阶段", "Stage")[pick], "text", 14), (("核查日期", "Checked on")[pick], "date", 13),
                        (("台账结论", "Result as written")[pick], "text", 16),
                        (("结论与实测", "Result and measure")[pick], "text", 14), (("台账行", "Ledger row")[pick], "count", 9)]
    if not len(told) or result.study.audience == "public":
        return columns, []
    differs = ("不符", "differ")[pick]
    return columns, [(r.parcel_id, r.industry_code, r.measure, r.standard, r.commitment, r.actual, "" if pd.isna(r.kept) else KEPT_WORDS[bool(r.kept)][pick],
                      STAGE_WORDS[r.stage][pick] if r.stage in STAGE_WORDS else "", None if pd.isna(r.check_date) else r.check_date, r.result, differs if r.differs else "", int(r.row))
                     for r in told.itertuples(index=False)]
