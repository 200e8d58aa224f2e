"""One column of cells -> one column in its type and base unit; what cannot be read is named, cell by cell."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial import units
from spatial.characters import simplified
from spatial.errors import Finding, Several, first_of, found
from spatial.normalise import cells
from spatial.normalise.cells import Parsed
from spatial.normalise.columns import RATIOS
from spatial.normalise.dates import YEARS, parse_dates
from spatial.normalise.land_use import Tables, codes_of_parts, is_code, translated
from spatial.normalise.noted import parse_noted
from spatial.normalise.numbers import SCALE_WORDS, cell_factor, parse_bounded, parse_coordinates, parse_numbers, parse_shares
from spatial.normalise.paired_uses import Paired
from spatial.normalise.paired_uses import reader as paired_reader
from spatial.schema.columns import beside, distinct, each
from spatial.schema.fields import Field
from spatial.schema.policy import OWN_UNITS

Words = Mapping[str, tuple[tuple[str, ...], bool]]
YEAR = re.compile(r"(\d{4})\s*年?度?")
AGREED = ("agreed_", "planned_", "supplement_start")  # days by which something has to be done
DEADLINE = re.compile(r"(?<=[\d日号])\s*(?:之|以)?前(?:开工|动工|竣工|完工|完成|交地|交付|投产)?$")  # 2020年12月31日前
URBAN_2011 = re.compile(r"[A-HMRSUW]\d{0,2}")
FINER_2011 = re.compile(r"[ABGMRSUW]\d{2}")  # read as the class above it
UNIT_DIMENSION = {unit.id: unit.dimension for unit in units.UNITS.values()}
EMPTY = np.array([], dtype=np.int64)
PERCENT = "percent"


@dataclass(frozen=True)
class BadCells:
    """Cells that cannot be read: positions, what stands there, and the reason in the run's own words."""

    rows: NDArray[np.int64] = dataclasses.field(default_factory=lambda: EMPTY)
    field: str = ""
    seen: list[str] = dataclasses.field(default_factory=list)
    reasons: list[str] = dataclasses.field(default_factory=list)
    code: str = "row.bad_cell"


@dataclass(frozen=True)
class Converted:
    """A column in its type and base unit, what was wrong with it, and further columns it gave (operators, words as written)."""

    values: pd.Series
    bad: BadCells
    findings: list[Finding]
    extra: pd.DataFrame | None = None


def convert(declared: Field, values: pd.Series, *, unit: str, rows: NDArray[np.int64], words: Words, options: Mapping[str, Any],
            header: str = "", codes: Tables | None = None) -> Converted:
    """Convert one column by its declaration.

    Parameters
    ----------
    declared : the field
    values : cells as read
    unit : unit of the numbers, for quantities
    rows : row numbers in the file, for findings
    words : code -> (words that mean it, whether the study said so), for categories
    options : what the study says beside the column (dayfirst)
    header, codes : for land use, the column's name and the code tables
    """
    kind = declared.type
    if kind == "quantity":
        return _quantity(declared, values, unit, rows, options.get("rate"))
    if kind == "number" and declared.name == "value":
        return _of_target(declared, values, unit, rows, stated=bool(options.get("unit_stated")))
    if kind == "number":
        return _number(declared, values, unit, rows, stated=bool(options.get("unit_stated")))
    if kind == "integer":
        plain = values.map(_year) if declared.name == "year" else values
        done = _number(declared, plain, "", rows)
        whole = done.values.round()
        odd = np.flatnonzero((done.values.notna() & (done.values != whole)).to_numpy())
        bad = _join(done.bad, _bad(declared, values, odd, "not_number"))
        if declared.name == "year":
            outside = np.flatnonzero((whole.notna() & ~whole.between(*YEARS)).to_numpy() & ~np.isin(np.arange(len(whole)), odd))
            bad = _join(bad, _bad(declared, values, outside, "no_such_year"))
        return Converted(whole, bad, done.findings)
    if kind == "date":
        return _date(declared, values, rows, options)
    if kind == "category":
        return _category(declared, values, rows, words, header, codes, options.get("names"))
    if kind == "bounded":
        return _bounded(declared, values, unit)
    readers: dict[str, Callable[[pd.Series], Parsed]] = {
        "id": cells.as_ids, "ids": partial(cells.as_id_lists, whole=options.get("whole", frozenset())), "boolean": cells.as_booleans, "coordinate": parse_coordinates, "text": cells.as_texts}
    reader = readers[kind]
    if declared.name in ("carrier_id", "zone"):
        reader = cells.as_keys
    elif declared.name.endswith("_name"):
        reader = cells.as_names
    done_cells = reader(_own_words(declared, values) if kind == "boolean" else values)
    read = done_cells.values
    if kind in ("id", "ids") and declared.required:
        _keep_words(values, done_cells, shared=bool(options.get("shared_word")))
    if kind in ("id", "ids") and options.get("of_table"):
        cells.days_among_ids(values, done_cells)
    told = _rewritten(declared, values, read, done_cells, rows) if kind in ("id", "ids") else []
    if kind == "boolean":
        read, flagged = _flags(declared, read.astype("boolean"), done_cells.bad.to_numpy(bool), rows)
        return Converted(read, _unread(declared, values, done_cells), flagged)
    return Converted(read, _unread(declared, values, done_cells), told)


