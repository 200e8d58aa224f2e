"""GIS land-use analysis of industrial carriers (产业载体): land efficiency, idle land, policy targets, offline maps."""

from __future__ import annotations

from spatial.read import doors as _doors  # first of all: the doors of GDAL are shut before any GDAL is loaded

__version__ = "0.1.0"
