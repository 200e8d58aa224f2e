"""The audit of published sums: whether any combination of them comes down to fewer firms than may be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOISE = 1e-7
Floats = NDArray[np.float64]
Sums = Sequence[tuple[NDArray[np.int64], Floats]]


@dataclass(frozen=True)
class Equations:
    """Published sums as equations: sums x cells (a kind of firms in a year), the kind of each cell, and the firms of each kind."""

    matrix: Floats
    cell_kind: NDArray[np.int64]
    sizes: NDArray[np.int64]


def disclosed(equations: Equations, open_sums: Sequence[int], *, small: int = 3) -> list[list[int]]:
    """For each group of fewer than `small` firms that the open sums give away: the sums that it is worked out from.

    Returns
    -------
    list of positions in `open_sums`, empty where nothing is given away

    Notes
    -----
    Firms that stand with the same coefficients in every sum cannot be told apart and are one kind. A combination of the sums that is zero
    outside some kinds exists exactly if the orthogonal projection onto the space of the sums has an eigenvalue 1 within them (their
    leverage is 1): all kinds of fewer than `small` firms, and all pairs of single firms, are tried. Years of a firm are separate unknowns;
    knowing any combination of them is knowing the firm.
    """
    matrix, columns, sizes = equations.matrix[list(open_sums)], equations.cell_kind, equations.sizes
    if not matrix.size or not matrix.any():
        return []
    left, strength, right = np.linalg.svd(matrix, full_matrices=False)
    kept = strength > strength[0] * 1e-10
    basis, solve = right[kept], left[:, kept] / strength[kept]
    blocks = {atom: np.flatnonzero(columns == atom) for atom in range(len(sizes))}
    few = [atom for atom in range(len(sizes)) if sizes[atom] < small]
    groups: list[list[int]] = []
    bare: set[int] = set()
    for atom in few:
        if (vector := _within(basis, blocks[atom])) is not None:
            groups.append(_made_of(basis, solve, vector))
            bare.add(atom)
    for one, two in _near(basis, blocks, [atom for atom in few if sizes[atom] == 1 and atom not in bare]) if small > 2 else ():
        if (vector := _within(basis, np.r_[blocks[one], blocks[two]])) is not None:
            groups.append(_made_of(basis, solve, vector))
    return groups


def equations_of(sums: Sums, firm: NDArray[np.int64], year: NDArray[np.int64]) -> Equations:
    """The equations of some sums (rows and coefficients each); `firm` and `year` of every row."""
    entries: dict[int, list[tuple[int, int, float]]] = {}
    for i, (rows, amounts) in enumerate(sums):
        for who, when, amount in zip(firm[rows].tolist(), year[rows].tolist(), np.round(amounts, 12).tolist(), strict=True):
            entries.setdefault(who, []).append((i, when, amount))
    kinds: dict[tuple[tuple[int, int, float], ...], int] = {}
    for held in entries.values():
        told = tuple(sorted(held))
        kinds[told] = kinds.get(told, 0) + 1
    cells: list[tuple[int, int]] = [(kind, when) for kind, told in enumerate(kinds) for when in sorted({entry[1] for entry in told})]
    place = {cell: i for i, cell in enumerate(cells)}
    matrix = np.zeros((len(sums), len(cells)))
    for kind, told in enumerate(kinds):
        for i, when, amount in told:
            matrix[i, place[kind, when]] += amount
    return Equations(matrix, np.array([cell[0] for cell in cells], dtype=np.int64), np.array(list(kinds.values()), dtype=np.int64))


def _within(basis: Floats, cells: NDArray[np.int64]) -> Floats | None:
    """A vector of the space that is zero outside the cells, or None."""
    part = basis[:, cells]
    _, strength, right = np.linalg.svd(part, full_matrices=False)
    if not len(strength) or strength[0] ** 2 < 1 - NOISE:
        return None
    vector = np.zeros(basis.shape[1])
    vector[cells] = right[0]
    return vector


def _near(basis: Floats, blocks: dict[int, NDArray[np.int64]], atoms: list[int]) -> list[tuple[int, int]]:
    """Pairs whose projections meet closely enough to hold a common vector between them (a necessary condition, cheap to ask of all)."""
    if len(atoms) < 2:
        return []
    cells = np.concatenate([blocks[atom] for atom in atoms])
    starts = np.r_[0, np.cumsum([len(blocks[atom]) for atom in atoms])[:-1]]
    met = (basis[:, cells].T @ basis[:, cells]) ** 2
    shared = np.add.reduceat(np.add.reduceat(met, starts, axis=0), starts, axis=1)
    rest = 1 - np.array([np.linalg.norm(basis[:, blocks[atom]], 2) ** 2 for atom in atoms])
    near = (shared >= rest[:, None] * rest[None, :] - NOISE) & (rest[:, None] + rest[None, :] <= 1 + NOISE)
    first, second = np.nonzero(np.triu(near, 1))
    return [(atoms[i], atoms[j]) for i, j in zip(first.tolist(), second.tolist(), strict=True)]


def _made_of(basis: Floats, solve: Floats, vector: Floats) -> list[int]:
    """The sums that a disclosed combination is made of."""
    weights = np.abs(solve @ (basis @ vector))
    return [int(i) for i in np.flatnonzero(weights > 1e-6 * weights.max())]
