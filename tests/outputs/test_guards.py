"""A guard that is unsure refuses or tells: a manifest, results, a list of parts or a table of codes that cannot be read is not taken for none."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import PIL.Image
import pytest

from spatial import again, cli
from spatial.errors import Refused, UsageError
from spatial.read import results as results_read
from spatial.read.ledger import read_ledger
from spatial.read.results import read_results
from spatial.read.vector import read_vector
from spatial.render.records import results_schema
from spatial.render.verify import verify
from tests.corpus.ledgers.files import xlsx
from tests.flow.conftest import District
from tests.outputs.conftest import listing
from tests.read.test_coded_values import geodatabase


@pytest.mark.parametrize("damaged", [
    lambda text: text[:-40], lambda text: "", lambda text: "[" * 100_000, lambda text: json.dumps(json.loads(text) | {"outputs": "all"}),
    lambda text: json.dumps(json.loads(text) | {"outputs": [{"bytes": 1}]}), lambda text: json.dumps(json.loads(text) | {"outputs": [{"path": "../../a.txt"}]})])
def test_a_manifest_that_cannot_be_read_is_not_taken_for_none(damaged: Callable[[str], str], earlier: Path, district: District) -> None:
    manifest = earlier / "run.lock.json"
    manifest.write_text(damaged(manifest.read_text(encoding="utf-8")), encoding="utf-8")
    before = listing(earlier)
    for work in (district.run, lambda: again.map_page(earlier)):
        with pytest.raises(Refused) as refused:
            work()
        assert [(finding.code, Path(finding.path).name) for finding in refused.value.findings] == [("output.manifest_unreadable", "run.lock.json")]
        assert listing(earlier) == before


def test_a_file_of_another_tool_under_the_name_of_the_manifest_is_not_ours(district: District) -> None:
    out = district.folder / "out" / "study"
    out.mkdir(parents=True)
    (out / "run.lock.json").write_text('{"lockfileVersion": 3}')
    with pytest.raises(Refused) as refused:
        district.run()
    assert [(finding.code, finding.value_seen) for finding in refused.value.findings] == [("output.not_ours", "run.lock.json")]


def test_results_have_the_parts_that_the_schema_demands() -> None:
    schema = results_schema()
    assert {*results_read.PARTS, "schema"} == {*schema["required"]}
    for part, columns in results_read.COLUMNS.items():
        of = schema["properties"][part]
        assert columns == {*(of["required"] if of["type"] == "object" else of["items"]["required"])}, part


@pytest.mark.parametrize(("change", "lacking"), [
    (lambda told: told.pop("zones"), "zones"), (lambda told: told.update(values={}), "values"), (lambda told: told["values"][3].pop("numerator"), "values.numerator"),
    (lambda told: told["study"].pop("as_of"), "study.as_of"), (lambda told: told["zones"].append("x"), "zones"), (lambda told: told["balance"].pop("inside_m2"), "balance.inside_m2")])
def test_results_that_lack_a_part_are_no_results(change: Callable[[dict[str, Any]], object], lacking: str, earlier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = earlier / "results.json"
    read_results(earlier)
    told = json.loads(path.read_text(encoding="utf-8"))
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(UsageError, match=rf"results\.json: .*lack {re.escape(lacking)}; run it again"):
        read_results(earlier)
    for command in (["explain", str(earlier), "new_land_area"], ["compare", str(earlier), str(earlier)], ["snapshot", str(earlier), str(tmp_path / "frozen")]):
        assert cli.main(command) == 2 and lacking in capsys.readouterr().err
    assert not (tmp_path / "frozen").exists()


def test_a_snapshot_asks_for_its_place_before_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taken").write_text("a file")
    read: list[Any] = []
    monkeypatch.setattr(again, "read_results", read.append)
    with pytest.raises(Refused) as refused:
        again.snapshot(tmp_path / "run", tmp_path / "taken")
    assert [finding.code for finding in refused.value.findings] == ["output.read_only"] and read == []
    assert (tmp_path / "taken").read_text() == "a file" and [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize("damaged", [lambda data: data[:len(data) // 2], lambda data: b"", None])
def test_a_damaged_list_of_parts_is_damage_to_the_workbook(damaged: Callable[[bytes], bytes] | None, tmp_path: Path) -> None:
    whole, path, name = tmp_path / "whole.xlsx", tmp_path / "a.xlsx", "xl/_rels/workbook.xml.rels"
    xlsx(whole, [["宗地代码", "面积(平方米)"], ["A", 1], ["B", 2]])
    assert len(read_ledger(whole, role="supply", shown_path="whole.xlsx").frame) == 2
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            if part != name or damaged is not None:
                new.writestr(part, damaged(old.read(part)) if part == name and damaged is not None else old.read(part))
    with pytest.raises(Refused) as refused:
        read_ledger(path, role="supply", shown_path="a.xlsx")
    [finding] = refused.value.findings
    assert (finding.code, finding.path) == ("ledger.damaged", "a.xlsx") and name in finding.params["reason"]


def test_a_table_of_codes_that_cannot_be_read_is_told(district: District) -> None:
    path = geodatabase(district.folder)
    assert "container.codes_unread" not in {finding.code for finding in read_vector(path, role="parcels", shown_path="parcels.gdb", layer="ZD").findings}
    catalogue = path / "a00000004.gdbtable"
    data = catalogue.read_bytes()
    named, other = (f"<DomainName>{name}</DomainName><FieldType>".encode() for name in ("用途代码", "用途代马"))
    for old, new in ((b"<CodedValues xsi", b"<CodedValues><si"), (named, other)):  # no XML any more; another domain's name
        assert data.count(old) == 1 and len(old) == len(new)
        catalogue.write_bytes(data.replace(old, new))
        raw = read_vector(path, role="parcels", shown_path="parcels.gdb", layer="ZD")
        [told] = [finding for finding in raw.findings if finding.code == "container.codes_unread"]
        assert raw.meanings == {} and (told.severity, told.path, told.field) == ("warning", "parcels.gdb", "use") and "用途代码" in told.value_seen


def test_a_catalogue_of_codes_that_cannot_be_opened_is_told(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    from spatial.read.vector import domains

    path = geodatabase(district.folder)

    def broken(*_: Any, **__: Any) -> None:
        raise OSError("no such layer GDB_Items")

    monkeypatch.setattr(domains.pyogrio.raw, "read_arrow", broken)
    draft = domains.Draft("OpenFileGDB", "ZD", [], None, np.zeros(0, np.int64))
    domains.of_filegdb(path, draft, domains.Place("parcels", "parcels.gdb"))
    assert [(finding.code, finding.role, finding.value_seen) for finding in draft.findings] == [("container.codes_unread", "parcels", "no such layer GDB_Items")]


@pytest.mark.parametrize("suffix", ["json", "csv", "parquet", "gpkg", "xlsx", "docx", "zip", "html", "pdf", "png", "qml", "sld", "tif"])
def test_a_file_of_every_kind_that_was_not_written_to_its_end_is_not_taken(suffix: str, shared_demo: Path, tmp_path: Path) -> None:
    """All files of the demo are read back as they are; half of one is found, whatever its kind. Pictures stand for those of the sheets."""
    picture = tmp_path / f"picture.{suffix}"
    if suffix in ("png", "pdf"):
        PIL.Image.new("RGB", (64, 64), "red").save(picture)
    whole = picture if picture.exists() else sorted((shared_demo / "demo").rglob(f"*.{suffix}"), key=lambda path: path.stat().st_size)[0]
    path = tmp_path / "out" / whole.name
    path.parent.mkdir()
    path.write_bytes(whole.read_bytes())
    verify(path.parent, {})
    size = whole.stat().st_size
    path.write_bytes(b"" if suffix == "csv" else whole.read_bytes()[: size // 2])
    with pytest.raises(Refused) as refused:
        verify(path.parent, {})
    assert [(finding.code, finding.field) for finding in refused.value.findings] == [("output.damaged", whole.name)]


def test_a_workbook_without_a_row_that_was_written_is_not_taken(shared_demo: Path, tmp_path: Path) -> None:
    book = tmp_path / "tables.xlsx"
    with zipfile.ZipFile(shared_demo / "demo" / "tables.xlsx") as whole, zipfile.ZipFile(book, "w") as cut:
        for member in whole.namelist():
            held = whole.read(member)
            cut.writestr(member, re.sub(rb'<row r="2".*?</row>', b"", held, flags=re.S) if member == "xl/worksheets/sheet1.xml" else held)
    counts = {sheet.title: sheet.max_row for sheet in openpyxl.load_workbook(shared_demo / "demo" / "tables.xlsx").worksheets}
    rows = {f"tables.xlsx/{name}": count for name, count in counts.items()}
    with pytest.raises(Refused) as refused:
        verify(tmp_path, rows)
    first = next(iter(counts))
    assert [(finding.field, finding.value_seen, finding.value_used) for finding in refused.value.findings] == [(f"tables.xlsx/{first}", str(counts[first] - 1), str(counts[first]))]
