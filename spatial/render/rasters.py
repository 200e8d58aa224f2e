"""Density surfaces of a run as Cloud-Optimised GeoTIFFs: idle land and land efficiency by km² and by kernel."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import rasterio
import rasterio.shutil
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from spatial.errors import Finding, found
from spatial.join.grid import Grid, shares_on, smoothed, summed
from spatial.schema.result import Result

FOLDER = "rasters"
KM_M, FINE_M, BANDWIDTH_M = 1_000.0, 100.0, 500.0
REACH_M = 4 * BANDWIDTH_M
NODATA = -9999.0
MU_M2 = 2000 / 3
MOST_CELLS = {KM_M: 4_000_000, FINE_M: 25_000_000}
TAIL = 0.01
COLOURS = {"idle": ("#FFF3E0", "#FDC98B", "#F28E2B", "#D1495B", "#7B1E3A"), "land": ("#EEF3F7", "#C9DAE8", "#94B8D4", "#5B8DB8", "#1F3A5F"),
           "tax": ("#EDF5E9", "#C3DFB8", "#8DC07F", "#4F9A57", "#1B6535")}
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Surface:
    """One surface in the working CRS: float64 cells, nan where there is no parcel ground.

    total : what the parcels hold in all; mass : what the cells hold (both in `base`); lost : what the kernel put beyond the border
    """

    name: str
    title: tuple[str, str]
    unit: str
    base: str
    colours: tuple[str, ...]
    grid: Grid
    cells: Floats
    total: float
    mass: float
    lost: float = 0.0


def surfaces(result: Result) -> Iterator[Surface]:
    """Every surface that the run has the figures for: parcels and idle land always, tax where firms stand on parcels."""
    parcels = result.parcels
    shapes = parcels.geometry.to_numpy()
    if not len(parcels):
        return
    area = parcels["area_m2"].to_numpy(float)
    idle, tax = _amounts(result, area)
    coarse = Grid.over(tuple(parcels.total_bounds), KM_M)
    if coarse.count > MOST_CELLS[KM_M]:
        return
    pieces = shares_on(coarse, shapes)
    land = summed(coarse, pieces, area)
    yield from _grids(coarse, pieces, land, area, idle, tax)
    fine = _fine(parcels)
    if fine.count <= MOST_CELLS[FINE_M] and (idle is not None or tax is not None):
        yield from _kernels(fine, parcels, area, idle, tax)


def _amounts(result: Result, area: Floats) -> tuple[Floats | None, Floats | None]:
    """Idle land and tax of each parcel; None for what the run has no figures for."""
    parcels = result.parcels
    idle = np.where(parcels["idle"].fillna(False).astype(bool), area, 0.0) if "idle" in parcels and parcels["idle"].notna().any() else None
    money = next((name for name in ("enterprise_tax_wanyuan", "tax_wanyuan") if name in parcels and parcels[name].notna().any()), None)
    return idle, np.nan_to_num(parcels[money].to_numpy(float)) if money is not None and result.study.audience != "public" else None


def _fine(parcels: Any) -> Grid:
    """The kernels' grid reaches as far around the parcels as a kernel does: no mass falls beyond its border, however small the district."""
    left, bottom, right, top = parcels.total_bounds
    return Grid.over((left - REACH_M, bottom - REACH_M, right + REACH_M, top + REACH_M), FINE_M)


def _grids(grid: Grid, pieces: pd.DataFrame, land: Floats, area: Floats, idle: Floats | None, tax: Floats | None) -> Iterator[Surface]:
    empty = land <= 0
    yield Surface("land_density_grid", ("地块面积密度(每平方公里)", "Parcel land by km²"), "m2/km2", "m2", COLOURS["land"], grid, _only(land, empty), _total(area), _total(land))
    if idle is not None:
        cells = summed(grid, pieces, idle)
        yield Surface("idle_density_grid", ("闲置土地密度(每平方公里)", "Idle land by km²"), "m2/km2", "m2", COLOURS["idle"], grid, _only(cells, empty), _total(idle), _total(cells))
    if tax is not None:
        cells = summed(grid, pieces, tax)
        yield Surface("tax_density_grid", ("税收密度(每平方公里)", "Tax by km²"), "10^4 CNY/km2", "10^4 CNY", COLOURS["tax"], grid, _only(cells, empty), _total(tax), _total(cells))
        ratio = np.divide(cells, land / MU_M2, out=np.full(cells.shape, np.nan), where=~empty)
        yield Surface("tax_per_mu_grid", ("亩均税收(每平方公里)", "Tax per mu by km²"), "10^4 CNY/mu", "10^4 CNY", COLOURS["tax"], grid, ratio, _total(tax), _total(cells))


