"""PostGIS as a source, on a server that the tests start: tables and queries, read-only, and a whole run from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from spatial.errors import Refused
from spatial.read.postgis import read_postgis
from spatial.schema.address import masked
from tests.flow.conftest import SHAPES, District, district
from tests.servers import postgis_server

__all__ = ["district"]
pytestmark = pytest.mark.postgis


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    import psycopg

    with postgis_server() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute('CREATE SCHEMA gis; CREATE TABLE gis."地块" (code text, land_use text, big numeric(20,0), shape geometry(Polygon, 4549))')
            for key, shape in SHAPES.items():
                connection.execute('INSERT INTO gis."地块" VALUES (%s, %s, %s, ST_GeomFromText(%s, 4549))', (key, "1001", "3201140010010000012", shape.wkt))
        yield url


def code(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.findings[0].code


def test_a_table_is_read_with_its_system_and_no_digit_lost(server: str) -> None:
    raw = read_postgis(server, role="parcels", table="gis.地块")
    assert raw.source.crs == "EPSG:4549"
    assert raw.geometry is not None
    assert [shape.area for shape in raw.geometry] == [shape.area for shape in SHAPES.values()]
    assert raw.frame["big"].tolist() == ["3201140010010000012"] * 4


def test_a_query_may_select_and_may_not_write(server: str) -> None:
    raw = read_postgis(server, role="parcels", query='SELECT code, shape FROM gis."地块" WHERE code < \'C\';')
    assert raw.frame["code"].tolist() == ["A", "B"]
    assert code(lambda: read_postgis(server, role="parcels", query='DELETE FROM gis."地块" RETURNING code')) == "postgis.query"
    assert code(lambda: read_postgis(server, role="parcels", query="DROP SCHEMA gis CASCADE")) == "postgis.query"
    assert len(read_postgis(server, role="parcels", table="gis.地块").frame) == 4


def test_rows_keep_their_numbers_whatever_order_the_server_has(server: str) -> None:
    """A server gives the rows of a select in any order: reversed on disk, they are the same rows under the same numbers."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute('CREATE TABLE gis.back AS SELECT * FROM gis."地块" ORDER BY code DESC')
    raw, back = (read_postgis(server, role="parcels", table=name) for name in ("gis.地块", "gis.back"))
    assert back.frame["code"].tolist() == raw.frame["code"].tolist() == ["A", "B", "C", "D"]
    assert back.source.sha256 == raw.source.sha256
    asked = read_postgis(server, role="parcels", query='SELECT * FROM gis."地块" ORDER BY code DESC')
    assert asked.frame["code"].tolist() == ["D", "C", "B", "A"]


def test_a_name_is_a_name_and_no_sql(server: str) -> None:
    assert code(lambda: read_postgis(server, role="parcels", table='gis."地块"; DROP SCHEMA gis CASCADE; --')) == "postgis.query"
    assert code(lambda: read_postgis(server, role="parcels")) == "postgis.which"
    assert len(read_postgis(server, role="parcels", table="gis.地块").frame) == 4


def test_two_geometry_columns_and_two_systems_are_refused(server: str) -> None:
    both = 'SELECT code, shape, ST_Centroid(shape) AS middle FROM gis."地块"'
    assert code(lambda: read_postgis(server, role="parcels", query=both)) == "postgis.several_geometries"
    mixed = 'SELECT code, shape FROM gis."地块" UNION ALL SELECT code, ST_Transform(shape, 4490) FROM gis."地块"'
    assert code(lambda: read_postgis(server, role="parcels", query=mixed)) == "postgis.several_srids"


def test_no_server_is_told_without_the_password() -> None:
    with pytest.raises(Refused) as refused:
        read_postgis("postgresql://me:secret@127.0.0.1:9/none", role="parcels", table="t")
    [finding] = refused.value.findings
    assert finding.code == "postgis.connect"
    assert "secret" not in finding.line("en")
    assert masked("postgresql://me:secret@host/db") == "postgresql://me:***@host/db"


