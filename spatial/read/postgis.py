"""A layer from PostGIS: a table or a query, read-only, names as identifiers, values as they are kept."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import shapely

from spatial.errors import Finding, Refused, Several, found
from spatial.read.vector.tidy import header, with_units
from spatial.schema.address import masked, table_parts
from spatial.schema.raw import RawLayer, Source

SECONDS_TO_CONNECT = 10
ARC_DEGREES = 1
SHAPE = ("ST_HasArc({0}::geometry)", "ST_NDims({0}::geometry) > 2", f"ST_AsEWKB(ST_CurveToLine({{0}}::geometry, radians({ARC_DEGREES}), 2, 1))", "ST_SRID({0}::geometry)")
_ORDERED = re.compile(r"\border\s+by\b", re.I)
_END = re.compile(r";\s*(?:--[^\n]*\s*)*\Z")  # the end of the statement, and remarks behind it


def read_postgis(url: str, *, role: str, table: str = "", query: str = "") -> RawLayer:
    """Read a table (`schema.table`) or the rows of a query.

    The session is read-only: a query that writes is refused by the server. The geometry column is the one of PostGIS type; its
    reference system is that of its SRID. Rows come in the order that the query asks for, else sorted by their values.

    Raises
    ------
    Refused
        When the server cannot be reached, the query fails, or geometry columns or SRIDs are not one.
    """
    shown = masked(url)

    def refuse(code: str, **values: Any) -> Refused:
        return Refused([found(code, role=role, path=shown, layer=table, **values)])

    if bool(table) == bool(query):
        raise refuse("postgis.which")
    try:
        import psycopg
        from psycopg import sql
    except ImportError:
        raise refuse("postgis.no_driver") from None
    source = sql.SQL("SELECT * FROM {}").format(sql.Identifier(*table_parts(table))) if table else sql.SQL(f"\n{_END.sub('', query)}\n")  # type: ignore[arg-type]
    try:
        connection = psycopg.connect(url, connect_timeout=SECONDS_TO_CONNECT, options="-c default_transaction_read_only=on", client_encoding="UTF8")
    except (psycopg.Error, ValueError) as problem:
        raise refuse("postgis.connect", reason=_first_line(problem)) from None
    with connection:
        _with_far_days(connection)
        try:
            columns, shapes = _columns(connection, source, sql)
            if len(shapes) > 1:
                raise refuse("postgis.several_geometries", value_seen=Several(shapes))
            picked: list[Any] = [sql.Identifier(name) for name in columns if name not in shapes]
            picked += [sql.SQL(text).format(sql.Identifier(name)) for name in shapes for text in SHAPE]
            rows = connection.execute(sql.SQL("SELECT {} FROM ({}) AS layer").format(sql.SQL(", ").join(picked), source), prepare=True).fetchall()
            findings, crs = _crs(connection, {row[-1] for row in rows if shapes and row[-1] is not None}, shapes, refuse)
        except psycopg.Error as problem:
            raise refuse("postgis.query", reason=_first_line(problem)) from None
    lines = [repr(row) for row in rows]
    if not _ORDERED.search(query):  # a server gives the rows of an unordered select as it likes: their numbers must be the same every time
        order = sorted(range(len(rows)), key=lines.__getitem__)
        rows = [rows[i] for i in order]
    names = [name for name in columns if name not in shapes]
    cells = [[_cell(value) for value in row[: len(names)]] for row in rows]
    frame = pd.DataFrame(cells, columns=pd.Index([header(name) for name in names], dtype=object), dtype=object)
    geometry = None
    if shapes:
        geometry, lost = _shapes([row[-2] for row in rows])
        if lost:
            findings.append(found("container.unreadable_geometry", role=role, path=shown, layer=table, row=lost[0] + 1, count=len(lost), reason="its kind is not read"))
        for at, code, step in ((-4, "container.linearised", f"{ARC_DEGREES}°"), (-3, "container.dropped_z", "")):
            if count := sum(row[at] is True for row in rows):
                findings.append(found(code, role=role, path=shown, layer=table, field="geometry", count=count, value_used=step))
    digest = hashlib.sha256("".join(sorted(lines)).encode())
    about = Source(role=role, path=shown, layer=table, driver="PostGIS", rows=len(rows), crs=crs, crs_from="database: SRID" if crs else "", encoding="UTF-8",
                   encoding_from="database", sha256=digest.hexdigest())
    units, called = with_units({str(name): (str(name),) for name in frame.columns})
    return RawLayer(frame, np.arange(1, len(rows) + 1), geometry, about, units, called, findings)


def _with_far_days(connection: Any) -> None:
    """Days that no Python date holds: infinity is the day that systems write for none, any other stays the text that the server gives."""
    import psycopg
    from psycopg.types import datetime as plain

    def far(loads: Any) -> Any:
        def load(self: Any, data: Any) -> Any:
            try:
                return loads.load(self, data)
            except (psycopg.DataError, ValueError, OverflowError):
                text = bytes(data).decode()
                return {"infinity": date(9999, 12, 31), "-infinity": date(1, 1, 1)}.get(text, text)

        return type(f"Far{loads.__name__}", (loads,), {"load": load})

    for name, loads in (("date", plain.DateLoader), ("timestamp", plain.TimestampLoader), ("timestamptz", plain.TimestamptzLoader)):
        connection.adapters.register_loader(name, far(loads))


def _shapes(written: list[Any]) -> tuple[Any, list[int]]:
    """Geometries in the plane, and the rows whose shape is of a kind that nothing here reads (TIN, PolyhedralSurface)."""
    binary = np.array([None if one is None else bytes(one) for one in written], dtype=object)
    with np.errstate(all="ignore"):  # corners that are not finite are named by the geometry gate
        geometry = shapely.from_wkb(binary, on_invalid="ignore")
    return shapely.force_2d(geometry), [i for i, (shape, one) in enumerate(zip(geometry, written, strict=True)) if shape is None and one is not None]


def _columns(connection: Any, source: Any, sql: Any) -> tuple[list[str], list[str]]:
    """Column names of a select, and those of them that are geometry."""
    kinds = {row[0] for row in connection.execute("SELECT oid FROM pg_type WHERE typname IN ('geometry', 'geography')").fetchall()}
    cursor = connection.execute(sql.SQL("SELECT * FROM ({}) AS layer LIMIT 0").format(source), prepare=True)  # prepared: one statement and no more
    described = cursor.description or []
    return [column.name for column in described], [column.name for column in described if column.type_code in kinds]


def _crs(connection: Any, srids: set[int], shapes: list[str], refuse: Any) -> tuple[list[Finding], str]:
    """Authority code of the one SRID; none for SRID 0."""
    if len(srids) > 1:
        raise refuse("postgis.several_srids", value_seen=Several(str(srid) for srid in sorted(srids)))
    if not shapes or not srids or srids == {0}:
        return [], ""
    row = connection.execute("SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s", (next(iter(srids)),)).fetchone()
    if row is None:
        return [], ""
    return [], f"{row[0]}:{row[1]}" if row[0] else str(row[2])


def _cell(value: Any) -> Any:
    """Numbers that a float would round stay text; everything else as it is."""
    if isinstance(value, Decimal):
        number = float(value)
        return number if Decimal(repr(number)) == value else format(value, "f")
    if isinstance(value, (bool, int, float, str)) or value is None or hasattr(value, "isoformat"):
        return value
    return str(value)


def _first_line(problem: Exception) -> str:
    return masked(str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__)
