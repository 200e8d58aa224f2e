"""The partitioned engine says what a local run says, to the last bit, also when a worker dies half-way."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from spatial import pipeline
from spatial.engine import open as opening
from spatial.engine import parked, tasks
from spatial.engine.workers import Workers, workers
from spatial.errors import Refused
from spatial.read.vector.asleep import Asleep
from tests.engine.study import write_study

pytestmark = pytest.mark.filterwarnings("ignore")  # what the workers' own libraries have to say
SAME = ("results.json", "scorecard.csv", "findings.csv", "geometry.csv", "rows.csv", "matches.csv", "parcels.parquet", "tables.xlsx", "map.html", "layers.gpkg", "trail.zip")


def doing(function: Callable[..., Any], arguments: Sequence[Any]) -> str:
    """What a task of one partition does."""
    return str(next(iter(arguments[0])).__name__ if function is tasks.called else function.__name__)


@pytest.mark.parametrize(("allocation", "suffix"), [("area", "gpkg"), pytest.param("largest", "parquet", marks=pytest.mark.verify), pytest.param("point", "gpkg", marks=pytest.mark.verify)])
def test_thirty_three_partitions_give_the_files_of_a_local_run(tmp_path: Path, lent: Workers, allocation: str, suffix: str) -> None:
    study = write_study(tmp_path / "in", allocation=allocation, suffix=suffix)
    local = pipeline.run(study, out=tmp_path / "local")
    spread = pipeline.run(study, out=tmp_path / "dask", engine="dask", sets=["engine.partitions=33"])
    assert spread.engine is not None and spread.engine["partitions"] == 33
    spread.result.parcels.loc[0, "area_m2"] = spread.result.pieces.loc[0, "share"] = 1.0  # a run in memory is its owner's to change
    assert [name for name in SAME if (tmp_path / "local" / name).read_bytes() != (tmp_path / "dask" / name).read_bytes()] == []
    codes = {finding.code for finding in local.result.findings}
    assert {"geometry.repaired", "geometry.parcels_overlap", "row.set_aside", "key.kept", "join.ledger_unmatched", "join.matched_by", "join.number_shared"} <= codes
    assert {"geometry.gap", "geometry.far_parcels"} <= codes
    assert ("allocation.zones_overlap" in codes) == (allocation != "largest")  # whole in one zone, no ground counts in two


@pytest.mark.verify
def test_no_worker_is_given_the_whole_layer(tmp_path: Path, lent: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    study = write_study(tmp_path / "in")
    held: list[int] = []
    real = Workers.map

    def watched(self: Workers, function: Callable[..., Any], *given: Iterable[Any]) -> list[Any]:
        arguments = [list(one) for one in given]
        answers = real(self, function, *arguments)
        if doing(function, arguments) == "move_part":
            held.extend(len(rows) for rows, _, _ in answers)
        return answers

    monkeypatch.setattr(Workers, "map", watched)
    pipeline.run(study, out=tmp_path / "out", engine="dask", sets=["engine.partitions=40"])
    assert len(held) == 40 and sum(held) == 22 * 22 - 1 and max(held) <= 16


@pytest.mark.skipif(os.name != "posix", reason="columns lie in files where a mapped file can be unlinked")
def test_the_driver_holds_ids_and_words_and_neither_shapes_nor_the_layers_table(tmp_path: Path, lent: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the layer's eleven columns the six that rules do not know are never read; of the run's, numbers and days lie in files, shapes with the workers."""
    study = write_study(tmp_path / "in")
    layer = gpd.read_file(tmp_path / "in" / "parcels.gpkg")
    layer.assign(**{f"杂项{k}": [f"{k}/{row}" for row in range(len(layer))] for k in range(6)}).to_file(tmp_path / "in" / "parcels.gpkg", driver="GPKG", layer="parcels")
    woken, awake = [], Asleep.awake

    def heard(self: Asleep) -> Any:
        if len(self) == len(layer):
            woken.append(self._field.name)
        return awake(self)

    monkeypatch.setattr(Asleep, "awake", heard)
    done = pipeline.run(study, out=tmp_path / "out", engine="dask", sets=["engine.partitions=32", "engine.large=400"])
    local = pipeline.run(study, out=tmp_path / "local")
    assert set(woken) == {"宗地代码", "宗地编号", "用途", "规划用途", "建筑面积"}
    parcels = done.result.parcels
    assert parcels.geometry.isna().all() and len(parcels) == 22 * 22 - 1
    numbers = [name for name in parcels.columns if isinstance(parcels[name].dtype, np.dtype) and parcels[name].dtype != object]
    assert len(numbers) > 20 and [name for name in numbers if 0 not in parcels[name].to_numpy().strides and not parked._mapped(parcels[name].to_numpy())] == []
    assert list(parcels.select_dtypes(object)) == ["carrier_id", "constraint_kinds"]  # what is missing there is no None; all other texts lie in files
    assert len({id(cell) for cell in parcels["land_status"]}) == parcels["land_status"].nunique() > 1  # words come back each held once
    assert parcels["parcel_id"].tolist() == local.result.parcels["parcel_id"].tolist()
    large = [finding.line("zh") for finding in done.result.findings if not finding.code.startswith("output.")]
    assert large == [finding.line("zh") for finding in local.result.findings if not finding.code.startswith("output.")]
    assert (tmp_path / "out" / "geometry.csv").read_bytes() == (tmp_path / "local" / "geometry.csv").read_bytes()


