"""Profiles of the ground along the look direction of a radar, cast one by one."""

from typing import NamedTuple

import numpy as np

from hotslope.compiled import compiled


class LookMargins(NamedTuple):
    """How far each cell is from being hidden, metres; NaN where there is no elevation.

    Parameters
    ----------
    light : ndarray, float64, shape (rows, columns)
        Height above the rays that nearer ground blocks; negative in shadow.
    fold : ndarray, float64, shape (rows, columns)
        Ground distance (slant range over sin θ) by which the cell keeps its place among what
        is nearer and what is farther; negative in layover.
    """

    light: np.ndarray
    fold: np.ndarray


def look_margins(
    elevation_m: np.ndarray,
    cell_size_m: float,
    away: tuple[float, float],
    cotangent: float,
    strip: tuple[int, int] | None = None,
) -> LookMargins:
    """Cast profiles away from the sensor over a DEM and measure who hides whom.

    Parameters
    ----------
    elevation_m : ndarray, float64, shape (rows, columns)
        Row 0 northernmost; NaN for no data.
    cell_size_m : float
        Edge of a cell.
    away : tuple of float
        East and north of the horizontal unit vector away from the sensor.
    cotangent : float
        Of the incidence angle.
    strip : tuple of int, optional
        Where the elevations are some rows of a DEM: the first of them, and how many the DEM has.
        Profiles lie as they do over the whole of it.

    Notes
    -----
    Profiles are one cell apart and step from one row or column to the next, whichever the
    look direction crosses more squarely; elevation is interpolated between the two cells
    beside the profile, and margins are handed back to the same cells with the same weights.
    Linear in the number of cells.
    """
    along_east, along_south = away[0], -away[1]
    transposed, flipped, shift = _orientation(along_east, along_south)

    def oriented(values: np.ndarray) -> np.ndarray:
        turned = values.T if transposed else values
        return turned[:, ::-1] if flipped else turned

    ground = np.ascontiguousarray(oriented(elevation_m))
    first, height = strip or (0, elevation_m.shape[0])
    if transposed and flipped:
        first = height - first - elevation_m.shape[0]
    corner = (0, first) if transposed else (first, 0)
    step_m = cell_size_m * np.hypot(1.0, shift)
    light, fold = _cast(ground, *corner, shift, step_m, cotangent)
    # Turning twice is turning back: flips and transpositions are undone in reverse order.
    back = [values[:, ::-1] if flipped else values for values in (light, fold)]
    light, fold = (values.T if transposed else values for values in back)
    return LookMargins(light, fold)


def rows_in_sight(
    relief_m: float, cell_size_m: float, away: tuple[float, float], cotangent: float
) -> int:
    """Return the number of rows within which other cells affect `look_margins`.

    Parameters
    ----------
    relief_m : float
        Highest less lowest elevation of the DEM.
    cell_size_m, away, cotangent
        As in `look_margins`.
    """
    transposed, _, shift = _orientation(away[0], -away[1])
    step_m = cell_size_m * np.hypot(1.0, shift)
    # Ground may hide what lies this far behind it, and share the range of what lies so far.
    shadow_m, fold_m = (relief_m + step_m) / cotangent, relief_m * cotangent + step_m
    # One after the other: whether ground folds over other ground depends on whether it is lit.
    steps = (shadow_m + fold_m) / step_m
    return int(np.ceil(steps if transposed else steps * abs(shift))) + 2


def _orientation(along_east: float, along_south: float) -> tuple[bool, bool, float]:
    """Whether profiles step from row to row; whether backwards; how far they shift per step."""
    transposed = abs(along_south) > abs(along_east)
    main, cross = (along_south, along_east) if transposed else (along_east, along_south)
    return transposed, main < 0, cross / abs(main)


