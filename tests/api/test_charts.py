"""Charts on figures done in the head: order and colour of bars, a Gini coefficient of a quarter, names with dollar signs."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from PIL import Image

from spatial import charts
from spatial.errors import Language
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


def test_the_wrong_side_of_a_line_is_red_and_said_so() -> None:
    shares = pd.Series({"甲": 3.0, "乙": 9.0})
    for lower, red, word in ((True, [False, True], "高于"), (False, [True, False], "低于")):
        chart = charts.ranked_bars(shares, title="占比", line=5.0, line_label="控制线", lower_is_better=lower)
        assert [bar.get_facecolor()[0] > bar.get_facecolor()[2] for bar in chart.axes[0].patches] == red and f"{word}控制线" in chart.get_supxlabel()


def test_names_of_marks_cover_neither_each_other_nor_another_mark() -> None:
    """Forty zones in a small square: as many are named as find room."""
    draw = np.random.default_rng(4)
    across, up = (pd.Series(draw.uniform(1, 2, 40), index=[f"载体第{n}号园区" for n in range(40)]) for _ in range(2))
    chart = charts.quadrant(across, up, size=up, title="容积率与税收", xlabel="容积率", ylabel="税收", labels=40, size_label="税收")
    chart.draw_without_rendering()
    boxes = [text.get_window_extent() for text in chart.axes[0].texts]
    assert 5 < len(boxes) < 40 and not any(one.overlaps(other) for n, one in enumerate(boxes) for other in boxes[:n]) and "圆面积：税收" in chart.get_supxlabel()


def test_charts_that_can_be_called_are_listed() -> None:
    assert charts.__all__ == ["Chart", "boxes", "lorenz", "lorenz_curve", "quadrant", "ranked_bars", "shares_line"]


def test_the_notes_of_a_chart_are_in_one_language() -> None:
    """Names and labels are the caller's and stay; what the chart adds has no letter of the other language."""
    shares, other = pd.Series({"A": 3.0, "B": 9.0, "C": None}), pd.Series({"A": 1.0, "B": None, "C": 2.0})

    def notes(lang: Language) -> list[str]:
        return [chart.get_supxlabel() for chart in (
            charts.ranked_bars(shares, title="t", line=5.0, most=1, lang=lang), charts.quadrant(shares, other, size=shares, size_label="1", title="t", xlabel="x", ylabel="y", lang=lang),
            charts.lorenz(shares, other, title="t", xlabel="x", ylabel="y", lang=lang), charts.boxes(shares, pd.Series({"A": "g", "B": "h", "C": "g"}), title="t", least=1, lang=lang),
            charts.boxes(shares, pd.Series({"A": "g", "B": "h", "C": "g"}), title="t", least=2, lang=lang))]

    assert notes("en")[0] == "no data: C; 1 more are not drawn" and notes("zh")[0] == "无数据：C；另有 1 个未画"
    assert not [note for note in notes("en") if re.search("[\u3000-\uffef]", note)] and not [note for note in notes("zh") if re.search("[a-z]", note)]
    line = charts.ranked_bars(shares, title="t", line=5.0, line_label="target", lang="en")
    assert line.get_supxlabel().startswith("red: below target; ")
