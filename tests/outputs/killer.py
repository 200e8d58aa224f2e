"""A process that writes the outputs of a finished run again and again, each time killed at a random moment inside one kind of output.

`python -m tests.outputs.killer FINISHED OUT NAME` reads lines `KIND SEED` and answers each with how the writer ended. Everything is imported and read once; each
writer is a fork. The first writes everything and lives: it tells how long each kind takes on this machine, and later writers take all kinds but the one that is
asked for from it, so that a kill costs what that kind costs.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from spatial import pipeline
from spatial.render import folder as folders
from spatial.render import outputs
from spatial.schema.result import Result

Write = Callable[..., Any]
WRITERS = {"rasters": "write_surfaces", "map.html": "write_map", "sheets": "write_sheets", "tables.xlsx": "write_tables", "report.docx": "write_report", "parcels.parquet": "write_parquet",
           "layers.gpkg": "write_geopackage", "styles": "write_styles", "trail.zip": "write_trail", "state.zip": "write_state"}
PLAIN = {"results.json": "write_json", "scorecard.csv": "write_csv", "findings.csv": "write_csv", "geometry.csv": "write_csv", "rows.csv": "write_csv", "matches.csv": "write_csv",
         "run.lock.json": "write_json"}
KINDS = (*WRITERS, *PLAIN, "swap")
"""Every kind of output, and the moment at which the set takes its place."""


def taken_from(finished: Path, name: str) -> Write:
    """A writer that copies what the first one wrote."""
    def write(given: Any, target: Path, **_: Any) -> Any:
        if (finished / name).is_dir():
            shutil.copytree(finished / name, target, dirs_exist_ok=True)
        elif (finished / name).exists():
            shutil.copyfile(finished / name, target)
        return {} if name == "tables.xlsx" else []  # what the first one returns of its sheets, or of its findings

    return write


def timed(write: Write, kind: str, spans: dict[str, float]) -> Write:
    def writing(*given: Any, **options: Any) -> Any:
        began = time.perf_counter()
        done = write(*given, **options)
        if kind in WRITERS or kind == "swap" or given[-1].name == kind:
            spans[kind] = time.perf_counter() - began
        return done

    return writing


def deadly(write: Write, kind: str, wait: float) -> Write:
    """A writer whose process is killed `wait` seconds after it began, at its end at the latest."""
    def writing(*given: Any, **options: Any) -> Any:
        if kind in PLAIN and given[-1].name != kind:
            return write(*given, **options)
        threading.Thread(target=lambda: (time.sleep(wait), os.kill(os.getpid(), signal.SIGKILL)), daemon=True).start()
        write(*given, **options)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    return writing


def wrapped(kind: str, change: Callable[[Write], Write]) -> None:
    place, name = (folders, "swap") if kind == "swap" else (outputs, {**WRITERS, **PLAIN}[kind])
    setattr(place, name, change(getattr(place, name)))


def written(result: Result, out: Path, prepare: Callable[[], None], after: Callable[[], None] = lambda: None) -> str:
    """Write the outputs in a fork that was prepared; how it ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns of threads; the writer starts its own
        child = os.fork()
    if not child:
        try:
            prepare()
            with folders.staged(out) as stage:
                outputs.write_outputs(result, stage, version="test")
            after()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else "lived" if status == 0 else f"failed {status}"


def main(finished: str, target: str, name: str) -> None:
    result, out = pipeline.load(finished).result, Path(target)
    result = replace(result, study=replace(result.study, name=name, sheets={**result.study.sheets, "draw": "yes", "kinds": ["status"], "atlas": "none"}))
    aside, noted, spans = out.parent / "aside" / "out", out.parent / "spans.json", dict[str, float]()

    def watch() -> None:
        for kind in KINDS:
            wrapped(kind, partial(timed, kind=kind, spans=spans))

    def note() -> None:
        noted.write_text(json.dumps(spans), encoding="utf-8")

    written(result, aside, watch, note)
    spans = json.loads(noted.read_text(encoding="utf-8"))
    print(f"ready {len(spans)}", flush=True)
    for line in sys.stdin:
        kind, seed = line.split()

        def prepare(kind: str = kind, seed: str = seed) -> None:
            for other, writer in WRITERS.items():
                if other != kind:
                    setattr(outputs, writer, taken_from(aside, other))
            if kind in KINDS:
                wrapped(kind, partial(deadly, kind=kind, wait=random.Random(f"{kind} {seed}").uniform(0, spans[kind])))

        print(written(result, out, prepare), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
