"""Degrees, minutes and seconds written as one number (120.123345 for 120°12′33.45″) in a file that does not say so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST = 8  # different coordinates; of fewer, digits under 60 tell nothing
MINUTES, PAIRS = 3, 16
"""Minutes that one axis has, and pairs of minute and second: a layer that spans whole hundredths of a degree has seconds up to 99, and 16 of them all under 60 once in 3,000."""


def may_be(at: Floats) -> bool:
    """Whether every coordinate can be read so: no minute and no second is 60 or more."""
    _, minutes, seconds, _ = _digits(at)
    return len(np.unique(at)) >= LEAST and bool(np.isfinite(at).all() and (minutes < 60).all() and (seconds < 60).all())


def must_be(at: Floats) -> bool:
    """Whether digits that are all under 60 are more than chance, by one axis at least."""
    degrees, minutes, seconds, _ = _digits(at)
    return any(len(np.unique(degrees[:, axis] * 100 + minutes[:, axis])) >= MINUTES
               and len(np.unique(minutes[:, axis] * 100 + seconds[:, axis])) >= PAIRS for axis in (0, 1))


def unpacked(at: Floats) -> Floats:
    """The degrees that are meant."""
    degrees, minutes, seconds, rest = _digits(at)
    return np.asarray(np.sign(at) * (degrees + minutes / 60 + (seconds + rest) / 3600))


def _digits(at: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Degrees, minutes, whole seconds, and what is left of a second."""
    size = np.abs(at) * 1e4
    whole = np.floor(size + 1e-6)  # 120.1234 is a hair below in binary
    return whole // 10_000, whole // 100 % 100, whole % 100, np.fmax(size - whole, 0.0)
