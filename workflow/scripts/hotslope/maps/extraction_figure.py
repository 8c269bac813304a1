"""Figure of extraction accuracy: candidates against reference outlines, with examples."""

from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from rasterio.enums import Resampling

from hotslope.grid import Grid
from hotslope.maps.examples import choose_examples, split_ground
from hotslope.maps.figure_area import FigureArea
from hotslope.maps.object_windows import window_round
from hotslope.maps.panels import KM, MapFigure, note, strip_legend
from hotslope.maps.placeholders import draw_placeholder
from hotslope.maps.polygons import polygon_collection
from hotslope.maps.relief import hillshade
from hotslope.maps.style import CATEGORIES, INK, WIDTH_PX
from hotslope.rasters import read_for_figure

#: Neither red nor blue: these mean away and toward.
COLOURS = {
    "both": CATEGORIES[2],
    "candidate only": CATEGORIES[1],
    "reference only": CATEGORIES[3],
}
#: Edge of an example, and where its row begins in the strip below the map, px.
EXAMPLE_PX, EXAMPLES_TOP_PX = 400, 78
EXAMPLES = {"found": "found (typical)", "missed": "missed (largest)", "false": "false (largest)"}


def draw_extraction(
    area: FigureArea, candidates: np.ndarray, reference: np.ndarray, measured: dict[str, Any]
) -> Figure:
    """Draw the ground of both sets, and one object found, one missed and one false.

    Parameters
    ----------
    area : FigureArea
    candidates, reference : ndarray of shapely polygons
        In the project CRS, valid, with an area.
    measured : dict
        Content of ``extraction.json``.
    """
    legend_px = EXAMPLES_TOP_PX + EXAMPLE_PX + 40
    maps = area.start("extraction accuracy", [_summary(measured)], legend_px)
    ground = split_ground(candidates, reference)
    _draw_ground(maps.axes[0], ground)
    if not candidates.size and not reference.size:
        draw_placeholder(maps.axes[0], "neither candidates nor reference outlines")
    for place, (kind, example) in enumerate(choose_examples(candidates, reference).items()):
        axes = _example_axes(maps, place, EXAMPLES[kind])
        if example is None:
            draw_placeholder(axes, "none")
            continue
        _draw_example(axes, example, ground, area)
        _mark(maps.axes[0], example, kind)
    handles = [
        Patch(facecolor=colour, edgecolor=INK, linewidth=0.5, label=name)
        for name, colour in COLOURS.items()
    ]
    strip_legend(maps, handles, columns=3)
    note(
        maps,
        "Examples: the reference outline whose covered share is the median of those found, "
        "the largest missed, the largest false candidate.",
    )
    return maps.figure


def _summary(measured: dict[str, Any]) -> str:
    """Title of the map: shares and numbers of objects."""
    counts = measured["counts"]
    shares = [
        f"{name} {measured[key]:.2f}"
        for key, name in (("accuracy", "accuracy"), ("missing", "missing"), ("iou", "IoU"))
        if measured[key] is not None
    ]
    found = f"{counts['references_found']} of {counts['references']} objects found"
    false = f"{counts['candidates_false']} of {counts['candidates']} candidates false"
    return ", ".join([*shares, found, false])


def _draw_ground(axes: Axes, ground: Any) -> None:
    """Colour the ground by which of the two sets holds it."""
    for name, geometry in ground:
        axes.add_collection(
            polygon_collection(
                np.array([geometry]),
                KM,
                facecolors=COLOURS[name],
                edgecolors=INK,
                linewidths=0.4,
                alpha=0.85,
                zorder=3,
            ),
            autolim=False,
        )


def _example_axes(maps: MapFigure, place: int, title: str) -> Axes:
    """Add a square panel to the strip below the map."""
    gap = (WIDTH_PX - 3 * EXAMPLE_PX) / 4
    left = (gap + place * (EXAMPLE_PX + gap)) / WIDTH_PX
    box = maps.layout.strip_box(left, EXAMPLE_PX / WIDTH_PX, EXAMPLES_TOP_PX, EXAMPLE_PX)
    axes = maps.figure.add_axes(box)
    axes.set_title(title, pad=6)
    axes.set_xticks([])
    axes.set_yticks([])
    return axes


def _draw_example(axes: Axes, example: shapely.Geometry, ground: Any, area: FigureArea) -> None:
    """Draw the window round an example, and how wide it is."""
    left, bottom, right, top = window_round(example)
    extent = (KM * left, KM * right, KM * bottom, KM * top)
    if area.elevation_path:
        grid = Grid.from_bounds([left, bottom, right, top], (right - left) / EXAMPLE_PX, area.crs)
        elevation = read_for_figure(area.elevation_path, grid, Resampling.cubic)
        shade = hillshade(elevation, grid.cell_size_m)
        west, south, east, north = (KM * edge for edge in grid.bounds_m)
        image, edges = np.ma.masked_invalid(shade), (west, east, south, north)
        axes.imshow(image, extent=edges, cmap="gray", vmin=0, vmax=1, zorder=0)
    _draw_ground(axes, ground)
    axes.set(xlim=extent[:2], ylim=extent[2:], aspect="auto")
    label = f"{right - left:,.0f} m wide"
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 3}
    axes.text(0.03, 0.03, label, transform=axes.transAxes, fontsize=9, bbox=box, zorder=5)


def _mark(axes: Axes, example: shapely.Geometry, kind: str) -> None:
    """Frame an example on the map."""
    left, bottom, right, top = (KM * edge for edge in window_round(example))
    frame = Rectangle((left, bottom), right - left, top - bottom, fill=False, zorder=4)
    frame.set(edgecolor=INK, linewidth=1.2)
    axes.add_patch(frame)
    axes.annotate(
        kind, (left, top), xytext=(0, 3), textcoords="offset points", fontsize=9, zorder=5
    )
