"""Styles for desktop GIS: a categorised fill as QML and as SLD."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr


def categorized_qml(column: str, classes: Mapping[str, tuple[str, str]], outline: str = "#FFFFFF") -> str:
    """A categorised renderer over `column`: code -> (label, #rrggbb)."""
    categories, symbols = [], []
    for i, (code, (label, colour)) in enumerate(classes.items()):
        categories.append(f'<category render="true" symbol="{i}" value={quoteattr(code)} label={quoteattr(label)} type="string"/>')
        symbols.append(f'<symbol type="fill" name="{i}" alpha="1" clip_to_extent="1"><layer class="SimpleFill" enabled="1" pass="0"><Option type="Map">'
                       f'<Option type="QString" name="color" value="{_rgba(colour)}"/><Option type="QString" name="style" value="solid"/>'
                       f'<Option type="QString" name="outline_color" value="{_rgba(outline)}"/><Option type="QString" name="outline_width" value="0.1"/>'
                       '<Option type="QString" name="outline_width_unit" value="MM"/></Option></layer></symbol>')
    return ('<!DOCTYPE qgis PUBLIC \'http://mrcc.com/qgis.dtd\' \'SYSTEM\'>\n<qgis version="3.22" styleCategories="Symbology">'
            f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(column)} symbollevels="0" enableorderby="0" forceraster="0">'
            f'<categories>{"".join(categories)}</categories><symbols>{"".join(symbols)}</symbols></renderer-v2></qgis>')


def categorized_sld(name: str, column: str, classes: Mapping[str, tuple[str, str]], outline: str = "#FFFFFF") -> str:
    """The same classes as an SLD 1.0 style, which map servers and other desktop GIS read."""
    rules = "".join(
        f"<Rule><Name>{escape(label)}</Name><ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>{escape(column)}</ogc:PropertyName><ogc:Literal>{escape(code)}</ogc:Literal>"
        f'</ogc:PropertyIsEqualTo></ogc:Filter><PolygonSymbolizer><Fill><CssParameter name="fill">{colour}</CssParameter></Fill><Stroke><CssParameter name="stroke">{outline}</CssParameter>'
        '<CssParameter name="stroke-width">0.3</CssParameter></Stroke></PolygonSymbolizer></Rule>' for code, (label, colour) in classes.items())
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc">'
            f"<NamedLayer><Name>{escape(name)}</Name><UserStyle><Title>{escape(column)}</Title><FeatureTypeStyle>{rules}</FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>")


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"
