"""Cases of the CRS gate: what the coordinates are, whatever the file says or leaves unsaid."""

from __future__ import annotations

import contextlib
import sqlite3
from functools import partial
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely.affinity import translate

from tests.corpus.cases import case
from tests.corpus.desk import Desk, wkt1
from tests.corpus.ground import CARRIER, COLUMNS, METRIC, SHAPES, Truth, X, Y, in_crs
from tests.corpus.writers import shapefile

CGCS = 'datum = "CGCS2000"'


def _bare(desk: Desk, epsg: int, shapes: Any = None, **options: Any) -> None:
    shapefile(desk, "parcels.shp", shapes=shapes, epsg=epsg, prj=None, cpg="GBK", **options)


def _labelled(desk: Desk, really: int, says: int, shapes: Any = None) -> None:
    shapefile(desk, "parcels.shp", shapes=in_crs(really) if shapes is None else shapes, prj=wkt1(says), cpg="GBK")


@case(refused="crs.none")
def prefixed_without_prj(desk: Desk) -> None:
    _bare(desk, 4528)


@case(codes="crs.taken_from_coordinates")
def prefixed_without_prj_on_a_stated_datum(desk: Desk) -> None:
    _bare(desk, 4528)
    desk.study_keys = CGCS


@case(codes="crs.taken_from_coordinates")
def six_degree_prefix_on_a_stated_datum(desk: Desk) -> None:
    _bare(desk, 4499)  # zone 21
    desk.study_keys = CGCS


@case(codes="crs.taken_from_coordinates")
def plain_without_prj_beside_carriers_that_have_one(desk: Desk) -> None:
    _bare(desk, METRIC)
    desk.study_keys = CGCS


@case(refused="crs.ambiguous")
def plain_without_prj_and_nothing_to_lie_by(desk: Desk) -> None:
    _bare(desk, METRIC)
    shapefile(desk, "carriers.shp", {"carrier_id": ["甲园"]}, [CARRIER], prj=None, cpg="GBK")
    desk.carriers, desk.study_keys = "carriers.shp", CGCS


@case()
def plain_without_prj_with_the_code_in_the_study(desk: Desk) -> None:
    _bare(desk, METRIC)
    desk.layer = 'crs = "EPSG:4549"'


@case(refused="crs.none")
def degrees_without_prj(desk: Desk) -> None:
    _bare(desk, 4490)


@case(codes="crs.taken_from_coordinates")
def degrees_without_prj_on_a_stated_datum(desk: Desk) -> None:
    _bare(desk, 4490)
    desk.study_keys = CGCS


@case(codes="crs.taken_from_coordinates")
def degrees_without_prj_on_wgs84(desk: Desk) -> None:
    _bare(desk, 4326)
    desk.study_keys = 'datum = "WGS84"'


@case(refused="crs.unknown_datum")
def a_datum_of_nonsense(desk: Desk) -> None:
    _bare(desk, 4528)
    desk.study_keys = 'datum = "国家坐标"'


