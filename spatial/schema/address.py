"""A database address as it may be shown: in findings, logs and outputs it never carries its password."""

from __future__ import annotations

import re

PREFIXES = ("postgresql://", "postgres://")


def masked(url: str) -> str:
    """The address without its password, whether that stands before the host or among the parameters."""
    shown = re.sub(r"(//[^:/@]*):.*@", r"\1:***@", url)  # up to the last @: a password may hold one by mistake
    return re.sub(r"(?i)([?&](?:ssl)?password=)[^&]*", r"\1***", shown)
