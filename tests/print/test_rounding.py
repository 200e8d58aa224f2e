"""What a sheet prints in rows adds up to the total that it prints below, and where it need not, the sheet says so."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from spatial.render.fonts import chinese_font
from spatial.render.sheets.canvas import Canvas
from spatial.render.sheets.furniture import Texts, legend
from spatial.render.sheets.kinds import Class, Kind, classify
from spatial.render.sheets.tables import _bare
from spatial.render.sheets.themes import Legend


def test_grounds_and_shares_of_a_legend_add_up_to_its_total() -> None:
    """Three classes of a quarter of a mu: 0.3 + 0.3 + 0.3 would be 0.9 under a total of 0.8, and 33.3 % three times 99.9 %."""
    font = chinese_font()
    page = Canvas(420, 297, (font,) if font else ())
    rows = [Legend(Class((name, name), "#AAAAAA"), 1, 0.25 * 2000 / 3) for name in "甲乙丙"]
    texts = Texts("", "", "", "", ("类别", "宗数", "面积(亩)", "占比"), [], [], [], "", 0, "study_area")
    legend(page, (10, 10, 120, 200), rows, texts, 1.0, lines=False)
    shares = [Decimal(text[:-1]) for text in page.texts if text.endswith("%") and text != "100%"]
    grounds = [Decimal(text) for text in page.texts if text.startswith("0.")]
    assert grounds[-1] == sum(grounds[:-1]) == Decimal("0.8") and sorted(grounds[:-1]) == [Decimal("0.2"), Decimal("0.3"), Decimal("0.3")]
    assert sum(shares) == 100 and sorted(shares) == [Decimal("33.3"), Decimal("33.3"), Decimal("33.4")]


def test_a_value_a_rounding_below_a_limit_stands_in_the_class_that_its_printed_figure_names() -> None:
    """5999.999999999999 / 600 prints as 10.00 and belongs to 10 – 20, not to 5 – 10; 9.99 does not."""
    kind = Kind("t", 1, ("", ""), "carriers", "tax", {"limits": [5, 10, 20], "colours": ["#111111", "#222222", "#333333", "#444444"]})
    classes, code = classify(kind, pd.DataFrame({"tax": [9.999999999999998, 10.0, 9.99, 4.9999999999999996, 20.0]})) or ([], [])
    assert [classes[at].names[0] for at in code] == ["10 – 20", "10 – 20", "5 – 10", "5 – 10", "≥ 20"]


def test_a_column_of_a_sheet_leaves_the_unit_to_its_head() -> None:
    assert [_bare(text, "10⁴ CNY/mu") for text in ("19.30 × 10⁴ CNY/mu", "no data", "1.43")] == ["19.30", "no data", "1.43"]