def _kernels(grid: Grid, parcels: Any, area: Floats, idle: Floats | None, tax: Floats | None) -> Iterator[Surface]:
    """Each parcel's amount lies at its middle; the surfaces are per km²."""
    middle = parcels.geometry.centroid
    column = np.clip(((middle.x.to_numpy() - grid.left) / grid.side).astype(np.int64), 0, grid.columns - 1)
    row = np.clip(((grid.top - middle.y.to_numpy()) / grid.side).astype(np.int64), 0, grid.rows - 1)
    points = pd.DataFrame({"shape": np.arange(len(parcels)), "cell": row * grid.columns + column, "share": 1.0})
    per_km2 = (KM_M / grid.side) ** 2
    land, _ = smoothed(grid, summed(grid, points, area), BANDWIDTH_M)
    empty = land * per_km2 < 1e-3 * KM_M**2  # less than a thousandth of the ground is parcels
    if idle is not None:
        cells, lost = smoothed(grid, summed(grid, points, idle), BANDWIDTH_M)
        yield Surface("idle_density_kernel", ("闲置土地密度(核密度)", "Idle land, kernel"), "m2/km2", "m2", COLOURS["idle"], grid, cells * per_km2, _total(idle), _total(cells), lost)
    if tax is not None:
        cells, lost = smoothed(grid, summed(grid, points, tax), BANDWIDTH_M)
        ratio = np.divide(cells, land / MU_M2, out=np.full(cells.shape, np.nan), where=~empty)
        yield Surface("tax_per_mu_kernel", ("亩均税收(核密度)", "Tax per mu, kernel"), "10^4 CNY/mu", "10^4 CNY", COLOURS["tax"], grid, ratio, _total(tax), _total(cells), lost)


def _only(cells: Floats, empty: NDArray[np.bool_]) -> Floats:
    return np.where(empty, np.nan, cells)


def _total(values: Floats) -> float:
    return math.fsum(np.nan_to_num(values).ravel().tolist())


def write_surfaces(result: Result, folder: Path) -> list[Finding]:
    """Write each surface as float64 and, beside it, its classes with a colour table; both COG, nodata declared. Returns what the kernels lost."""
    written = list(surfaces(result))
    if written:
        folder.mkdir(parents=True, exist_ok=True)
    for surface in written:
        tags = _tags(surface, result)
        cells = np.where(np.isfinite(surface.cells), surface.cells, NODATA)
        _cog(folder / f"{surface.name}.tif", cells, surface, result, NODATA, tags)
        classes, limits, colours = classed(surface)
        table = {number: (*_rgb(colour), 255) for number, colour in enumerate(colours, start=1)} | {0: (255, 255, 255, 0)}
        labels = {f"CLASS_{number}": f"{low:.6g} – {high:.6g}" for number, (low, high) in enumerate(zip(limits[:-1], limits[1:], strict=True), start=1)}
        _cog(folder / f"{surface.name}_classes.tif", classes, surface, result, 0, tags | labels, table)
    return _left_out(result) + [found("surface.kernel_lost", role="rasters", path=f"{FOLDER}/{surface.name}.tif", field=surface.name,
                  value_seen=f"{surface.lost:,.1f} {surface.base}", amount=_amount(surface),
                  value_used=f"{surface.lost / surface.total:.2%}") for surface in written if surface.lost > 1e-9 * surface.total > 0]


