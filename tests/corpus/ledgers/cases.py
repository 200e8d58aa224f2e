"""The harness of the ledger corpus: a supply ledger of four parcels, what each file must come to, and the check that nothing else happens."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from spatial import pipeline
from spatial.errors import Finding, Refused, refuse_on_error
from spatial.indicators.assemble import book_of
from spatial.join.assemble import join_layers
from spatial.normalise.assemble import normalise_layers
from spatial.read.declarations import code_tables, kinds
from spatial.read.layers import read_layers
from spatial.read.study import load_study
from spatial.schema.study import Study

X, Y = 520_000, 3_340_000
CODES = [f"33010900100{i}GB0000{i}" for i in range(1, 5)]
SHAPES = [box(X, Y, X + 200, Y + 200), box(X + 400, Y, X + 600, Y + 100), box(X, Y + 400, X + 300, Y + 500), box(X + 400, Y + 400, X + 500, Y + 500)]
HEAD = ["宗地代码", "电子监管号", "土地用途", "供地方式", "合同签订日期", "出让面积(平方米)", "成交价格(万元)"]
AREAS, PRICES = [40_000, 20_000, 30_000, 10_000], [1000.5, 500, 750, 250]
DAYS = ["2020-03-01", "2020-04-15", "2020-05-20", "2020-06-30"]
ROWS = [[CODES[i], f"3301092020B0{i + 1}", "工业用地", "挂牌出让", DAYS[i], AREAS[i], PRICES[i]] for i in range(4)]
CLEAN = {"n": 4, "area_m2": 100_000.0, "price_wanyuan": 2500.5, "days": DAYS, "parcel_id": CODES}
STUDY = """
[study]
name = "案例"
as_of = 2020-12-31
period = [2020-01-01, 2020-12-31]
[layers.parcels]
path = "parcels.gpkg"
[layers.carriers]
path = "carriers.gpkg"
[layers.{role}]
path = "{file}"
{said}
"""

AGAINST_PARCELS = "supply.use_differs"  # the parcels of the corpus are all industrial, whatever a case's ledger is about


@dataclass(frozen=True)
class Right:
    """The file is read: totals, days and ids of the role's rows, and the findings that must be there (and no other warning)."""

    numbers: dict[str, Any] = dataclasses.field(default_factory=lambda: CLEAN)
    codes: tuple[str, ...] = ()
    aside: dict[str, int] = dataclasses.field(default_factory=dict)  # reason -> rows set aside, as the reader counts them


@dataclass(frozen=True)
class Refusal:
    """The file is refused with this code, at this row and field."""

    code: str
    row: int | None = None
    field: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Case:
    name: str
    write: Callable[[Path], None]
    expect: Right | Refusal
    file: str = "台账.xlsx"
    said: str = ""
    role: str = "supply"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Outcome:
    rows: pd.DataFrame | None
    findings: list[Finding]


def lay(folder: Path) -> None:
    """The parcels and the carrier that stand beside every ledger."""
    gpd.GeoDataFrame({"parcel_id": CODES, "land_use": ["1001"] * 4}, geometry=SHAPES, crs=4549).to_file(folder / "parcels.gpkg")
    gpd.GeoDataFrame({"carrier_id": ["甲园"]}, geometry=[box(X - 10, Y - 10, X + 700, Y + 600)], crs=4549).to_file(folder / "carriers.gpkg")


def through(study: Study, *, whole: bool) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """The ledgers of a study and every finding: through all gates and joins up to the first sum, or through the whole tool."""
    if whole:
        result = pipeline.analyse(study)
        return result.ledgers, result.findings
    raw, _ = read_layers(study, kinds())
    findings = [finding for layer in raw.values() for finding in layer.findings]
    layers = normalise_layers(raw, study, kinds(), code_tables())
    findings += layers.findings
    refuse_on_error(findings)
    joined = join_layers(layers, study)
    findings += pipeline.in_files(joined.findings, study)
    refuse_on_error(findings)
    book, problems = book_of(joined, study, None)
    findings += pipeline.in_files(problems, study)
    refuse_on_error(findings)
    return {role: frame for role, frame in book.facts.tables.items() if role in joined.ledgers}, findings


def outcome(case: Case, folder: Path, base: Path, *, whole: bool = True) -> Outcome:
    """Write the case into a folder and take it through the tool."""
    for name in ("parcels.gpkg", "carriers.gpkg"):
        shutil.copy(base / name, folder / name)
    case.write(folder / case.file)
    study = folder / "study.toml"
    study.write_text(STUDY.format(role=case.role, file=case.file, said=case.said), encoding="utf-8")
    before = (folder / case.file).read_bytes()
    names = {path.name for path in folder.iterdir()}
    try:
        ledgers, findings = through(load_study(study), whole=whole)
    except Refused as refused:
        done = Outcome(None, refused.findings)
    else:
        done = Outcome(ledgers.get(case.role), findings)
    assert (folder / case.file).read_bytes() == before and {path.name for path in folder.iterdir()} == names
    return done


def compare(case: Case, done: Outcome) -> None:
    """Assert that the outcome is the expected one; every error names file and remedy in both languages."""
    for finding in done.findings:
        assert finding.message("zh") and finding.message("en") and not re.search(r"\{\w+\}", finding.line("en")), finding
        if finding.severity == "error":
            assert finding.path and finding.remedy("zh") and finding.remedy("en"), finding
    told = "\n".join(finding.line("en") for finding in done.findings)
    if isinstance(case.expect, Refusal):
        assert done.rows is None, f"accepted\n{told}"
        hits = [f for f in done.findings if f.code == case.expect.code and f.severity == "error"]
        assert hits, told
        assert any((case.expect.row is None or f.row == case.expect.row) and (not case.expect.field or f.field == case.expect.field)
                   and case.expect.seen in f.value_seen for f in hits), told
        return
    assert done.rows is not None, told
    _right(case.expect, done.rows, told)
    loud = {f.code for f in done.findings if f.severity in ("warning", "repaired") and f.role == case.role} - {AGAINST_PARCELS}
    assert loud <= set(case.expect.codes), told
    assert set(case.expect.codes) <= {f.code for f in done.findings}, told


def _right(expect: Right, rows: pd.DataFrame, told: str) -> None:
    for name, wanted in expect.numbers.items():
        if name == "n":
            assert len(rows) == wanted, told
        elif name == "days":
            assert [None if pd.isna(day) else str(day)[:10] for day in rows["contract_date"]] == wanted, told
        elif isinstance(wanted, list):
            seen = [None if pd.isna(cell) else cell for cell in rows[name]]
            close = [a == b or (isinstance(a, float) and isinstance(b, (int, float)) and abs(a - b) < 1e-9 * max(abs(b), 1)) for a, b in zip(seen, wanted, strict=True)]
            assert all(close), f"{seen}\n{told}"
        else:
            assert abs(rows[name].sum() - wanted) < 1e-6 * max(abs(wanted), 1), f"{name} {rows[name].tolist()}\n{told}"


def with_column(name: str, cells: list[Any], *, head: list[Any] | None = None) -> list[list[Any]]:
    """The clean table with one column's header or cells replaced; `head` is the new header of it."""
    place = HEAD.index(name)
    table = [list(head[0] if isinstance(head, list) and head and isinstance(head[0], list) else HEAD), *[list(row) for row in ROWS]]
    for row, cell in zip(table[1:], cells, strict=True):
        row[place] = cell
    if head and not isinstance(head[0], list):
        table[0][place] = head[0]
    return table
