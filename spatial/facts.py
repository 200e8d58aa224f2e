"""A few facts as a small HTML table, as a notebook shows an object; every text is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable

CELL = "padding:.25em .7em;border-bottom:1px solid #e3e6ea;text-align:left;vertical-align:top"


def facts_html(title: str, facts: Iterable[tuple[str, object]]) -> str:
    """A title over rows of a name and what it is."""
    lines = "".join(f'<tr><th style="{CELL};font-weight:600">{html.escape(name)}</th><td style="{CELL}">{html.escape(str(text))}</td></tr>' for name, text in facts)
    return f'<div><h3 style="margin:.2em 0">{html.escape(title)}</h3><table style="border-collapse:collapse;font-size:.92em">{lines}</table></div>'
