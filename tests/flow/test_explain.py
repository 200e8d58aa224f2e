"""Every number of a run can be told again from the rows that are kept with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spatial import cli, pipeline
from spatial.errors import UsageError
from spatial.indicators.trail import rows_behind, total_of
from spatial.read.trail import read_trail
from spatial.scorecard.explain import zone_of
from tests.flow.conftest import District

SUPPLY = [
    {"parcel_id": "A", "contract_date": "2020-03-01", "area(m2)": 40000, "agreed_start_date": "2019-01-01"},
    {"parcel_id": "B", "contract_date": "2020-04-01", "area(m2)": 20000, "agreed_start_date": "2021-01-01"},
    {"parcel_id": "C", "contract_date": "2020-05-01", "area(m2)": 30000, "project_id": "P1", "agreed_start_date": "2021-01-01"},
    {"parcel_id": "D", "contract_date": "2020-06-01", "area(m2)": 10000, "agreed_start_date": "2021-01-01"},
]
PROJECTS = [{"project_id": "P1", "parcel_id": "C", "listed": "是", "registered_date": "2020-02-01", "year_done(万元)": 120.5},
            {"project_id": "P2", "parcel_id": "A", "listed": "否", "registered_date": "2020-02-01", "year_done(万元)": 77.25}]
FIRMS = [{"enterprise_id": f"E{i}", "year": year, "enterprise_name": f"厂{i}", "parcel_id": parcel, "tax(万元)": tax + year - 2019, "land_registered(亩)": 10.1 * (i + 1)}
         for year in (2019, 2020) for i, (parcel, tax) in enumerate((("A", 33.3), ("B", 21.7), ("C", 10.1)))]


def with_ledgers(folder: Path) -> District:
    district = District(folder)
    district.ledger("supply", SUPPLY)
    district.ledger("projects", PROJECTS)
    district.ledger("enterprises", FIRMS)
    return district


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run, to be read."""
    return with_ledgers(tmp_path_factory.mktemp("explain")).run().folder


def test_the_rows_of_the_trail_sum_to_every_numerator_and_denominator_exactly(ran: Path) -> None:
    results = json.loads((ran / "results.json").read_text(encoding="utf-8"))
    trail = read_trail(ran, [zone["id"] for zone in results["zones"]])
    told = 0
    for row in results["values"]:
        for side in ("numerator", "denominator"):
            if row[side] is not None:
                assert total_of(rows_behind(trail, row["indicator"], row["zone"], side)) == row[side], (row["indicator"], row["zone"], side)
                told += bool(row[side])
    assert told > 60


def test_land_of_a_listed_project_outside_carriers_is_among_the_rows_with_its_whole_area(ran: Path) -> None:
    lines, rows = pipeline.explain(ran, "new_land_to_carriers_or_projects_share")
    counted = rows[rows["side"] == "numerator"].set_index("key")["contribution"]
    assert counted.index[0] == "A", "largest first"
    assert counted["C"] == 30_000 and counted["B"] == pytest.approx(5_000, rel=1e-6) and "D" not in counted
    assert any("75.0 %" in line for line in lines)


def test_the_command_prints_formula_rule_units_count_coverage_and_rows_in_either_language(ran: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {}
    for language in ("zh", "en"):
        assert cli.main(["explain", str(ran), "tax_per_mu", "--zone", "甲园", "--lang", language]) == 0
        said[language] = capsys.readouterr().out
    assert "公式          税收 ÷ 用地面积" in said["zh"] and "per_mu_land=evaluated_enterprises" in said["zh"] and "万元" in said["zh"] and "厂0" in said["zh"]
    assert "formula" in said["en"] and "coverage" in said["en"] and "m²" in said["en"]


def test_a_figure_without_data_says_which_fields_it_needs(ran: Path) -> None:
    said = "\n".join(pipeline.explain(ran, "investment_completion_rate")[0])
    assert "所需字段" in said and "year_done, year_plan" in said


def test_a_word_that_means_nothing_is_refused_with_the_nearest_right_one(ran: Path) -> None:
    with pytest.raises(UsageError, match="idle_land_share"):
        pipeline.explain(ran, "idle_land_shares")
    with pytest.raises(UsageError, match="甲园"):
        pipeline.explain(ran, "idle_land_share", "甲元")


def test_a_public_edition_keeps_no_row_of_an_enterprise_or_of_its_money(tmp_path: Path) -> None:
    full = with_ledgers(tmp_path)
    full.parts["study"] = 'audience = "public"'
    folder = full.run().folder
    trail = read_trail(folder, [])
    assert not {"enterprises", "projects"} & set(trail.tables)
    assert "tax_per_mu" not in set(trail.terms["indicator"]) and "new_land_to_carriers_share" in set(trail.terms["indicator"])
    assert any("没有可列出的明细" in line for line in pipeline.explain(folder, "tax_per_mu")[0])


def test_a_reader_who_has_seen_enough_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """`spatial explain … | head` ends quietly when head closes the pipe."""
    from spatial import __main__ as entry

    def closed() -> int:
        raise BrokenPipeError

    moved: list[int] = []
    monkeypatch.setattr(entry, "command", closed)
    monkeypatch.setattr(entry.os, "dup2", lambda source, target: moved.append(target))
    with pytest.raises(SystemExit) as left:
        entry.main()
    assert left.value.code == 0 and len(moved) == 1


@pytest.mark.parametrize(("word", "said"), [("甲园", "2 zones have this name; give the id: A, type:甲园"), ("丙园", "no such zone"), ("A", "")])
def test_a_name_of_several_zones_is_asked_for_by_id(word: str, said: str) -> None:
    """A carrier is often called what its type is called: the name is known, only not which of the two."""
    results = {"zones": [{"id": "study_area", "name": "全区"}, {"id": "A", "name": "甲园"}, {"id": "type:甲园", "name": "甲园"}]}
    if not said:
        assert zone_of(results, word) == word
        return
    with pytest.raises(UsageError, match=said):
        zone_of(results, word)
