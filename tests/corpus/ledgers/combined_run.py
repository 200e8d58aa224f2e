"""Read many renderings of the true tables, say what is wrong with each, and shrink what fails.

`python -m tests.corpus.ledgers.combined_run 2000` tries that many of each kind, `... 2000 supply` of this one, `... 5000-7000` the seeds from 5000 on,
`... 500 supply container=html.xls record=payments` renderings that all have these options.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from spatial.errors import Finding, Refused
from spatial.normalise.layer import normalise_table
from spatial.read.declarations import code_tables, kinds
from spatial.read.ledger import read_ledger
from spatial.read.study import load_study
from spatial.schema.raw import RawLayer
from spatial.schema.study import Study
from tests.corpus.ledgers.combined import SEVERAL_SHEETS, Rendering, options
from tests.corpus.ledgers.combined_sheet import Sheet
from tests.corpus.ledgers.combined_tables import TABLES
from tests.corpus.ledgers.combined_wide import Wide, as_columns

CATEGORIES = {"实施类": "implementation", "准备类": "preparation"}
LOUD = (("key.normalised", "id"), ("container.encoding_decided", "container"), ("ledger.merged_down", "place"), ("ledger.merged_down", "town"), ("ledger.hidden_rows", "hidden_rows"),
        ("ledger.hidden_columns", "hidden_columns"), ("ledger.html", "container"))  # what is told loudly of a faithful rendering, and the option that it is told of
REFUSED = (("sheets", "going on"), ("record", ""), ("layout", "by year"))  # option, and how its value begins, of faithful renderings that may be refused with a remedy
TABLES_OF_CODES = code_tables()


def rendering(kind: str, seed: int, drawn: dict[str, Any]) -> Rendering:
    """The rendering of a table of a kind."""
    return (Wide if kind == "standard_land" else Rendering)(kind, seed, drawn)


@lru_cache(maxsize=8)
def study_of(kind: str) -> Study:
    """A study of one ledger."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("parcels.gpkg", "台账.xlsx"):
            (folder / file).touch()
        (folder / "study.toml").write_text(f'[study]\nname = "案例"\nas_of = 2022-12-31\nperiod = [2018-01-01, 2022-12-31]\n[layers.parcels]\npath = "parcels.gpkg"\n'
                                           f'[layers.{kind}]\npath = "台账.xlsx"\n', encoding="utf-8")
        return load_study(folder / "study.toml")


def read(path: Path, kind: str, layer: str | None) -> tuple[RawLayer, Any, list[Finding]]:
    """A file through the reader and the gates of its kind."""
    raw = read_ledger(path, role=kind, shown_path=path.name, layer=layer)
    study = study_of(kind)
    done = normalise_table(raw, study.layers[kind], kinds()[kind], study, {"land_use": TABLES_OF_CODES.plan}, TABLES_OF_CODES)
    return raw, done, [*raw.findings, *done.findings]


def same(true: Any, seen: Any, rounding: float = 1e-9) -> bool:
    if true is None:
        return bool(pd.isna(seen))
    if isinstance(true, bool):
        return bool(seen is True or seen == true) and not pd.isna(seen)
    if isinstance(true, (int, float)):
        return not pd.isna(seen) and abs(float(seen) - true) <= rounding * max(abs(true), 1)
    if isinstance(true, dt.date):
        return not pd.isna(seen) and pd.Timestamp(seen).date() == true
    return CATEGORIES.get(true, true) == (seen[0] if isinstance(seen, tuple) and len(seen) == 1 else seen)


