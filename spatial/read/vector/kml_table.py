"""The table that a placemark's description shows: desktop GIS write the attributes of a layer there when they make a KML of it."""

from __future__ import annotations

from html.parser import HTMLParser

NOTHING = ("<Null>", "<null>", "<空>")


class _Rows(HTMLParser):
    """The rows of tables, as lists of the texts of their cells; a row that holds a table is none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[list[str]] = []
        self.open: list[list[str] | None] = []  # the row that is open in each of the tables that are

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            if self.open:
                self.open[-1] = None
            self.open.append(None)
        elif tag == "tr" and self.open:
            self._end()
            self.open[-1] = []
        elif tag in ("td", "th") and self.open and self.open[-1] is not None:
            self.open[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("tr", "table") and self.open:
            self._end()
        if tag == "table" and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1]:
            self.open[-1][-1] += data

    def _end(self) -> None:
        if cells := self.open[-1]:
            self.done.append([" ".join(cell.split()) for cell in cells])
        self.open[-1] = None


def table_of(description: str) -> dict[str, str | None]:
    """Names and values of the two-column table that a description shows, if it shows one that says every name once."""
    if "<table" not in description.lower():
        return {}
    rows = _Rows()
    rows.feed(description)
    rows.close()
    pairs = [(row[0].rstrip(":："), row[1]) for row in rows.done if len(row) == 2 and row[0].strip(":： ")]
    held = {name: None if value in NOTHING or not value else value for name, value in pairs}
    return held if len(held) == len(pairs) else {}
