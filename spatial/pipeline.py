"""The whole tool on one page: read -> normalise -> join -> indicators -> scorecard -> render."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from spatial.demo import write_demo
from spatial.engine.open import partitioned
from spatial.engine.partitioned import Partitioned
from spatial.engine.workers import settle
from spatial.errors import Finding, Language, Refused, UsageError, errors_of, nearest, placed, refuse_on_error
from spatial.finished import Run
from spatial.indicators.assemble import book_of, indicators_of
from spatial.indicators.benefit import evaluated_firms
from spatial.indicators.evidence import disagreements
from spatial.indicators.firms import firms_on_parcels
from spatial.indicators.intensive_use import COMPOSED, intensive_use, replaced
from spatial.indicators.new_land import constraint_findings, new_parcels, slope_findings
from spatial.indicators.registry import BY_ID, INDICATORS
from spatial.indicators.standard_land import commitments_of
from spatial.indicators.terms import Book
from spatial.indicators.trail import trail_of
from spatial.join.assemble import join_layers, rejoined
from spatial.join.buildings import floor_of_buildings
from spatial.join.constraints import constraints_on
from spatial.join.zonal_zones import imagery
from spatial.normalise.accounts import rows_used
from spatial.normalise.assemble import normalise_layers
from spatial.normalise.land_use import named_use
from spatial.normalise.raster_place import place_findings
from spatial.read.benefits import load_benefit
from spatial.read.declarations import code_table, code_tables, kinds
from spatial.read.first_study import first_study
from spatial.read.intensive_profiles import load_intensive
from spatial.read.layers import read_layers
from spatial.read.policy import load_policy
from spatial.read.propose import Proposal, files_of, latest_day, propose
from spatial.read.raster import read_rasters
from spatial.read.results import read_results
from spatial.read.rulesets import load_ruleset
from spatial.read.snapshots import SCHEMA, earlier_snapshot, seal_of
from spatial.read.state import read_state
from spatial.read.study import load_sheet_keys, load_study
from spatial.read.study_schema import study_schema
from spatial.read.thresholds import load_thresholds
from spatial.read.trail import read_trail
from spatial.render.folder import MANIFEST, amended_manifest, refuse_inputs, settled, staged
from spatial.render.map import write_map
from spatial.render.map_basemaps import declared as declared_basemaps
from spatial.render.map_tiles import write_map_tiles
from spatial.render.outputs import write_outputs
from spatial.render.postgis import refuse_database, write_postgis
from spatial.render.records import csv_text, dump, findings_schema, results, results_schema, write_json
from spatial.render.sheets.book import Tick, write_sheets
from spatial.render.single import refuse_unwritable, room_behind, write_text
from spatial.render.snapshot import write_snapshot
from spatial.schema.blocks import Blocks, blocks_of
from spatial.schema.columns import beside, each
from spatial.schema.joined import Joined
from spatial.schema.layers import Normalised
from spatial.schema.result import Result
from spatial.schema.study import Study
from spatial.schema.trail import Trail
from spatial.scorecard.assemble import judged, lists_of, policy_title
from spatial.scorecard.compare import compare as compare_results
from spatial.scorecard.compare import compare_settings
from spatial.scorecard.course import course_of
from spatial.scorecard.double_entry import double_entry
from spatial.scorecard.explain import behind, value_of, zone_of
from spatial.scorecard.explain import explain as told
from spatial.scorecard.explain_firm import SCORE, explain_firm
from spatial.scorecard.explain_others import explain_clause, explain_composed, explain_imagery, is_imagery
from spatial.scorecard.named_carriers import check_carriers
from spatial.scorecard.possible import check_places, check_possible
from spatial.scorecard.public import public_edition
from spatial.scorecard.tracked import check_tracked

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


def run(study_path: Path | str, *, out: Path | str | None = None, sets: Iterable[str] = (), language: Language = "zh", engine: Engine = "local", step: Step = SILENT) -> Run:
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
    if engine == "dask":
        step = _settling(step)
    declared_basemaps(study)  # a wrong one is refused before the long work
    refuse_inputs(folder, [path, *(spec.path for spec in study.layers.values())])
    refuse_database(study)
    with staged(folder) as stage, (partitioned(study) if engine == "dask" else nullcontext()) as parts:
        result = analyse(study, step=step, parts=parts)
        step("render")
        write_outputs(result, stage, version=version(), tick=lambda done, total: step(f"sheets {done}/{total}"), parts=parts.parts if parts else None)
        write_postgis(result, version=version(), parts=parts.parts if parts else None)
        return Run(folder, result, parts.account() if parts else None)


def sheets(folder: Path | str, *, sets: Iterable[str] = (), maps: Path | None = None, tick: Tick = lambda done, total: None) -> tuple[Path, list[Finding]]:
    """Draw the sheets of a finished run again: `sets` are KEY=VALUE texts of the keys sheets.*, `maps` a folder with kinds of the user's own."""
    out = Path(folder)
    result = load(out).result
    changed = load_sheet_keys(result.study.sheets, sets)
    with staged(out, amend=True) as stage:
        found_there = write_sheets(replace(result, study=replace(result.study, sheets=changed)), stage / "sheets", maps=maps, tick=tick)
        write_text(stage / MANIFEST, dump(amended_manifest(out, stage)))
    return out / "sheets", found_there


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
        findings += [*in_files(joined.findings, study), *place_findings(rasters, joined.parcels.geometry.to_numpy(), joined.parcels.crs)]
        refuse_on_error(findings)
        evidence = imagery(joined, rasters, study)
        findings += evidence.findings
        constraints, within, problems = constraints_on(joined.parcels, layers.areas.get("constraints"), study, parts.share_on if parts else None)
        findings += in_files(problems, study)
        built, problems = floor_of_buildings(joined.parcels, layers.areas.get("buildings"), parts.parts if parts else lambda: blocks_of(joined.parcels), study.area_tolerance)
        findings += in_files(problems, study)
        joined.parcels = beside(joined.parcels.drop(columns=[*set(built) & set(joined.parcels)]), evidence.columns, constraints, built)
        refuse_on_error(findings)
        step("indicators")
        book, problems = book_of(joined, study, ruleset)
        findings += in_files(problems, study)
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
        facts["parcels"] = beside(facts["parcels"], suspected.columns, steep, firms_on_parcels(book.facts, joined))
        findings += in_files(suspected.findings, study)
        refuse_on_error(findings)
        step("scorecard")
        tracked = layers.tables.get("tracked")
        findings += check_places([policy for policy, _ in policies if policy is not None], joined.zones)
        findings += check_carriers([policy for policy, _ in policies if policy is not None], joined.zones)
        findings += check_tracked([policy for policy, _ in policies if policy is not None], tracked, joined.zones, values, study.as_of)
        refuse_on_error(findings)
        previous, problems = earlier_snapshot(study.path.parent / study.snapshots, study) if study.snapshots else (None, [])
        findings += problems
        refuse_on_error(findings)
        trail = trail_of(book, INDICATORS)
        scorecard, readings = judged([policy for policy, _ in policies if policy is not None], book, joined, values, tracked, ruleset,
                                     lambda other: rejoined(layers, joined, other, parts), trail, previous, sensitivity=sensitivity)
        course = course_of([policy for policy, _ in policies if policy is not None], tracked, joined.zones, study.as_of, language=study.language)
        findings += double_entry(facts["parcels"], joined.pieces, joined.zones, values, scorecard, joined.balance, joined.joins,
                                 rows_used(layers.rows),
                                 trail_of(book, INDICATORS, whole=True) if study.audience == "public" else trail, tracked)
        refuse_on_error(findings)
    blocks: Blocks | None = None
    if parts is not None and len(facts["parcels"]) > study.engine["large"]:
        blocks = parts.parts
    elif parts is not None:
        facts["parcels"]["geometry"] = gpd.GeoSeries(parts.fetch(np.arange(len(facts["parcels"]))), index=facts["parcels"].index, crs=joined.parcels.crs)
    files = [{"name": name, "path": policy.path, "sha256": policy.sha256, "id": policy.id, "title": policy_title(policy, study.language)}
             for name, (policy, _) in zip(study.policies, policies, strict=True) if policy is not None]
    return _result(study, layers, joined, facts, values, scorecard, inputs, findings, files, trail, readings, book, {"course": course, "intensive_use": scored_items}, blocks)


