"""Land check by enterprise by hand: over-occupation, firms that share a parcel, leases that net to zero, firms without land and land without firms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.flow.conftest import District

Value = Callable[..., Any]
MU = 2000 / 3


def firm(key: str, parcel: str, registered: float | str, leased_in: float | str = "", leased_out: float | str = "", **more: Any) -> dict[str, Any]:
    return {"统一社会信用代码": key, "年度": 2020, "宗地代码": parcel, "登记用地面积(平方米)": registered, "承租用地面积(平方米)": leased_in, "出租用地面积(平方米)": leased_out,
            "税收(万元)": 10, **more}


@pytest.fixture
def checked(district: District) -> District:
    """A (4 ha) was supplied with 3.9 ha and is shared by two firms, B (2 ha) with 1.5 ha; C (3 ha) is built and has no firm, nobody knows D."""
    district.ledger("supply", [{"宗地代码": key, "合同签订日期": "2015-01-01", "约定开工时间": "2015-06-01", "实际竣工时间": "2017-01-01", "供地面积(平方米)": area}
                               for key, area in (("A", 39_000), ("B", 15_000), ("C", 30_000))])
    district.ledger("enterprises", [firm("F1", "A", 30_000, "", 4_000), firm("F2", "A", 10_000, 4_000), firm("F3", "B", 20_000, 1_000), firm("F4", "D", "")])
    district.ledger("leases", [{"出租方统一社会信用代码": "F1", "承租方统一社会信用代码": "F2", "承租用地面积(平方米)": 4_000, "租期起": "2019-01-01", "租期止": "2022-01-01"},
                               {"出租方统一社会信用代码": "F9", "承租方统一社会信用代码": "F3", "承租用地面积(平方米)": 9_000, "租期起": "2018-01-01", "租期止": "2019-12-31"}])
    return district


def test_what_a_firm_holds_beyond_its_contract(checked: District, value: Value) -> None:
    """A: 3.9 ha are shared 30 : 10, each is 2.6 % beyond and within the tolerance; B: 2 ha held, 1.5 supplied."""
    run = checked.run()
    rows = run.result.ledgers["enterprises"].set_index("enterprise_id")
    assert rows["approved_m2"].iloc[:3].tolist() == pytest.approx([29_250, 9_750, 15_000])
    assert rows["drawn_m2"].iloc[:3].tolist() == pytest.approx([30_000, 10_000, 20_000], rel=2e-3)
    assert rows["over_occupied_m2"].iloc[:3].tolist() == pytest.approx([0, 0, 5_000])
    assert rows["over_occupied_m2"].isna().tolist() == [False, False, False, True]
    assert rows["sharing_count"].tolist() == [2, 2, 1, 1]
    assert value(run, "over_occupied_area") == pytest.approx(5_000 / MU)


def test_leases_net_to_zero_in_a_carrier_but_for_those_across_its_edge(checked: District, value: Value) -> None:
    """F1 lets to F2, both on A, inside; a quarter of F3's ground lies inside, with a quarter of what it leases from elsewhere."""
    run = checked.analyse()
    assert value(run, "lease_residual_area", "甲园") == pytest.approx(250 / MU, rel=1e-3)
    assert value(run, "lease_residual_area") == pytest.approx(1_000 / MU)
    told = {finding.code: (finding.key, finding.count) for finding in run.result.findings if finding.code.startswith("landcheck.")}
    assert told == {"landcheck.over_occupied": ("F3", 1), "landcheck.no_land": ("F4", 1), "landcheck.shared": ("F1", 2), "landcheck.no_firm": ("C", 1),
                    "landcheck.lease_in_differs": ("F3", 1), "landcheck.lease_residual": ("甲园", 1), "landcheck.unsupplied": ("D", 1)}  # the lease of F3 has ended


