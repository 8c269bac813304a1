"""Figures of hot spots: classes of points, their density, and the radius chosen for them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from rasterio.enums import Resampling

from hotslope.columns import X, Y
from hotslope.maps.charts import chart_figure
from hotslope.maps.figure_area import FigureArea
from hotslope.maps.names import readable
from hotslope.maps.panels import colour_bar, draw_classes, draw_image, note, strip_legend
from hotslope.maps.pixels import commonest_per_pixel, dot_radius_px
from hotslope.maps.placeholders import draw_placeholder
from hotslope.maps.scales import DENSITY_SHARE, symmetric_limit
from hotslope.maps.style import (
    AWAY,
    AWAY_TEXT,
    DIVERGING,
    NEUTRAL,
    NOT_EVALUATED,
    PALE_INK,
    TOWARD,
    TOWARD_TEXT,
    category_colours,
)
from hotslope.rasters import read_for_figure

#: Class code by position; of equally many points in a pixel the later class shows.
CLASSES = {
    "not evaluated": NOT_EVALUATED,
    "not significant": NEUTRAL,
    f"cold spot: cluster of motion {AWAY_TEXT}": AWAY,
    f"hot spot: cluster of motion {TOWARD_TEXT}": TOWARD,
}
#: The relief shines through the density.
OPACITY = 0.85


def draw_hotspots(area: FigureArea, tables: dict[str, pd.DataFrame], significance: float) -> Figure:
    """Draw one panel per track with the share of significant points in its title.

    Parameters
    ----------
    area : FigureArea
    tables : dict of str to DataFrame
        Track → `x_m`, `y_m`, `z`, `q`.
    significance : float
        Largest corrected p of a hot or cold spot.
    """
    codes = [_classes(table, significance) for table in tables.values()]
    titles = [f"{track}: {_shares(code)}" for track, code in zip(tables, codes, strict=True)]
    maps = area.start("hot and cold spots", titles, legend_px=108)
    # One size of dots in all panels, or the sparser track would look the denser.
    grid = maps.layout.grid
    radius = dot_radius_px(max(map(len, tables.values())), grid)
    for axes, table, code in zip(maps.axes, tables.values(), codes, strict=True):
        if table.empty:
            draw_placeholder(axes, "no points")
            continue
        image = commonest_per_pixel(
            table[X].to_numpy(), table[Y].to_numpy(), code, len(CLASSES), grid, radius
        )
        draw_classes(axes, maps.layout, image, list(CLASSES.values()))
    handles = [
        Patch(facecolor=colour, edgecolor="#999999", linewidth=0.5, label=name)
        for name, colour in reversed(CLASSES.items())
    ]
    strip_legend(maps, handles, columns=2)
    note(
        maps,
        f"Getis-Ord Gi* of line-of-sight velocity, corrected p ≤ {significance:g}. "
        "Significant is neither fast nor dangerous by itself: see the velocities.",
    )
    return maps.figure


def _classes(table: pd.DataFrame, significance: float) -> np.ndarray:
    """Class codes of points, in the order of `CLASSES`."""
    z, q = table["z"].to_numpy(), table["q"].to_numpy()
    significant = q <= significance
    return np.select([np.isnan(z), significant & (z < 0), significant & (z > 0)], [0, 2, 3], 1)


def _shares(codes: np.ndarray) -> str:
    """Shares of hot and cold points in words."""
    if codes.size == 0:
        return "no points"
    return f"{np.mean(codes == 3):.1%} hot, {np.mean(codes == 2):.1%} cold"


def draw_density(area: FigureArea, density_paths: Mapping[str, str]) -> Figure:
    """Draw the signed density of hot spots, one panel per track, all on one scale.

    Parameters
    ----------
    area : FigureArea
    density_paths : mapping of str to str
        Track → raster whose first band is the signed density, z/m².
    """
    maps = area.start("density of hot and cold spots", list(density_paths), legend_px=134)
    images = []
    for path in density_paths.values():
        density = read_for_figure(path, maps.layout.grid, Resampling.average)
        # Exactly zero: no evaluated point within the radius.
        images.append(np.where(density == 0, np.nan, density))
    limit = symmetric_limit(np.concatenate([image.ravel() for image in images]), DENSITY_SHARE)
    for axes, image in zip(maps.axes, images, strict=True):
        if np.isnan(image).all():
            draw_placeholder(axes, "no points")
        draw_image(axes, maps.layout, image, DIVERGING, -limit, limit, opacity=OPACITY)
    colour_bar(
        maps,
        DIVERGING,
        -limit,
        limit,
        "density of Gi* (z per m²)",
        ends=(AWAY_TEXT, TOWARD_TEXT),
        extend="both",
        opacity=OPACITY,
    )
    note(maps, "Quartic kernel over the z scores of points. No colour: no point within the radius.")
    return maps.figure


def draw_radius(name: str, choices: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw z of Moran's I per track, with a mark at its peak or a line where there is none.

    Parameters
    ----------
    name : str
        Name of the study area.
    choices : mapping of str to mapping
        Track → content of its radius file.
    """
    figure, axes = chart_figure(
        name, "radius of hot spots by spatial autocorrelation", height_px=900
    )
    for (track, colour), chosen in zip(
        category_colours(list(choices)).items(), choices.values(), strict=True
    ):
        distance_m, z = np.array(chosen["distance_m"]), np.array(chosen["z"], dtype=np.float64)
        label = f"{readable(track)}: {chosen['radius_m']:g} m\n{chosen['reason']}"
        axes.plot(distance_m, z, color=colour, linewidth=2.0, marker=".", label=label)
        if chosen["is_peak"]:
            peak = distance_m == chosen["radius_m"]
            axes.plot(distance_m[peak], z[peak], color=colour, marker="o", markersize=11)
        else:
            axes.axvline(chosen["radius_m"], color=colour, linestyle=(0, (4, 3)))
    axes.axhline(0.0, color=PALE_INK, linewidth=0.7)
    axes.set_xlabel("points nearer than this are neighbours (m)")
    axes.set_ylabel("z of global Moran's I")
    axes.grid(True)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, -0.14), labelspacing=0.8)
    return figure
