"""Raw table -> frame that satisfies its schema: filter, columns, cells, bad rows; every step leaves its finding."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, Several, first_of, found, lines_of, placed
from spatial.normalise.cells import REASONS, is_null, plain_text
from spatial.normalise.coded import by_meaning
from spatial.normalise.columns import Mapped, map_columns
from spatial.normalise.convert import BadCells, convert
from spatial.normalise.land_use import Tables, against_names, names_beside
from spatial.normalise.numbers import parse_numbers, sign_of
from spatial.normalise.one_table import by_table
from spatial.normalise.other_epoch import other_epoch
from spatial.normalise.spans import spans_reversed
from spatial.normalise.stated_year import named_by_year, read_by_year, with_year
from spatial.normalise.supply_terms import supply_terms
from spatial.normalise.twin_columns import from_twin, rival_columns, twin_columns
from spatial.normalise.unfold import one_scale, unfolded
from spatial.normalise.void_rows import called_void
from spatial.normalise.words_among_ids import vocabulary, words_among_ids
from spatial.schema.columns import beside
from spatial.schema.fields import Kind, same_header
from spatial.schema.raw import RawLayer, column_of
from spatial.schema.study import WAYS, LayerSpec, Study

TYPES = {"polygon": (3, 6), "line": (1, 2, 5), "point": (0, 4)}  # of the engine, by the words of the study
LISTED = 50  # findings listed one by one before they are counted
KNOWN_FROM = {"approvals": "approval_date", "projects": "registered_date", "enterprises": "year", "statistics": "year"}  # the day, or the year, from which a row can be known
QUANTITY_MAY_BE_NEGATIVE = frozenset(("tax", "value_added", "output", "revenue", "value", "x", "y", "invested"))


@dataclass
class Layer:
    """A normalised table: canonical columns in base units, `row` (source row), geometry beside it, bad rows known."""

    frame: pd.DataFrame
    geometry: NDArray[Any] | None
    mapped: Mapping[str, Mapped]
    findings: list[Finding]
    bad: NDArray[np.bool_]
    left: list[tuple[str, NDArray[np.int64]]] = field(default_factory=list)  # (reason, row numbers) of rows left out so far


def normalise_table(raw: RawLayer, spec: LayerSpec, kind: Kind, study: Study, words: Mapping[str, Mapping[str, tuple[str, ...]]],
                    codes: Tables | None = None, whole: frozenset[str] = frozenset()) -> Layer:
    """Convert a raw table to the canonical fields of its kind.

    Parameters
    ----------
    raw : the file as it stands
    spec : what the study file says of it
    kind : the declaration of its fields
    words : code table name -> code -> words that mean it
    whole : ids of parcels with a sign in them that elsewhere stands between ids

    Returns
    -------
    Layer
        `frame` has one column a mapped field (named with its unit), and `row`. Rows in `bad` hold a cell that cannot be read
        or lack a required key; the caller refuses or sets aside by `study.on_bad_rows`.
    """
    findings: list[Finding] = []
    wanted, filtered = _filtered(raw, spec)
    left = [("filtered", _gone(raw, wanted))]
    raw, typed = of_type(wanted, spec)
    left.append(("other_type", _gone(wanted, raw)))
    findings += filtered + typed + (called_void(raw) if spec.role != "parcels_before" else [])
    wide = raw
    if kind.name == "standard_land":
        raw, notes = unfolded(wide, spec)
        left.append(("no_measure", _gone(wide, raw)))
        findings += notes
    raw, spec, notes = with_year(raw, spec, kind)
    findings += notes
    raw, notes = named_by_year(raw, spec, kind, study)
    findings += notes
    mapped, problems = map_columns(raw, spec, kind)
    findings += [*problems, *read_by_year(mapped), *twin_columns(raw, mapped), *rival_columns(raw, mapped)]
    frame = pd.DataFrame({"row": raw.row_numbers}, index=pd.RangeIndex(len(raw.frame)))
    bad = np.zeros(len(frame), bool)
    cells: list[BadCells] = []
    said_elsewhere = vocabulary(kind.fields, words)
    for name, column in mapped.items():
        values = column_of(raw.frame, column.position).reset_index(drop=True)
        stated_words = _words(column, spec, words)
        if column.header in raw.meanings:
            values, notes = by_meaning(column.field, values, raw.meanings[column.header], stated_words, frame["row"])
            findings += notes
        options = {"epoch": raw.date_epoch, "whole": whole, **(spec.columns[name].options if name in spec.columns else {})}
        options["of_table"] = raw.geometry is None
        options["shared_word"] = spec.role in ("parcels", "parcels_before") and study.duplicate_keys != "dissolve"  # each of them is a parcel of its own, or the run is refused
        options["unit_stated"] = name in spec.columns and bool(spec.columns[name].unit)
        if column.field.codes:
            options["names"] = names_beside(raw.frame, column.position)
        values, options, notes = by_table(raw, mapped, column, values, options)
        findings += notes
        done = convert(column.field, values, unit=column.unit, rows=raw.row_numbers, words=stated_words, options=options, header=column.header, codes=codes)
        if column.field.type in ("id", "ids") and raw.geometry is None and column.field.name not in ("carrier_id", "zone"):
            done = words_among_ids(raw, column, done, said_elsewhere)
        filled, notes = from_twin(raw, column, done.values)
        done = dataclasses.replace(done, values=filled)
        findings += [*done.findings, *notes]
        if column.field.codes == "land_use" and len(raw.frame):
            findings += against_names(done.values, column.header, raw.frame, {_word(word): code for code, (said, _) in stated_words.items() for word in said}, raw.row_numbers, name)
        frame[column.field.column] = done.values
        extra = done.extra if done.extra is None or kind.name == "supply" else done.extra.drop(columns="land_use_unread", errors="ignore")
        frame = frame if extra is None else beside(frame, extra)
        if column.proposed and name in WAYS and len(done.bad.rows):
            findings.append(_unread_number(column, done.bad, raw.row_numbers))  # nobody asked for the column: it costs no row
        elif column.proposed and name == "started" and len(done.bad.rows):
            findings.append(found("project.started_unread", row=int(raw.row_numbers[done.bad.rows[0]]), field=name, value_seen=done.bad.seen[0], count=len(done.bad.rows), header=column.header))
        else:
            cells.append(done.bad)
        if column.field.required:
            cells.append(_blank(column, done.values, done.bad.rows))
        if column.field.type == "quantity" and name not in QUANTITY_MAY_BE_NEGATIVE:
            findings += _negative(column, done.values, values, raw.row_numbers)
    moved, notes = other_epoch(kind.name, frame, raw, frozenset(name for name, said in spec.columns.items() if "epoch" in said.options))
    cells += [BadCells(at, name, seen, [reason] * len(at)) for at, name, seen, reason in moved]
    findings += notes
    cells.append(_nameless(frame, raw, kind, mapped, {int(row) for group in cells for row in group.rows}))
    for group in cells:
        bad[group.rows] = True
    if kind.name == "supply":
        frame, notes = supply_terms(frame)
        findings += notes
    findings += spans_reversed(kind.name, frame)
    severity = "error" if study.on_bad_rows == "refuse" else "warning"
    if kind.name == "standard_land":
        findings += _keyless(wide, left[-1][1], mapped, severity)
        if "operator" in frame:
            frame["operator_sign"] = frame["operator"].map(lambda word: sign_of(word) if isinstance(word, str) else "").astype(object)
        frame, notes = one_scale(frame, raw)
        findings += notes
    findings += bad_findings(cells, raw.row_numbers, severity)
    source = raw.source
    return Layer(frame, raw.geometry, mapped, placed(findings, role=spec.role, path=spec.shown_path, layer=source.layer), bad, left)


def _word(text: str) -> str:
    return plain_text(text).casefold().replace(" ", "")


def _unread_number(column: Mapped, bad: BadCells, rows: NDArray[np.int64]) -> Finding:
    """Cells of a further number of a row (合同编号 and the like) that cannot be read: the number is unknown, the row stays."""
    zh, en = REASONS.get(bad.reasons[0], (bad.reasons[0], bad.reasons[0]))
    return found("join.number_unread", row=int(rows[bad.rows[0]]), field=column.field.name, value_seen=bad.seen[0], count=len(bad.rows), reason_zh=zh, reason_en=en)


def _gone(before: RawLayer, after: RawLayer) -> NDArray[np.int64]:
    """Row numbers that a step left out."""
    return np.array([], dtype=np.int64) if after is before else np.setdiff1d(before.row_numbers, after.row_numbers)


def _words(column: Mapped, spec: LayerSpec, tables: Mapping[str, Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Code -> (words, stated by the study); the study's own words come first."""
    stated = spec.values.get(column.field.name, {})
    known: dict[str, tuple[tuple[str, ...], bool]] = {code: (tuple(said), True) for code, said in stated.items()}
    declared = tables.get(column.field.codes, {}) if column.field.codes else (column.field.categories or {})
    for code, said in declared.items():
        known.setdefault(code, ((), False))
        known[code] = (known[code][0] + tuple(said), known[code][1])
    return known


