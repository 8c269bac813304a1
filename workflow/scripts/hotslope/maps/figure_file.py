"""Figures as files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from hotslope.files import atomic_path, write_figure
from hotslope.maps.fonts import choose_fonts

#: Formats of drawings, with what would differ from run to run.
_VARYING: dict[str, dict[str, Any]] = {
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    "svg": {"Creator": None, "Date": None},
}


def save_figure(path: str, figure: Figure, vector_paths: Sequence[str] = ()) -> None:
    """Write a figure in fonts that have the letters of its texts.

    Parameters
    ----------
    path : str
        PNG file.
    figure : Figure
    vector_paths : sequence of str
        PDF or SVG files; those that have the name of `path`, but for its ending, are written.
    """
    choose_fonts(figure)
    write_figure(path, figure)
    for vector_path in vector_paths:
        if Path(vector_path).stem == Path(path).stem:
            _save_vectors(vector_path, figure)


def save_page(path: str, figure: Figure) -> None:
    """Write a figure as a PDF of one page, without dates or software versions."""
    choose_fonts(figure)
    _save_vectors(path, figure)


def _save_vectors(path: str, figure: Figure) -> None:
    kind = Path(path).suffix.lstrip(".")
    with atomic_path(path) as partial:
        figure.savefig(partial, format=kind, metadata=_VARYING[kind])