@case(refused="crs.unreadable")
def prj_of_nonsense(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", epsg=4528, prj="GIBBERISH", cpg="GBK")


@case(codes="crs.unreadable_replaced")
def prj_of_nonsense_on_a_stated_datum(desk: Desk) -> None:
    prj_of_nonsense(desk)
    desk.study_keys = CGCS


@case(refused="crs.unreadable")
def local_frame(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", prj='LOCAL_CS["城市独立坐标系",UNIT["metre",1]]', cpg="GBK")


@case(refused=("crs.prefix_mismatch",))
def prefixed_under_a_plain_code(desk: Desk) -> None:
    _labelled(desk, 4528, 4549)


@case(codes="crs.wrong_replaced")
def prefixed_under_a_plain_code_on_a_stated_datum(desk: Desk) -> None:
    _labelled(desk, 4528, 4549)
    desk.study_keys = CGCS


@case(refused="crs.prefix_mismatch")
def plain_under_a_prefixed_code(desk: Desk) -> None:
    _labelled(desk, 4549, 4528)


@case(codes="crs.wrong_replaced")
def plain_under_a_prefixed_code_on_a_stated_datum(desk: Desk) -> None:
    _labelled(desk, 4549, 4528)
    desk.study_keys = CGCS


@case(refused="crs.prefix_mismatch")
def zone_40_labelled_zone_39(desk: Desk) -> None:
    _labelled(desk, 4528, 4527)


@case(codes="crs.wrong_replaced")
def zone_40_labelled_zone_39_on_a_stated_datum(desk: Desk) -> None:
    _labelled(desk, 4528, 4527)
    desk.study_keys = CGCS


@case(refused="crs.far_from_others")
def a_wrong_meridian(desk: Desk) -> None:
    """Right by every window of numbers: only the other layer tells."""
    desk.layer = 'crs = "EPSG:4546"'
    _bare(desk, METRIC)


@case(refused="crs.far_from_others")
def carriers_in_another_province(desk: Desk) -> None:
    desk.write("parcels.gpkg")
    desk.write("carriers.gpkg", {"carrier_id": ["甲园"]}, [shapely.affinity.translate(shapely.box(0, 0, 500, 300), 520_000, 3_900_000)], METRIC)


@case(refused="crs.swapped_axes")
def north_first(desk: Desk) -> None:
    _labelled(desk, METRIC, METRIC, shapely.transform(np.asarray(SHAPES, dtype=object), lambda xy: xy[:, ::-1]))


@case(refused="crs.swapped_axes")
def north_first_with_a_prefix(desk: Desk) -> None:
    _labelled(desk, METRIC, 4528, shapely.transform(in_crs(4528), lambda xy: xy[:, ::-1]))


@case(refused="crs.swapped_axes")
def north_first_without_prj(desk: Desk) -> None:
    _bare(desk, 4528, shapely.transform(in_crs(4528), lambda xy: xy[:, ::-1]))
    desk.study_keys = CGCS


@case(refused="crs.swapped_axes")
def latitude_first(desk: Desk) -> None:
    _labelled(desk, METRIC, 4490, shapely.transform(in_crs(4490), lambda xy: xy[:, ::-1]))


@case(refused="crs.degrees_under_metric")
def degrees_under_a_metric_code(desk: Desk) -> None:
    _labelled(desk, 4490, 4549)


@case(refused="crs.metres_under_degrees")
def metres_under_degrees(desk: Desk) -> None:
    _labelled(desk, 4528, 4326)


@case(refused="crs.metres_under_degrees")
def metres_under_degrees_of_the_study(desk: Desk) -> None:
    _bare(desk, 4528)
    desk.layer = 'crs = "EPSG:4326"'


@case(codes="crs.study_over_file")
def the_study_over_a_wrong_prj(desk: Desk) -> None:
    _labelled(desk, 4528, 4326)
    desk.layer = 'crs = "EPSG:4528"'


@case(refused="crs.unknown_code")
def a_code_of_nonsense(desk: Desk) -> None:
    _bare(desk, 4528)
    desk.layer = 'crs = "EPSG:999999"'


@case(refused="crs.old_datum")
def xian_80(desk: Desk) -> None:
    _labelled(desk, 2384, 2384)


@case(refused="crs.old_datum")
def beijing_54_of_a_desktop_gis(desk: Desk) -> None:
    _labelled(desk, 2436, 2436)


@case(refused="crs.old_datum")
def xian_80_in_degrees(desk: Desk) -> None:
    _labelled(desk, 4610, 4610)


@case(refused="crs.old_datum")
def xian_80_by_the_study(desk: Desk) -> None:
    _bare(desk, 2364)
    desk.study_keys = 'datum = "西安80"'


ROUGH = Truth(inside_m2=(40_000.0, 5_000.0, 0.0, 0.0, 0.0))


@case(codes="crs.shifted", tolerance=4e-5)
def xian_80_with_seven_parameters(desk: Desk) -> None:
    """The ground shifted back by a known shift, then brought forward by it."""
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(METRIC, 4490, always_xy=True)
    back = Transformer.from_pipeline("+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +a=6378137 +rf=298.257222101 "
                                     "+step +inv +proj=helmert +x=12.5 +y=-88.25 +z=-41.75 +rx=1.1 +ry=-0.7 +rz=2.3 +s=-3.5 +convention=position_vector "
                                     "+step +inv +proj=cart +a=6378140 +rf=298.257 +step +proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +a=6378140 +rf=298.257")

    def moved(xy: np.ndarray) -> np.ndarray:
        lon, lat = to_degrees.transform(xy[:, 0], xy[:, 1])
        x, y, _ = back.transform(lon, lat, np.zeros(len(xy)))
        return np.column_stack([x, y])

    _labelled(desk, METRIC, 2385, shapely.transform(np.asarray(SHAPES, dtype=object), moved))
    desk.study_keys = '[study.datum_parameters]\n"Xian 1980" = [12.5, -88.25, -41.75, 1.1, -0.7, 2.3, -3.5]'


@case(codes="crs.shifted")
def beijing_54_with_four_parameters(desk: Desk) -> None:
    moved = shapely.transform(np.asarray(SHAPES, dtype=object), lambda xy: xy - [45.5, -30.25])
    _labelled(desk, METRIC, 2437, moved)
    desk.study_keys = '[study.datum_parameters]\n"Beijing 1954" = [45.5, -30.25, 0, 0]'


@case(refused="crs.wrong_parameters")
def xian_80_with_five_parameters(desk: Desk) -> None:
    xian_80(desk)
    desk.study_keys = '[study.datum_parameters]\n"Xian 1980" = [1, 2, 3, 4, 5]'


@case()
def web_mercator_declared(desk: Desk) -> None:
    desk.write("parcels.gpkg", epsg=3857)


@case()
def web_mercator_in_the_words_of_gdal(desk: Desk) -> None:
    """Its text holds `+nadgrids=@null`, which says that there is no grid; a grid of a name is a file (`a_grid_of_a_name`)."""
    shapefile(desk, "parcels.shp", shapes=in_crs(3857), prj=CRS.from_epsg(3857).to_wkt("WKT1_GDAL"), cpg="GBK")


@case(refused="crs.unreadable")
def a_grid_of_a_name(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", shapes=in_crs(3857), prj=CRS.from_epsg(3857).to_wkt("WKT1_GDAL").replace("@null", "@null,here.gsb"), cpg="GBK")


@case(refused="crs.ambiguous")
def web_mercator_without_prj(desk: Desk) -> None:
    _bare(desk, 3857)
    desk.study_keys = CGCS


@case()
def utm_declared(desk: Desk) -> None:
    desk.write("parcels.gpkg", epsg=32651)


@case()
def six_degree_zone_declared(desk: Desk) -> None:
    desk.write("parcels.gpkg", epsg=4510)


@case()
def well_known_text_of_a_desktop_gis(desk: Desk) -> None:
    _labelled(desk, 4528, 4528)


@case(codes="crs.beyond_zone")
def beyond_its_zone(desk: Desk) -> None:
    desk.write("parcels.gpkg", epsg=4547)


@case(refused="crs.two_meridians")
def rows_of_two_zones_without_prefix(desk: Desk) -> None:
    """Two of the five parcels are written by the meridian of 117: by that of 120 they lie 289 km to the east."""
    desk.write("parcels.gpkg", shapes=[*in_crs(4549)[:3], *in_crs(4548)[3:]], epsg=4549)


@case(refused="crs.two_meridians")
def rows_of_two_zones_in_the_zone_of_the_study(desk: Desk) -> None:
    _bare(desk, 4549, [*in_crs(4549)[:4], *in_crs(4550)[4:]])
    desk.layer = 'crs = "EPSG:4549"'


@case(codes=("crs.beyond_zone", "geometry.far_parcels"), absent="crs.two_meridians", tolerance=2e-3)
def a_parcel_far_away_in_the_same_zone(desk: Desk) -> None:
    """190 km to the east and 40 to the north: no meridian brings it back beside the others. Its plane area is 1.001 times the true one there."""
    shapes = list(in_crs(4549))
    desk.write("parcels.gpkg", shapes=[*shapes[:4], translate(shapes[4], 190_000, 40_000)])


@case()
def carriers_in_another_system(desk: Desk) -> None:
    desk.write("parcels.gpkg", epsg=4528)
    desk.write("carriers.gpkg", {"carrier_id": ["甲园"]}, list(in_crs(4326, [CARRIER])), 4326)


@case(refused="crs.row_outside")
def one_row_of_zeros(desk: Desk) -> None:
    shapes = list(in_crs(METRIC))
    shapes[3] = shapely.box(0, 0, 100, 100)
    shapefile(desk, "parcels.shp", shapes=shapes, cpg="GBK")


@case(refused="crs.row_outside")
def one_row_with_a_prefix(desk: Desk) -> None:
    shapes = list(in_crs(METRIC))
    shapes[3] = in_crs(4528)[3]
    shapefile(desk, "parcels.shp", shapes=shapes, cpg="GBK")


@case(refused="crs.mixed_coordinates")
def rows_of_two_systems_without_prj(desk: Desk) -> None:
    shapes = list(in_crs(4528))
    shapes[3] = in_crs(4490)[3]
    _bare(desk, 4528, shapes)
    desk.study_keys = CGCS


@case(refused="crs.mixed_coordinates")
def prefixes_of_two_zones_without_prj(desk: Desk) -> None:
    """39 and 40 are zones both: the layer is two sheets put together."""
    _bare(desk, 4528, [*in_crs(4527)[:3], *in_crs(4528)[3:]])
    desk.study_keys = CGCS


@case(refused="crs.mixed_coordinates")
def prefixes_of_two_zones_under_one_of_them(desk: Desk) -> None:
    _labelled(desk, 4527, 4527, [*in_crs(4527)[:2], *in_crs(4528)[2:]])


@case(refused="crs.no_such_zone")
def a_prefix_that_is_no_zone(desk: Desk) -> None:
    _bare(desk, 4528, shapely.transform(in_crs(4528), lambda xy: xy - [16e6, 0]))
    desk.study_keys = CGCS


@case(refused="crs.impossible")
def a_citys_own_frame(desk: Desk) -> None:
    _bare(desk, METRIC, shapely.transform(in_crs(METRIC), lambda xy: xy - [450_000, 3_330_000]))
    desk.study_keys = CGCS


@case(refused="crs.impossible")
def a_citys_own_frame_without_a_datum(desk: Desk) -> None:
    """No datum makes it known: to be asked for one would lead nowhere."""
    _bare(desk, METRIC, shapely.transform(in_crs(METRIC), lambda xy: xy - [450_000, 3_330_000]))


@case()
def a_citys_own_frame_with_its_definition(desk: Desk) -> None:
    _bare(desk, METRIC, shapely.transform(in_crs(METRIC), lambda xy: xy - [450_000, 3_330_000]))
    (desk.folder / desk.path).with_suffix(".prj").write_text(
        'PROJCS["City",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        'PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",50000.0],PARAMETER["False_Northing",-3330000.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]', encoding="ascii")


@case(refused="crs.none")
def no_crs_in_a_geopackage(desk: Desk) -> None:
    path = desk.write("parcels.gpkg", shapes=list(in_crs(4528)), epsg=4528)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        for table in ("gpkg_contents", "gpkg_geometry_columns"):
            connection.execute(f"UPDATE {table} SET srs_id = -1")
    connection.close()


@case()
def no_datum_in_a_parquet_is_wgs84_by_its_standard(desk: Desk) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({**COLUMNS, "geometry": shapely.to_wkb(in_crs(4326)).tolist()})
    geo = b'{"version":"1.0.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["Polygon"]}}}'
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), desk.named(desk.folder / "parcels.parquet"))


@case(refused="crs.none")
def a_null_crs_in_a_parquet(desk: Desk) -> None:
    no_datum_in_a_parquet_is_wgs84_by_its_standard(desk)
    import pyarrow.parquet as pq

    path = desk.folder / "parcels.parquet"
    table = pq.read_table(path)
    geo = table.schema.metadata[b"geo"].replace(b'"encoding"', b'"crs":null,"encoding"')
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), path)


