"""Ground that no edge of its own crosses: which polygons are shown to lie alone, without comparing one with another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon, box

from spatial.edges import own_edges
from spatial.lattice import Lattice, alone, may_meet, pieces
from spatial.linked import groups, linked
from spatial.normalise import overlap
from spatial.normalise.fabric import pairs_by_edges
from spatial.normalise.overlap import overlapping_pairs
from tests.normalise.test_edges import X, Y, crooked, grid, with_faults

Shapes = NDArray[Any]


def shown(shapes: Shapes) -> list[int]:
    edges = own_edges(shapes)
    return np.flatnonzero(alone(shapes, shapely.bounds(shapes), edges.flags, edges.boxes)).tolist()


def test_a_box_holds_the_cells_from_corner_to_corner() -> None:
    lattice = Lattice.over(np.array([[0.0, 0.0, 40.0, 30.0]]), 12)
    assert (lattice.cell, lattice.wide, lattice.high) == (10.0, 5, 4)
    assert lattice.marked(np.array([[5.0, 5.0, 14.0, 8.0], [35.0, 25.0, 40.0, 30.0]])).astype(int).tolist() == [[1, 1, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 1, 1], [0, 0, 0, 1, 1]]
    assert lattice.counted(lattice.marked(np.array([[5.0, 5.0, 14.0, 8.0]])), np.array([[0.0, 0, 40, 30], [10, 0, 20, 5], [20, 0, 30, 9]])).tolist() == [2, 1, 0]


def test_cells_hang_together_side_by_side_and_not_by_a_corner() -> None:
    crossed = np.array([[0, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 1], [0, 0, 1, 0]], bool)
    assert pieces(crossed).tolist() == [[0, -1, 1, 1], [0, -1, -1, 1], [-1, 4, 4, -1], [4, 4, -1, 6]]
    bend = np.array([[0, 1, 0], [0, 1, 0], [0, 0, 0]], bool)  # two arms that meet below
    assert pieces(bend).tolist() == [[0, -1, 0], [0, -1, 0], [0, 0, 0]]
    assert pieces(np.ones((2, 2), bool)).tolist() == [[-1, -1], [-1, -1]]


def test_what_hangs_together_by_links() -> None:
    assert linked(np.array([5, 1, 2]), np.array([3, 2, 5]), 7).tolist() == [0, 1, 1, 1, 4, 1, 6]
    assert [group.tolist() for group in groups(np.array([6, 5, 1]), np.array([4, 3, 5]), 7)] == [[1, 3, 5], [4, 6]]


def test_inside_a_fabric_all_are_alone_but_those_near_its_border() -> None:
    told = set(shown(grid(10)))
    assert {i * 10 + j for i in range(3, 7) for j in range(3, 7)} <= told <= {i * 10 + j for i in range(1, 9) for j in range(1, 9)}
    assert not shown(grid(6)[::2])


def test_none_is_alone_where_a_whole_fabric_lies_over_another_whatever_the_points_asked_about() -> None:
    for away in (5.0, 3.0, 10.0 / 3):
        assert not set(shown(np.concatenate([grid(12), grid(12, east=away, north=away)]))) & set(range(14, 144))
    twice = np.concatenate([grid(20), grid(6, east=75.0, north=75.0)])  # a village drawn over a town: the town is alone but below it
    told = shown(twice)
    over = {i * 20 + j for i in range(7, 14) for j in range(7, 14)}
    assert told and not set(told) & (over | set(range(400, 436)))
    assert {42, 57, 342, 357} < set(told)


def test_a_hole_in_a_fabric_and_a_polygon_around_it_do_not_tell_of_each_other() -> None:
    ring = Polygon([(0, 0), (400, 0), (400, 400), (0, 400)], [[(90, 90), (310, 90), (310, 310), (90, 310)]])
    island = [box(100 + 10 * i, 100 + 10 * j, 110 + 10 * i, 110 + 10 * j) for i in range(20) for j in range(20)]
    below = [box(95, 95, 305, 305)]
    free = np.array([ring, *island])
    assert set(shown(free)) >= {1 + i * 20 + j for i in range(5, 15) for j in range(5, 15)}
    assert not shown(np.array([ring, *island, *below]))  # the island lies over ground that is drawn as one parcel


@pytest.mark.parametrize("seed", range(12))
def test_pairs_found_by_edges_are_those_of_comparing_all(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = with_faults(seed) if seed % 2 else np.concatenate([with_faults(seed), np.array([None, Polygon()], dtype=object)])
    edges = own_edges(shapes)
    every = overlapping_pairs(shapes, min_area_m2=1e-4)
    monkeypatch.setattr(overlap, "MANY_PAIRS", 0)
    short = pairs_by_edges(shapes, shapely.bounds(shapes), edges, 1e-4)
    assert len(every) > 50
    assert short.to_dict("list") == every.to_dict("list")


def test_of_many_edges_of_their_own_the_boxes_of_their_polygons_are_kept() -> None:
    apart = own_edges(grid(6)[::2])
    assert apart.boxes.tolist() == shapely.bounds(grid(6)[::2]).tolist()
    one = own_edges(np.concatenate([grid(6), [Polygon([(X + 300, Y), (X + 340, Y), (X + 300, Y + 30)])]]))
    assert [X + 300, Y, X + 340, Y] in one.boxes.tolist() and len(one.boxes) == 24 + 3


def test_a_large_clean_fabric_with_a_fault_is_compared_near_the_fault_alone() -> None:
    shapes = crooked(3, 40)
    shapes[820] = shapely.buffer(shapes[820], 0.4, join_style="mitre")
    told = shown(shapes)
    assert len(told) > 1_100 and 820 not in told
    pairs = pairs_by_edges(shapes, shapely.bounds(shapes), own_edges(shapes), 1e-4)
    assert pairs.to_dict("list") == overlapping_pairs(shapes, min_area_m2=1e-4).to_dict("list")
    assert set(pairs["left"]) | set(pairs["right"]) == {779, 780, 781, 819, 820, 821, 859, 860, 861}


def test_boxes_that_meet_none_of_others_are_told_and_no_other() -> None:
    rng = np.random.default_rng(8)
    corner = rng.uniform(0, 1000, (400, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(0, 20, (400, 2))], axis=1)
    others = boxes[:7] + 0.5
    meets = shapely.intersects(shapely.box(*boxes.T)[:, None], shapely.box(*others.T)[None, :]).any(axis=1)
    may = may_meet(np.concatenate([boxes, [[np.nan] * 4]]), others)
    assert may[:400][meets].all() and not may[400]
    assert may.sum() < 100