def _keep_words(values: pd.Series, done: Parsed, *, shared: bool) -> None:
    """A key is free text: `---` names a row, though elsewhere it stands for nothing; where several rows say it, it names none of them, unless rows may share a key."""
    lost = np.flatnonzero((done.values.isna() & ~done.bad).to_numpy(bool))
    words = [None if cells.is_blank(values.iloc[i]) else cells.plain_text(values.iloc[i]) for i in lost]
    times = Counter(words)
    done.values.iloc[lost] = [word if shared or times[word] == 1 else None for word in words]
    several = [] if shared else [i for i, word in zip(lost, words, strict=True) if word is not None and times[word] > 1]
    done.bad.iloc[several], done.reasons.iloc[several] = True, "names_nothing"


OWN_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # yes and no as the columns of offices say them
    "stock_land": (("存量", "存量用地", "存量土地", "存量建设用地"), ("新增", "增量", "新增用地", "增量用地", "新增建设用地")),
    "is_standard_land": (("标准地",), ("非标准地", "一般用地")),
    "started": (("已开工", "已动工", "开工", "动工", "在建"), ("未开工", "未动工", "尚未开工")),
    "is_main_industry": (("主导产业",), ("非主导产业", "其他产业")),
}


def _own_words(declared: Field, values: pd.Series) -> pd.Series:
    """A column of yes and no in which the field's own words (存量, 标准地) are a yes and their opposites a no."""
    yes, no = OWN_WORDS.get(declared.name, ((), ()))
    said = {**dict.fromkeys(yes, True), **dict.fromkeys(no, False)}
    return values.map(lambda cell: said.get(cells.plain_text(cell), cell) if isinstance(cell, str) else cell) if said else values


def _rewritten(declared: Field, values: pd.Series, read: pd.Series, done: Parsed, rows: NDArray[np.int64]) -> list[Finding]:
    """Receipts for words that stand for no id, and for ids that were written with quotes, blanks, full-width or small letters and are compared without them."""
    marked = np.flatnonzero(done.notes["normalised"].to_numpy(bool)) if "normalised" in done.notes else EMPTY
    none = np.flatnonzero((done.notes["nothing"] & read.isna() & ~done.bad).to_numpy(bool)) if "nothing" in done.notes else EMPTY
    told = [found("key.none", field=declared.name, row=int(rows[none[0]]), count=len(none), value_seen=_shown(values.iloc[int(none[0])]))] if len(none) else []
    short = np.flatnonzero(done.notes["expanded"].to_numpy(bool)) if "expanded" in done.notes else EMPTY
    if len(short):
        told.append(found("key.expanded", field=declared.name, row=int(rows[short[0]]), count=len(short), value_seen=_shown(values.iloc[int(short[0])]), value_used=Several(read.iloc[int(short[0])])))
    if not len(marked):
        return told
    first = int(marked[0])
    used = read.iloc[first]
    return [*told, found("key.normalised", field=declared.name, row=int(rows[first]), count=len(marked), value_seen=_shown(values.iloc[first]),
                  value_used=Several(used) if isinstance(used, tuple) else str(used))]


