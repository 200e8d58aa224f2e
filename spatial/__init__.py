"""GIS land-use analysis of industrial carriers (产业载体): land efficiency, idle land, policy targets, offline maps."""

from __future__ import annotations

from spatial.read import doors as _doors  # isort: skip - first of all: the doors of GDAL are shut before any GDAL is loaded
try:
    from spatial.alone import allocate, area_m2, idle_status, per_mu
    from spatial.checkup import doctor
    from spatial.errors import CrsError, Finding, Refused, SpatialError, UsageError
    from spatial.finished import Run
    from spatial.indicators.registry import INDICATORS
    from spatial.json_schemas import json_schema
    from spatial.one_sheet import sheet
    from spatial.pipeline import analyse, check, compare, demo, explain, init, inspect, load, run
    from spatial.read.study import load_study
    from spatial.render.map_element import OfflineMap
    from spatial.render.map_layer import parcel_layer
    from spatial.schema.result import Result
    from spatial.schema.study import Study
except ImportError as _missing:  # the command tells which package it is; whoever asks for a name here has the error
    _unfit: ImportError | None = _missing
else:
    _unfit = None

__version__ = "0.1.0"
__all__ = ["INDICATORS", "CrsError", "Finding", "OfflineMap", "Refused", "Result", "Run", "SpatialError", "Study", "UsageError", "allocate", "analyse", "area_m2", "check", "compare",
           "demo", "doctor", "explain", "idle_status", "init", "inspect", "json_schema", "load", "load_study", "parcel_layer", "per_mu", "run", "sheet"]


def __getattr__(name: str) -> object:
    if _unfit is not None and name in __all__:
        raise ImportError(f"spatial.{name}: {_unfit}; see `spatial doctor`", name=_unfit.name) from _unfit
    raise AttributeError(f"module 'spatial' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What completion offers: the public names."""
    return sorted([*__all__, "__version__"])
