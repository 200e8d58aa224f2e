"""GIS land-use analysis of industrial carriers (产业载体): land efficiency, idle land, policy targets, offline maps."""

from __future__ import annotations

from spatial.read import doors as _doors  # isort: skip - first of all: the doors of GDAL are shut before any GDAL is loaded
from spatial.errors import Finding, Refused
from spatial.indicators.registry import INDICATORS
from spatial.pipeline import Run, analyse, check, run
from spatial.read.study import load_study
from spatial.schema.result import Result
from spatial.schema.study import Study

__version__ = "0.1.0"
__all__ = ["INDICATORS", "Finding", "Refused", "Result", "Run", "Study", "analyse", "check", "load_study", "run"]
