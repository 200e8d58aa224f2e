"""A database address as it may be shown (in findings, logs and outputs it never carries its password), and the names of a table in it."""

from __future__ import annotations

import re

PREFIXES = ("postgresql://", "postgres://")
_QUOTED = re.compile(r'("(?:[^"]|"")+"|[^".]+)(?:\.("(?:[^"]|"")+"|[^".]+))?')


def masked(url: str) -> str:
    """The address without its password, whether that stands before the host or among the parameters."""
    shown = re.sub(r"(//[^:/@]*):.*@", r"\1:***@", url)  # up to the last @: a password may hold one by mistake
    return re.sub(r"(?i)([?&](?:ssl)?password=)[^&]*", r"\1***", shown)


def table_parts(table: str) -> list[str]:
    """Schema and table; a name that holds a point stands in quotes, as in SQL."""
    named = _QUOTED.fullmatch(table) if '"' in table else None
    if named is None:
        return table.split(".")
    return [part[1:-1].replace('""', '"') if part.startswith('"') else part for part in named.groups() if part]
