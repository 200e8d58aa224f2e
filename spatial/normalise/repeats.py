"""Ledger rows of one key: copies count once, a firm on several parcels is one firm, and rows that contradict each other are refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, Several, first_of, found, lines_of
from spatial.normalise.contracts import NUMBERS
from spatial.normalise.texts import matching, text_column
from spatial.schema.keys import CREDIT, SEVERAL, credit_codes, one_form
from spatial.schema.raw import RawLayer, column_of
from spatial.schema.sums import group_sums

LISTED = 50
KEYS = {"enterprises": ("enterprise_id", "year"), "supply": ("supply_id",), "statistics": ("zone", "year"), "approvals": ("batch_id",)}
SPELLED = ("supply", "approvals")  # whose numbers are written with brackets, hyphens and blanks of every kind
PARCEL_WORDS = ("parcel_id", "supply_no", "parcel_no", "contract_no")  # what says on which parcels
PLACES = (*PARCEL_WORDS, "carrier_id", "x", "y")  # what says where a row lies


def repeated_rows(role: str, frame: pd.DataFrame, points: NDArray[Any] | None, contracts: tuple[pd.DataFrame, list[Finding]] | None = None) -> tuple[pd.DataFrame, list[Finding]]:
    """A ledger's rows with each key once where that is its meaning; the index keeps the rows' old positions.

    Of rows that are equal in every field the first counts. A firm's rows of one year at several parcels are one row with all parcels where
    they repeat its figures or leave some blank, and parts of the firm where each has its own; rows at one place that differ, and figures
    that may be the firm's or the parcel's, are errors. A supply number or a batch twice is a warning: its rows stay, unless `contracts`
    (the rows as `one_contract` leaves them, and what it found) says that they are one contract.
    """
    key = KEYS.get(role)
    if contracts is not None:
        joined, findings = contracts
        if findings:
            frame, more = repeated_rows(role, joined, points)
            return frame, findings + [finding for finding in more if not any(told.severity == "error" and told.field == finding.field for told in findings)]
    if key is None or any(name not in frame for name in key):
        return frame, []
    same = frame[frame[list(key)].notna().all(axis=1) & frame.duplicated(list(key), keep=False)]
    if not len(same):
        return frame, []
    if points is not None:
        at = points[same.index.to_numpy()]
        same = same.assign(x=shapely.get_x(at), y=shapely.get_y(at))
    copies = same.index[same.duplicated([name for name in same if name != "row"])]
    frame, findings = frame.drop(index=copies), _copied(same, copies, key)
    rest = same.drop(index=copies)
    rest = rest[rest.duplicated(list(key), keep=False)]
    if not len(rest):
        return frame, findings
    if role == "enterprises":
        frame, problems = _firms(frame, rest, list(key))
        return frame, findings + problems
    return frame, findings + ([_twice(rest, key)] if role in ("supply", "approvals") else _contradictions(rest, list(key)))


def one_spelling(role: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Numbers that are one but for their brackets, hyphens, blanks and 号, in the spelling that stands first; with a warning."""
    name = KEYS[role][0] if role in SPELLED else ""
    if name not in frame:
        return frame, []
    column = text_column(frame[name])
    written = [text for text in frame[name].dropna().unique() if isinstance(text, str)]
    if column is not None and not matching(column, "[^0-9A-Z]").any():
        return frame, []
    first: dict[str, str] = {}
    other = {text: kept for text in written if (kept := first.setdefault(one_form(text) or text, text)) != text}
    if not other:
        return frame, []
    rows, (text, kept) = frame.loc[frame[name].isin(list(other)), "row"], next(iter(other.items()))
    told = found("key.spelled_apart", field=name, key=kept, row=int(rows.iloc[0]), count=len(other), value_seen=f"{kept} = {text}")
    return frame.assign(**{name: frame[name].map(lambda held: other.get(held, held))}), [told]


