"""The 开发区 intensive-use evaluation by hand: accounts, scores by ideal values and weights, the four potentials, density, and the 2010 management indicators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from shapely.geometry import box

from spatial import pipeline
from spatial.errors import Refused
from spatial.read.intensive_profiles import load_intensive, profile_of
from tests.flow.conftest import District, X, Y

Value = Callable[..., Any]
HA_MU = 15
PROFILE = """
zh = "试"
version = "1"
evidence = "practice"
cap = 100
[types]
industrial_share_over = 0.30
housing_share_from = 0.25
[[type]]
id = "industrial"
target = [{ id = "A", weight = 0.6 }, { id = "C", weight = 0.4 }]
sub = [{ id = "A1", target = "A", weight = 1 }, { id = "A2", target = "A", weight = 1 }, { id = "A3", target = "A", weight = 2 }, { id = "C1", target = "C", weight = 1 }]
item = [
    { sub = "A1", indicator = "supply_rate", weight = 1, ideal = 1.0, reason = "试" }, { sub = "A2", indicator = "industrial_land_share", weight = 1, ideal = 0.9, reason = "试" },
    { sub = "A3", indicator = "industrial_floor_area_ratio", weight = 1, ideal = 1.2, reason = "试" },
    { sub = "A3", indicator = "industrial_building_coefficient", weight = 1, ideal = 0.32, reason = "试" }, { sub = "C1", indicator = "land_idle_rate", weight = 1, reason = "试" },
]
[[type]]
id = "mixed"
target = [{ id = "B", weight = 1 }]
sub = [{ id = "B1", target = "B", weight = 1 }]
item = [{ sub = "B1", indicator = "population_density", weight = 1, ideal = 50, reason = "试" }]
"""


@pytest.fixture
def zone(district: District) -> District:
    """4 ha of industry, 1 of housing, 1 supplied and bare, 1 still to be supplied, 1 idle: A = 5, D = 7, A + B21 = 8."""
    classes = {"A2": ("A2", "D22", 4), "A1": ("A1", "D1", 1), "B": ("B21", "D21", 1), "E": ("B21", "E21", 1), "G": ("B21", "G", 1)}
    left, shapes = float(X), []
    for _, _, size in classes.values():
        shapes.append(box(left, Y, left + 100 * size, Y + 100))
        left += 100 * size
    district.layer("parcels.gpkg", {"parcel_id": list(classes), "DLDM": [row[0] for row in classes.values()], "GYDM": [row[1] for row in classes.values()],
                                    "建筑面积(平方米)": [36_000.0, 10_000.0, 0.0, 0.0, 0.0], "建筑基底面积(平方米)": [16_000.0, 2_000.0, 0.0, 0.0, 0.0], "堆场面积(平方米)": [0.0] * 5}, shapes)
    district.layer("carriers.gpkg", {"carrier_id": ["开发区"], "carrier_type": ["开发区"]}, [box(X - 10, Y - 10, left + 10, Y + 110)])
    (district.folder / "办法.toml").write_text(PROFILE, encoding="utf-8")
    district.parts["rules"] = 'intensive_use = "办法.toml"'
    return district


def test_a_score_is_the_sum_of_weighted_scores_and_the_potentials_hang_on_ideal_values(zone: District, value: Value) -> None:
    """0.15 x (87.5 + 88.89 + 75 + 100, capped) + 0.4 x 85.71; 5 ha x (0.9 - 0.8); 4 ha x (1.2 - 0.9) / 1.2; E = 1 ha; G + D22 = 5 ha."""
    run = zone.run()
    for place in ("study_area", "开发区"):
        assert value(run, "intensive_use_score", place) == pytest.approx(0.15 * (87.5 + 800 / 9 + 75 + 100) + 0.4 * 600 / 7, rel=1e-4)
        told = [value(run, name, place) for name in ("structure_potential", "intensity_potential", "extension_potential", "management_potential")]
        assert told == pytest.approx([0.5 * HA_MU, 1.0 * HA_MU, 1.0 * HA_MU, 5.0 * HA_MU], rel=1e-3)
    assert "type=industrial" in value(run, "intensive_use_score", key="rule")
    items = run.result.lists["intensive_use"]
    assert items.loc[items["zone"].eq("开发区"), "weight"].sum() == pytest.approx(1.0)


def test_a_zone_that_lacks_an_item_has_no_score(zone: District, value: Value) -> None:
    zone.parts["rules"] = 'intensive_use = "heilongjiang-example"'
    run = zone.analyse()  # no investment, no tax
    assert (value(run, "intensive_use_score", key="status"), value(run, "intensity_potential", key="status")) == ("no_data", "no_data")
    assert value(run, "structure_potential") == 0.0  # 80 % industry is beyond the ideal


def test_population_density_is_of_the_zones_own_statistics(zone: District, value: Value) -> None:
    """300 residents on 5 ha of built land; repeated totals count once, a zone without a row is unknown."""
    zone.ledger("statistics", [{"区域": "开发区", "年度": 2020, "常住人口": 300}, {"区域": "开发区", "年度": 2020, "常住人口": 300}, {"区域": "开发区", "年度": 2019, "常住人口": 900}])
    run = zone.analyse()
    assert value(run, "population_density", "开发区") == pytest.approx(60.0, rel=1e-3)
    assert value(run, "population_density", key="status") == "no_data"


@pytest.mark.parametrize(("head", "cell"), [("常住人口(万人)", 0.03), ("常住人口(千人)", 0.3), ("常住人口(人)", 300), ("常住人口（期末）", 300)])
def test_people_in_ten_thousands_are_brought_to_people(zone: District, value: Value, head: str, cell: float) -> None:
    """300 residents on 5 ha of built land, however they are written."""
    zone.ledger("statistics", [{"区域": "开发区", "年度": 2020, head: cell}])
    assert value(zone.analyse(), "population_density", "开发区") == pytest.approx(60.0, rel=1e-3)


@pytest.mark.parametrize("unit", ["百人", "万户", "万"])
def test_a_multiple_that_is_no_known_unit_is_refused_and_not_taken_for_people(zone: District, unit: str) -> None:
    zone.ledger("statistics", [{"区域": "开发区", "年度": 2020, f"常住人口({unit})": 3}])
    errors = [finding for finding in pipeline.check(zone.write()) if finding.severity == "error"]
    assert [(finding.code, finding.field, finding.value_seen) for finding in errors] == [("unit.unknown", "population", unit)]


def test_management_indicators_of_2010(district: District, value: Value) -> None:
    """Paid 6 of 8 ha that must be, by auction 4; one of two expired uses disposed of; A was idle and is built, B is idle."""
    base = {"合同签订日期": "2012-01-01", "约定开工时间": "2013-01-01"}
    district.ledger("supply", [
        {**base, "宗地代码": "A", "供地方式": "挂牌出让", "供地面积(公顷)": 4, "实际竣工时间": "2016-01-01", "实际开工时间": "2015-01-01", "认定书文号": "闲认1号", "认定日期": "2014-06-01",
         "使用期届满日": "2019-01-01", "到期处置日期": "2019-06-01"},
        {**base, "宗地代码": "B", "供地方式": "协议出让", "供地面积(公顷)": 2, "实际竣工时间": "", "认定书文号": "闲认2号", "认定日期": "2015-01-01", "使用期届满日": "2020-01-01"},
        {**base, "宗地代码": "C", "供地方式": "划拨", "供地面积(公顷)": 2, "实际竣工时间": "2016-01-01", "使用期届满日": "2030-01-01"}])
    run = district.analyse(sets=['rules.paid_uses=["1001"]'])
    told = [value(run, name) for name in ("paid_use_rate", "auction_rate", "expired_disposal_rate", "idle_disposal_rate")]
    assert told == pytest.approx([6 / 8, 4 / 8, 4 / 6, 40_000 / 60_000], rel=1e-4)


def test_areas_in_two_units_are_refused(zone: District) -> None:
    zone.layer("parcels.gpkg", {"parcel_id": ["A2"], "DLDM": ["A2"], "floor_area": [36_000_000.0]}, [box(X, Y, X + 400, Y + 100)])
    zone.parts["parcels"] = '[layers.parcels.columns]\nfloor_area = { column = "floor_area", unit = "m2" }'
    with pytest.raises(Refused) as refused:
        zone.run()
    assert any(finding.severity == "error" for finding in refused.value.findings)


@pytest.mark.parametrize(("wrong", "told"), [("ideal = 1.2, reason", "ideal = 0, reason"), ('ideal = 1.0, reason = "试"', "ideal = 1.0"), ('id = "mixed"', 'id = "town"'),
                                             ("cap = 100", "cap = 0"), ('"industrial_land_share"', '"tax_per_mu"')])
def test_a_wrong_profile_is_refused(zone: District, wrong: str, told: str) -> None:
    (zone.folder / "办法.toml").write_text(PROFILE.replace(wrong, told), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        zone.run()
    assert [finding.code for finding in refused.value.findings if finding.severity == "error"] == ["intensive.wrong_profile"]


def test_the_packaged_profile_has_whole_weights(district: District) -> None:
    profile, problems = load_intensive("heilongjiang-example", district.folder)
    assert profile is not None and not problems and callable(profile_of)
    assert {kind: sum(item.weight for item in items) for kind, items in profile.items.items()} == pytest.approx({"industrial": 1.0, "mixed": 1.0})
    assert next(item.weight for item in profile.items["industrial"] if item.indicator == "supply_rate") == pytest.approx(0.7 * 0.25 * 0.5)
