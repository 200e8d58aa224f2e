"""Low-efficiency land: which rule is named where several hit, and what is told where one cannot be judged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from spatial.indicators.inefficient import Predicate, Ruleset, flag
from spatial.schema.joined import Located, Placed
from spatial.schema.shares import Shares

RULES = Ruleset("t", "", "", "", "", (Predicate("low_tax", "tax_per_mu", 5.0, "all", 0.0, "", ""), Predicate("low_output", "value_added_per_mu", 20.0, "all", 0.0, "", "")))


@pytest.mark.parametrize("rows", [[0, 1], [1, 0]])
def test_of_two_firms_on_a_parcel_the_rule_that_stands_first_is_named(rows: list[int]) -> None:
    """Ten mu each: A has 1 of tax a mu and 50 of value added (low_tax), B 50 and 1 (low_output); low_tax stands first in the set."""
    firms = pd.DataFrame({"year": 2020, "tax_wanyuan": [10.0, 500.0], "value_added_wanyuan": [500.0, 10.0], "land_registered_m2": 20_000 / 3}).iloc[rows].reset_index(drop=True)
    links = pd.DataFrame({"row": [0, 1], "parcel": [0, 0], "weight": 1.0})
    nowhere = Shares(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    placed = Placed(Located(nowhere, np.ones(2), np.full(2, "parcel", dtype=object), links), nowhere, None, [], None)
    parcels = pd.DataFrame({"land_status": ["used"], "area_m2": [20_000 / 3], "industrial": [True]})
    verdict, names, findings = flag(RULES, parcels, firms, placed, 2020)
    assert verdict.tolist() == [True] and names.tolist() == ["low_tax"] and not findings


HUZHOU = Ruleset("t", "", "", "", "", (Predicate("large", "tax_per_mu", 6.0, "above_scale", 0.0, "", ""), Predicate("small", "tax_per_mu", 3.0, "below_scale", 0.0, "", ""),
                                      Predicate("still_small", "size_below_scale", None, "all", 10.0, "", "")))
RATIO = Ruleset("t", "", "", "", "", (Predicate("low_tax", "tax_per_mu", 5.0, "all", 0.0, "", ""), Predicate("thin", "floor_area_ratio", 0.5, "all", 0.0, "", "")))
MU = 2000 / 3


def judged(rules: Ruleset, firms: list[dict[str, Any]], floor: float | None = None, **parcel: Any) -> tuple[Any, str, int]:
    """Verdict, rule and number of findings of one used industrial parcel of 20 mu with these firms of 2020."""
    frame = pd.DataFrame(firms, columns=["year", "tax_wanyuan", "above_scale", "land_registered_m2"]).assign(year=2020)
    nowhere = Shares(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    count = len(firms)
    placed = Placed(Located(nowhere, np.ones(count), np.full(count, "parcel", dtype=object), pd.DataFrame({"row": range(count), "parcel": 0, "weight": 1.0})), nowhere, None, [], None)
    held = {"parcel_id": ["A"], "land_status": ["used"], "area_m2": [20 * MU], "industrial": [True]} | ({} if floor is None else {"floor_area_m2": [floor * 20 * MU]}) | parcel
    verdict, names, findings = flag(rules, pd.DataFrame(held), frame.astype({"tax_wanyuan": float, "above_scale": "boolean", "land_registered_m2": float}), placed, 2020)
    return None if pd.isna(verdict[0]) else bool(verdict[0]), names[0], len(findings)


def firm(tax: float | None, above: bool | None, mu: float | None) -> dict[str, Any]:
    return {"tax_wanyuan": tax, "above_scale": above, "land_registered_m2": None if mu is None else mu * MU}


@pytest.mark.parametrize(("firms", "expected"), [
    ([firm(20, False, 5)], (False, "", 0)),  # 4 a mu, below scale on 5 mu
    ([firm(None, False, 5)], (None, "", 1)),  # its tax may be under 3: it passed for efficient, since only its size was looked at
    ([firm(None, False, 12)], (True, "still_small", 0)),  # whatever its tax is
    ([firm(80, None, 12)], (None, "", 1)),  # 6.7 a mu: efficient if above scale, not if still below it on 12 mu
    ([firm(80, None, 8)], (False, "", 0)),  # 10 a mu on 8 mu: under no rule, whichever it is
    ([firm(8, None, 5)], (None, "", 1)),
    ([firm(20, False, 5), firm(None, False, 5)], (None, "", 1)),  # one is efficient, of the other nobody knows
    ([firm(5, False, 5), firm(None, False, 5)], (True, "small", 0)),
    ([firm(100, True, None)], (None, "", 1)),
])
def test_a_rule_that_cannot_be_judged_leaves_the_parcel_unknown_where_none_hits(firms: list[dict[str, Any]], expected: tuple[bool | None, str, int]) -> None:
    assert judged(HUZHOU, firms) == expected


@pytest.mark.parametrize(("firms", "floor", "parcel", "expected"), [
    ([firm(200, None, 20)], None, {}, (None, "", 1)),  # 10 a mu, and no floor area known
    ([firm(200, None, 20)], 0.8, {}, (False, "", 0)),
    ([firm(200, None, 20)], 0.4, {}, (True, "thin", 0)),
    ([firm(200, None, 20)], None, {"industrial": [False]}, (False, "", 0)),  # the rule about floor area is for industrial land
    ([firm(None, None, 20)], 0.8, {}, (None, "", 1)),
    ([firm(None, None, 20)], 0.4, {}, (True, "thin", 0)),
    ([], 0.8, {}, (False, "", 0)),  # no firm stands there
    ([], None, {}, (None, "", 0)),  # and nothing is known of it
    ([firm(None, None, 20)], 0.4, {"land_status": ["under_construction"]}, (False, "", 0)),
])
def test_the_parcel_s_own_measure_is_one_of_the_rules(firms: list[dict[str, Any]], floor: float | None, parcel: dict[str, Any], expected: tuple[bool | None, str, int]) -> None:
    assert judged(RATIO, firms, floor, **parcel) == expected
