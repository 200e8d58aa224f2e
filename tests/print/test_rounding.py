"""What a sheet prints in rows adds up to the total that it prints below, and where it need not, the sheet says so."""

from __future__ import annotations

from decimal import Decimal

from spatial.render.fonts import chinese_font
from spatial.render.sheets.canvas import Canvas
from spatial.render.sheets.furniture import Texts, legend
from spatial.render.sheets.kinds import Class
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
