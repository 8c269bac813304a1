"""Figure of the conditioning factors: one small map per factor that is known everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from rasterio.enums import Resampling
from rasterio.features import rasterize

from hotslope.factors.catalogue import FACTORS
from hotslope.factors.classes import known_classes
from hotslope.factors.distances import distances_to_nearest, segments
from hotslope.grid import Grid
from hotslope.maps.figure_area import FigureArea
from hotslope.maps.names import readable
from hotslope.maps.panels import MapFigure, draw_classes, draw_image, note
from hotslope.maps.placeholders import draw_placeholder
from hotslope.maps.style import FACTOR_COLOURS, SEQUENTIAL, many_colours
from hotslope.rasters import read_for_figure

#: A scale leaves out this share of the pixels at each end, which single cells would stretch.
BEYOND = 0.02
#: Distances are computed in every n-th pixel of each row and column.
DISTANCE_STEP = 3
#: Classes that a legend within a panel has room for; the smallest are drawn but not named.
MOST_NAMED = 8


@dataclass(frozen=True)
class Categories:
    """Classes of ground on the pixels of a panel.

    Parameters
    ----------
    codes : ndarray of int, shape (rows, columns)
        Position of the class in `names`; -1 where there is none.
    names : list of str
    """

    codes: np.ndarray
    names: list[str]


def draw_factors(
    area: FigureArea, factors: Mapping[str, np.ndarray | Categories], left_out: int
) -> Figure:
    """Draw one panel per factor, each on a scale of its own.

    Parameters
    ----------
    area : FigureArea
    factors : mapping of str to ndarray or Categories
        Factor → its values on the pixels of a panel, or on a coarser grid of the same ground, NaN
        where there is none; or classes.
    left_out : int
        Number of factors that candidates alone have, named in the remark.
    """
    titles = [_title(name) for name in factors] or ["no factor"]
    maps = area.start("conditioning factors", titles, legend_px=34)
    if not factors:
        draw_placeholder(maps.axes[0], "no DEM and no map layer:\nset terrain.dem or layers")
    for axes, (name, values) in zip(maps.axes, factors.items(), strict=False):
        if isinstance(values, Categories):
            _draw_categories(axes, maps, values)
        else:
            _draw_numbers(axes, maps, name, values)
    remark = f"Scales leave out {BEYOND:.0%} of the pixels at each end. Grey: no data."
    if left_out:
        remark += f" Shares of trend classes ({left_out} factors) are measured in candidates only."
    note(maps, remark)
    return maps.figure


def _title(name: str) -> str:
    unit = FACTORS[name].unit
    # Of the rasters, aspect is an angle; candidates have its class.
    unit = "degree" if name == "aspect" else unit
    return readable(name) if unit == "class" else f"{readable(name)} ({unit})"


def _draw_numbers(axes: Axes, maps: MapFigure, name: str, values: np.ndarray) -> None:
    """Draw numbers with a small colour bar in the corner of the panel."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        draw_placeholder(axes, "no data in the study area")
        return
    colours = mpl.colormaps.get_cmap(FACTOR_COLOURS.get(name, SEQUENTIAL))
    if name == "aspect":
        low, high = 0.0, 360.0
    else:
        low, high = (float(edge) for edge in np.quantile(known, (BEYOND, 1 - BEYOND)))
        if name.endswith("curvature") or name == "tpi":
            high = max(abs(low), abs(high))
            low = -high
        if low == high:
            low, high = low - 0.5, high + 0.5
    draw_image(axes, maps.layout, values, colours, low, high)
    box = axes.inset_axes((0.0, 0.0, 0.5, 0.2))
    box.set(xticks=[], yticks=[], facecolor=(1.0, 1.0, 1.0, 0.85), zorder=5)
    bar = axes.inset_axes((0.04, 0.11, 0.42, 0.05))
    bar.set_zorder(6)
    scale = maps.figure.colorbar(
        ScalarMappable(Normalize(low, high), colours),
        cax=bar,
        orientation="horizontal",
        ticks=MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]),
    )
    scale.outline.set_linewidth(0.5)
    scale.ax.tick_params(labelsize=6.5, length=2, pad=1)


