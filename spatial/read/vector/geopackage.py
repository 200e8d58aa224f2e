"""GeoPackage: checked before it is opened, and opened so that no journal appears beside it."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spatial.errors import Several, first_of
from spatial.read.vector import domains
from spatial.read.vector.draft import Draft, Place, choose, objects
from spatial.read.vector.gdal import layer_names as gdal_layer_names
from spatial.read.vector.gdal import read_layer
from spatial.resources import sqlite_uri

PLAIN_MODULES = ("rtree", "rtree_i32", "fts3", "fts4", "fts5")
NUMBER = re.compile(r"(REAL|DOUBLE|FLOAT|NUMERIC|DECIMAL|(BIG|SMALL|TINY|MEDIUM)?INT)", re.IGNORECASE)
IMAGES = ("tiles", "2d-gridded-coverage", "vector-tiles")
CHECKED_BYTES = 64_000_000  # the whole of a smaller file is checked page by page


def read_geopackage(path: Path, place: Place, scratch: Path) -> Draft:
    target = prepared(path, place, scratch)
    return read_prepared(target, place, immutable=target is path)


def read_prepared(target: Path, place: Place, *, immutable: bool, asleep: Path | None = None) -> Draft:
    """A layer of a file that was looked at: its cells as they stand, and what their codes mean; with a scratch folder its attributes alone, asleep there."""
    layer = choose(gdal_layer_names(target, "GPKG", place), place)
    with ThreadPoolExecutor(1) as beside:
        scan = beside.submit(_scanned, target, layer, immutable)
        draft = read_layer(target, "GPKG", place, layers=[layer], asleep=asleep)
        try:
            return _as_stored(draft, scan.result(), target, place, immutable=immutable)
        except sqlite3.Error as error:
            raise place.refuse("container.damaged", what="GeoPackage", reason=str(error)[:200]) from None


@dataclass(frozen=True, slots=True)
class Scan:
    """What the driver does not tell of a layer: the columns of numbers in which text stands, what the table of layers states of it (the column of its shapes; number,
    body and code of its reference system), and the heads of the shapes, which state a system each."""

    with_text: frozenset[str]
    system: tuple[str, int, object, int] | None
    heads: tuple[object, ...]


@contextmanager
def _opened(path: Path, immutable: bool) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(sqlite_uri(path, f"mode={'ro&immutable=1' if immutable else 'rw'}"), uri=True)
    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        yield connection
    finally:
        connection.close()


def _scanned(path: Path, layer: str, immutable: bool) -> Scan:
    """One pass over the numbers of a layer and one over its shapes, while the driver reads it."""
    with _opened(path, immutable) as connection:
        table = _quoted(layer)
        numbers = [str(name) for _, name, kind, _, _, key in connection.execute(f"PRAGMA table_info({table})") if NUMBER.match(str(kind)) and not key]
        asked = ", ".join(f"max(typeof({_quoted(name)}) = 'text')" for name in numbers)
        told = connection.execute(f"SELECT {asked} FROM {table}").fetchone() if numbers else ()
        system = connection.execute("SELECT g.column_name, g.srs_id, s.organization, s.organization_coordsys_id FROM gpkg_geometry_columns g "
                                    "LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id WHERE lower(g.table_name) = lower(?)", (layer,)).fetchone()
        heads = connection.execute(f"SELECT DISTINCT {_head(system[0])} FROM {table}").fetchall() if system is not None else []
        return Scan(frozenset(name for name, some in zip(numbers, told, strict=True) if some), system, tuple(head for (head,) in heads))


def _as_stored(draft: Draft, scan: Scan, path: Path, place: Place, *, immutable: bool) -> Draft:
    """Text that stands in a column of numbers, put back as text: the driver makes 60 of '60,000' and 0 of 'n/a' without a word."""
    with _opened(path, immutable) as connection:
        domains.of_geopackage(connection, draft)
        _one_system(connection, draft, scan, place)
        for i, (name, held) in enumerate(draft.columns):
            if name in scan.with_text:
                asked = f"SELECT CASE WHEN typeof({_quoted(name)}) = 'text' THEN {_quoted(name)} END FROM {_quoted(draft.layer)} ORDER BY rowid"
                texts = [cell for (cell,) in connection.execute(asked).fetchall()]
                if len(texts) != len(held):
                    raise place.refuse("container.damaged", what="GeoPackage", reason=f"{name}: text in a column of numbers")
                at = [k for k, text in enumerate(texts) if text is not None]
                draft.columns[i] = (name, objects([old if text is None else text for old, text in zip(np.asarray(held), texts, strict=True)]))
                draft.findings.append(place.finding("container.text_in_numbers", layer=draft.layer, row=at[0] + 1, field=name, count=len(at), value_seen=texts[at[0]][:40]))
    return draft


def _head(column: str) -> str:
    return f"substr({_quoted(column)}, 1, 8)"


def _one_system(connection: sqlite3.Connection, draft: Draft, scan: Scan, place: Place) -> None:
    """Shapes that state another reference system than the table of layers does: neither is taken then, and the study has to say."""
    if scan.system is None or not draft.crs:
        return
    column, number, body, code = scan.system
    own = {number, code} if str(body).upper() == "EPSG" else {number}
    if draft.crs.startswith("EPSG:"):  # a definition of the file's own that is the system of that code
        own.add(int(draft.crs[5:]))
    others: dict[object, int] = {}
    for seen in scan.heads:
        stated = int.from_bytes(seen[4:], "little" if seen[3] & 1 else "big", signed=True) if isinstance(seen, bytes) and len(seen) == 8 and seen[:2] == b"GP" else 0
        if stated > 0 and stated not in own:
            others[seen] = stated
    if others:
        count = sum(int(connection.execute(f"SELECT count(*) FROM {_quoted(draft.layer)} WHERE {_head(column)} = ?", (seen,)).fetchone()[0]) for seen in others)
        draft.findings.append(place.finding("container.srs_conflict", layer=draft.layer, count=count, value_seen=Several(sorted(set(others.values()))), value_used=draft.crs))
        draft.crs = draft.crs_from = ""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def layer_names(path: Path, place: Place, scratch: Path) -> list[str]:
    return gdal_layer_names(prepared(path, place, scratch), "GPKG", place)


def prepared(path: Path, place: Place, scratch: Path) -> Path:
    """The file to open: itself, or a copy in scratch where the database would write beside it or has another suffix."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(100)
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(head[28:32], "big")
    if len(head) < 100 or page < 512 or page & (page - 1):
        raise place.refuse("container.damaged", what="GeoPackage", reason="the header is cut or wrong")
    if pages and head[24:28] == head[92:96] and pages * page > size:
        raise place.refuse("container.cut", value_seen=size, expected=pages * page)
    journals = [other for suffix in ("-wal", "-journal") if (other := path.with_name(path.name + suffix)).is_file() and other.stat().st_size]
    target = path
    if journals or 2 in head[18:20] or path.suffix.lower() != ".gpkg":
        target = scratch / "copy.gpkg"
        shutil.copyfile(path, target)
        for journal in journals:
            shutil.copyfile(journal, target.with_name(target.name + journal.name[len(path.name):]))
    _check(target, place, immutable=target is path, whole=size <= CHECKED_BYTES)
    return target


