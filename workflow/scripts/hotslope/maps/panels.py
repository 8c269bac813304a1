"""Map panels: ground, coordinates, scale bar, north arrow, legends."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from matplotlib.typing import ColorType
from pyproj import CRS

from hotslope.maps.layout import TITLE_PX, MapLayout
from hotslope.maps.relief import hillshade
from hotslope.maps.scales import round_below
from hotslope.maps.style import DPI, INK, PALE_INK, WIDTH_PX, apply_style

#: Maps are drawn in kilometres of the project CRS.
KM = 1e-3
#: What fits into the head of a figure: letters of the title, and the scale bar.
LONGEST_TITLE = 54
#: Size of letters of a note, and the share of the figure's width that it may take.
NOTE_PT, NOTE_WIDTH = 8.5, 0.97
_LONGEST_BAR_PX = 220
_WIDEST_MARGIN_PX = 220
_TICK_ROOM_PX = 36


@dataclass(frozen=True)
class MapFigure:
    """A figure of map panels.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        To be written with `hotslope.maps.figure_file.save_figure`.
    axes : list of matplotlib.axes.Axes
        One per panel, in kilometres.
    layout : MapLayout
        Its geometry; ``layout.grid`` holds the pixels of a panel.
    """

    figure: Figure
    axes: list[Axes]
    layout: MapLayout


def map_figure(
    layout: MapLayout,
    title: str,
    panel_titles: Sequence[str],
    elevation_m: np.ndarray | None = None,
) -> MapFigure:
    """Start a figure: titles, axes in km, scale bars, north arrows, ground.

    Parameters
    ----------
    layout : MapLayout
        Geometry for as many panels as there are titles.
    title : str
        Title of the figure, at most `LONGEST_TITLE` letters.
    panel_titles : sequence of str
        One per panel; at least one.
    elevation_m : ndarray, float64, shape ``layout.grid.shape``, optional
        Elevation on the panel's pixels, shaded below everything else. None: a plain ground.
    """
    apply_style()
    figure = Figure(figsize=(WIDTH_PX / DPI, layout.height_px / DPI), dpi=DPI, facecolor="white")
    _draw_head(figure, layout, title)
    shade = None if elevation_m is None else hillshade(elevation_m, layout.grid.cell_size_m)
    axes = []
    for index, panel_title in enumerate(panel_titles):
        panel = figure.add_axes(layout.panel_box(index))
        _dress(panel, layout, index, len(panel_titles), panel_title)
        if shade is not None:
            draw_image(panel, layout, shade, "gray", 0.0, 1.0, zorder=0)
        axes.append(panel)
    return MapFigure(figure, axes, layout)


def _dress(axes: Axes, layout: MapLayout, index: int, panels: int, title: str) -> None:
    """Set limits, title and coordinates of one panel."""
    left, bottom, right, top = (KM * edge for edge in layout.grid.bounds_m)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    # A letter is about 1.15 pixels wide per point of its size: long titles shrink to the panel.
    size = min(11.0, layout.grid.shape[1] / (1.15 * max(len(title), 1)))
    axes.set_title(title, pad=6, fontsize=size)
    # Labels of panels side by side must not run into each other at the edges.
    room = _TICK_ROOM_PX * KM * layout.grid.cell_size_m if layout.columns > 1 else 0.0
    axes.set_xticks(_round_ticks(left + room, right - room))
    axes.set_yticks(_round_ticks(bottom, top))
    axes.ticklabel_format(useOffset=False, style="plain")
    axes.tick_params(
        labelleft=layout.is_leftmost(index), labelbottom=layout.is_lowest(index, panels), length=3
    )
    if layout.is_leftmost(index):
        axes.set_ylabel("northing (km)")
    if layout.is_lowest(index, panels):
        axes.set_xlabel(f"easting (km), {shorten(CRS(layout.grid.crs).name, 40)}")


def _round_ticks(lowest: float, highest: float) -> np.ndarray:
    """Round numbers between two limits, about six."""
    ticks = np.asarray(MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(lowest, highest))
    return ticks[(ticks >= lowest) & (ticks <= highest)]


def _draw_head(figure: Figure, layout: MapLayout, title: str) -> None:
    """Write the title at the left, the scale bar and north arrow of all panels at the right."""
    head = figure.add_axes((0.0, 1 - TITLE_PX / layout.height_px, 1.0, TITLE_PX / layout.height_px))
    head.set(xlim=(0, WIDTH_PX), ylim=(0, TITLE_PX))
    head.set_axis_off()
    middle = TITLE_PX / 2
    left = min(layout.left_px, _WIDEST_MARGIN_PX)
    head.text(left, middle, title, va="center", fontsize=13, fontweight="bold")
    north = max(layout.left_px + layout.panels_width_px, WIDTH_PX - _WIDEST_MARGIN_PX) - 12
    head.text(north, middle - 13, "N", fontsize=9, ha="center", va="center")
    arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
    head.annotate("", xy=(north, middle + 24), xytext=(north, middle - 3), arrowprops=arrow)
    pixel_km = KM * layout.grid.cell_size_m
    length = round_below(_LONGEST_BAR_PX * pixel_km)
    width = length / pixel_km
    right = north - 40
    for part, colour in enumerate((INK, "white")):
        half = Rectangle((right - width + part * width / 2, middle - 14), width / 2, 9)
        half.set(facecolor=colour, edgecolor=INK, linewidth=0.7)
        head.add_patch(half)
    label = f"{length:g} km" if length >= 1 else f"{1000 * length:g} m"
    head.text(right - width / 2, middle + 12, label, fontsize=9, ha="center", va="center")


def draw_image(
    axes: Axes,
    layout: MapLayout,
    values: np.ndarray,
    colours: str | Colormap,
    lowest: float,
    highest: float,
    *,
    opacity: float = 1.0,
    zorder: float = 2,
) -> None:
    """Draw an array on the panel's pixels; NaN stays transparent."""
    left, bottom, right, top = (KM * edge for edge in layout.grid.bounds_m)
    axes.imshow(
        np.ma.masked_invalid(values),
        extent=(left, right, bottom, top),
        origin="upper",
        aspect="auto",
        interpolation="nearest",
        cmap=colours,
        vmin=lowest,
        vmax=highest,
        alpha=opacity,
        zorder=zorder,
    )


