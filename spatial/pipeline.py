"""The whole tool on one page: read -> normalise -> join -> indicators -> scorecard -> render."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from spatial.again import map_page as map_page
from spatial.again import map_tiles as map_tiles
from spatial.again import sheets as sheets
from spatial.again import snapshot as snapshot
from spatial.again import table_text as table_text
from spatial.again import version as version
from spatial.again import write_table as write_table
from spatial.demo import write_demo
from spatial.engine.frames import awake
from spatial.engine.open import partitioned
from spatial.engine.partitioned import Partitioned
from spatial.engine.workers import settle
from spatial.errors import Finding, Language, Refused, UsageError, errors_of, placed, refuse_on_error
from spatial.explained import explain as explain
from spatial.finished import Run
from spatial.indicators.assemble import book_of, indicators_of
from spatial.indicators.benefit import evaluated_firms
from spatial.indicators.evidence import disagreements
from spatial.indicators.firms import firms_on_parcels
from spatial.indicators.intensive_use import intensive_use, replaced
from spatial.indicators.new_land import constraint_findings, new_parcels, slope_findings
from spatial.indicators.registry import BY_ID, INDICATORS
from spatial.indicators.standard_land import commitments_of
from spatial.indicators.terms import Book
from spatial.indicators.trail import trail_of
from spatial.join.assemble import join_layers, rejoined
from spatial.join.buildings import floor_of_buildings
from spatial.join.constraints import constraints_on
from spatial.join.zonal_zones import imagery
from spatial.json_schemas import json_schema as json_schema
from spatial.normalise.accounts import rows_used
from spatial.normalise.assemble import normalise_layers
from spatial.normalise.land_use import named_use
from spatial.normalise.raster_place import place_findings
from spatial.read.benefits import load_benefit
from spatial.read.declarations import code_table, code_tables, kinds
from spatial.read.first_study import first_study
from spatial.read.first_study import taken as taken
from spatial.read.intensive_profiles import load_intensive
from spatial.read.layers import read_layers
from spatial.read.policy import load_policy
from spatial.read.propose import Proposal, files_of, latest_day, propose
from spatial.read.raster import read_rasters
from spatial.read.results import read_results
from spatial.read.rulesets import load_ruleset
from spatial.read.snapshots import SCHEMA, earlier_snapshot, seal_of
from spatial.read.state import read_state
from spatial.read.study import load_study
from spatial.read.thresholds import load_thresholds
from spatial.render.folder import refuse_inputs, settled, staged
from spatial.render.map_basemaps import declared as declared_basemaps
from spatial.render.outputs import write_outputs
from spatial.render.postgis import refuse_database, write_postgis
from spatial.render.records import dump, results
from spatial.render.single import refuse_unwritable, room_behind, write_text
from spatial.render.snapshot import write_snapshot
from spatial.schema.blocks import Blocks, Held, blocks_of
from spatial.schema.columns import beside, each
from spatial.schema.joined import Joined
from spatial.schema.layers import Normalised
from spatial.schema.result import Result
from spatial.schema.study import LARGE_IN_PARTITIONS, Study
from spatial.schema.trail import Trail
from spatial.scorecard.assemble import judged, lists_of, policy_title
from spatial.scorecard.compare import compare as compare_results
from spatial.scorecard.compare import compare_settings
from spatial.scorecard.course import course_of
from spatial.scorecard.double_entry import double_entry
from spatial.scorecard.named_carriers import check_carriers
from spatial.scorecard.possible import check_places, check_possible
from spatial.scorecard.public import public_edition
from spatial.scorecard.tracked import check_tracked, in_target_units

QUARTER_BEFORE = "2022-09-30"  # of the demo's data date
Step = Callable[[str], None]


class _Silent:
    """Tells nobody how far a run is."""

    def __call__(self, name: str) -> None:
        return None

    def __repr__(self) -> str:
        return "SILENT"


SILENT: Step = _Silent()
Engine = Literal["local", "dask"]


def run(study_path: Path | str, *, out: Path | str | None = None, sets: Iterable[str] | str = (), language: Language = "zh", engine: Engine = "local", step: Step = SILENT) -> Run:
    """Run a study and write its output folder.

    Parameters
    ----------
    study_path : the study file (TOML)
    out : output folder; default `out/<study file's stem>` beside the study file
    sets : KEY=VALUE texts that replace keys of the study
    language : of labels and messages
    engine : "local", or "dask" for parcels in partitions on Dask workers (the same rules, the same results)
    step : called with the name of each room as it is entered, and with `sheets 3/34` while sheets are drawn, for a progress bar

    Raises
    ------
    Refused
        With every finding, when one is an error; the output folder is then as it was.
    """
    path = Path(study_path)
    folder = Path(out) if out is not None else path.parent / "out" / path.stem
    study = load_study(path, sets=sets, language=language)
    if engine == "dask" and study.engine.get("large") is None:  # the driver takes the shapes of no more than this many parcels
        study = replace(study, engine={**study.engine, "large": LARGE_IN_PARTITIONS})
    declared_basemaps(study)  # a wrong one is refused before the long work
    refuse_inputs(folder, [path, *(spec.path for spec in study.layers.values())])
    refuse_database(study)
    with staged(folder) as stage, (partitioned(study) if engine == "dask" else nullcontext()) as parts:
        step = _settling(step, parts) if parts else step
        result = analyse(study, step=step, parts=parts)
        step("render")
        write_outputs(result, stage, version=version(), tick=lambda done, total: step(f"sheets {done}/{total}"), parts=parts.parts if parts else None)
        write_postgis(result, version=version(), parts=parts.parts if parts else None)
        return Run(folder, result, parts.account() if parts else None)


def load(folder: Path | str) -> Run:
    """A finished run read back from its output folder; a UsageError where there is none."""
    return Run(Path(folder), read_state(settled(Path(folder))))


def analyse(study: Study, *, step: Step = SILENT, sensitivity: bool = True, parts: Partitioned | None = None) -> Result:
    """Everything but the files: a study in, a result out; without `sensitivity` the other readings of the rules are left out.

    `parts` holds the parcels' geometry where that is in partitions.
    """
    findings: list[Finding] = []
    with _collected(findings):
        step("read")
        limits, problems = load_thresholds(study.rules["evidence"], study.path.parent)
        findings += problems
        rasters, grids, problems = read_rasters(study, limits)
        findings += problems
        raw, inputs = read_layers(study, kinds(), {"parcels": parts.attributes()} if parts else None)
        inputs = pd.concat([inputs, grids], ignore_index=True) if len(grids) else inputs
        findings += [finding for layer in raw.values() for finding in layer.findings]
        step("normalise")
        layers = normalise_layers(raw, study, kinds(), code_tables(), parts)
        findings += layers.findings
        del raw  # the files' own texts are not needed again
        if parts:
            layers = replace(layers, parcels=parts.parking.frame(layers.parcels))
        policies = [load_policy(name, study.path.parent, known={i: row.unit for i, row in BY_ID.items()},
                                layers=[role.removeprefix("zones.") for role in study.layers if role.startswith("zones.")]) for name in study.policies]
        ruleset, problems = load_ruleset(study.rules["inefficient"], study.path.parent)
        benefit, wrong = load_benefit(study.rules["benefit"], study.path.parent)
        intensive, misread = load_intensive(study.rules["intensive_use"], study.path.parent)
        findings += check_possible(policy for policy, _ in policies if policy is not None)
        findings += [*problems, *wrong, *misread, *(finding for _, found_there in policies for finding in found_there)]
        refuse_on_error(findings)
        step("join")
        joined = join_layers(layers, study, parts)
        joined = parts.parking.joined(joined) if parts else joined
        held = Held(len(joined.parcels), parts.parts, parts.fetch) if parts else None
        shapes: Blocks = held.blocks if held else lambda: blocks_of(joined.parcels)
        findings += [*in_files(joined.findings, study), *place_findings(rasters, shapes, joined.parcels.crs)]
        refuse_on_error(findings)
        evidence = imagery(joined, rasters, study, held)
        findings += evidence.findings
        constraints, within, problems = constraints_on(joined.parcels, layers.areas.get("constraints"), study, parts.share_on if parts else None)
        findings += in_files(problems, study)
        built, problems = floor_of_buildings(joined.parcels, layers.areas.get("buildings"), shapes, study.area_tolerance)
        findings += in_files(problems, study)
        joined.parcels = beside(joined.parcels.drop(columns=[*set(built) & set(joined.parcels)]), evidence.columns, constraints, built)
        refuse_on_error(findings)
        step("indicators")
        book, problems = book_of(joined, study, ruleset)
        findings += in_files(problems, study)
        book = parts.parking.book(book) if parts else book
        facts, values, problems = indicators_of(book)
        findings += in_files(problems, study)
        composed, scored_items, problems = intensive_use(values, joined.zones, intensive, study)
        findings += problems
        values = replaced(values, composed)
        values = pd.concat([values, evidence.values], ignore_index=True) if len(evidence.values) else values
        problems = evaluated_firms(facts, book.facts.year if "enterprises" in joined.ledgers else None, benefit)
        findings += in_files(problems, study)
        new = new_parcels(book.facts, joined)
        steep, problems = slope_findings(facts["parcels"], new, rasters, limits)
        findings += in_files([*constraint_findings(facts["parcels"], new, within), *problems], study)
        suspected = disagreements(facts["parcels"], rasters, facts.get("supply"), study, limits)
        facts["parcels"] = beside(facts["parcels"], suspected.columns, steep, firms_on_parcels(book.facts, joined), _names_of_uses(facts["parcels"], study))
        findings += in_files(suspected.findings, study)
        refuse_on_error(findings)
        if parts:
            facts["parcels"] = parts.parking.frame(facts["parcels"])
        step("scorecard")
        tracked, problems = in_target_units([policy for policy, _ in policies if policy is not None], layers.tables.get("tracked"))
        findings += problems
        findings += check_places([policy for policy, _ in policies if policy is not None], joined.zones)
        findings += check_carriers([policy for policy, _ in policies if policy is not None], joined.zones)
        findings += check_tracked([policy for policy, _ in policies if policy is not None], tracked, joined.zones, values, study.as_of)
        refuse_on_error(findings)
        previous, problems = earlier_snapshot(study.path.parent / study.snapshots, study) if study.snapshots else (None, [])
        findings += problems
        refuse_on_error(findings)
        trail = trail_of(book, INDICATORS)
        trail = parts.parking.trail(trail) if parts else trail
        scorecard, readings = judged([policy for policy, _ in policies if policy is not None], book, joined, values, tracked, ruleset,
                                     lambda other: rejoined(layers, joined, other, parts), trail, previous, sensitivity=sensitivity)
        course = course_of([policy for policy, _ in policies if policy is not None], tracked, joined.zones, study.as_of, language=study.language)
        findings += double_entry(facts["parcels"], joined.pieces, joined.zones, values, scorecard, joined.balance, joined.joins,
                                 rows_used(layers.rows),
                                 trail_of(book, INDICATORS, whole=True) if study.audience == "public" else trail, tracked)
        refuse_on_error(findings)
    blocks: Blocks | None = None
    if parts is not None:
        parts.parking.rest()
        if len(facts["parcels"]) > study.large:
            blocks = parts.parts
        else:
            facts["parcels"], joined.pieces = awake(facts["parcels"]), awake(joined.pieces)  # whoever asked for the run may write into what is not too large
            facts["parcels"]["geometry"] = gpd.GeoSeries(parts.fetch(np.arange(len(facts["parcels"]))), index=facts["parcels"].index, crs=joined.parcels.crs)
    files = [{"name": name, "path": policy.path, "sha256": policy.sha256, "id": policy.id, "title": policy_title(policy, study.language)}
             for name, (policy, _) in zip(study.policies, policies, strict=True) if policy is not None]
    return _result(study, layers, joined, facts, values, scorecard, inputs, findings, files, trail, readings, book, {"course": course, "intensive_use": scored_items}, blocks)


def _names_of_uses(parcels: pd.DataFrame, study: Study) -> pd.DataFrame:
    """What the codes of land uses mean, in words."""
    classes = code_table("land_use")
    return pd.DataFrame({f"{column}_name": each(parcels[column], lambda code: named_use(code, classes, study.language)) for column in ("land_use", "planned_use") if column in parcels},
                        index=parcels.index)


def _settling(step: Step, parts: Partitioned) -> Step:
    """The same steps, each entered with what the one before has freed or only read given back."""
    def entered(name: str) -> None:
        parts.parking.rest()
        settle()
        step(name)

    return entered


def in_files(findings: Iterable[Finding], study: Study) -> list[Finding]:
    """Findings about a layer, with the file it came from."""
    return [placed([finding], path=study.layers[finding.role].shown_path)[0] if finding.role in study.layers else finding
            for finding in findings]


@contextmanager
def _collected(findings: list[Finding]) -> Iterator[None]:
    """A refusal further down carries the findings made before it."""
    try:
        yield
    except Refused as refused:
        before = [finding for finding in findings if finding not in refused.findings]
        raise Refused([*before, *refused.findings]) from None


def _result(study: Study, layers: Normalised, joined: Joined, facts: dict[str, pd.DataFrame], values: pd.DataFrame, scorecard: pd.DataFrame,
            inputs: pd.DataFrame, findings: list[Finding], policies: list[dict[str, str]], trail: Trail, readings: pd.DataFrame, book: Book, lists: dict[str, pd.DataFrame],
            blocks: Blocks | None) -> Result:
    assert not errors_of(findings)
    used = inputs.copy()
    for role, (crs, why) in layers.crs.items():
        used.loc[used["role"] == role, ["crs", "crs_from"]] = [crs, why]
    parcels = facts["parcels"]
    promised = None if study.audience == "public" else joined.ledgers.get("standard_land")
    result = Result(
        study=study, working_crs=layers.working_crs, parcels=parcels, carriers=joined.carriers, zone_layers=joined.zone_layers, pieces=joined.pieces,
        ledgers={role: frame for role, frame in facts.items() if role in joined.ledgers}, zones=joined.zones, values=values, scorecard=scorecard,
        balance=joined.balance, joins=pd.DataFrame(joined.joins), inputs=used, findings=findings, policies=policies, trail=trail, readings=readings,
        lists=lists_of(book, parcels, joined.carriers, layers.areas, blocks) | lists | {"commitments": commitments_of(promised, study.as_of)},
        mapping=layers.mapping, topology=layers.ledger, rows=layers.rows, matches=joined.matches)
    return public_edition(result) if study.audience == "public" else result


def check(study_path: Path | str, *, sets: Iterable[str] | str = (), language: Language = "zh") -> list[Finding]:
    """Everything a run would find, without writing anything; an error is among the findings, not raised."""
    try:
        result: Any = analyse(load_study(Path(study_path), sets=sets, language=language))
    except Refused as refused:
        return refused.findings
    return list(result.findings)


def inspect(files: Iterable[Path | str] | Path | str) -> list[Proposal]:
    """What files, or one file, seem to be: layers, rows, encoding and reference system with the reasons, columns as proposed fields, problems.

    Raises
    ------
    UsageError
        For a file that is not there.
    """
    paths = [Path(files)] if isinstance(files, (str, Path)) else [Path(file) for file in files]
    if missing := [path for path in paths if not path.exists()]:
        raise UsageError(f"{missing[0]}: 找不到文件 / file not found")
    return [proposal for path in paths for proposal in propose(path)]


def init(folder: Path | str, *, language: Language = "zh") -> tuple[Path, list[Proposal]]:
    """Write a first study.toml for a folder of files; an existing one is left alone and refused, and so is a folder of which no file can be read."""
    base = Path(folder)
    target = base / "study.toml"
    if not base.is_dir():
        raise UsageError(f"{base}: 不是文件夹 / not a folder")
    if target.exists():
        raise UsageError(f"{target}: 已存在，请先改名 / exists; rename it first")
    refuse_unwritable([target])
    proposals = [proposal for path in files_of(base) for proposal in propose(path)]
    if not proposals:
        raise UsageError(f"{base}: 没有可读的图层或台账，请把文件放进这个文件夹 / no layer or ledger to read; put the files into this folder")
    if all(proposal.raw is None for proposal in proposals):
        raise Refused(finding for proposal in proposals for finding in proposal.findings)
    text = first_study(base, proposals, latest_day(proposals), language)
    write_text(target, text)
    return target, proposals


def demo(out: Path | str, *, sets: Iterable[str] | str = (), language: Language = "zh", step: Step = SILENT, frozen: bool = False) -> Run:
    """Generate the demo district beside its output folder and run it; with `frozen`, freeze the quarter before first, so that there is a trend."""
    folder = Path(out)
    step("demo")
    data = folder.parent / f"{folder.name}-data"
    with staged(data, replacing=True) as stage:
        study = write_demo(stage)
        if frozen:
            earlier = analyse(load_study(study, sets=[*([sets] if isinstance(sets, str) else sets), f"study.as_of={QUARTER_BEFORE}", "study.snapshots="], language=language), sensitivity=False)
            write_snapshot(results(earlier), stage / "快照", SCHEMA, seal_of)
    return run(data / study.name, out=folder, sets=sets, language=language, step=step)


@contextmanager
def told_when_full() -> Iterator[None]:
    """A disk that runs full under whatever is done ends in a refusal, not in the error of a library."""
    try:
        yield
    except Exception as problem:
        if isinstance(problem, (Refused, UsageError)) or not (findings := room_behind(problem)):
            raise
        raise Refused(findings) from problem


def compare(run_a: Path | str, run_b: Path | str) -> pd.DataFrame:
    """Differences of two runs, read from their results.json: settings first (part `study`, the setting under `indicator`), then values and scores."""
    both = [read_results(settled(Path(folder))) for folder in (run_a, run_b)]
    settings = compare_settings(*both).rename(columns={"setting": "indicator"}).assign(part="study", difference="changed")
    told = compare_results(*both)
    return pd.concat([settings.reindex(columns=told.columns).astype(object), told], ignore_index=True) if len(settings) else told


def write_findings(findings: Iterable[Finding], path: Path, language: Language = "zh") -> None:
    """Findings as a JSON list, written all at once."""
    write_text(path, dump([finding.record(language) for finding in findings]))
