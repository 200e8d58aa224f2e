"""Registered areas of vector layers in the unit of their header, and study files called by name, not by where they lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from spatial.errors import Refused
from spatial.read.study import load_study
from tests.corpus import headers
from tests.corpus.desk import Desk
from tests.corpus.ground import KEYS, PLANE_M2


@pytest.mark.parametrize("make", [headers.geopackage_with_square_metres_in_the_header, headers.geopackage_with_mu_in_the_header,
                                  headers.geojson_with_mu_after_an_underscore, headers.shapefile_with_mu_in_the_header])
def test_the_registered_area_has_the_unit_of_its_header(make: Callable[[Desk], None], tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    make(desk)
    parcels = desk.analyse().parcels.set_index("parcel_id").loc[list(KEYS)]
    np.testing.assert_allclose(parcels["registered_area_m2"].to_numpy(float), PLANE_M2, rtol=1e-5)


@pytest.mark.parametrize("text", ["", "[study]\nas_of = 2022-12-31\nnme = 1\n[layers.parcels]\npath = 'none.gpkg'\n", "= no TOML"])
def test_findings_call_a_study_file_by_its_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "研究.toml"
    if text:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_study(path)
    assert "研究.toml" in {finding.path for finding in refused.value.findings}
    assert all(str(tmp_path) not in str(finding.record()) + finding.line("zh") for finding in refused.value.findings)
