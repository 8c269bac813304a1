"""Figures that are no maps."""

from textwrap import shorten

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hotslope.maps.style import DPI, WIDTH_PX, apply_style


def chart_figure(title: str, height_px: int) -> tuple[Figure, Axes]:
    """Start a figure of one chart that makes room for its own labels.

    Parameters
    ----------
    title : str
        Title of the figure.
    height_px : int
        Height in pixels.
    """
    figure, charts = stacked_charts(title, height_px, 1)
    return figure, charts[0]


def stacked_charts(title: str, height_px: int, count: int) -> tuple[Figure, list[Axes]]:
    """Start a figure of charts one above the other that share their abscissa.

    Parameters
    ----------
    title : str
        Title of the figure.
    height_px : int
        Height in pixels.
    count : int
        Number of charts.
    """
    apply_style()
    figure = Figure(figsize=(WIDTH_PX / DPI, height_px / DPI), dpi=DPI, facecolor="white")
    figure.set_layout_engine("constrained", w_pad=0.15, h_pad=0.1)
    figure.suptitle(shorten(title, 80, placeholder=" …"), fontsize=13, fontweight="bold")
    charts = list(figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0])
    for axes in charts:
        axes.set_facecolor("white")
        axes.spines[["top", "right"]].set_visible(False)
    return figure, charts


def readable(name: str) -> str:
    """Turn a column name into words."""
    known = {"twi": "TWI", "spi": "SPI", "tpi": "TPI", "tri": "TRI", "cnn": "CNN"}
    return known.get(name, name.replace("_", " "))
