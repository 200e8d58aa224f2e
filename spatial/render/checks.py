"""The list of field checks: parcels where imagery and ledger disagree, in the order in which to visit them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd

from spatial.schema.result import Result

LAYER = "field_checks"
TITLE = ("实地核查清单", "Field checks")
COLUMNS: tuple[tuple[str, tuple[str, str], str, int], ...] = (
    ("evidence_order", ("序号", "Order"), "count", 7), ("parcel_id", ("宗地代码", "Parcel"), "text", 24), ("carrier_name", ("所属载体", "Carrier"), "text", 22),
    ("land_use_name", ("土地用途", "Land use"), "text", 20), ("status_name", ("台账状态", "Status in the ledger"), "text", 20), ("evidence_name", ("疑似情形", "Suspected"), "text", 34),
    ("evidence_score", ("证据得分(0–1)", "Score (0 to 1)"), "number", 10), ("area_mu", ("面积(亩)", "Area (mu)"), "number", 11),
    ("evidence_money_wanyuan", ("涉及金额(万元)", "Money at stake (10⁴ CNY)"), "number", 14), ("evidence_date", ("影像日期", "Image of"), "text", 12),
    ("evidence_reason", ("影像与台账依据", "Evidence"), "text", 90))


def field_checks(result: Result) -> gpd.GeoDataFrame | None:
    """Suspected parcels by the order of the checks; None where there is nothing to check."""
    parcels = result.parcels
    if "evidence" not in parcels or not parcels["evidence"].notna().any():
        return None
    kept = [name for name, *_ in COLUMNS if name in parcels]
    return parcels.loc[parcels["evidence"].notna(), [*kept, "evidence", "geometry"]].sort_values("evidence_order", kind="stable")


def sheet(checks: gpd.GeoDataFrame, pick: int) -> tuple[list[tuple[str, str, int]], list[tuple[Any, ...]]]:
    """Columns and rows of the workbook's sheet, with room for what was found on the ground."""
    shown = [row for row in COLUMNS if row[0] in checks]
    rows = checks[[row[0] for row in shown]].astype(object).itertuples(index=False, name=None)
    found = (("核查结果", "Found on the ground")[pick], "text", 20)
    return [*((row[1][pick], row[2], row[3]) for row in shown), found], [(*row, "") for row in rows]
