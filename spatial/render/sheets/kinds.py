"""Kinds of sheets: one TOML each in maps/, read into rows, and the classes they put on parcels or carriers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial import resources
from spatial.errors import Finding, found, nearest
from spatial.render.styles import PALETTES
from spatial.schema.sums import zone_sums

KEYS = {"order": int, "zh": str, "en": str, "draws": str, "by": str, "palette": str, "level": int, "limits": list, "colours": list, "classes": list, "rest": dict, "none": dict, "zero": dict,
        "unit_zh": str, "unit_en": str, "method_zh": str, "method_en": str, "note_zh": str, "note_en": str, "indicators": list, "columns": list, "enterprise": bool, "amount": str}
PREFIX = "sheet-"


@dataclass(frozen=True)
class Kind:
    """One kind of sheet, as its file declares it."""

    id: str
    order: int
    titles: tuple[str, str]
    draws: str  # parcels | carriers | table
    by: str
    said: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str, pick: int) -> str:
        return str(self.said.get(f"{name}_{('zh', 'en')[pick]}", ""))


@dataclass(frozen=True)
class Class:
    """A class on a sheet: its name in both languages and its colour."""

    names: tuple[str, str]
    colour: str
    quiet: bool = False  # ground that the theme is not about


def load_kinds(own: Path) -> tuple[list[Kind], list[Finding]]:
    """The packaged kinds and those of a folder of the user's own, in their order; a file of the same name replaces a packaged one."""
    files = {path.stem.removeprefix(PREFIX): path for folder in (resources.folder("maps"), own) if folder.is_dir() for path in sorted(folder.glob(f"{PREFIX}*.toml"))}
    kinds, findings = [], []
    for name, path in files.items():
        try:
            kinds.append(kind_of(name, tomllib.loads(path.read_text(encoding="utf-8-sig"))))
        except (OSError, ValueError, KeyError, TypeError) as reason:
            findings.append(found("sheets.bad_kind", path=path.name, value_seen=str(reason)))
    return sorted(kinds, key=lambda kind: (kind.order, kind.id)), findings


def kind_of(name: str, said: Mapping[str, Any]) -> Kind:
    """A kind from its keys; a ValueError says which is wrong."""
    for key, value in said.items():
        if key not in KEYS:
            raise ValueError(f"{key}: {nearest(key, KEYS)}")
        if not isinstance(value, KEYS[key]):
            raise ValueError(f"{key} = {value!r}: {KEYS[key].__name__}")
    draws = said.get("draws", "parcels")
    if draws not in ("parcels", "carriers", "table"):
        raise ValueError(f"draws = {draws!r}: parcels, carriers, table")
    if said.get("palette", "land_use") not in PALETTES:
        raise ValueError(f"palette = {said['palette']!r}: {nearest(said['palette'], PALETTES)}")
    if "limits" in said and len(said.get("colours", ())) != len(said["limits"]) + 1:
        raise ValueError("colours: limits + 1")
    for row in said.get("classes", ()):
        if not {"zh", "en", "colour", "where"} <= set(row):
            raise ValueError("classes: zh, en, colour, where")
    return Kind(name, int(said.get("order", 99)), (said["zh"], said.get("en", said["zh"])), draws, said.get("by", ""), said)


def classify(kind: Kind, frame: pd.DataFrame) -> tuple[list[Class], NDArray[np.int64]] | None:
    """Classes of a kind and the class of every row (-1: not shown); None where the frame has nothing the kind speaks of."""
    if "classes" in kind.said:
        return _by_rule(kind, frame)
    if kind.by not in frame or not frame[kind.by].notna().any():
        return _undivided(kind, frame) if undivided(kind, frame) else None
    return _by_limits(kind, frame) if "limits" in kind.said else _by_code(kind, frame)


def undivided(kind: Kind, frame: pd.DataFrame) -> bool:
    """Carriers that nothing tells apart: there is a sheet of them all the same, but their kinds are not known."""
    return kind.draws == "carriers" and not {"classes", "limits"} & set(kind.said) and len(frame) > 0 and (kind.by not in frame or not frame[kind.by].notna().any())


def _undivided(kind: Kind, frame: pd.DataFrame) -> tuple[list[Class], NDArray[np.int64]]:
    return [Class((f"产业载体(没有 {kind.by})", f"carriers (no {kind.by})"), next(iter(PALETTES["spare"].values()))[1])], np.zeros(len(frame), dtype=np.int64)