def _check(path: Path, place: Place, *, immutable: bool, whole: bool) -> None:
    uri = sqlite_uri(path, f"mode={'ro&immutable=1' if immutable else 'rw'}")
    try:
        connection = sqlite3.connect(uri, uri=True)
        try:
            connection.execute("PRAGMA trusted_schema=OFF")
            schema = [str(sql) for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
            verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0]) if whole else "ok"
            tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            held = connection.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall() if "gpkg_contents" in tables else []
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeError, OverflowError) as error:
        raise place.refuse("container.damaged", what="GeoPackage", reason=str(error)[:200]) from None
    if verdict != "ok":
        raise place.refuse("container.damaged", what="GeoPackage", reason=verdict.replace("\n", " ")[:200])
    if "gpkg_contents" not in tables:
        raise place.refuse("container.refused_kind", value_seen="SQLite")
    images = [str(name) for name, kind in held if kind in IMAGES]
    if images and len(images) == len(held):
        raise place.refuse("container.images_only", value_seen=first_of(images, 10))
    for sql in schema:
        module = re.search(r"VIRTUAL\s+TABLE.*?\sUSING\s+[\"'`\[]?(\w+)", sql, re.IGNORECASE | re.DOTALL)
        if module and module.group(1).lower() not in PLAIN_MODULES:
            raise place.refuse("container.link_inside", value_seen=sql[:200])
        if re.search(r"load_extension|\bogr_\w+\s*\(|readfile|writefile|/vsi", sql, re.IGNORECASE):
            raise place.refuse("container.link_inside", value_seen=sql[:200])
