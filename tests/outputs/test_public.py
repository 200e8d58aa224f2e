"""A public edition: no enterprise value in any file, no small group, and nothing to be had by subtraction."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from spatial import pipeline
from tests.flow.conftest import District, X, Y

SECRET = 73_519.25  # one firm's tax, a number that stands nowhere else
NAMES = ("隐名精密机械", "91330100MA0SECRET9")


def built(district: District) -> District:
    """Five carriers of three types in a row, twelve firms: 4, 4, 1, 3 and none; the lone firm is the secret one."""
    boxes = {f"P{i:02d}": box(X + 100 * i, Y, X + 100 * i + 90, Y + 100) for i in range(12)}
    ends = {"甲园": (0, 4), "乙园": (4, 8), "丙园": (8, 9), "丁园": (9, 12)}
    district.layer("parcels.gpkg", {"parcel_id": list(boxes), "land_use": ["1001"] * 12, "floor_area": [9_000.0] * 12}, list(boxes.values()))
    district.layer("carriers.gpkg", {"carrier_id": list(ends), "carrier_type": ["开发区", "小镇", "小镇", "开发区"]},
                   [box(X + 100 * a - 5, Y - 5, X + 100 * b - 5, Y + 105) for a, b in ends.values()])
    firms = [{"enterprise_id": f"E{i:02d}", "enterprise_name": f"厂{i}", "year": 2020, "parcel_id": key, "evaluated": "是" if i != 2 else "否", "above_scale": "是", "industry": "C3811",
              "tax(万元)": 100 + i, "value_added(万元)": 1000 + i, "employees(人)": 10 + i, "land_registered(亩)": 12} for i, key in enumerate(boxes)]
    firms[8] |= {"enterprise_id": NAMES[1], "enterprise_name": NAMES[0], "tax(万元)": SECRET}
    district.ledger("enterprises", firms)
    district.parts["study"] = 'audience = "public"'
    district.parts["rules"] = 'inefficient = "huzhou-2021"'
    return district


@pytest.fixture
def town(district: District) -> District:
    return built(district)


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """The public and the internal edition of the town, for the tests that only read them."""
    town = built(District(tmp_path_factory.mktemp("town")))
    return town.run(), town.run(out=town.folder / "internal", sets=["study.audience=internal"])


def shown(run: Any, indicator: str) -> dict[str, Any]:
    return {row["zone"]: row for row in json.loads((run.folder / "results.json").read_text(encoding="utf-8"))["values"] if row["indicator"] == indicator}


def test_a_zone_of_one_firm_is_masked_and_so_is_what_would_tell_it(editions: tuple[Any, Any]) -> None:
    rows = shown(editions[0], "tax_per_mu")
    assert rows["丙园"]["status"] == "masked"
    assert (rows["丙园"]["value"], rows["丙园"]["numerator"], rows["丙园"]["n"]) == (None, None, 0)
    assert rows["study_area"]["status"] == "ok", "eleven firms of the district are no small group"
    open_zones = {zone for zone, row in rows.items() if row["status"] == "ok"}
    assert not {"甲园", "乙园", "丁园"} <= open_zones, "the district less the others would be the lone firm"
    assert not {"乙园", "type:小镇"} <= open_zones, "its type less its neighbour would be the lone firm"


def test_no_combination_of_the_published_sums_is_about_fewer_than_three_firms(editions: tuple[Any, Any]) -> None:
    """Every published numerator as an equation over the firms, solved for each firm and each pair by brute force."""
    run = editions[0]
    firms = {f"P{i:02d}": i for i in range(12)}
    held = {"甲园": range(4), "乙园": range(4, 8), "丙园": range(8, 9), "丁园": range(9, 12), "type:开发区": [0, 1, 2, 3, 9, 10, 11], "type:小镇": range(4, 9), "study_area": range(12)}
    rows = []
    for indicator, counted in (("tax_per_mu", [i for i in range(12) if i != 2]), ("industrial_tax_intensity", range(12)), ("overall_tax_intensity", range(12))):
        for zone, row in shown(run, indicator).items():
            if row["status"] == "ok" and zone in held:
                rows.append([1.0 if i in held[zone] and i in counted else 0.0 for i in range(12)])
    matrix = np.array(rows)
    assert len(matrix) >= 2, "something is published"
    rank = np.linalg.matrix_rank(matrix)
    for one in range(12):
        for two in range(one + 1):
            assert np.linalg.matrix_rank(np.delete(matrix, [one, two], axis=1)) == rank, (one, two, list(firms))


def test_the_internal_edition_masks_nothing(editions: tuple[Any, Any]) -> None:
    run = editions[1]
    assert shown(run, "tax_per_mu")["丙园"]["value"] == pytest.approx(SECRET / 12)
    assert "masked" not in set(run.result.values["status"])


def texts(path: Path) -> str:
    """Everything readable in a file, archives and databases unpacked."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            parts = []
            for name in archive.namelist():
                data = archive.read(name)
                parts.append(pd.read_parquet(io.BytesIO(data)).to_csv() if name.endswith(".parquet") else data.decode("utf-8", "replace"))
            return "\n".join(parts)
    if path.suffix == ".parquet":
        return pd.read_parquet(path).drop(columns=["geometry"]).to_csv()
    if path.suffix == ".gpkg":
        with contextlib.closing(sqlite3.connect(path)) as base, base:
            tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type='table'") if not name.startswith(("rtree", "sqlite"))]
            said = "\n".join(str(row) for table in tables for row in base.execute(f'SELECT * FROM "{table}"'))
        base.close()
        return said
    return path.read_bytes().decode("utf-8", "replace")


