"""Cases of the geometry gate: invalid, odd and overlapping shapes, and layers that mix or bend them."""

from __future__ import annotations

import contextlib
import sqlite3
import struct
from typing import Any

import numpy as np
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import CARRIER, COLUMNS, INSIDE_M2, PLANE_M2, SHAPES, Truth, X, Y, in_crs
from tests.corpus.writers import collection, shapefile


def _with(position: int, shape: Any) -> list[Any]:
    shapes = list(SHAPES)
    shapes[position] = shape
    return shapes


def _area(position: int, plane: float, inside: float | None = None) -> Truth:
    planes, insides = list(PLANE_M2), list(INSIDE_M2)
    planes[position] = plane
    insides[position] = insides[position] if inside is None else inside
    return Truth(plane_m2=tuple(planes), inside_m2=tuple(insides))


@case(refused="geometry.repair_beyond_tolerance")
def bow_tie(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=_with(3, Polygon([(X + 400, Y + 400), (X + 500, Y + 500), (X + 500, Y + 400), (X + 400, Y + 500)])))


@case(codes="geometry.repaired", truth=_area(3, 5_000.0))
def bow_tie_within_a_wide_tolerance(desk: Desk) -> None:
    bow_tie(desk)
    desk.join_keys = "repair_tolerance = 1.0"


@case(codes="geometry.repaired")
def small_loop_at_a_corner(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=_with(3, Polygon([(X + 400, Y + 400), (X + 500, Y + 400), (X + 500, Y + 500), (X + 399.9, Y + 500), (X + 400, Y + 500.1)])))


@case(codes="geometry.repaired")
def spike(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=_with(3, Polygon([(X + 400, Y + 400), (X + 500, Y + 400), (X + 500, Y + 500), (X + 700, Y + 700), (X + 500, Y + 500), (X + 400, Y + 500)])))


@case()
def repeated_vertices(desk: Desk) -> None:
    points = [p for p in SHAPES[3].exterior.coords for _ in range(3)]
    desk.write("parcels.gpkg", shapes=_with(3, Polygon(points)))


@case()
def rings_the_other_way_round(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=[Polygon(s.exterior.coords[::-1], [r.coords[::-1] for r in s.interiors]) for s in SHAPES])


@case(codes="container.wrong_winding")
def hole_wound_like_a_shell_in_a_shapefile(desk: Desk) -> None:
    """Ring order alone says what is a hole; a hole wound as a shell lies inside another shell."""
    path = shapefile(desk, "parcels.shp", cpg="GBK")
    _rewound(path, record=4, ring=1)


@case(codes="container.wrong_winding")
def every_ring_wound_the_wrong_way_in_a_shapefile(desk: Desk) -> None:
    path = shapefile(desk, "parcels.shp", cpg="GBK")
    for record, rings in enumerate((1, 1, 1, 1, 2)):
        for ring in range(rings):
            _rewound(path, record=record, ring=ring)


def _rewound(path: Any, *, record: int, ring: int) -> None:
    """Turn one ring of one record round, in the bytes of the .shp."""
    data = bytearray(path.read_bytes())
    at = 100
    for _ in range(record):
        at += 8 + 2 * struct.unpack_from(">i", data, at + 4)[0]
    body = at + 8
    parts, points = struct.unpack_from("<ii", data, body + 36)
    starts = [*struct.unpack_from(f"<{parts}i", data, body + 44), points]
    first = body + 44 + 4 * parts + 16 * starts[ring]
    count = starts[ring + 1] - starts[ring]
    xy = np.frombuffer(bytes(data[first : first + 16 * count]), "<f8").reshape(-1, 2)[::-1]
    data[first : first + 16 * count] = xy.tobytes()
    path.write_bytes(bytes(data))


@case(refused="geometry.repair_beyond_tolerance")
def hole_outside_its_shell(desk: Desk) -> None:
    """It winds as a hole does: a hole that was moved, or a part."""
    desk.write("parcels.gpkg", shapes=_with(3, Polygon(SHAPES[3].exterior, [box(X + 520, Y + 420, X + 560, Y + 460, ccw=not SHAPES[3].exterior.is_ccw).exterior])))


@case(codes="geometry.repaired", truth=_area(3, 11_600.0))
def two_outer_rings_in_one_polygon(desk: Desk) -> None:
    """10,000 and 40 x 40 beside it, wound alike: two parts."""
    desk.write("parcels.gpkg", shapes=_with(3, Polygon(SHAPES[3].exterior, [box(X + 520, Y + 420, X + 560, Y + 460, ccw=SHAPES[3].exterior.is_ccw).exterior])))


@case(codes="geometry.repaired", truth=_area(3, 10_400.0))
def hole_that_shares_an_edge_with_its_shell(desk: Desk) -> None:
    shape = Polygon(box(X + 400, Y + 400, X + 500, Y + 520).exterior, [box(X + 410, Y + 500, X + 490, Y + 520).exterior])
    desk.write("parcels.gpkg", shapes=_with(3, shape))



