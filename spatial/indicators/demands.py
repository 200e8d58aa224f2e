"""Which way a demand of the 标准地 ledger points, and whether a measured value meets it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from spatial.errors import Finding, Several, first_of, found, lines_of

AT_MOST = re.compile(r"绿地率|办公|生活服务|限高|(?:增加值|产值|产品|收入|面积)(?:综合)?(?:能耗|水耗|电耗|煤耗|用水|用电|排放)|能耗强度|排放强度")
"""Measures of which less is better where no sign is written (rule book 4.2 and 4.4: green ratio and offices have an upper limit)."""
LISTED = 12
WAYS = {">=": 1, ">": 1, "<=": -1, "<": -1, "=": 0, "between": 2, "": 0}
COLUMNS = ("sign", "low", "high", "stated", "clash", "unread")


def demands(rows: pd.DataFrame) -> pd.DataFrame:
    """What each row asks of its measured value: the commitment, else the standard.

    The sign beside the figure wins (≤20, 1.5-2.5); then the operator of the row; then the sign of the row's other figure; a measure that
    nobody gave a sign has the one its kind usually has, which `stated` tells.

    Returns
    -------
    DataFrame in the rows' order with sign (>=, >, <=, <, =, between), low, high (NaN where open or not told), stated (whether the ledger says the
    sign), clash (sign of the figure and operator of the row contradict each other) and unread (an operator that is no sign)
    """
    promised, asked = _figure(rows, "commitment"), _figure(rows, "standard")
    told = promised["value"].notna()
    own, value = promised["sign"].where(told, asked["sign"]), promised["value"].where(told, asked["value"])
    high, other = promised["high"].where(told, asked["high"]), asked["sign"].where(told, "")
    written, named = (rows[name].astype(object) if name in rows else pd.Series("", index=rows.index, dtype=object) for name in ("operator", "operator_sign"))
    other = other.where(other.ne("between"), "")  # an upper and a lower end of the standard are no sign of one promised figure
    sign = own.where(own.ne(""), named.where(named.ne(""), other))
    stated = sign.ne("")
    sign = sign.where(stated, _usual(rows))
    ends = asked[["value", "high"]].where(told & asked["sign"].eq("between"))  # a figure promised within a range stays within it
    low = value.where(~sign.isin(["<=", "<"]), ends["value"])
    high = high.where(own.eq("between"), value).where(~sign.isin([">=", ">"]), ends["high"])
    ways = own.map(WAYS), named.map(WAYS)
    clash = own.ne("") & named.ne("") & own.ne("between") & ways[0].ne(ways[1])
    unread = (named.eq("") & written.notna() & written.ne("")).to_numpy(bool).copy()
    unread[unread] = [isinstance(word, str) and word.strip() != "" for word in written[unread]]
    return pd.DataFrame({"sign": sign, "low": low, "high": high, "stated": stated & value.notna(), "clash": clash & value.notna(), "unread": unread})[[*COLUMNS]]


def demand_findings(rows: pd.DataFrame, asked: pd.DataFrame, judged: pd.Series) -> list[Finding]:
    """Errors for operators that are no sign or contradict the figure beside them, and the measures whose usual sign was taken, of rows with their demands and what was `met`."""
    place = {"role": "standard_land", "field": "operator"}
    findings = []
    unread, clash = rows[asked["unread"]], rows[asked["clash"]]
    for word, same in unread.groupby("operator", sort=True) if len(unread) else ():
        findings.append(found("standard_land.operator_unread", **place, row=int(same["row"].min()), rows=lines_of(same["row"], LISTED), value_seen=word, count=len(same)))
    if len(clash):
        first = clash.sort_values("row", kind="stable").iloc[0]
        sign = next(str(first[name]) for name in ("commitment_operator", "standard_operator") if isinstance(first.get(name), str) and first.get(name))
        findings.append(found("standard_land.operators_clash", **place, row=int(first["row"]), rows=lines_of(clash["row"], LISTED), key=first["parcel_id"], count=len(clash),
                              measure=first.get("measure") or "", value_seen=Several([first["operator"], sign])))
    if len(weak := rows[promised_less(rows, asked)].sort_values("row", kind="stable")):
        first = weak.iloc[0]
        findings.append(found("standard_land.promised_less", role="standard_land", field="commitment", row=int(first["row"]), key=first["parcel_id"], count=len(weak),
                              measure=first.get("measure") or "", value_seen=f"{first['commitment']:g}", value_used=f"{first['standard']:g}", rows=lines_of(weak["row"], LISTED)))
    assumed = rows[~asked["stated"] & judged.notna()]
    if len(assumed) and "measure" in rows:
        signs = dict(zip(assumed["measure"].fillna(""), asked.loc[assumed.index, "sign"], strict=True))
        findings.append(found("standard_land.operator_assumed", **place, row=int(assumed["row"].min()), count=len(assumed),
                              value_used=first_of((f"{measure} {sign}" for measure, sign in sorted(signs.items())), LISTED)))
    return findings


def promised_less(rows: pd.DataFrame, demand: pd.DataFrame) -> pd.Series:
    """Rows whose commitment is weaker than the standard beside it, by the sign of the row: lower where at least is asked, higher where at most."""
    promised, asked = _figure(rows, "commitment"), _figure(rows, "standard")
    written = rows["operator_sign"].astype(object) if "operator_sign" in rows else pd.Series("", index=rows.index, dtype=object)
    way = written.where(written.ne(""), demand["sign"].where(promised["sign"].ne("between"), _usual(rows)))  # a promised range does not make one of the standard
    sign = asked["sign"].where(asked["sign"].ne(""), way)
    top, most = (side["high"].where(side["sign"].eq("between"), side["value"]) for side in (promised, asked))
    under = ~sign.isin(["<=", "<"]) & ~promised["sign"].isin(["<=", "<"]) & (promised["value"] < asked["value"])
    over = ~sign.isin([">=", ">"]) & ~promised["sign"].isin([">=", ">"]) & (top > most)
    return under | over


def _usual(rows: pd.DataFrame) -> pd.Series:
    """The sign that each row's kind of measure usually has."""
    if "measure" not in rows:
        return pd.Series(">=", index=rows.index, dtype=object)
    place, distinct = pd.factorize(rows["measure"])
    signs = np.array([*("<=" if AT_MOST.search(str(measure)) else ">=" for measure in distinct), ">="], dtype=object)
    return pd.Series(signs[place], index=rows.index, dtype=object)


