"""Standard-land checks: whether what was measured on a parcel keeps what was promised, at completion and in production."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from spatial.errors import Finding, found, lines_of
from spatial.indicators.demands import demands, met

# Which check a measure belongs to where the ledger does not say (rule book 4.3); everything else is measured in production.
AT_COMPLETION = "投资强度|容积率|建筑密度|建筑系数|绿地率|办公"
VERDICTS = {"compliant": "", "compliant_completion": "completion", "compliant_production": "production"}
COMMITMENT_COLUMNS = ("parcel_id", "measure", "industry_code", "standard", "commitment", "actual", "kept", "stage", "check_date", "result", "differs", "row")
SHOWN = 50  # rows a finding lists
WORDS_BAD = "不合格|不达标|未达标|未通过|不通过|未履约|fail"
WORDS_GOOD = "合格|达标|通过|履约|pass"


@dataclass(frozen=True, slots=True)
class Judged:
    """The 标准地 ledger with what every row asks, says and gives, in the rows' order; made by `judged`."""

    rows: pd.DataFrame
    asked: pd.DataFrame
    """What `demands` makes of the rows."""
    met: pd.Series
    said: pd.Series
    """What the written result says; missing where there is none that can be read."""
    industry: pd.Series
    measure: pd.Series
    stage: pd.Series
    """completion, production, or "" where neither the ledger nor the measure tells."""
    day: pd.Series
    later: pd.Series
    """Whether the check was made after the day that the answers hold for."""

    @property
    def kept(self) -> pd.Series:
        """Whether each row's measure is kept: by what was measured, else by the result that is written; missing where neither is there."""
        return self.met.where(self.met.notna(), self.said)

    @property
    def contradicted(self) -> pd.Series:
        """The rows known by that day whose written result is not what their measured value gives."""
        return (self.met != self.said).fillna(False).astype(bool) & ~self.later

    @property
    def superseded(self) -> pd.Series:
        """Dated checks after which the same measure of a parcel, for the same industry and at the same stage, was checked again by that day."""
        known = self.kept.notna() & self.day.notna() & ~self.later
        key = [self.rows["parcel_id"], self.industry, self.measure, self.stage]
        last = self.day[known].groupby([part[known] for part in key]).transform("max")
        return (self.day < last.reindex(self.day.index)) & known


def judged(standard: pd.DataFrame, as_of: date) -> Judged:
    """Every row of the 标准地 ledger judged as of a day, once for all that is asked of it.

    A measure is kept when its actual value meets the commitment (else the standard) by its operator (>= unless stated).

    Parameters
    ----------
    standard : parcel_id, row and what the ledger has of industry_code, measure, operator, standard, commitment, actual, stage, check_date, result
    """
    asked = demands(standard)
    day = standard["check_date"] if "check_date" in standard else pd.Series(pd.NaT, index=standard.index)
    return Judged(standard, asked, met(standard, asked), _said(standard), industries(standard), _text(standard, "measure").fillna(""), stages(standard), day, day.gt(pd.Timestamp(as_of)))


def compliance(ledger: Judged, built_for: Mapping[str, frozenset[str]] | None = None) -> pd.DataFrame:
    """One row a parcel of the 标准地 ledger: whether what was measured keeps what was promised.

    Without actual values the written result decides. A check dated after the ledger's day is not known; of several dated checks of one measure the last one
    decides. A parcel complies when every measure that was checked is kept for one of its admissible industries: the one it was built for where that is known and admissible.
    Rows without an industry hold for every industry of their parcel.

    Parameters
    ----------
    built_for : parcel_id -> industry codes (or names) of what stands on the parcel

    Returns
    -------
    DataFrame with parcel_id, row (the parcel's first), and compliant, compliant_completion, compliant_production (missing: not checked)
    """
    checked = pd.DataFrame({"parcel_id": ledger.rows["parcel_id"], "industry": ledger.industry, "kept": ledger.kept.mask(ledger.later | ledger.superseded),
                            "stage": ledger.stage, "row": ledger.rows["row"]})
    parcels = checked.groupby("parcel_id", sort=True)["row"].first().reset_index()
    options = _options(checked, built_for or {})
    for column, stage in VERDICTS.items():
        rows = options[options["stage"].eq(stage)] if stage else options
        by_option = rows.groupby(["parcel_id", "industry"], sort=True)["kept"].all()
        parcels[column] = parcels["parcel_id"].map(by_option.groupby(level=0).any().astype("boolean")).astype("boolean")
    return parcels


