"""Figures that official notices print, reached from ledgers through the whole flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from shapely.geometry import box

from tests.flow.conftest import District, X, Y

ZONES_2020 = {"built": ("A2", 37.22), "supplied": ("D21", 2.90), "ready": ("B21", 3.16), "rest": ("B22", 5.10), "river": ("C1", 9.0)}  # 万公顷
# The notice prints two decimals. These are figures within its rounding (37.2160, 40.1155, 43.2840 and 48.3840) from which every rate follows as it is printed,
# the supply rate of 92.68 % and the 76.92 % that the rounded ones miss by 0.01 or 0.02.
WITHIN_ROUNDING = {"built": ("A2", 37.2160), "supplied": ("D21", 2.8995), "ready": ("B21", 3.1685), "rest": ("B22", 5.1000), "river": ("C1", 9.0)}


def _zones(district: District, classes: dict[str, tuple[str, float]]) -> None:
    """Strips of equal depth whose widths, 10 m for 1 万公顷, are the figures."""
    left, shapes = float(X), []
    for _, size in classes.values():
        shapes.append(box(left, Y, left + 10 * size, Y + 100))
        left += 10 * size
    district.layer("parcels.gpkg", {"parcel_id": list(classes), "land_use": ["1001"] * len(classes), "用地核算类": [code for code, _ in classes.values()]}, shapes)
    district.layer("carriers.gpkg", {"carrier_id": ["开发区"], "carrier_type": ["开发区"]}, [box(X - 10, Y - 10, left + 10, Y + 110)])


@pytest.mark.parametrize(("classes", "printed"), [(ZONES_2020, [89.46, 92.70, 92.77, 76.93]), (WITHIN_ROUNDING, [89.46, 92.68, 92.77, 76.92])])
@pytest.mark.parametrize("supplied_as", ["D21", "B21"])
def test_the_national_rates_of_2020(district: District, value: Callable[..., Any], supplied_as: str, classes: dict[str, tuple[str, float]], printed: list[float]) -> None:
    _zones(district, {**classes, "supplied": (supplied_as, classes["supplied"][1])})
    district.ledger("supply", [{"宗地代码": key, "合同签订日期": "2018-01-01", "约定开工时间": "2021-06-01"} for key in ("built", "supplied")])
    run = district.run()
    rates = [value(run, name) for name in ("development_rate", "supply_rate", "built_rate")]
    built, supplied, ready, rest, _ = (size for _, size in classes.values())
    a, d, b21, whole = built, built + supplied, built + supplied + ready, built + supplied + ready + rest
    assert [round(size, 2) for size in (a, d, b21, whole)] == [37.22, 40.12, 43.28, 48.38], "as the notice prints them"
    assert rates == pytest.approx([b21 / whole, d / b21, a / d], rel=1e-6)
    assert [round(100 * rate, 2) for rate in (*rates, rates[0] * rates[1] * rates[2])] == printed
    assert value(run, "built_rate", key="numerator") / value(run, "development_rate", key="denominator") == pytest.approx(a / whole, rel=1e-6)
    assert value(run, "development_rate", zone="开发区") == pytest.approx(rates[0], rel=1e-9)


def test_the_two_potentials_that_are_land(district: District, value: Callable[..., Any]) -> None:
    _zones(district, {"a": ("A2", 30.0), "e": ("E21", 4.0), "g": ("G", 2.0), "d": ("D22", 1.0)})
    run = district.analyse()
    whole = value(run, "extension_potential", key="numerator") / 4
    assert value(run, "management_potential", key="numerator") == pytest.approx(3 * whole, rel=1e-6)
    assert value(run, "extension_potential") == pytest.approx(4 * whole * 3 / 2000)


def test_the_accounts_of_two_class_columns(district: District, value: Callable[..., Any]) -> None:
    """DLDM says what stands, GYDM what was supplied, GXDM what is of high technology; no other ledger is needed."""
    classes = {"a2": ("A2", "D22", "H1"), "a1": ("A1", "D1", ""), "b": ("B21", "D21", ""), "e": ("B21", "E21", ""), "g": ("B21", "G", ""), "r": ("B22", "F", ""), "c": ("C1", "", "")}
    shapes = [box(X + 100 * n, Y, X + 100 * n + 100, Y + 100) for n in range(7)]
    district.layer("parcels.gpkg", {"parcel_id": list(classes), "DLDM": [one for one, _, _ in classes.values()], "GYDM": [two for _, two, _ in classes.values()],
                                    "GXDM": [three for _, _, three in classes.values()]}, shapes)
    run = district.analyse()
    told = {name: value(run, name) for name in ("development_rate", "supply_rate", "built_rate", "industrial_land_share", "high_tech_land_share", "land_idle_rate")}
    assert told == pytest.approx({"development_rate": 5 / 6, "supply_rate": 4 / 5, "built_rate": 2 / 4, "industrial_land_share": 1 / 2, "high_tech_land_share": 1 / 2,
                                  "land_idle_rate": 1 / 4}, rel=1e-6)
    areas = [value(run, name) / (10_000 * 3 / 2000) for name in ("extension_potential", "management_potential")]
    assert areas == pytest.approx([1, 2], rel=1e-3)


def test_supplied_land_that_is_used_is_built_whatever_its_class_column_says(district: District, value: Callable[..., Any]) -> None:
    """One class a parcel: D21 in use and H1 are built, G is idle and supplied; the class of industry goes before the use."""
    _zones(district, {"a": ("A2", 4.0), "d": ("D21", 2.0), "h": ("H1", 1.0), "g": ("G", 1.0), "h1": ("A1", 2.0)})
    district.ledger("supply", [{"宗地代码": key, "合同签订日期": "2018-01-01", "约定开工时间": "2018-06-01", "实际竣工时间": "2019-06-01"} for key in ("a", "d", "h", "h1")])
    run = district.analyse()
    told = [value(run, name) for name in ("built_rate", "industrial_land_share", "land_idle_rate")]
    assert told == pytest.approx([9 / 10, 7 / 9, 1 / 10], rel=1e-6)


def test_classes_that_contradict_the_supply_ledger_are_told(district: District, value: Callable[..., Any]) -> None:
    _zones(district, {"g": ("G", 2.0), "e": ("E21", 1.0), "a": ("A2", 4.0)})
    district.ledger("supply", [{"宗地代码": key, "合同签订日期": "2018-01-01", "约定开工时间": "2018-06-01", "实际竣工时间": "2019-06-01"} for key in ("g", "e")])
    told = {finding.code: (finding.key, finding.count) for finding in district.analyse().result.findings if finding.code.startswith("accounts.")}
    assert told == {"accounts.idle_differs": ("G", 1), "accounts.unsupplied_differs": ("E", 1), "accounts.built_unsupplied": ("A", 1)}


def test_355_of_385_projects_have_started(district: District, value: Callable[..., Any]) -> None:
    rows = [{"项目代码": f"P{n}", "宗地代码": "A", "项目类别": "实施类", "开工日期": "2020-05-01" if n < 355 else ""} for n in range(385)]
    rows += [{"项目代码": f"Q{n}", "宗地代码": "A", "项目类别": "准备类", "开工日期": ""} for n in range(20)]
    district.ledger("projects", rows, '[layers.projects.columns]\nstart_date = "开工日期"')
    run = district.analyse()
    assert (value(run, "project_start_rate", key="numerator"), value(run, "project_start_rate", key="denominator")) == (355, 385)
    assert round(100 * value(run, "project_start_rate"), 1) == 92.2


@pytest.mark.parametrize(("start", "as_of", "status", "fee"), [
    ("2019-03-01", "2020-03-01", "supplied_overdue", None), ("2019-03-01", "2020-03-02", "suspected_idle_1y", 230.0),
    ("", "2020-05-10", "supplied_overdue", None), ("", "2020-05-11", "suspected_idle_1y", 230.0), ("", "2021-05-11", "suspected_idle_2y", None),
])
def test_the_idle_cases_a_and_b(district: District, start: str, as_of: str, status: str, fee: float | None) -> None:
    district.ledger("supply", [{"宗地代码": "A", "合同签订日期": "2018-04-01", "约定开工时间": start, "实际交地时间": "2018-05-10", "成交价格(万元)": 1150}])
    run = district.analyse(sets=[f"study.as_of={as_of}", f"study.period=[2018-01-01, {as_of}]"])
    row = run.result.parcels.set_index("parcel_id").loc["A"]
    assert row["land_status"] == status
    assert (row["fee_wanyuan"] == pytest.approx(fee)) if fee else row["fee_wanyuan"] != row["fee_wanyuan"]


def test_idle_cases_c(district: District) -> None:
    shared = {"合同签订日期": "2018-01-01", "约定开工时间": "2019-01-01", "实际开工时间": "2019-01-01", "中止开发日期": "2021-01-15",
              "应动工开发面积(公顷)": 10, "总投资额(万元)": 100, "已投资额(万元)": 30}
    district.ledger("supply", [{**shared, "宗地代码": "A", "已动工开发面积(公顷)": 3.0}, {**shared, "宗地代码": "B", "已动工开发面积(公顷)": 3.34}])
    told = [district.analyse(sets=[f"study.as_of={day}", f"study.period=[2018-01-01, {day}]"]).result.parcels.set_index("parcel_id")["land_status"] for day in ("2022-01-15", "2022-01-16")]
    assert told[0][["A", "B"]].tolist() == ["under_construction", "under_construction"]
    assert told[1][["A", "B"]].tolist() == ["suspected_idle_suspended", "under_construction"]