@case(codes="crs.web_shifted", tolerance=4e-5)
def boundaries_from_a_web_map_as_declared(desk: Desk) -> None:
    desk.write("parcels.gpkg")
    desk.text("carriers.geojson", collection_of(to_web(in_crs(4326, [CARRIER]))))
    desk.carriers, desk.carrier_layer = "carriers.geojson", 'crs = "GCJ-02"'


def to_web(shapes: Any) -> Any:
    from spatial.normalise.web_datum import to_gcj02

    return shapely.transform(shapes, lambda xy: np.column_stack(to_gcj02(xy[:, 0], xy[:, 1])))


def collection_of(shapes: Any) -> str:
    import json

    from shapely.geometry import mapping

    rows = [{"type": "Feature", "properties": {"carrier_id": "甲园"}, "geometry": mapping(shape)} for shape in shapes]
    return json.dumps({"type": "FeatureCollection", "features": rows})



def _stated(desk: Desk, datum: str, ellipsoid: str) -> None:
    text = wkt1(METRIC)
    at = text.index("DATUM[")
    end = text.index("]]", at) + 2
    shapefile(desk, "parcels.shp", prj=f'{text[:at]}DATUM["{datum}",SPHEROID[{ellipsoid}]]{text[end:]}'.replace("GCS_China_Geodetic_Coordinate_System_2000", "GCS_Local")
              .replace("CGCS2000_3_Degree_GK_CM_120E", "Local"), cpg="GBK")


