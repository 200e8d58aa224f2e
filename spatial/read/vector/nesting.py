"""Rings to polygons by what lies in what: a ring inside an odd number of others is a hole, apart from them a part of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray


def from_rings(rings: list[Any]) -> Any:
    """A Polygon or MultiPolygon of linear rings that do not cross; which way they turn and their order do not matter."""
    plates = sorted((shapely.Polygon(ring) for ring in rings), key=lambda plate: -plate.area)
    if len(plates) == 1:
        return plates[0]
    around: list[list[int]] = []
    for i, plate in enumerate(plates):
        point = plate.representative_point() if plate.is_valid else shapely.Point(plate.exterior.coords[0])
        around.append([j for j in range(i) if plates[j].contains(point)])
    holes: dict[int, list[Any]] = {i: [] for i, outer in enumerate(around) if len(outer) % 2 == 0}
    for i, outer in enumerate(around):
        if len(outer) % 2:
            holes[outer[-1] if outer[-1] in holes else next(j for j in outer if j in holes)].append(plates[i].exterior)
    parts = [shapely.Polygon(plates[i].exterior, inner) for i, inner in holes.items()]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def rewound(geometry: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Polygons whose rings turn the wrong way, put right; with the positions of those that were.

    A format in which only the direction of a ring says whether it is a hole makes two overlapping parts of a shell and a hole that turn
    alike, or a hole outside its shell. Where the rings do not cross, what lies in what says it again.
    """
    several = np.flatnonzero(np.isin(shapely.get_type_id(geometry), (3, 6)))
    rings = shapely.get_num_geometries(geometry[several])
    several = several[(rings > 1) | (shapely.get_num_interior_rings(geometry[several]) > 0)]
    broken = several[~shapely.is_valid(geometry[several])]
    out, turned = geometry, []
    for i in broken.tolist():
        fixed = from_rings(list(shapely.get_rings(shapely.get_parts(geometry[i]))))
        if fixed.is_valid and not fixed.is_empty:
            out = geometry.copy() if out is geometry else out
            out[i] = fixed
            turned.append(i)
    return out, np.array(turned, dtype=np.int64)
