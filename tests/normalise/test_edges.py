"""Polygons that share every edge with a neighbour, told by their vertices; and overlaps and gaps found as by comparing every pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon, box

from spatial import edges, rings
from spatial.edges import covered, open_edged
from spatial.normalise import overlap
from spatial.normalise.overlap import overlapping_pairs

X, Y = 520_000.0, 3_340_000.0
Shapes = NDArray[Any]


def grid(size: int, east: float = 0.0, north: float = 0.0, step: float = 10.0) -> Shapes:
    return np.array([box(X + east + i * step, Y + north + j * step, X + east + (i + 1) * step, Y + north + (j + 1) * step) for i in range(size) for j in range(size)])


def crooked(seed: int, size: int = 14) -> Shapes:
    """A fabric whose corners are moved at random; every edge is shared digit for digit."""
    rng = np.random.default_rng(seed)
    corner = np.stack(np.meshgrid(X + np.arange(size + 1) * 30.0, Y + np.arange(size + 1) * 30.0, indexing="ij"), axis=-1) + rng.uniform(-8, 8, (size + 1, size + 1, 2))
    return np.array([Polygon([corner[i, j], corner[i + 1, j], corner[i + 1, j + 1], corner[i, j + 1]][:: rng.choice([1, -1])]) for i in range(size) for j in range(size)])


def test_only_the_border_of_a_fabric_has_edges_of_its_own_whatever_the_sense_of_its_rings() -> None:
    shapes = grid(4)
    assert np.flatnonzero(~open_edged(shapes)).tolist() == [5, 6, 9, 10]
    turned = np.array([shapely.reverse(shape) if i % 2 else shape for i, shape in enumerate(shapes)])
    assert open_edged(turned).tolist() == open_edged(shapes).tolist()


def test_an_island_in_a_hole_is_matched_and_two_of_one_shape_are_not() -> None:
    ring = Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(3, 3), (6, 3), (6, 6), (3, 6)]])
    island = box(3, 3, 6, 6)
    assert open_edged(np.array([ring, island])).tolist() == [True, False]
    assert open_edged(np.array([island, island])).tolist() == [True, True]
    assert open_edged(np.array([None, Polygon()])).tolist() == [False, False]


def test_a_whole_fabric_over_another_is_seen_by_points_inside() -> None:
    shapes = np.concatenate([grid(3), grid(3, east=4, north=3)])
    assert not open_edged(shapes)[[4, 13]].any()
    flags = covered(shapes, np.array([4, 4]), np.array([13, 5]), np.zeros(len(shapes), bool))
    assert np.flatnonzero(flags).tolist() == [4, 13]


def test_lattices_half_a_step_apart_lose_no_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of 64 squares lies over a quarter of four of the other lattice, 15 * 15 pairs of 25 m2; the middles of the ones are the corners of the others."""
    monkeypatch.setattr(overlap, "MANY_PAIRS", 0)
    pairs = overlapping_pairs(np.concatenate([grid(8), grid(8, east=5, north=5)]), min_area_m2=1e-4)
    assert len(pairs) == 15 * 15
    assert pairs["area"].tolist() == pytest.approx([25.0] * 225, rel=1e-9)


def with_faults(seed: int) -> Shapes:
    """A crooked fabric with a second one over part of it, doubles, islands that lie over parcels, and shifted parcels."""
    rng = np.random.default_rng(seed)
    shapes = crooked(seed)
    extra = [shapely.transform(crooked(seed + 100, 5), lambda xy: xy + rng.uniform(50, 150, 2)), shapes[[20, 77]], np.array([box(X + 200, Y + 200, X + 205, Y + 204)])]
    moved = shapes.copy()
    moved[50] = shapely.transform(moved[50], lambda xy: xy + 0.4)
    moved[120] = shapely.transform(moved[120], lambda xy: xy + 1e-7)
    return np.concatenate([moved, *extra])


def test_edges_by_spans_and_through_the_sieve_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ones with an edge of their own, counted by hand: of each of two fabrics apart of 12 by 12 the outer ring of 44."""
    shapes = np.concatenate([grid(12), grid(12, east=5_000.0)])
    monkeypatch.setattr(rings, "SPAN", 97)
    monkeypatch.setattr(edges, "SIEVE", 8)
    border = [i * 12 + j for i in range(12) for j in range(12) if i in (0, 11) or j in (0, 11)]
    assert np.flatnonzero(open_edged(shapes)).tolist() == [*border, *(144 + place for place in border)]
    apart = grid(6, step=10)[::2]
    assert open_edged(apart).all()


@pytest.mark.parametrize("span", [1 << 16, 61])
@pytest.mark.parametrize("seed", range(6))
def test_pairs_are_the_same_with_and_without_the_short_cut(seed: int, span: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = with_faults(seed)
    every = overlapping_pairs(shapes, min_area_m2=1e-4)
    monkeypatch.setattr(rings, "SPAN", span)
    monkeypatch.setattr(overlap, "MANY_PAIRS", 0)
    short = overlapping_pairs(shapes, min_area_m2=1e-4)
    assert len(every) > 50
    assert short.to_dict("list") == every.to_dict("list")


def test_a_clean_fabric_has_no_pairs_by_the_short_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlap, "MANY_PAIRS", 0)
    assert overlapping_pairs(crooked(7)).empty


def test_two_fabrics_that_overlap_by_their_borders_alone_lose_no_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wide parcel that neither fabric's border parcels cover in the middle is found through the border that runs through it."""
    one, two = grid(6, step=10), grid(6, east=54, north=54, step=10)
    wide = np.array([box(X + 40, Y + 60, X + 200, Y + 62)])
    shapes = np.concatenate([one, two, wide])
    every = overlapping_pairs(shapes, min_area_m2=1e-4)
    monkeypatch.setattr(overlap, "MANY_PAIRS", 0)
    assert overlapping_pairs(shapes, min_area_m2=1e-4).to_dict("list") == every.to_dict("list")
