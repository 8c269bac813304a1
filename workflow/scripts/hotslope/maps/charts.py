"""Figures that are no maps."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hotslope.maps.style import DPI, WIDTH_PX, apply_style
from hotslope.maps.titles import figure_title

#: Letters of a title that fit across a chart.
LONGEST_TITLE = 80


def chart_figure(name: str, subject: str, height_px: int) -> tuple[Figure, Axes]:
    """Start a figure of one chart that makes room for its own labels.

    Parameters
    ----------
    name : str
        Name of the study area; shortened where it is long.
    subject : str
        What the figure shows.
    height_px : int
        Height in pixels.
    """
    figure, charts = stacked_charts(name, subject, height_px, 1)
    return figure, charts[0]


def stacked_charts(
    name: str, subject: str, height_px: int, count: int
) -> tuple[Figure, list[Axes]]:
    """Start a figure of charts one above the other that share their abscissa.

    Parameters
    ----------
    name : str
        Name of the study area; shortened where it is long.
    subject : str
        What the figure shows.
    height_px : int
        Height in pixels.
    count : int
        Number of charts.
    """
    apply_style()
    figure = Figure(figsize=(WIDTH_PX / DPI, height_px / DPI), dpi=DPI, facecolor="white")
    figure.set_layout_engine("constrained", w_pad=0.15, h_pad=0.1)
    title = figure_title(name, subject, LONGEST_TITLE)
    figure.suptitle(title, fontsize=13, fontweight="bold")
    charts = list(figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0])
    for axes in charts:
        axes.set_facecolor("white")
        axes.spines[["top", "right"]].set_visible(False)
    return figure, charts