@case(refused="geometry.collapsed")
def polygon_without_ground(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=_with(3, Polygon([(X, Y), (X + 10, Y + 10), (X + 20, Y + 20), (X, Y)])))


@case(refused="row.no_geometry")
def null_geometry(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=_with(3, None))


@case(refused="row.no_geometry")
def empty_geometry(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=_with(3, Polygon()))


@case(codes=("row.no_geometry", "row.set_aside"), truth=Truth(
    keys=(*[k for i, k in enumerate(Truth().keys) if i != 3],), plane_m2=(*PLANE_M2[:3], PLANE_M2[4]), inside_m2=(*INSIDE_M2[:3], INSIDE_M2[4]),
    codes=("1001", "1001", "1101", "1001")))
def null_geometry_set_aside(desk: Desk) -> None:
    null_geometry(desk)
    desk.join_keys = 'on_bad_rows = "set_aside"'


@case(refused="row.no_geometry")
def null_shape_in_a_shapefile(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", shapes=_with(3, None), cpg="GBK")


@case(refused="row.no_geometry")
def null_shape_in_a_flatgeobuf(desk: Desk) -> None:
    """GDAL's quick way gave such a feature bytes that nobody wrote: another row was called broken, or the file damaged."""
    desk.write("parcels.fgb", COLUMNS | {"序号": list(range(5)), "memo": ["<b>"] * 5}, _with(3, None), driver="FlatGeobuf", SPATIAL_INDEX="NO", geometry_type="Polygon")


@case(codes=("row.no_geometry", "row.set_aside"), absent="container.unreadable_geometry", truth=Truth(
    keys=(*[k for i, k in enumerate(Truth().keys) if i != 3],), plane_m2=(*PLANE_M2[:3], PLANE_M2[4]), inside_m2=(*INSIDE_M2[:3], INSIDE_M2[4]),
    codes=("1001", "1001", "1101", "1001")))
def null_shape_in_a_flatgeobuf_set_aside(desk: Desk) -> None:
    null_shape_in_a_flatgeobuf(desk)
    desk.join_keys = 'on_bad_rows = "set_aside"'


@case(refused="row.no_geometry")
def not_a_number_in_a_geopackage(desk: Desk) -> None:
    _patched(desk, float("nan"))


@case(refused="row.no_geometry")
def infinity_in_a_geopackage(desk: Desk) -> None:
    _patched(desk, float("inf"))


def _patched(desk: Desk, value: float) -> None:
    path = desk.write("parcels.gpkg")
    data = path.read_bytes()
    wanted = struct.pack("<d", X + 300)  # a corner of the third parcel only
    assert wanted in data
    path.write_bytes(data.replace(wanted, struct.pack("<d", value)))


@case(refused="geometry.not_polygon", codes="container.mixed_types")
def points_among_the_parcels(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326, _with(3, Point(X, Y)))))


@case(codes=("container.mixed_types", "layer.types_left_out"), truth=Truth(
    keys=(*[k for i, k in enumerate(Truth().keys) if i != 3],), plane_m2=(*PLANE_M2[:3], PLANE_M2[4]), inside_m2=(*INSIDE_M2[:3], INSIDE_M2[4]),
    codes=("1001", "1001", "1101", "1001")))
def points_among_the_parcels_left_out_by_name(desk: Desk) -> None:
    points_among_the_parcels(desk)
    desk.layer = 'geometry_type = "polygon"'


@case(refused="geometry.not_polygon")
def lines_for_parcels(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=[LineString(s.exterior.coords) for s in SHAPES])


@case(refused="geometry.not_polygon")
def points_for_parcels(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=[s.centroid for s in SHAPES])


@case(codes="geometry.repaired")
def collection_with_a_polygon_and_its_border(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326, _with(3, GeometryCollection([SHAPES[3], LineString(SHAPES[3].exterior.coords)])))))


@case(codes="container.dropped_z")
def heights(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=list(shapely.force_3d(np.asarray(SHAPES, dtype=object), 8.0)))


