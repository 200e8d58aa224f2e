"""Settings that would count nothing, everything or in degrees are refused by name; those that mean something pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely.geometry import box

from spatial.errors import Refused
from spatial.normalise.land_use import unknown_uses
from spatial.read.declarations import code_tables
from spatial.read.study import load_study
from tests.flow.conftest import District, analysed

DOUBTFUL = ["rules.industrial_uses=[]", 'rules.industrial_uses=[""]', "rules.industrial_uses=", 'rules.industrial_uses=["1001", " "]', "rules.industrial_uses=[true]", 'rules.paid_uses=[""]',
            "join.repair_tolerance=inf", "join.repair_tolerance=1.01", "join.area_tolerance=inf", "join.area_tolerance=nan", "rules.warning_days=1e300", "rules.warning_days=0.5",
            "whatif.redevelop_worst=0.5", 'whatif.redevelop=[""]', "sheets.scale=inf", "engine.partitions=1.5", "engine.workers=inf", "engine.large=inf", "join.area_tolerance=-0.1",
            "study.working_crs=EPSG:4490", "study.working_crs=EPSG:3857", "study.working_crs=EPSG:2263", "study.working_crs=nonsense", "study.working_crs=", "join.allocation=true",
            'layers.parcels.where={column="land_use", in=[]}', 'layers.parcels.where={column="land_use", min=5, max=4}']
MEANT = ['rules.industrial_uses="1001"', "rules.paid_uses=[]", "join.match_by=[]", "join.repair_tolerance=1", "join.area_tolerance=0", "rules.warning_days=0", "engine.large=0",
         "study.working_crs=EPSG:4549", "study.working_crs=auto", "sheets.draw=false", "sheets.draw=no", "sheets.geotiff=true", 'layers.parcels.where={column="land_use", min=4, max=4}']


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return District(tmp_path_factory.mktemp("settings")).write()


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_setting_that_cannot_be_meant_is_refused_by_name(study: Path, text: str) -> None:
    with pytest.raises(Refused) as refused:
        load_study(study, sets=[text])
    [finding] = refused.value.findings
    assert finding.code == "study.wrong_value" and finding.field.startswith(text.partition("=")[0])


@pytest.mark.parametrize("text", MEANT)
def test_a_setting_that_means_something_passes(study: Path, text: str) -> None:
    load_study(study, sets=[text])


@pytest.mark.parametrize(("code", "known"), [("1001", True), ("10", True), ("100101", True), ("1101", True), ("07", True), ("9999", False), ("1099", False), ("M1", False), ("0601", False),
                                             ("1", False), ("1001,1101", False)])
def test_codes_of_land_use_are_those_of_the_table(code: str, known: bool) -> None:
    assert unknown_uses([code], code_tables()) == ([] if known else [code])


def test_uses_that_no_class_has_are_refused_in_china_and_taken_elsewhere(district: District) -> None:
    sets = ['rules.industrial_uses=["1001", "9999"]', 'rules.paid_uses=["0701", "88"]']
    with pytest.raises(Refused) as refused:
        analysed(district, sets=sets)
    assert [(f.code, f.field, f.value_seen) for f in refused.value.findings if f.severity == "error"] == [
        ("study.unknown_use", "rules.industrial_uses", "9999"), ("study.unknown_use", "rules.paid_uses", "88")]
    for name, key in (("parcels.gpkg", "parcel_id"), ("carriers.gpkg", "carrier_id")):  # the same shapes in Massachusetts
        district.layer(name, {key: ["A"], "land_use": ["9999"]}, [box(320_000, 4_690_000, 320_200, 4_690_200)], 32619)
    assert analysed(district, sets=sets).study.industrial("9999")


def test_a_switch_may_be_written_as_toml_writes_it(study: Path) -> None:
    assert [load_study(study, sets=[f"sheets.draw={word}"]).sheets["draw"] for word in ("false", "true", '"no"')] == ["no", "yes", "no"]
