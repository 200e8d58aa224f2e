"""Frozen results (monthly, quarterly): found in their folder, checked against the seal they were frozen with."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from spatial.errors import Finding, found
from spatial.schema.study import Study

FAMILY = "spatial-snapshot/"
SCHEMA = f"{FAMILY}1"
SEAL = "sha256"


def seal_of(content: dict[str, Any]) -> str:
    """Hash of a snapshot's content without the seal itself, whatever the layout of the file."""
    plain = {name: value for name, value in content.items() if name != SEAL}
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()).hexdigest()


def _whole(content: dict[str, Any]) -> bool:
    """Whether a snapshot is of this version and is as it was frozen."""
    try:
        return content.get("schema") == SCHEMA and isinstance(content.get("study"), dict) and "as_of" in content["study"] and content.get(SEAL) == seal_of(content)
    except (ValueError, RecursionError):  # numbers that JSON has not, or no end of nesting
        return False


def earlier_snapshot(folder: Path, study: Study) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The latest frozen result of the same audience before the study's day, or the one of `study.trend_against`; None and a finding where there is none or a seal is broken."""
    as_of, wanted = study.as_of, study.trend_against
    findings: list[Finding] = []
    held: list[tuple[str, Path, dict[str, Any]]] = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as problem:
            findings.append(found("snapshot.unreadable", role="study", path=path.name, field="study.snapshots", value_seen=problem))
            continue
        if not isinstance(content, dict) or not str(content.get("schema", "")).startswith(FAMILY):
            continue  # a JSON file of something else
        if not _whole(content):  # looked at before its day is believed: a changed day would hide it
            findings.append(found("snapshot.changed", role="study", path=path.name, field="study.snapshots"))
            continue
        if content["study"].get("audience", "internal") != study.audience:
            continue
        day = str(content["study"]["as_of"])
        if (day == wanted.isoformat() if wanted else day < as_of.isoformat()):
            held.append((day, path, content))
    if not held:
        return None, [*findings, found("snapshot.none", role="study", path=folder.name, field="study.snapshots", value_seen=wanted or as_of)]
    day, path, content = max(held, key=lambda row: (row[0], row[1].name))
    return content, [*findings, found("snapshot.used", role="study", path=path.name, field="study.snapshots", value_used=day)]
