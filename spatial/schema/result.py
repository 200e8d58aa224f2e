"""What a run hands to its outputs: frames, values and findings, with nothing left to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from spatial.errors import Finding
from spatial.facts import facts_html
from spatial.schema.study import Study
from spatial.schema.trail import Trail

ZONE_COLUMNS = ("id", "name", "kind", "parcel_count", "area_m2")
VALUE_COLUMNS = ("indicator", "zone", "value", "unit", "numerator", "denominator", "n", "coverage", "status", "rule", "as_of")
SCORE_COLUMNS = ("policy", "clause", "indicator", "zone", "value", "comparison", "target", "unit", "status", "rank", "margin",
                 "flips_under", "to_close")
# beside the score: how much had data, by which rule, the range over the other readings, the frozen result before it, why a public edition has no value (masked), and whether `=` means exactly
BESIDE_COLUMNS = ("title", "coverage", "n", "rule", "low", "high", "previous", "previous_as_of", "change", "trend", "previous_rank", "reason", "exact")
COURSE_COLUMNS = ("policy", "clause", "title", "indicator", "zone", "as_of", "value", "comparison", "target", "unit", "status", "margin", "deadline", "exact")
READING_COLUMNS = ("indicator", "zone", "rule", "value", "unit", "status")
JOIN_COLUMNS = ("left", "right", "key", "matched", "left_only", "right_only", "one_to_many")
GEOMETRY_COLUMNS = ("role", "kind", "row", "key", "other_row", "other_key", "what", "ground_m2", "area_before_m2", "area_after_m2", "loser", "applied")
ROW_COLUMNS = ("role", "path", "layer", "outcome", "reason", "count", "rows")  # what became of every row of every file
INPUT_COLUMNS = ("role", "path", "layer", "rows", "crs", "crs_from", "encoding", "sha256")


@dataclass(frozen=True)
class Result:
    """One run of a study.

    parcels : GeoDataFrame in the working CRS, one row a parcel, with areas, carrier, status and per-parcel indicators
    pieces : parcel (position), zone (id), share of the parcel, area_m2
    values, zones, scorecard, joins, inputs : frames with the columns of results.json
    """

    study: Study
    working_crs: str
    parcels: gpd.GeoDataFrame
    carriers: gpd.GeoDataFrame
    zone_layers: Mapping[str, gpd.GeoDataFrame]
    pieces: pd.DataFrame
    ledgers: Mapping[str, pd.DataFrame]
    zones: pd.DataFrame
    values: pd.DataFrame
    scorecard: pd.DataFrame
    balance: Mapping[str, float]
    joins: pd.DataFrame
    inputs: pd.DataFrame
    findings: list[Finding]
    policies: list[dict[str, str]]  # name, path and sha256 of every policy file
    trail: Trail
    readings: pd.DataFrame  # READING_COLUMNS: judged indicators under every other defensible reading
    lists: Mapping[str, pd.DataFrame]  # calendar, offers, vacant, leases, course, commitments: what comes due, what can be offered, how reported targets went, what 标准地 promised
    mapping: Mapping[str, Mapping[str, str]]  # role -> canonical field -> header it was read from
    topology: pd.DataFrame = field(default_factory=pd.DataFrame)  # the geometry ledger: repairs, overlaps, slivers and gaps, GEOMETRY_COLUMNS

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)  # the account of rows, ROW_COLUMNS
    matches: pd.DataFrame = field(default_factory=pd.DataFrame)  # how ledger rows found their parcels, MATCH_COLUMNS

    def __repr__(self) -> str:
        return f"<Result of {self.study.name!r} as_of={self.study.as_of}: {len(self.parcels):,} parcels, {len(self.zones)} zones, {len(self.values):,} values, {len(self.findings)} findings>"

    def _repr_html_(self) -> str:
        pick = 0 if self.language == "zh" else 1
        told = ("parcels", "carriers", "zones", "values", "scorecard")
        return facts_html(self.study.name, [
            (("数据截至", "data as of")[pick], self.study.as_of), (("坐标系", "CRS")[pick], self.working_crs),
            *((f".{name}", f"{len(getattr(self, name)):,} {('行', 'rows')[pick]}") for name in told), (".findings", len(self.findings)),
            (".ledgers", ", ".join(f"{role} ({len(frame):,})" for role, frame in self.ledgers.items()) or "—"), (("作为一次运行", "as a run")[pick], "spatial.Run.of(result)")])

    @property
    def language(self) -> Any:
        """Language of labels and messages: zh or en."""
        return self.study.language
