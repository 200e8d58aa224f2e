"""Coverage-guided runs (atheris) over the parsers that are our own: cells, units, headers, studies, and text and binary containers.

`python -m tests.corpus.guided 20000` gives each parser that many inputs (`make fuzz`); `python -m tests.corpus.guided 20000 dates` one. A parser may
refuse; it may not fail in another way, take 30 s for an input, 2 GB, or answer what contradicts itself.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

TEXTS = ("2022-03-01", "2022年3月1日", "二〇二二年三月", "44621", "19.4.1", "01/02/2022", "20220301", "1,234.5亩", "12万元", "26666平方米[折40亩]", "≥1.5", "1.2-2.5", "80%", "3.3E+21", "１２３",
         "330109001001GB00001", "0001", "='001'", "120°18'00\"", "面积(亩)", "出让面积（平方米）", "单位：万元", "1001;1101", "#REF!", "-", "是", "CGCS2000_3_Degree_GK_Zone_40", "EPSG:4528")
STUDY = '[study]\nname = "a"\nas_of = 2022-12-31\nperiod = [2020-01-01, 2022-12-31]\n[layers.parcels]\npath = "p.shp"\n[layers.parcels.columns]\nparcel_id = "a"\n'
POLICY = '[policy]\nid = "T"\nname = "t"\n[[target]]\nclause = "T-1"\nindicator = "new_land_area"\ncomparison = ">="\nvalue = 1\nunit = "ha"\nkind = "area"\nscope = "study_area"\n'
PLACE = {"role": "supply", "path": "a"}


def on_dates(text: str) -> None:
    from spatial.normalise.dates import parse_dates

    done = parse_dates(pd.Series([text, "2022-03-01", text], dtype=object))
    assert done.bad.iloc[0] == done.bad.iloc[2] and (not done.bad.iloc[0] or pd.isna(done.values.iloc[0]))


def on_numbers(text: str) -> None:
    from spatial.normalise.numbers import parse_bounded, parse_coordinate, parse_number, parse_shares

    value, _, reason, _ = parse_number(text)
    assert not (reason and not math.isnan(value)) and not math.isinf(value), (value, reason)
    plain = re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text)
    assert plain is None or value == float(text)
    parse_bounded(pd.Series([text], dtype=object))
    parse_shares(pd.Series([text], dtype=object))
    place, reason = parse_coordinate(text)
    assert reason or not math.isinf(place)


def on_codes(text: str) -> None:
    from spatial.normalise import cells
    from spatial.normalise.parcel_codes import PARCEL, UNIT, meant, odd, plain_code

    for reader in (cells.as_ids, cells.as_keys, cells.as_names, cells.as_texts, cells.as_id_lists, cells.as_booleans):
        done = reader(pd.Series([text, None], dtype=object))
        assert len(done.values) == 2 and not done.bad.iloc[1]
    again = cells.one_id(text)[0]
    odd_letters = again is not None and unicodedata.normalize("NFKC", again).upper() != again  # Greek letters whose capitals fall apart, and their kind
    assert again is None or odd_letters or cells.one_id(again)[0] in (again, None), "an id that is read again is another"
    right = meant(plain_code(text))
    assert right is None or odd(right) in ("", "sequence", "right", "tail")
    assert not (PARCEL.fullmatch(text) or UNIT.fullmatch(text)) or right is None  # what has the form is never mended


def on_units(text: str) -> None:
    from spatial.crs_text import authority
    from spatial.normalise.numbers import written_unit
    from spatial.read.ledger.header import clean
    from spatial.read.ledger.units import dimension_of, header_unit, says_unit, table_units, without_unit
    from spatial.units import parse_unit

    for one in (header_unit, without_unit, dimension_of, says_unit, parse_unit, written_unit, clean, authority):
        one(text)
    table_units([text, None, 1])


def on_systems(text: str) -> None:
    from spatial.crs_text import authority, datum_names, parse_crs, web_name
    from spatial.normalise.crs_windows import datum_by_ellipsoid, datum_named, datum_of
    from spatial.normalise.datum_shift import projection_terms

    told = authority(text)
    assert authority(told) == told or parse_crs(told) is None, "a system that is read again is another"
    datum_named(text)
    crs = parse_crs(text)
    if crs is not None:
        for one in (datum_names, web_name, datum_of, datum_by_ellipsoid, projection_terms):
            one(crs)


def on_headers(text: str) -> None:
    from spatial.read.ledger.grid import Grid, as_cells
    from spatial.read.ledger.header import find_header

    rows = [line.split("\t") for line in text.splitlines()[:30]]
    width = min(max(map(len, rows), default=0), 40)
    if width:
        grid = Grid(as_cells([(row + [""] * width)[:width] for row in rows], width), np.arange(1, len(rows) + 1))
        find_header(grid)


def on_studies(text: str) -> None:
    from spatial.read.study import load_study

    load_study(_file("study.toml", text.encode("utf-8", "replace")))


def on_sets(text: str) -> None:
    from spatial.read.study import load_study

    load_study(_file("study.toml", STUDY.encode()), sets=[text])


def vector(name: str) -> Callable[[bytes], None]:
    def on_file(data: bytes) -> None:
        from spatial.read.vector import read_vector

        raw = read_vector(_file(name, data), role="parcels", shown_path=name)
        assert raw.geometry is None or len(raw.geometry) == len(raw.frame)
    return on_file


def ledger(name: str) -> Callable[[bytes], None]:
    def on_file(data: bytes) -> None:
        from spatial.read.ledger import read_ledger

        read_ledger(_file(name, data), role="supply", shown_path=name)
    return on_file


def on_shapefile(data: bytes) -> None:
    """The .shp, the .shx and the .dbf behind one another, each with its length in two bytes before it."""
    from spatial.read.vector import read_vector

    for suffix in (".shp", ".shx", ".dbf"):
        size = int.from_bytes(data[:2], "little")
        path = _file(f"a{suffix}", data[2:2 + size])
        data = data[2 + size:]
    raw = read_vector(path.with_suffix(".shp"), role="parcels", shown_path="a.shp")
    assert raw.geometry is None or len(raw.geometry) == len(raw.frame)


def on_old_workbooks(data: bytes) -> None:
    """The compound file of an .xls, its records and its sheets, without the cell reader."""
    from spatial.read.ledger import biff
    from spatial.read.ledger.scan import Damaged, TooLarge

    try:
        stream = biff.workbook_stream(data)
        places, styles, _ = biff.open_book(stream)
        for at in places[:20]:
            biff.scan_sheet(stream, at, styles)
    except (Damaged, TooLarge, biff.Locked, biff.Old):
        pass


def part_of(name: str, scan: str) -> Callable[[bytes], None]:
    """A scan of one part of a zipped workbook."""
    def on_part(data: bytes) -> None:
        from spatial.read.ledger import odf, ooxml
        from spatial.read.ledger.scan import Damaged, Styles, TooLarge

        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(name, data)
        try:
            with zipfile.ZipFile(held) as archive:
                if scan == "ods":
                    odf.scan_book(archive)
                elif scan == "sheet":
                    ooxml.scan_sheet(archive, name, ooxml.Book({}, 1900, Styles(frozenset((1,)), frozenset((2,)), {3: "mu"})))
                else:
                    ooxml.open_book(archive)
        except (Damaged, TooLarge):
            pass
    return on_part


def on_policies(data: bytes) -> None:
    from spatial.read.policy import load_policy

    path = _file("policy.toml", data)
    load_policy(path.name, path.parent)


def on_workbook_records(data: bytes) -> None:
    from spatial.read.ledger.scan import Damaged
    from spatial.read.ledger.xlsb import records

    with contextlib.suppress(Damaged):
        for _, body in records(data):
            assert len(body) <= len(data)


def _file(name: str, data: bytes) -> Path:
    path = Path(tempfile.gettempdir()) / name
    path.write_bytes(data)
    return path


TEXT_PARSERS: dict[str, Callable[[str], None]] = {"dates": on_dates, "numbers": on_numbers, "codes": on_codes, "units": on_units, "headers": on_headers, "studies": on_studies,
                                                  "sets": on_sets, "systems": on_systems}
FILE_PARSERS: dict[str, Callable[[bytes], None]] = {
    "corners": vector("a.txt"), "topojson": vector("a.topojson"), "geojson": vector("a.geojson"), "kml": vector("a.kml"), "dxf": vector("a.dxf"),
    "geojson lines": vector("a.geojsonl"), "shapefile": on_shapefile,
    "csv": ledger("a.csv"), "html": ledger("a.xls"), "xlsb records": on_workbook_records, "xls records": on_old_workbooks,
    "ods content": part_of("content.xml", "ods"), "xlsx sheet": part_of("xl/worksheets/sheet1.xml", "sheet"), "xlsx book": part_of("xl/workbook.xml", "book"), "policies": on_policies,
}


def seeds(parser: str, folder: Path) -> None:
    """Good inputs to begin from."""
    from pyproj import CRS

    from tests.corpus.ground import SHAPES, in_crs
    from tests.corpus.texts import HEAD, dxf_text, kml_text, placemarks, topology
    from tests.corpus.writers import collection, corner_text

    given: list[str | bytes]
    if parser in ("studies", "sets"):
        given = [STUDY] if parser == "studies" else ["join.allocation=largest", "rules.idle_denominator=all_parcels", "study.as_of=2021-12-31", "layers.parcels.where={column='a', in=['b']}"]
    elif parser in TEXT_PARSERS:
        systems = [CRS.from_epsg(code).to_wkt() for code in (4528, 4326, 2364)] + ["EPSG:4490", "urn:ogc:def:crs:OGC:1.3:CRS84"]
        given = {"systems": systems, "headers": ["宗地代码\t面积\t用途\n\t(亩)\t\n1\t2\t3\n合计\t2\t"]}.get(parser, list(TEXTS))
    else:
        import json

        given = {"corners": [corner_text(SHAPES, header=HEAD)], "topojson": [json.dumps(topology(in_crs(4490), 10_000))], "geojson": [collection(in_crs(4490))],
                 "kml": [kml_text("".join(placemarks(in_crs(4326))))], "dxf": [dxf_text(SHAPES[:4])], "csv": ["宗地代码,面积(亩),合同签订日期\n330109001001GB00001,12.5,2022-03-01\n合计,12.5,\n"],
                 "geojson lines": ["".join(json.dumps(one, ensure_ascii=False) + "\n" for one in json.loads(collection(in_crs(4490)))["features"])],
                 "shapefile": [_shapefile()], "xls records": [_workbook("xls", None)], "ods content": [_workbook("ods", "content.xml")],
                 "xlsx sheet": [_workbook("xlsx", "xl/worksheets/sheet1.xml")], "xlsx book": [_workbook("xlsx", "xl/workbook.xml")],
                 "policies": [POLICY],
                 "html": ["<html><table><tr><td rowspan=2>宗地代码</td><td>面积(亩)</td></tr><tr><td>12</td></tr></table></html>"], "xlsb records": [b"\x80\x01\x02ab\x01\x00"]}[parser]
    for i, one in enumerate(given):
        (folder / str(i)).write_bytes(one if isinstance(one, bytes) else one.encode("utf-8"))


def _shapefile() -> bytes:
    from tests.corpus.desk import Desk
    from tests.corpus.writers import members, shapefile

    with tempfile.TemporaryDirectory() as place:
        files = members(shapefile(Desk(Path(place)), "a.shp", cpg="GBK"))
        parts = [files[suffix].read_bytes() for suffix in (".shp", ".shx", ".dbf")]
    return b"".join(len(part).to_bytes(2, "little") + part for part in parts)


def _workbook(kind: str, member: str | None) -> bytes:
    from tests.corpus.ledgers import files
    from tests.corpus.ledgers.cases import HEAD, ROWS

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"a.{kind}"
        getattr(files, kind)(path, [HEAD, *ROWS])
        if member is None:
            return path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            return archive.read(member)


def fuzz(parser: str, runs: int, folder: str) -> None:
    """Never returns: libFuzzer ends the process, with code 0 where nothing was found."""
    import atheris

    with atheris.instrument_imports(include=["spatial.normalise", "spatial.read", "spatial.units", "spatial.crs_text"]):
        import spatial.normalise.layer
        import spatial.read.ledger
        import spatial.read.study
        import spatial.read.vector  # noqa: F401
    from spatial.errors import Refused

    def one(data: bytes) -> None:
        try:
            if parser in TEXT_PARSERS:
                TEXT_PARSERS[parser](data.decode("utf-8", "replace"))
            else:
                FILE_PARSERS[parser](data)
        except Refused as refused:
            assert all(f.message("zh") and f.remedy("en") for f in refused.findings if f.severity == "error")

    longest = 16_384 if parser in FILE_PARSERS else 2_048 if parser == "systems" else 200
    options = [f"-runs={runs}", "-seed=1", "-timeout=30", "-rss_limit_mb=2048", f"-max_len={longest}", "-print_final_stats=1", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *options, f"{folder}/seeds"], one)
    atheris.Fuzz()


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    if len(sys.argv) == 4:
        fuzz(sys.argv[2], runs, sys.argv[3])
    failed = 0
    for parser in sys.argv[2:3] or [*TEXT_PARSERS, *FILE_PARSERS]:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "seeds").mkdir()
            (Path(folder) / "tmp").mkdir()
            seeds(parser, Path(folder) / "seeds")
            done = subprocess.run([sys.executable, "-W", "ignore", "-m", "tests.corpus.guided", str(runs), parser, folder], env={**os.environ, "TMPDIR": f"{folder}/tmp"},
                                  capture_output=True, text=True, errors="replace", check=False)
            said = done.stderr
            ran = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
            covered = re.findall(r"cov: (\d+)", said)
            print(f"{parser:14} {ran.group(1) if ran else '?':>7} inputs, {covered[-1] if covered else '?'} places reached, {'nothing found' if not done.returncode else 'FAILED'}", flush=True)
            if done.returncode:
                failed += 1
                print(said[said.find("Uncaught"):][:3000] if "Uncaught" in said else said[-3000:])
                for found in Path(folder).glob("*-*"):
                    print(f"  input {found.name[:12]}: {found.read_bytes()[:300]!r}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
