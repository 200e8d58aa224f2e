"""The set of sheets of a run: which there are, drawn one by one, one subset of the fonts for all, written as PDF with pictures beside."""

from __future__ import annotations

import os
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from spatial.errors import Finding, found, nearest
from spatial.render.fonts import Font, fonts_for
from spatial.render.names import file_names
from spatial.render.sheets.contents import draw_index, index_pages
from spatial.render.sheets.frame import layout, view
from spatial.render.sheets.kinds import Kind, load_kinds, undivided
from spatial.render.sheets.page import Sheet, bounds_of, draw
from spatial.render.sheets.pdf import Page, Programs, write_pdf
from spatial.render.sheets.raster import picture
from spatial.render.sheets.settings import Settings, problems, settings_of
from spatial.render.sheets.tables import draw_tables
from spatial.render.sheets.themes import STUDY_AREA, Sources
from spatial.schema.result import Result

Tick = Callable[[int, int], None]
LONGEST_PLACE = 60  # characters of a place in the title of a sheet


@dataclass(frozen=True)
class File:
    """One PDF of the set: its stem, title and pages."""

    stem: str
    title: str
    sheets: tuple[Sheet, ...]
    table: Kind | None = None
    atlas: bool = False


def write_sheets(result: Result, folder: Path, *, maps: Path | None = None, tick: Tick = lambda done, total: None) -> list[Finding]:
    """Draw the sheets that the study asks for into a folder; returns what could not be drawn as wished.

    `maps` is a folder with kinds of the user's own; by default `maps` beside the study. `tick` is told how many of how many steps are done.
    """
    settings = settings_of(result.study)
    sources = Sources(result)
    kinds, findings = load_kinds(maps or result.study.path.parent / "maps")
    findings += problems(result.study)
    fonts = fonts_of(sources, settings, kinds)
    if not fonts:
        return [found("sheets.no_font")]
    files, said_of_plan = plan(sources, settings, kinds)
    findings += said_of_plan
    if not files:
        return findings
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [(n, i) for n, file in enumerate(files) for i in range(len(file.sheets))]
    done = len(files) + len(jobs)
    drawn: dict[int, list[Page]] = defaultdict(list)
    aside = ThreadPoolExecutor(1)  # an index shows the whole district: it is drawn beside the sheets, not after them
    indexes = {n: aside.submit(_index, file, sources, fonts, settings) for n, file in enumerate(files) if file.atlas}
    aside.shutdown(wait=False)
    for number, ((n, _), (page, said)) in enumerate(zip(jobs, _drawn(jobs, files, sources, fonts, settings), strict=True)):
        drawn[n].append(page)
        findings += said
        tick(number + 1, done)
    for n, file in enumerate(files):
        if file.atlas:
            drawn[n][:0] = indexes[n].result()
        if file.table is not None:
            drawn[n] += draw_tables(file.table, file.title, sources, fonts, settings)
    findings += missing(drawn.values())
    _write(files, drawn, sources, fonts, settings, folder, lambda k: tick(len(jobs) + k, done))
    return findings


def fonts_of(sources: Sources, settings: Settings, kinds: Sequence[Kind]) -> tuple[Font, ...]:
    """Fonts for every text of the data that may stand on a sheet; the sheets' own words are in any Chinese font."""
    result, words = sources.result, [settings.compiler, settings.client, settings.map_number, sources.result.study.name, *map(str, sources.result.inputs["path"])]
    words += [str(text) for name in ("label", "carrier_type") if name in sources.carriers for text in sources.carriers[name].dropna()]
    words += [str(text) for text in result.parcels["land_use"].dropna().unique()] + [text for kind in kinds for text in _texts(dict(kind.said))]
    return fonts_for(words, str(result.study.path.parent / settings.font) if settings.font else "")


def _texts(said: object) -> list[str]:
    if isinstance(said, dict | list):
        return [text for item in (said.values() if isinstance(said, dict) else said) for text in _texts(item)]
    return [said] if isinstance(said, str) else []


def _write(files: Sequence[File], drawn: dict[int, list[Page]], sources: Sources, fonts: tuple[Font, ...], settings: Settings, folder: Path, tick: Callable[[int], None]) -> None:
    chars: dict[int, set[str]] = defaultdict(set)
    for pages in drawn.values():
        for page in pages:
            for number, held in page.used.items():
                chars[number] |= held
    used = {number: frozenset(held) for number, held in chars.items()}
    study = sources.result.study
    wanted: list[tuple[Path, int, Page, bool]] = []
    programs: Programs = {}
    for n, file in enumerate(files):
        path = folder / f"{file.stem}.pdf"
        write_pdf(path, drawn[n], fonts, used, title=file.title, author=settings.compiler, subject=f"{study.name} {study.as_of}", keywords="附图; 1:" + ", 1:".join(
            dict.fromkeys(str(sheet.scale) for sheet in file.sheets if sheet.scale)) if file.sheets else "附图", programs=programs)
        if settings.png == "all" or (settings.png == "district" and not file.atlas):
            wanted += [(path, i, page, len(drawn[n]) > 1) for i, page in enumerate(drawn[n])]
        tick(n + 1)
    tasks = [(str(path), i, str(path.with_name(f"{path.stem}-{i + 1:02d}.png" if several else f"{path.stem}.png")), page.ground if settings.geotiff else None) for path, i, page, several in wanted]
    if len(tasks) < 4 or cores() < 2 or not may_start_workers():
        for task in tasks:
            picture(*task)
        return
    with ProcessPoolExecutor(min(cores(), 4), mp_context=get_context("spawn")) as pool:
        list(pool.map(picture, *zip(*tasks, strict=True)))


