"""Pages in A4 for print: texts in columns, tiles and tables, placed in millimetres."""

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hotslope.maps.style import INK, PALE_INK, apply_style

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
MARGIN_MM = 14.0
#: Height of a heading with its room.
HEADING_MM = 7.8
_MM_PER_INCH = 25.4
_MM_PER_POINT = _MM_PER_INCH / 72
#: From the sign of an entry of a list to its text.
_INDENT_MM = 4.0
#: Height of a line, of the letters themselves and mean width of a letter, as shares of their size.
_LINE, _TALL, _LETTER = 1.25, 1.02, 0.53


class Sheet:
    """A page that is filled from top to bottom.

    Attributes
    ----------
    figure : Figure
        The page.
    top_mm : float
        Where the next text begins, from the upper edge.
    """

    def __init__(self) -> None:
        apply_style()
        size = (WIDTH_MM / _MM_PER_INCH, HEIGHT_MM / _MM_PER_INCH)
        self.figure = Figure(figsize=size, facecolor="white")
        self.top_mm = MARGIN_MM

    def axes(self, left_mm: float, top_mm: float, width_mm: float, height_mm: float) -> Axes:
        """Add axes at a place from the upper left corner."""
        return self.figure.add_axes(
            (
                left_mm / WIDTH_MM,
                1 - (top_mm + height_mm) / HEIGHT_MM,
                width_mm / WIDTH_MM,
                height_mm / HEIGHT_MM,
            )
        )

    def text(
        self,
        text: str,
        *,
        size: float = 9.0,
        left_mm: float = MARGIN_MM,
        width_mm: float = WIDTH_MM - 2 * MARGIN_MM,
        bold: bool = False,
        pale: bool = False,
        most_lines: int = 0,
    ) -> None:
        """Write a paragraph, broken to its width, and go on below it.

        A positive `most_lines` cuts what is longer, with an ellipsis.
        """
        letters = _letters_across(width_mm, size)
        lines = textwrap.wrap(text, letters) or [""]
        if most_lines and len(lines) > most_lines:
            lines = [*lines[: most_lines - 1], _cut(f"{lines[most_lines - 1]}…", letters)]
        self._write(lines, size, left_mm, bold=bold, pale=pale)

    def lines(
        self,
        lines: Sequence[str],
        *,
        size: float,
        left_mm: float,
        width_mm: float,
        bold: bool = False,
    ) -> None:
        """Write lines below each other; what is too long for the width is cut."""
        self._write(
            [_cut(line, _letters_across(width_mm, size)) for line in lines],
            size,
            left_mm,
            bold=bold,
        )

    def _write(
        self,
        lines: Sequence[str],
        size: float,
        left_mm: float,
        *,
        bold: bool = False,
        pale: bool = False,
    ) -> None:
        self.figure.text(
            left_mm / WIDTH_MM,
            1 - self.top_mm / HEIGHT_MM,
            "\n".join(lines),
            fontsize=size,
            fontweight="bold" if bold else "normal",
            color=PALE_INK if pale else INK,
            va="top",
            linespacing=_LINE / _TALL,
        )
        self.top_mm += len(lines) * _LINE * size * _MM_PER_POINT

    def heading(
        self, text: str, *, left_mm: float = MARGIN_MM, width_mm: float = WIDTH_MM - 2 * MARGIN_MM
    ) -> None:
        """Write a heading with room above it."""
        self.top_mm += 2.2
        self.text(text, size=10.5, bold=True, left_mm=left_mm, width_mm=width_mm)
        self.top_mm += 0.6

    def bullets(
        self,
        lines: Sequence[str],
        *,
        size: float = 8.5,
        left_mm: float = MARGIN_MM,
        width_mm: float = WIDTH_MM - 2 * MARGIN_MM,
        box: str = "•",
    ) -> None:
        """Write a list; `box` is the sign before each line."""
        wrapped = _wrapped(lines, size, width_mm)
        signs = [sign for rows in wrapped for sign in (box, *[""] * (len(rows) - 1))]
        top_mm = self.top_mm
        # A text for all lines: each costs time.
        self._write(signs, size, left_mm)
        self.top_mm = top_mm
        self._write([row for rows in wrapped for row in rows], size, left_mm + _INDENT_MM)

    @staticmethod
    def bullets_mm(lines: Sequence[str], size: float, width_mm: float) -> float:
        """Height of a list of bullets, mm."""
        rows = sum(map(len, _wrapped(lines, size, width_mm)))
        return rows * _LINE * size * _MM_PER_POINT

    def table(
        self,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths_mm: Sequence[float],
        *,
        size: float = 8.0,
        left_mm: float = MARGIN_MM,
    ) -> None:
        """Write a table; a cell that is too long for its column is cut."""
        heads = [
            textwrap.wrap(title, _letters_across(width_mm - 1.5, size))[:2]
            for title, width_mm in zip(titles, widths_mm, strict=True)
        ]
        tallest = max(map(len, heads))
        # A text per column: each costs time.
        top_mm, place_mm = self.top_mm, left_mm
        for number, (head, width_mm) in enumerate(zip(heads, widths_mm, strict=True)):
            self.top_mm = top_mm
            head = [*head, *[""] * (tallest - len(head))]
            cells = [row[number] for row in rows]
            self.lines(head, size=size, left_mm=place_mm, width_mm=width_mm, bold=True)
            self.lines(cells, size=size, left_mm=place_mm, width_mm=width_mm - 1.5)
            place_mm += width_mm


def _letters_across(width_mm: float, size: float) -> int:
    """Count the letters of a size that fit into a width."""
    return max(int(width_mm / (_LETTER * size * _MM_PER_POINT)), 8)


def _wrapped(lines: Sequence[str], size: float, width_mm: float) -> list[list[str]]:
    """Break the entries of a list to its width."""
    letters = _letters_across(width_mm - _INDENT_MM, size)
    return [textwrap.wrap(line, letters) or [""] for line in lines]


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"
