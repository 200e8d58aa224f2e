"""A finished run as an analyst holds it: its frames, its figures with names and units, and how it shows itself in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from spatial.errors import Language, UsageError, nearest
from spatial.indicators.registry import BY_ID
from spatial.render.frames import FindingsTable, Scorecard, ValueTable, run_html
from spatial.schema.result import Result
from spatial.scorecard.explain import zone_of

if TYPE_CHECKING:
    from spatial.render.map_element import OfflineMap


@dataclass(frozen=True)
class Run:
    """A finished run: its folder and everything in it as frames.

    In a notebook a run shows its headline, and its scorecard looks like one. Frames hold base units (m², 万元, shares 0 to 1) and say them
    in their columns; `parcels` and `carriers` are GeoDataFrames in the working CRS.
    """

    folder: Path
    result: Result
    engine: Mapping[str, Any] | None = None  # partitions and memory of a run on workers

    @property
    def values(self) -> pd.DataFrame:
        """Every indicator in every zone, as in results.json."""
        return self.result.values

    @property
    def zones(self) -> pd.DataFrame:
        """Zones by id: name, kind, parcel_count, area_m2."""
        return self.result.zones

    @property
    def parcels(self) -> gpd.GeoDataFrame:
        """Every parcel with its fields, carrier, status and per-parcel indicators; polygons in the working CRS."""
        return self.result.parcels

    @property
    def carriers(self) -> gpd.GeoDataFrame:
        """The carriers; polygons in the working CRS."""
        return self.result.carriers

    @property
    def scorecard(self) -> Scorecard:
        """Targets of the study's policies against their values, unrounded."""
        return Scorecard(self.result.scorecard.assign(zone_name=self.result.scorecard["zone"].map(self._names())), language=self.language)

    @property
    def findings(self) -> FindingsTable:
        """Everything a reader must know of the data, one row a finding."""
        return FindingsTable([found.record(self.language) for found in self.result.findings], language=self.language)

    @property
    def language(self) -> Language:
        """Language of labels and messages of the run: zh or en."""
        told: Language = self.result.language
        return told

    def value(self, indicator: str, zone: str = "study_area") -> float | None:
        """One figure in its unit; None where it is missing, not applicable or masked. `zone` is an id, or a name that stands once."""
        row = self._row(indicator, zone)
        return None if pd.isna(row["value"]) else float(row["value"])

    def table(self, *indicators: str, kind: str = "carrier") -> ValueTable:
        """Indicators side by side, one row a zone of a kind, in the registry's units; it shows names and units in a notebook.

        Parameters
        ----------
        indicators : ids of the registry
        kind : "carrier", "carrier_type", "study_area", "outside", or the name of another zone layer
        """
        for name in indicators:
            self._known(name)
        if kind not in set(self.zones["kind"]):
            raise UsageError(f"{kind}: 没有这类分区 / no zones of this kind; {nearest(kind, self.zones['kind'].unique())}")
        zones = self.zones[self.zones["kind"] == kind].set_index("id")
        wide = self.values[self.values["zone"].isin(zones.index)].pivot(index="zone", columns="indicator", values="value")
        out = wide.reindex(index=zones.index, columns=list(indicators))
        out.insert(0, "zone_name", zones["name"].where(zones["name"].ne(""), zones.index))
        out.columns.name, out.index.name = None, "zone"
        return ValueTable(out, language=self.language)

    def map(self) -> OfflineMap:
        """The run's interactive map, a Folium map to add to; it opens without a network."""
        from spatial.render.map import build_map  # drawing is heavy to import

        return build_map(self.result)[0]

    def _row(self, indicator: str, zone: str) -> pd.Series:
        self._known(indicator)
        place = zone_of({"zones": self.zones.to_dict("records")}, zone)
        if place is None:
            raise UsageError(f"{zone}: 没有这个分区 / no such zone; {nearest(zone, self.zones['id'])}")
        rows = self.values[(self.values["indicator"] == indicator) & (self.values["zone"] == place)]
        if not len(rows):
            raise UsageError(f"{indicator}: 这次运行没有此指标 / this run does not have it")
        return rows.iloc[0]

    def _known(self, indicator: str) -> None:
        if indicator not in BY_ID and indicator not in set(self.values["indicator"]):
            raise UsageError(f"{indicator}: 没有这个指标 / no such indicator; {nearest(indicator, BY_ID)}")

    def _names(self) -> dict[str, str]:
        own = {"study_area": ("全区", "study area"), "outside": ("载体外", "outside carriers")}
        pick = 0 if self.language == "zh" else 1
        return {zone: own[zone][pick] if zone in own else name or zone for zone, name in zip(self.zones["id"], self.zones["name"], strict=True)}

    def _repr_html_(self) -> str:
        return run_html(self.result)

    def __repr__(self) -> str:
        study, cards = self.result.study, self.result.scorecard
        met, missed = (int((cards["status"] == status).sum()) if len(cards) else 0 for status in ("met", "missed"))
        return f"<Run {study.name!r} as_of={study.as_of}: {len(self.parcels):,} parcels, {len(self.carriers)} carriers, " \
               f"{met} of {met + missed} judged targets met ({len(cards) - met - missed} not judged), {len(self.result.findings)} findings>"
