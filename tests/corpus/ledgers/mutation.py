"""Damaged copies of good ledgers: bits flipped, bytes cut, moved and swapped; each is read or refused, never a traceback, never a hang.

`python -m tests.corpus.ledgers.mutation 2000` makes that many of each kind (`make fuzz`).
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
import traceback
import zipfile
from pathlib import Path

from spatial.errors import Refused
from spatial.normalise.layer import normalise_table
from spatial.read.declarations import code_tables, kinds
from spatial.read.layers import is_table
from spatial.read.ledger import read_ledger
from spatial.read.study import load_study
from tests.corpus.ledgers.cases import HEAD, ROWS, STUDY
from tests.corpus.ledgers.files import ods, text, xls, xlsb, xlsx

TABLE = [["供地台账"], HEAD, *ROWS, ["合计", None, None, None, None, 100_000, 2500.5]]
SECONDS = 30.0  # of the processor; a file that takes longer hangs
KINDS = {"xlsx": xlsx, "xls": xls, "xlsb": xlsb, "ods": ods, "csv": text,
         "gbk.csv": lambda path, rows: text(path, rows, encoding="gbk"), "utf16.csv": lambda path, rows: text(path, rows, encoding="utf-16")}


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


def run(kind: str, count: int, folder: Path, seed: int = 1) -> tuple[int, int, list[str]]:
    """(read, refused, what went wrong) of `count` damaged copies of one kind."""
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
    read = refused = 0
    wrong: list[str] = []
    for number in range(count):
        bad = inside(good, chance) if zipfile.is_zipfile(good) and number % 2 else mutant(data, chance)
        file.write_bytes(bad)
        names = sorted(os.listdir(folder))
        began = time.process_time()
        try:
            if is_table(file):
                raw = read_ledger(file, role="supply", shown_path=file.name)
                normalise_table(raw, study.layers["supply"], kinds()["supply"], study, {"land_use": tables.plan}, tables)
                read += 1
            else:
                refused += 1
        except Refused as error:
            refused += 1
            if not all(f.message("zh") and f.remedy("en") for f in error.findings if f.severity == "error"):
                wrong.append(f"{kind} {number}: a refusal without a remedy")
        except Exception:
            wrong.append(f"{kind} {number}: {traceback.format_exc(limit=-2)}")
        if time.process_time() - began > SECONDS:
            wrong.append(f"{kind} {number}: took longer than {SECONDS:g} s")
        if file.read_bytes() != bad or sorted(os.listdir(folder)) != names:
            wrong.append(f"{kind} {number}: the input was changed, or a file appeared beside it")
    return read, refused, wrong


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    failed = 0
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            read, refused, wrong = run(kind, count, Path(folder))
        print(f"{kind:10} {count:6} copies: {read} read, {refused} refused, {len(wrong)} wrong", flush=True)
        print("\n".join(wrong[:5]), end="\n" if wrong else "")
        failed += len(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