def test_no_file_holds_a_name_or_a_figure_of_an_enterprise(town: District) -> None:
    town.parts["study"] += '\npolicies = ["hangzhou-one-park-one-industry"]'
    public, internal = town.run(), town.run(out=town.folder / "internal", sets=["study.audience=internal"])
    numbers = (f"{SECRET:.2f}", f"{SECRET / 12:.4f}"[:7], f"{SECRET / 12:.2f}")
    leaks = {path.name for path in public.folder.rglob("*") if path.is_file() for word in (*NAMES, *numbers) if word in texts(path)}
    assert leaks == set()
    told = "".join(texts(path) for path in internal.folder.rglob("*") if path.is_file())
    assert NAMES[1] in told and numbers[0] in told, "the same words are there in the internal edition, so the search can find them"


def test_columns_of_firms_are_in_no_table_of_parcels(editions: tuple[Any, Any]) -> None:
    columns = set(pd.read_parquet(editions[0].folder / "parcels.parquet").columns)
    assert not [name for name in columns if re.search("tax|wanyuan|inefficient|employees|value_added", name) and name not in ("fee_wanyuan", "price_wanyuan")]


def test_a_finding_about_a_firms_cell_does_not_quote_it(town: District) -> None:
    text = (town.folder / "enterprises.csv").read_text(encoding="utf-8").replace("109,1009", "1x9.77,1009")
    (town.folder / "enterprises.csv").write_text(text, encoding="utf-8")
    run = town.run(sets=["join.on_bad_rows=set_aside"])
    assert [f for f in run.result.findings if f.role == "enterprises" and f.value_seen == "※"]
    assert all("1x9.77" not in texts(path) for path in run.folder.rglob("*") if path.is_file())


def test_money_of_parcels_is_masked_like_that_of_firms(town: District) -> None:
    """Tax brought to parcels by an attribute table: three parcels in one carrier, one in another."""
    town.parts["layers"] = ""
    town.ledger("attributes.money", [{"parcel_id": f"P{i:02d}", "tax(万元)": 100 + i} for i in range(4, 12)])
    town.parts["rules"] = 'per_mu_land = "parcels"'
    rows = shown(town.run(), "tax_per_mu")
    assert (rows["丙园"]["status"], rows["study_area"]["status"]) == ("masked", "ok")


def test_internal_outputs_say_that_they_are_internal_and_public_ones_do_not(editions: tuple[Any, Any]) -> None:
    public, internal = editions
    for name in ("results.json", "tables.xlsx", "report.docx", "layers.gpkg"):
        assert "内部资料" in texts(internal.folder / name), name
        assert "内部资料" not in texts(public.folder / name), name


