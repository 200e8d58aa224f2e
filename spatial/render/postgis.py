"""Results in a PostGIS schema: all tables in one transaction, each made under a staging name, and only those of an earlier run replaced."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Refused, Several, first_of, found
from spatial.render.records import plain, results
from spatial.schema.address import masked, table_parts
from spatial.schema.blocks import Blocks, blocks_of
from spatial.schema.result import Result
from spatial.schema.study import Study

MARK = "spatial-landuse"  # begins the comment of every table that a run made; a table without it is somebody's own
TABLES = ("parcels", "carriers", "pieces", "zones", "indicator_values", "scorecard", "joins", "inputs", "findings")
HELPERS = ("industrial", "built_or_unknown")  # columns of the parcels that only the indicators use
SECONDS_TO_CONNECT = 10
LONGEST_BYTES = 63  # PostgreSQL cuts longer names, and two long ones may meet


@dataclass(frozen=True)
class Table:
    """One table to write: columns and their types, and its rows."""

    name: str
    columns: Mapping[str, str]
    frame: pd.DataFrame
    shapes: Blocks | None = None  # (positions, geometries) of the rows, where the table has geometry


def refuse_database(study: Study) -> None:
    """Refuse before the long work a database that cannot be reached or that holds tables of others under our names.

    Raises
    ------
    Refused
        With every obstacle found.
    """
    if not study.output.get("postgis"):
        return
    with _connected(study) as (connection, refuse):
        _ready(connection, study, refuse)
        connection.rollback()


def write_postgis(result: Result, *, version: str, parts: Blocks | None = None) -> None:
    """Write the tables of a run into the schema that the study names; nothing where it names none.

    Readers of the schema see the earlier run until the new one is complete; where a table keeps its columns, its rights and the views
    on it stay. `parts` gives the parcels' geometries in partitions where the frame has none.

    Raises
    ------
    Refused
        With the server's reason; the schema is then as it was.
    """
    study = result.study
    if not study.output.get("postgis"):
        return
    with _connected(study) as (connection, refuse):
        _ready(connection, study, refuse)
        srid = _srid(connection, result, refuse)
        tables = list(_tables(result, srid, _geometry_type(connection, refuse), parts))
        long = [name for table in tables for name in table.columns if len(name.encode()) > LONGEST_BYTES]
        if long:
            raise refuse("postgis.long_name", value_seen=first_of(long, 5), count=len(long))
        comment = f"{MARK} {version}: {study.name}, {study.as_of.isoformat()}"
        for table in tables:
            _stage(connection, study.output["schema"], table, comment)
        for name in TABLES:
            _place(connection, study.output["schema"], name, any(table.name == name for table in tables))
        connection.commit()


@contextmanager
def _connected(study: Study) -> Iterator[tuple[Any, Any]]:
    """A connection and the way to refuse; whatever the server says becomes a finding without the password."""
    schema = study.output["schema"]

    def refuse(code: str, **values: Any) -> Refused:
        return Refused([found(code, role="study", path=masked(study.output["postgis"]), **{"field": "output.postgis", "layer": schema, **values})])

    try:
        import psycopg
    except ImportError:
        raise refuse("postgis.no_driver") from None
    try:
        connection = psycopg.connect(study.output["postgis"], connect_timeout=SECONDS_TO_CONNECT, client_encoding="UTF8")
    except (psycopg.Error, ValueError) as problem:
        raise refuse("postgis.connect", reason=_first_line(problem)) from None
    try:
        yield connection, refuse
    except psycopg.Error as problem:
        raise refuse("postgis.write", reason=_first_line(problem)) from None
    finally:
        connection.close()  # what was not committed is undone


def _first_line(problem: Exception) -> str:
    return masked(str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__)


def _ready(connection: Any, study: Study, refuse: Any) -> None:
    """The schema is there (or can be made), nobody else writes into it, and what stands under our names is ours."""
    from psycopg import sql

    schema = study.output["schema"]
    read_here = [spec.options["table"] for spec in study.layers.values() if tuple(table_parts(spec.options.get("table", ""))) in {(schema, name) for name in TABLES}]
    if read_here:
        raise refuse("postgis.holds_inputs", value_seen=read_here[0])
    _geometry_type(connection, refuse)
    if not connection.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", (f"{MARK}/{schema}",)).fetchone()[0]:
        raise refuse("postgis.in_use")
    if connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    strangers = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = ANY(%s) "
        "AND (c.relkind <> 'r' OR coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE %s) ORDER BY 1",
        (schema, [*TABLES, *(_staging(name) for name in TABLES)], f"{MARK} %")).fetchall()
    if strangers:
        raise refuse("postgis.not_ours", value_seen=Several(row[0] for row in strangers), count=len(strangers))


def _geometry_type(connection: Any, refuse: Any) -> str:
    """The schema in which PostGIS keeps its type, whatever the search path says."""
    row = connection.execute("SELECT n.nspname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'geometry'").fetchone()
    if row is None:
        raise refuse("postgis.no_extension")
    return str(row[0])


def _srid(connection: Any, result: Result, refuse: Any) -> int:
    authority = result.parcels.crs.to_authority() if result.parcels.crs is not None else None
    row = connection.execute("SELECT srid FROM spatial_ref_sys WHERE auth_name = %s AND auth_srid::text = %s", authority).fetchone() if authority else None
    if row is None:
        raise refuse("postgis.no_srid", field="study.working_crs", value_seen=result.working_crs)
    return int(row[0])


def _tables(result: Result, srid: int, home: str, parts: Blocks | None) -> Iterator[Table]:
    """The tables of a run in the order of `TABLES`; carriers only where there are any."""
    content = results(result)
    large = len(result.parcels) > result.study.large
    yield _ground("parcels", result.parcels.drop(columns=[name for name in HELPERS if name in result.parcels]), srid, home, parts if large else None)
    if len(result.carriers):
        yield _ground("carriers", result.carriers, srid, home, None)
    ids, rows = (result.parcels[name].to_numpy()[result.pieces["parcel"].to_numpy(np.int64)] for name in ("parcel_id", "row"))
    pieces = pd.DataFrame({"parcel_id": ids, "source_row": rows, **{name: result.pieces[name].to_numpy() for name in ("zone", "share", "area_m2")}})
    yield Table("pieces", _types(pieces), pieces)
    for name, part in (("zones", "zones"), ("indicator_values", "values"), ("scorecard", "scorecard"), ("joins", "joins"), ("inputs", "inputs"), ("findings", "findings")):
        frame = pd.DataFrame({column: pd.Series([row[column] for row in content[part]], dtype=object) for column in (content[part] or [{}])[0]})
        if len(frame.columns):
            yield Table(name, _types(frame), frame)


def _ground(name: str, frame: gpd.GeoDataFrame, srid: int, home: str, parts: Blocks | None) -> Table:
    from psycopg import sql

    columns = frame.drop(columns=frame.geometry.name).rename(columns={"row": "source_row"})
    kind = sql.SQL("{}(MultiPolygon, {})").format(sql.Identifier(home, "geometry"), sql.Literal(srid)).as_string()

    def hexed() -> Iterator[tuple[NDArray[np.int64], NDArray[Any]]]:
        for places, shapes in parts() if parts else blocks_of(frame):
            whole = shapely.force_2d(np.asarray(shapes, dtype=object))
            single = shapely.get_type_id(whole) == 3
            whole[single] = shapely.multipolygons(whole[single], indices=np.arange(single.sum())) if single.any() else whole[single]
            yield places, shapely.to_wkb(shapely.set_srid(whole, srid), hex=True, include_srid=True)

    return Table(name, {**_types(columns), "geom": kind}, columns, hexed)


def _types(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): _type(frame[name]) for name in frame.columns}


def _type(column: pd.Series) -> str:
    """The database type that holds every value of a column; text where they are of several kinds."""
    if column.dtype.kind in "biufM":
        return {"b": "boolean", "i": "bigint", "u": "bigint", "f": "double precision", "M": "date"}[column.dtype.kind]
    kinds = {type(plain(value)) for value in column.tolist()} - {type(None)}
    if kinds & {dict, list}:
        return "jsonb"
    for kind, name in ((bool, "boolean"), (int, "bigint"), (float, "double precision")):
        if kinds and kinds <= {kind, *((int,) if kind is float else ())}:
            return name
    return "text"


def _cells(column: pd.Series, kind: str) -> list[Any]:
    """The cells as the database takes them: no NUL in text, which it cannot hold."""
    values = [plain(value) for value in column.tolist()]
    if kind == "jsonb":
        return [None if value is None else json.dumps(value, ensure_ascii=False).replace("\\u0000", "") for value in values]
    return [None if value is None else str(value).replace("\x00", "") for value in values] if kind == "text" else values


def _staging(name: str) -> str:
    return f"_{name}_staging"


def _stage(connection: Any, schema: str, table: Table, comment: str) -> None:
    """Make a table under its staging name, filled and marked."""
    from psycopg import sql

    place = sql.Identifier(schema, _staging(table.name))
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(place))
    columns = [sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in table.columns.items()]  # type: ignore[arg-type]
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(place, sql.SQL(", ").join(columns)))
    connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(place, sql.Literal(comment.replace("\x00", ""))))
    names = sql.SQL(", ").join(sql.Identifier(name) for name in table.columns)
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(place, names)) as copy:
        for places, shapes in table.shapes() if table.shapes else [(np.arange(len(table.frame)), None)]:
            part = table.frame.iloc[places]
            cells = [_cells(part[name], table.columns[str(name)]) for name in part.columns]
            for row in zip(*cells, *([] if shapes is None else [shapes.tolist()]), strict=True):
                copy.write_row(row)
    if table.shapes:
        connection.execute(sql.SQL("CREATE INDEX ON {} USING gist (geom)").format(place))


def _place(connection: Any, schema: str, name: str, written: bool) -> None:
    """Put a staged table in its place: into the earlier one where the columns are the same (so that its rights and views stay), else instead of it."""
    from psycopg import sql

    old, new = sql.Identifier(schema, name), sql.Identifier(schema, _staging(name))
    before, after = _columns(connection, schema, name), _columns(connection, schema, _staging(name))
    if written and before == after:
        mark = connection.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", (new.as_string(),)).fetchone()[0]
        for text in ("TRUNCATE {old}", "INSERT INTO {old} SELECT * FROM {new}", "COMMENT ON TABLE {old} IS {mark}", "DROP TABLE {new}"):
            connection.execute(sql.SQL(text).format(old=old, new=new, mark=sql.Literal(mark)))  # type: ignore[arg-type]
        return
    if before:
        connection.execute(sql.SQL("DROP TABLE {}").format(old))
    if written:
        connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(new, sql.Identifier(name)))


def _columns(connection: Any, schema: str, name: str) -> list[Any]:
    found_there: list[Any] = connection.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum", (schema, name)).fetchall()
    return found_there