def _draw_categories(axes: Axes, maps: MapFigure, values: Categories) -> None:
    """Draw classes, the largest named in the corner of the panel."""
    if not values.names:
        draw_placeholder(axes, "no class in the study area")
        return
    colours = many_colours(len(values.names))
    draw_classes(axes, maps.layout, values.codes, colours)
    counts = np.bincount(values.codes[values.codes >= 0], minlength=len(values.names))
    named = sorted(np.argsort(-counts, kind="stable")[:MOST_NAMED])
    handles = [Patch(facecolor=colours[code], label=values.names[code]) for code in named]
    legend = axes.legend(
        handles=handles,
        loc="lower left",
        fontsize=6.5,
        frameon=True,
        framealpha=0.85,
        edgecolor="none",
        handlelength=1.0,
        labelspacing=0.25,
        borderaxespad=0.0,
    )
    legend.set_zorder(5)


def distance_on_grid(lines: np.ndarray, grid: Grid) -> np.ndarray:
    """Return the distance to the nearest line, m, in every `DISTANCE_STEP`-th pixel.

    Parameters
    ----------
    lines : ndarray of shapely geometry
        Lines or polygons, also from beyond the grid.
    grid : Grid
        Pixels of a panel.
    """
    x_m = grid.x_centres_m()[DISTANCE_STEP // 2 :: DISTANCE_STEP]
    y_m = grid.y_centres_m()[DISTANCE_STEP // 2 :: DISTANCE_STEP]
    places = shapely.points(*(part.ravel() for part in np.meshgrid(x_m, y_m)))
    return distances_to_nearest(places, segments(lines)).reshape(len(y_m), len(x_m))


def units_on_grid(
    units: gpd.GeoDataFrame, classes: dict[Any, str | None] | None, grid: Grid
) -> Categories:
    """Return the class of the map unit at each pixel.

    Parameters
    ----------
    units : geopandas.GeoDataFrame
        Columns ``unit`` and ``geometry``, polygons in the CRS of the grid.
    classes : dict or None
        Unit to class, as in the config; other units are no data.
    grid : Grid
    """
    class_of = known_classes(units["unit"], classes)
    known = class_of.notna().to_numpy()
    names, codes = np.unique(class_of[known].astype(str), return_inverse=True)
    if not names.size:
        return Categories(np.full(grid.shape, -1), [])
    burnt = rasterize(
        zip(units.geometry[known], codes.tolist(), strict=True),
        out_shape=grid.shape,
        transform=grid.transform,
        fill=-1,
        dtype="int32",
    )
    return _present(burnt, list(names))


def codes_on_grid(path: str, classes: dict[Any, str | None] | None, grid: Grid) -> Categories:
    """Return the class of the commonest code of a raster in each pixel.

    Parameters
    ----------
    path : str
        Raster of codes, in any CRS.
    classes : dict or None
        Code to class, as in the config; other codes are no data.
    grid : Grid
    """
    values = read_for_figure(path, grid, Resampling.mode)
    found, places = np.unique(values[np.isfinite(values)], return_inverse=True)
    class_of = known_classes(pd.Series(found), classes)
    names = sorted(set(class_of.dropna()))
    numbers = np.array([names.index(name) if name else -1 for name in class_of], dtype=np.int64)
    codes = np.full(grid.shape, -1)
    codes[np.isfinite(values)] = numbers[places]
    return _present(codes, names)


def _present(codes: np.ndarray, names: list[str]) -> Categories:
    """Leave out classes that no pixel has."""
    found, places = np.unique(codes[codes >= 0], return_inverse=True)
    renumbered = np.full(codes.shape, -1)
    renumbered[codes >= 0] = places
    return Categories(renumbered, [names[code] for code in found])
