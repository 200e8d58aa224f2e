"""The order in which inputs list their rows changes no file: rows are put in an order of their own, and keep the number they have in their file."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from spatial import pipeline
from spatial.schema.raw import RawLayer
from tests.flow.conftest import SHAPES, District, analysed
from tests.outputs.conftest import listing
from tests.outputs.test_same_outputs import crowded, shuffled

pytestmark = pytest.mark.filterwarnings("ignore")
NUMBERS = ("row", "other_row", "status_row", "line", "source_row", "rows")  # where a row stands in its file
VARIANTS = {
    "as it is": [],
    "dissolved and mended": ["join.duplicate_keys=dissolve", "join.slivers=repair"],
    "public": ["study.audience=public"],
}


def turned(raw: Mapping[str, RawLayer], seed: int) -> dict[str, RawLayer]:
    """The rows of every layer in another order, each with the number it has in its file."""
    random = np.random.default_rng(seed)
    out = {}
    for role, layer in raw.items():
        order = random.permutation(len(layer.frame))
        out[role] = replace(layer, frame=layer.frame.iloc[order].reset_index(drop=True), row_numbers=layer.row_numbers[order], geometry=None if layer.geometry is None else layer.geometry[order])
    return out


@pytest.mark.parametrize("name", list(VARIANTS))
def test_every_file_is_the_same_bit_for_bit(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, sets = crowded(tmp_path / "in"), [*VARIANTS[name], "sheets.draw=no"]
    pipeline.run(study, out=tmp_path / "one", sets=sets)
    real, seen = pipeline.read_layers, []

    def read(*given: Any) -> Any:
        raw, inputs = real(*given)
        seen.append({role: layer.row_numbers.tolist() for role, layer in raw.items()})
        return turned(raw, 3), inputs

    monkeypatch.setattr(pipeline, "read_layers", read)
    pipeline.run(study, out=tmp_path / "two", sets=sets)
    one, two = listing(tmp_path / "one"), listing(tmp_path / "two")
    assert len(seen) == 1 and len(seen[0]) > 8 and all(len(rows) > 1 for rows in seen[0].values())
    assert len(one) > 20 and one.keys() == two.keys() and {file for file in one if one[file] != two[file]} == set()


@pytest.mark.parametrize("sets", [[], ["engine.partitions=9", "engine.workers=1"]], ids=["local", "dask"])
def test_files_that_list_their_rows_otherwise_differ_in_row_numbers_alone(sets: list[str], tmp_path: Path) -> None:
    study, moved = crowded(tmp_path / "in"), crowded(tmp_path / "moved")
    shuffled(moved, 5)
    for path, out in ((study, "one"), (moved, "two")):
        pipeline.run(path, out=tmp_path / out, sets=[*sets, "sheets.draw=no"], engine="dask" if sets else "local")
    one, two = (listing(tmp_path / out) for out in ("one", "two"))
    differing = {file for file in one if one[file] != two[file]}
    assert one.keys() == two.keys() and "map.html" not in differing and "scorecard.csv" not in differing
    assert differing <= {"findings.csv", "geometry.csv", "matches.csv", "rows.csv", "parcels.parquet", "layers.gpkg", "trail.zip", "state.zip", "tables.xlsx", "report.docx",
                         "results.json", "run.lock.json"}
    for file in ("parcels.parquet", "trail.zip", "state.zip", "layers.gpkg", "geometry.csv", "matches.csv", "findings.csv"):
        left, right = told(tmp_path / "one" / file), told(tmp_path / "two" / file)
        assert left.keys() == right.keys() and [part for part in left if left[part] != right[part]] == [], file
    results = [json.loads((tmp_path / out / "results.json").read_text(encoding="utf-8")) for out in ("one", "two")]
    assert {part for part in results[0] if results[0][part] != results[1][part]} == {"findings", "inputs"}


EXAMPLE = ("key", "value_seen", "value_used")  # a finding about many rows shows the first of the file


def told(path: Path) -> dict[str, Any]:
    """What a file says, part by part and in its order, but for the numbers of rows, the texts that name them, and what inputs the run had."""
    if path.suffix == ".parquet":
        return columns(path)
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return {str(i): [cell for name, cell in line.items() if name not in (*NUMBERS, "message", *(EXAMPLE if line.get("count", "1") not in ("", "1") else ()))]
                    for i, line in enumerate(csv.DictReader(stream))}
    if path.suffix == ".gpkg":
        with sqlite3.connect(path) as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            frames = {name: pd.read_sql_query(f'SELECT * FROM "{name}"', database) for name in tables}
        database.close()
        return {f"{name}.{column}": frame[column].map(repr).tolist() for name, frame in frames.items() for column in frame if column not in NUMBERS}
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(".parquet")}
    return {f"{name}.{column}": cells for name, data in parts.items() for column, cells in columns(io.BytesIO(data)).items() if column != "sha256"}


def columns(source: Any) -> dict[str, Any]:
    table = pq.read_table(source)
    return {name: repr(table[name].to_pylist()) for name in table.column_names if name not in NUMBERS}


def test_a_row_keeps_its_number_wherever_it_stands(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ["D", "B", "C", "A"], "land_use": ["1001"] * 4}, [SHAPES[key] for key in "DBCA"])
    firms = (("E9", "某处"), ("E1", "A"), ("E5", "另一处"))
    district.ledger("enterprises", [{"enterprise_id": key, "year": 2020, "parcel_id": at, "税收(万元)": 1} for key, at in firms])
    result = analysed(district)
    assert result.parcels[["parcel_id", "row"]].to_numpy().tolist() == [["A", 4], ["B", 2], ["C", 3], ["D", 1]]
    assert result.ledgers["enterprises"][["enterprise_id", "row"]].to_numpy().tolist() == [["E1", 3], ["E5", 4], ["E9", 2]]
    lost = next(finding for finding in result.findings if finding.code == "join.ledger_unmatched")
    assert (lost.row, lost.key, lost.params["rows"]) == (2, "某处", "2、4")


def test_the_first_row_is_that_of_the_file(district: District) -> None:
    district.parts["join"] = 'many_rows = "first"'
    district.ledger("attributes.meters", [{"parcel_id": "A", "output": 5}, {"parcel_id": "A", "output": 3}], '[layers.attributes.meters.columns]\noutput = { column = "output", unit = "wanyuan" }')
    district.ledger("supply", [{"parcel_id": "A", "supply_id": "S9", "contract_date": "2020-01-05", "actual_start_date": "2020-06-01"},
                               {"parcel_id": "A", "supply_id": "S1", "contract_date": "2020-01-05", "agreed_start_date": "2021-06-01"}])
    parcel = analysed(district).parcels.iloc[0]
    assert (parcel["parcel_id"], parcel["output_wanyuan"], parcel["land_status"]) == ("A", 5, "under_construction")
