"""The states a planner switches the map to: idle, low-efficiency, new land, 标准地, readiness, what can be offered to investors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spatial.render.styles import STATUS_COLOURS
from spatial.schema.result import Result
from spatial.scorecard.offers import KINDS

Pair = tuple[str, str]
QUIET = "#E9ECEF"


@dataclass(frozen=True)
class State:
    """One view of states: its name, and code -> names and colour in the order of the legend."""

    label: Pair
    classes: dict[str, tuple[Pair, str]]


STATES: dict[str, State] = {
    "land_status": State(("土地状态", "Land status"), STATUS_COLOURS),
    "idle_view": State(("闲置土地", "Idle land"), {
        "certified": (("已认定闲置", "officially determined idle"), "#7B1E3A"), "suspected": (("疑似闲置", "suspected idle"), "#D1495B"),
        "government": (("政府原因造成", "caused by government"), "#B79AC8"), "not_idle": (("未闲置", "not idle"), "#CDE3D2"),
        "unknown": (("无法判定", "cannot be determined"), "#B8B8C8"), "not_supplied": (("未供应", "not supplied"), QUIET)}),
    "inefficient_view": State(("低效用地", "Low-efficiency land"), {
        "inefficient": (("低效", "low-efficiency"), "#C2571A"), "efficient": (("不属低效", "not low-efficiency"), "#CDE3D2"), "unknown": (("未评价", "not judged"), QUIET)}),
    "new_view": State(("新增用地", "New land"), {
        "inside": (("新增，在载体内", "new, in a carrier"), "#1F6FB2"), "outside": (("新增，载体外", "new, outside carriers"), "#E08A2E"), "old": (("非新增", "not new"), QUIET)}),
    "standard_view": State(("标准地阶段", "Standard land: stage"), {
        "offer": (("待出让", "to be offered"), "#F3D27A"), "sold": (("已出让", "sold"), "#9CC5E4"), "building": (("建设中", "under construction"), "#4F90BF"),
        "completed": (("已竣工", "completed"), "#8CC79A"), "production": (("已投产", "in production"), "#3D8B57"), "none": (("非标准地", "not standard land"), QUIET)}),
    "compliance_view": State(("标准地履约", "Standard land: commitments"), {
        "kept": (("达标", "compliant"), "#3D8B57"), "broken": (("未达标", "not compliant"), "#D1495B"),
        "open": (("未核验", "not checked"), "#F3D27A"), "none": (("非标准地", "not standard land"), QUIET)}),
    "readiness_view": State(("土地成熟度", "Land readiness"), {
        "unsupplied": (("未供应建设用地", "building land not supplied"), "#F3D27A"), "supplied": (("已供应未开工", "supplied, not started"), "#F2A65A"),
        "building": (("在建", "under construction"), "#7FB7D9"), "used": (("已建成使用", "built and used"), "#5B9A68"), "other": (("非建设用地或不明", "not building land, or unknown"), QUIET)}),
    "invest_view": State(("可招商用地", "Land for investors"), {
        **{kind: (names, colour) for (kind, names), colour in zip(KINDS.items(), ("#1E7F70", "#58AE9D", "#B9A5CF", "#D1495B", "#E0A83E", "#C9B27C"), strict=True)},
        "other": (("其他", "other"), QUIET)}),
}
CONSTRUCTION = ("06", "07", "08", "09", "10", "11", "12", "13", "15", "16")  # first two digits of building land; 14 is green space
STARTED, BUILT = ("under_construction", "part_used", "suspected_idle_suspended"), ("used",)


def states_of(result: Result) -> pd.DataFrame:
    """For every parcel the code of its class in each view the run has data for."""
    parcels = result.parcels
    status = parcels["land_status"].astype(object)
    supplied = status.ne("not_supplied").to_numpy()
    out: dict[str, np.ndarray] = {"land_status": status.to_numpy(object)}
    idle = parcels["idle"].fillna(False).to_numpy(bool) if "idle" in parcels else np.zeros(len(parcels), dtype=bool)
    caused = parcels["government_caused"].fillna(False).to_numpy(bool) if "government_caused" in parcels else np.zeros(len(parcels), dtype=bool)
    out["idle_view"] = np.select([~supplied, status.eq("certified_idle"), idle & caused, idle, status.eq("undetermined")],
                                 ["not_supplied", "certified", "government", "suspected", "unknown"], "not_idle").astype(object)
    if "inefficient" in parcels and parcels["inefficient"].notna().any():
        flag = parcels["inefficient"]
        out["inefficient_view"] = np.select([flag.isna(), flag.fillna(False).astype(bool)], ["unknown", "inefficient"], "efficient").astype(object)
    if "is_new" in parcels and parcels["is_new"].fillna(False).any():
        new = parcels["is_new"].fillna(False).to_numpy(bool)
        out["new_view"] = np.select([new & parcels["inside"].gt(0.5).to_numpy(), new], ["inside", "outside"], "old").astype(object)
    out |= _standard(result, status)
    building = parcels["land_use"].map(lambda code: isinstance(code, str) and code[:2] in CONSTRUCTION).to_numpy(bool)
    started = status.isin(STARTED).to_numpy()
    built = status.isin(BUILT).to_numpy() | (parcels["built"].fillna(False).to_numpy(bool) if "built" in parcels else False)
    out["readiness_view"] = np.select([started, built, supplied & status.ne("undetermined").to_numpy(), building & ~supplied],
                                      ["building", "used", "supplied", "unsupplied"], "other").astype(object)
    offers = result.lists.get("offers")
    if offers is not None and len(offers):
        kind = offers.drop_duplicates("parcel_id").set_index("parcel_id")["kind"]
        out["invest_view"] = parcels["parcel_id"].map(kind).fillna("other").to_numpy(object)
    return pd.DataFrame(out, index=parcels.index)


def _standard(result: Result, status: pd.Series) -> dict[str, np.ndarray]:
    """Stage and compliance of 标准地: by the contract that speaks for a parcel, and by the 标准地 ledger."""
    parcels, supply, ledger = result.parcels, result.ledgers.get("supply"), result.ledgers.get("standard_land")
    marked = pd.Series(False, index=parcels.index)
    if supply is not None and "is_standard_land" in supply and "status_row" in parcels:
        row = parcels["status_row"]
        known = row.notna()
        marked[known] = supply["is_standard_land"].fillna(False).to_numpy(bool)[row[known].astype(int)]
    listed = ledger.drop_duplicates("parcel_id").set_index("parcel_id") if ledger is not None and "parcel_id" in ledger else None
    if listed is not None:
        marked |= parcels["parcel_id"].isin(listed.index)
    if not marked.any():
        return {}
    verdict = parcels["parcel_id"].map(listed["compliant"]) if listed is not None and "compliant" in listed else pd.Series(pd.NA, index=parcels.index)
    checked = verdict.notna()
    producing = parcels["parcel_tax_wanyuan"].gt(0) if "parcel_tax_wanyuan" in parcels else parcels["tax_per_mu"].gt(0) if "tax_per_mu" in parcels else pd.Series(False, index=parcels.index)
    stage = np.select([~marked, status.eq("not_supplied"), status.isin(BUILT) & producing, status.isin(BUILT), status.isin(STARTED)],
                      ["none", "offer", "production", "completed", "building"], "sold").astype(object)
    kept = np.select([~marked, ~checked, verdict.fillna(False).astype(bool)], ["none", "open", "kept"], "broken").astype(object)
    return {"standard_view": stage, "compliance_view": kept}
