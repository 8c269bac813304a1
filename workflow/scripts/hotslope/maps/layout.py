"""Where panels, titles and legends stand on a figure, in whole pixels.

The panels of a map figure all show the same ground, so their shape is known beforehand: one
cell of the panel's grid is one pixel of the figure, and nothing overlaps or is resampled.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hotslope.grid import Grid
from hotslope.maps.pixels import figure_grid
from hotslope.maps.style import WIDTH_PX

LEFT_PX, RIGHT_PX = 105, 30
TITLE_PX, PANEL_TITLE_PX = 62, 38
TICKS_PX = 74
GAP_PX = 30
#: A panel is at most so high: tall areas get narrower panels instead of endless figures.
HIGHEST_PANEL_PX = 1000
#: Height over width below which up to four panels stand above each other, each of full width.
_WIDE_ASPECT = 0.45


@dataclass(frozen=True)
class MapLayout:
    """Geometry of a figure of equal map panels above a strip for the legend.

    Parameters
    ----------
    grid : Grid
        Pixels of one panel.
    columns, rows : int
        Panels beside and above each other.
    legend_px : int
        Height of the strip at the bottom.
    """

    grid: Grid
    columns: int
    rows: int
    legend_px: int

    @classmethod
    def of_area(
        cls, bounds_m: Sequence[float], crs: str, panels: int, legend_px: int
    ) -> "MapLayout":
        """Lay out `panels` maps of one area: beside each other, or above where it is wide."""
        left, bottom, right, top = bounds_m
        aspect = (top - bottom) / (right - left)
        columns = min(max(panels, 1), _most_columns(aspect, panels))
        rows = -(-max(panels, 1) // columns)
        room = WIDTH_PX - LEFT_PX - RIGHT_PX - (columns - 1) * GAP_PX
        width = max(min(room // columns, int(HIGHEST_PANEL_PX / aspect)), 60)
        return cls(figure_grid((left, bottom, right, top), crs, width), columns, rows, legend_px)

    @property
    def height_px(self) -> int:
        """Height of the figure."""
        panels = self.rows * (self.grid.shape[0] + PANEL_TITLE_PX)
        return TITLE_PX + panels + (self.rows - 1) * GAP_PX + TICKS_PX + self.legend_px

    def panel_box(self, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of a panel as shares of the figure."""
        row, column = divmod(index, self.columns)
        height, width = self.grid.shape
        left = self.left_px + column * (width + GAP_PX)
        top = TITLE_PX + (row + 1) * PANEL_TITLE_PX + row * (height + GAP_PX)
        bottom = self.height_px - top - height
        return (
            left / WIDTH_PX,
            bottom / self.height_px,
            width / WIDTH_PX,
            height / self.height_px,
        )

    @property
    def left_px(self) -> int:
        """Left edge of the first column: the panels stand in the middle."""
        return (WIDTH_PX - LEFT_PX - RIGHT_PX - self.panels_width_px) // 2 + LEFT_PX

    @property
    def panels_width_px(self) -> int:
        """Width of a row of panels with the gaps between."""
        return self.columns * self.grid.shape[1] + (self.columns - 1) * GAP_PX

    def strip_box(
        self, left: float, width: float, top_px: int, height_px: int
    ) -> tuple[float, float, float, float]:
        """Box within the legend strip: `left`, `width` as shares, the rest in pixels."""
        bottom = self.legend_px - top_px - height_px
        return (left, bottom / self.height_px, width, height_px / self.height_px)

    def is_leftmost(self, index: int) -> bool:
        """Whether a panel is in the first column."""
        return index % self.columns == 0

    def is_lowest(self, index: int, panels: int) -> bool:
        """Whether no panel is below."""
        return index + self.columns >= panels


def _most_columns(aspect: float, panels: int) -> int:
    """Return how many panels of an area of this height over width may stand beside each other."""
    if aspect < _WIDE_ASPECT:
        return 1 if panels <= 4 else 2
    return 3 if aspect > 1.4 or panels > 4 else 2
