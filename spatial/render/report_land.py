"""Sections of the report about land: carriers, maps, idle land with its legal basis, what comes due, what can be offered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pandas as pd

from spatial.indicators.registry import BY_ID
from spatial.indicators.status import IDLE
from spatial.render.cells import zone_names
from spatial.render.docx_parts import Bar, Report
from spatial.render.report_figures import bar, map_picture
from spatial.render.report_words import carrier_name, day, mu, sentence, shown_values, unit_of
from spatial.render.styles import STATUS_COLOURS
from spatial.schema.joined import OUTSIDE, STUDY_AREA
from spatial.schema.result import Result
from spatial.scorecard.formatting import adding_up, display
from spatial.scorecard.offers import KINDS, by_carrier
from spatial.scorecard.warning import EVENTS, STAGES, legal_basis

MOST_ROWS, NEAREST, AHEAD_DAYS = 120, 40, 180
BY_CARRIER = ("new_land_to_carriers_share", "idle_land_share", "inefficient_land_share", "tax_per_mu", "value_added_per_mu", "floor_area_ratio")
SHORTER = {"new_land_to_carriers_share": ("占全区新增产业用地", "Share of new land")}
SHADED = ("tax_per_mu", "inefficient_land_share", "idle_land_share", "floor_area_ratio")  # the first that has values is drawn and charted
SHADES = ("#F3E9D2", "#DDB967", "#C98B3B", "#9C5A2B", "#5E3023")


def carriers(report: Report, result: Result, zh: bool) -> None:
    """Every carrier's main figures, and one of them as bars."""
    report.heading("分载体情况" if zh else "Carriers")
    if not len(result.carriers):
        report.text("本研究没有产业载体图层。" if zh else "The study has no layer of carriers.")
        return
    pick = 0 if zh else 1
    names, zones = zone_names(result, pick), result.zones.set_index("id")
    keys = [str(key) for key in result.carriers["carrier_id"]]
    here = result.values["zone"].isin(keys) & result.values["status"].eq("ok")
    shown = [name for name in BY_CARRIER if (result.values["indicator"].eq(name) & here).any()]
    heads = ["序号", "载体", "宗数", "面积(亩)"] if zh else ["No.", "Carrier", "Parcels", "Area (mu)"]
    for name in shown:
        unit = unit_of(name, BY_ID[name].unit, result.language)
        heads.append(SHORTER.get(name, (BY_ID[name].zh, BY_ID[name].en))[pick] + ((f"({unit})" if zh else f" ({unit})") if unit else ""))
    listed = [*keys, *(zone for zone in (OUTSIDE, STUDY_AREA) if zone in zones.index)]
    said, areas = shown_values(result, shown, listed, unit=False), _areas(result, listed)
    adds = sum((Decimal(areas[key].replace(",", "")) for key in listed if key != STUDY_AREA), Decimal(0)) == Decimal(areas[STUDY_AREA].replace(",", ""))
    rows = [[str(i) if i <= len(keys) else "", names.get(key, key), f"{int(zones.at[key, 'parcel_count']):,}", areas[key], *(said[name, key] for name in shown)]
            for i, key in enumerate(listed, 1)]
    first, rest = ([0.9, 4.3, 1.1, 1.6], 8.7) if zh else ([0.9, 3.2, 1.3, 1.6], 9.6)
    report.table("分载体主要指标" if zh else "Carriers", heads, rows, [*first, *[rest / max(len(shown), 1)] * len(shown)], right=range(2, 4 + len(shown)))
    overlap = result.balance["overlap_m2"] > 0
    if zh:
        report.text("跨界宗地在所涉各行分别计数。" + ("载体之间有重叠，各载体面积之和大于全区。" if overlap else "各行面积与全区合计按最大余数法取舍，相加相等。" if adds else ""))
    else:
        report.text("A parcel across a border is counted in each row it lies in. " + (
            "Carriers overlap, so that their areas come to more than the study area." if overlap else
            "Areas are rounded by largest remainders: the rows add up to the study area." if adds else ""))
    chosen = next((name for name in SHADED if name in shown), None)
    if chosen:
        _chart(report, result, chosen, keys, names, zh)


def _areas(result: Result, listed: list[str]) -> dict[str, str]:
    """Areas in mu as printed; carriers and the ground outside add up to the study area where no carriers overlap."""
    zones = result.zones.set_index("id")["area_m2"] * 3 / 2000
    parts = [zone for zone in listed if zone != STUDY_AREA]
    printed = adding_up(zones[parts].tolist(), float(result.balance["parcels_m2"]) * 3 / 2000, 1)
    return {zone: f"{area:,}" for zone, area in zip(parts, printed, strict=True)} | {STUDY_AREA: mu(result.balance["parcels_m2"])}


