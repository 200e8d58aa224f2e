"""Projects listed beside their sub-projects: where the codes extend the parent's and the amounts add up to it, one of the two levels counts twice."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from spatial.errors import Finding, found, lines_of
from spatial.normalise.layer import Layer, left_out
from spatial.schema.study import Study

AMOUNTS = ("total_investment_wanyuan", "year_plan_wanyuan", "year_done_wanyuan")
TOLERANCE = 0.005  # of the parent's amount: what rounding the children leaves
LISTED, SHORTEST = 50, 2
_END = re.compile(r"(?<=[0-9A-Z一-鿿)])(?=[-_/.#(][0-9A-Z一-鿿]|[一-鿿])")  # where a code may end and that of a part begin


def one_level(layer: Layer, study: Study) -> Layer:
    """The projects with those that stand for others left out, or the others, as the study says; an error where it says nothing and sums tell that both are there."""
    if "project_id" not in layer.frame:
        return layer
    parents = _parents(layer.frame["project_id"])
    whole, told = _adding_up(layer.frame, parents, 1)
    loose = {child: parent for child, parent in _by_beginning(layer.frame).items() if child not in parents}
    more, others = _adding_up(layer.frame, loose, 2)  # a beginning alone is less of a sign: the amounts of two and more have to add up
    if more:
        whole, told, parents = whole | more, [*told, *others], {**{child: parent for child, parent in loose.items() if parent in more}, **parents}
    if not parents:
        return layer
    rule = study.rules["sub_projects"]
    if not whole:
        key, child = min((parent, child) for child, parent in parents.items())
        row = int(layer.frame.loc[layer.frame["project_id"] == child, "row"].iloc[0])
        told = [found("project.sub_codes", field="project_id", key=key, row=row, count=len(set(parents.values())), value_seen=child)]
    elif rule == "all":
        told = [found("project.sub_counted", field="project_id", key=told[0].key, row=told[0].row, count=len(whole))]
    elif rule != "refuse":
        below = {child for child in parents if _any_above(child, parents, whole)}
        gone = layer.frame["project_id"].isin(whole if rule == "children" else below).to_numpy(bool)
        rows = layer.frame["row"].to_numpy(np.int64)[gone]
        return left_out(layer, gone, "sub_project", found("project.sub_left_out", field="project_id", key=min(whole), row=int(rows[0]), count=len(rows), rows=lines_of(rows), value_used=rule))
    return dataclasses.replace(layer, findings=[*layer.findings, *told[:LISTED]])


def _parents(ids: pd.Series) -> Mapping[str, str]:
    """Code -> the longest other code that it extends."""
    known = {code for code in ids.dropna().unique() if isinstance(code, str)}
    found_in = ((code, next((code[:at] for at in reversed([m.start() for m in _END.finditer(code)]) if code[:at] in known), None)) for code in known)
    return {code: parent for code, parent in found_in if parent is not None}


def _by_beginning(frame: pd.DataFrame) -> Mapping[str, str]:
    """Code -> the longest other code with which it begins (XM00101 of XM001); else the code of the longest other name with which its own does (甲项目一期 of 甲项目)."""
    once = frame.drop_duplicates("project_id")
    ids = [code for code in once["project_id"] if isinstance(code, str)]
    begun = _longest({code: code for code in ids}, 2)  # XM10 is the tenth, not a part of XM1
    if "project_name" in once:
        names = once[once["project_name"].notna() & ~once["project_name"].duplicated(keep=False)]
        begun = {**_longest(dict(zip(names["project_name"].astype(str), names["project_id"], strict=True)), 1), **begun}
    return begun


def _longest(ids: Mapping[str, str], beyond: int) -> dict[str, str]:
    """Id of each text -> id of the longest other text with which it begins, so many characters shorter at least."""
    found_in = ((text, next((text[:at] for at in range(len(text) - beyond, SHORTEST - 1, -1) if text[:at] in ids), None)) for text in ids)
    return {ids[text]: ids[begin] for text, begin in found_in if begin is not None}


def _adding_up(frame: pd.DataFrame, parents: Mapping[str, str], least: int) -> tuple[set[str], list[Finding]]:
    """Projects of which every amount that is stated all through is the sum of those of the codes that extend theirs, so many at least."""
    columns = [name for name in AMOUNTS if name in frame]
    if not parents or not columns:
        return set(), []
    once = frame.drop_duplicates("project_id").set_index("project_id")
    parts = once.loc[list(parents), columns].astype(float)
    above = pd.Series(parents)
    sums, known, count = parts.groupby(above).sum(), parts.notna().groupby(above).all(), above.value_counts()
    own = once.loc[sums.index, columns].astype(float)
    stated = own.gt(0) & known
    agree = stated.any(axis=1) & ((sums - own).abs().le(TOLERANCE * own) | ~stated).all(axis=1) & count.reindex(sums.index).ge(least)
    whole = sorted(agree.index[agree])
    told: list[Finding] = []
    for parent in whole[:LISTED]:
        name = str(stated.columns[stated.loc[parent].to_numpy().argmax()])
        rows = frame.loc[frame["project_id"].isin(above.index[above.eq(parent)]), "row"]
        told.append(found("project.sub_projects", field=name.removesuffix("_wanyuan"), key=parent, row=int(once.at[parent, "row"]), count=int(count[parent]),
                          value_seen=f"{own.at[parent, name]:,.2f} 万元", rows=lines_of(rows)))
    return set(whole), told


def _any_above(code: str, parents: Mapping[str, str], whole: set[str]) -> bool:
    while code in parents:
        code = parents[code]
        if code in whole:
            return True
    return False

