"""Cells that can be read in two ways, or are written in a way worth telling, in columns of dates, years, ids and amounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spatial.normalise.columns import _unit
from spatial.normalise.convert import Converted, convert
from spatial.normalise.dates import parse_dates
from spatial.normalise.noted import parse_noted
from spatial.read.ledger.units import header_unit
from spatial.schema.fields import Field


def _column(kind: str, name: str, cells: list[Any], unit: str = "") -> Converted:
    field = Field(name=name, type=kind, zh=name, en=name, unit=unit)
    return convert(field, pd.Series(cells, dtype=object), unit=unit, rows=np.arange(2, 2 + len(cells)), words={}, options={})


MARCH, JUNE, LATE = dt.datetime(2020, 5, 3), dt.datetime(2020, 6, 6), dt.datetime(2020, 5, 28)


@pytest.mark.parametrize(("cells", "bad"), [
    ([MARCH, "25/03/2020"], [True, False]),  # 3 May, or 5 March turned round
    ([MARCH, "03/25/2020"], [True, False]),
    ([MARCH, JUNE, "25/03/2020"], [True, False, False]),  # the sixth of June is the same either way
    ([MARCH, LATE, "25/03/2020"], [False, False, False]),  # a date after the 12th was typed as a date
    ([MARCH, "2020-03-25"], [False, False]),
    ([MARCH, MARCH], [False, False]),
])
def test_real_dates_beside_texts_in_the_order_of_another_country(cells: list[Any], bad: list[bool]) -> None:
    done = parse_dates(pd.Series(cells, dtype=object))
    assert done.bad.tolist() == bad
    assert [value is pd.NaT or pd.isna(value) for value in done.values] == bad
    assert not parse_dates(pd.Series(cells, dtype=object), dayfirst=True).reasons.eq("turned_date").any()


@pytest.mark.parametrize(("cell", "year"), [(2020, 2020), ("2020年度", 2020), (dt.datetime(2020, 12, 31), 2020), (dt.date(2020, 1, 1), 2020), (dt.datetime(2020, 6, 30), None),
                                            (20, None), (202001, None), (0, None), ("2020年1-6月", None)])
def test_a_year_is_a_year(cell: Any, year: int | None) -> None:
    done = _column("integer", "year", [cell])
    assert (done.values[0] == year and not len(done.bad.rows)) if year else list(done.bad.rows) == [0]


@pytest.mark.parametrize(("cell", "key"), [("'330109A", "330109A"), ("a 12", "A12"), ("Ａ１２", "A12"), ("“330109001001GB00001”", "330109001001GB00001")])
def test_an_id_that_is_compared_without_its_signs_has_a_receipt(cell: str, key: str) -> None:
    for kind, value in (("id", key), ("ids", key)):
        done = _column(kind, "parcel_id", [key, cell])
        assert done.values.tolist() == [value, value]
        assert [(f.code, f.row, f.count, f.value_used) for f in done.findings] == [("key.normalised", 3, 1, key)]


def test_ids_as_they_stand_have_none() -> None:
    assert not _column("id", "parcel_id", ["A12", "330109001001GB00001", 12]).findings
    assert not _column("ids", "parcel_id", ["A12、B3", "C4; D5 "]).findings


@pytest.mark.parametrize("word", ["/", "无", "—", "待定", "暂缺", "未编号", "尚未取得", "暂未编码"])
def test_a_word_for_no_id_is_none_and_has_a_receipt(word: str) -> None:
    for kind in ("id", "ids"):
        done = _column(kind, "parcel_id", ["A12", word, None])
        assert done.values.isna().tolist() == [False, True, True]
        assert [(f.code, f.row, f.count, f.value_seen) for f in done.findings] == [("key.none", 3, 1, word)]


@pytest.mark.parametrize("word", ["无锡新区", "未来科技城", "待定地块甲", "空港"])
def test_a_name_that_begins_like_one_stays(word: str) -> None:
    assert _column("id", "parcel_id", ["A12", word]).values.tolist() == ["A12", word]


def test_a_key_that_is_a_word_for_nothing_names_one_row_and_never_two() -> None:
    field = Field(name="parcel_id", type="id", zh="", en="", required=True)
    def read(cells: list[Any]) -> Converted:
        return convert(field, pd.Series(cells, dtype=object), unit="", rows=np.arange(2, 2 + len(cells)), words={}, options={})
    assert read(["A", "---", None]).values.tolist() == ["A", "---", None] and not len(read(["A", "---", None]).bad.rows)
    done = read(["A", "无", "B", "无", "/"])
    assert list(done.bad.rows) == [1, 3] and done.values.tolist() == ["A", None, "B", None, "/"] and set(done.bad.reasons) == {"names_nothing"}


def test_an_amount_that_calls_itself_approximate_is_told() -> None:
    done = _column("quantity", "tax", ["约100万元", 20], "wanyuan")
    assert done.values.tolist() == [100.0, 20.0]
    assert [(f.code, f.row) for f in done.findings] == [("row.about", 2)]
    assert not _column("quantity", "tax", ["100万元", 20], "wanyuan").findings


@pytest.mark.parametrize(("stated", "header", "unit"), [
    ("", "数值(亿元)", "yiyuan"), ("", "完成值(万元)", "wanyuan"), ("", "数值(%)", "percent"), ("", "完成值（万美元）", "万美元"), ("", "数值/百分点", "百分点"), ("", "数值", ""),
    ("", "数值(2020年)", ""), ("万元", "数值(亿元)", "wanyuan"), ("百分点", "数值", "百分点")])
def test_a_column_of_figures_of_targets_may_state_its_unit(stated: str, header: str, unit: str) -> None:
    field = Field(name="value", type="number", zh="数值", en="Value")
    assert _unit(field, stated, header_unit(header) or "", header) == (unit, [])


def test_a_unit_of_targets_that_nobody_knows_is_refused() -> None:
    assert [f.code for f in _unit(Field(name="value", type="number", zh="数值", en="Value"), "furlong", "", "数值")[1]] == ["unit.unknown"]


@pytest.mark.parametrize(("cell", "read"), [
    ("40000①", None), ("40000²", None), ("100¹", None), ("⑴", None), ("60亩②", None), ("40000m²", 40_000.0), ("40000㎡", 40_000.0), ("４００００", 40_000.0), ("0.04km²", 40_000.0)])
def test_a_footnote_mark_behind_a_number_is_no_digit(cell: str, read: float | None) -> None:
    done = _column("quantity", "area", [cell, "1"], "m2")
    assert done.bad.reasons == ([] if read else ["raised"]) and (read is None or done.values.iloc[0] == read)


def test_a_day_that_is_not_known_makes_a_month() -> None:
    done = parse_dates(pd.Series(["2020-05-00", "2020-05-01", "2020-05-①"], dtype=object))
    assert done.precision.tolist()[:2] == ["month", "day"] and done.reasons.tolist() == ["", "", "raised"]


@pytest.mark.parametrize(("cell", "day"), [
    ("2020-03-01 星期日", "2020-03-01"), ("2020年3月1日(周日)", "2020-03-01"), ("2020/3/1 周日 10:00", "2020-03-01"), ("Sunday, March 1, 2020", "2020-03-01"),
    ("2020-03-01 00:00:00+08", "2020-03-01"), ("2020-02-29 16:00:00+00", "2020-03-01"), ("2020-02-29T16:00:00.000+00", "2020-03-01"),
    ("Sun Mar 01 2020 00:00:00 GMT+0800 (中国标准时间)", "2020-03-01"), ("Sat Feb 29 2020 16:00:00 GMT+0000", "2020-03-01"),
    ("2020·3·1", "2020-03-01"), ("2020、3、1", "2020-03-01"), ("2020_03_01", "2020-03-01"), ("2020.03.01.", "2020-03-01"), ("公元2020年3月1日", "2020-03-01"), ("民国109年3月1日", "2020-03-01"),
    ("2020年3月下旬", "2020-03-01"),  # a month, as its first day
])
def test_days_with_their_day_of_the_week_a_zone_or_an_era(cell: str, day: str) -> None:
    done = parse_dates(pd.Series([cell, None]))
    assert str(done.values[0])[:10] == day and not done.bad.any() and done.precision[0] == ("month" if "旬" in cell else "day")


@pytest.mark.parametrize(("cell", "reason"), [("2020-03-01 星期一", "wrong_weekday"), ("Monday, March 1, 2020", "wrong_weekday"), ("2020年3月 周日", "wrong_weekday"), ("周日", "not_date"),
                                              ("2020-03-01-08", "not_date"), ("2020-03-01至2020-04-01", "not_date"), ("109.3.1", "not_date"), ("2020年第3周", "not_date")])
def test_days_that_say_two_things_or_too_little(cell: str, reason: str) -> None:
    done = parse_dates(pd.Series([cell]))
    assert done.values.isna().all() and done.reasons[0] == reason


def test_parcels_that_share_a_word_for_no_id_stay_parcels_where_keys_may_be_shared() -> None:
    key = Field(name="parcel_id", type="id", zh="", en="", required=True)
    done = convert(key, pd.Series(["A", "/", "B", "/"], dtype=object), unit="", rows=np.arange(2, 6), words={}, options={"shared_word": True})
    assert done.values.tolist() == ["A", "/", "B", "/"] and not len(done.bad.rows)


@pytest.mark.parametrize("cell", ["1" * 30_000 + "x", "109" + " " * 30_000 + "x", "2020" + " " * 30_000 + "x", "1" * 30_000 + "(x", "1" * 15_000 + "," + "1" * 15_000 + "左"])
def test_a_long_text_is_no_figure_and_no_day_and_is_not_searched_for_one(cell: str) -> None:
    """Searched, the blanks of the third would hold a run for hours."""
    assert parse_dates(pd.Series([cell, "109/03/15", "109/03/16"], dtype=object)).reasons.tolist() == ["not_date", "", ""]
    assert parse_noted(pd.Series([cell, "0,5", "1200(含税)"], dtype=object))[0].bad.tolist() == [True, False, False]


def test_days_that_numpy_counts_are_read_as_those_of_python_are() -> None:
    """1090315 is 15 March of the 109th year; beside 民國109/06/30 both are of the republic, whichever integers a reader hands over."""
    for number in (1_090_315, np.int64(1_090_315)):
        done = parse_dates(pd.Series([number, "民國109/06/30"], dtype=object))
        assert done.values.tolist() == [pd.Timestamp(2020, 3, 15), pd.Timestamp(2020, 6, 30)]
