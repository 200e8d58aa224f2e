"""The audit of published sums, on small systems worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from spatial.indicators.disclosure import disclosed, equations_of


def found(sums: dict[str, list[float]], *, year: list[int] | None = None, firm: list[int] | None = None) -> list[set[str]]:
    names = list(sums)
    count = len(next(iter(sums.values())))
    given = [(np.flatnonzero(row), np.array(row, dtype=float)[np.flatnonzero(row)]) for row in sums.values()]
    equations = equations_of(given, np.array(firm or range(count)), np.array(year or [0] * count))
    return [{names[i] for i in group} for group in disclosed(equations, list(range(len(names))))]


def test_a_zone_of_one_firm_gives_it_away() -> None:
    assert found({"A": [1, 0, 0, 0], "all": [1, 1, 1, 1]})[0] == {"A"}


def test_the_rest_of_a_total_gives_two_firms_away() -> None:
    # five firms; three in A, two outside it are the total less A
    assert found({"A": [1, 1, 1, 0, 0], "all": [1, 1, 1, 1, 1]}) == [{"A", "all"}]


def test_a_rest_of_three_firms_gives_nothing_away() -> None:
    assert found({"A": [1, 1, 1, 0, 0, 0], "all": [1] * 6}) == []


def test_two_overlapping_zones_of_three_give_the_pair_of_their_ends_away_only_with_a_third_sum() -> None:
    # A = 1 2 3, B = 2 3 4: their difference is firm 1 less firm 4, a fact about two firms
    assert found({"A": [1, 1, 1, 0], "B": [0, 1, 1, 1]}) == [{"A", "B"}]


def test_types_and_carriers_together_give_away_what_neither_does() -> None:
    # carriers A (3 firms), B (1 firm, masked) are type X: X less A is B
    sums = {"A": [1, 1, 1, 0, 0, 0, 0], "X": [1, 1, 1, 1, 0, 0, 0], "all": [1] * 7}
    assert {"A", "X"} in found(sums)


def test_half_a_firm_on_either_side_of_a_boundary_is_worked_out_from_both() -> None:
    sums = {"A": [1, 1, 1, 0.5, 0, 0, 0], "B": [0, 0, 0, 0.5, 1, 1, 1], "core": [1, 1, 1, 0, 0, 0, 0]}
    assert found(sums) == [{"A", "core"}]


def test_evaluated_firms_against_all_firms_give_the_one_between_away() -> None:
    assert found({"evaluated": [1, 1, 1, 0], "all": [1, 1, 1, 1]}) == [{"evaluated", "all"}]


def test_an_increment_and_a_year_are_held_against_each_other_firm_by_firm() -> None:
    # rows: firms 0..3 in two years; the increment of all, the later year of all, the earlier year of three of them
    firm, year = [0, 1, 2, 3, 0, 1, 2, 3], [1, 1, 1, 1, 2, 2, 2, 2]
    increment, later, earlier = [-1, -1, -1, -1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0, 0, 0]
    assert found({"increment": increment, "later": later}, firm=firm, year=year) == []
    assert found({"increment": increment, "later": later, "earlier": earlier}, firm=firm, year=year) == [{"increment", "later", "earlier"}]


@pytest.mark.parametrize("seed", range(6))
def test_it_finds_what_a_brute_force_search_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = (rng.random((5, 9)) < 0.5).astype(float)
    told = bool(found({str(i): row.tolist() for i, row in enumerate(matrix)}))
    rank = np.linalg.matrix_rank(matrix)
    brute = any(np.linalg.matrix_rank(np.delete(matrix, list(group), axis=1)) < rank
                for group in [(i,) for i in range(9)] + [(i, j) for i in range(9) for j in range(i)])
    assert told == brute
