"""Figure: candidates against reference outlines, with examples."""

from hotslope.jobs import job_log

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from rasterio.enums import Resampling

from hotslope.candidates.references import read_reference, study_ground
from hotslope.candidates.tables import CANDIDATES
from hotslope.files import write_figure
from hotslope.grid import Grid
from hotslope.maps.examples import choose_examples, split_ground, window_round
from hotslope.maps.layout import MapLayout
from hotslope.maps.panels import KM, MapFigure, map_figure, note, say_none, strip_legend
from hotslope.maps.polygons import polygon_collection
from hotslope.maps.relief import hillshade
from hotslope.maps.style import CATEGORIES, INK, WIDTH_PX
from hotslope.rasters import read_for_figure
from hotslope.schemas import read_layer

#: Neither red nor blue: these mean away and toward.
COLOURS = {
    "both": CATEGORIES[2],
    "candidate only": CATEGORIES[1],
    "reference only": CATEGORIES[3],
}
#: Edge of an example, and where its row begins in the strip below the map, px.
EXAMPLE_PX, EXAMPLES_TOP_PX = 400, 78
EXAMPLES = {"found": "found (typical)", "missed": "missed (largest)", "false": "false (largest)"}


def plot_extraction(
    *,
    candidates_path: str,
    reference_paths: list[str],
    extraction_path: str,
    elevation_path: str | None,
    figure_path: str,
    boundary: str | dict[str, Any] | None,
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Draw the ground of both sets, and one object found, one missed and one false."""
    legend_px = EXAMPLES_TOP_PX + EXAMPLE_PX + 40
    layout = MapLayout.of_area(bounds_m, crs, 1, legend_px=legend_px)
    elevation = (
        read_for_figure(elevation_path, layout.grid, Resampling.cubic) if elevation_path else None
    )
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", []).geometry.to_numpy()
    reference = _reference(reference_paths, boundary, bounds_m, crs)
    measured = json.loads(Path(extraction_path).read_text(encoding="utf-8"))
    maps = map_figure(
        layout, f"{study_area_name}: extraction accuracy", [_summary(measured)], elevation
    )
    ground = split_ground(candidates, reference)
    _draw_ground(maps.axes[0], ground)
    if not candidates.size and not reference.size:
        say_none(maps.axes[0], "neither candidates nor reference outlines")
    for place, (kind, example) in enumerate(choose_examples(candidates, reference).items()):
        axes = _example_axes(maps, place, EXAMPLES[kind])
        if example is None:
            say_none(axes, "none")
            continue
        _draw_example(axes, example, ground, elevation_path, crs)
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
    write_figure(figure_path, maps.figure)


def _reference(
    paths: list[str], boundary: str | dict[str, Any] | None, bounds_m: list[float], crs: str
) -> np.ndarray:
    """Return reference polygons on the ground looked at, as `measure_extraction` takes them."""
    outlines = pd.concat([read_reference(path, crs) for path in paths], ignore_index=True)
    ground = study_ground(bounds_m, boundary, crs)
    inside = gpd.GeoSeries(outlines, crs=crs).clip(ground).to_numpy()
    return inside[shapely.area(inside) > 0]


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


def _draw_example(
    axes: Axes, example: shapely.Geometry, ground: Any, elevation_path: str | None, crs: str
) -> None:
    """Draw the window round an example; its edge is told in the corner."""
    left, bottom, right, top = window_round(example)
    extent = (KM * left, KM * right, KM * bottom, KM * top)
    if elevation_path:
        grid = Grid.from_bounds([left, bottom, right, top], (right - left) / EXAMPLE_PX, crs)
        elevation = read_for_figure(elevation_path, grid, Resampling.cubic)
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


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_extraction(
            candidates_path=snakemake.input.candidates,
            reference_paths=list(snakemake.input.reference),
            extraction_path=snakemake.input.extraction,
            elevation_path=snakemake.input.get("elevation"),
            figure_path=snakemake.output.figure,
            boundary=snakemake.params.boundary,
            study_area_name=snakemake.params.study_area_name,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
        )
