"""Files that are no layer and are known by how they begin: what each is, and what to ask for instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stranger:
    """What a file is, in both languages, and the remedy."""

    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


FETCH = ("没有取到数据；请登录或更正地址后，在来源处重新下载数据文件本身", "the data were not fetched: sign in or correct the address, and download the data file itself again")
EXPORT = ("请用 GIS 软件打开，把面图层导出为 GeoPackage 或 Shapefile", "open it in a GIS and export its layer of polygons as GeoPackage or Shapefile")
UNPACK = ("请先解压，再指明其中的图层文件", "unpack it, and name the layer file in it")
SOURCE = ("它只指向数据；请提供它所指的数据文件(.shp 整套、.gpkg、.gdb 文件夹)", "it only points to data: give the data files it points to (all members of the .shp, the .gpkg, the .gdb folder)")
OSM = ("请用 QGIS 或 osmium 把需要的面导出为 GeoPackage 或 GeoJSON", "export the polygons you need as GeoPackage or GeoJSON, with QGIS or osmium")
PICTURE = ("图像里没有图形坐标；请提供矢量图层", "an image holds no shapes: give the vector layer")

ROOTS: dict[str, Stranger] = {
    "html": Stranger("网页(多为登录页或出错页)", "a web page (often one for signing in, or of an error)", *FETCH),
    "serviceexceptionreport exceptionreport error errors fault envelope": Stranger("服务返回的出错信息", "the error message of a service", *FETCH),
    "osm osmchange": Stranger("OpenStreetMap 的 XML", "OpenStreetMap XML", *OSM),
    "ax_bestandsdatenauszug ax_nutzerbezogenebestandsdatenaktualisierung_nba": Stranger(
        "德国 ALKIS 的 NAS 交换文件", "a NAS exchange file of the German ALKIS", "请用 GDAL 的 NAS 驱动或 QGIS 把 AX_Flurstueck 导出为 GeoPackage",
        "export AX_Flurstueck as GeoPackage with QGIS or GDAL's NAS driver"),
    "citymodel": Stranger("CityGML 三维模型", "a CityGML model", *EXPORT),
    "landxml": Stranger("LandXML", "LandXML", "请在测量或 CAD 软件中把宗地导出为 Shapefile 或 DXF 闭合多段线",
                        "export the parcels as a shapefile, or as closed polylines in DXF, from the survey or CAD program"),
    "transfer": Stranger("INTERLIS 交换文件", "an INTERLIS transfer file", *EXPORT),
    "workspace": Stranger("Esri 的 XML 工作空间文档", "an Esri XML workspace document", "请在 ArcGIS 中导入后，导出为文件地理数据库或 Shapefile",
                          "import it in ArcGIS, and export a file geodatabase or shapefile"),
    "metadata md_metadata mi_metadata": Stranger("元数据", "metadata", "请指明同名的数据文件", "name the data file that it describes"),
    "svg": Stranger("SVG 图", "an SVG picture", *PICTURE),
    "qgis qlr maplayers": Stranger("QGIS 工程或图层定义", "a QGIS project or layer definition", *SOURCE),
}
TEXTS: tuple[tuple[str, Stranger], ...] = (
    (r"version https://git-lfs", Stranger("Git LFS 的指针", "a pointer of Git LFS", "请运行 git lfs pull 取得数据文件", "run git lfs pull to fetch the data file")),
    (r"(?:(?:var|let|const|window\.)\s*)?[\w$.]+\s*[=(]\s*[{\[]", Stranger(
        "包在 JavaScript 里的数据", "data wrapped in JavaScript", "请删去第一个 { 之前与最后一个 } 之后的文字，另存为 .geojson",
        "delete what stands before the first { and after the last }, and save it as .geojson")),
    (r"EXP  [01] ", Stranger("ArcInfo 的 E00 交换文件", "an ArcInfo exchange file (E00)", *EXPORT)),
)
MAGIC: tuple[tuple[bytes, Stranger], ...] = (
    (rb"Rar!\x1a\x07", Stranger("RAR 压缩包", "a RAR archive", *UNPACK)),
    (rb"7z\xbc\xaf\x27\x1c", Stranger("7z 压缩包", "a 7z archive", *UNPACK)),
    (rb"\x1f\x8b|BZh[1-9]|\xfd7zXZ\x00|\x28\xb5\x2f\xfd", Stranger("压缩文件(gzip、bzip2、xz 或 zstd)", "a compressed file (gzip, bzip2, xz or zstd)", *UNPACK)),
    (rb"(?s).{257}ustar", Stranger("tar 包", "a tar archive", *UNPACK)),
    (rb"%PDF-", Stranger("PDF", "a PDF", "PDF 里的图形没有坐标可依；请向提供者要矢量图层", "shapes in a PDF are drawn and not placed: ask its author for the vector layer")),
    (rb"II[*+]\x00|MM\x00[*+]", Stranger("TIFF 影像", "a TIFF image", "影像写在 [layers.imagery]；这里需要矢量图层", "images go under [layers.imagery]; a vector layer is needed here")),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\x00{4}", Stranger("图片", "a picture", *PICTURE)),
    (rb"\x00\x00\x00.\x0a\x09OSMHeader", Stranger("OpenStreetMap 的 PBF", "OpenStreetMap PBF", *OSM)),
    (rb"\x08\x09\xfe\x02|\xc8\x09\xfe\x02", Stranger("MicroStation DGN", "a MicroStation drawing (DGN)", "请另存为 DXF", "save it as DXF")),
)
SUFFIXES: dict[str, Stranger] = {
    ".lyr .lyrx .mxd .aprx .qgs .qlr .smwu .sxwu": Stranger("地图工程或图层文件(不含数据)", "a map project or layer file without data", *SOURCE),
    ".gdbtable .gdbtablx .gdbindexes .atx .spx .freelist .horizon": Stranger("文件地理数据库文件夹里的一个文件", "one file out of a FileGDB folder",
                                                                             "请指明整个 .gdb 文件夹", "name the whole .gdb folder"),
}


def stranger(path: Path, head: bytes, text: str) -> Stranger | None:
    """What a file is that is none of the kinds known to the reader; `text` is its head as text."""
    for sign, known in MAGIC:
        if re.match(sign, head):
            return known
    for suffixes, known in SUFFIXES.items():
        if path.suffix.lower() in suffixes.split():
            return known
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        root = root_of(start).lower()
        return next((known for names, known in ROOTS.items() if root in names.split()), None)
    return next((known for sign, known in TEXTS if re.match(sign, start, re.ASCII)), None)


def root_of(text: str) -> str:
    """Local name of the outermost element of a text in XML or HTML."""
    found = re.search(r"<(?:[\w.-]+:)?([\w.-]+)[\s>/]", re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\])?>", "", text, flags=re.S | re.I))
    return found.group(1) if found else ""