def _by_rule(kind: Kind, frame: pd.DataFrame) -> tuple[list[Class], NDArray[np.int64]] | None:
    """Classes with conditions of their own, the first that holds; what meets none is the rest."""
    rows: Sequence[Mapping[str, Any]] = kind.said["classes"]
    used = {column for row in rows for column in row["where"]}
    if not any(column in frame and frame[column].notna().any() for column in used):
        return None
    classes = [Class((row["zh"], row["en"]), row["colour"]) for row in rows]
    code = np.full(len(frame), -1, dtype=np.int64)
    for number, row in enumerate(rows):
        holds = np.ones(len(frame), dtype=bool)
        for column, words in row["where"].items():
            holds &= frame[column].isin(words).fillna(False).to_numpy(bool) if column in frame else False
        code[(code < 0) & holds] = number
    return _with_rest(kind, classes, code, ("其他地块", "other parcels"))


def _with_rest(kind: Kind, classes: list[Class], code: NDArray[np.int64], names: tuple[str, str]) -> tuple[list[Class], NDArray[np.int64]]:
    rest = kind.said.get("rest", {})
    return [*classes, Class((rest.get("zh", names[0]), rest.get("en", names[1])), rest.get("colour", PALETTES["quiet"]["rest"][1]), quiet=True)], np.where(code < 0, len(classes), code)


def _by_limits(kind: Kind, frame: pd.DataFrame) -> tuple[list[Class], NDArray[np.int64]]:
    """Numbers in classes from one limit up to below the next; zero and no data are classes of their own."""
    limits, values = [float(v) for v in kind.said["limits"]], np.round(frame[kind.by].to_numpy(float, na_value=np.nan), 9)  # 9.999999999999998 is the 10 that is printed
    names = [f"{a:g} – {b:g}" for a, b in zip(limits, limits[1:], strict=False)]
    labels = [f"< {limits[0]:g}", *names, f"≥ {limits[-1]:g}"]
    classes = [Class((label, label), colour) for label, colour in zip(labels, kind.said["colours"], strict=True)]
    code = np.searchsorted(limits, np.nan_to_num(values), side="right")
    classes.append(Class(("零", "zero"), kind.said.get("zero", {}).get("colour", "#F4E9D8")))
    code[values == 0] = len(classes) - 1
    code[np.isnan(values)] = -1
    none = kind.said.get("none", {})
    return [*classes, Class((none.get("zh", "无数据"), none.get("en", "no data")), none.get("colour", PALETTES["quiet"]["no_data"][1]), quiet=True)], np.where(code < 0, len(classes), code)


def _by_code(kind: Kind, frame: pd.DataFrame) -> tuple[list[Class], NDArray[np.int64]]:
    """Coded values with the names and colours of a palette; a code it does not know takes its parent's, found by dropping two digits."""
    palette = PALETTES[kind.said.get("palette", kind.by)]
    cut = int(kind.said.get("level", 0)) or None
    codes = frame[kind.by].map({value: str(value)[:cut] for value in frame[kind.by].dropna().unique()})
    order = {code: i for i, code in enumerate(palette)}
    present = sorted(codes.dropna().unique(), key=lambda c: (order.get(_known(c, palette), len(order)), c))
    named = kind.said.get("palette", kind.by) == "land_use"
    classes = []
    spare = list(PALETTES["spare"].values())
    for i, value in enumerate(present):
        names, colour = palette.get(_known(value, palette), ((value, value), spare[i % len(spare)][1]))
        known = _known(value, palette) in palette
        classes.append(Class((f"{value} {names[0]}", f"{value} {names[1]}") if named and known else names if value in palette else (value, value), colour))
    place = {value: i for i, value in enumerate(present)}
    code = codes.map(place).fillna(len(classes)).to_numpy(np.int64)
    return [*classes, Class(("未分类", "unclassified"), PALETTES["quiet"]["no_data"][1], quiet=True)], code


def _known(code: str, palette: Mapping[str, Any]) -> str:
    shorter = code
    while shorter and shorter not in palette:
        shorter = shorter[:-2]
    return shorter if shorter else code


def merged(classes: list[Class], code: NDArray[np.int64], area: NDArray[np.float64], most: int) -> tuple[list[Class], NDArray[np.int64], int]:
    """At most `most` of the classes that have ground on a sheet (`area`, m² there): the largest keep their own, the others become one; how many were merged."""
    present = np.unique(code[area > 0]).tolist()
    if len(present) <= most:
        return classes, code, 0
    size = zone_sums(area, code, len(classes))
    kept = sorted(sorted(present, key=lambda i: (-size[i], i))[: most - 1])
    moved = np.full(len(classes), len(kept))
    moved[kept] = range(len(kept))
    count = len(present) - len(kept)
    return [*(classes[i] for i in kept), Class((f"其余 {count} 类", f"{count} further classes"), PALETTES["quiet"]["merged"][1])], moved[code], count