def met(rows: pd.DataFrame, asked: pd.DataFrame) -> pd.Series:
    """Whether the measured value meets what `demands` says of its row; missing where one of them is not told, or where the ends of a measured range differ."""
    actual = _figure(rows, "actual")
    least = actual["value"].mask(actual["sign"].isin(["<", "<="]), -np.inf)
    most = actual["high"].where(actual["sign"].eq("between"), actual["value"]).mask(actual["sign"].isin([">", ">="]), np.inf)
    ends = [_within(asked, least), _within(asked, most)]
    sure = actual["value"].notna() & (asked["low"].notna() | asked["high"].notna()) & (ends[0] == ends[1])
    return ends[0].astype("boolean").where(sure)


def _within(asked: pd.DataFrame, value: pd.Series) -> pd.Series:
    over = asked["low"].isna() | np.where(asked["sign"].eq(">"), value > asked["low"], value >= asked["low"])
    under = asked["high"].isna() | np.where(asked["sign"].eq("<"), value < asked["high"], value <= asked["high"])
    return over & under


def _figure(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The number of a column with the sign and the upper end that its cell has."""
    nothing = pd.Series(np.nan, index=rows.index)
    sign = rows[f"{name}_operator"].astype(object) if f"{name}_operator" in rows else pd.Series("", index=rows.index, dtype=object)
    return pd.DataFrame({"value": rows[name].astype(float) if name in rows else nothing, "high": rows[f"{name}_high"].astype(float) if f"{name}_high" in rows else nothing,
                         "sign": sign.where(sign.notna(), "")})