def _filtered(raw: RawLayer, spec: LayerSpec) -> tuple[RawLayer, list[Finding]]:
    if not spec.where:
        return raw, []
    wanted = str(spec.where["column"])
    position = next((i for i, h in enumerate(raw.frame.columns) if same_header(h) == same_header(wanted)), None)
    if position is None:
        return raw, [found("schema.unknown_where", field="where", value_seen=wanted, columns=first_of(raw.frame.columns, 40))]
    values = column_of(raw.frame, position).map(_plain)
    meant = values.map(raw.meanings.get(str(raw.frame.columns[position]), {}))  # a filter may name a code or what it means
    keep = pd.Series(True, index=raw.frame.index)
    if "in" in spec.where:
        wanted_values = {_plain(v) for v in _list(spec.where["in"])}
        keep &= values.isin(wanted_values) | meant.isin(wanted_values)
    if "not_in" in spec.where:
        unwanted = {_plain(v) for v in _list(spec.where["not_in"])}
        keep &= ~(values.isin(unwanted) | meant.isin(unwanted))
    named = list(dict.fromkeys(word for key in ("in", "not_in") if key in spec.where for word in map(_plain, _list(spec.where[key]))))
    strange = [word for word in named if word and not (values.eq(word) | meant.eq(word)).any()]
    notes = [found("layer.where_no_row", field=wanted, value_seen=first_of(strange, 10), count=len(strange))] if strange and len(values) else []
    if {"min", "max"} & set(spec.where):
        parsed, units = parse_numbers(column_of(raw.frame, position))
        numbers = parsed.values.to_numpy(float)
        unsure = np.flatnonzero((parsed.bad | units.notna()).to_numpy(bool) & keep.to_numpy(bool))
        if len(unsure):  # whether such a row is wanted, nobody can say
            first = int(unsure[0])
            notes.append(found("layer.where_no_number", field=wanted, row=int(raw.row_numbers[first]), count=len(unsure), value_seen=str(raw.frame.iat[first, position])[:80]))
        keep &= ~(numbers < float(spec.where.get("min", -np.inf))) & ~(numbers > float(spec.where.get("max", np.inf))) & ~np.isnan(numbers)
    mask = keep.to_numpy(bool)
    return _kept(raw, mask), [*notes, found("layer.filtered", field=wanted, count=int(mask.sum()), total=len(mask))]


