"""Profiles of the enterprise benefit evaluation: packaged ones (layers/benefit) by name, or a file beside the study."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spatial.errors import Finding
from spatial.read.profiles import choice, load_profile, number, only
from spatial.schema.benefit import INSTEAD, MEASURES, Group, Item, Profile, Veto

_KEYS = {"zh", "en", "version", "source", "evidence", "scheme", "low", "classes", "group", "veto"}
_GROUP_KEYS = {"id", "above_scale", "zh", "en", "measure"}
_ITEM_KEYS = {"id", "weight", "base", "cap", "floor", "missing", "not_applicable"}


def load_benefit(name: str, base: Path) -> tuple[Profile | None, list[Finding]]:
    """The profile a study names; `none` is no evaluation."""
    return load_profile(name, base, folder="benefit", rule="rules.benefit", wrong="benefit.wrong_profile", make=profile_of)


def profile_of(name: str, table: Mapping[str, Any]) -> Profile:
    """A checked profile; a ValueError (KeyError, TypeError) says the key that is wrong."""
    only(table, _KEYS, "")
    scheme, low = choice(table.get("scheme", "base"), ("base", "min_max"), "scheme"), number(table.get("low", 20), "low")
    if not 0 <= low < 100:
        raise ValueError(f"low = {low}")
    by, order, limits = _classes(table["classes"])
    groups = tuple(_group(row, scheme) for row in table["group"])
    if not groups or len({group.above_scale for group in groups}) < len(groups):
        raise ValueError("group: above_scale = true / false")
    vetoes = tuple(_veto(row, order) for row in table.get("veto", ()))
    zh = str(table["zh"])
    return Profile(name, zh, str(table.get("en", zh)), str(table.get("version", "")), str(table.get("source", "")), str(table.get("evidence", "")), scheme, low, by, order, limits,
                   groups, vetoes)


def _classes(table: Mapping[str, Any]) -> tuple[str, tuple[str, ...], tuple[float, ...]]:
    only(table, {"by", "order", "limits"}, "classes.")
    by = choice(table["by"], ("quantile", "threshold"), "classes.by")
    order, limits = tuple(str(word) for word in table["order"]), tuple(number(limit, "classes.limits") for limit in table["limits"])
    falls = all(upper > lower for upper, lower in zip(limits, limits[1:], strict=False))
    fits = all(limit >= 0 for limit in limits) and math.fsum(limits) <= 1 + 1e-12 if by == "quantile" else falls
    if len(order) != len(limits) + 1 or len(set(order)) < len(order) or not fits:
        raise ValueError(f"classes.limits = {list(limits)}, order = {list(order)}")
    return by, order, limits


def _group(row: Mapping[str, Any], scheme: str) -> Group:
    only(row, _GROUP_KEYS, "group.")
    items = tuple(_item(item, scheme) for item in row["measure"])
    if type(row["above_scale"]) is not bool:
        raise ValueError(f"group.above_scale = {row['above_scale']}")
    if len({item.id for item in items}) < len(items) or abs(math.fsum(item.weight for item in items) - 100) > 1e-9:
        raise ValueError(f"{row['id']}: Σ weight = {math.fsum(item.weight for item in items):g} ≠ 100")
    return Group(str(row["id"]), row["above_scale"], str(row["zh"]), str(row.get("en", row["zh"])), items)


def _item(row: Mapping[str, Any], scheme: str) -> Item:
    only(row, _ITEM_KEYS, "measure.")
    base = row.get("base", "average")
    said = None if base == "average" else number(base, "base")
    if said is not None and (said <= 0 or scheme == "min_max"):
        raise ValueError(f"{row['id']}: base = {base}")
    weight, bounds = number(row["weight"], "weight"), [None if row.get(key) is None else number(row[key], key) for key in ("cap", "floor")]
    if weight <= 0 or (bounds[0] is not None and bounds[0] <= 0):
        raise ValueError(f"{row['id']}: weight = {weight:g}, cap = {bounds[0]}")
    return Item(choice(row["id"], tuple(MEASURES), "measure.id"), weight, said, bounds[0], bounds[1],
                *(choice(row.get(key, "no_data"), INSTEAD, key) for key in ("missing", "not_applicable")))


def _veto(row: Mapping[str, Any], order: tuple[str, ...]) -> Veto:
    only(row, {"enterprise_id", "to", "down", "year", "zh"}, "veto.")
    to, down, year = row.get("to", ""), row.get("down", 0), row.get("year")
    if (to == "") == (down == 0) or (to and to not in order) or type(down) is not int or (year is not None and type(year) is not int):
        raise ValueError(f"veto {row['enterprise_id']}: to = {to!r}, down = {down!r}, year = {year!r}")
    return Veto(str(row["enterprise_id"]), to, down, year, str(row.get("zh", "")))
