"""Zones that a project ledger names and no layer draws: cities and task forces, which hold projects and no ground."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from spatial.schema.joined import GROUP_KINDS, Placed
from spatial.schema.shares import Shares


def with_groups(projects: pd.DataFrame, placed: Placed, zones: pd.DataFrame) -> tuple[Placed, pd.DataFrame]:
    """The projects' shares and the zone table with a zone for each city and task force, in the order of their names.

    Ids are `city:<name>` and `task_force:<name>`. A project lies whole in each group it names; rows that name none are in none.
    """
    rows: list[dict[str, Any]] = []
    parts = [placed.shares.frame()]
    inside = np.nan_to_num(placed.located.inside)
    for kind in GROUP_KINDS:
        if kind not in projects:
            continue
        said = projects[kind].astype("string").str.strip()
        said = said.mask(said.eq(""))
        names = sorted(said.dropna().unique())
        position = said.map({name: len(zones) + len(rows) + i for i, name in enumerate(names)})
        held = np.flatnonzero(position.notna().to_numpy())
        parts.append(pd.DataFrame({"row": held, "zone": position.to_numpy(dtype=float, na_value=np.nan)[held].astype(np.int64), "share": 1.0, "inside": inside[held]}))
        rows += [{"id": f"{kind}:{name}", "name": name, "kind": kind, "layer": kind, "parcel_count": 0, "area_m2": 0.0} for name in names]
    if not rows:
        return placed, zones
    more = pd.DataFrame(rows)[[name for name in zones.columns if name in rows[0]]]
    return replace(placed, shares=Shares.of(pd.concat(parts, ignore_index=True))), pd.concat([zones, more], ignore_index=True)