def rechecked(ledger: Judged) -> list[Finding]:
    """One finding for all checks after which the same measure was checked again, the first of them named."""
    rows = ledger.rows[ledger.superseded].sort_values("row")
    if not len(rows):
        return []
    first = rows.iloc[0]
    return [found("standard_land.rechecked", role="standard_land", field="check_date", key=first["parcel_id"], row=int(first["row"]), count=len(rows),
                  measure=first["measure"] if "measure" in rows else "")]


def unmeasured(ledger: Judged) -> list[Finding]:
    """One finding for all measures that a parcel promised and nobody measured by that day, though others of the same check and industry were."""
    rows = pd.DataFrame({"parcel_id": ledger.rows["parcel_id"], "industry": ledger.industry, "measure": ledger.measure, "stage": ledger.stage, "row": ledger.rows["row"],
                         "known": ledger.kept.notna() & ~ledger.later})
    options = rows[rows["industry"].ne("")].groupby("parcel_id")["industry"].nunique()
    rows["industry"] = rows["industry"].where(rows["parcel_id"].map(options).gt(1), "")  # a parcel of one admissible industry has one check
    asked = ledger.asked[["low", "high"]].notna().any(axis=1)
    measured = rows.groupby(["parcel_id", "industry", "measure", "stage"])["known"].transform("any")
    checked = rows.groupby(["parcel_id", "industry", "stage"])["known"].transform("any") | rows["industry"].eq("") & rows.groupby(["parcel_id", "stage"])["known"].transform("any")
    open_ = rows[asked & ~measured & checked].sort_values("row")
    if not len(open_):
        return []
    first = open_.iloc[0]
    return [found("standard_land.unmeasured", role="standard_land", field="actual", key=first["parcel_id"], row=int(first["row"]), count=len(open_), parcels=open_["parcel_id"].nunique(),
                  measure=first["measure"], rows=lines_of(open_["row"], SHOWN))]


def commitments_of(standard: pd.DataFrame | None, as_of: date) -> pd.DataFrame:
    """Every row of the 标准地 ledger side by side: what was asked, promised and measured, whether the measure is kept, and whether the written result says otherwise.

    A check dated after `as_of` is not known: neither its date, nor its value, nor its result.
    """
    if standard is None:
        return pd.DataFrame(columns=[*COMMITMENT_COLUMNS])
    ledger = judged(standard, as_of)
    rows = pd.DataFrame({name: standard[name] if name in standard else None for name in COMMITMENT_COLUMNS if name not in ("stage", "kept", "differs")}).reset_index(drop=True)
    rows["stage"], rows["kept"] = ledger.stage.replace("", None).to_numpy(object), ledger.kept.to_numpy(object)
    for name in ("actual", "check_date", "result", "kept"):
        rows[name] = rows[name].mask(ledger.later.to_numpy())
    rows["differs"] = ledger.contradicted.to_numpy(bool)
    return rows[[*COMMITMENT_COLUMNS]]


def inadmissible(standard: pd.DataFrame, built_for: Mapping[str, frozenset[str]]) -> list[tuple[str, str, str, int]]:
    """Parcels built for an industry that is none of those admitted there: parcel, industries built, industries admitted, the parcel's first row."""
    rows = pd.DataFrame({"parcel": standard["parcel_id"], "industry": industries(standard), "row": standard["row"]})
    rows = rows[rows["industry"].ne("") & rows["parcel"].isin(built_for)]
    options: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    for parcel, option, row in zip(rows["parcel"], rows["industry"], rows["row"].tolist(), strict=True):
        options.setdefault(parcel, set()).add(option)
        first[parcel] = min(row, first.get(parcel, row))
    return [(parcel, "、".join(sorted(built_for[parcel])), "、".join(sorted(admitted)), first[parcel]) for parcel, admitted in sorted(options.items())
            if any(_coded(trade) == _coded(option) for trade in built_for[parcel] for option in admitted)  # a name says nothing against a code
            and not any(_same_trade(option, built_for[parcel]) for option in admitted)]


