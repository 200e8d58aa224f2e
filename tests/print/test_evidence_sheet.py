"""The sheet of disagreements has a class for every rule of evidence, and says that it is evidence."""

from __future__ import annotations

import tomllib

from spatial.resources import folder


def test_every_rule_of_evidence_has_its_class() -> None:
    sheet = tomllib.loads((folder("maps") / "sheet-evidence.toml").read_text(encoding="utf-8"))
    rules = tomllib.loads((folder("layers") / "evidence" / "thresholds.toml").read_text(encoding="utf-8"))["rule"]
    assert [code for drawn in sheet["classes"] for code in drawn["where"]["evidence"]] == [rule["id"] for rule in rules]
    assert all(drawn["zh"].startswith("疑似") for drawn in sheet["classes"]) and "不是认定" in sheet["note_zh"]