@case(codes="container.dropped_z")
def heights_in_a_shapefile(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", shapes=list(shapely.force_3d(np.asarray(SHAPES, dtype=object), 8.0)), cpg="GBK")


@case(codes="container.dropped_z")
def measures_in_a_geopackage(desk: Desk) -> None:
    """Polygons of type ZM, as survey programs write them."""
    path = desk.write("parcels.gpkg")
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        for name, (sql,) in [("rtree", row) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()]:
            connection.execute(f'DROP TRIGGER "{sql}"')
            assert name
        for fid, blob in connection.execute("SELECT fid, geom FROM parcels").fetchall():
            shape = shapely.from_wkb(blob[40:])
            rings = [shape.exterior, *shape.interiors]
            wkb = struct.pack("<BII", 1, 3003, len(rings))
            for ring in rings:
                wkb += struct.pack("<I", len(ring.coords)) + b"".join(struct.pack("<4d", x, y, 5.0, 1.0) for x, y in ring.coords)
            connection.execute("UPDATE parcels SET geom = ? WHERE fid = ?", (blob[:40] + wkb, fid))
        connection.execute("UPDATE gpkg_geometry_columns SET z = 1, m = 1")
    connection.close()


@case(codes="container.linearised", truth=_area(3, float(np.pi * 50**2)), tolerance=1e-3)
def curves(desk: Desk) -> None:
    """A round plot: a curve polygon of one circle."""
    path = desk.write("parcels.gpkg")
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        circle = struct.pack("<BII", 1, 10, 1) + struct.pack("<BII", 1, 8, 5)
        circle += b"".join(struct.pack("<2d", X + 450 + 50 * np.cos(a), Y + 450 + 50 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 5))
        (blob,) = connection.execute("SELECT geom FROM parcels WHERE fid = 4").fetchone()
        connection.execute("UPDATE parcels SET geom = ? WHERE fid = 4", (blob[:40] + circle,))
        connection.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'")
    connection.close()


@case()
def several_parts(desk: Desk) -> None:
    parts = MultiPolygon([box(X + 400, Y + 400, X + 450, Y + 500), box(X + 460, Y + 400, X + 510, Y + 500)])
    desk.write("parcels.gpkg", shapes=_with(3, parts))


@case(refused="geometry.repair_beyond_tolerance")
def several_parts_that_overlap(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=_with(3, MultiPolygon([box(X + 400, Y + 400, X + 480, Y + 500), box(X + 450, Y + 400, X + 500, Y + 500)])))


@case(codes="geometry.parcels_overlap", truth=_area(3, 12_000.0))
def two_parcels_that_overlap(desk: Desk) -> None:
    shapes = _with(3, box(X + 500, Y + 400, X + 620, Y + 500))
    desk.write("parcels.gpkg", shapes=shapes)


@case(codes="geometry.same_shape", truth=_area(3, 40_000.0, 40_000.0))
def one_shape_under_two_keys(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=_with(3, SHAPES[0]))


@case(codes="geometry.sliver_overlap", truth=Truth(plane_m2=(*PLANE_M2[:3], 10_000.5, 37_501.0)))
def a_sliver_of_overlap(desk: Desk) -> None:
    """A border drawn twice, a centimetre apart over the whole side."""
    shapes = _with(3, box(X + 499.995, Y + 400, X + 600, Y + 500))
    shapes[4] = Polygon(box(X + 599.995, Y + 400, X + 800, Y + 600).exterior, [box(X + 650, Y + 450, X + 700, Y + 500).exterior])
    desk.write("parcels.gpkg", shapes=shapes)


@case(codes="geometry.gap", truth=_area(3, 9_995.0))
def a_gap_between_neighbours(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=_with(3, box(X + 500, Y + 400, X + 599.95, Y + 500)))


@case(absent=("geometry.gap", "geometry.parcels_overlap", "geometry.sliver_overlap"), truth=_area(3, 10_000.0))
def neighbours_that_share_an_edge(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=_with(3, box(X + 500, Y + 400, X + 600, Y + 500)))


@case(refused="row.blank_key")
def a_carrier_without_an_id(desk: Desk) -> None:
    """It ended in a traceback."""
    desk.write("parcels.gpkg")
    desk.write("carriers.gpkg", {"carrier_id": ["甲园", None], "carrier_type": ["开发区", "开发区"]}, [CARRIER, box(X + 700, Y, X + 800, Y + 100)])


@case(refused="key.duplicate")
def one_key_twice(desk: Desk) -> None:
    keys = [*COLUMNS["宗地代码"][:4], COLUMNS["宗地代码"][0]]
    desk.write("parcels.gpkg", COLUMNS | {"宗地代码": keys})


@case(codes="area.registered_differs")
def registered_areas_that_differ(desk: Desk) -> None:
    desk.write("parcels.gpkg", {"宗地代码": COLUMNS["宗地代码"], "土地用途": COLUMNS["土地用途"], "登记面积(平方米)": [40_000.0, 20_000.0, 39_000.0, 11_000.0, 37_500.0]})
    desk.layer = '[layers.parcels.columns]\nregistered_area = { column = "登记面积(平方米)", unit = "m2" }'


@case(refused="unit.factor")
def registered_areas_in_mu_said_to_be_hectares(desk: Desk) -> None:
    desk.write("parcels.gpkg", {"宗地代码": COLUMNS["宗地代码"], "土地用途": COLUMNS["土地用途"], "登记面积": [a * 3 / 2000 for a in PLANE_M2]})
    desk.layer = '[layers.parcels.columns]\nregistered_area = { column = "登记面积", unit = "ha" }'


