"""The head and body of a map: everything the client shows of a run; its shape is declared in frontend/src/contract.ts."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from spatial.crs import CGCS2000, reproject
from spatial.indicators.registry import names_of
from spatial.render.map_basemaps import basemaps
from spatial.render.map_codec import STEP_DEGREES, Body, shapes
from spatial.render.map_columns import in_space, parcel_columns, pieces, tables
from spatial.render.map_states import states_of
from spatial.render.map_views import views
from spatial.schema.result import Result
from spatial.scorecard.explain import lines_behind
from spatial.scorecard.formatting import display, display_target
from spatial.scorecard.zone_words import zone_word

VERSION = 2
VERDICTS = {"met": ("达标", "met"), "missed": ("未达标", "missed"), "not_due": ("未到期", "not due"), "no_data": ("无数据", "no data"), "not_applicable": ("不适用", "n/a"),
            "ranked": ("排名", "ranked")}


def degrees(frame: gpd.GeoDataFrame) -> Any:
    """Geometries in CGCS2000 longitude and latitude, shells one way round and holes the other."""
    if not len(frame):
        return np.array([], dtype=object)
    return shapely.orient_polygons(reproject(frame.geometry.to_numpy(), frame.crs, CGCS2000))


def ground_of(result: Result) -> tuple[Any, Result]:
    """Parcels in degrees in the order they travel in, and the result in that order."""
    ground = degrees(result.parcels)
    order = in_space(result.parcels, gpd.GeoSeries(ground))
    return ground[order], _ordered(result, order)


def payload(result: Result, pick: int, *, tiled: bool = False) -> tuple[dict[str, Any], Body]:
    """Head and body of a run's map, texts in the run's language; `tiled`: the corners of the parcels are elsewhere."""
    ground, result = ground_of(result)
    zones = degrees(result.carriers)
    study, public, body = result.study, result.study.audience == "public", Body()
    bounds = shapely.total_bounds(ground) if len(ground) else np.zeros(4)
    origin = (round(float(bounds[0]), 6), round(float(bounds[1]), 6))
    states = states_of(result)
    columns = parcel_columns(body, result, pick, states, public)
    period = f"{study.period[0]} – {study.period[1]}"
    head = {
        "version": VERSION, "language": study.language, "title": study.name,
        "subtitle": (f"数据截至 {study.as_of} · 统计期 {period}", f"data as of {study.as_of} · period {period}")[pick],
        "stamp": ("公开", "Public")[pick] if public else ("内部资料", "Internal")[pick],
        "origin": list(origin), "step": STEP_DEGREES, "coordinates": not public, "grid": _grid(result.working_crs),
        "parcels": {"count": len(ground), "shapes": shapes(body, ground[:0] if tiled else ground, origin), "columns": columns},
        "carriers": {"count": len(zones), "shapes": shapes(body, zones, origin), "names": carrier_names(result.carriers), "pieces": pieces(body, result)},
        "tables": tables(body, result, pick, public), "views": views(result, pick, states, columns, public),
        "scores": _scores(result, pick), "notes": _notes(result, pick), "basemaps": basemaps(study, body, tuple(bounds.tolist())),
    }
    return head, body


def _ordered(result: Result, order: Any) -> Result:
    """The result with its parcels, and the pieces that name them by position, in another order."""
    from dataclasses import replace

    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    moved = result.pieces.assign(parcel=place[result.pieces["parcel"].to_numpy(np.int64)]) if len(result.pieces) else result.pieces
    return replace(result, parcels=result.parcels.iloc[order].reset_index(drop=True), pieces=moved)


def _grid(working_crs: str) -> dict[str, Any] | None:
    """Central meridian and false easting of a CGCS2000 3-degree zone; nothing where the study works in another grid."""
    crs = CRS.from_user_input(working_crs)
    if "CGCS2000" not in crs.name or "3-degree" not in crs.name:
        return None
    said = {row["name"]: row["value"] for row in crs.to_json_dict()["conversion"]["parameters"]}
    return {"name": crs.name, "meridian": said["Longitude of natural origin"], "easting": said["False easting"]}


def carrier_names(carriers: gpd.GeoDataFrame) -> list[str]:
    """Names of the carriers, their ids where they have none."""
    if not len(carriers):
        return []
    named = carriers["carrier_name"] if "carrier_name" in carriers else carriers["carrier_id"]
    return [str(name) for name in named.where(named.notna(), carriers["carrier_id"])]


def _scores(result: Result, pick: int) -> list[dict[str, Any]]:
    """Targets with a verdict on the district, and missed ones of single zones; what has no data is left to the workbook."""
    names, carriers = names_of(pick), {key: i for i, key in enumerate(result.carriers["carrier_id"])} if len(result.carriers) else {}
    zones = {row.id: zone_word(row.id, row.name, pick) for row in result.zones.itertuples(index=False)}
    rows = []
    for row in result.scorecard.itertuples(index=False):
        if row.status not in ("met", "missed", "not_due") or row.value is None or (row.status == "met" and row.zone != "study_area"):
            continue
        line = tuple(row.target) if isinstance(row.target, list) else row.target
        rows.append({"clause": row.clause, "title": row.title or names.get(row.indicator, row.indicator), "zone": zones.get(row.zone, row.zone), "carrier": carriers.get(row.zone, -1),
                     "indicator": row.indicator, "value": display(row.value, row.unit, line, row.comparison, result.study.language, indicator=row.indicator, exact=bool(getattr(row, "exact", False))),
                     "target": display_target(line, row.comparison, row.unit, result.study.language, indicator=row.indicator, exact=bool(getattr(row, "exact", False))),
                     "verdict": VERDICTS[row.status][pick], "status": row.status, "close": (row.to_close or {}).get("text", "") if isinstance(row.to_close, dict) else "",
                     "behind": lines_behind(result.trail, row.indicator, row.zone, result.study.language)})
    return rows


def _notes(result: Result, pick: int) -> list[str]:
    study = result.study
    said = [("面积为 CGCS2000 椭球面积，1 亩 = 2000/3 平方米；跨界地块按“{}”分配。", "Areas are ellipsoidal on CGCS2000, 1 mu = 2000/3 m²; straddling parcels by '{}'.")[pick].format(study.allocation),
            ("图例、所选与卡片中的各数按原值计算后分别四舍五入，分项之和与合计的尾差由取舍造成。",
             "Figures of the legend, the selection and the cards are computed unrounded and rounded one by one: parts may differ from a total by their rounding.")[pick],
            ("“疑似闲置”按合同日期测算，不等于官方认定。", "'Suspected idle' is computed from contract dates; it is no official determination.")[pick]]
    problems = sum(1 for finding in result.findings if finding.severity in ("warning", "repaired"))
    if problems:
        said.append((f"数据问题 {problems} 条，见 tables.xlsx。", f"{problems} findings on the data: see tables.xlsx.")[pick])
    return said
