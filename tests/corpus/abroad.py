"""Cases of other countries: their grids, meridians and units, and maps that reach beyond one zone. The same ground, laid somewhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely.affinity import translate

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import CARRIER, COLUMNS, SHAPES, X, Y
from tests.corpus.writers import collection, shapefile

AUCKLAND = (174.76, -36.85)
PARIS, PRAGUE, TOKYO, VIRGINIA, NORWAY = (2.35, 48.85), (14.4, 50.1), (139.75, 35.7), (-76.9, 37.5), (15.6, 69.5)
TWO = 3e-5  # a datum's shift leaves areas within the heights between ellipsoids, some 40 m of 6,371 km


def _laid(shapes: Any, place: tuple[float, float], epsg: int) -> list[Any]:
    """Shapes of the ground around a place: on a plane that touches the globe there, so that plane figures hold, and moved to a system."""
    plane = CRS.from_proj4(f"+proj=tmerc +lon_0={place[0]} +lat_0={place[1]} +k=1 +datum=WGS84 +units=m")
    move = Transformer.from_crs(plane, CRS.from_epsg(epsg), always_xy=True)
    flat = [translate(shape, -X, -Y) for shape in shapes]
    return list(shapely.transform(np.asarray(flat, dtype=object), lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1]))))


def _put(desk: Desk, place: tuple[float, float], epsg: int, *, last: tuple[float, float] | None = None, **prj: Any) -> None:
    """Parcels and carrier around a place; the last parcel somewhere else."""
    shapes = _laid(SHAPES[:-1], place, epsg) + _laid(SHAPES[-1:], last or place, epsg)
    shapefile(desk, "parcels.shp", shapes=shapes, epsg=epsg, cpg="GBK", **prj)
    desk.write("carriers_there.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, _laid([CARRIER], place, epsg if epsg != 4807 else 4326), epsg if epsg != 4807 else 4326)
    desk.carriers = "carriers_there.gpkg"


@case(tolerance=TWO)
def metres_on_a_grid_that_counts_in_grads_from_paris(desk: Desk) -> None:
    _put(desk, PARIS, 27572)


@case(tolerance=TWO)
def metres_on_a_grid_that_counts_from_ferro(desk: Desk) -> None:
    _put(desk, PRAGUE, 5221)


@case(tolerance=TWO)
def grads_from_paris(desk: Desk) -> None:
    _put(desk, PARIS, 4807)


@case(tolerance=TWO)
def degrees_on_an_old_ellipsoid(desk: Desk) -> None:
    _put(desk, TOKYO, 4301)  # 2.3e-4 off where they are taken for degrees of today


@case(tolerance=TWO, absent="crs.beyond_zone")
def a_state_in_its_zone(desk: Desk) -> None:
    _put(desk, (-80.9, 37.5), 32617)


@case(tolerance=TWO, codes="crs.beyond_zone")
def a_state_with_an_island_far_beyond_its_zone(desk: Desk) -> None:
    _put(desk, VIRGINIA, 32617, last=(-75.9, 37.5))


@case(refused="crs.row_outside")
def a_row_far_beyond_the_zone_and_the_others(desk: Desk) -> None:
    _put(desk, VIRGINIA, 32617, last=(-75.2, 41.0))


@case(tolerance=TWO, codes="crs.beyond_zone")
def a_row_far_beyond_the_zone_that_the_study_vouches_for(desk: Desk) -> None:
    _put(desk, VIRGINIA, 32617, last=(-75.2, 41.0))
    desk.layer = 'crs = "EPSG:32617"'


def _north_first(desk: Desk, place: tuple[float, float], epsg: int) -> None:
    """As a web service writes GeoJSON in the order of the authority's axes."""
    shapes = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in _laid(SHAPES, place, epsg)]
    desk.text("parcels.geojson", collection(shapes, crs={"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}))
    desk.write("carriers_there.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, _laid([CARRIER], place, 4326), 4326)
    desk.carriers = "carriers_there.gpkg"


@case(refused="crs.swapped_axes")
def north_first_in_new_zealand(desk: Desk) -> None:
    _north_first(desk, AUCKLAND, 2193)


@case(refused="crs.swapped_axes")
def latitude_first_in_new_zealand(desk: Desk) -> None:
    _north_first(desk, AUCKLAND, 4326)


@case(tolerance=TWO)
def new_zealand(desk: Desk) -> None:
    _put(desk, AUCKLAND, 2193)


@case(refused="crs.outside_area_of_use")
def tokyo_in_the_zone_of_nagoya(desk: Desk) -> None:
    _put(desk, TOKYO, 30166)


@case(tolerance=TWO, codes="crs.beyond_zone")
def tokyo_in_the_zone_of_nagoya_that_the_study_vouches_for(desk: Desk) -> None:
    _put(desk, TOKYO, 30166)
    desk.layer = 'crs = "EPSG:30166"'
    desk.carrier_layer = 'crs = "EPSG:30166"'


@case(tolerance=TWO)
def spitsbergen_beside_norway(desk: Desk) -> None:
    _put(desk, NORWAY, 4326, last=(15.6, 78.2))  # longitude and latitude that, exchanged, would be in China


@case(refused="crs.none")
def a_map_abroad_without_prj_that_touches_china(desk: Desk) -> None:
    _put(desk, (60.0, 45.0), 4326, last=(75.0, 46.0), prj=None)


@case(refused="crs.beyond_working")
def a_map_of_the_world(desk: Desk) -> None:
    _put(desk, PARIS, 4326, last=(-170.0, -20.0))


@case(tolerance=TWO)
def a_map_of_the_world_in_a_working_system_that_holds_it(desk: Desk) -> None:
    _put(desk, PARIS, 4326, last=(-170.0, -20.0))
    desk.study_keys = 'working_crs = "EPSG:6933"'


@case(refused="crs.beyond_working")
def parcels_of_a_district_beside_carriers_around_the_world(desk: Desk) -> None:
    desk.write("parcels.gpkg", COLUMNS, _laid(SHAPES, PARIS, 4326), 4326)
    desk.write("carriers_there.gpkg", {"carrier_id": ["甲园", "乙园"]}, [*_laid([CARRIER], PARIS, 4326), shapely.box(-170, -20, 170, 20)], 4326)
    desk.carriers = "carriers_there.gpkg"
