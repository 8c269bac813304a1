"""Figures as files."""

from matplotlib.figure import Figure

from hotslope.files import atomic_path, write_figure
from hotslope.maps.fonts import choose_fonts


def save_figure(path: str, figure: Figure) -> None:
    """Write a figure as PNG, in fonts that have the letters of its texts."""
    choose_fonts(figure)
    write_figure(path, figure)


def save_page(path: str, figure: Figure) -> None:
    """Write a figure as a PDF of one page, without dates or software versions."""
    choose_fonts(figure)
    with atomic_path(path) as partial:
        metadata = {"Creator": None, "Producer": None, "CreationDate": None}
        figure.savefig(partial, format="pdf", metadata=metadata)  # type: ignore[arg-type]