def of_type(raw: RawLayer, spec: LayerSpec) -> tuple[RawLayer, list[Finding]]:
    """The features of the one geometry type that the study names; those without geometry stay, to be judged as bad rows."""
    wanted = TYPES.get(spec.options.get("geometry_type", "any"))
    if wanted is None or raw.geometry is None:
        return raw, []
    other = ~np.isin(shapely.get_type_id(raw.geometry), (-1, *wanted))
    if not other.any():
        return raw, []
    note = found("layer.types_left_out", field="geometry", row=int(raw.row_numbers[np.argmax(other)]), count=int(other.sum()), value_used=spec.options["geometry_type"],
                 value_seen=Several(sorted({shape.geom_type for shape in raw.geometry[other]})))
    return _kept(raw, ~other), [note]


def _kept(raw: RawLayer, mask: NDArray[np.bool_]) -> RawLayer:
    return dataclasses.replace(raw, frame=raw.frame[mask].reset_index(drop=True), row_numbers=raw.row_numbers[mask],
                               geometry=None if raw.geometry is None else raw.geometry[mask])


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _plain(value: Any) -> str:
    """Numbers and text compare alike: 1, 1.0 and "1" are one value."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    text = str(value).strip()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else text


def _blank(column: Mapped, values: pd.Series, already: NDArray[np.int64]) -> BadCells:
    missing = np.flatnonzero(values.isna().to_numpy())
    missing = np.setdiff1d(missing, already)
    return BadCells(missing, column.field.name, [""] * len(missing), ["blank"] * len(missing), "row.blank_key")


def _keyless(wide: RawLayer, gone: NDArray[np.int64], mapped: Mapping[str, Mapped], severity: str) -> list[Finding]:
    """Rows of a wide ledger that say something, but neither of a measure nor of a parcel: the rest of a row that was broken in two, or one whose key was forgotten."""
    if not len(gone) or "parcel_id" not in mapped:
        return []
    at_all = np.isin(wide.row_numbers, gone)
    rows, numbers = wide.frame[at_all], wide.row_numbers[at_all]
    names = [str(name) for name in rows.columns]
    if mapped["parcel_id"].header not in names:
        return []
    blank = rows.map(is_null).to_numpy(bool)
    told = np.flatnonzero(blank[:, names.index(mapped["parcel_id"].header)] & ~blank.all(axis=1))
    return [found("row.blank_key", severity=severity, row=int(numbers[at]), field="parcel_id") for at in told[:LISTED]]


def _nameless(frame: pd.DataFrame, raw: RawLayer, kind: Kind, mapped: Mapping[str, Mapped], already: set[int]) -> BadCells:
    """Rows that have none of the fields of which one is needed, but those already found bad: their cells are not blank, they cannot be read."""
    names = [name for name in kind.one_of if name in mapped]
    if raw.geometry is not None or not names or not len(frame):
        return BadCells()
    blank = pd.concat([frame[mapped[name].field.column].isna() for name in names], axis=1).all(axis=1)
    rows = np.array([row for row in np.flatnonzero(blank.to_numpy(bool)).tolist() if row not in already], dtype=np.int64)
    return BadCells(rows, " / ".join(names), [""] * len(rows), ["blank"] * len(rows), "row.blank_key")


def _negative(column: Mapped, values: pd.Series, seen: pd.Series, rows: NDArray[np.int64]) -> list[Finding]:
    below = np.flatnonzero((values < 0).fillna(False).to_numpy(bool))
    listed = [found("row.negative", row=int(rows[i]), field=column.field.name, value_seen=seen.iloc[i]) for i in below[:LISTED]]
    return listed + ([found("row.more_bad", field=column.field.name, count=len(below) - LISTED)] if len(below) > LISTED else [])


def bad_findings(cells: list[BadCells], rows: NDArray[np.int64], severity: Any, *, listed: int = LISTED) -> list[Finding]:
    """Bad cells one by one up to a limit, then counted."""
    findings: list[Finding] = []
    for group in cells:
        for i, seen, reason in list(zip(group.rows, group.seen, group.reasons, strict=True))[:listed]:
            zh, en = REASONS.get(reason, (reason, reason))
            findings.append(found(group.code, severity=severity, row=int(rows[i]), field=group.field, value_seen=seen, reason_zh=zh, reason_en=en))
        if len(group.rows) > listed:
            findings.append(found("row.more_bad", severity=severity, field=group.field, count=len(group.rows) - listed))
    return findings


def without_bad(layer: Layer, study: Study, *, area_m2: NDArray[np.float64] | None = None) -> Layer:
    """Leave bad rows out where the study says so, with one finding that names them (and the ground they take along)."""
    if not layer.bad.any() or study.on_bad_rows == "refuse":
        return layer
    rows = layer.frame["row"].to_numpy()[layer.bad]
    ground = "" if area_m2 is None else float(np.nansum(area_m2[layer.bad]))
    note = found("row.set_aside", count=int(layer.bad.sum()), rows=lines_of(rows, 20),
                 reason_zh="坏行", reason_en="bad rows", area=f"；{ground:,.1f} m²" if ground != "" else "")
    return left_out(layer, layer.bad, "bad_row", note)


def known_by(layer: Layer, role: str, study: Study) -> Layer:
    """The rows that can be known on the as-of day: an approval, a project or a year's figures after it are not, whatever the file has."""
    name = KNOWN_FROM.get(role, "")
    if name not in layer.frame:
        return layer
    days = layer.frame[name]
    later = (days.gt(study.as_of.year) if name == "year" else pd.to_datetime(days).gt(pd.Timestamp(study.as_of))).fillna(False).to_numpy(bool)
    if not later.any():
        return layer
    return left_out(layer, later, "after_as_of", found("row.after_as_of", field=name, count=int(later.sum()), row=int(layer.frame["row"].to_numpy()[later][0])))


def left_out(layer: Layer, gone: NDArray[np.bool_], reason: str, note: Finding) -> Layer:
    """The layer without some of its rows, on record and in the account."""
    rows, keep = layer.frame["row"].to_numpy(np.int64)[gone], ~gone
    first = layer.findings[0] if layer.findings else None
    place = {"role": first.role, "path": first.path, "layer": first.layer} if first else {}
    return Layer(layer.frame[keep].reset_index(drop=True), None if layer.geometry is None else layer.geometry[keep], layer.mapped,
                 [*layer.findings, *placed([note], **place)], layer.bad[keep], [*layer.left, (reason, rows)])
