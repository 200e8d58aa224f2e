"""Sheet of the workbook with the enterprise benefit evaluation: score, rank, class and the items behind each score."""

from __future__ import annotations

import pandas as pd

from spatial.indicators.efficiency import enterprise_land
from spatial.render.cells import Columns, Rows, zone_names
from spatial.schema.benefit import MEASURES
from spatial.schema.policy import unit_label
from spatial.schema.result import Result

GROUPS = {"above_scale": ("规上", "above scale"), "below_scale": ("规下", "below scale")}
STATUS = {"ok": ("已评分", "scored"), "no_data": ("缺数据", "no data"), "not_applicable": ("不适用", "not applicable"), "not_evaluated": ("不参评", "not evaluated")}


def evaluation(result: Result, pick: int) -> tuple[Columns, Rows]:
    """Firms of the evaluated year by group and rank; those without a score last, with the reason. Empty where none were evaluated, or in a public edition."""
    rows = result.ledgers.get("enterprises")
    if rows is None or "score_status" not in rows or result.study.audience == "public":
        return [], []
    rows = rows[rows["score_status"].ne("")]
    rows = rows.sort_values(["score_group", "rank", "enterprise_id"], na_position="last", kind="stable")
    items = [name for name in MEASURES if f"value_{name}" in rows]
    columns: Columns = [(("统一社会信用代码", "Enterprise id")[pick], "text", 24), (("企业名称", "Enterprise")[pick], "text", 32), (("组别", "Group")[pick], "text", 12),
                        (("名次", "Rank")[pick], "count", 7), (("得分", "Score")[pick], "number", 10), (("档次", "Class")[pick], "text", 8),
                        (("得分档次", "Class by score")[pick], "text", 10), (("否决、升降档", "Veto or steps")[pick], "text", 26), (("状态", "Status")[pick], "text", 14)]
    for name in items:
        label = MEASURES[name][2 + pick]
        unit = "%" if name == "rd_share" else unit_label(MEASURES[name][4], ("zh", "en")[pick])
        columns += [(f"{label} ({unit})", "share" if name == "rd_share" else "number", 15), (f"{label}{('·得分', ' · score')[pick]}", "number", 12)]
    names = rows["enterprise_name"] if "enterprise_name" in rows else pd.Series("", index=rows.index)
    heads = zip(rows["enterprise_id"], names, rows["score_group"], rows["rank"], rows["score"], rows["class"], rows["class_by_score"], rows["veto"], rows["score_status"], strict=True)
    figures = rows[[f"{kind}_{name}" for name in items for kind in ("value", "score")]].itertuples(index=False, name=None)
    return columns, [(key, name, GROUPS.get(group, (group or "", group or ""))[pick], None if pd.isna(rank) else int(rank), score, word or "", by_score or "", veto, STATUS[status][pick], *cells)
                     for (key, name, group, rank, score, word, by_score, veto, status), cells in zip(heads, figures, strict=True)]


def land_check(result: Result, pick: int) -> tuple[Columns, Rows]:
    """The year's firms: registered, other and leased land, ground as drawn and as supplied, what is beyond it, and how many firms share a parcel; the most beyond first."""
    rows = result.ledgers.get("enterprises")
    if rows is None or "over_occupied_m2" not in rows or result.study.audience == "public":
        return [], []
    year = rows["year"].where(rows["year"].le(result.study.as_of.year)).max()
    rows = rows[rows["year"].eq(year).fillna(False)].sort_values(["over_occupied_m2", "enterprise_id"], ascending=[False, True], na_position="last", kind="stable")
    heads = {"land_registered_m2": ("登记用地(亩)", "Registered (mu)"), "land_other_m2": ("其他用地(亩)", "Other (mu)"), "land_leased_in_m2": ("承租(亩)", "Leased in (mu)"),
             "land_leased_out_m2": ("出租(亩)", "Leased out (mu)"), "used": ("实际用地(亩)", "Land used (mu)"), "drawn_m2": ("图形面积(亩)", "As drawn (mu)"),
             "approved_m2": ("供地合同面积(亩)", "As supplied (mu)"),
             "over_occupied_m2": ("超批面积(亩)", "Beyond supply (mu)"), "lease_in_told_m2": ("租赁台账承租(亩)", "Lease ledger, in (mu)"),
             "lease_out_told_m2": ("租赁台账出租(亩)", "Lease ledger, out (mu)")}
    land = rows.assign(used=enterprise_land(rows))
    shown = [name for name in heads if name in land and land[name].notna().any()]
    columns: Columns = [(("统一社会信用代码", "Enterprise id")[pick], "text", 24), (("企业名称", "Enterprise")[pick], "text", 32), *((heads[name][pick], "number", 14) for name in shown),
                        (("同宗企业数", "Firms on the parcel")[pick], "count", 11)]
    names = land["enterprise_name"] if "enterprise_name" in land else pd.Series("", index=land.index)
    figures = (land[shown] * 3 / 2000).itertuples(index=False, name=None)
    return columns, [(key, name, *cells, None if pd.isna(shared) else int(shared)) for key, name, cells, shared in zip(land["enterprise_id"], names, figures, land["sharing_count"], strict=True)]


def lease_balance(result: Result, pick: int) -> tuple[Columns, Rows]:
    """Land leased in less land leased out by carrier: what does not net to zero is leased across its edge, or told by one side only."""
    zones = zone_names(result, pick)
    rows = result.values[result.values["indicator"].eq("lease_residual_area") & result.values["status"].eq("ok") & result.values["n"].gt(0)]
    if result.study.audience == "public":
        return [], []
    sides = {(r.indicator, r.zone): r.value for r in result.values[result.values["indicator"].isin(("leased_in_area", "leased_out_area"))].itertuples(index=False)}
    columns: Columns = [(("区域", "Zone")[pick], "text", 30), (("企业数", "Enterprises")[pick], "count", 10), (("承租(亩)", "Leased in (mu)")[pick], "number", 16),
                        (("出租(亩)", "Leased out (mu)")[pick], "number", 16), (("差额：承租－出租(亩)", "Residual (mu)")[pick], "number", 20)]
    return columns, [(zones.get(r.zone, r.zone), r.n, sides.get(("leased_in_area", r.zone)), sides.get(("leased_out_area", r.zone)), round(r.value, 6) + 0.0) for r in rows.itertuples(index=False)]
