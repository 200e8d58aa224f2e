"""Land status of supplied parcels: the algorithm of 闲置土地处置办法 (令53号), one status a parcel and day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from spatial.schema.columns import each

STATUS: dict[str, tuple[str, str]] = {
    "not_supplied": ("未供应", "not supplied"),
    "supplied_not_due": ("供而未用(未到约定开工)", "supplied, start not due"),
    "supplied_overdue": ("供而未用(逾期未开工)", "supplied, start overdue"),
    "suspected_idle_1y": ("疑似闲置(满一年)", "suspected idle, over one year"),
    "suspected_idle_2y": ("疑似闲置(满两年)", "suspected idle, over two years"),
    "suspected_idle_suspended": ("疑似闲置(动工后中止)", "suspected idle, started then suspended"),
    "certified_idle": ("已认定闲置", "officially determined idle"),
    "under_construction": ("在建", "under construction"),
    "part_used": ("用而未尽", "partly used"),
    "used": ("已供已用", "supplied and used"),
    "undetermined": ("无法判定", "cannot be determined"),
}
SUSPECTED = ("suspected_idle_1y", "suspected_idle_2y", "suspected_idle_suspended")
IDLE = (*SUSPECTED, "certified_idle")
FEE_SHARE = 0.20  # 令53号 art. 14(1): of the price, when one year is full
GOVERNMENT_WORDS = r"政府|规划.{0,4}(?:修改|调整)|政策|信访|军事|文物|不可抗力|自然灾害|government|force majeure"
DATES = ("contract_date", "agreed_handover_date", "handover_date", "agreed_start_date", "supplement_start_date", "supplement_signed_date",
         "actual_start_date", "completion_date", "suspended_date", "resumed_date", "determination_date")
NUMBERS = ("developable_area_m2", "developed_area_m2", "total_investment_wanyuan", "invested_wanyuan", "price_wanyuan", "far_min")
TEXTS = ("delay_cause", "determination_no")


def add_years(days: pd.Series, years: int) -> pd.Series:
    """The corresponding day some years on, or the last day of the month where there is none (29 February)."""
    return days + pd.DateOffset(years=years)


def supply_status(supply: pd.DataFrame, *, as_of: date, anniversary: str = ">") -> pd.DataFrame:
    """Status of each supply row on a day.

    Parameters
    ----------
    supply : rows with the dates, areas (m²) and money (万元) of the contract; any column may be missing;
        `floor_area_ratio` is the ratio built, where known
    as_of : what happened after this day is not known
    anniversary : ">" (a year is full on the day after its anniversary) or ">="

    Returns
    -------
    DataFrame on the same index: land_status, start_due, start_basis, days_overdue, idle_known (bool), idle (bool),
    government_caused, fee_wanyuan, consequence (fee | reclaim | disposal | none), reason (a key of REASONS)

    References
    ----------
    《闲置土地处置办法》 国土资源部令第53号, arts. 2, 8, 14, 22, 30.
    """
    rows = _complete(supply)
    day = pd.Timestamp(as_of)
    for column in ("actual_start_date", "completion_date", "handover_date", "suspended_date", "resumed_date"):
        rows[column] = rows[column].where(rows[column] <= day)
    signed = rows["supplement_signed_date"].isna() | (rows["supplement_signed_date"] <= day)
    agreed = rows["supplement_start_date"].where(signed)
    due = agreed.fillna(rows["agreed_start_date"])
    basis = pd.Series(np.where(agreed.notna(), "supplement", "agreed"), index=rows.index)
    presumed = due.isna() & rows["handover_date"].notna()
    due = due.where(~presumed, add_years(rows["handover_date"], 1))
    basis = basis.mask(presumed, "handover").mask(due.isna(), "")

    full = (lambda years: day >= add_years(due, years)) if anniversary == ">=" else (lambda years: day > add_years(due, years))
    completed = rows["completion_date"].notna()
    started = rows["actual_start_date"].notna() | completed
    stopped = rows["suspended_date"].notna() & (rows["resumed_date"].isna() | (rows["resumed_date"] < rows["suspended_date"]))
    stop_limit = add_years(rows["suspended_date"], 1)
    suspended = stopped & ((day >= stop_limit) if anniversary == ">=" else (day > stop_limit))
    area_known, money_known, low_area, low_money = progress(rows)
    built_less = area_known & (rows["developed_area_m2"] < rows["developable_area_m2"])
    thin = rows["floor_area_ratio"].notna() & rows["far_min"].notna() & (rows["floor_area_ratio"] < rows["far_min"])
    determined = rows["determination_no"].notna() & (rows["determination_date"].isna() | (rows["determination_date"] <= day))
    since = rows["actual_start_date"] > rows["determination_date"]

    choices: list[tuple[pd.Series, str, str]] = [
        (determined & ~completed & ~since, "certified_idle", "determined"),
        (completed & built_less, "part_used", "part_unbuilt"),
        (completed & thin, "part_used", "below_far_min"),
        (completed, "used", "completed"),
        (started & suspended & low_area, "suspected_idle_suspended", "suspended_area"),
        (started & suspended & low_money, "suspected_idle_suspended", "suspended_investment"),
        (started & suspended & ~area_known & ~money_known, "undetermined", "suspended_unknown"),
        (started, "under_construction", "started"),
        (due.isna(), "undetermined", "no_start_date"),
        (full(2), "suspected_idle_2y", "two_years"),
        (full(1), "suspected_idle_1y", "one_year"),
        (day > due, "supplied_overdue", "overdue"),
    ]
    conditions = [condition.fillna(False).to_numpy(bool) for condition, _, _ in choices]
    status = pd.Series(np.select(conditions, [status for _, status, _ in choices], "supplied_not_due"), index=rows.index, dtype=object)
    reason = pd.Series(np.select(conditions, [reason for _, _, reason in choices], "not_due"), index=rows.index, dtype=object)
    government = rows["delay_cause"].astype("string").str.contains(GOVERNMENT_WORDS, regex=True).fillna(False).astype(bool)
    overdue = (day - due).dt.days.where(~started & due.notna() & (day > due))
    one_year, two_years = status.eq("suspected_idle_1y") & ~government, status.eq("suspected_idle_2y") & ~government
    consequence = pd.Series(np.select([one_year, two_years, status.eq("suspected_idle_suspended") | (status.isin(IDLE) & government)],
                                      ["fee", "reclaim", "disposal"], ""), index=rows.index, dtype=object)
    return pd.DataFrame({
        "land_status": status, "start_due": due, "start_basis": basis, "days_overdue": overdue,
        "idle": status.isin(IDLE), "idle_known": status.ne("undetermined"), "government_caused": government & status.isin(IDLE),
        "fee_wanyuan": (rows["price_wanyuan"] * FEE_SHARE).where(one_year), "consequence": consequence, "reason": reason,
        "suspended_date": rows["suspended_date"], "determination_no": rows["determination_no"],
    })


def progress(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """Whether area and investment of started land are known, and whether they are under a third and under 25 % (令53号 art. 2)."""
    area_known = rows["developed_area_m2"].notna() & rows["developable_area_m2"].notna()
    money_known = rows["invested_wanyuan"].notna() & rows["total_investment_wanyuan"].notna()
    return (area_known, money_known, area_known & (3 * rows["developed_area_m2"] < rows["developable_area_m2"]),
            money_known & (4 * rows["invested_wanyuan"] < rows["total_investment_wanyuan"]))


def _complete(supply: pd.DataFrame) -> pd.DataFrame:
    """The columns the rule needs, missing ones added as unknown."""
    rows = pd.DataFrame(index=supply.index)
    for column in DATES:
        rows[column] = pd.to_datetime(supply[column]) if column in supply else pd.Series(pd.NaT, index=supply.index)
    for column in (*NUMBERS, "floor_area_ratio"):
        rows[column] = supply[column].astype(float) if column in supply else np.nan
    for column in TEXTS:
        rows[column] = supply[column] if column in supply else None
        rows[column] = rows[column].where(rows[column].notna() & rows[column].astype("string").str.strip().ne(""), None)
    return rows


REASONS: dict[str, tuple[str, str]] = {
    "determined": ("已有《闲置土地认定书》{determination_no}", "official determination {determination_no}"),
    "part_unbuilt": ("已竣工，但已开发面积小于应开发面积", "completed, developed area below the area to be developed"),
    "below_far_min": ("已竣工，但容积率低于约定下限", "completed, floor area ratio below the agreed minimum"),
    "completed": ("已竣工", "completed"),
    "suspended_area": ("动工后中止开发满一年({suspended})，已开发面积不足三分之一", "suspended over a year ({suspended}), under a third developed"),
    "suspended_investment": ("动工后中止开发满一年({suspended})，已投资额不足25%", "suspended over a year ({suspended}), under 25 % invested"),
    "suspended_unknown": ("动工后中止开发满一年({suspended})，开发面积与投资额均缺", "suspended over a year ({suspended}); area and investment unknown"),
    "started": ("已动工，未竣工", "started, not completed"),
    "no_start_date": ("未约定开工日期且无实际交地日期", "no agreed start and no handover date"),
    "two_years": ("应于{due}前动工({basis})，逾期{days}天，满两年未动工", "start due {due} ({basis}), {days} days overdue, over two years"),
    "one_year": ("应于{due}前动工({basis})，逾期{days}天，满一年未动工", "start due {due} ({basis}), {days} days overdue, over one year"),
    "overdue": ("应于{due}前动工({basis})，逾期{days}天", "start due {due} ({basis}), {days} days overdue"),
    "not_due": ("约定开工日{due}未到({basis})", "start due {due} ({basis}), not yet reached"),
    "stated": ("按状态列“{word}”", "by the status column: {word}"),
    "no_row": ("供地台账中无此地块", "not in the supply ledger"),
    "no_word": ("状态列为空，未提供供地台账", "the status column is blank, and no supply ledger is given"),
    "no_ledger": ("未提供供地台账", "no supply ledger given"),
}
BASES = {"agreed": ("约定", "agreed"), "supplement": ("补充协议", "supplementary agreement"), "handover": ("推定：交地+1年", "presumed: handover + 1 year"), "": ("", "")}
CONSEQUENCES = {
    "fee": ("按成交价款20%征缴土地闲置费{fee}(令53号第14条第1项)", "idle-land fee of 20 % of the price{fee} (Order 53, art. 14(1))"),
    "reclaim": ("报批后无偿收回国有建设用地使用权(令53号第14条第2项)", "land-use right may be reclaimed without compensation (Order 53, art. 14(2))"),
    "disposal": ("按令53号第12条协商处置，不自动征费或收回", "disposal by agreement (Order 53, art. 12); no automatic fee or reclaim"),
    "": ("", ""),
}


def reasons(status: pd.DataFrame, language: str) -> pd.Series:
    """The reason of each status and its legal consequence, as a sentence for the card and the workbook."""
    pick = 0 if language == "zh" else 1
    told = each(status["reason"], {name: texts[pick] for name, texts in REASONS.items() if "{" not in texts[pick]}.get)
    plain = told.notna() & status["consequence"].eq("") & ~status["government_caused"].astype(bool)
    sentences = []
    for row in status[~plain].itertuples():
        suspended = getattr(row, "suspended_date", None)
        text = REASONS[row.reason][pick].format(
            due=_day(row.start_due), basis=BASES[row.start_basis][pick], days=int(row.days_overdue) if pd.notna(row.days_overdue) else "",
            suspended=_day(suspended), determination_no=getattr(row, "determination_no", "") or "", word=getattr(row, "word", "") or "")
        fee = "" if pd.isna(row.fee_wanyuan) else (f"{row.fee_wanyuan:,.2f}万元" if pick == 0 else f": {row.fee_wanyuan:,.2f} × 10⁴ CNY")
        legal = CONSEQUENCES[row.consequence][pick].format(fee=fee)
        cause = ("政府原因或不可抗力", "caused by government or force majeure")[pick] if row.government_caused else ""
        sentences.append(("；" if pick == 0 else "; ").join(part for part in (text, cause, legal) if part))
    told[~plain] = sentences
    return told.rename(None)


def _day(value: object) -> str:
    return "" if value is None or pd.isna(value) else f"{value:%Y-%m-%d}"