def _settling(step: Step) -> Step:
    """The same steps, each entered with what the one before has freed given back."""
    def entered(name: str) -> None:
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
    classes = code_table("land_use")
    parcels["land_use_name"] = each(parcels["land_use"], lambda code: named_use(code, classes, study.language))
    promised = None if study.audience == "public" else joined.ledgers.get("standard_land")
    result = Result(
        study=study, working_crs=layers.working_crs, parcels=parcels, carriers=joined.carriers, zone_layers=joined.zone_layers, pieces=joined.pieces,
        ledgers={role: frame for role, frame in facts.items() if role in joined.ledgers}, zones=joined.zones, values=values, scorecard=scorecard,
        balance=joined.balance, joins=pd.DataFrame(joined.joins), inputs=used, findings=findings, policies=policies, trail=trail, readings=readings,
        lists=lists_of(book, parcels, joined.carriers, layers.areas, blocks) | lists | {"commitments": commitments_of(promised, study.as_of)},
        mapping=layers.mapping, topology=layers.ledger, rows=layers.rows, matches=joined.matches)
    return public_edition(result) if study.audience == "public" else result


def check(study_path: Path | str, *, sets: Iterable[str] = (), language: Language = "zh") -> list[Finding]:
    """Everything a run would find, without writing anything; an error is among the findings, not raised."""
    try:
        result: Any = analyse(load_study(Path(study_path), sets=sets, language=language))
    except Refused as refused:
        return refused.findings
    return list(result.findings)