@case(refused="crs.old_datum", codes="crs.datum_by_ellipsoid")
def a_local_datum_on_the_ellipsoid_of_beijing_54(desk: Desk) -> None:
    """PROJ takes it for Pulkovo 1942 or moves it by nothing: half a hundred metres off in silence either way."""
    _stated(desk, "D_Hangzhou_Local", '"Krasovsky_1940",6378245.0,298.3')


@case(codes="crs.datum_by_ellipsoid")
def a_local_datum_on_the_ellipsoid_of_cgcs2000(desk: Desk) -> None:
    _stated(desk, "D_Hangzhou_Local", '"CGCS2000",6378137.0,298.257222101')


@case(refused="crs.nameless_datum")
def a_local_datum_on_an_ellipsoid_of_elsewhere(desk: Desk) -> None:
    _stated(desk, "D_Hangzhou_Local", '"Clarke_1866",6378206.4,294.9786982')


@case(codes="crs.study_over_file")
def a_local_datum_that_the_study_resolves(desk: Desk) -> None:
    a_local_datum_on_an_ellipsoid_of_elsewhere(desk)
    desk.layer = 'crs = "EPSG:4549"'


def _named_for_the_web(desk: Desk, shapes: Any) -> None:
    text = wkt1(4490).replace("GCS_China_Geodetic_Coordinate_System_2000", "GCS_GCJ_02").replace("D_China_2000", "D_GCJ_02")
    shapefile(desk, "parcels.shp", shapes=shapes, epsg=4490, prj=text, cpg="GBK")


