"""The style of the potential landslides in QGIS, as QML text."""

from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
from matplotlib.colors import to_hex

from hotslope.maps.style import NEUTRAL, PROBABILITY

#: Classes of probability in the legend of QGIS.
STEPS = 5
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def probability_style(column: str | None) -> str:
    """Return a QML document that fills polygons by probability.

    Parameters
    ----------
    column : str or None
        Column of probabilities 0 to 1; None fills all alike.

    Notes
    -----
    Colours are those of the figure (`hotslope.maps.style.PROBABILITY`), in five equal steps.
    """
    root = ET.Element("qgis", version="3.28.0", styleCategories="Symbology")
    kind = "singleSymbol" if column is None else "graduatedSymbol"
    renderer = ET.SubElement(
        root, "renderer-v2", type=kind, symbollevels="0", enableorderby="0", forceraster="0"
    )
    if column is None:
        _add_symbol(ET.SubElement(renderer, "symbols"), 0, NEUTRAL)
    else:
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
    ET.indent(root)
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def _add_symbol(symbols: ET.Element, number: int, colour: str) -> None:
    """Add a fill with a dark, thin outline."""
    symbol = ET.SubElement(
        symbols, "symbol", type="fill", name=str(number), alpha="0.85", clip_to_extent="1"
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