def draw_classes(
    axes: Axes, layout: MapLayout, codes: np.ndarray, colours: Sequence[ColorType]
) -> None:
    """Draw class codes on the panel's pixels; codes below 0 stay transparent."""
    palette = np.array([*(to_rgba(colour) for colour in colours), (0.0, 0.0, 0.0, 0.0)])
    left, bottom, right, top = (KM * edge for edge in layout.grid.bounds_m)
    axes.imshow(
        palette[codes],
        extent=(left, right, bottom, top),
        origin="upper",
        aspect="auto",
        interpolation="nearest",
        zorder=2,
    )


def colour_bar(
    maps: MapFigure,
    colours: Colormap,
    lowest: float,
    highest: float,
    label: str,
    *,
    ends: tuple[str, str] = ("", ""),
    extend: str = "neither",
    opacity: float = 1.0,
    left: float = 0.3,
    width: float = 0.4,
) -> Axes:
    """Add a horizontal colour bar to the legend strip.

    Parameters
    ----------
    maps : MapFigure
        The figure.
    colours : Colormap
        The scale.
    lowest, highest : float
        Its limits.
    label : str
        Quantity with its unit.
    ends : tuple of str
        What the low and the high end mean, written beside them.
    extend : str
        Which ends go on: ``neither``, ``min``, ``max`` or ``both``.
    opacity : float
        As on the map.
    left, width : float
        Place as shares of the figure's width.
    """
    axes = maps.figure.add_axes(maps.layout.strip_box(left, width, 14, 24))
    bar = maps.figure.colorbar(
        ScalarMappable(Normalize(lowest, highest), colours),
        cax=axes,
        orientation="horizontal",
        extend=extend,
        alpha=opacity,
        ticks=MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]),
    )
    bar.set_label(label)
    bar.outline.set_linewidth(0.7)
    for share, text, side in ((-0.03, ends[0], "right"), (1.03, ends[1], "left")):
        shift = 0.03 if extend == "both" else 0.0
        place = share - shift if side == "right" else share + shift
        axes.text(place, 0.5, text, ha=side, va="center", transform=axes.transAxes)
    return axes


def strip_legend(
    maps: MapFigure,
    handles: Sequence[object],
    columns: int,
    *,
    middle: float = 0.5,
    top_px: int = 6,
    title: str | None = None,
) -> None:
    """Add a legend of patches and lines to the legend strip, centred at `middle`.

    Its top lies `top_px` below the strip's; its title is above its columns.
    """
    legend = maps.figure.legend(
        title=title,
        handles=list(handles),
        ncols=columns,
        loc="upper center",
        bbox_to_anchor=(middle, (maps.layout.legend_px - top_px) / maps.layout.height_px),
        handlelength=1.6,
        columnspacing=1.6,
        borderaxespad=0.0,
        borderpad=0.0,
    )
    legend.set_in_layout(False)


def note(maps: MapFigure, text: str) -> None:
    """Write a small remark on the bottom edge of the figure, smaller where it is long."""
    remark = maps.figure.text(
        0.5,
        6 / maps.layout.height_px,
        text,
        ha="center",
        va="bottom",
        fontsize=NOTE_PT,
        color=PALE_INK,
    )
    share = remark.get_window_extent().width / (maps.figure.bbox.width * NOTE_WIDTH)
    remark.set_fontsize(NOTE_PT / max(share, 1.0))
