"""A finished run as an analyst holds it: its frames, its figures with names and units, and how it shows itself in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import geopandas as gpd
import pandas as pd

from spatial import again
from spatial.errors import Finding, Language, UsageError, nearest
from spatial.explained import explain
from spatial.indicators.registry import BY_ID
from spatial.render.frames import FindingsTable, Scorecard, ValueTable, run_html
from spatial.render.report_words import field_name
from spatial.schema.policy import unit_label
from spatial.schema.result import Result
from spatial.scorecard.explain import zone_of
from spatial.scorecard.formatting import PLAIN_RATIOS
from spatial.scorecard.zone_words import zone_word

if TYPE_CHECKING:
    from spatial.charts import Chart
    from spatial.render.map_element import OfflineMap

Table = Literal["parcels", "carriers", "zones", "values", "scorecard", "findings"]


@dataclass(frozen=True)
class Run:
    """A finished run: its folder and everything in it as frames.

    In a notebook a run shows its headline, and its scorecard looks like one. Frames hold base units (m², 万元, shares 0 to 1) and say them
    in their columns; `parcels` and `carriers` are GeoDataFrames in the working CRS. `Run.of(spatial.analyse(study))` holds an analysis that was
    not written; it has all but what needs a folder, and `write` gives it one.
    """

    written: Path | None  # the output folder; None where nothing was written
    result: Result
    engine: Mapping[str, Any] | None = None  # partitions and memory of a run on workers

    @classmethod
    def of(cls, result: Result) -> Run:
        """An analysis as a run that has no output folder."""
        return cls(None, result)

    @property
    def folder(self) -> Path:
        """The output folder; a UsageError where the run was not written."""
        if self.written is None:
            raise UsageError("这次分析没有写成输出目录，请先 run.write(目录) / this analysis was not written; call run.write(folder) first")
        return self.written

    @property
    def values(self) -> pd.DataFrame:
        """Every indicator in every zone, as in results.json: `value` in the unit of the column `unit` (shares 0 to 1), `numerator` and `denominator` in m², 万元 or counts."""
        return self.result.values

    @property
    def zones(self) -> pd.DataFrame:
        """Zones by id: name, kind, parcel_count, and area_m2, the parcel ground in the zone in m²."""
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
        table = FindingsTable([found.record(self.language) for found in self.result.findings], language=self.language)
        table.attrs["fields"] = {(found.role, found.field): field_name(self.result, found.role, found.field) for found in self.result.findings if found.field}
        return table

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

    def plot(self, indicator: str, *, kind: str = "carrier") -> Chart:
        """One indicator as ranked bars, a bar a zone, with a line at the figure of the study area where it is a ratio; needs the extra `notebooks`.

        Parameters
        ----------
        indicator : id of the registry
        kind : of zones, as for `table`
        """
        try:
            from spatial.charts import ranked_bars
        except ImportError as missing:
            raise UsageError(f"画图要用 matplotlib，请安装 .[notebooks] / charts need matplotlib; install .[notebooks] ({missing})") from None
        values = self.table(indicator, kind=kind).set_index("zone_name")[indicator].astype(float)
        known = BY_ID.get(indicator)
        unit = known.unit if known else str(self.values.loc[self.values["indicator"] == indicator, "unit"].iloc[0])
        share = unit == "ratio" and indicator not in PLAIN_RATIOS
        whole = self.value(indicator) if known and known.denominator else None
        return ranked_bars(pd.Series(values * (100 if share else 1)), title=self._title(indicator), unit="%" if share else "" if unit == "ratio" else unit_label(unit, self.language),
                           line=None if whole is None else whole * (100 if share else 1), line_label=self._names()["study_area"],
                           lower_is_better=bool(known and known.direction == "-"))

    def export(self, path: Path | str, table: Table = "parcels") -> Path:
        """One frame as a file: .gpkg, .parquet, .geojson or .csv by the suffix of `path`; parcels and carriers with their shapes, but in .csv.

        Parameters
        ----------
        table : parcels, carriers, zones, values, scorecard or findings
        """
        if table not in get_args(Table):
            raise UsageError(f"table: {table}: {nearest(str(table), get_args(Table))}")
        return again.write_frame(getattr(self, table), Path(path))

    def write(self, folder: Path | str) -> Run:
        """Write everything that `spatial run` writes (results.json, map, sheets, workbook, GeoPackage, report) to a folder; the run that lies there."""
        again.write_run(self.result, Path(folder))
        return Run(Path(folder), self.result, self.engine)

    def sheets(self, *, sets: Iterable[str] | str = (), maps: Path | str | None = None) -> tuple[Path, list[Finding]]:
        """Draw the map sheets in the run's folder again; `sets` are KEY=VALUE texts of the keys sheets.*, `maps` a folder with kinds of your own."""
        return again.sheets(self.folder, sets=sets, maps=None if maps is None else Path(maps))

    def tiles(self) -> tuple[Path, list[Finding]]:
        """Make the map for a web server in the run's folder: the path of its page, and what it could not carry."""
        return again.map_tiles(self.folder)

    def snapshot(self, into: Path | str) -> Path:
        """Freeze zones, values and scores in a folder of snapshots, for later trends; the path of the frozen result."""
        return again.snapshot(self.folder, into)

    def explain(self, indicator: str, zone: str = "study_area") -> tuple[list[str], pd.DataFrame]:
        """Where a number comes from: its formula, rule and both sides in lines of text, and the rows behind it."""
        return explain(self.folder, indicator, zone)

    def _title(self, indicator: str) -> str:
        known = BY_ID.get(indicator)
        return indicator if known is None else known.zh if self.language == "zh" else known.en

    def _row(self, indicator: str, zone: str) -> pd.Series:
        self._known(indicator)
        place = zone_of({"zones": self.zones.to_dict("records")}, zone)
        rows = self.values[(self.values["indicator"] == indicator) & (self.values["zone"] == place)]
        if not len(rows):
            raise UsageError(f"{indicator}: 这次运行没有此指标 / this run does not have it")
        return rows.iloc[0]

    def _known(self, indicator: str) -> None:
        if indicator not in BY_ID and indicator not in set(self.values["indicator"]):
            raise UsageError(f"{indicator}: 没有这个指标 / no such indicator; {nearest(indicator, BY_ID)}")

    def _names(self) -> dict[str, str]:
        pick = 0 if self.language == "zh" else 1
        return {zone: zone_word(zone, name, pick) for zone, name in zip(self.zones["id"], self.zones["name"], strict=True)}

    def _repr_html_(self) -> str:
        return run_html(self.result)

    def __repr__(self) -> str:
        study, cards = self.result.study, self.result.scorecard
        met, missed = (int((cards["status"] == status).sum()) if len(cards) else 0 for status in ("met", "missed"))
        return f"<Run {study.name!r} as_of={study.as_of}: {len(self.parcels):,} parcels, {len(self.carriers)} carriers, " \
               f"{met} of {met + missed} judged targets met ({len(cards) - met - missed} not judged), {len(self.result.findings)} findings>"