def wrong(kind: str, made: Sheet, raw: RawLayer, frame: pd.DataFrame, rounding: float) -> str:
    """What a reading has that the truth has not; "" where they agree."""
    frame = as_columns(frame) if kind == "standard_land" else frame
    rows = frame["row"].tolist()
    if rows != [line["row"] for line in made.truth]:
        return f"rows {rows} for {[line['row'] for line in made.truth]}"
    columns = {declared.name: declared.column for declared in kinds()[kind].fields}
    for name in made.fields:
        column = columns.get(name, name)
        if column not in frame:
            return f"{name} is not read"
        for line, seen in zip(made.truth, frame[column].tolist(), strict=True):
            if not same(line[name], seen, rounding):
                return f"row {line['row']} {name}: {seen!r} for {line[name]!r}"
    used, aside = set(raw.row_numbers.tolist()), set(raw.set_aside["row"].tolist())
    if used & aside or raw.source.driver != "CSV" and used | aside != set(range(1, max(used | aside) + 1)):
        return "rows that are in no account"
    return ""


def outcome(kind: str, seed: int, drawn: dict[str, Any], folder: Path) -> tuple[str, set[str]]:
    """What is wrong with a rendering ("" if nothing), and the codes of what was told loudly."""
    said = rendering(kind, seed, drawn)
    path, made = said.write(folder)
    layer = "台账" if drawn.get("sheets") == "other" and said.container in SEVERAL_SHEETS else None
    try:
        raw, done, findings = read(path, kind, layer)
    except Refused as refused:
        findings, raw, done = refused.findings, None, None
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors and any(option in drawn and str(drawn[option]).startswith(begins) for option, begins in REFUSED) and all(f.remedy("zh") for f in errors):
        return "", set()
    if errors or raw is None:
        return "refused: " + "; ".join(f"{f.code} {f.row or ''} {f.field} {f.value_seen}" for f in errors[:3]), set()
    codes = {f.code for f in findings if f.severity in ("warning", "repaired")}
    strange = sorted(code for code in codes if not any(code == known and any(name.split(":")[0] == option for name in drawn) for known, option in LOUD))
    if strange:
        return f"loud: {strange} " + "; ".join(f.line("en") for f in findings if f.code in strange), codes
    return wrong(kind, made, raw, done.frame, 2e-3 if drawn.get("twin") else 1e-9), codes


def shrunk(kind: str, seed: int, drawn: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The options without which a rendering does not fail any more in the same way."""
    first = outcome(kind, seed, drawn, folder)[0].split()[0:2]
    kept = dict(drawn)
    for _ in range(2):
        for name in list(kept):
            less = {other: value for other, value in kept.items() if other != name}
            if outcome(kind, seed, less, folder)[0].split()[0:2][:1] == first[:1]:
                kept = less
    return kept


def seeds_of(said: str) -> range:
    """The seeds that a count, or a first and a last one, stand for."""
    first, _, last = said.rpartition("-")
    return range(int(first or 0), int(last))


def asked(arguments: list[str]) -> tuple[list[str], dict[str, Any]]:
    """The kinds and the options that the command line names."""
    return [word for word in arguments if "=" not in word] or list(TABLES), dict(word.split("=", 1) for word in arguments if "=" in word)


def main() -> int:
    seeds = seeds_of(sys.argv[1] if len(sys.argv) > 1 else "500")
    kinds_asked, given = asked(sys.argv[2:])
    failed = 0
    loud: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in kinds_asked:
            seen: Counter[str] = Counter()
            for seed in seeds:
                drawn = options(kind, seed) | given
                said, codes = outcome(kind, seed, drawn, folder)
                loud.update(codes)
                if said:
                    failed += 1
                    less = shrunk(kind, seed, drawn, folder)
                    shape = " ".join(sorted(less))
                    seen[shape] += 1
                    if seen[shape] <= 2:
                        print(f"{kind} {seed} {less}\n    {outcome(kind, seed, less, folder)[0][:400]}", flush=True)
            print(f"{kind}: {len(seeds)} renderings, {sum(seen.values())} wrong", flush=True)
            print("\n".join(f"   {n:4} {shape}" for shape, n in seen.most_common(25)))
    print(dict(loud.most_common()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
