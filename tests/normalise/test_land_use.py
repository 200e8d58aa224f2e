"""Land-use codes: the system by header and by value, the 2020 edition, compound uses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spatial.normalise.convert import convert
from spatial.normalise.land_use import named_use, system_of, translated
from spatial.read.declarations import code_table, code_tables, kinds

TABLES = code_tables()


def moved(values: list[str | None], header: str) -> tuple[list[str | None], list[str]]:
    codes, _, findings = translated(pd.Series(values, dtype=object), header, TABLES, "land_use")
    return codes.tolist(), [finding.code for finding in findings]


@pytest.mark.parametrize(("header", "values", "system"), [("DLBM", ["0601"], "survey"), ("YDYHFLDM", ["1001"], "plan"), ("用途", ["05H1", "0601"], "survey"),
                                                          ("用途", ["100101"], "plan"), ("用途", ["1401", "0601"], "plan")])
def test_the_system_is_told_by_header_then_by_codes_of_one_only(header: str, values: list[str], system: str) -> None:
    assert system_of(pd.Series(values), header, TABLES) == system


def test_survey_codes_become_plan_codes_with_a_receipt() -> None:
    assert moved(["0601", "1001", "1101", None], "DLBM") == (["1001", "1201", "1701", None], ["land_use.survey"])
    assert moved(["1001"], "YDYHFLDM") == (["1001"], [])


def test_classes_that_a_person_must_split_are_told() -> None:
    assert moved(["08H2", "0601"], "DLBM") == (["08", "1001"], ["land_use.survey", "land_use.to_be_split"])


def test_the_2020_edition_is_changed_once_and_not_in_chains() -> None:
    assert moved(["1313", "1312", "1311", "2302", "2303"], "YDYHFLDM") == (["1312", "1311", "1311", "2303", "060102"], ["land_use.edition_2020"])


def test_both_editions_in_one_file_are_refused() -> None:
    assert moved(["1313", "0205"], "YDYHFLDM")[1] == ["land_use.mixed_editions"]


def test_a_compound_use_is_its_first_and_says_so() -> None:
    assert moved(["工业用地50年;科研用地40年", "工业用地50年", "工业用地"], "用途") == (["工业用地", "工业用地", "工业用地"], ["land_use.compound"])


@pytest.mark.parametrize(("text", "use"), [("工业用地(50)", "工业用地"), ("工业(50)", "工业"), ("工业用地(50年期)", "工业用地"), ("工业用地五十年", "工业用地"), ("工业用地:50年", "工业用地"),
                                           ("工业用地(10)", "工业用地(10)"), ("交通运输用海(20)", "交通运输用海(20)"), ("工业用地(2020)", "工业用地(2020)")])
def test_a_term_in_a_bracket_is_one_only_where_no_class_has_its_number(text: str, use: str) -> None:
    assert moved([text, "工业用地"], "用途") == ([use, "工业用地"], [])


def test_terms_of_several_uses_without_their_word() -> None:
    values, parts, findings = translated(pd.Series(["工业用地(50);商服用地四十年"]), "用途", TABLES, "land_use")
    assert parts is not None and parts["uses"][0] == ("工业用地", "商服用地") and parts["years"][0] == ("50", "40") and [f.code for f in findings] == ["land_use.compound"]



@pytest.mark.parametrize(("code", "zh", "en"), [("100101", "100101 一类工业用地", "100101 Industrial, class 1"), ("0101", "0101 耕地", "0101 Arable land"),
                                              ("9999", "9999", "9999"), (None, None, None)])
def test_a_code_without_a_name_of_its_own_bears_that_of_its_class(code: str | None, zh: str | None, en: str | None) -> None:
    assert [named_use(code, code_table("land_use"), language) for language in ("zh", "en")] == [zh, en]


@pytest.mark.parametrize(("cells", "uses"), [(["9999", "62"], ["9999", "62"]), (["99", "工业用地"], [None, "1001"]), (["62", "1001"], [None, "1001"])])
def test_codes_of_another_country_are_kept_and_no_class_of_ours_is_none(cells: list[str], uses: list[str | None]) -> None:
    field = next(one for one in kinds()["supply"].fields if one.name == "land_use")
    words = {code: (words, False) for code, words in code_tables().plan.items()}
    done = convert(field, pd.Series(cells, dtype=object), unit="", rows=np.array([2, 3]), words=words, options={}, header="土地用途", codes=code_tables())
    assert [None if pd.isna(code) else code for code in done.values] == uses


@pytest.mark.parametrize(("cells", "header", "system"), [
    (["06", "07", "10"], "土地用途", "doubt"), (["05", "01"], "用途", "doubt"),
    (["01", "03", "07", "08"], "土地用途", "plan"),  # the same land in both
    (["06", "10", "14"], "土地用途", "plan"),  # 14 is of the plan alone
    (["06", "10", "100101"], "土地用途", "plan"), (["10", "1001"], "土地用途", "plan"),
    (["10", "11", "90"], "class", "plan"),  # of another country: kept as they are
    (["06", "10"], "YDYHFLDM", "plan"), (["06", "10"], "DLBM", "survey")])
def test_first_classes_alone_do_not_tell_their_system(cells: list[str], header: str, system: str) -> None:
    assert system_of(pd.Series(cells), header, TABLES) == system
    told = [finding.value_seen for finding in translated(pd.Series(cells), header, TABLES, "land_use")[2] if finding.code == "land_use.undecided"]
    assert bool(told) == (system == "doubt")


@pytest.mark.parametrize(("names", "system"), [(["工矿用地", "住宅用地"], "survey"), (["工矿仓储用地", "住宅用地"], "survey"), (["农业设施建设用地", "居住用地"], "plan"), (["甲", "乙"], "doubt")])
def test_names_beside_first_classes_tell_their_system(names: list[str], system: str) -> None:
    assert system_of(pd.Series(["06", "07"]), "土地用途", TABLES, pd.Series(names)) == system


def test_classes_of_the_survey_that_the_plan_has_for_other_land_are_moved() -> None:
    """1203 is a field ridge in the survey and an airport in the plan, 06 industry and mining in the one and sheds of farms in the other."""
    codes, findings = moved(["1203", "1102", "0402", "06", "10", "05", "07"], "DLBM")
    assert codes == ["23", "17", "05", "10", "12", "09", "07"] and findings == ["land_use.survey", "land_use.to_be_split"]
    assert moved(["1203", "1102"], "YDYHFLDM") == (["1203", "1102"], [])