def strangers(standard: pd.DataFrame, built: Mapping[str, frozenset[str]]) -> list[Finding]:
    """One finding for all 标准地 parcels whose industry is not admitted there, the first of them named."""
    told = inadmissible(standard, built)
    if not told:
        return []
    parcel, trades, admitted, row = told[0]
    return [found("standard_land.inadmissible", role="standard_land", field="industry_code", key=parcel, row=row, value_seen=trades, admitted=admitted, count=len(told),
                  rows=lines_of([line for *_, line in told], SHOWN))]


def results_differ(ledger: Judged) -> list[Finding]:
    """One finding for all written results that the measured values do not give: the first of them told, the others by their rows."""
    rows = ledger.rows[ledger.contradicted].sort_values("row", kind="stable")
    if not len(rows):
        return []
    first = rows.iloc[0]
    return [found("standard_land.result_differs", role="standard_land", field="result", key=first["parcel_id"], row=first["row"], value_seen=first["result"], count=len(rows),
                  measure=first["measure"] if "measure" in rows else "", actual=f"{first['actual']:g}", rows=lines_of(rows["row"], SHOWN))]


def _said(rows: pd.DataFrame) -> pd.Series:
    """What the written result says; missing where there is none that can be read."""
    if "result" not in rows:
        return pd.Series(pd.NA, index=rows.index, dtype="boolean")
    word = rows["result"].astype("string")
    bad = word.str.contains(WORDS_BAD).fillna(False)
    good = word.str.contains(WORDS_GOOD).fillna(False) & ~bad
    return pd.Series(pd.NA, index=rows.index, dtype="boolean").mask(good, True).mask(bad, False)


def stages(rows: pd.DataFrame) -> pd.Series:
    """completion or production for each row: as the ledger says, else by the measure; "" where neither is there."""
    stated = _text(rows, "stage").fillna("")
    if "measure" not in rows:
        return stated
    measure = rows["measure"].astype("string")
    by_measure = pd.Series(np.where(measure.str.contains(AT_COMPLETION).fillna(False), "completion", "production"), index=rows.index, dtype=object)
    return stated.where(stated.ne(""), by_measure.where(measure.notna(), ""))


def industries(rows: pd.DataFrame) -> pd.Series:
    """The admissible industry of each row as it compares (code without its letter), "" where the row names none."""
    place, distinct = pd.factorize(_text(rows, "industry_code"))
    plain = np.array([*(plain_industry(code) for code in distinct), ""], dtype=object)
    return pd.Series(plain[place], index=rows.index, dtype=object)


def plain_industry(text: object) -> str:
    """A GB/T 4754 code without the letter of its section; a name as it is."""
    code = text.strip() if isinstance(text, str) else ""
    return code[1:] if len(code) > 1 and code[0].isascii() and code[0].isalpha() and code[1:].isdigit() else code


def _options(checked: pd.DataFrame, built_for: Mapping[str, frozenset[str]]) -> pd.DataFrame:
    """The checked rows by the industry they judge: common rows under every option, options narrowed to what the parcel was built for."""
    pairs = checked[["parcel_id", "industry"]].drop_duplicates()
    several = pairs[pairs["industry"].ne("")]
    fits = pd.Series([_same_trade(industry, built_for.get(parcel, frozenset())) for parcel, industry in zip(several["parcel_id"], several["industry"], strict=True)],
                     index=several.index, dtype=bool)
    narrowed = several["parcel_id"].isin(set(several.loc[fits, "parcel_id"]))
    meant = several[fits | ~narrowed]
    known = checked.dropna(subset=["kept"])
    own = known.merge(meant, on=["parcel_id", "industry"])
    measured = own[["parcel_id", "industry"]].drop_duplicates()  # a common row makes no option pass that was not checked itself, unless none was
    common = known[known["industry"].eq("")].drop(columns="industry").merge(measured, on="parcel_id", how="left").fillna({"industry": ""})
    return pd.concat([own, common], ignore_index=True).astype({"kept": bool})


def _coded(trade: str) -> bool:
    return trade.isdigit()


@cache
def _same_trade(option: str, built: frozenset[str]) -> bool:
    """An option names what was built, or the wider class of it (34 holds 3489)."""
    return any(option == trade or (option.isdigit() and trade.isdigit() and trade.startswith(option)) for trade in built)


def _text(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].astype(object) if name in rows else pd.Series(None, index=rows.index, dtype=object)
