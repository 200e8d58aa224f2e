"""The parcels' geometry in partitions: the driver knows rows, boxes and areas; every question about shapes goes to the workers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.engine import tasks
from spatial.engine.cells import astride, cells, partitions_for, reach
from spatial.engine.parked import Parking
from spatial.engine.workers import Workers, peak_mb
from spatial.errors import Finding, Refused, found, placed
from spatial.join.areal import Allocation, Rule
from spatial.normalise import overlap
from spatial.normalise.fabric import WIDTH_M, widened
from spatial.normalise.geometry import kept, told
from spatial.normalise.layer import Layer
from spatial.normalise.placement import SAMPLE, coarse_corners
from spatial.normalise.places import Hint, bad_geometry, decide, keys_of, label_of, without_shape
from spatial.normalise.places import Place as Placement
from spatial.read.layers import read_layer
from spatial.read.vector import slices as reading
from spatial.read.vector.draft import Place
from spatial.schema.blocks import BLOCK
from spatial.schema.raw import RawLayer, Source
from spatial.schema.study import LayerSpec, Study

Positions = NDArray[np.int64]


class Partitioned:
    """One parcel layer cut into partitions, each in the order of source rows; answers come in the order of the run, as a local one has them."""

    bounds: NDArray[np.float64]  # until the parcels are moved
    kind: NDArray[np.int8]
    why: NDArray[Any]
    part: NDArray[np.int32]
    count: int
    read_rows: Positions  # the source rows that the layer has

    def __init__(self, spec: LayerSpec, study: Study, known_names: tuple[tuple[str, ...], ...], workers: Workers, scratch: Path) -> None:
        self.workers, self.folder, self.parking = workers, scratch, Parking(scratch)
        self.seat = Place(spec.role, spec.shown_path, spec.layer or None, spec.encoding or None, known_names)
        self.asked = int(study.engine.get("partitions") or 0)
        listed = reading.slices(spec.path, self.seat, scratch) if "url" not in spec.options else None
        self._raw: RawLayer | None = self._cut_file(listed, spec) if listed is not None else self._cut_read(read_layer(spec, known_names, drawn=True), spec, study)
        self.rows = np.zeros(0, dtype=np.int64)  # source rows of the parcels of the run: ascending, until they are arranged
        self.crs = self._put("crs", "")

    def _cut_file(self, listed: list[reading.Slice], spec: LayerSpec) -> RawLayer:
        """Cut a file that is read in slices; the layer without its shapes."""
        facts = self.workers.map(tasks.survey, listed, [self.seat] * len(listed))
        self._survey(np.concatenate([np.zeros((0, 4)), *(fact.bounds for fact in facts)]), np.concatenate([np.zeros(0, np.int8), *(fact.kind for fact in facts)]),
                     np.concatenate([np.zeros(0, dtype=object), *(fact.why for fact in facts)]))
        whole = reading.Facts(self.bounds[:0], self.kind, np.concatenate([np.zeros(0, bool), *(fact.absent for fact in facts)]), self.why,
                              sum(fact.deep for fact in facts), sum(fact.curved for fact in facts), _lost(facts))
        own = [self.part[one.first - 1:one.first - 1 + one.count] for one in listed]
        self.workers.map(tasks.split, listed, [self.seat] * len(listed), own, [str(self.folder)] * len(listed))
        opened = Path(listed[0].path) if listed else spec.path
        return reading.attributes(spec.path, opened, self.seat, whole, self.folder)

    def _cut_read(self, raw: RawLayer, spec: LayerSpec, study: Study) -> RawLayer:
        """Cut a layer of another format, which is read whole: one that is not large. The layer without its shapes."""
        shapes, rows = raw.geometry, raw.row_numbers
        if shapes is None or len(rows) > study.large or (np.diff(rows) <= 0).any():
            raise Refused([found("engine.wrong_file", role="parcels", path=spec.shown_path, field="path", count=len(rows), value_used=study.large)])
        last = int(rows.max(initial=0))  # rows that a file has deleted are no parcels
        bounds, kind, why = np.full((last, 4), np.nan), np.full(last, -1, np.int8), np.full(last, "missing", dtype=object)
        bounds[rows - 1], kind[rows - 1], why[rows - 1] = shapely.bounds(shapes), shapely.get_type_id(shapes), bad_geometry(shapes)[1]
        self._survey(bounds, kind, why)
        tasks.split_read(rows, shapes, self.part[rows - 1], str(self.folder))
        self.read_rows = rows
        return replace(raw, geometry=np.full(len(rows), None, dtype=object))

    def _survey(self, bounds: NDArray[np.float64], kind: NDArray[np.int8], why: NDArray[Any]) -> None:
        """What is known of the parcels as the file has them, by source row, and the partition of each."""
        self.bounds, self.kind, self.why, self.read_rows = self.parking.array(bounds), kind, why, np.arange(1, len(bounds) + 1)
        self.count = partitions_for(len(bounds), self.asked)
        self.part = cells(self.bounds, self.count)

    def attributes(self) -> RawLayer:
        """The layer's table, handed over once: the driver keeps no second copy of it."""
        raw, self._raw = self._raw, None
        assert raw is not None, "the table was handed over already"
        return raw

    # what `normalise` asks

    def file_boxes(self) -> NDArray[np.float64]:
        at = self.read_rows - 1
        return np.where((self.why[at] == "")[:, None], self.bounds[at], np.nan)

    def place(self, layer: Layer, source: Source, spec: LayerSpec, study: Study, *, hint: Hint, key: str, polygons: bool) -> Placement | None:
        rows, keys = layer.frame["row"].to_numpy(np.int64), keys_of(layer, key)
        why = self.why[rows - 1]
        bad = why != ""
        decided = decide(self.bounds[rows[~bad] - 1], rows[~bad], source, spec, study, hint)
        findings = [*decided.findings, *without_shape(why, rows, keys, study)]
        if not decided.known:
            layer.findings.extend(placed(findings, role=spec.role, path=spec.shown_path, layer=source.layer))
            return None
        _, crs = _empty_moved(decided)
        if polygons and key == "parcel_id" and crs.is_geographic:
            findings += self._coarse_corners(rows[~bad])
        answers = self._each(tasks.place_part, lambda number: (self._kept(rows, number), self._put("decided", replace(decided, findings=[]))))
        area = np.zeros(len(rows))
        for held, measured, _, _ in answers:
            area[np.searchsorted(rows, held)] = measured
        receipt = pd.concat([answer[2] for answer in answers], ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
        receipt = pd.concat([receipt[receipt["wrong"] != ""], receipt[receipt["wrong"] == ""]], ignore_index=True)
        named = keys[np.searchsorted(rows, receipt["row"].to_numpy(np.int64))]
        findings += told(receipt, named, study.repair_tolerance)
        boxes = np.array([answer[3] for answer in answers])
        bounds = (*np.nanmin(boxes[:, :2], axis=0), *np.nanmax(boxes[:, 2:], axis=0))
        return Placement(np.full(len(rows), None, dtype=object), crs, area, label_of(crs), decided.why, tuple(float(v) for v in bounds),  # type: ignore[arg-type]
                         placed(findings, role=spec.role, path=spec.shown_path, layer=source.layer), bad, kept(receipt, named))

    def _coarse_corners(self, rows: Positions) -> list[Finding]:
        """As `placement.coarse_corners`, of the first polygons of the file."""
        first = rows[np.isin(self.kind[rows - 1], (3, 6))][:SAMPLE]
        home = self.part[first - 1]
        held = [tasks.as_filed(number, str(self.folder), first[home == number]) for number in np.unique(home).tolist()]
        order = np.argsort(np.concatenate([np.zeros(0, np.int64), *(own for own, _ in held)]))
        return coarse_corners(np.concatenate([np.zeros(0, object), *(shapes for _, shapes in held)])[order], len(rows))

    def move(self, target: CRS, rows: Positions) -> NDArray[np.float64]:
        """Bring the parcels of these source rows to the working CRS; they are the parcels of the run from now on. Returns the bounds of each."""
        self.rows, self.crs = rows, self._put("crs", target.to_wkt())
        answers = self._each(tasks.move_part, lambda number: (self._kept(rows, number), self.crs))
        self.plane, self.reach = np.zeros(len(rows)), np.full((len(rows), 4), np.nan)
        for held, area, bounds in answers:
            at = np.searchsorted(rows, held)
            self.plane[at], self.reach[at] = area, bounds
        self.plane, self.reach = self.parking.array(self.plane), self.parking.array(self.reach)
        self.home = self.part[rows - 1]
        self.bounds, self.kind, self.why, self.part = np.zeros((0, 4)), self.kind[:0], np.zeros(0, dtype=object), np.zeros(0, dtype=np.int32)
        self.read_rows = self.kind.astype(np.int64)  # where the parcels lie was decided by them
        return self.reach

    def arrange(self, order: Positions) -> None:
        for name in ("rows", "home", "plane", "reach"):  # one after the other: no two are held twice
            setattr(self, name, self.parking.array(getattr(self, name)[order]))

    # what is asked of a fabric

    @property
    def boxes(self) -> NDArray[np.float64]:
        return np.asarray(self.reach)

    @property
    def plane_m2(self) -> NDArray[np.float64]:
        return np.asarray(self.plane)

    def near(self, boxes: NDArray[np.float64]) -> Positions:
        tree, found_there = shapely.STRtree(shapely.box(*boxes.T)), [np.zeros(0, np.int64)]
        for first in range(0, len(self.reach), BLOCK):
            own = self.reach[first:first + BLOCK]
            known = np.flatnonzero(np.isfinite(own).all(axis=1))
            found_there.append(first + known[np.unique(tree.query(shapely.box(*own[known].T))[0])])
        return np.concatenate(found_there)

    @cached_property
    def _strange(self) -> tuple[str, Positions]:
        """The parcels that lie within `WIDTH_M` of what another partition reaches: where they wait for every task, and their positions."""
        boxes = widened(reach(self.reach, self.home, self.count), WIDTH_M)
        strange = np.flatnonzero(astride(self.reach, self.home, boxes))
        return self._put("astride", (strange, self.home[strange], self.fetch(strange))), strange

    def overlaps(self, min_area_m2: float) -> pd.DataFrame:
        others, places = self._strange[0], self._places()
        answers = self._each(tasks.overlaps_part, lambda number: (min_area_m2, places[number], others))
        self.edged = np.zeros(len(self.rows), bool)
        for place, (_, edged) in zip(places, answers, strict=True):
            self.edged[place] = edged
        found_there = pd.concat([pairs for pairs, _ in answers], ignore_index=True)
        return found_there.drop_duplicates(["left", "right"]).sort_values(["left", "right"], ignore_index=True)

    def beside_open_ground(self) -> Positions:
        """After `overlaps`, which tells the polygons that have an edge of their own."""
        asked = self._flagged(tasks.asked_part, self.edged)
        return np.flatnonzero(self._flagged(tasks.gaps_part, asked))

    def _flagged(self, task: Callable[..., Any], flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """What `task` tells of each parcel, from its shape, those near it, and what `flags` say of both."""
        told = np.zeros(len(self.rows), bool)
        if not flags.any():
            return told
        (others, strange), places = self._strange, self._places()
        there = self._put("flags", flags[strange])
        for place, own in zip(places, self._each(task, lambda number: (flags[places[number]], others, there)), strict=True):
            told[place] = own
        return told

    def counted_twice(self, pairs: pd.DataFrame) -> float:
        met = np.unique(np.r_[pairs["left"].to_numpy(np.int64), pairs["right"].to_numpy(np.int64)])
        shapes = self.fetch(met)
        return overlap.counted_twice(shapes, pairs.assign(left=np.searchsorted(met, pairs["left"]), right=np.searchsorted(met, pairs["right"])))

    # what `join` asks

    def allocate(self, zones: gpd.GeoDataFrame, rule: Rule, only: Positions | None = None) -> Allocation:
        asked = np.arange(len(self.rows)) if only is None else only
        there = self._put("zones", zones)
        parts = self._each(tasks.allocate_part, lambda number: (self.crs, there, rule, None if only is None else self.rows[asked[self.home[asked] == number]]))
        places = [place[np.argsort(self.rows[asked[place]])] for place in (np.flatnonzero(self.home[asked] == number) for number in range(self.count))]
        inside = np.zeros(len(asked))
        for place, done in zip(places, parts, strict=True):
            inside[place] = done.inside_share
        pieces = _gathered([done.pieces.assign(parcel=place[done.pieces["parcel"].to_numpy(np.int64)]) for place, done in zip(places, parts, strict=True)])
        one = parts[0].receipt
        empty = [place[done.receipt.first_no_ground] for place, done in zip(places, parts, strict=True) if done.receipt.first_no_ground >= 0]
        sums = {name: sum(getattr(done.receipt, name) for done in parts) for name in
                ("pairs", "whole_parcels", "cut_parcels", "outside_parcels", "overlap_parcels", "no_ground_parcels")}
        receipt = replace(one, **sums, worst_closure=max(done.receipt.worst_closure for done in parts), first_no_ground=int(min(empty, default=-1)))
        return Allocation(pieces, inside, receipt)

    def group_shares(self, zones: gpd.GeoDataFrame, pieces: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
        there, labels, places, parts = self._put("zones", zones), self._put("groups", groups), self._places(), self._cut(pieces)
        shares = self._each(tasks.groups_part, lambda number: (self.crs, there, parts[number], labels))
        return _gathered([frame.assign(parcel=place[frame["parcel"].to_numpy(np.int64)]) for place, frame in zip(places, shares, strict=True)])

    def share_within(self, zones: gpd.GeoDataFrame, carriers: gpd.GeoDataFrame, pieces: pd.DataFrame, inside: NDArray[np.float64]) -> NDArray[np.float64]:
        there, beside, places, parts = self._put("zones", zones), self._put("carriers", carriers), self._places(), self._cut(pieces)
        answers = self._each(tasks.within_part, lambda number: (self.crs, there, beside, parts[number], inside[places[number]]))
        within = np.zeros(len(pieces))
        for part, answer in zip(parts, answers, strict=True):
            within[part.index.to_numpy(np.int64)] = answer
        return within

    def holding(self, points: NDArray[Any]) -> pd.DataFrame:
        there, places = self._put("points", points), self._places()
        answers = self._each(tasks.holding_part, lambda number: (self.crs, there))
        pairs = pd.concat([frame.assign(parcel=place[frame["parcel"].to_numpy(np.int64)]) for place, frame in zip(places, answers, strict=True)], ignore_index=True)
        return pairs.sort_values(["point", "parcel"], ignore_index=True)

    def within(self, points: NDArray[Any], parcels: Positions) -> NDArray[np.bool_]:
        met, back = np.unique(parcels, return_inverse=True)
        return np.asarray(shapely.contains(self.fetch(met)[back.reshape(-1)], points), dtype=bool)

    def gap_m(self, points: NDArray[Any], parcels: Positions) -> NDArray[np.float64]:
        met, back = np.unique(parcels, return_inverse=True)
        return np.asarray(shapely.distance(points, self.fetch(met)[back.reshape(-1)]), dtype=float)

    def share_on(self, parcels: NDArray[Any], ground: Any) -> NDArray[np.float64]:
        """As `constraints.share_on`, of all parcels of the run."""
        there = self._put("ground", ground)
        share = np.zeros(len(self.rows))
        for place, answer in zip(self._places(), self._each(tasks.share_part, lambda number: (there,)), strict=True):
            share[place] = answer
        return share

    # what the outputs ask

    def fetch(self, positions: Positions) -> NDArray[Any]:
        """The geometries of some parcels, each once, in the order asked for."""
        rows, home = self.rows[positions], self.home[positions]
        shapes, order = np.full(len(positions), None, dtype=object), np.argsort(rows)
        wanted = [number for number in range(self.count) if (home == number).any()]
        for held, wkb in self.workers.map(tasks.fetch_part, wanted, [str(self.folder)] * len(wanted), [rows[home == number] for number in wanted]) if wanted else []:
            shapes[order[np.searchsorted(rows, held, sorter=order)]] = shapely.from_wkb(wkb)
        return shapes

    def parts(self) -> Iterator[tuple[Positions, NDArray[Any]]]:
        """Positions and geometries, one partition at a time."""
        for number, place in enumerate(self._places()):
            self.parking.rest()  # what has been written is not read again
            order = np.argsort(place)
            yield place[order], tasks.moved(number, str(self.folder))[1][order]

    def account(self) -> dict[str, Any]:
        """How the run was spread: partitions, and the most memory that each process has held (MB)."""
        return {"partitions": self.count, "workers_peak_mb": dict(sorted(self.workers.peak_mb.items())), "driver_peak_mb": peak_mb()}

    def _kept(self, rows: Positions, number: int) -> Positions:
        return rows[self.part[rows - 1] == number]

    def _places(self) -> list[Positions]:
        """The positions of each partition's parcels, in the order in which it holds them."""
        order = np.lexsort((self.rows, self.home))
        return np.split(order, np.searchsorted(self.home[order], np.arange(1, self.count)))

    def _cut(self, pieces: pd.DataFrame) -> list[pd.DataFrame]:
        """Pieces by partition, their parcels numbered within it; the index keeps where each piece stood."""
        within = np.empty(len(self.rows), dtype=np.int64)
        for place in self._places():
            within[place] = np.arange(len(place))
        parcel = pieces["parcel"].to_numpy(np.int64)
        order = np.lexsort((within[parcel], self.home[parcel]))
        frame = pieces.reset_index(drop=True).assign(parcel=within[parcel]).iloc[order]
        stops = np.searchsorted(self.home[parcel][order], np.arange(1, self.count))
        return [frame.iloc[a:b] for a, b in zip([0, *stops], [*stops, len(order)], strict=True)]

    def _each(self, task: Callable[..., Any], arguments: Callable[[int], tuple[Any, ...]]) -> list[Any]:
        """The answers of all partitions; what each task is given goes by a file, so that no queue holds it."""
        given = [self._put(f"{task.__name__}-{number}", arguments(number)) for number in range(self.count)]
        answers = self.workers.map(tasks.called, [task] * self.count, range(self.count), [str(self.folder)] * self.count, given)
        for path in given:
            Path(path).unlink()
        return answers

    def _put(self, name: str, value: Any) -> str:
        """A value that every task of a step reads, under a name of its own."""
        self.written = getattr(self, "written", 0) + 1
        path = self.folder / "shared" / f"{self.written:05d}-{name}"
        tasks.save(path, value)
        return str(path)


def _gathered(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Pieces of the partitions as a local run lists them: by parcel; what belongs to one parcel keeps its order."""
    return pd.concat(frames, ignore_index=True).sort_values("parcel", kind="stable", ignore_index=True)


def _empty_moved(decided: Any) -> tuple[NDArray[Any], CRS]:
    from spatial.normalise.places import brought

    return brought(np.zeros(0, dtype=object), np.zeros(0, dtype=bool), decided)


def _lost(facts: list[reading.Facts]) -> list[Finding]:
    """Geometries that could not be built, and those that were closed, as one finding of each kind with the first row."""
    listed = [finding for fact in facts for finding in fact.lost]
    kinds = {code: [finding for finding in listed if finding.code == code] for code in dict.fromkeys(finding.code for finding in listed)}
    return [replace(alike[0], count=int(math.fsum(finding.count for finding in alike))) for alike in kinds.values()]