@case(refused="crs.web_named")
def a_system_named_for_a_web_map(desk: Desk) -> None:
    _named_for_the_web(desk, to_web(in_crs(4490)))


@case(codes="crs.web_shifted", tolerance=4e-5)
def a_system_named_for_a_web_map_and_declared(desk: Desk) -> None:
    _named_for_the_web(desk, to_web(in_crs(4490)))
    desk.layer = 'crs = "GCJ-02"'


@case()
def a_prj_saved_as_unicode(desk: Desk) -> None:
    path = shapefile(desk, "parcels.shp", cpg="GBK").with_suffix(".prj")
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))


FOOT_M = 1200 / 3937
FEET = wkt1(METRIC).replace('UNIT["Meter",1.0]', f'UNIT["Foot_US",{FOOT_M!r}]').replace('"False_Easting",500000.0', f'"False_Easting",{500_000 / FOOT_M!r}')


def _in_feet() -> Any:
    return shapely.transform(in_crs(METRIC), lambda xy: xy / FOOT_M)


@case()
def feet_that_say_so(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", shapes=_in_feet(), prj=FEET, cpg="GBK")


@case(refused="crs.outside_area_of_use")
def feet_under_a_label_of_metres(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", shapes=_in_feet(), cpg="GBK")


@case(refused="crs.far_from_others")
def metres_under_a_label_of_feet(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", prj=FEET, cpg="GBK")


@case(codes="crs.misnamed")
def a_prj_whose_name_speaks_of_another_datum(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", prj=wkt1(4549).replace("CGCS2000_3_Degree_GK_CM_120E", "Xian_1980_3_Degree_GK_CM_120E"), cpg="GBK")


@case(codes="crs.misnamed")
def a_prj_whose_name_speaks_of_another_meridian(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", prj=wkt1(4549).replace("GK_CM_120E", "GK_CM_117E"), cpg="GBK")


@case(refused="crs.old_datum")
def carriers_on_a_datum_that_nothing_brings_here(desk: Desk) -> None:
    """Pulkovo 1942 stands for Beijing 1954 in old desktop GIS; PROJ leaves it where it is."""
    desk.write("parcels.gpkg")
    desk.write("carriers.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, list(in_crs(4284, [CARRIER])), 4284)


def _in_hong_kong(desk: Desk, of_carriers: int) -> None:
    """The ground in Kowloon, parcels on the grid of Hong Kong 1980; the carrier by way of WGS 84, whose transformation there is known to a metre."""
    grid = [shapely.affinity.translate(shape, 833_000 - X, 820_000 - Y) for shape in (*SHAPES, CARRIER)]
    move = Transformer.from_crs(2326, 4326, always_xy=True)
    desk.write("parcels.gpkg", shapes=grid[:-1], epsg=2326)
    carrier = shapely.transform(grid[-1], lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))
    desk.write("carriers.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, [carrier], of_carriers)


@case()
def hong_kong_beside_wgs84(desk: Desk) -> None:
    _in_hong_kong(desk, 4326)


@case()
def hong_kong_beside_cgcs2000(desk: Desk) -> None:
    _in_hong_kong(desk, 4490)


US_FOOT_M = 1200 / 3937


def _in_new_york(desk: Desk, says: int) -> None:
    """The ground laid into the state plane of Long Island, whose unit is the foot of the survey; carriers in degrees."""
    move = partial(shapely.transform, transformation=lambda xy: (xy - [X, Y]) / US_FOOT_M + [980_000.0, 200_000.0])
    there = Transformer.from_crs(2263, 4326, always_xy=True)
    carrier = shapely.transform(move(CARRIER), lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
    desk.write("carriers_there.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, [carrier], 4326)
    desk.carriers = "carriers_there.gpkg"
    desk.write("parcels.gpkg", shapes=list(move(np.asarray(SHAPES, dtype=object))), epsg=says)


@case()
def feet_of_the_survey(desk: Desk) -> None:
    _in_new_york(desk, 2263)


@case(refused="crs.outside_area_of_use")
def feet_under_the_metric_twin_of_their_system(desk: Desk) -> None:
    """EPSG:32118 is the same plane in metres; it is not north-first either, though its numbers look so by the windows of China."""
    _in_new_york(desk, 32118)


@case(refused="crs.scaled")
def millimetres_under_a_label_of_metres(desk: Desk) -> None:
    desk.write("parcels.gpkg", shapes=shapely.transform(np.asarray(SHAPES, dtype=object), lambda xy: xy * 1000))


@case(refused="crs.scaled")
def kilometres_without_prj_on_a_stated_datum(desk: Desk) -> None:
    _bare(desk, 4528, shapely.transform(in_crs(4528), lambda xy: xy / 1000))
    desk.study_keys = 'datum = "CGCS2000"'


@case(refused="crs.impossible")
def a_frame_of_a_works_of_its_own(desk: Desk) -> None:
    """From a corner of its own, north and east to 1,000 m and more: as kilometres it would be 800 km wide."""
    _bare(desk, METRIC, shapely.transform(np.asarray(SHAPES, dtype=object), lambda xy: xy - [X - 100, Y - 400]))
    desk.study_keys = 'datum = "CGCS2000"'