def test_the_money_of_one_project_and_the_verdict_on_one_parcel_are_a_firms_own(town: District) -> None:
    """丙园 holds one project and one parcel of standard land; the other carriers of its type would give it away, a count of projects does not."""
    keys = [f"P{i:02d}" for i in range(12)]
    town.ledger("projects", [{"project_id": f"J{key}", "parcel_id": key, "registered_date": "2020-03-01", "year_done(万元)": 400 + i, "year_plan(万元)": 600 + i} for i, key in enumerate(keys)])
    town.ledger("standard_land", [{"parcel_id": key, "measure": "tax_per_mu", "operator": ">=", "commitment": 35, "actual": 30 + i, "stage": "production"} for i, key in enumerate(keys)])
    result = pipeline.analyse(pipeline.load_study(town.write()), sensitivity=False)
    for name in ("investment_completion_rate", "new_investment_share", "project_investment_year", "standard_land_compliance_share"):
        rows = result.values[result.values["indicator"] == name].set_index("zone")["status"]
        assert (rows["丙园"], rows["study_area"]) == ("masked", "ok") and "ok" in set(rows.drop("study_area")), name
        assert "masked" in (rows["乙园"], rows["type:小镇"]) and "masked" in (rows["甲园"], rows["乙园"], rows["丁园"]), name
    counted = result.values[result.values["indicator"] == "registered_project_count_year"].set_index("zone")
    assert counted.loc["丙园", ["value", "status"]].tolist() == [1.0, "ok"]
    assert result.trail is not None and not {"projects", "standard_land", "enterprises"} & set(result.trail.tables)


POLICY = """[policy]
id = "T"
title = "县办法"
[[target]]
clause = "T-1"
title = "亩均税收"
indicator = "tax_per_mu"
comparison = ">="
value = 30
unit = "万元/亩"
kind = "threshold"
scope = ["study_area", "carrier"]
"""


def test_targets_of_small_groups_say_that_they_are_masked(town: District) -> None:
    """丙园 is one firm. In the scorecard, the workbook and the report its target is withheld in plain words, and no row tells the firm's figure or verdict."""
    (town.folder / "t.toml").write_text(POLICY, encoding="utf-8")
    town.parts["study"] += '\npolicies = ["t.toml"]'
    run = town.run()
    values, scores = shown(run, "tax_per_mu"), {row["zone"]: row for row in json.loads((run.folder / "results.json").read_text(encoding="utf-8"))["scorecard"]}
    assert {zone for zone, row in scores.items() if (row["status"], row["reason"]) == ("no_data", "masked")} == {zone for zone in scores if values[zone]["status"] == "masked"} > {"丙园"}
    assert all(scores["丙园"][key] is None for key in ("value", "margin", "rank", "to_close")) and scores["study_area"]["status"] in ("met", "missed") and scores["study_area"]["reason"] is None
    for name in ("report.docx", "tables.xlsx"):
        assert "不公开" in texts(run.folder / name) and "无数据(不公开)" not in texts(run.folder / name), name
    said = texts(run.folder / "tables.xlsx") + texts(run.folder / "report.docx") + (run.folder / "findings.csv").read_text(encoding="utf-8")
    assert "None" not in said, "a row that is withheld is no row None"


def test_a_finding_of_the_enterprise_rules_does_not_name_the_firm(town: District) -> None:
    """Registered land of many times its parcel, and a blank of its land: both are told, and of whom only in the internal edition."""
    lines = (town.folder / "enterprises.csv").read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if NAMES[1] in line)
    lines[0], lines[at] = f"{lines[0]},land_other(亩)", f"{lines[at].removesuffix(',12')},777.77,"
    (town.folder / "enterprises.csv").write_text("\n".join(line if i in (0, at) else f"{line},0" for i, line in enumerate(lines)) + "\n", encoding="utf-8")
    internal = town.run(out=town.folder / "internal", sets=["study.audience=internal"])
    named = [f for f in internal.result.findings if NAMES[1] in f.key]
    assert {"enterprise.land_departs", "enterprise.land_blank"} <= {f.code for f in named} and any("777.77" in f.value_seen for f in named)
    run = town.run()
    told = {f.code: f for f in run.result.findings}
    assert told["enterprise.land_departs"].key == "※" and told["enterprise.land_blank"].row is None
    assert told["enterprise.year_used"].value_used == "2020", "what is said of the whole table stays"
    assert all(word not in texts(path) for word in (*NAMES, "777.77") for path in run.folder.rglob("*") if path.is_file())
