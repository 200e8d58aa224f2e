"""The last step of reading a layer: headers made comparable, geometry made plane, and everything odd about it reported."""

from __future__ import annotations

import dataclasses
import hashlib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, Several
from spatial.read.ledger.units import header_unit, without_unit
from spatial.read.vector.asleep import Asleep
from spatial.read.vector.draft import Draft, Place
from spatial.schema.raw import RawLayer, Source

FAMILIES = {0: "Point", 4: "Point", 1: "LineString", 2: "LineString", 5: "LineString", 3: "Polygon", 6: "Polygon", 7: "GeometryCollection"}


def header(name: str) -> str:
    """A column name as names are compared: NFKC, no line breaks, trimmed."""
    return " ".join(unicodedata.normalize("NFKC", name).replace("\x00", "").split()) if name.isascii() \
        else "".join(unicodedata.normalize("NFKC", name).replace("\x00", "").splitlines()).strip()


def finish(draft: Draft, sha256: str, place: Place) -> RawLayer:
    """The raw layer that `normalise` takes over."""
    findings = list(draft.findings)
    frame, names = _frame(draft, place, findings)
    geometry = draft.geometry
    if geometry is not None:
        geometry = _plane(geometry, place, findings)
        report_kinds(shapely.is_missing(geometry) | shapely.is_empty(geometry), shapely.get_type_id(geometry), draft.rows, place, findings)
    source = Source(role=place.role, path=place.shown_path, layer=draft.layer, driver=draft.driver, rows=len(draft.rows), crs=draft.crs,
                    crs_from=draft.crs_from, encoding=draft.encoding, encoding_from=draft.encoding_from, sha256=sha256)
    named = [finding if finding.layer else _in_layer(finding, place.layer or "") for finding in findings]
    units, names = with_units(names)
    units |= {header(name): unit for name, unit in draft.units.items()}
    return RawLayer(frame=frame, row_numbers=draft.rows, geometry=geometry, source=source, units=units, names=names, findings=named,
                    meanings={header(name): codes for name, codes in draft.meanings.items()})


def with_units(names: dict[str, tuple[str, ...]]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The units that headers state, and the names with the bare one added where it means one column: `登记面积(亩)` is also `登记面积`."""
    units = {column: unit for column in names if (unit := header_unit(column))}
    bare = {column: without_unit(column) for column in units}
    times = Counter([*bare.values(), *names])
    return units, {column: (*called, bare[column]) if column in bare and times[bare[column]] == 1 else called for column, called in names.items()}


def fingerprint(path: Path) -> str:
    """SHA-256 of a file; of a folder, of its files' names and contents in order; of a shapefile, of its .shp and what stands with it."""
    digest = hashlib.sha256()
    if path.is_dir():
        for inner in sorted(p for p in path.rglob("*") if p.is_file()):
            digest.update(inner.relative_to(path).as_posix().encode() + b"\x00" + bytes.fromhex(fingerprint(inner)))
        return digest.hexdigest()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _in_layer(finding: Finding, layer: str) -> Finding:
    return dataclasses.replace(finding, layer=layer)


def _frame(draft: Draft, place: Place, findings: list[Finding]) -> tuple[pd.DataFrame, dict[str, tuple[str, ...]]]:
    """Columns under their tidy names; a name that stands twice is kept once and numbered after, and reported."""
    columns: dict[str, NDArray[Any] | Asleep] = {}
    counts: dict[str, int] = {}
    for position, (name, values) in enumerate(draft.columns, start=1):
        plain = header(name) or f"column_{position}"
        counts[plain] = counts.get(plain, 0) + 1
        numbered = plain if counts[plain] == 1 else f"{plain}#{counts[plain]}"
        while numbered in columns:
            numbered += "#"
        columns[numbered] = values
    findings += [place.finding("container.repeated_header", field=name, count=count) for name, count in counts.items() if count > 1]
    frame = pd.DataFrame({name: pd.Series(values, dtype=None if isinstance(values, Asleep) else object) for name, values in columns.items()}, index=pd.RangeIndex(len(draft.rows)))
    frame.columns = pd.Index(list(columns), dtype=object)
    return frame, {name: (name, *draft.names.get(name, ())) for name in columns}


def _plane(geometry: NDArray[Any], place: Place, findings: list[Finding]) -> NDArray[Any]:
    deep = shapely.has_z(geometry) | shapely.has_m(geometry)
    if deep.any():
        with np.errstate(invalid="ignore"):
            geometry = np.asarray(shapely.force_2d(geometry), dtype=object)
    report_deep(int(deep.sum()), place, findings)
    return geometry


def report_deep(count: int, place: Place, findings: list[Finding]) -> None:
    """Geometries whose heights or measures are left out."""
    if count and not any(finding.code == "container.dropped_z" for finding in findings):
        findings.append(place.finding("container.dropped_z", count=count))


def report_kinds(absent: NDArray[np.bool_], types: NDArray[Any], rows: NDArray[np.int64], place: Place, findings: list[Finding]) -> None:
    """Rows without a shape, and shapes of several kinds."""
    if absent.any():
        findings.append(place.finding("container.null_geometry", row=int(rows[np.argmax(absent)]), count=int(absent.sum())))
    kinds, counts = np.unique(types[~absent], return_counts=True)
    families: dict[str, int] = {}
    for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True):
        families[FAMILIES.get(kind, "?")] = families.get(FAMILIES.get(kind, "?"), 0) + count
    if len(families) > 1:
        shown = Several(f"{name} {count}" for name, count in sorted(families.items()))
        findings.append(place.finding("container.mixed_types", value_seen=shown, count=sum(families.values())))