def _chart(report: Report, result: Result, indicator: str, keys: list[str], names: dict[str, str], zh: bool) -> None:
    """Carriers by one indicator as bars, the highest first."""
    values = result.values[result.values["indicator"] == indicator].set_index("zone")["value"].astype(float).reindex(keys).dropna().sort_values(ascending=False, kind="stable")
    if not len(values) or not values.max() > 0:
        return
    image, top, said = bar(), float(values.max()), shown_values(result, (indicator,), keys)
    rows = [[names[str(key)], Bar(float(value) / top, image, 8.0), said[indicator, str(key)]] for key, value in values.items()]
    title = BY_ID[indicator].zh if zh else BY_ID[indicator].en
    report.table(f"各载体{title}(由高到低)" if zh else f"{title} by carrier", ["载体" if zh else "Carrier", title, "数值" if zh else "Value"], rows, [5.2, 8.6, 2.8], right=(2,))


def maps(report: Report, result: Result, zh: bool) -> None:
    """Land status parcel by parcel, and carriers shaded by one indicator."""
    report.heading("空间分布" if zh else "Maps")
    pick, parcels, grounds = 0 if zh else 1, result.parcels, result.carriers
    tone = {code: colour for code, (_, colour) in STATUS_COLOURS.items() if code != "not_supplied"}
    used = [code for code in tone if parcels["land_status"].eq(code).any()]
    where = "(编号见载体表；示意图，不作划界依据)" if zh else " (numbers as in the table of carriers; a sketch, no basis for boundaries)"
    report.picture(map_picture(parcels, [tone.get(code, "") for code in parcels["land_status"]], grounds), ("土地状态图" if zh else "Land status") + where,
                   [(tone[code], STATUS_COLOURS[code][0][pick]) for code in used])
    keys = [str(key) for key in grounds["carrier_id"]] if len(grounds) else []
    for indicator in SHADED:
        values = result.values[result.values["indicator"] == indicator].set_index("zone")["value"].astype(float).reindex(keys)
        if values.notna().sum() >= 2:
            fills, legend = _shades(values, indicator, result)
            name = BY_ID[indicator].zh if zh else BY_ID[indicator].en
            report.picture(map_picture(parcels.iloc[:0], [], grounds, fills=fills), (f"各载体{name}分级图" if zh else f"{name} by carrier") + where, legend)
            return


