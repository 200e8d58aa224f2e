"""The year of a ledger that has no column of years: stated by the study for all of its rows, never taken from a title in silence."""

from __future__ import annotations

import dataclasses

from spatial.errors import Finding, found
from spatial.normalise.columns import map_columns
from spatial.schema.fields import Kind, same_header
from spatial.schema.raw import RawLayer
from spatial.schema.study import ColumnSpec, LayerSpec


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
