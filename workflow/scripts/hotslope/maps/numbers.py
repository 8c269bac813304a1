"""Numbers of candidates beside their outlines, where there is room for them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from hotslope.maps.style import DPI, INK

#: Size of the numbers, points.
SIZE_PT = 6.5
_HEIGHT_PX = SIZE_PT * DPI / 72
#: Width of a digit as a share of its height.
_DIGIT = 0.66
#: What the note under a figure with numbers says.
NUMBERS_NOTE = "Numbers: 7 is PLC0007."


class Number(NamedTuple):
    """A number and the middle of its place, m."""

    x_m: float
    y_m: float
    text: str


def place_numbers(
    outlines: np.ndarray,
    identifiers: Sequence[str],
    bounds_m: tuple[float, float, float, float],
    pixel_m: float,
) -> list[Number]:
    """Put numbers above, below or beside outlines so that they cover neither these nor each other.

    Parameters
    ----------
    outlines : ndarray of shapely geometries, shape (candidates,)
        As drawn.
    identifiers : sequence of str
        Such as ``PLC0007``, of which the number is 7.
    bounds_m : tuple of float
        Left, bottom, right and top of the map.
    pixel_m : float
        Edge of a pixel on the ground.

    Returns
    -------
    list of Number
        Larger candidates first; those without room are left out.
    """
    boxes = shapely.bounds(outlines).reshape(-1, 4)
    # Rows of outlines, and room for those of numbers.
    taken = np.concatenate([boxes, np.empty_like(boxes)])
    placed: list[Number] = []
    for index in np.argsort(-shapely.area(outlines), kind="stable"):
        match = re.search(r"[1-9]\d*$", identifiers[index])
        if match is None:
            continue
        known = len(boxes) + len(placed)
        width_m = len(match[0]) * _DIGIT * _HEIGHT_PX * pixel_m
        for box in _places(boxes[index], width_m, _HEIGHT_PX * pixel_m, 2 * pixel_m):
            if _is_within(box, bounds_m) and not _meets_any(box, taken[:known]):
                taken[known] = box
                x_m, y_m = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
                placed.append(Number(x_m, y_m, match[0]))
                break
    return placed


def draw_numbers(axes: Axes, numbers: Sequence[Number], scale: float) -> None:
    """Write numbers with a pale edge; `scale` is the factor of their coordinates."""
    edge = [withStroke(linewidth=1.5, foreground="white")]
    for number in numbers:
        axes.text(
            number.x_m * scale,
            number.y_m * scale,
            number.text,
            fontsize=SIZE_PT,
            color=INK,
            ha="center",
            va="center_baseline",
            path_effects=edge,
            zorder=5,
        )


def _places(
    box: np.ndarray, width_m: float, height_m: float, gap_m: float
) -> Iterator[tuple[float, float, float, float]]:
    """Yield boxes of a number above, below, right and left of the box of an outline."""
    left, bottom, right, top = (float(edge) for edge in box)
    x, y = (left + right) / 2, (bottom + top) / 2
    half, rise = width_m / 2, height_m / 2
    yield x - half, top + gap_m, x + half, top + gap_m + height_m
    yield x - half, bottom - gap_m - height_m, x + half, bottom - gap_m
    yield right + gap_m, y - rise, right + gap_m + width_m, y + rise
    yield left - gap_m - width_m, y - rise, left - gap_m, y + rise


def _is_within(
    box: tuple[float, float, float, float], bounds_m: tuple[float, float, float, float]
) -> bool:
    return (
        box[0] >= bounds_m[0]
        and box[1] >= bounds_m[1]
        and box[2] <= bounds_m[2]
        and box[3] <= bounds_m[3]
    )


def _meets_any(box: tuple[float, float, float, float], others: np.ndarray) -> bool:
    """Whether a box overlaps any of others, shape (others, 4)."""
    apart = (
        (others[:, 0] >= box[2])
        | (others[:, 2] <= box[0])
        | (others[:, 1] >= box[3])
        | (others[:, 3] <= box[1])
    )
    return bool((~apart).any())
