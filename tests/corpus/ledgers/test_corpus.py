"""The corpus of ledgers: every file ends in the right numbers, a recorded repair, or a refusal that names file, row, field and remedy."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from pathlib import Path

import pytest

from spatial.read.ledger import read_ledger
from tests.corpus.ledgers import containers, headers, rows, values
from tests.corpus.ledgers.cases import Case, Right, compare, lay, outcome

CASES = [*containers.CASES, *headers.CASES, *rows.CASES, *values.CASES]
DATED = [case for case in CASES if not (isinstance(case.expect, Right) and None in case.expect.numbers.get("days", ()))]
LATER = {"a parcel as large as the others together", "only a header", "words nobody knows"}  # later rooms have a warning of their own for these
WHOLE = {case.name for case in DATED if zlib.crc32(case.name.encode()) % 8 == 0} - LATER | {"not yet"}  # by name, so that a new case changes no other: through indicators and scorecard too


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ground")
    lay(folder)
    return folder


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_ledger_is_read_right_or_refused_by_name(case: Case, tmp_path: Path, ground: Path) -> None:
    done = outcome(case, tmp_path, ground, whole=case.name in WHOLE)
    compare(case, done)
    if isinstance(case.expect, Right):
        encoding = next(iter(re.findall(r'^encoding = "(.*)"$', case.said, re.M)), None)
        raw = read_ledger(tmp_path / case.file, role=case.role, shown_path=case.file, layer=next(iter(re.findall(r'^layer = "(.*)"$', case.said, re.M)), None), encoding=encoding)
        reasons = Counter(raw.set_aside["reason"])
        assert {k: reasons[k] for k in case.expect.aside} == case.expect.aside, raw.set_aside.to_string()
        used, aside = set(raw.row_numbers.tolist()), set(raw.set_aside["row"].tolist())
        assert not used & aside
        if raw.source.driver != "CSV":  # every row of the sheet down to the last one
            assert used | aside == set(range(1, max(used | aside) + 1))


def test_names_of_cases_are_unique() -> None:
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
