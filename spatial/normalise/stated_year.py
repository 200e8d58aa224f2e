"""The year of a ledger that has no column of years: stated by the study for all of its rows, never taken from a title in silence.

And columns that are headed by that year (2020年计划投资, 税收 over 2020年): they are the year's, those of other years are not.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from spatial.errors import Finding, first_of, found
from spatial.normalise.columns import Mapped, map_columns
from spatial.schema.fields import Kind, bare_header, same_header
from spatial.schema.raw import RawLayer
from spatial.schema.study import ColumnSpec, LayerSpec, Study

_OF_YEAR = re.compile(r"(20\d{2})年度?(?:1[-~—至]+(\d{1,2})月份?)?(.{2,})")
_YEAR_BELOW = re.compile(r"(.{2,})/(20\d{2})(?:年度?)?")


def with_year(raw: RawLayer, spec: LayerSpec, kind: Kind) -> tuple[RawLayer, LayerSpec, list[Finding]]:
    """The table with the year that the study states as a column; refused where a column of the file has years as well."""
    if spec.options.get("year") is None:
        return raw, spec, []
    year = int(spec.options["year"])
    mapped, _ = map_columns(raw, spec, kind)
    if "year" in mapped or "year" in spec.columns:
        column = mapped["year"].header if "year" in mapped else spec.columns["year"].column
        return raw, spec, [found("schema.year_twice", field="year", value_seen=column, value_used=year)]
    header = "year"
    while any(same_header(name) == same_header(header) for name in raw.frame.columns):
        header += "_"
    frame = raw.frame.assign(**{header: year}).astype({header: object})
    return (dataclasses.replace(raw, frame=frame), dataclasses.replace(spec, columns={**spec.columns, "year": ColumnSpec(header)}),
            [found("schema.year_stated", field="year", value_used=year, count=len(frame))])


def named_by_year(raw: RawLayer, spec: LayerSpec, kind: Kind, study: Study) -> tuple[RawLayer, list[Finding]]:
    """The table with further names for the columns of its year: 年度计划投资 for 2020年计划投资, where the ledger is one of 2020; columns of other years are told.

    That is the year which the study states for it, and of projects the year of the as-of day; figures of the first months are the year's where they reach to its month.
    """
    year = study.as_of.year if kind.name == "projects" else spec.options.get("year")
    said = {header: told for header in map(str, raw.frame.columns) if year is not None and (told := _of_year(header, study.as_of.month))}
    own = {header: told[1] for header, told in said.items() if told[0] == int(year or 0)}
    known = {same_header(name) for field in kind.fields for name in (field.name, *field.aliases)}
    other = [header for header, told in said.items() if header not in own and known & set(told[1]) and header not in {column.column for column in spec.columns.values()}]
    notes = [found("schema.other_year", field="year", value_seen=first_of(other, 8), value_used=year, count=len(other))] if other else []
    return dataclasses.replace(raw, names={**raw.names, **{header: (*raw.names.get(header, (header,)), *names) for header, names in own.items()}}) if own else raw, notes


def _of_year(header: str, month: int) -> tuple[int, tuple[str, ...]] | None:
    """The year that a column is headed by, 0 for some of its months, and what the column is called without it."""
    plain = same_header(header)
    if below := _YEAR_BELOW.fullmatch(plain):
        return int(below[2]), (bare_header(below[1]),)
    match = _OF_YEAR.fullmatch(plain)
    if match is None:
        return None
    name = bare_header(match[3].lstrip("/"))  # 2020年 over 税收 too
    whole = (f"年度{name}", name) if not match[2] else (f"年度{name}", f"年度累计{name.removeprefix('累计')}")
    return int(match[1]) if match[2] is None or int(match[2]) == month else 0, whole


def read_by_year(mapped: Mapping[str, Mapped]) -> list[Finding]:
    """What was read from columns headed by a year."""
    return [found("schema.of_year", field=name, value_seen=column.header) for name, column in mapped.items() if column.proposed and _of_year(column.header, 0)]
