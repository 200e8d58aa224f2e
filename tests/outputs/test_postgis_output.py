"""Results written back to a schema of a real PostGIS: all or nothing, nobody's tables but ours, and the password nowhere."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from shapely.geometry import box

from spatial import pipeline
from spatial.errors import Refused
from spatial.read.study import load_study
from spatial.render.postgis import refuse_database, write_postgis
from spatial.schema.address import masked
from tests.flow.conftest import SHAPES, District, district
from tests.read.test_postgis import server

__all__ = ["district", "server"]
pytestmark = pytest.mark.postgis
TABLES = ["carriers", "findings", "indicator_values", "inputs", "parcels", "pieces", "scorecard", "zones"]


@pytest.fixture
def base(server: str) -> Iterator[Any]:
    with psycopg.connect(server, autocommit=True) as connection:
        yield connection
        connection.execute("DROP SCHEMA IF EXISTS land CASCADE")


def study(district: District, server: str) -> Path:
    district.parts["layers"] += f'[output]\npostgis = "{server}"\nschema = "land"\n'
    return district.write()


def tables(base: Any) -> list[str]:
    return [row[0] for row in base.execute("SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'land' AND relkind IN ('r', 'v') ORDER BY 1")]


def write(path: Path) -> None:
    """The database part of a run alone."""
    done = load_study(path)
    refuse_database(done)
    write_postgis(pipeline.analyse(done, sensitivity=False), version="0")


def refusal(path: Path) -> list[str]:
    with pytest.raises(Refused) as refused:
        pipeline.run(path)
    return [finding.code for finding in refused.value.findings]


def test_the_tables_hold_what_the_files_hold(district: District, server: str, base: Any) -> None:
    run = pipeline.run(study(district, server))
    results = json.loads((run.folder / "results.json").read_text(encoding="utf-8"))
    assert [name for name in tables(base) if name != "joins"] == [name for name in TABLES if name != "scorecard" or results["scorecard"]]
    rows = base.execute("SELECT parcel_id, area_m2, ST_Area(geom), ST_SRID(geom), GeometryType(geom) FROM land.parcels ORDER BY parcel_id").fetchall()
    assert [row[0] for row in rows] == ["A", "B", "C", "D"]
    assert [row[2] for row in rows] == pytest.approx([40000, 20000, 30000, 10000])
    assert {row[3:] for row in rows} == {(4549, "MULTIPOLYGON")}
    assert [row[1] for row in rows] == run.result.parcels.sort_values("parcel_id")["area_m2"].tolist()
    written = base.execute('SELECT indicator, zone, value, numerator, denominator, n FROM land.indicator_values').fetchall()
    assert written == [tuple(row[name] for name in ("indicator", "zone", "value", "numerator", "denominator", "n")) for row in results["values"]]
    inside = base.execute("SELECT sum(area_m2) FROM land.pieces WHERE zone = '甲园'").fetchone()[0]
    assert inside == pytest.approx(results["balance"]["inside_m2"], rel=1e-12)


def test_a_second_run_replaces_ours_and_keeps_rights_and_views(district: District, server: str, base: Any) -> None:
    path = study(district, server)
    write(path)
    base.execute("CREATE VIEW land.big AS SELECT parcel_id FROM land.parcels WHERE area_m2 > 15000; CREATE ROLE reader; GRANT SELECT ON land.parcels TO reader")
    district.layer("parcels.gpkg", {"parcel_id": ["A"], "land_use": ["1001"]}, [box(520_000, 3_340_000, 520_200, 3_340_200)])
    write(path)
    assert base.execute("SELECT parcel_id FROM land.big").fetchall() == [("A",)]
    assert base.execute("SELECT has_table_privilege('reader', 'land.parcels', 'SELECT')").fetchone() == (True,)
    assert not [name for name in tables(base) if name.startswith("_")]
    base.execute("DROP OWNED BY reader; DROP ROLE reader")


def test_a_table_with_other_columns_takes_the_place_of_the_earlier_one(district: District, server: str, base: Any) -> None:
    write(study(district, server))
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "容积率面积(平方米)": [1.0] * 4}, list(SHAPES.values()))
    district.parts["parcels"] = '[layers.parcels.columns]\nfloor_area = "容积率面积(平方米)"'
    write(district.write())
    assert base.execute("SELECT sum(floor_area_m2) FROM land.parcels").fetchone() == (4.0,)


def test_a_table_of_others_is_refused_before_anything_is_done(district: District, server: str, base: Any) -> None:
    base.execute("CREATE SCHEMA land; CREATE TABLE land.parcels (own int); INSERT INTO land.parcels VALUES (7)")
    path = study(district, server)
    assert refusal(path) == ["postgis.not_ours"]
    assert base.execute("SELECT own FROM land.parcels").fetchall() == [(7,)]
    assert tables(base) == ["parcels"]
    assert not (path.parent / "out" / "study" / "results.json").exists()


def test_a_failure_at_the_last_table_leaves_schema_and_folder_as_they_were(district: District, server: str, base: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = study(district, server)
    pipeline.run(path)
    before = {name: base.execute(f"SELECT count(*), pg_relation_filenode('land.{name}') FROM land.{name}").fetchone() for name in tables(base)}
    held = (path.parent / "out" / "study" / "run.lock.json").read_bytes()
    district.layer("parcels.gpkg", {"parcel_id": ["Z"], "land_use": ["1001"]}, [box(520_000, 3_340_000, 520_100, 3_340_100)])
    from spatial.render import postgis

    stage = postgis._stage

    def failing(connection: Any, schema: str, table: Any, comment: str) -> None:
        if table.name == "findings":
            connection.execute("SELECT 1/0")
        stage(connection, schema, table, comment)

    monkeypatch.setattr(postgis, "_stage", failing)
    assert refusal(path) == ["postgis.write"]
    assert {name: base.execute(f"SELECT count(*), pg_relation_filenode('land.{name}') FROM land.{name}").fetchone() for name in tables(base)} == before
    assert (path.parent / "out" / "study" / "run.lock.json").read_bytes() == held


def test_hostile_names_and_texts_are_names_and_texts(district: District, server: str, base: Any) -> None:
    bad = "X'); DROP SCHEMA GIS CASCADE; --"
    district.layer("parcels.gpkg", {"parcel_id": [bad, "B\t\\N", "C\n", "D"], "land_use": ["1001"] * 4}, list(SHAPES.values()))
    district.parts["layers"] += f'[output]\npostgis = "{server}"\nschema = "la\\"nd; --"\n'
    write(district.write())
    kept = {row[0] for row in base.execute('SELECT parcel_id FROM "la""nd; --".parcels')}
    assert {bad, "B\t\\N"} <= kept
    assert base.execute("SELECT count(*) FROM gis.地块").fetchone() == (4,)
    base.execute('DROP SCHEMA "la""nd; --" CASCADE')


def test_the_schema_of_an_input_and_a_running_writer_are_refused(district: District, server: str, base: Any) -> None:
    path = study(district, server)
    write(path)
    with psycopg.connect(server) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('spatial-landuse/land'))")
        assert refusal(path) == ["postgis.in_use"]
    text = path.read_text(encoding="utf-8").replace('path = "carriers.gpkg"', f'path = "{server}"\ntable = "land.carriers"')
    path.write_text(text, encoding="utf-8")
    assert refusal(path) == ["postgis.holds_inputs"]


def test_the_password_is_in_no_output(district: District, server: str, base: Any, capsys: pytest.CaptureFixture[str]) -> None:
    secret = "Gz7-secret-pw"
    address = server.replace("postgres@", f"postgres:{secret}@")
    district.parts["layers"] += f'[output]\npostgis = "{address}"\nschema = "land"\n'
    path = district.write()
    path.write_text(path.read_text(encoding="utf-8").replace('path = "parcels.gpkg"', f'path = "{address}"\ntable = "gis.地块"\n[layers.parcels.columns]\nparcel_id = "code"'), encoding="utf-8")
    run = pipeline.run(path)
    for file in (file for file in run.folder.rglob("*") if file.is_file()):
        parts = [archive.read(name) for archive in [zipfile.ZipFile(file)] for name in archive.namelist()] if zipfile.is_zipfile(file) else [file.read_bytes()]
        assert not any(secret.encode() in part for part in parts), file.name
    held = json.dumps([base.execute(f"SELECT json_agg(t) FROM land.{name} t").fetchone()[0] for name in tables(base)])
    assert secret not in held
    wrong = path.read_text(encoding="utf-8").replace("/postgres?host", "/absent?host")
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        pipeline.run(path)
    assert secret not in "".join(finding.line("zh") for finding in refused.value.findings)
    assert secret not in "".join(capsys.readouterr())


def test_an_address_is_shown_without_its_password() -> None:
    assert masked("postgresql://me:p@ss:w/rd@host/db") == "postgresql://me:***@host/db"
    assert masked("postgresql://host/db?user=me&password=secret&sslpassword=x") == "postgresql://host/db?user=me&password=***&sslpassword=***"
    assert masked("postgresql://me@host/db") == "postgresql://me@host/db"