def _year(cell: Any) -> Any:
    """The year of 2020年 and 2020年度, and of a date that stands for a year: its first or last day."""
    if isinstance(cell, str) and (match := YEAR.fullmatch(cells.plain_text(cell))):
        return match[1]
    if isinstance(cell, dt.date) and (cell.month, cell.day) in ((1, 1), (12, 31)):
        return cell.year
    return cell


BLANK_IS_NO = frozenset(("stock_land", "listed", "flagship"))  # what picks rows out: a row that is not named is not picked, and stays in the sums


def _flags(declared: Field, read: pd.Series, bad: NDArray[np.bool_], rows: NDArray[np.int64]) -> tuple[pd.Series, list[Finding]]:
    """Yes and no; in a column that ticks yes and never says no a blank is a no, in one that says both it is unknown."""
    blank = read.isna().to_numpy(bool) & ~bad
    if not blank.any() or not read.eq(True).any():
        return read, []
    ticked = not read.eq(False).any()
    told = found("flag.ticked" if ticked else "flag.blank_no" if declared.name in BLANK_IS_NO else "flag.blank", field=declared.name, count=int(blank.sum()), row=int(rows[blank][0]), total=len(read))
    return read.mask(blank, False) if ticked else read, [told]


def _bad(declared: Field, values: pd.Series, positions: NDArray[np.int64], reason: str) -> BadCells:
    return BadCells(positions, declared.name, [_shown(values.iloc[i]) for i in positions], [reason] * len(positions))


def _unread(declared: Field, values: pd.Series, done: Parsed) -> BadCells:
    positions = np.flatnonzero(done.bad.to_numpy(bool))
    return BadCells(positions, declared.name, [_shown(values.iloc[i]) for i in positions], [str(done.reasons.iloc[i]) for i in positions])


def _join(first: BadCells, second: BadCells) -> BadCells:
    return BadCells(np.r_[first.rows, second.rows], first.field or second.field, first.seen + second.seen, first.reasons + second.reasons, first.code)


def _shown(cell: Any) -> str:
    text = str(getattr(cell, "text", cell))
    return text if len(text) <= 80 else text[:77] + "..."


def _quantity(declared: Field, values: pd.Series, unit: str, rows: NDArray[np.int64], rate: float | None = None) -> Converted:
    parsed, written = parse_noted(values)
    if not unit:  # reported with the column; nothing can be measured
        return Converted(pd.Series(np.nan, index=values.index), BadCells(), [])
    abroad = units.is_foreign(unit) or unit == "usd" and rate is not None
    size = units.UNITS[unit].factor * Fraction(str(rate or 0)) / (1 if unit == "usd" else 10_000) if abroad else units.factor(unit, declared.unit)
    numbers = _scaled(parsed.values, size)
    findings: list[Finding] = []
    own = np.flatnonzero(written.notna().to_numpy())
    strange = [i for i in _dollars(values) if not parsed.bad.iloc[i]] if declared.unit == "wanyuan" and unit != "usd" and not abroad else []
    converted: list[int] = []
    for i in own.tolist():
        in_column = cell_factor(str(written.iloc[i]), unit)
        if in_column is None or "usd" in (unit, written.iloc[i]) and not (_dollars_in(unit) and _dollars_in(str(written.iloc[i]))):  # no rate is known between currencies
            strange.append(i)
        elif in_column != 1:
            numbers.iloc[i] = float(parsed.values.iloc[i]) * float(in_column * size)
            converted.append(i)
    if converted:
        first = converted[0]
        findings.append(found("unit.cell", field=declared.name, count=len(converted), row=int(rows[first]), value_seen=_shown(values.iloc[first]),
                              value_used=f"{numbers.iloc[first]:,.6g} {units.label(declared.unit)}"))
    findings += _about(declared, values, parsed, rows)
    if abroad:
        findings.append(found("unit.rate", field=declared.name, unit={"zh": units.label(unit), "en": units.label(unit, "en")}, value_used=f"{rate:.12g}"))
    elif unit == "usd":
        findings.append(found("unit.foreign", field=declared.name, value_seen="USD", value_used="10⁴ USD"))
    bad = _join(_unread(declared, values, parsed), _strange(declared, values, sorted(set(strange)), written))
    return Converted(numbers.mask(parsed.bad), bad, findings)


