"""Figures as files."""

from matplotlib.figure import Figure

from hotslope.files import write_figure
from hotslope.maps.fonts import choose_fonts


def save_figure(path: str, figure: Figure) -> None:
    """Write a figure as PNG, in fonts that have the letters of its texts."""
    choose_fonts(figure)
    write_figure(path, figure)
