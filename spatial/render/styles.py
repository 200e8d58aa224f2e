"""One source of colours for every output: land status."""

from __future__ import annotations

from spatial.indicators.status import STATUS

_COLOURS = {
    "not_supplied": "#E9ECEF", "supplied_not_due": "#CFE3F5", "supplied_overdue": "#F7D774", "suspected_idle_1y": "#F28E2B", "suspected_idle_2y": "#D1495B",
    "suspected_idle_suspended": "#B56576", "certified_idle": "#7B1E3A", "under_construction": "#7FB7D9", "part_used": "#B7D7A8", "used": "#5B9A68",
    "undetermined": "#B8B8C8",
}
STATUS_COLOURS: dict[str, tuple[tuple[str, str], str]] = {code: (names, _COLOURS[code]) for code, names in STATUS.items()}