def _dollars_in(unit: str) -> bool:
    """Whether a unit counts dollars, or is 万 or 亿 alone, which multiplies whatever the column counts."""
    return unit in SCALE_WORDS or unit == "usd" or units.UNITS[unit].dimension == units.DOLLARS


def _strange(declared: Field, values: pd.Series, places: list[int], written: pd.Series) -> BadCells:
    """Cells with a unit of their own that cannot be brought to that of the column: of another kind, or of another currency."""
    bad = _bad(declared, values, np.array(places, dtype=np.int64), "unknown_unit")
    return dataclasses.replace(bad, reasons=["currency" if str(UNIT_DIMENSION.get(written.iloc[i])).startswith("money") or "$" in str(values.iloc[i]) else "unknown_unit" for i in places])


def _about(declared: Field, values: pd.Series, parsed: Parsed, rows: NDArray[np.int64]) -> list[Finding]:
    """Receipts for numbers that call themselves approximate or have a note behind them, which are taken as written, and for decimal commas."""
    told = []
    for note in ("about", "noted", "decimal_comma"):
        marked = np.flatnonzero(parsed.notes[note].to_numpy(bool)) if note in parsed.notes else EMPTY
        if len(marked):
            first = int(marked[0])
            shown = first_of(dict.fromkeys(_shown(values.iloc[i]) for i in marked[:1000]), 4) if note == "noted" else _shown(values.iloc[first])
            told.append(found(f"row.{note}", field=declared.name, row=int(rows[first]), count=len(marked), value_seen=shown, value_used=f"{parsed.values.iloc[first]:.12g}",
                              rows=first_of(rows[marked].tolist(), 12)))
    return told


def _dollars(values: pd.Series) -> list[int]:
    """Cells with the sign of another currency."""
    return [i for i, cell in enumerate(values) if isinstance(cell, str) and "$" in cell] if values.dtype.kind not in "fiub" else []


def _scaled(values: pd.Series, size: Any) -> pd.Series:
    """Numbers times an exact fraction: multiplied, then divided, so that whole results stay whole."""
    return values * float(size.numerator) / float(size.denominator) if size != 1 else values.copy()


def _number(declared: Field, values: pd.Series, unit: str, rows: NDArray[np.int64], *, stated: bool = False) -> Converted:
    parsed, written = parse_numbers(values)
    if unit or declared.unit == "ratio":
        shares = parse_shares(values, unit or None)
        bare = parsed.values.where(written.isna()).abs()
        doubtful = unit == "percent" and not stated and 0 < bare.max() <= 1  # 0.8 below a % is 0.8 %, or a share that a sheet showed as 80 %
        small = np.flatnonzero(bare.gt(0).to_numpy(bool)) if doubtful else EMPTY
        return Converted(shares.values, _join(_unread(declared, values, shares), _bad(declared, values, small, "small_percent")), _about(declared, values, parsed, rows))
    percent = written.isin(["percent"]).to_numpy(bool)
    numbers = parsed.values.where(~percent, parsed.values / 100)
    strange = np.flatnonzero(written.notna().to_numpy() & ~percent)
    return Converted(numbers.mask(parsed.bad), _join(_unread(declared, values, parsed), _bad(declared, values, strange, "unknown_unit")), _about(declared, values, parsed, rows))