def test_a_study_runs_from_the_database_as_from_a_file(server: str, district: District) -> None:
    plain = district.run().result
    study = district.write()
    text = study.read_text(encoding="utf-8").replace('path = "parcels.gpkg"', f'path = "{server}"\ntable = "gis.地块"\n[layers.parcels.columns]\nparcel_id = "code"')
    study.write_text(text, encoding="utf-8")
    from spatial import pipeline

    done = pipeline.run(study).result
    assert done.balance == plain.balance
    assert done.inputs.set_index("role").loc["parcels", "crs"] == "EPSG:4549"


def test_a_query_is_one_statement(server: str) -> None:
    for text in ("SELECT code, shape FROM gis.地块) AS layer; COMMIT; BEGIN READ WRITE; DROP TABLE gis.地块; --", "SELECT 1; DROP TABLE gis.地块"):
        assert code(lambda query=text: read_postgis(server, role="parcels", query=query)) == "postgis.query"
    assert len(read_postgis(server, role="parcels", table="gis.地块").frame) == 4


def test_curves_become_lines_and_heights_are_dropped_on_record(server: str) -> None:
    half = "ST_GeomFromText('CURVEPOLYGON(COMPOUNDCURVE(CIRCULARSTRING(520000 3340000, 520100 3340100, 520200 3340000), (520200 3340000, 520000 3340000)))', 4549)"
    raw = read_postgis(server, role="parcels", query=f"SELECT 'A' AS code, {half} AS shape UNION ALL SELECT 'B', ST_Force3D(shape, 5) FROM gis.地块 WHERE code = 'A'")
    assert raw.geometry is not None
    assert [shape.area for shape in raw.geometry] == pytest.approx([3.141592653589793 * 100**2 / 2, 40000], rel=1e-4)
    assert not any(shape.has_z for shape in raw.geometry)
    assert [(f.code, f.count) for f in raw.findings] == [("container.linearised", 1), ("container.dropped_z", 1)]


def test_days_that_no_date_of_ours_holds_do_not_stop_a_table(server: str) -> None:
    """Infinity is the day that systems write for none (9999-12-31 is a blank of the rule book); a day beyond stays text, for the gate of dates to name."""
    days = "'infinity'::date AS a, '-infinity'::timestamp AS b, 'infinity'::timestamptz AS c, '20220-03-15'::date AS d, '2022-06-30'::date AS e"
    row = read_postgis(server, role="parcels", query=f"SELECT code, shape, {days} FROM gis.地块 WHERE code = 'A'").frame.iloc[0]
    assert [str(row[name]) for name in "abcde"] == ["9999-12-31", "0001-01-01", "9999-12-31", "20220-03-15", "2022-06-30"]


def test_a_shape_of_a_kind_that_is_not_read_is_named_by_row(server: str) -> None:
    raw = read_postgis(server, role="parcels", query="SELECT 'A' AS code, ST_GeomFromText('TIN(((0 0 0,0 1 0,1 0 0,0 0 0)))', 4549) AS shape UNION ALL "
                                                     "SELECT 'B', shape FROM gis.地块 WHERE code = 'B'")
    assert raw.geometry is not None
    assert raw.geometry[0] is None
    assert raw.geometry[1].equals(SHAPES["B"])
    assert [(f.code, f.row, f.count) for f in raw.findings if f.code == "container.unreadable_geometry"] == [("container.unreadable_geometry", 1, 1)]


def test_a_remark_at_the_end_of_a_query_is_no_part_of_it(server: str) -> None:
    for text in ("SELECT code, shape FROM gis.地块 -- all", "SELECT code, shape FROM gis.地块; -- all\n"):
        assert len(read_postgis(server, role="parcels", query=text).frame) == 4


def test_a_name_with_a_point_stands_in_quotes(server: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute('CREATE TABLE gis."地块.2022" AS SELECT * FROM gis."地块"')
    assert len(read_postgis(server, role="parcels", table='gis."地块.2022"').frame) == 4
    assert code(lambda: read_postgis(server, role="parcels", table="gis.地块.2022")) == "postgis.query"
