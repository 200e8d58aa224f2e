"""Damaged copies of good ledgers: bits flipped, bytes cut, moved and swapped; each is read or refused, never a traceback, never a hang.

`python -m tests.corpus.ledgers.mutation 2000` makes that many of each kind (`make fuzz`), `... 2000 xls csv` of these.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from spatial.errors import Refused
from spatial.normalise.land_use import Tables
from spatial.normalise.layer import normalise_table
from spatial.read.declarations import code_tables, kinds
from spatial.read.layers import is_table
from spatial.read.ledger import read_ledger
from spatial.read.study import load_study
from spatial.schema.study import Study
from tests.corpus.ledgers.cases import HEAD, ROWS, STUDY
from tests.corpus.ledgers.files import ods, text, xls, xlsb, xlsx, xml2003

TABLE = [["供地台账"], HEAD, *ROWS, ["合计", None, None, None, None, 100_000, 2500.5]]
SECONDS = 30.0  # of the processor; a file that takes longer hangs
KINDS = {"xlsx": xlsx, "xls": xls, "xlsb": xlsb, "ods": ods, "xml": xml2003, "csv": text,
         "gbk.csv": lambda path, rows: text(path, rows, encoding="gbk"), "utf16.csv": lambda path, rows: text(path, rows, encoding="utf-16")}
CHECKED = ("xlsx", "xlsb", "ods")  # zip archives: every part has a checksum


def mutant(data: bytes, chance: random.Random) -> bytes:
    """One damaged copy."""
    raw = bytearray(data)
    way = chance.randrange(7)
    at = chance.randrange(len(raw))
    if way == 0:
        for _ in range(chance.randint(1, 8)):
            raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    elif way == 1:
        del raw[at:]
    elif way == 2:
        del raw[at:at + chance.randint(1, 64)]
    elif way == 3:
        raw[at:at] = raw[chance.randrange(len(raw)):][: chance.randint(1, 64)]
    elif way == 4:
        raw[at:at + 8] = chance.choice((b"\xff" * 8, bytes(8), b"\x7f\xff\xff\xff" * 2))
    elif way == 5:
        size = chance.randint(1, 32)
        other = chance.randrange(len(raw))
        raw[at:at + size], raw[other:other + size] = raw[other:other + size], raw[at:at + size]
    else:
        raw += bytes(chance.randrange(256) for _ in range(chance.randint(1, 64)))
    return bytes(raw)


def inside(path: Path, chance: random.Random) -> bytes:
    """A copy of a zipped workbook with one of its parts damaged and the archive whole."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    name = chance.choice([name for name, body in members.items() if body])
    made = path.with_name("inside.tmp")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, body in members.items():
            archive.writestr(member, mutant(body, chance) if member == name else body)
    return made.read_bytes()


@dataclass(slots=True)
class Tally:
    """What became of the copies; `silent` are read with other cells and no finding that the good file does not have."""

    same: int = 0
    told: int = 0
    silent: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def copies(self) -> int:
        return self.same + self.told + self.silent + self.refused

    def line(self) -> str:
        return f"{self.same} as they were, {self.told} read with a finding, {self.silent} read with other values, {self.refused} refused, {len(self.wrong)} wrong"


def run(kind: str, count: int, folder: Path, seed: int = 1) -> Tally:
    """Damage `count` copies of one kind, and read each as the supply ledger of a study."""
    chance = random.Random(f"{kind} {seed}")
    good = folder / f"good.{kind}"
    KINDS[kind](good, TABLE)
    data = good.read_bytes()
    file = folder / f"bad.{kind}"
    study_file = folder / "study.toml"
    study_file.write_text(STUDY.format(role="supply", file=file.name, said=""), encoding="utf-8")
    file.write_bytes(data)
    (folder / "parcels.gpkg").touch()
    (folder / "carriers.gpkg").touch()
    study, tables = load_study(study_file), code_tables()
    right, codes = _read(file, study, tables, None)
    tally = Tally()
    for number in range(count):
        whole = zipfile.is_zipfile(good) and number % 2 == 1  # the archive whole, one of its parts damaged
        bad = inside(good, chance) if whole else mutant(data, chance)
        file.write_bytes(bad)
        names = sorted(os.listdir(folder))
        began = time.process_time()
        try:
            seen, said = _read(file, study, tables, right) if is_table(file) else (None, {"error"})
            if "error" in said:
                tally.refused += 1
            elif seen == right:
                tally.same += 1
            elif said - codes:
                tally.told += 1
            else:
                tally.silent += 1
                if kind in CHECKED and not whole:
                    tally.wrong.append(f"{kind} {number}: other cells under a checksum, and nothing said")
        except Refused as error:
            tally.refused += 1
            if not all(f.message("zh") and f.remedy("en") for f in error.findings if f.severity == "error"):
                tally.wrong.append(f"{kind} {number}: a refusal without a remedy")
        except Exception:
            tally.wrong.append(f"{kind} {number}: {traceback.format_exc(limit=-2)}")
        if time.process_time() - began > SECONDS:
            tally.wrong.append(f"{kind} {number}: took longer than {SECONDS:g} s")
        if file.read_bytes() != bad or sorted(os.listdir(folder)) != names:
            tally.wrong.append(f"{kind} {number}: the input was changed, or a file appeared beside it")
    return tally


def _read(file: Path, study: Study, tables: Tables, right: str | None) -> tuple[str, set[str]]:
    """The cells of a ledger with their headers and rows, and the codes of its findings; `error` among them where a run would refuse it.

    A file that reads like the good one is not taken through the gates again: they see nothing but what is compared here.
    """
    raw = read_ledger(file, role="supply", shown_path=file.name)
    seen = repr((raw.frame.columns.tolist(), raw.frame.to_numpy(object).tolist(), raw.row_numbers.tolist(), raw.units, raw.date_epoch))
    findings = list(raw.findings)
    if seen != right:
        findings += normalise_table(raw, study.layers["supply"], kinds()["supply"], study, {"land_use": tables.plan}, tables).findings
    return seen, {f.code for f in findings} | ({"error"} if any(f.severity == "error" for f in findings) else set())


def command(run: Callable[[str, int, Path], Tally], listed: Iterable[str]) -> int:
    """Run `count` copies of every kind named on the command line and print what became of them; 1 where anything was wrong."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    failed = 0
    for kind in sys.argv[2:] or listed:
        with tempfile.TemporaryDirectory() as folder:
            tally = run(kind, count, Path(folder))
        print(f"{kind:12} {count:6} copies: {tally.line()}", flush=True)
        print("\n".join(tally.wrong[:5]), end="\n" if tally.wrong else "")
        failed += len(tally.wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(command(run, KINDS))