def _of_target(declared: Field, values: pd.Series, unit: str, rows: NDArray[np.int64], *, stated: bool) -> Converted:
    """Numbers that are meant in the unit of a target, which is not known here: the unit of the cell, or else of the column, is kept beside them (value_unit).

    What is written in per cent is a share from 0 to 1, of the unit `percent`.
    """
    if unit in units.UNITS and units.UNITS[unit].dimension == "share":
        done = _number(declared, values, unit, rows, stated=stated)
        return dataclasses.replace(done, extra=pd.DataFrame({"value_unit": pd.Series(PERCENT, done.values.index, dtype=object).where(done.values.notna(), None)}))
    ends = values.map(lambda cell: next((own for own in OWN_UNITS if isinstance(cell, str) and cell.strip().endswith(own) and units.parse_unit(own) is None), None)).astype(object)
    plain = values.astype(object).where(ends.isna(), [cell.strip().removesuffix(end) if isinstance(end, str) else cell for cell, end in zip(values, ends, strict=True)])
    parsed, written = parse_numbers(plain)
    percent = written.isin([PERCENT]).to_numpy(bool)
    own = ends.where(ends.notna(), written.astype(object))
    own = own.where(own.notna() | parsed.values.isna(), unit or None)
    extra = pd.DataFrame({"value_unit": own.where(own.notna(), None)}) if own.notna().any() else None
    return Converted(parsed.values.where(~percent, parsed.values / 100).mask(parsed.bad), _unread(declared, values, parsed), _about(declared, values, parsed, rows), extra)


def _date(declared: Field, values: pd.Series, rows: NDArray[np.int64], options: Mapping[str, Any]) -> Converted:
    findings = []
    if declared.name.startswith(AGREED):
        ends = np.flatnonzero([isinstance(cell, str) and DEADLINE.search(cell.strip()) is not None for cell in values.tolist()])
        if len(ends):
            findings.append(found("row.deadline", field=declared.name, count=len(ends), row=int(rows[ends[0]]), value_seen=_shown(values.iloc[int(ends[0])])))
            values = values.map(lambda cell: DEADLINE.sub("", cell.strip()) if isinstance(cell, str) else cell)
    done = parse_dates(values, dayfirst=options.get("dayfirst"), epoch=options.get("epoch", 1900))
    for marked_cells, code in ((done.precision.eq("month"), "row.month_only"), (done.republic, "row.republic"), (done.ambiguous, "row.ambiguous"), (done.nothing, "row.no_day")):
        marked = np.flatnonzero(marked_cells.to_numpy(bool))
        if len(marked):
            first = int(marked[0])
            findings.append(found(code, field=declared.name, count=len(marked), row=int(rows[first]), value_seen=_shown(values.iloc[first]),
                                  value_used="" if code == "row.no_day" else str(done.values.iloc[first])[:10]))
    return Converted(pd.to_datetime(done.values), _unread(declared, values, Parsed(done.values, done.bad, done.reasons, {})), findings)


def _bounded(declared: Field, values: pd.Series, unit: str) -> Converted:
    done = parse_bounded(values)
    operator = done.operator.where(done.operator.notna(), None)
    extra = pd.DataFrame({f"{declared.name}_operator": operator, f"{declared.name}_high": done.high, f"{declared.name}_unit": done.unit.where(done.unit.notna(), None)})
    parsed = Parsed(done.value, done.bad, done.reasons, {})
    if declared.name in RATIOS:
        strange = np.flatnonzero((done.unit.notna() & ~done.unit.isin(["ratio"])).to_numpy(bool))
        bad = _join(_unread(declared, values, parsed), _bad(declared, values, strange, "unknown_unit"))
        return Converted(done.value.astype(float).mask(done.bad), bad, [], extra)
    return Converted(done.value.astype(float).mask(done.bad), _unread(declared, values, parsed), [], extra)