def _amount(surface: Surface) -> dict[str, str]:
    """What a kernel put beyond the border, in words of both languages."""
    zh, en = {"m2": ("平方米", "m²"), "10^4 CNY": ("万元", "10⁴ CNY")}[surface.base]
    return {"zh": f"{surface.lost:,.1f} {zh}", "en": f"{surface.lost:,.1f} {en}"}


def _left_out(result: Result) -> list[Finding]:
    """Surfaces that would be larger than this tool writes: parcels that lie very far apart."""
    if not len(result.parcels):
        return []
    counts = {KM_M: Grid.over(tuple(result.parcels.total_bounds), KM_M).count}
    if counts[KM_M] <= MOST_CELLS[KM_M] and any(amount is not None for amount in _amounts(result, result.parcels["area_m2"].to_numpy(float))):
        counts[FINE_M] = _fine(result.parcels).count
    return [found("surface.too_wide", role="rasters", value_seen=f"{count:,}", value_used=f"{MOST_CELLS[cell]:,}", cell=f"{cell:g}")
            for cell, count in counts.items() if count > MOST_CELLS[cell]]


def classed(surface: Surface) -> tuple[NDArray[np.uint8], Floats, tuple[str, ...]]:
    """Classes 1 ... of a surface (0 for no data), their limits, and their colours.

    The first class is zero (of a kernel, whose tails run out everywhere, up to a hundredth of the highest value); the rest are of equal count.
    """
    known = np.isfinite(surface.cells)
    high = float(surface.cells[known].max()) if known.any() else 0.0
    floor = high * TAIL if surface.name.endswith("density_kernel") else 0.0
    some = known & (surface.cells > floor)
    top = len(surface.colours)
    inner = np.unique(np.quantile(surface.cells[some], np.linspace(0, 1, top)[1:-1])) if some.any() else np.array([])
    inner = inner[(inner > floor) & (inner < high)]
    limits = np.r_[0.0, floor, inner, high] if some.any() else np.array([0.0, floor])
    classes = np.zeros(surface.cells.shape, dtype=np.uint8)
    classes[known] = 1
    classes[some] = 2 + np.searchsorted(inner, surface.cells[some], side="left")
    return classes, limits, surface.colours[: len(limits) - 1]


def _tags(surface: Surface, result: Result) -> dict[str, str]:
    kernel = {"KERNEL": f"Gaussian, bandwidth {BANDWIDTH_M:g} m, cut at 4 bandwidths", "LOST_AT_BORDER": repr(surface.lost),
              "LOST_SHARE": repr(surface.lost / surface.total if surface.total > 0 else 0.0)} if surface.name.endswith("kernel") else {}
    return {"TITLE": surface.title[0], "TITLE_EN": surface.title[1], "UNITS": surface.unit, "STUDY": result.study.name, "AS_OF": result.study.as_of.isoformat(), "CELL_M": f"{surface.grid.side:g}",
            "TOTAL_UNITS": surface.base, "PARCELS_TOTAL": repr(surface.total), "CELLS_TOTAL": repr(surface.mass), "AREA_RULE": "ellipsoidal parcel area x planar share", **kernel}


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i: i + 2], 16) for i in (1, 3, 5))


def _cog(path: Path, cells: NDArray[Any], surface: Surface, result: Result, nodata: float, tags: dict[str, str], table: dict[int, tuple[int, ...]] | None = None) -> None:
    grid = surface.grid
    where = Affine(grid.side, 0, grid.left, 0, -grid.side, grid.top)
    profile = {"width": grid.columns, "height": grid.rows, "count": 1, "dtype": cells.dtype, "crs": result.parcels.crs.to_wkt(), "transform": where, "nodata": nodata}
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", **profile) as plain:
            plain.write(cells, 1)
            plain.update_tags(**tags)
            plain.descriptions = (surface.title[1],)
            if table is None:
                plain.units = (surface.unit,)
            else:
                plain.colorinterp = (ColorInterp.palette,)
                plain.write_colormap(1, table)
        with memory.open() as plain:
            rasterio.shutil.copy(plain, str(path), driver="COG", compress="DEFLATE", overview_resampling="nearest" if table else "average", num_threads="1")
