"""The bulletin of what has changed on one page in A4."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from hotslope.maps.sheet import MARGIN_MM, WIDTH_MM, Sheet
from hotslope.maps.titles import figure_title

#: Widths of the columns of the table, without and with what is exposed.
_WIDTHS_MM = (18.0, 12.0, 25.0, 13.0, 60.0, 22.0, 13.0, 19.0)
_WIDTHS_WITH_EXPOSED_MM = (16.0, 10.5, 18.0, 12.0, 51.0, 19.0, 11.0, 17.0, 27.5)


def draw_bulletin(
    name: str,
    about: str,
    tiles: Sequence[tuple[str, str]],
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    picture: np.ndarray,
    remarks: Sequence[tuple[str, Sequence[str]]],
) -> Figure:
    """Draw the page.

    Parameters
    ----------
    name, about : str
        Of the study area; a line about the run.
    tiles : sequence of pair of str
        Labels and numbers.
    titles, rows : sequence
        The table of where to look first.
    picture : ndarray, shape (rows, columns, 3 or 4)
        The figure of what has changed.
    remarks : sequence of pair
        Heading and lines below it; left out where there are none.
    """
    sheet = Sheet()
    sheet.text(figure_title(name, "what has changed", 62), size=15, bold=True)
    sheet.text(about, pale=True)
    sheet.top_mm += 1
    sheet.text("    ".join(f"{value} {label}" for label, value in tiles), size=11, bold=True)
    sheet.heading("Where to look first")
    if rows:
        widths_mm = _WIDTHS_MM if len(titles) == len(_WIDTHS_MM) else _WIDTHS_WITH_EXPOSED_MM
        sheet.table(titles, rows, widths_mm, size=7.0)
    else:
        sheet.text("No candidate has changed beyond the thresholds.")
    sheet.top_mm += 3
    width_mm = WIDTH_MM - 2 * MARGIN_MM
    height_mm = width_mm * picture.shape[0] / picture.shape[1]
    axes = sheet.axes(MARGIN_MM, sheet.top_mm, width_mm, height_mm)
    axes.imshow(picture, aspect="auto", interpolation="antialiased")
    axes.set_axis_off()
    sheet.top_mm += height_mm
    for heading, lines in remarks:
        if lines:
            sheet.heading(heading)
            sheet.bullets(lines, size=7.5)
    return sheet.figure
