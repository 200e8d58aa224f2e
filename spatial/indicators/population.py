"""Residents of the zones, as their own yearly statistics report them: one row a zone, so that a zone without a figure is unknown, not empty."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd

from spatial.errors import Finding, found
from spatial.indicators.statistics import WHOLE
from spatial.schema.joined import STUDY_AREA
from spatial.schema.shares import Shares
from spatial.schema.study import Study

COLUMN = "population"


def population_of(statistics: pd.DataFrame | None, zones: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, Shares, list[Finding]] | None:
    """The table and where its rows lie; None without a column of residents. Totals repeated on several rows of a zone count once; differing ones are told and unknown."""
    if statistics is None or COLUMN not in statistics or statistics[COLUMN].isna().all():
        return None
    known = statistics[statistics[COLUMN].notna() & statistics["year"].le(study.as_of.year)]
    if not len(known):
        return None
    year = int(known["year"].max())
    known = known[known["year"].eq(year)]
    named = known["zone"].map(lambda key: unicodedata.normalize("NFC", str(key)))
    named = named.where(~named.isin((*WHOLE, study.name)), STUDY_AREA)
    ids = {**dict(zip(zones["name"], zones["id"], strict=True)), **dict(zip(zones["id"], zones["id"], strict=True))}
    place = named.map(ids)
    several = known[COLUMN].groupby(place).agg(["min", "max"])
    figures = several["max"].where(several["min"].eq(several["max"]))
    findings = [found("statistics.population_differs", role="statistics", field="population", key=str(zone), value_seen=f"{several.at[zone, 'min']:g} / {several.at[zone, 'max']:g}")
                for zone in figures.index[figures.isna()]]
    table = pd.DataFrame({"zone": zones["id"].to_numpy(object), "year": year, COLUMN: zones["id"].map(figures).to_numpy(float), "inside": np.nan})
    row = np.arange(len(table), dtype=np.int64)
    return table, Shares(row, row, np.ones(len(table)), np.zeros(len(table))), findings
