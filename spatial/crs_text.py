"""A reference system from the text a file or a study states, and the authority code it stands for."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

AUTHORITIES = ("EPSG", "ESRI", "OGC", "IAU", "IGNF")
DEGREES = {"OGC:CRS84": "EPSG:4326", "EPSG:4326": "EPSG:4326", "OGC:CRS83": "EPSG:4269"}
_CODE = re.compile(r"^\s*(?:urn:(?:ogc|x-ogc):def:crs:(?P<u>\w+):[\w.]*:(?P<uc>\w+)|(?P<a>[A-Za-z]+)[:_ ]+(?P<c>\w+)"
                   r"|https?://(?:www\.)?opengis\.net/def/crs/(?P<h>\w+)/[\w.]+/(?P<hc>\w+)|(?P<n>\d{4,6}))\s*$")
_GRID = re.compile(r"nadgrids|geoidgrids|PARAMETERFILE|\+proj=pipeline|\+init|[@\\]|file:", re.IGNORECASE)

_NO_GRID = re.compile(r"\+nadgrids=@null(?=[\s\"]|$)")  # names no file: GDAL's text of web Mercator has it

_CHINESE = re.compile(r"china|xian|beijing|pulkovo", re.IGNORECASE)
_TELLS = re.compile(r"cgcs|china|国家|大地坐标|xian|西安|beijing|北京|pulkovo|wgs|world.geodetic", re.IGNORECASE)
_WEB = re.compile(r"gcj|(?<![a-z])mars(?![a-z])|bd[-_ ]?09|baidu|火星|百度", re.IGNORECASE)

_WEB_MAPS = re.compile(r"gcj[-_ ]?02|bd[-_ ]?09|火星坐标|高德|百度地图|(?:百度|腾讯)(?!网盘|云|\w{0,4}(?:园|大厦|总部|公司|项目|基地|中心))"
                       r"|(?<![a-z])(?:amap|gaode|baidu|tencent|qq(?=[-_ ]?map))(?:[-_ ]?map)?(?![a-z])",
                       re.IGNORECASE)  # and neither a drive in the cloud nor the park of a firm


_GIVEN_NAME = re.compile(r"[\u4e00-\u9fff]")


def local_name(text: str) -> bool:
    """Whether a text that is no known system is the name that people gave a frame of their own (杭州独立坐标系), and not mere damage."""
    return bool(_GIVEN_NAME.search(text))


@lru_cache(maxsize=256)
def parse_crs(text: str) -> CRS | None:
    """The reference system of an authority code, a WKT or a PROJJSON; None if it is none, or names a file of its own."""
    if not text or len(text) > 100_000:
        return None
    code = _CODE.match(text)
    try:
        if code:
            authority = (code["u"] or code["a"] or code["h"] or "EPSG").upper()
            number = code["uc"] or code["c"] or code["hc"] or code["n"]
            name = f"{authority}:{number}"
            return CRS.from_user_input(DEGREES.get(name, name)) if authority in AUTHORITIES else None
        if _GRID.search(_NO_GRID.sub("", text)):
            return None
        if text.lstrip().startswith("{"):
            return _plain(CRS.from_json_dict(json.loads(text)))
        return _plain(CRS.from_wkt(text)) if "[" in text or "(" in text else None
    except (CRSError, ProjError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _plain(crs: CRS) -> CRS:
    """Without a null shift to WGS 84; a stated shift stays, since it is a parameter set of its own."""
    if crs.is_bound and crs.source_crs is not None and not any(stated_shift(crs)):
        crs = crs.source_crs
    if crs.is_compound and crs.sub_crs_list:
        crs = crs.sub_crs_list[0]
    return crs


def stated_shift(crs: CRS) -> tuple[float, ...]:
    """The 3 or 7 shift parameters to WGS 84 that a WKT carries (TOWGS84); empty if none."""
    operation = crs.coordinate_operation if crs.is_bound else None
    return tuple(float(v) for v in operation.towgs84) if operation is not None and operation.towgs84 else ()


@lru_cache(maxsize=256)
def authority(text: str) -> str:
    """`EPSG:4528` for a text that means just that, else the text itself; a name whose parameters differ is not taken at its word."""
    crs = parse_crs(text)
    if crs is None:
        return text
    if (crs.is_bound and stated_shift(crs)) or web_name(crs):
        return text
    for confidence in (100, 70, 25):
        code = crs.to_epsg(min_confidence=confidence)
        if code is not None and _same(crs, CRS.from_epsg(code)) and (confidence > 25 or not _only_alike(crs, CRS.from_epsg(code))):
            return DEGREES.get(f"EPSG:{code}", f"EPSG:{code}")
    found = crs.to_authority(min_confidence=70)
    if found is not None:
        name = ":".join(found)
        other = parse_crs(name)
        if other is not None and _same(crs, other):
            return DEGREES.get(name, name)
    return crs.to_wkt()


def datum_names(crs: CRS) -> tuple[str, ...]:
    """What a system calls its datum, its geographic base and itself."""
    base = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    geodetic = base.geodetic_crs
    return (base.datum.name if base.datum else "", geodetic.name if geodetic else "", base.name)


def web_name(crs: CRS) -> str:
    """The name by which a system says that it is the shifted frame of a web map; empty if it does not."""
    return next((name for name in datum_names(crs) if _WEB.search(name)), "")


def web_map_named(title: str) -> str:
    """The word by which the name of a file or layer says that it was taken from a Chinese web map; empty if it has none."""
    word = _WEB_MAPS.search(title)
    return word[0] if word else ""


def _only_alike(crs: CRS, other: CRS) -> bool:
    """Whether a code has no more than its ellipsoid in common: a local datum on the ellipsoid of Beijing 1954 is not Pulkovo 1942."""
    return any(_CHINESE.search(name) for name in datum_names(other)) and not any(_TELLS.search(name) for name in datum_names(crs))


def _same(one: CRS, other: CRS) -> bool:
    """Same ellipsoid, unit and projection parameters; the order of the axes and the names do not matter."""
    if (one.is_projected, one.is_geographic) != (other.is_projected, other.is_geographic) or one.ellipsoid is None or other.ellipsoid is None:
        return False
    a, b = one.ellipsoid, other.ellipsoid
    if abs(a.semi_major_metre - b.semi_major_metre) > 1e-3 or abs(a.inverse_flattening - b.inverse_flattening) > 1e-5:
        return False
    if one.axis_info and other.axis_info and one.axis_info[0].unit_conversion_factor and other.axis_info[0].unit_conversion_factor \
            and abs(one.axis_info[0].unit_conversion_factor / other.axis_info[0].unit_conversion_factor - 1) > 1e-9:
        return False
    return _parameters(one) == _parameters(other)


def _parameters(crs: CRS) -> list[tuple[str, float]]:
    operation = crs.coordinate_operation if crs.is_projected else None
    if operation is None:
        return []
    return sorted((p.name.lower(), round(float(p.value) * (p.unit_conversion_factor or 1.0), 7)) for p in operation.params)
