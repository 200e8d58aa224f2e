"""Days whose group, or bracket, says whether they are agreed or real: `合同约定` over `竣工时间` is no completion."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from spatial.pipeline import inspect


def _played(path: Path, groups: list[str], names: list[str]) -> dict[str, str]:
    """Which column plays which date, of a ledger with two header rows, or with one where no group is given."""
    book = openpyxl.Workbook()
    sheet = book.active
    if groups:
        sheet.append(["宗地代码", "供地面积(公顷)", "合同签订日期", *groups])
        for first in (3, *range(4, 4 + len(groups))):
            if first == 3:
                for column in (1, 2, 3):
                    sheet.merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)
            elif groups[first - 4]:
                last = next((c for c in range(first + 1, 4 + len(groups)) if groups[c - 4]), 4 + len(groups)) - 1
                sheet.merge_cells(start_row=1, end_row=1, start_column=first, end_column=last)
        sheet.append([None, None, None, *names])
    else:
        sheet.append(["宗地代码", "供地面积(公顷)", "合同签订日期", *names])
    for i in range(3):
        sheet.append([f"330109001001GB{i:05d}", 2, date(2018, 1, 1 + i), *(date(2019 + k, 3, 1) for k in range(len(names)))])
    book.save(path)
    proposal = inspect([path])[0]
    assert [f.code for f in proposal.findings if f.severity == "error"] == []
    return {name: column.header for name, column in proposal.mapped.items() if name not in ("parcel_id", "area", "contract_date")}


@pytest.mark.parametrize("group", ["约定时间", "合同约定", "约定情况"])
def test_agreed_days_are_read_as_agreed_whatever_their_group_adds(tmp_path: Path, group: str) -> None:
    played = _played(tmp_path / "供地.xlsx", [group, "", ""], ["交地时间", "开工时间", "竣工时间"])
    assert played == {"agreed_handover_date": f"{group}/交地时间", "agreed_start_date": f"{group}/开工时间", "agreed_completion_date": f"{group}/竣工时间"}


def test_agreed_and_real_days_below_groups_of_days_are_all_read(tmp_path: Path) -> None:
    played = _played(tmp_path / "供地.xlsx", ["约定时间", "", "", "实际时间", ""], ["交地", "开工", "竣工", "开工", "竣工"])
    assert played == {"agreed_handover_date": "约定时间/交地", "agreed_start_date": "约定时间/开工", "agreed_completion_date": "约定时间/竣工",
                      "actual_start_date": "实际时间/开工", "completion_date": "实际时间/竣工"}


def test_a_real_day_that_stands_alone_below_its_group_is_no_repeated_header(tmp_path: Path) -> None:
    assert _played(tmp_path / "供地.xlsx", ["实际", ""], ["开工", "竣工"]) == {"actual_start_date": "实际/开工", "completion_date": "实际/竣工"}


@pytest.mark.parametrize("group", ["补充协议", "计划", "拟定时间"])
def test_a_day_of_another_kind_is_no_completion(tmp_path: Path, group: str) -> None:
    assert "completion_date" not in _played(tmp_path / "供地.xlsx", [group, ""], ["开工时间", "竣工时间"])


def test_a_bracket_that_says_which_day_it_is_belongs_to_the_name(tmp_path: Path) -> None:
    played = _played(tmp_path / "供地.xlsx", [], ["竣工时间（约定）", "竣工时间(实际)", "开工时间(合同约定)", "开工时间(实际)"])
    assert played == {"agreed_start_date": "开工时间(合同约定)", "actual_start_date": "开工时间(实际)", "agreed_completion_date": "竣工时间(约定)", "completion_date": "竣工时间(实际)"}
    assert _played(tmp_path / "计划.xlsx", [], ["竣工日期(预计)", "竣工时间(拟)"]) == {}
