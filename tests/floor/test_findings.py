"""A finding that lists names writes them as the language it is told in does."""

from __future__ import annotations

import pickle

from spatial.errors import Several, found


def test_a_list_is_joined_by_the_language_and_survives_the_way_to_a_worker() -> None:
    listed = Several(["A", 2]) + "…"
    finding = found("key.duplicate", role="parcels", key="A、B", rows=listed, value_seen=Several(["x、y", "z"]), spelled="", count=2)
    for one in (finding, pickle.loads(pickle.dumps(finding))):
        assert "A、2…" in one.message("zh") and "A, 2…" in one.message("en")
        assert one.record("zh")["value_seen"] == "x、y、z" and one.record("en")["value_seen"] == "x、y, z"  # what a name holds stays
        assert one.record("en")["key"] == "A、B"
        kept = one.told("en")
        assert type(kept.value_seen) is str and kept.value_seen == "x、y, z" and kept.message("en") == one.message("en")


def test_a_line_lists_its_fields_as_the_language_does() -> None:
    finding = found("statistics.beside_enterprises", role="statistics", field=Several(["tax", "rd"]), lacking="—")
    assert finding.line("zh").startswith("statistics tax、rd: ") and finding.line("en").startswith("statistics tax, rd: ")
