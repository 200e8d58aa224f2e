"""Every layer of a study as raw tables: each file goes to the reader of what it is; all refusals are told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from spatial.errors import Finding, Refused
from spatial.read import ledger, vector
from spatial.read.files import sha256
from spatial.read.packed import lone_dbf, packed, read_lone_dbf, read_packed
from spatial.read.postgis import read_postgis
from spatial.schema.fields import Kind, Kinds, kind_of
from spatial.schema.raw import RawLayer
from spatial.schema.result import INPUT_COLUMNS
from spatial.schema.study import LayerSpec, Study

TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def read_layers(study: Study, kinds: Kinds, ready: Mapping[str, RawLayer] | None = None) -> tuple[dict[str, RawLayer], pd.DataFrame]:
    """Read every tabular and vector layer of the study (rasters are read where they are needed); those in `ready` are read already.

    Returns
    -------
    dict of role -> RawLayer, and the frame of inputs

    Raises
    ------
    Refused
        With the findings of all layers, when any of them cannot be read.
    """
    raw: dict[str, RawLayer] = {}
    findings: list[Finding] = []
    refused = False
    for role, spec in study.layers.items():
        kind = kind_of(role, kinds)
        if kind is None:
            continue
        names = names_meant(kind, spec)
        try:
            layer = (ready or {}).get(role) or read_layer(spec, names, drawn=kind.geometry in ("polygon", "point", "any"))
        except Refused as problem:
            findings += problem.findings
            refused = True
            continue
        raw[role] = layer
        findings += layer.findings
    if refused or any(finding.severity == "error" for finding in findings):
        raise Refused(findings)
    return raw, inputs_of(raw, study)


def names_meant(kind: Kind, spec: LayerSpec) -> tuple[tuple[str, ...], ...]:
    """Column names that may be meant: those that the study states, then those of each field."""
    return tuple(column.column for column in spec.columns.values()), *(field.aliases for field in kind.fields)


def read_layer(spec: LayerSpec, names: tuple[tuple[str, ...], ...], *, drawn: bool = False) -> RawLayer:
    """One layer by what its file is: a ledger or a vector layer; `drawn`: it has to have shapes."""
    if "url" in spec.options:
        table = read_postgis(spec.options["url"], role=spec.role, table=spec.options.get("table", ""), query=spec.options.get("query", ""))
        return table if drawn else ledger.as_ledger(table)
    if is_table(spec.path):
        return ledger.read_ledger(spec.path, role=spec.role, shown_path=spec.shown_path, layer=spec.layer or None, encoding=spec.encoding or None)
    if not drawn:
        place = vector.Place(spec.role, spec.shown_path, spec.layer or None, spec.encoding or None, names)
        if lone_dbf(spec.path):
            return read_lone_dbf(spec.path, place, spec.layer or None)
        if ledgers := packed(spec.path, place):
            return read_packed(spec.path, place, ledgers, spec.layer or None, spec.encoding or None)
    raw = vector.read_vector(spec.path, role=spec.role, shown_path=spec.shown_path, layer=spec.layer or None, encoding=spec.encoding or None, known_names=names)
    return raw if drawn or (raw.source.role == "" and raw.geometry is not None) else ledger.as_ledger(raw)


def is_table(path: Path) -> bool:
    """Whether a file is a ledger, by its content: a workbook, or text that is no vector format; an extension decides only for empty files."""
    if path.is_dir():
        return False
    kind = ledger.sniff(path)
    if kind in ledger.WORKBOOKS:
        return vector.sniff(path) is not vector.Kind.STRANGER
    if kind == ledger.Kind.TEXT:
        return vector.sniff(path) in (vector.Kind.UNKNOWN, vector.Kind.EMPTY)
    if kind in ledger.FOREIGN:
        return True
    return path.suffix.lower() in TABLES and kind in (ledger.Kind.EMPTY, ledger.Kind.HTML, ledger.Kind.BINARY, ledger.Kind.ARCHIVE, ledger.Kind.PDF)


def inputs_of(raw: dict[str, RawLayer], study: Study) -> pd.DataFrame:
    """The inputs as rows of results.json; `parts` has the hashes of the files that stand with a shapefile."""
    rows = []
    for role, layer in raw.items():
        source, path = layer.source, study.layers[role].path
        rows.append({"role": role, "path": source.path, "layer": source.layer, "rows": len(layer.frame), "crs": source.crs, "crs_from": source.crs_from,
                     "encoding": source.encoding, "sha256": source.sha256 or sha256([path]), "parts": {part.name: sha256([part]) for part in _parts(path)}})
    return pd.DataFrame(rows, columns=[*INPUT_COLUMNS, "parts"])


def _parts(path: Path) -> list[Path]:
    """The companions of a shapefile."""
    if path.suffix.lower() != ".shp" or not path.is_file():
        return []
    return sorted(p for p in path.parent.iterdir() if p != path and p.stem.lower() == path.stem.lower() and p.suffix.lower() in (".shx", ".dbf", ".prj", ".cpg"))