def test_land_without_firms_has_no_tax_instead_of_none(checked: District, value: Value) -> None:
    """A township of C alone: built land, no firm; its tax per hectare is unknown."""
    from shapely.geometry import box

    from tests.flow.conftest import X, Y

    checked.layer("towns.gpkg", {"carrier_id": ["北镇"]}, [box(X - 10, Y + 390, X + 310, Y + 510)])
    checked.parts["layers"] += '[layers.zones.townships]\npath = "towns.gpkg"\n'
    run = checked.analyse(sets=['rules.industrial_trades=["*"]'])
    assert value(run, "industrial_tax_intensity", "townships:北镇", "status") == "no_data"
    assert value(run, "industrial_tax_intensity", key="value") == pytest.approx(30 / 9, rel=2e-3)  # F4 stands on D, of which nobody knows whether it is built
    assert value(run, "industrial_tax_intensity", key="coverage") == 0.75


def test_the_dispatch_of_projects_by_task_force_leaves_out_what_the_ledger_does_not_tell(district: District) -> None:
    """Two task forces, no start dates: 5 of 10 done at half-year is on time; what is not known is left empty."""
    from spatial.render.tables_intensive import DISPATCH, dispatch

    district.ledger("projects", [{"项目代码": "P1", "宗地代码": "A", "责任专班": "甲班", "年度计划投资(万元)": 10, "年度累计完成投资(万元)": 5},
                                 {"项目代码": "P2", "宗地代码": "C", "责任专班": "乙班", "年度计划投资(万元)": 10, "年度累计完成投资(万元)": 2}])
    _, rows = dispatch(district.analyse(sets=["study.as_of=2020-06-30", "study.period=[2020-01-01, 2020-06-30]"]).result, 0)
    pace = {row[0]: row[3 + DISPATCH.index("investment_pace")] for row in rows}
    assert {name: float(cell) for name, cell in pace.items() if name.endswith("班")} == pytest.approx({"甲班": 1.0, "乙班": 0.4})
    assert {row[3] for row in rows} == {None}


def test_what_firms_make_on_land_that_is_not_built_is_told_beside_the_figures_it_raises(district: District, value: Value) -> None:
    """A (4 ha) is built; B is being built and F2 pays tax from it; nobody knows C, so F3 counts on neither side: (30 + 10) / 4 ha from two firms of three."""
    district.ledger("supply", [{"宗地代码": key, "合同签订日期": "2015-01-01", "约定开工时间": "2015-06-01", "实际开工时间": "2015-06-01", "实际竣工时间": done, "供地面积(平方米)": area}
                               for key, done, area in (("A", "2017-01-01", 40_000), ("B", "", 20_000))])
    district.ledger("enterprises", [firm("F1", "A", 40_000, **{"税收(万元)": 30}), firm("F2", "B", 20_000), firm("F3", "C", 30_000)])
    run = district.analyse()
    assert value(run, "overall_tax_intensity", key="value") == pytest.approx(40 / 4, rel=2e-3)
    assert value(run, "overall_tax_intensity", key="coverage") == pytest.approx(2 / 3)
    [told] = [finding for finding in run.result.findings if finding.code == "landcheck.not_built"]
    assert (told.severity, told.key, told.value_seen, told.count) == ("warning", "F2", "B", 1)
    assert "占全部税收 20.0%" in told.message("zh")


def test_firms_on_land_that_the_supply_ledger_does_not_list_say_that_it_may_be_incomplete(district: District) -> None:
    """C and D (3 ha and 1 ha, drawn) are in no contract; a firm stands on C."""
    district.ledger("supply", [{"宗地代码": key, "合同签订日期": "2015-01-01", "供地面积(平方米)": 40_000} for key in "AB"])
    district.ledger("enterprises", [firm("F1", "A", 40_000), firm("F3", "C", 30_000)])
    told = {finding.key: finding for finding in district.analyse().result.findings if finding.code == "landcheck.unsupplied"}
    assert {key: (finding.severity, finding.count, finding.params["mu"]) for key, finding in told.items()} == {"C": ("warning", 1, "45.00")}
