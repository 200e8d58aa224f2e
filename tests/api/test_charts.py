"""Charts on figures done in the head: order and colour of bars, a Gini coefficient of a quarter, names with dollar signs."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from PIL import Image

from spatial import charts
from spatial.render.fonts import chinese_font


def test_bars_stand_from_high_to_low_and_missing_is_named() -> None:
    chart = charts.ranked_bars(pd.Series({"甲": 3.0, "乙": 9.0, "丙": None, "丁$x$": 6.0}), title="亩均税收", unit="万元/亩", line=5.0)
    axes = chart.axes[0]
    assert [bar.get_width() for bar in axes.patches] == [3.0, 6.0, 9.0]  # drawn upwards
    assert [bar.get_facecolor()[0] > bar.get_facecolor()[2] for bar in axes.patches] == [True, False, False]  # only 甲 lies below the line
    assert "丙" in chart.get_supxlabel() and "丁$x$" in [label.get_text() for label in axes.get_yticklabels()]


def test_the_gini_coefficient_is_that_of_two_halves() -> None:
    """Half of the land gives a quarter of the tax: the area between the curve and the diagonal is an eighth, Gini a quarter."""
    x, y, gini, used = charts.lorenz_curve(pd.Series([10.0, 10.0, 0.0, 5.0]), pd.Series([3.0, 1.0, 9.0, np.nan]))
    assert (list(x), list(y), used) == ([0, 0.5, 1], [0, 0.25, 1], 2) and gini == pytest.approx(0.25)


def test_small_groups_are_not_drawn_and_are_counted() -> None:
    chart = charts.boxes(pd.Series([1.0, 2.0, 3.0, 9.0]), pd.Series(["甲", "甲", "甲", "乙"]), title="分布")
    assert [label.get_text() for label in chart.axes[0].get_yticklabels()] == ["甲 (3)"] and "1" in chart.get_supxlabel()


def test_a_chart_shows_itself_as_a_picture_with_chinese_letters() -> None:
    """Warnings are failures here, a missing letter among them."""
    picture = charts.quadrant(pd.Series({"甲": 1.0, "乙": 2.0}), pd.Series({"甲": 2.0, "乙": None}), title="容积率与税收", xlabel="容积率", ylabel="税收")._repr_png_()
    assert Image.open(io.BytesIO(picture)).size[0] > 500


def test_charts_use_the_font_of_the_sheets() -> None:
    font = chinese_font()
    assert font is not None
    chart = charts.ranked_bars(pd.Series({"甲": 1.0}), title="亩均税收")
    assert chart.axes[0].title.get_fontfamily()[0] == font_manager.FontProperties(fname=font.path).get_name()