def _category(declared: Field, values: pd.Series, rows: NDArray[np.int64], words: Words, header: str, tables: Tables | None,
              names: pd.Series | None = None) -> Converted:
    """Codes as they stand, or words that mean a code; other words are kept as nothing, told, and for statuses remembered."""
    texts = cells.as_texts(values)
    findings: list[Finding] = []
    parts = None
    if declared.codes and tables is not None:
        stated_words = {_plain(word) for said, stated in words.values() if stated for word in said}
        free = ~texts.values.isin([text for text in distinct(texts.values) if _plain(text) in stated_words])
        moved, parts, findings = translated(texts.values.where(free, None), header, tables, declared.name, names)
        texts.values = moved.where(free, texts.values)
    known: dict[str, str] = {}
    for code, (said, _) in words.items():
        for word in (*said, code):
            known.setdefault(_plain(word), code)
    short = {word.removesuffix("用地"): code for word, code in known.items() if declared.codes and word.endswith("用地") and len(word) > 3 and word.removesuffix("用地") not in known}
    known |= short
    for code, (said, stated) in words.items():  # what the study says wins
        if stated:
            known.update({_plain(word): code for word in said})
    open_codes = declared.codes != ""
    texts_said = distinct(texts.values)
    ours = any(_plain(text) in known and len(text) > 2 for text in texts_said)  # words or codes of our classes; other countries have codes of theirs
    finer = {text: known.get(_plain(text[:2])) for text in texts_said if declared.codes and FINER_2011.fullmatch(text)}
    meant = {text: known.get(_plain(text)) or finer.get(text) or (text if open_codes and is_code(text, strict=ours) else None) for text in texts_said}
    paired = _paired(meant, parts, known, tables) if declared.codes == "land_use" and tables is not None else {}
    meant |= {text: told.code for text, told in paired.items()}
    codes = each(texts.values, meant.get)
    lost = np.flatnonzero((texts.values.notna() & codes.isna()).to_numpy())
    findings += _pairs_told(declared, texts.values, paired, rows)
    extra = codes_of_parts(parts, lambda use: known.get(_plain(use)) or meant.get(use)) if parts is not None and declared.name == "land_use" else None
    if declared.name == "land_status":
        extra = pd.DataFrame({"land_status_word": texts.values})
        codes.iloc[lost] = "undetermined"
    letters = texts.values.isin([text for text, code in meant.items() if code is not None and URBAN_2011.fullmatch(text)])
    if declared.codes and letters.any():
        first = letters.index[letters.to_numpy(bool)][0]
        findings.append(found("land_use.urban_2011", field=declared.name, count=int(letters.sum()), value_seen=texts.values[first], value_used=meant[texts.values[first]]))
    if shortly := [text for text in meant if _plain(text) in short]:
        findings.append(found("land_use.short_name", field=declared.name, count=int(texts.values.isin(shortly).sum()), value_seen=first_of(shortly, 8), value_used=short[_plain(shortly[0])]))
    if len(lost) and declared.name == "land_use":  # a word without a code is no blank: nothing else may stand for it
        unread = pd.DataFrame({"land_use_unread": np.isin(np.arange(len(codes)), lost)})
        extra = unread if extra is None else beside(extra, unread)
    lost = lost[~texts.values.iloc[lost].isin(list(paired)).to_numpy(bool)]
    if len(lost):
        shown = Several(dict.fromkeys(texts.values.iloc[lost].tolist()))
        code = "status.unmapped_words" if declared.name == "land_status" else "value.unmapped"
        findings.append(found(code, field=declared.name, count=len(lost), row=int(rows[lost[0]]), value_seen=shown if len(shown) <= 200 else shown[:197] + "..."))
    return Converted(codes, _unread(declared, values, texts), findings, extra)


def _paired(meant: Mapping[str, str | None], parts: pd.DataFrame | None, known: Mapping[str, str], tables: Tables) -> dict[str, Paired]:
    """Of the texts without a code, and of the further uses of compound cells, those that are a use with its code or a note."""
    unread = [text for text, code in meant.items() if code is None]
    unread += [use for use in {use for row in parts["uses"] for use in row} if use not in meant and _plain(use) not in known] if parts is not None else []
    one = paired_reader(known, tables.survey, _plain) if unread else None
    return {text: told for text in unread if one and (told := one(text))}


def _pairs_told(declared: Field, texts: pd.Series, paired: Mapping[str, Paired], rows: NDArray[np.int64]) -> list[Finding]:
    """What was read of uses with their code, of uses with a note, and those that say two things."""
    findings = []
    for code, held in (("land_use.paired", [t for t, told in paired.items() if told.code and not told.noted]), ("land_use.noted", [t for t, told in paired.items() if told.code and told.noted]),
                       ("land_use.pair_differs", [t for t, told in paired.items() if told.code is None])):
        at = np.flatnonzero(texts.isin(held).to_numpy(bool))
        if len(at):
            findings.append(found(code, field=declared.name, count=len(at), row=int(rows[at[0]]), value_seen=first_of(held, 8), value_used=paired[texts.iloc[at[0]]].code or ""))
    return findings


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", simplified(cells.plain_text(text)).casefold())
