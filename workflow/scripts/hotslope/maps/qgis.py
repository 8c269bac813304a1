"""Styles of layers in QGIS, as elements of its XML and as QML text."""

from collections.abc import Mapping
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
from matplotlib.colors import Colormap, to_hex

from hotslope.maps.relief import LIGHT_AZIMUTH_DEG, LIGHT_HEIGHT_DEG
from hotslope.maps.style import NEUTRAL, PROBABILITY

#: Classes of probability in the legend of QGIS.
STEPS = 5
#: Of polygons filled by probability.
POLYGON_OPACITY = 0.85
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def document_text(root: ET.Element) -> str:
    """Return the text of a QGIS document (style or project), indented."""
    ET.indent(root)
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def probability_style(column: str | None) -> str:
    """Return a QML document of `probability_renderer`."""
    root = ET.Element("qgis", version="3.28.0", styleCategories="Symbology")
    root.append(probability_renderer(column))
    return document_text(root)


def probability_renderer(column: str | None) -> ET.Element:
    """Return a renderer that fills polygons by probability.

    Parameters
    ----------
    column : str or None
        Column of probabilities 0 to 1; None fills all alike.

    Notes
    -----
    Colours are those of the figure (`hotslope.maps.style.PROBABILITY`), in five equal steps.
    """
    kind = "singleSymbol" if column is None else "graduatedSymbol"
    renderer = ET.Element(
        "renderer-v2", type=kind, symbollevels="0", enableorderby="0", forceraster="0"
    )
    if column is None:
        _add_symbol(ET.SubElement(renderer, "symbols"), 0, NEUTRAL)
        return renderer
    renderer.set("attr", column)
    renderer.set("graduatedMethod", "GraduatedColor")
    ranges = ET.SubElement(renderer, "ranges")
    symbols = ET.SubElement(renderer, "symbols")
    edges = np.linspace(0.0, 1.0, STEPS + 1)
    for step, (lower, upper) in enumerate(pairwise(edges)):
        ET.SubElement(
            ranges,
            "range",
            lower=f"{lower:.6f}",
            upper=f"{upper:.6f}",
            symbol=str(step),
            label=f"{lower:.1f} to {upper:.1f}",
            render="true",
        )
        _add_symbol(symbols, step, to_hex(PROBABILITY((lower + upper) / 2)))
    return renderer


def _add_symbol(
    symbols: ET.Element, number: int, colour: str, opacity: float = POLYGON_OPACITY
) -> None:
    """Add a fill with a dark, thin outline."""
    symbol = ET.SubElement(
        symbols,
        "symbol",
        type="fill",
        name=str(number),
        alpha=f"{opacity:g}",
        clip_to_extent="1",
    )
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    for name, value in {
        "color": f"{red},{green},{blue},255",
        "outline_color": "34,34,34,255",
        "outline_style": "solid",
        "outline_width": "0.2",
        "outline_width_unit": "MM",
        "style": "solid",
    }.items():
        ET.SubElement(options, "Option", type="QString", name=name, value=value)


def category_renderer(column: str, colours: Mapping[str, str], opacity: float) -> ET.Element:
    """Return a renderer that fills polygons by category.

    Parameters
    ----------
    column : str
    colours : mapping of str to str
        Value → colour; the values are also the labels.
    opacity : float
        0 to 1.
    """
    renderer = ET.Element("renderer-v2", type="categorizedSymbol", attr=column, symbollevels="0")
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for number, (value, colour) in enumerate(colours.items()):
        ET.SubElement(
            categories,
            "category",
            value=value,
            label=value,
            symbol=str(number),
            type="string",
            render="true",
        )
        _add_symbol(symbols, number, colour, opacity)
    return renderer


def relief_renderer() -> ET.Element:
    """Return a renderer that shades an elevation raster as the figures do."""
    return ET.Element(
        "rasterrenderer",
        type="hillshade",
        band="1",
        azimuth=f"{LIGHT_AZIMUTH_DEG:g}",
        angle=f"{LIGHT_HEIGHT_DEG:g}",
        zfactor="1",
        multidirection="0",
        opacity="0.6",
        alphaBand="-1",
    )


def class_renderer(classes: Mapping[int, tuple[str, str]], opacity: float) -> ET.Element:
    """Return a renderer of a raster of classes; other values stay clear.

    Parameters
    ----------
    classes : mapping of int to (str, str)
        Code → label and colour.
    opacity : float
        0 to 1.
    """
    renderer = ET.Element(
        "rasterrenderer", type="paletted", band="1", alphaBand="-1", opacity=f"{opacity:g}"
    )
    palette = ET.SubElement(renderer, "colorPalette")
    for code, (label, colour) in classes.items():
        ET.SubElement(
            palette, "paletteEntry", value=str(code), color=colour, label=label, alpha="255"
        )
    return renderer


def scale_renderer(colours: Colormap, limit: float, unit: str) -> ET.Element:
    """Return a renderer of a raster of signed numbers on a scale symmetric about zero.

    Parameters
    ----------
    colours : Colormap
    limit : float
        Where the scale ends; what lies beyond takes the end colours.
    unit : str
        Written in the legend.
    """
    renderer = ET.Element(
        "rasterrenderer", type="singlebandpseudocolor", band="1", alphaBand="-1", opacity="0.8"
    )
    shader = ET.SubElement(
        ET.SubElement(renderer, "rastershader"),
        "colorrampshader",
        colorRampType="INTERPOLATED",
        classificationMode="1",
        clip="0",
        minimumValue=repr(-limit),
        maximumValue=repr(limit),
    )
    for share in np.linspace(-1.0, 1.0, 9):
        value = float(share * limit)
        ET.SubElement(
            shader,
            "item",
            value=repr(value),
            color=to_hex(colours((share + 1) / 2)),
            label=f"{value:.3g} {unit}",
            alpha="255",
        )
    return renderer
