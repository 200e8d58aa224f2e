"""Frozen results, and the trend that later runs tell against them; rankings with ties, ups and downs."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from spatial import pipeline
from spatial.errors import Refused, UsageError
from spatial.read.snapshots import SCHEMA, earlier_snapshot, seal_of
from tests.flow.conftest import District
from tests.flow.test_new_land import PROJECTS, SUPPLY
from tests.flow.test_rule_sensitivity import only, policy


@pytest.fixture
def months(district: District) -> District:
    district.ledger("supply", SUPPLY)
    district.ledger("projects", PROJECTS)
    district.parts["study"] = 'snapshots = "快照"'
    policy(district, "new_land_to_carriers_or_projects_share", ">=", 0.8)
    return district


def freeze(district: District, day: str, *sets: str, change: Any = None) -> Any:
    run = district.run(out=district.folder / "out" / day, sets=[f"study.as_of={day}", *sets])
    return pipeline.snapshot(run.folder, district.folder / "快照")


def test_the_trend_is_told_against_the_latest_earlier_result(months: District) -> None:
    months.ledger("tracked", [{"target": "T-01", "as_of": "2020-01-01", "value": 0.1}])
    assert freeze(months, "2020-06-30", "rules.industrial_uses=[\"1001\"]", "study.period=[2020-01-01, 2020-12-31]").name == "2020-06-30.json"
    # the same rule: 75 % both times
    row = only(months.analyse(sets=['rules.industrial_uses=["1001"]']))
    assert (row["previous"], row["previous_as_of"], row["change"], row["trend"]) == (pytest.approx(0.75), "2020-06-30", 0.0, "unchanged")
    # another rule: the two are not set against each other
    row = only(months.analyse())
    assert (row["trend"], row["change"], row["previous"]) == ("rule_changed", None, pytest.approx(0.75))


def test_a_better_value_is_improved_and_a_first_one_has_no_trend(months: District) -> None:
    assert only(months.analyse(sets=["study.as_of=2020-05-01"]))["trend"] == ""
    months.parts["layers"] = months.parts["layers"].replace('"supply.csv"', '"early.csv"')
    text = (months.folder / "supply.csv").read_text(encoding="utf-8")
    (months.folder / "early.csv").write_text("\n".join(line for line in text.splitlines() if not line.startswith("A,")) + "\n", encoding="utf-8")
    freeze(months, "2020-06-30")  # without A: (5,000 + 30,000) / 60,000
    months.parts["layers"] = months.parts["layers"].replace('"early.csv"', '"supply.csv"')
    row = only(months.analyse())
    assert (row["previous"], row["trend"]) == (pytest.approx(35 / 60), "improved")
    assert row["change"] == pytest.approx(0.75 - 35 / 60)


def test_a_frozen_result_is_never_overwritten_nor_used_when_changed(months: District) -> None:
    path = freeze(months, "2020-06-30")
    held = path.read_bytes()
    assert freeze(months, "2020-06-30") == path and path.read_bytes() == held, "the same run again changes nothing"
    with pytest.raises(UsageError, match="2020-06-30"):
        freeze(months, "2020-06-30", "join.allocation=largest")
    path.write_text(held.decode("utf-8").replace("0.75", "0.76"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        months.run()
    assert [f.code for f in refused.value.findings if f.severity == "error"] == ["snapshot.changed"]


def test_without_an_earlier_result_a_finding_says_so(months: District) -> None:
    assert [f.severity for f in months.analyse().result.findings if f.code == "snapshot.none"] == ["info"]


def test_task_forces_and_cities_are_ranked_with_ties_and_their_rank_before(district: District, tmp_path: Any) -> None:
    def projects(done: dict[str, int]) -> list[dict[str, Any]]:
        plan = {"甲专班": "济南", "乙专班": "青岛", "丙专班": "烟台", "丁专班": "济南"}
        return [{"project_id": name, "task_force": name, "city": city, "year_plan(万元)": 100, "year_done(万元)": done[name], "start_date": "2020-01-01"} for name, city in plan.items()]

    district.parts["study"] = 'snapshots = "快照"\npolicies = ["shandong-new-drivers"]'
    district.ledger("projects", projects({"甲专班": 50, "乙专班": 80, "丙专班": 60, "丁专班": 90}))
    freeze(district, "2020-11-30")
    (district.folder / "projects.csv").unlink()
    district.parts["layers"] = ""
    district.ledger("projects", projects({"甲专班": 90, "乙专班": 95, "丙专班": 90, "丁专班": 80}))
    rows = {row["zone"]: row for row in json.loads((district.run().folder / "results.json").read_text(encoding="utf-8"))["scorecard"] if row["clause"] == "S3-02"}
    ranks = {zone.removeprefix("task_force:"): (row["rank"], row["previous_rank"], row["trend"]) for zone, row in rows.items() if zone.startswith("task_force:")}
    assert ranks == {"甲专班": (2, 4, "improved"), "乙专班": (1, 2, "improved"), "丙专班": (2, 3, "improved"), "丁专班": (4, 1, "worsened")}
    cities = {zone: (row["value"], row["rank"]) for zone, row in rows.items() if zone.startswith("city:")}
    assert cities == {"city:济南": (0.85, 3), "city:青岛": (0.95, 1), "city:烟台": (0.9, 2)}, "sums over projects: (90 + 80) of 200"
    assert all(row["status"] == "ranked" for row in rows.values() if row["value"] is not None)


@pytest.mark.parametrize("change", [
    lambda text: text.replace('"as_of": "2020-06-30"', '"as_of": "2021-06-30"'), lambda text: json.dumps(json.loads(text) | {"study": []}), lambda text: json.dumps(json.loads(text) | {"study": {}}),
    lambda text: json.dumps(json.loads(text) | {"values": [float("nan")]}), lambda text: text.replace("spatial-snapshot/1", "spatial-snapshot/2"), lambda text: "[" * 100_000, lambda text: text[:200]])
def test_a_damaged_result_is_refused_and_never_passed_over(change: Any, tmp_path: Any) -> None:
    """A day moved beyond the study's would have hidden it; the others were tracebacks."""
    content: dict[str, Any] = {"schema": SCHEMA, "study": {"as_of": "2020-06-30", "audience": "internal"}, "zones": [], "values": [], "scorecard": []}
    text = json.dumps(content | {"sha256": seal_of(content)})
    (tmp_path / "2020-06-30.json").write_text(change(text), encoding="utf-8")
    (tmp_path / "other.json").write_text('{"schema": "something else"}', encoding="utf-8")
    study = SimpleNamespace(as_of=date(2020, 12, 31), trend_against=None, audience="internal")
    held, findings = earlier_snapshot(tmp_path, study)  # type: ignore[arg-type]
    assert held is None and [finding.path for finding in findings if finding.severity == "error"] == ["2020-06-30.json"]


def test_the_same_result_untouched_is_used(tmp_path: Any) -> None:
    content: dict[str, Any] = {"schema": SCHEMA, "study": {"as_of": "2020-06-30", "audience": "internal"}, "zones": [], "values": [], "scorecard": []}
    (tmp_path / "2020-06-30.json").write_text(json.dumps(content | {"sha256": seal_of(content)}), encoding="utf-8")
    held, findings = earlier_snapshot(tmp_path, SimpleNamespace(as_of=date(2020, 12, 31), trend_against=None, audience="internal"))  # type: ignore[arg-type]
    assert held is not None and [finding.code for finding in findings] == ["snapshot.used"]


@pytest.mark.parametrize("text", ["[]", "null", "[" * 100_000, '{"schema": "spatial-results/2"}', "{"])
def test_what_is_no_result_is_said_to_be_none(text: str, tmp_path: Any) -> None:
    (tmp_path / "results.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="results"):
        pipeline.compare(tmp_path, tmp_path)