@pytest.mark.verify
def test_a_worker_killed_half_way_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = write_study(tmp_path / "in")
    pipeline.run(study, out=tmp_path / "local")
    killed: list[int] = []

    class Doomed(Workers):
        def map(self, function: Callable[..., Any], *arguments: Iterable[Any]) -> list[Any]:
            if doing(function, arguments) in ("move_part", "allocate_part") and len(killed) < 2:
                victim = next(iter(self.client.run(os.getpid).values()))
                killed.append(victim)
                self.client.loop.call_later(0.05, os.kill, victim, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            return super().map(function, *arguments)

    @contextmanager
    def doomed(settings: Any) -> Iterator[Workers]:
        with workers({"workers": 2}) as started:
            yield Doomed(started.client)

    monkeypatch.setattr(opening, "workers", doomed)
    pipeline.run(study, out=tmp_path / "dask", engine="dask", sets=["engine.partitions=36"])
    assert len(killed) == 2
    assert (tmp_path / "local" / "results.json").read_bytes() == (tmp_path / "dask" / "results.json").read_bytes()


@pytest.mark.verify
def test_very_large_runs_are_parquet_and_zone_tables_with_a_finding_for_each(tmp_path: Path, lent: Workers) -> None:
    import geopandas as gpd

    study = write_study(tmp_path / "in")
    whole = pipeline.run(study, out=tmp_path / "whole")
    large = pipeline.run(study, out=tmp_path / "large", engine="dask", sets=["engine.partitions=32", "engine.large=400"])
    assert {"output.no_map_file", "output.zone_tables_only", "output.parquet_only"} <= {finding.code for finding in large.result.findings}
    assert sorted(path.name for path in (tmp_path / "large").iterdir()) == [
        "findings.csv", "geometry.csv", "matches.csv", "parcels.parquet", "results.json", "rows.csv", "run.lock.json", "scorecard.csv", "state.zip", "tables.xlsx"]
    one, two = (gpd.read_parquet(tmp_path / name / "parcels.parquet").sort_values("row", ignore_index=True) for name in ("whole", "large"))
    assert one.geom_equals(two.geometry).all()
    assert one["pieces"].tolist() == two["pieces"].tolist() and one["land_status"].tolist() == two["land_status"].tolist()
    values = [json.loads((tmp_path / name / "results.json").read_text(encoding="utf-8"))["values"] for name in ("whole", "large")]
    assert values[0] == values[1] and whole.engine is None
    offers = [run.result.lists["offers"] for run in (whole, large)]
    assert offers[0].equals(offers[1]) and "constrained" in set(offers[0]["kind"])  # what stands in the way is asked where the shapes are
    maps = [pipeline.map_tiles(tmp_path / name)[0].parent for name in ("whole", "large")]
    assert (maps[0] / "parcels.pmtiles").read_bytes() == (maps[1] / "parcels.pmtiles").read_bytes()


@pytest.mark.parametrize(("engine", "sets", "large"), [("dask", [], True), ("dask", ["engine.large=8"], False), ("local", [], False)])
def test_the_driver_takes_the_shapes_of_no_large_layer(tmp_path: Path, lent: Workers, monkeypatch: pytest.MonkeyPatch, engine: Any, sets: list[str], large: bool) -> None:
    """Of eight parcels where seven are the most: in partitions none has its shape in the driver, unless the study allows for eight; a local run has its own limit."""
    monkeypatch.setattr(pipeline, "LARGE_IN_PARTITIONS", 7)
    done = pipeline.run(few(tmp_path, 8), out=tmp_path / "out", engine=engine, sets=sets)
    assert bool(done.result.parcels.geometry.isna().all()) == large != (tmp_path / "out" / "map.html").is_file()
    assert [finding.value_used for finding in done.result.findings if finding.code == "output.no_map_file"] == (["7"] if large else [])


def test_a_layer_of_another_format_is_cut_as_it_was_read_unless_it_is_large(tmp_path: Path, lent: Workers) -> None:
    """A shapefile of 22 x 22 parcels, of which its table has deleted one and one has no shape."""
    study = write_study(tmp_path / "in")
    gpd.read_file(tmp_path / "in" / "parcels.gpkg").to_file(tmp_path / "in" / "parcels.shp", encoding="utf-8")
    table = bytearray((tmp_path / "in" / "parcels.dbf").read_bytes())
    begin, size = int.from_bytes(table[8:10], "little"), int.from_bytes(table[10:12], "little")
    table[begin + 100 * size] = ord("*")
    (tmp_path / "in" / "parcels.dbf").write_bytes(table)
    sets = ["layers.parcels.path=parcels.shp", "engine.partitions=33", "sheets.draw=no"]
    for engine in ("local", "dask"):
        done = pipeline.run(study, out=tmp_path / engine, engine=engine, sets=sets)  # type: ignore[arg-type]
        assert len(done.result.parcels) == 22 * 22 - 2 and 101 not in set(done.result.parcels["row"])
    assert [name for name in SAME if (tmp_path / "local" / name).read_bytes() != (tmp_path / "dask" / name).read_bytes()] == []
    with pytest.raises(Refused) as refused:
        pipeline.run(study, engine="dask", sets=[*sets, "engine.large=482"])
    assert [(finding.code, finding.count, finding.value_used) for finding in refused.value.findings] == [("engine.wrong_file", 483, "482")]


def few(folder: Path, count: int) -> Path:
    x, y = 520_000, 3_340_000
    squares = [box(x + 200 * i, y, x + 200 * i + 100, y + 100) for i in range(count)]
    gpd.GeoDataFrame({"parcel_id": [f"P{i}" for i in range(count)], "land_use": ["1001"] * count}, geometry=squares, crs=4549).to_file(folder / "parcels.gpkg")
    gpd.GeoDataFrame({"carrier_id": ["甲"]}, geometry=[box(x - 10, y - 10, x + 450, y + 110)], crs=4549).to_file(folder / "carriers.gpkg")
    study = folder / "study.toml"
    study.write_text('[study]\nname = "few"\nas_of = 2020-12-31\nperiod = [2020-01-01, 2020-12-31]\n[layers.parcels]\npath = "parcels.gpkg"\n'
                     '[layers.carriers]\npath = "carriers.gpkg"\n[sheets]\ndraw = "no"\n', encoding="utf-8")
    return study


@pytest.mark.parametrize("count", [1, 8])
def test_a_study_of_few_parcels_leaves_cells_without_any(tmp_path: Path, lent: Workers, count: int) -> None:
    """Eight parcels in three strips of two and three cells: a cell has none, and the run says what a local one says."""
    study = few(tmp_path, count)
    for engine in ("local", "dask"):
        pipeline.run(study, out=tmp_path / engine, engine=engine)
    assert all((tmp_path / "local" / name).read_bytes() == (tmp_path / "dask" / name).read_bytes() for name in ("scorecard.csv", "parcels.parquet", "layers.gpkg"))


def test_parcels_around_the_world_are_refused_as_in_a_local_run(tmp_path: Path, lent: Workers) -> None:
    """A zone of a meridian cannot hold them; an endless coordinate ended the run in a trace of the engine."""
    squares = [box(x, 10, x + 1, 11) for x in (-175, -40, 0, 40, 174)]
    gpd.GeoDataFrame({"parcel_id": list("ABCDE")}, geometry=squares, crs=4326).to_file(tmp_path / "parcels.gpkg")
    study = tmp_path / "study.toml"
    study.write_text('[study]\nname = "world"\nas_of = 2020-12-31\nperiod = [2020-01-01, 2020-12-31]\n[layers.parcels]\npath = "parcels.gpkg"\n', encoding="utf-8")
    for engine in ("local", "dask"):
        with pytest.raises(Refused) as refused:
            pipeline.run(study, engine=engine)
        told = [f for f in refused.value.findings if f.severity == "error"]
        assert [(f.code, f.row, f.count) for f in told] == [("crs.beyond_working", 1, 2)]
