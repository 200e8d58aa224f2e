"""What a reader must know of how ledger rows met parcels: counts a way, doubts, points off their parcel, and the declared cardinality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, Several, first_of, found, lines_of
from spatial.join.way_rows import Row
from spatial.schema.columns import in_file
from spatial.schema.lots import lots

SHOWN = 10
WAY_NAMES = {"parcel_id": ("宗地代码", "parcel code"), "supply_no": ("电子监管号", "supply number"), "parcel_no": ("宗地编号", "parcel number"),
             "contract_no": ("合同编号", "contract number"), "location": ("坐标", "location")}


def way_findings(role: str, ledger: pd.DataFrame, how: NDArray[Any], rows: Sequence[Row], apart: Sequence[int], unsure: Sequence[int], off: pd.DataFrame,
                 free: tuple[int, Sequence[str]], parcels: int) -> list[Finding]:
    """Findings about the ways of one ledger, each with its count and rows."""
    lines = ledger["row"].to_numpy()
    apart, unsure = in_file(ledger, apart).tolist(), in_file(ledger, unsure).tolist()

    def at(positions: Sequence[int]) -> dict[str, Any]:
        return {"role": role, "row": int(lines[positions[0]]), "count": len(positions), "rows": lines_of(lines[list(positions)])}

    findings = []
    counts = {way: int((how == way).sum()) for way in WAY_NAMES}
    others = in_file(ledger, [i for i, way in enumerate(how) if way not in ("", "parcel_id")]).tolist()
    if others:
        zh, en = (("；", "; ")[pick].join(f"{WAY_NAMES[way][pick]} {count}" for way, count in counts.items() if count) for pick in (0, 1))
        findings.append(found("join.matched_by", **at(others), field="match_way", ways_zh=zh, ways_en=en))
    short = in_file(ledger, [i for i, row in enumerate(rows) if how[i] == "parcel_no" and len(row.ids) > 1 and isinstance(text := ledger["parcel_no"].iloc[i], str) and lots(text)]).tolist() \
        if "parcel_no" in ledger else []
    if short:
        text = ledger["parcel_no"].iloc[short[0]]
        findings.append(found("key.expanded", role=role, row=int(lines[short[0]]), count=len(short), field="parcel_no", value_seen=text, value_used=Several(lots(text))))
    if apart:
        row = rows[apart[0]]
        findings.append(found("join.keys_disagree", **at(apart), field=Several(way for way in row.hits if way != "each"), value_seen="/".join(sorted({"、".join(ids) for ids in row.hits.values()})),
                              used_zh=f"按{WAY_NAMES[how[apart[0]]][0]}" if how[apart[0]] else "不采用", used_en=f"by {WAY_NAMES[how[apart[0]]][1]}" if how[apart[0]] else "not matched"))
    by_itself = how == "parcel_no" if "parcel_no" not in ledger else np.zeros(len(how), bool)  # the one id of a cell was the number that found its parcel
    partly = in_file(ledger, [i for i, row in enumerate(rows) if how[i] != "" and row.lost and row.ids
                              and not (by_itself[i] and isinstance(ledger["parcel_id"].iloc[i], str))]).tolist()
    if partly:
        findings.append(found("join.ids_partly", **at(partly), field="parcel_id", value_seen=first_of(rows[partly[0]].lost, SHOWN), value_used=first_of(rows[partly[0]].ids, SHOWN)))
    if unsure:
        way, ids = next(iter(rows[unsure[0]].several.items()))
        findings.append(found("join.number_shared", **at(unsure), field=way, value_seen=first_of(ids, SHOWN), name_zh=WAY_NAMES[way][0], name_en=WAY_NAMES[way][1]))
    if len(off):
        off = off.iloc[np.argsort(lines[off["row"].to_numpy(np.int64)], kind="stable")]
        first = off.iloc[0]
        findings.append(found("join.point_off_parcel", **at(off["row"].astype(int).tolist()), field="parcel_id", key=Several(rows[int(first["row"])].ids),
                              value_seen=first["parcel_id"] or "-", value_used=f"{first['gap_m']:,.0f} m"))
    count, first_free = free
    if count:
        findings.append(found("join.parcels_without_row", role=role, field="parcel_id", count=count, total=parcels, key=first_free[0], ids=first_of(first_free, SHOWN)))
    return findings


def cardinality_findings(role: str, ledger: pd.DataFrame, matched: Sequence[Sequence[str]], declared: str) -> list[Finding]:
    """Rows against the cardinality that the study declares: one_to_many forbids rows with several parcels, many_to_one parcels with several rows, one_to_one both.

    Rows of different years (enterprises) and of one parcel are not several.
    """
    findings: list[Finding] = []
    if declared == "many_to_many":
        return findings
    lines = ledger["row"].to_numpy()
    if declared in ("one_to_one", "one_to_many"):
        wide = in_file(ledger, [i for i, ids in enumerate(matched) if len(set(ids)) > 1]).tolist()
        if wide:
            findings.append(found("join.row_names_several", role=role, field="parcel_id", row=int(lines[wide[0]]), count=len(wide), key=Several(matched[wide[0]]),
                                  value_used=declared, rows=lines_of(lines[wide])))
    if declared in ("one_to_one", "many_to_one"):
        years = ledger["year"].tolist() if "year" in ledger else [None] * len(ledger)
        held: dict[tuple[str, Any], list[int]] = {}
        for i in in_file(ledger, range(len(matched))).tolist():
            for key in dict.fromkeys(matched[i]):
                held.setdefault((key, None if years[i] is None or years[i] != years[i] else years[i]), []).append(i)
        many = {key: at for key, at in held.items() if len(at) > 1}
        if many:
            (key, _), at = next(iter(many.items()))
            findings.append(found("join.parcel_has_several", role=role, field="parcel_id", row=int(lines[at[1]]), count=len({key for key, _ in many}), key=key, value_used=declared,
                                  rows=lines_of(lines[at])))
    return findings