def _shades(values: pd.Series, indicator: str, result: Result) -> tuple[dict[int, str], list[tuple[str, str]]]:
    """Carrier position -> colour by classes of equal number (equal values share one), and the legend of the classes."""
    known = values.dropna()
    rank = known.rank(method="min") - 1
    count = min(len(SHADES), known.nunique())
    grade = (rank * count // len(known)).astype(int)
    colour = {c: SHADES[round(c * (len(SHADES) - 1) / max(count - 1, 1))] for c in sorted(grade.unique())}
    fills = {i: colour[grade[key]] if key in grade.index else "#EEF1F4" for i, key in enumerate(values.index)}

    def shown(value: float) -> str:
        return display(value, BY_ID[indicator].unit, language=result.language, indicator=indicator)

    ends = {c: (float(known[grade == c].min()), float(known[grade == c].max())) for c in colour}
    legend = [(colour[c], shown(low) if low == high else f"{shown(low).split(' ')[0]} – {shown(high)}") for c, (low, high) in ends.items()]
    if values.isna().any():
        legend.append(("#D5DAE0", ("无数据或不公开", "no data or masked")[0 if result.language == "zh" else 1]))
    return fills, legend


def idle(report: Report, result: Result, zh: bool) -> None:
    """Every idle and suspected idle parcel with what the law says of it, the longest overdue first."""
    report.heading("闲置及疑似闲置土地清单" if zh else "Idle and suspected idle land")
    held = result.parcels[result.parcels["land_status"].isin(IDLE)]
    held = held.sort_values(["days_overdue", "area_m2", "parcel_id"], ascending=[False, False, True], kind="stable", na_position="last")
    if not len(held):
        report.text("未发现闲置或疑似闲置土地。" if zh else "No land is idle or suspected idle.")
        return
    pick, area, caused = 0 if zh else 1, mu(float(held["area_m2"].sum())), int(held["government_caused"].astype(bool).sum())
    if zh:
        report.text(f"共{len(held)}宗{area}亩，其中政府原因或不可抗力造成的{caused}宗。“疑似闲置”为按合同日期和《闲置土地处置办法》(国土资源部令第53号)测算的结果，不等于《闲置土地认定书》的认定。")
    else:
        report.text(f"{len(held)} parcels of {area} mu, {caused} delayed by government or force majeure. 'Suspected' is computed from dates under Order 53; it is no official determination.")
    basis = legal_basis(held, pick)
    rows = []
    for number, parcel in enumerate(held.head(MOST_ROWS).itertuples(), 1):
        late = "—" if pd.isna(parcel.days_overdue) else f"{int(parcel.days_overdue):,}"
        cause = ("；政府原因" if zh else "; government cause") if parcel.government_caused else ""
        rows.append([str(number), parcel.parcel_id, carrier_name(parcel.carrier_name, zh), mu(parcel.area_m2), STATUS_COLOURS[parcel.land_status][0][pick], day(parcel.start_due, False), late,
                     basis[parcel.Index] + cause])
    heads = ["序号", "宗地", "载体", "面积(亩)", "状态", "应动工日", "逾期(天)", "依据(令53号)"] if zh else ["No.", "Parcel", "Carrier", "Area (mu)", "Status", "Start due", "Days late", "Order 53"]
    report.table("闲置及疑似闲置土地" if zh else "Idle and suspected idle land", heads, rows, [0.8, 3.4, 2.4, 1.2, 2.2, 1.9, 1.4, 3.3], right=(3, 6))
    if len(held) > MOST_ROWS:
        report.text(f"其余{len(held) - MOST_ROWS}宗见tables.xlsx。" if zh else f"{len(held) - MOST_ROWS} more stand in tables.xlsx.")


def calendar(report: Report, result: Result, zh: bool) -> None:
    """What reaches a threshold soon, by date."""
    report.heading(f"今后{AHEAD_DAYS}天预警" if zh else f"What comes due within {AHEAD_DAYS} days")
    told, pick = result.lists["calendar"], 0 if zh else 1
    soon = told[told["next_date"].notna() & (told["next_date"] <= pd.Timestamp(result.study.as_of + timedelta(days=AHEAD_DAYS)))]
    if not len(soon):
        report.text("无到期事项。" if zh else "Nothing comes due.")
        return
    counts = soon["next_event"].value_counts()
    held = [event for event in EVENTS if event in counts]
    nearest = soon.head(NEAREST)
    if zh:
        told_counts = "；".join(f"{EVENTS[event][0]}，{counts[event]}宗" for event in held)
        report.text(f"今后{AHEAD_DAYS}天内达到下一节点的有：{told_counts}。下表列最近的{len(nearest)}宗，全部见tables.xlsx“预警日历”。")
    else:
        report.text(f"{sentence('; '.join(f'{EVENTS[event][1]}: {counts[event]}' for event in held))}. The nearest {len(nearest)} are listed; all stand in tables.xlsx.")
    rows = [[day(r.next_date, False), EVENTS[r.next_event][pick], r.parcel_id, carrier_name(r.carrier_name, zh), f"{r.area_mu:,.1f}", STAGES[r.stage][pick]]
            for r in nearest.itertuples(index=False)]
    heads = ["日期", "节点", "宗地", "载体", "面积(亩)", "目前阶段"] if zh else ["Date", "Threshold", "Parcel", "Carrier", "Area (mu)", "Stage"]
    report.table("近期到期事项" if zh else "What comes due", heads, rows, [1.9, 3.6, 3.5, 3.3, 1.3, 3.0], right=(4,))


def offers(report: Report, result: Result, zh: bool) -> None:
    """Land and floor space on offer by carrier and leading industry."""
    report.heading("可供招商资源" if zh else "On offer")
    land, vacant, pick = by_carrier(result.lists["offers"]), result.lists["vacant"], 0 if zh else 1
    if not len(land) and not len(vacant):
        report.text("未识别出可供地块或空置建筑。" if zh else "No land or floor space on offer was found.")
        return
    kinds = [kind for kind in KINDS if kind in set(land["kind"])]
    columns = ["carrier_id", "carrier_name", "main_industry"]
    floor = vacant.assign(carrier_id=vacant["carrier_id"].fillna("")).groupby("carrier_id")["vacant_m2"].sum()
    rows = []
    for place in pd.concat([land[columns], vacant[columns]]).fillna("").drop_duplicates("carrier_id").itertuples(index=False):
        held = land[land["carrier_id"].fillna("") == place.carrier_id].set_index("kind")["area_mu"]
        ground = [f"{held[kind]:,.1f}" if kind in held else "—" for kind in kinds]
        rows.append([carrier_name(place.carrier_name, zh), place.main_industry, *ground, f"{floor.get(place.carrier_id, 0.0) / 10_000:,.2f}"])
    heads = [*(["载体", "主导产业"] if zh else ["Carrier", "Leading industry"]), *(KINDS[kind][pick] for kind in kinds), "空置建筑(万平方米)" if zh else "Vacant (10⁴ m²)"]
    report.table("可供土地(亩)与空置建筑面积" if zh else "Land (mu) and floor space on offer", heads, rows, [3.8, 3.0, *[7.7 / max(len(kinds), 1)] * len(kinds), 2.1], right=range(2, 3 + len(kinds)))