def inspect(files: Iterable[Path | str]) -> list[Proposal]:
    """What files seem to be: layers, rows, encoding and reference system with the reasons, columns as proposed fields, problems."""
    return [proposal for file in files for proposal in propose(Path(file))]


def init(folder: Path | str, *, language: Language = "zh") -> tuple[Path, list[Proposal]]:
    """Write a first study.toml for a folder of files; an existing one is left alone and refused."""
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
    text = first_study(base, proposals, latest_day(proposals), language)
    write_text(target, text)
    return target, proposals


def demo(out: Path | str, *, sets: Iterable[str] = (), language: Language = "zh", step: Step = SILENT, frozen: bool = False) -> Run:
    """Generate the demo district beside its output folder and run it; with `frozen`, freeze the quarter before first, so that there is a trend."""
    folder = Path(out)
    step("demo")
    data = folder.parent / f"{folder.name}-data"
    with staged(data, replacing=True) as stage:
        study = write_demo(stage)
        if frozen:
            earlier = analyse(load_study(study, sets=[*sets, f"study.as_of={QUARTER_BEFORE}", "study.snapshots="], language=language), sensitivity=False)
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


def schema(what: str) -> dict[str, Any]:
    """JSON Schema of results.json, of a study file, or of a findings file."""
    return {"results": results_schema, "study": study_schema, "findings": findings_schema}[what]()