def plan(sources: Sources, settings: Settings, kinds: Sequence[Kind]) -> tuple[list[File], list[Finding]]:
    """The files of the set: a sheet of the district for each kind, an atlas for those asked for, the tables."""
    study = sources.result.study
    pick = 0 if sources.result.language == "zh" else 1
    findings: list[Finding] = []
    if study.audience == "public":  # what stands for firms is not drawn
        kinds = [kind for kind in kinds if not kind.said.get("enterprise")]
    known = {kind.id: kind for kind in kinds}
    for name in (*settings.kinds, *settings.atlas):
        if name not in known and name not in ("all", "none"):
            findings.append(found("sheets.unknown_kind", field="sheets.kinds", value_seen=name, suggestion=nearest(name, known)))
    if study.audience == "public" and not settings.map_number:
        findings.append(found("sheets.no_map_number", field="sheets.map_number"))
    chosen = [kind for kind in kinds if "all" in settings.kinds or kind.id in settings.kinds]
    files: list[File] = []
    for kind in chosen:
        title = _title(study.name, kind.titles[pick], study.as_of.year, pick)
        if kind.draws == "table":
            files.append(File(f"{kind.order:02d}-{kind.titles[pick]}", title, (), table=kind))
            continue
        theme = sources.theme(kind)
        if theme is None:
            findings.append(found("sheets.no_data", key=kind.id, value_seen=kind.titles[pick]))
            continue
        if undivided(kind, sources.carriers):
            findings.append(found("sheets.undivided", key=kind.id, role="carriers", field=kind.by, value_seen=kind.titles[pick]))
        files.append(File(f"{kind.order:02d}-{kind.titles[pick]}", title, (_scaled(Sheet(theme, STUDY_AREA, title, 1, 1, settings.scale), sources, settings),)))
    for kind in kinds:
        if kind.id in settings.atlas or "all" in settings.atlas:
            theme = sources.theme(kind) if kind.draws != "table" else None
            if theme is not None and len(sources.carriers):
                files.append(_atlas(kind, theme, sources, settings, pick))
    stems = file_names([file.stem for file in files])
    return [replace(file, stem=stems[file.stem]) for file in files], findings


def _atlas(kind: Kind, theme: object, sources: Sources, settings: Settings, pick: int) -> File:
    study = sources.result.study
    first = index_pages(len(sources.carriers), settings)
    total = len(sources.carriers) + first
    sheets = tuple(_scaled(Sheet(theme, key, _title(label, kind.titles[pick], study.as_of.year, pick), number, total, settings.scale), sources, settings)  # type: ignore[arg-type]
                   for number, (key, label) in enumerate(zip(sources.carriers["carrier_id"], sources.carriers["label"], strict=True), start=first + 1))
    theme_name = (kind.titles[0].removesuffix("图") + "图册", kind.titles[1] + ", atlas")[pick]
    named = _title(study.name, theme_name, study.as_of.year, pick)
    return File(f"{('图册', 'atlas')[pick]}-{kind.order:02d}-{kind.titles[pick]}", named, sheets, atlas=True)


def _scaled(sheet: Sheet, sources: Sources, settings: Settings) -> Sheet:
    """The sheet with the round scale it will be drawn at."""
    if sheet.scale:
        return sheet
    lay = layout(settings.size, settings.orientation)
    return replace(sheet, scale=view(lay.map, bounds_of(sources, sheet.zone), sources.parcels.crs)[0].scale)


def _title(place: str, theme: str, year: int, pick: int) -> str:
    place = place if len(place) <= LONGEST_PLACE else place[: LONGEST_PLACE - 1] + "…"  # two lines hold it with the theme and the year
    dated = str(year) in place
    place = f"{place} " if pick == 0 and place[-1:].isascii() and place[-1:].isalnum() else place
    return f"{place}{theme}" + ("" if dated else f"({year})") if pick == 0 else f"{place}: {theme}" + ("" if dated else f" ({year})")


def _index(file: File, sources: Sources, fonts: tuple[Font, ...], settings: Settings) -> list[Page]:
    labels = dict(zip(sources.carriers["carrier_id"], sources.carriers["label"], strict=True))
    return draw_index(file.title, [(sheet.number, sheet.zone, labels[sheet.zone], sheet.scale) for sheet in file.sheets], sources, fonts, settings, file.sheets[0].total)


def missing(books: Iterable[Sequence[Page]]) -> list[Finding]:
    """A finding for every character that no font has, with the sheets it stands on."""
    where: dict[str, list[str]] = defaultdict(list)
    for pages in books:
        for page in pages:
            for char in sorted(page.missing):
                where[char].append(page.title)
    return [found("sheets.missing_glyph", key=titles[0], value_seen=f"{char} (U+{ord(char):04X})", count=len(titles)) for char, titles in sorted(where.items())]


def _drawn(jobs: Sequence[tuple[int, int]], files: Sequence[File], sources: Sources, fonts: tuple[Font, ...], settings: Settings) -> Iterator[tuple[Page, list[Finding]]]:
    """Pages in the order of the jobs. Threads share the run, so that memory grows by the sheets being drawn; what takes long (geometry, numbers to text, compression) leaves the interpreter free."""
    at_once = min(cores(), 8)
    with ThreadPoolExecutor(at_once) as pool:
        waiting: deque[Future[tuple[Page, list[Finding]]]] = deque()
        for n, i in jobs:
            waiting.append(pool.submit(draw, files[n].sheets[i], sources, fonts, settings))
            if len(waiting) > at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def cores() -> int:
    """Cores of this machine that the process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_start_workers() -> bool:
    """Whether a worker process may be started: not where it would run the caller's own script again."""
    script = Path(getattr(sys.modules.get("__main__"), "__file__", None) or "").stem
    return script in ("spatial", "__main__")  # the command and `python -m` are guarded; a plain script and a notebook need not be
