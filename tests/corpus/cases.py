"""What a case is: a name, the files it makes, and what must come of them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spatial.errors import Finding, Refused
from spatial.schema.result import Result
from tests.corpus.desk import Desk
from tests.corpus.ground import SCALE_TOLERANCE, Truth

Make = Callable[[Desk], Any]
ALL: dict[str, Case] = {}


@dataclass(frozen=True, slots=True)
class Case:
    """`codes`: findings that must be there, `absent`: findings that must not; `refused`: the codes of the errors, all of them."""

    name: str
    make: Make
    refused: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    truth: Truth = field(default_factory=Truth)
    tolerance: float = SCALE_TOLERANCE


def case(*, refused: str | tuple[str, ...] = (), codes: str | tuple[str, ...] = (), absent: str | tuple[str, ...] = (), truth: Truth | None = None,
         tolerance: float = SCALE_TOLERANCE) -> Callable[[Make], Make]:
    """Enter a function that makes files as a case under its own name."""

    def enter(make: Make) -> Make:
        if make.__name__ in ALL:
            raise ValueError(f"two cases named {make.__name__}")
        ALL[make.__name__] = Case(make.__name__, make, _listed(refused), _listed(codes), _listed(absent), truth or Truth(), tolerance)
        return make

    return enter


def _listed(codes: str | tuple[str, ...]) -> tuple[str, ...]:
    return (codes,) if isinstance(codes, str) else codes


def judge(one: Case, desk: Desk) -> None:
    """Run a case and hold it against what must come of it; inputs stay as they are, and nothing appears beside them."""
    one.make(desk)
    desk.study()
    before = desk.state()
    try:
        result, findings = desk.analyse(), []
    except Refused as refusal:
        result, findings = None, refusal.findings
    assert desk.state() == before, "an input was changed, or a file appeared beside it"
    _hold_places(result.findings if result else findings, desk)
    if result is None:
        _hold_refusal(one, findings)
    else:
        assert not one.refused, f"accepted: {[f.line('en') for f in result.findings]}"
        _hold_numbers(one, result)


def _hold_places(findings: list[Finding], desk: Desk) -> None:
    """Files go by the names that the study gives them: no finding tells where on the machine they lie."""
    for finding in findings:
        told = finding.line("zh") + finding.line("en") + str(finding.record())
        assert str(desk.folder) not in told, told
        assert tempfile.gettempdir() not in told, told


def _hold_refusal(one: Case, findings: list[Finding]) -> None:
    errors = [f for f in findings if f.severity == "error"]
    told = [f.line("en") for f in findings]
    assert {f.code for f in errors} == set(one.refused), told
    for error in errors:
        assert error.path, error.line("en")
        assert error.remedy("zh"), error.line("zh")
        assert error.remedy("en"), error.line("en")
        assert not re.search(r"\{\w+\}", error.line("en")), error.line("en")
    assert set(one.codes) <= {f.code for f in findings}, told


def _hold_numbers(one: Case, result: Result) -> None:
    told = [f.line("en") for f in result.findings]
    parcels, truth = result.parcels.reset_index(drop=True), one.truth
    order = {key: i for i, key in enumerate(truth.keys)}
    assert sorted(parcels["parcel_id"]) == sorted(truth.keys), told
    at = [order[key] for key in parcels["parcel_id"]]
    plane, inside = np.array(truth.plane_m2)[at], np.array(truth.inside_m2)[at]
    np.testing.assert_allclose(parcels["area_m2"].to_numpy(float), plane, rtol=one.tolerance, atol=1e-2, err_msg=str(told))
    seen = parcels["inside"].fillna(0).to_numpy(float) * parcels["area_m2"].to_numpy(float)
    np.testing.assert_allclose(seen, inside, rtol=one.tolerance * 3, atol=0.5, err_msg=str(told))
    if truth.codes is not None:
        assert parcels["land_use"].tolist() == [truth.codes[i] for i in at], told
    codes = {f.code for f in result.findings}
    assert set(one.codes) <= codes, told
    assert not set(one.absent) & codes, told
    assert all(f.path for f in result.findings if f.role), told