def explain(folder: Path | str, indicator: str, zone: str = "study_area", *, language: Language | None = None, limit: int = 20) -> tuple[list[str], pd.DataFrame]:
    """How one number of a finished run came about, in lines of text (in the run's language unless told), and every row behind it.

    `indicator` is an id of results.json, a clause of a policy (S1-01), or `benefit_score` with an enterprise as the zone.
    """
    results = read_results(Path(folder))
    spoken = language or results["study"]["language"]
    if indicator == SCORE:
        firm = explain_firm(load(folder).result.ledgers.get("enterprises"), zone, spoken)
        if firm is None:
            raise UsageError(f"{zone}: 本次运行没有给这家企业评分，请用 --zone 写统一社会信用代码 / the run scored no such enterprise; give its id by --zone")
        return firm
    place = zone_of(results, zone)
    if place is None:
        raise UsageError(f"{zone}: 没有这个分区 / no such zone; {nearest(zone, [row['id'] for row in results['zones']])}")
    if (clause := explain_clause(results, indicator, place, spoken)) is not None:
        lines, rows, shown_by = clause
        if shown_by is None or value_of(results, shown_by, place) is None:
            return lines, rows
        more, rows = explain(folder, shown_by, place, language=spoken, limit=limit)
        return [*lines, "", *more], rows
    if is_imagery(results, indicator):
        return explain_imagery(results, load(folder).result.parcels, indicator, place, spoken, limit)
    if indicator not in BY_ID:
        raise UsageError(f"{indicator}: 没有这个指标 / no such indicator; {nearest(indicator, [*BY_ID, *sorted({row['clause'] for row in results['scorecard']})])}")
    if indicator in COMPOSED:
        return explain_composed(results, load(folder).result.lists.get("intensive_use"), indicator, place, spoken)
    rows = behind(read_trail(Path(folder), [row["id"] for row in results["zones"]]), indicator, place)
    return told(results, rows, indicator, place, language=spoken, limit=limit), rows


def map_page(folder: Path | str) -> tuple[Path, list[Finding]]:
    """Make the map of a finished run again from its output folder; its path, and what it could not carry."""
    return _drawn_again(folder, write_map, "map.html", "map.html")


def map_tiles(folder: Path | str) -> tuple[Path, list[Finding]]:
    """Make the map of a finished run for a web server, in its folder tiles/: the path of the page, and what it could not carry."""
    return _drawn_again(folder, write_map_tiles, "tiles", "tiles/index.html")


def _drawn_again(folder: Path | str, write: Callable[[Result, Path], list[Finding]], target: str, page: str) -> tuple[Path, list[Finding]]:
    """Write one part of a finished run's outputs anew, all at once, and enter it in the manifest."""
    out = settled(Path(folder))
    result = read_state(out)
    with staged(out, amend=True) as stage:
        findings = write(result, stage / target)
        write_json(amended_manifest(out, stage), stage / MANIFEST)
    return out / page, findings


def snapshot(folder: Path | str, into: Path | str) -> Path:
    """Freeze the zones, values and scores of a finished run in a folder of snapshots; the path of the frozen result."""
    return write_snapshot(read_results(settled(Path(folder))), Path(into), SCHEMA, seal_of)


def compare(run_a: Path | str, run_b: Path | str) -> pd.DataFrame:
    """Differences of two runs, read from their results.json: settings first (part `study`, the setting under `indicator`), then values and scores."""
    both = [read_results(settled(Path(folder))) for folder in (run_a, run_b)]
    settings = compare_settings(*both).rename(columns={"setting": "indicator"}).assign(part="study", difference="changed")
    told = compare_results(*both)
    return pd.concat([settings.reindex(columns=told.columns).astype(object), told], ignore_index=True) if len(settings) else told


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """A frame as a CSV file that office programs open, written all at once; its path."""
    write_text(path, f"\ufeff{table_text(table)}")
    return path


def table_text(table: pd.DataFrame) -> str:
    """A frame as CSV text, with no cell that a spreadsheet would run."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return csv_text([{str(name): cell for name, cell in row.items()} for row in rows], tuple(str(name) for name in table.columns))


def write_findings(findings: Iterable[Finding], path: Path, language: Language = "zh") -> None:
    """Findings as a JSON list, written all at once."""
    write_text(path, dump([finding.record(language) for finding in findings]))


def version() -> str:
    """Version of the installed package."""
    return importlib.metadata.version("spatial-landuse")
