"""Styles of layers in QGIS, as elements of its XML and as QML text."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
from matplotlib.colors import Colormap, to_hex

from hotslope.class_rasters import document_text
from hotslope.maps.relief import LIGHT_AZIMUTH_DEG, LIGHT_HEIGHT_DEG
from hotslope.maps.style import DIVERGING, NEUTRAL, OUTSIDE, OUTSIDE_TEXT, PROBABILITY

#: Classes of probability in the legend of QGIS.
STEPS = 5
#: In place of a probability, in the expression that QGIS classifies by.
NOT_APPLICABLE = -1.0
#: Classes of velocity, an odd number: the middle one holds what hardly moves.
VELOCITY_STEPS = 9
#: Beyond what any point moves: the outer classes are open.
FASTEST_MM_YR = 1e6
#: Of polygons filled by probability.
POLYGON_OPACITY = 0.85


def style_text(renderer: ET.Element) -> str:
    """Return the QML document of a renderer of a vector layer."""
    root = ET.Element("qgis", version="3.28.0", styleCategories="Symbology")
    root.append(renderer)
    return document_text(root)


def probability_renderer(column: str | None, *, applied: bool = False) -> ET.Element:
    """Return a renderer that fills polygons by probability.

    Parameters
    ----------
    column : str or None
        Column of probabilities 0 to 1; None fills all alike.
    applied : bool
        Whether the model is of another area: candidates that are not ``applicable`` have a class of
        their own then.

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
    edges = np.linspace(0.0, 1.0, STEPS + 1)
    steps = list(pairwise(edges))
    labels = [f"{lower:.1f} to {upper:.1f}" for lower, upper in steps]
    colours = [to_hex(PROBABILITY((lower + upper) / 2)) for lower, upper in steps]
    if applied:
        column = f'if("applicable", "{column}", {NOT_APPLICABLE:g})'
        steps.append((NOT_APPLICABLE, NOT_APPLICABLE))
        labels.append(OUTSIDE_TEXT)
        colours.append(OUTSIDE)
    symbols = _add_ranges(renderer, column, steps, labels)
    for number, colour in enumerate(colours):
        hatched = number == STEPS
        _add_symbol(symbols, number, colour, brush="b_diagonal" if hatched else "solid")
    return renderer


def velocity_renderer(column: str, limit_mm_yr: float) -> ET.Element:
    """Return a renderer that colours points by velocity, symmetric about zero.

    Parameters
    ----------
    column : str
        Column of line-of-sight velocities, mm/yr, positive toward the sensor.
    limit_mm_yr : float
        Where the scale ends; faster points take the end colours.
    """
    renderer = ET.Element("renderer-v2", type="graduatedSymbol", symbollevels="0")
    inner = np.linspace(-limit_mm_yr, limit_mm_yr, VELOCITY_STEPS + 1)
    edges = np.concatenate([[-FASTEST_MM_YR], inner[1:-1], [FASTEST_MM_YR]])
    labels = [f"{low:.3g} to {high:.3g} mm/yr" for low, high in pairwise(inner)]
    labels[0] = f"{inner[1]:.3g} mm/yr and less (away)"
    labels[-1] = f"{inner[-2]:.3g} mm/yr and more (toward)"
    symbols = _add_ranges(renderer, column, list(pairwise(edges)), labels)
    for step in range(VELOCITY_STEPS):
        _add_marker(symbols, step, to_hex(DIVERGING((step + 0.5) / VELOCITY_STEPS)))
    return renderer


def _add_ranges(
    renderer: ET.Element,
    column: str,
    steps: Sequence[tuple[float, float]],
    labels: Sequence[str],
) -> ET.Element:
    """Add the ranges of a graduated renderer; return the element for their symbols."""
    renderer.set("attr", column)
    renderer.set("graduatedMethod", "GraduatedColor")
    ranges = ET.SubElement(renderer, "ranges")
    symbols = ET.SubElement(renderer, "symbols")
    for step, ((lower, upper), label) in enumerate(zip(steps, labels, strict=True)):
        ET.SubElement(
            ranges,
            "range",
            lower=f"{lower:.6f}",
            upper=f"{upper:.6f}",
            symbol=str(step),
            label=label,
            render="true",
        )
    return symbols


def _add_marker(symbols: ET.Element, number: int, colour: str) -> None:
    """Add a small disc with a thin outline."""
    symbol = ET.SubElement(symbols, "symbol", type="marker", name=str(number), alpha="1")
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleMarker", "enabled": "1", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    _add_options(
        options,
        {
            "name": "circle",
            "color": _rgba(colour),
            "outline_color": "34,34,34,160",
            "outline_width": "0.1",
            "outline_width_unit": "MM",
            "size": "1.8",
            "size_unit": "MM",
        },
    )


def _add_symbol(
    symbols: ET.Element,
    number: int,
    colour: str,
    opacity: float = POLYGON_OPACITY,
    brush: str = "solid",
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
    _add_options(
        options,
        {
            "color": _rgba(colour),
            "outline_color": "34,34,34,255",
            "outline_style": "solid",
            "outline_width": "0.2",
            "outline_width_unit": "MM",
            "style": brush,
        },
    )


def _add_options(options: ET.Element, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        ET.SubElement(options, "Option", type="QString", name=name, value=value)


def _rgba(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},255"


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
