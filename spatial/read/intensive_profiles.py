"""Profiles of the intensive-use evaluation: packaged ones (layers/intensive_use) by name, or a file beside the study."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spatial.errors import Finding
from spatial.read.profiles import choice, load_profile, number, only
from spatial.schema.intensive import FALLING, INDUSTRIAL, MIXED, SCORED, Intensive, Scored
from spatial.schema.policy import Text

_KEYS = {"zh", "en", "version", "source", "evidence", "cap", "types", "type", "zone"}


def load_intensive(name: str, base: Path) -> tuple[Intensive | None, list[Finding]]:
    """The profile a study names; `none` is no evaluation."""
    return load_profile(name, base, folder="intensive_use", rule="rules.intensive_use", wrong="intensive.wrong_profile", make=profile_of)


def profile_of(name: str, table: Mapping[str, Any]) -> Intensive:
    """A checked profile; a ValueError (KeyError, TypeError) says the key that is wrong."""
    only(table, _KEYS, "")
    types, zh = table["types"], str(table["zh"])
    only(types, {"industrial_names", "industrial_share_over", "housing_share_from"}, "types.")
    items = {str(row["id"]): _items(row) for row in table["type"]}
    if set(items) != {INDUSTRIAL, MIXED}:
        raise ValueError(f"type.id = {sorted(items)} ({INDUSTRIAL} | {MIXED})")
    cap = None if table.get("cap") is None else _positive(table["cap"], "cap")
    return Intensive(name, zh, str(table.get("en", zh)), str(table.get("version", "")), str(table.get("source", "")), str(table.get("evidence", "")), cap,
                     tuple(str(word) for word in types.get("industrial_names", ())), _positive(types["industrial_share_over"], "types.industrial_share_over"),
                     _positive(types["housing_share_from"], "types.housing_share_from"), items, tuple(_zone(row) for row in table.get("zone", ())))


def _items(row: Mapping[str, Any]) -> tuple[Scored, ...]:
    """The items of a type with their share of the whole: weights are relative within their level."""
    only(row, {"id", "zh", "en", "target", "sub", "item"}, "type.")
    targets = {str(one["id"]): _positive(one["weight"], f"target {one['id']}") for one in row["target"]}
    subs = {str(one["id"]): (str(one["target"]), _positive(one["weight"], f"sub {one['id']}")) for one in row["sub"]}
    for key, (target, _) in subs.items():
        choice(target, tuple(targets), f"sub {key}.target")
    told = [(choice(one["indicator"], SCORED, "item.indicator"), choice(str(one["sub"]), tuple(subs), "item.sub"), _positive(one["weight"], f"{one['indicator']}.weight"), one)
            for one in row["item"]]
    if len({indicator for indicator, *_ in told}) < len(told):
        raise ValueError(f"type {row['id']}: item.indicator")
    empty = [key for key in subs if key not in {sub for _, sub, *_ in told}] + [key for key in targets if key not in {target for target, _ in subs.values()}]
    if empty:
        raise ValueError(f"type {row['id']}: {', '.join(empty)} = []")
    items = []
    for indicator, sub, weight, one in told:
        only(one, {"indicator", "sub", "weight", "ideal", "reason"}, f"{indicator}.")
        target, sub_weight = subs[sub]
        share = (weight / math.fsum(w for _, s, w, _ in told if s == sub) * sub_weight / math.fsum(w for t, w in subs.values() if t == target)
                 * targets[target] / math.fsum(targets.values()))
        ideal = float(one.get("ideal", 0.0)) if indicator in FALLING else _positive(one["ideal"], f"{indicator}.ideal")
        if indicator in FALLING and ideal != 0:
            raise ValueError(f"{indicator}.ideal = {ideal:g} ≠ 0")
        items.append(Scored(indicator, target, sub, share, ideal, _reason(one.get("reason", ""), f"{indicator}.reason")))
    return tuple(items)


def _reason(value: Any, key: str) -> Text:
    """Why an ideal value is what it is: it must be said (rule book 2.4), in both languages or in the profile's own words."""
    said = value if isinstance(value, Mapping) else {"zh": value, "en": value}
    only(said, {"zh", "en"}, f"{key}.")
    text = Text(str(said.get("zh", "")).strip(), str(said.get("en", "")).strip())
    if not text.text():
        raise ValueError(key)
    return text


def _zone(row: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, float], ...]]:
    only(row, {"name", "part"}, "zone.")
    return str(row["name"]), tuple((str(part["zone"]), _positive(part["weight"], "zone.part.weight")) for part in row["part"])


def _positive(value: Any, key: str) -> float:
    if number(value, key) <= 0:
        raise ValueError(f"{key} = {value}")
    return float(value)
