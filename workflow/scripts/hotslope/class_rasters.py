"""Rasters of classes: integers with colours, names of the classes and a style for QGIS.

GeoTIFF keeps the colours. GDAL keeps names of classes in a file beside it (``.tif.aux.xml``), and
QGIS reads the style beside it (``.qml``) when it opens the raster.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import numpy as np
from rasterio.enums import Resampling

from hotslope.columns import VISIBILITY_NAMES
from hotslope.files import write_text
from hotslope.grid import Grid
from hotslope.rasters import CLASS_NODATA, raster_by_rows

#: Description of the only band.
CLASS_BAND = "class"
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


class Classes(NamedTuple):
    """What the codes of a raster mean.

    Parameters
    ----------
    names : tuple of str
        Class in words; its code is the position.
    colours : tuple of str
        Colour of each class, ``#rrggbb``. The first class, which has nothing to report, is drawn
        only by programs that know no style.
    opacity : float
        Of the style, 0 to 1.
    """

    names: tuple[str, ...]
    colours: tuple[str, ...]
    opacity: float

    def in_words(self) -> str:
        """List codes and names, as metadata of the file."""
        return ", ".join(f"{code} {name}" for code, name in enumerate(self.names))


#: How a track sees a cell.
VISIBILITY_CLASSES = Classes(VISIBILITY_NAMES, ("#ffffff", "#c9a66b", "#3f4a55"), 0.6)


@contextmanager
def class_raster_by_rows(
    path: str | Path, classes: Classes, grid: Grid, tags: dict[str, str]
) -> Iterator[Callable[[slice, np.ndarray], None]]:
    """Open a raster of classes to be written some rows at a time, with the files beside it.

    Parameters
    ----------
    path, grid, tags
        As in `hotslope.rasters.raster_by_rows`.
    classes : Classes

    Yields
    ------
    callable
        Takes rows and the codes of their cells, of any numeric type; NaN is no data.
    """
    tags = {CLASS_BAND: classes.in_words(), **tags}
    colours = {code: _rgb(colour) for code, colour in enumerate(classes.colours)}
    with raster_by_rows(
        path, [CLASS_BAND], grid, tags, "uint8", Resampling.mode, colours=colours
    ) as write_rows:

        def write(rows: slice, codes: np.ndarray) -> None:
            known = np.where(np.isnan(codes), CLASS_NODATA, codes)
            write_rows(rows, [known.astype(np.uint8)])

        yield write
    write_text(f"{path}.aux.xml", _names_text(classes.names))
    write_text(Path(path).with_suffix(".qml"), raster_style_text(class_renderer(classes)))


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _names_text(names: Sequence[str]) -> str:
    """Return names of classes as GDAL keeps what GeoTIFF has no place for."""
    root = ET.Element("PAMDataset")
    band = ET.SubElement(root, "PAMRasterBand", band="1")
    categories = ET.SubElement(band, "CategoryNames")
    for name in names:
        ET.SubElement(categories, "Category").text = name
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def class_renderer(classes: Classes) -> ET.Element:
    """Return QGIS's renderer of classes; the first and what is no class stay clear."""
    renderer = ET.Element(
        "rasterrenderer", type="paletted", band="1", alphaBand="-1", opacity=f"{classes.opacity:g}"
    )
    palette = ET.SubElement(renderer, "colorPalette")
    every = enumerate(zip(classes.names, classes.colours, strict=True))
    for code, (name, colour) in list(every)[1:]:
        ET.SubElement(
            palette, "paletteEntry", value=str(code), color=colour, label=name, alpha="255"
        )
    return renderer


def raster_style_text(renderer: ET.Element) -> str:
    """Return the QML document of a renderer of a raster."""
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    ET.SubElement(root, "pipe").append(renderer)
    return document_text(root)


def document_text(root: ET.Element) -> str:
    """Return the text of a QGIS document (style or project), indented."""
    ET.indent(root)
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"
