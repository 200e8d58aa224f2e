"""The same atlas by QGIS 3, run by the system's Python with QGIS in it: `qgis_atlas.py LAYERS.gpkg STYLE.qml FOLDER`; prints seconds."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from qgis.core import (  # type: ignore[import-not-found]  # Debian's python3-qgis
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFillSymbol,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPalLayerSettings,
    QgsPrintLayout,
    QgsProject,
    QgsSingleSymbolRenderer,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)

MM = QgsUnitTypes.LayoutMillimeters


def layers(project: QgsProject, path: str, style: str) -> QgsVectorLayer:
    """Parcels with the tool's own style file, carriers as outlines with their names; the carriers."""
    parcels = QgsVectorLayer(f"{path}|layername=parcels", "parcels", "ogr")
    carriers = QgsVectorLayer(f"{path}|layername=carriers", "carriers", "ogr")
    parcels.loadNamedStyle(style)
    carriers.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"style": "no", "outline_color": "#1B2A41", "outline_width": "0.5"})))
    names = QgsPalLayerSettings()
    names.fieldName = "label"
    carriers.setLabeling(QgsVectorLayerSimpleLabeling(names))
    carriers.setLabelsEnabled(True)
    assert parcels.isValid() and carriers.isValid() and parcels.renderer().type() == "categorizedSymbol", "layers or style not read"
    project.setCrs(QgsCoordinateReferenceSystem(parcels.crs()))
    project.addMapLayers([carriers, parcels])
    return carriers


def layout_of(project: QgsProject, carriers: QgsVectorLayer) -> QgsPrintLayout:
    """An A3 sheet with map, grid, title, legend of what is in view, and bar scale; one sheet a carrier."""
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize("A3", QgsLayoutItemPage.Landscape)
    shown = QgsLayoutItemMap(layout)
    shown.attemptMove(QgsLayoutPoint(16, 32, MM))
    shown.attemptResize(QgsLayoutSize(296, 240, MM))
    shown.setFrameEnabled(True)
    layout.addLayoutItem(shown)
    shown.setAtlasDriven(True)
    shown.setAtlasScalingMode(QgsLayoutItemMap.Auto)
    shown.setAtlasMargin(0.05)
    shown.grid().setEnabled(True)
    shown.grid().setIntervalX(1000)
    shown.grid().setIntervalY(1000)
    title, legend, bar = QgsLayoutItemLabel(layout), QgsLayoutItemLegend(layout), QgsLayoutItemScaleBar(layout)
    title.setText("[% \"label\" %]")
    legend.setLinkedMap(shown)
    legend.setLegendFilterByMapEnabled(True)
    legend.setLegendFilterOutAtlas(True)
    bar.setLinkedMap(shown)
    bar.applyDefaultSize()
    for item, x, y in ((title, 16, 12), (legend, 320, 100), (bar, 320, 60)):
        layout.addLayoutItem(item)
        item.attemptMove(QgsLayoutPoint(x, y, MM))
    layout.atlas().setCoverageLayer(carriers)
    layout.atlas().setFilenameExpression("'sheet_' || @atlas_featurenumber")
    layout.atlas().setEnabled(True)
    return layout


def main() -> None:
    path, style, folder = sys.argv[1:]
    app = QgsApplication([], False)
    app.initQgis()
    project = QgsProject.instance()
    begin = time.perf_counter()
    layout = layout_of(project, layers(project, path, style))
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.forceVectorOutput = True
    work = time.process_time()
    result, problem = QgsLayoutExporter.exportToPdfs(layout.atlas(), str(Path(folder) / "sheet.pdf"), settings)
    assert result == QgsLayoutExporter.Success, problem
    print(f"{time.perf_counter() - begin:.2f} {time.process_time() - work:.2f} {Qgis.QGIS_VERSION.split('-')[0]}")
    app.exitQgis()


if __name__ == "__main__":
    main()
