"""Rule sets of low-efficiency land: packaged ones (layers/inefficient) by name, or a file beside the study."""

from __future__ import annotations

import tomllib
from pathlib import Path

from spatial import resources
from spatial.errors import Finding, found
from spatial.indicators.inefficient import Predicate, Ruleset


def load_ruleset(name: str, base: Path) -> tuple[Ruleset | None, list[Finding]]:
    """The rule set a study names; `none` is no rule set."""
    if name == "none":
        return None, []
    packaged = resources.folder("layers") / "inefficient"
    path = packaged / f"{name}.toml" if (packaged / f"{name}.toml").is_file() else base / name
    known = [file.stem for file in sorted(packaged.glob("*.toml"))]
    if not path.is_file():
        return None, [found("study.wrong_value", role="study", field="rules.inefficient", value_seen=name, expected="none | " + " | ".join(known) + " | path",
                            suggestion_zh="请写规则集名称或文件路径", suggestion_en="name a rule set or a file")]
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        predicates = tuple(Predicate(row["id"], row["measure"], row.get("below"), row.get("group", "all"), float(row.get("min_area_mu", 0)), row["zh"], row.get("en", row["zh"]))
                           for row in table["predicate"])
        return Ruleset(name, table["zh"], table.get("en", table["zh"]), table.get("source", ""), table.get("evidence", ""), predicates), []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as reason:
        return None, [found("study.not_toml", role="study", path=name, reason=str(reason))]
