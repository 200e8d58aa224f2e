"""Numbers of several lots with one head, and texts that are no such list."""

from __future__ import annotations

import pytest

from spatial.schema.lots import lots

Y20 = "杭政工出〔2020〕"


@pytest.mark.parametrize(("text", "numbers"), [
    ("3、4号", ["3", "4"]), ("3号、4号", ["3", "4"]), ("3号和4号地块", ["3", "4"]), ("3,4,5号", ["3", "4", "5"]), ("3/4号", ["3", "4"]), ("3号及4号宗地", ["3", "4"]),
    ("3-1、3-2号", ["3-1", "3-2"]), ("3号至5号", ["3", "4", "5"]), ("3~5号", ["3", "4", "5"]), ("3号-5号", ["3", "4", "5"]),
    ("3-5号", []), ("3/4", []), ("1号至50号", []), ("5号至3号", []), ("3号", []), (f"3号、{Y20}4号", []), ("3、4号（标准地）", []),
])
def test_lots_with_one_head(text: str, numbers: list[str]) -> None:
    assert lots(Y20 + text) == tuple(f"{Y20}{number}号" for number in numbers)


@pytest.mark.parametrize("text", ["330109-2020-B-001", "甲、乙", "2020-3、4", "330109001001GB00001、330109001002GB00002", "3301092020B00011;3301092020B00012", "甲公司、乙公司"])
def test_what_is_no_list_of_lots(text: str) -> None:
    assert lots(text) == ()
