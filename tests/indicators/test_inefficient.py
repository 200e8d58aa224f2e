"""Low-efficiency land: which rule is named where several hit."""

from __future__ import annotations

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
    verdict, names = flag(RULES, parcels, firms, placed, 2020)
    assert verdict.tolist() == [True] and names.tolist() == ["low_tax"]
