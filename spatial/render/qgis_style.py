"""Styles for desktop GIS: a categorised fill as QML."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr


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


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"
