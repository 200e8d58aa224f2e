"""The shifts of web maps against the figures of the rule book, and back."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Geod

from spatial.errors import Refused
from spatial.normalise.web_datum import from_web, named, to_bd09, to_gcj02
from tests.flow.conftest import CARRIER, District, district

__all__ = ["district"]
LON, LAT = np.array([120.264]), np.array([30.185])
GEOD = Geod(ellps="WGS84")


def test_the_offsets_of_the_rule_book() -> None:
    azimuth, _, metres = GEOD.inv(LON, LAT, *to_gcj02(LON, LAT))
    assert metres[0] == pytest.approx(509, abs=1)
    assert azimuth[0] == pytest.approx(122, abs=1)
    _, _, metres = GEOD.inv(LON, LAT, *to_bd09(*to_gcj02(LON, LAT)))
    assert metres[0] == pytest.approx(1127, abs=2)


@pytest.mark.parametrize("system", ["GCJ-02", "BD-09"])
def test_the_inverse_comes_back_to_a_millimetre(system: str) -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(75, 134, 500), rng.uniform(18, 53, 500)
    there = to_gcj02(lon, lat)
    there = to_bd09(*there) if system == "BD-09" else there
    back = from_web(*there, system)
    assert np.max(GEOD.inv(lon, lat, *back)[2]) < 0.001


def test_names_as_offices_write_them() -> None:
    assert [named(text) for text in ("gcj02", "GCJ-02", "bd09", "BD_09", "EPSG:4490")] == ["GCJ-02", "GCJ-02", "BD-09", "BD-09", ""]


def test_a_layer_said_to_be_in_gcj02_lies_where_it_should(district: District) -> None:
    import geopandas as gpd

    plain = district.analyse().result
    degrees = gpd.GeoSeries([CARRIER.segmentize(20)], crs=4549).to_crs(4490).iloc[0]
    shifted = shapely.transform(degrees, lambda xy: np.column_stack(to_gcj02(xy[:, 0], xy[:, 1])))
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, [shifted], crs=4490)
    text = district.write().read_text(encoding="utf-8")
    with pytest.raises(Refused):  # half a kilometre off: no parcel is left inside
        district.run()
    study = district.folder / "study.toml"
    study.write_text(text.replace('path = "carriers.gpkg"', 'path = "carriers.gpkg"\ncrs = "GCJ-02"'), encoding="utf-8")
    from spatial import pipeline

    right = pipeline.analyse(pipeline.load_study(study), sensitivity=False)
    assert right.balance["inside_m2"] == pytest.approx(plain.balance["inside_m2"], abs=0.5)
    assert "crs.web_shifted" in {f.code for f in right.findings}


def test_metres_said_to_be_gcj02_are_refused(district: District) -> None:
    text = district.write().read_text(encoding="utf-8").replace('path = "carriers.gpkg"', 'path = "carriers.gpkg"\ncrs = "GCJ-02"')
    (district.folder / "study.toml").write_text(text, encoding="utf-8")
    from spatial import pipeline

    with pytest.raises(Refused) as refused:
        pipeline.run(district.folder / "study.toml")
    assert "crs.web_not_degrees" in {f.code for f in refused.value.findings}