def merged_rows(role: str, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The rows of keys of which some were made one: `row`, the row that stands for it (`into`), and the parcels it names itself."""
    key = [name for name in (("project_id",) if role == "projects" else KEYS.get(role, ())) if name in before]
    if role == "supply":
        key = [name for name in NUMBERS if name in before][:1]
    gone = before.index.difference(after.index)
    if not len(gone) or not key:
        return pd.DataFrame({"row": [], "into": [], "parcel_id": []})
    names = pd.MultiIndex.from_frame(before[key].astype(object))
    here = before[names.isin(names[before.index.get_indexer(gone)])]
    kept = here[here.index.isin(after.index)]
    into = pd.Series(kept["row"].to_numpy(), index=pd.MultiIndex.from_frame(kept[key].astype(object)))
    into = into[~into.index.duplicated()].reindex(pd.MultiIndex.from_frame(here[key].astype(object)))
    ids = here["parcel_id"].to_numpy(object) if "parcel_id" in here else np.full(len(here), None, dtype=object)
    return pd.DataFrame({"row": here["row"].to_numpy(), "into": into.to_numpy(), "parcel_id": pd.Series(ids, dtype=object)})


def one_code_a_firm(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """A firm that stands under its credit code, and elsewhere under its organisation code or old tax number, under one code, on record."""
    codes = credit_codes(frame["enterprise_id"], frame["enterprise_id"])
    changed = np.flatnonzero((codes.notna() & codes.ne(frame["enterprise_id"])).to_numpy(bool))
    told = [*_namesakes(frame.assign(enterprise_id=codes)), *several_firms(frame)]
    if not len(changed):
        return frame, told
    rows, first = frame["row"].iloc[changed], int(changed[0])
    return frame.assign(enterprise_id=codes), [*told, found("enterprise.one_code", field="enterprise_id", row=int(rows.iloc[0]), count=len(changed), value_seen=frame["enterprise_id"].iloc[first],
                                                     value_used=codes.iloc[first], rows=lines_of(rows))]


def measured_twice(frame: pd.DataFrame) -> list[Finding]:
    """A warning for measures of one parcel, industry and check that have several values: the worst of them decides."""
    key = [name for name in ("parcel_id", "industry_code", "measure", "stage", "check_date") if name in frame]
    if not {"parcel_id", "measure", "actual"} <= set(frame):  # without one of the first two the ledger is refused
        return []
    known = frame[frame["actual"].notna() & frame["parcel_id"].notna() & frame["measure"].notna()]
    several = known.groupby(key, dropna=False)["actual"].transform("nunique").gt(1)
    if not several.any():
        return []
    first = known[several].sort_values("row").iloc[0]
    same = known[several & known["parcel_id"].eq(first["parcel_id"]) & known["measure"].eq(first["measure"])]
    return [found("standard_land.measured_twice", field="actual", row=int(same["row"].iloc[1]), key=first["parcel_id"], count=int(several.sum()), measure=first["measure"],
                  value_seen=first_of((f"{value:g}" for value in same["actual"].unique()), 4), rows=lines_of(same["row"]))]


def several_firms(frame: pd.DataFrame) -> list[Finding]:
    """A warning for rows that name several firms by their credit codes in one cell: they count as one firm."""
    listed = [len(parts) > 1 and all(CREDIT.fullmatch(part) for part in parts) for key in frame["enterprise_id"] for parts in (SEVERAL.split(key) if isinstance(key, str) else [],)]
    rows = frame["row"][np.array(listed, dtype=bool)]
    return [found("enterprise.several_in_row", field="enterprise_id", row=int(rows.iloc[0]), key=frame["enterprise_id"][rows.index[0]], count=len(rows), rows=lines_of(rows))] if len(rows) else []


def _namesakes(frame: pd.DataFrame) -> list[Finding]:
    """A warning for firms of one year that bear one name under several codes: one of them may be there twice."""
    if "enterprise_name" not in frame or "year" not in frame:
        return []
    named = frame[frame["enterprise_name"].notna() & frame["enterprise_id"].notna()]
    several = named.groupby(["enterprise_name", "year"])["enterprise_id"].transform("nunique").gt(1)
    if not several.any():
        return []
    first = named[several].sort_values("row").iloc[0]
    same = named[several & named["enterprise_name"].eq(first["enterprise_name"]) & named["year"].eq(first["year"])]
    return [found("enterprise.namesakes", field="enterprise_name", row=int(same["row"].iloc[1]), key=first["enterprise_name"], count=int(named[several].groupby(["enterprise_name", "year"]).ngroups),
                  value_seen=first_of(same["enterprise_id"].astype(str).unique(), 4), rows=lines_of(same["row"]))]


def one_parcel_a_row(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Rows of which each names one parcel: a promise written for several parcels in one cell is made for each of them, on record."""
    many = np.flatnonzero([isinstance(ids, tuple) for ids in frame["parcel_id"]]) if "parcel_id" in frame else np.array([], dtype=np.int64)
    if not len(many):
        return frame, []
    rows, first = frame["row"].iloc[many], frame["parcel_id"].iloc[many[0]]
    note = found("standard_land.each_parcel", field="parcel_id", row=int(rows.iloc[0]), key=Several(first), count=len(many), rows=lines_of(rows))
    return frame.explode("parcel_id", ignore_index=True), [note]


def _copied(same: pd.DataFrame, copies: pd.Index, key: tuple[str, ...]) -> list[Finding]:
    if not len(copies):
        return []
    rows = same.loc[copies, "row"].astype(int)
    return [found("key.row_copied", field=key[0], key=_shown(same.loc[copies[0], list(key)]), row=int(rows.iloc[0]), count=len(copies), rows=lines_of(rows))]


def copies_apart(raw: RawLayer, used: Iterable[int], frame: pd.DataFrame, kept: pd.DataFrame) -> list[Finding]:
    """A warning for rows left out as copies that differ where nothing is read (one kind of tax a row): they may be parts that add up.

    used : positions of the columns that are read; frame, kept : the rows before and after
    """
    fields = [name for name in frame if name != "row"]
    gone = frame.index.difference(kept.index)
    twin = frame.duplicated(fields, keep=False)
    if not twin[gone].any():
        return []
    groups = frame[twin].groupby(fields, dropna=False, sort=False).ngroup()
    at = pd.Series(np.arange(len(raw.row_numbers)), index=raw.row_numbers).reindex(frame.loc[groups.index, "row"]).to_numpy(np.int64)
    for position in sorted(set(range(len(raw.frame.columns))) - set(used)):
        cells = column_of(raw.frame, position)
        words = pd.Series([cell.strip() if isinstance(cell, str) and any(map(str.isalpha, cell)) else "" for cell in cells.iloc[at].tolist()], index=groups.index)
        told = words[words.ne("")]
        several = told.groupby(groups[told.index]).nunique()
        rows = told[groups[told.index].isin(several.index[several > 1])].index
        if len(rows) and words[rows].nunique() < max(len(rows) / 2, 3):  # words that come again, not the remarks and numbers of each row
            return [found("key.copies_apart", field=str(raw.frame.columns[position]), row=int(frame.at[rows[0], "row"]), count=int((several > 1).sum()), value_seen=first_of(words[rows].unique(), 4),
                          rows=lines_of(frame.loc[rows, "row"]))]
    return []


def _twice(rest: pd.DataFrame, key: tuple[str, ...]) -> Finding:
    name, rows = next(iter(rest.groupby(list(key), sort=True)["row"]))
    return found("key.repeated_row", field=key[0], key=_shown(name), row=int(rows.iloc[1]), count=len(rows), rows=lines_of(rows))


def _contradictions(rest: pd.DataFrame, key: list[str]) -> list[Finding]:
    """One error for each key of rows that say different things of it."""
    groups = rest.groupby(key, sort=True)
    findings: list[Finding] = []
    for number, (name, rows) in enumerate(groups):
        if number == LISTED:
            return [*findings, found("key.contradicts_more", field=key[0], count=groups.ngroups - LISTED)]
        differing = [column for column in rows if column not in (*key, "row") and rows[column].map(str).nunique() > 1]
        findings.append(found("key.contradicts", row=int(rows["row"].iloc[1]), key=_shown(name), field=Several(differing), count=len(rows), rows=lines_of(rows["row"])))
    return findings


def _firms(frame: pd.DataFrame, rest: pd.DataFrame, key: list[str]) -> tuple[pd.DataFrame, list[Finding]]:
    """Rows of one firm in one year: one firm that repeats itself, parts of it, or a doubt."""
    place = [name for name in PLACES if name in rest]
    figures = [name for name in rest if name not in (*key, *place, "row") and pd.api.types.is_numeric_dtype(rest[name]) and not pd.api.types.is_bool_dtype(rest[name])]
    own = [name for name in figures if not name.startswith("land_")]
    words = [name for name in rest if name not in (*key, *place, *figures, "row")]
    groups = rest.groupby(key, sort=True)
    kinds = groups[[*words, *figures]].nunique(dropna=False) if words or figures else pd.DataFrame(index=groups.size().index)
    count, filled = groups.size(), groups[figures].count()
    apart = ~rest.assign(_at=_texts(rest, place)).duplicated([*key, "_at"], keep=False)
    somewhere = np.logical_or.reduce([rest[name].map(lambda told: bool(all_ids([told])) or isinstance(told, float) and told == told) for name in place]) if place else np.zeros(len(rest), bool)
    elsewhere = (apart & somewhere).groupby([rest[name] for name in key]).all()
    only_parcels = elsewhere & _all_known(rest, key) & (_texts(rest, [name for name in place if name not in PARCEL_WORDS]).groupby([rest[name] for name in key]).nunique() == 1)
    equal = kinds[figures].eq(1).all(axis=1)
    agreed = kinds[words].eq(1).all(axis=1)
    blanks = (filled.gt(0) & filled.lt(count, axis=0)).any(axis=1)  # a figure stands in some rows only: it is the firm's
    stated = groups[own].max().gt(0) & filled[own].eq(count, axis=0)
    alike = stated & kinds[own].eq(1)
    money = [name for name in own if name.endswith("_wanyuan")]
    whole = ~equal & (alike[money].any(axis=1) | (alike.any(axis=1) & (alike | ~stated).all(axis=1)))  # what is the firm's own is the same in every row, its land is not
    repeats = only_parcels & agreed & equal
    joined = only_parcels & agreed & ~equal & blanks & ~whole
    doubtful = elsewhere & whole
    parts = elsewhere & ~repeats & ~joined & ~doubtful & ~equal & ~blanks
    wrong = ~(repeats | joined | doubtful | parts)
    of = pd.MultiIndex.from_frame(rest[key])

    def rows_of(flags: pd.Series) -> pd.DataFrame:
        return rest[flags.reindex(of).to_numpy(bool)]

    findings = _contradictions(rows_of(wrong), key)
    for flags, code in ((doubtful, "enterprise.whole_or_part"), (repeats, "enterprise.repeated"), (joined, "enterprise.joined"), (parts, "enterprise.parts")):
        if flags.any():
            name, rows = next(iter(rows_of(flags).groupby(key, sort=True)))
            field = Several(column for column in own if alike.at[name, column]) if flags is doubtful else key[0]
            findings.append(found(code, field=field, key=_shown(name), row=int(rows["row"].iloc[1]), count=int(flags.sum()), rows=lines_of(rows["row"])))
    merged = rows_of(repeats | joined)
    if len(merged):
        by = merged.groupby(key, sort=False)
        first = ~merged.duplicated(key)
        into = merged.index[first]
        order = pd.MultiIndex.from_frame(merged.loc[into, key])
        frame = frame.drop(index=merged.index[~first]).copy()
        for name in [name for name in PARCEL_WORDS if name in frame]:
            frame[name] = frame[name].astype(object)
            ids = by[name].agg(all_ids).reindex(order)
            said = [(cells or None) if name == "parcel_id" else "、".join(cells) or None for cells in ids]
            frame.loc[into, name] = pd.Series(said, index=into, dtype=object)
        summed = joined.reindex(order).to_numpy(bool)
        for column in figures:
            frame.loc[into[summed], column] = group_sums(merged[column].astype(float), [merged[name] for name in key]).reindex(order).to_numpy()[summed]
    return frame, findings


def _texts(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    """One text a row of what the columns say."""
    told = pd.Series("", index=rows.index)
    for name in columns:
        told = told + rows[name].map(str) + "\x1f"
    return told


def _all_known(rest: pd.DataFrame, key: list[str]) -> pd.Series:
    """Of each key whether every row names a parcel, or a number of one."""
    return names_parcels(rest).groupby([rest[name] for name in key]).all()


def names_parcels(rows: pd.DataFrame) -> pd.Series:
    """Which rows name a parcel, or another number of one."""
    known = [rows[name].map(lambda cell: bool(all_ids([cell]))).to_numpy(bool) for name in PARCEL_WORDS if name in rows]
    return pd.Series(np.logical_or.reduce(known) if known else np.zeros(len(rows), dtype=bool), index=rows.index)


def _shown(name: Any) -> str:
    parts = tuple(name) if isinstance(name, tuple | pd.Series) else (name,)
    return " ".join(f"{part:g}" if isinstance(part, float) else str(part) for part in parts)


def all_ids(values: Iterable[Any]) -> tuple[str, ...]:
    """The ids of several cells, each once, in their order; a cell may hold several."""
    ids: list[str] = []
    for value in values:
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and one not in ids:
                ids.append(one)
    return tuple(ids)