@compiled
def _cast(
    ground: np.ndarray,
    first_row: int,
    first_column: int,
    shift: float,
    step_m: float,
    cotangent: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Margins of all cells; profiles run from column 0 onward, `shift` rows per column.

    Rows and columns count from those of the whole that `ground` is a part of.
    """
    rows, columns = ground.shape
    light, fold = np.zeros((rows, columns)), np.zeros((rows, columns))
    weight = np.zeros((rows, columns))
    ends = shift * first_column, shift * (first_column + columns - 1)
    lowest = first_row + int(np.floor(-max(ends)))
    highest = first_row + int(np.ceil(rows - 1 - min(ends)))
    height = np.empty(columns)
    for line in range(lowest, highest + 1):
        begin, end = _columns_met(line - first_row + shift * first_column, shift, rows, columns)
        for column in range(begin, end):
            place = line + shift * (first_column + column)
            height[column] = _between(ground, place, first_row, column)
        lit, kept = _margins(height[begin:end], first_column + begin, step_m, cotangent)
        for column in range(begin, end):
            if np.isnan(height[column]):
                continue
            place = line + shift * (first_column + column)
            upper = int(np.floor(place))
            part = place - upper
            for row, share in ((upper - first_row, 1.0 - part), (upper - first_row + 1, part)):
                if 0 <= row < rows and share > 0.0:
                    light[row, column] += share * lit[column - begin]
                    fold[row, column] += share * kept[column - begin]
                    weight[row, column] += share
    for row in range(rows):
        for column in range(columns):
            if weight[row, column] > 0.0 and not np.isnan(ground[row, column]):
                light[row, column] /= weight[row, column]
                fold[row, column] /= weight[row, column]
            else:
                light[row, column] = fold[row, column] = np.nan
    return light, fold


@compiled
def _columns_met(start: float, shift: float, rows: int, columns: int) -> tuple[int, int]:
    """Columns in which a profile from row `start` lies on rows, or a column more at each end."""
    if shift == 0.0:
        return 0, columns
    first, last = (-1.0 - start) / shift, (rows - start) / shift
    first, last = min(first, last) - 1.0, max(first, last) + 2.0
    begin = int(min(max(first, 0.0), columns))
    return begin, max(int(min(max(last, 0.0), columns)), begin)


@compiled
def _between(ground: np.ndarray, place: float, first_row: int, column: int) -> float:
    """Elevation at a fractional row; of the nearer cell where the other has none."""
    upper = int(np.floor(place))
    part = place - upper
    upper -= first_row
    above = ground[upper, column] if 0 <= upper < ground.shape[0] else np.nan
    below = ground[upper + 1, column] if 0 <= upper + 1 < ground.shape[0] else np.nan
    if np.isnan(above):
        return below if part >= 0.5 else np.nan
    if np.isnan(below):
        return above if part <= 0.5 else np.nan
    return (1.0 - part) * above + part * below


@compiled
def _margins(
    height: np.ndarray, first: int, step_m: float, cotangent: float
) -> tuple[np.ndarray, np.ndarray]:
    """Margins of one profile, from near to far, its steps counted from `first`.

    NaN heights take no part.

    They are cut at one step: interpolated between profiles, a far one would move the border.
    """
    size = height.size
    lit, kept = np.full(size, np.inf), np.full(size, np.inf)
    highest = -np.inf
    for index in range(size):
        if not np.isnan(height[index]):
            ray = height[index] + (first + index) * step_m * cotangent
            lit[index] = max(min(ray - highest, step_m), -step_m)
            highest = max(highest, ray)
    farthest, nearest = -np.inf, np.inf
    for index in range(size):
        if not np.isnan(height[index]):
            distance = (first + index) * step_m - height[index] * cotangent
            kept[index] = min(distance - farthest, step_m)
            if lit[index] >= 0.0:
                farthest = max(farthest, distance)
    for index in range(size - 1, -1, -1):
        if not np.isnan(height[index]):
            distance = (first + index) * step_m - height[index] * cotangent
            kept[index] = max(min(kept[index], nearest - distance), -step_m)
            if lit[index] >= 0.0:
                nearest = min(nearest, distance)
    return lit, kept
