"""The doors of GDAL, shut through the environment before any GDAL of the process is loaded.

Several GDAL libraries live in one process (one in pyogrio, one in rasterio); each reads these variables when it is
loaded, and a setting made later in one does not reach the other. So this module is imported first, by `spatial` itself.
"""

from __future__ import annotations

import os
import sys

SKIPPED_DRIVERS = (
    # drivers that read another file, a service or a script on the word of the file they are given
    "OGR_VRT", "VRT", "WFS", "HTTP", "WMS", "WMTS", "WCS", "OAPIF", "OGCAPI", "CSW", "GDALG", "GTI", "DERIVED",
    "STACIT", "STACTA", "EEDA", "EEDAI", "NGW", "Carto", "AmigoCloud", "Elasticsearch", "PLSCENES", "PLMOSAIC", "DAAS",
    "ADBC", "PDF", "GPSBabel", "KMLSUPEROVERLAY", "MVT", "PMTiles", "MBTiles", "ODS", "XLSX",
)
SETTINGS = {
    "GDAL_SKIP": ",".join(SKIPPED_DRIVERS),
    "GDAL_HTTP_PROXY": "http://127.0.0.1:1",  # every request ends here, also those of `crs` links
    "GDAL_HTTPS_PROXY": "http://127.0.0.1:1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_VRT_ENABLE_RAWRASTERBAND": "NO",
    "GDAL_DRIVER_PATH": "disable",  # no plug-ins from the machine
    "GDAL_CONFIG_FILE": os.devnull,  # no settings from the user's home
    "GDAL_PAM_ENABLED": "NO",  # no .aux.xml beside an input
    "OGR_ENABLE_PARTIAL_REPROJECTION": "NO",
    "PROJ_NETWORK": "OFF",
    "DXF_ENCODING": "UTF-8",  # drawings are handed over in it
    "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES",  # the quick way gives a feature without geometry bytes that nobody wrote
    "OGR_ARC_STEPSIZE": "1",  # degrees an arc is drawn in: four, the usual, leave 0.08 % of a circle out
}
OPENED_BY = ("OGR_SQLITE_LOAD_EXTENSIONS", "GTIFF_POINT_GEO_IGNORE", "GDAL_GEOREF_SOURCES", "GTIFF_IGNORE_READ_ERRORS", "SHAPE_RESTORE_SHX",
             "OGR_SQLITE_JOURNAL", "SQLITE_USE_OGR_VFS", "GML_DOWNLOAD_SCHEMA")

loaded_too_early = tuple(name for name in ("pyogrio._io", "rasterio._base", "fiona", "osgeo.gdal") if name in sys.modules)


def shut() -> None:
    """Set every variable; what a user set for these names is replaced, for this process only."""
    os.environ.update(SETTINGS)
    for name in OPENED_BY:
        os.environ.pop(name, None)


def left_open() -> list[str]:
    """Drivers that are there although they should be skipped: empty unless a GDAL was loaded before the package."""
    import pyogrio

    return sorted(set(pyogrio.list_drivers()) & set(SKIPPED_DRIVERS))


shut()
