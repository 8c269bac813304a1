"""The run on one page in A4, for those who decide."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from hotslope.maps.limits import GRADES, WHAT_IT_IS_NOT
from hotslope.maps.overview import Place, Tile
from hotslope.maps.sheet import HEADING_MM, HEIGHT_MM, MARGIN_MM, WIDTH_MM, Sheet
from hotslope.maps.style import NO_DATA
from hotslope.maps.titles import figure_title

#: Tiles beside each other, and their height and gap.
_TILES, _TILE_MM, _GAP_MM = 4, 17.0, 2.5
#: Height that the picture of the map may have.
_PICTURE_MM = 90.0
#: Letters of lists.
_SMALL = 7.0
#: Columns of the table whose width is known.
_WIDTHS_MM = {
    "class": 29.0,
    "unsupervised rank": 24.0,
    "probability": 18.5,
    "grade": 11.0,
    "area (ha)": 13.0,
    "p noise": 13.0,
    "priority": 12.0,
    "exposed": 24.0,
}
_WIDTH_MM = WIDTH_MM - 2 * MARGIN_MM


def draw_summary(
    name: str,
    about: str,
    tiles: Sequence[Tile],
    picture: np.ndarray,
    places: Sequence[Place],
    titles: Sequence[str],
    remarks: Mapping[str, Sequence[str]],
) -> Figure:
    """Draw the page.

    Parameters
    ----------
    name, about : str
        Of the study area; a line about the run.
    tiles : sequence of Tile
        The run in numbers.
    picture : ndarray, shape (rows, columns, 3 or 4)
        The map.
    places, titles : sequence of Place, sequence of str
        The table of the first places to look, and the titles of its cells.
    remarks : mapping of str to sequence of str
        Heading → lines below it; left out where there are none.
    """
    sheet = Sheet()
    sheet.text(figure_title(name, "potential landslides from InSAR", 62), size=15, bold=True)
    sheet.text(about, pale=True)
    sheet.top_mm += 2
    _draw_tiles(sheet, tiles)
    rows, columns = picture.shape[:2]
    width_mm = min(_WIDTH_MM, _PICTURE_MM * columns / rows)
    height_mm = width_mm * rows / columns
    axes = sheet.axes(MARGIN_MM + (_WIDTH_MM - width_mm) / 2, sheet.top_mm, width_mm, height_mm)
    axes.imshow(picture, aspect="auto", interpolation="antialiased")
    axes.set_axis_off()
    sheet.top_mm += height_mm
    sheet.heading("First places to look")
    if places:
        narrow = [18.0, *(_WIDTHS_MM.get(title, 19.0) for title in titles)]
        narrow[-1] += max(_WIDTH_MM - sum(narrow), 0)
        rows_of_table = [[place.candidate_id, *place.cells] for place in places]
        sheet.table(["candidate", *titles], rows_of_table, narrow, size=7.5)
        sheet.text(GRADES, size=6.5, pale=True)
    else:
        sheet.text("There are no candidates.")
    limits = [f"{title}: {why}" for title, why in WHAT_IT_IS_NOT.items()]
    foot_mm = HEIGHT_MM - MARGIN_MM - HEADING_MM - sheet.bullets_mm(limits, _SMALL, _WIDTH_MM)
    for heading, lines in remarks.items():
        if lines:
            sheet.heading(heading)
            sheet.bullets(_that_fit(lines, sheet, foot_mm), size=_SMALL)
    sheet.heading("What the map is not")
    sheet.bullets(limits, size=_SMALL)
    return sheet.figure


def _that_fit(lines: Sequence[str], sheet: Sheet, foot_mm: float) -> list[str]:
    """Leave out the last lines where there is no room for all, and say so."""
    for count in range(len(lines), 0, -1):
        more = (
            [f"{len(lines) - count} more: see results/summary.html"] if count < len(lines) else []
        )
        chosen = [*lines[:count], *more]
        if sheet.top_mm + sheet.bullets_mm(chosen, _SMALL, _WIDTH_MM) <= foot_mm:
            return chosen
    return [f"{len(lines)} lines: see results/summary.html"]


def _draw_tiles(sheet: Sheet, tiles: Sequence[Tile]) -> None:
    """Draw the numbers of the run, a box for each."""
    width_mm = (_WIDTH_MM - (_TILES - 1) * _GAP_MM) / _TILES
    top_mm = sheet.top_mm
    for number, tile in enumerate(tiles):
        row, column = divmod(number, _TILES)
        left_mm = MARGIN_MM + column * (width_mm + _GAP_MM)
        upper_mm = top_mm + row * (_TILE_MM + _GAP_MM)
        sheet.figure.add_artist(
            Rectangle(
                (left_mm / WIDTH_MM, 1 - (upper_mm + _TILE_MM) / HEIGHT_MM),
                width_mm / WIDTH_MM,
                _TILE_MM / HEIGHT_MM,
                transform=sheet.figure.transFigure,
                facecolor=NO_DATA,
                edgecolor="none",
            )
        )
        sheet.top_mm = upper_mm + 1.2
        for text, size in ((tile.value, 13.0), (tile.label, 7.5), (tile.detail, 7.0)):
            sheet.text(
                text,
                size=size,
                left_mm=left_mm + 2,
                width_mm=width_mm - 3,
                bold=text == tile.value,
                pale=text == tile.detail,
                most_lines=1,
            )
    rows = -(-len(tiles) // _TILES)
    sheet.top_mm = top_mm + rows * (_TILE_MM + _GAP_MM)
