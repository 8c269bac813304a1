"""Profiles of the ground along the look direction of a radar, cast one by one."""

from typing import NamedTuple

import numba
import numpy as np


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
    elevation_m: np.ndarray, cell_size_m: float, away: tuple[float, float], cotangent: float
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

    Notes
    -----
    Profiles are one cell apart and step from one row or column to the next, whichever the
    look direction crosses more squarely; elevation is interpolated between the two cells
    beside the profile, and margins are handed back to the same cells with the same weights.
    Linear in the number of cells.
    """
    along_east, along_south = away[0], -away[1]
    transposed = abs(along_south) > abs(along_east)
    flipped = (along_south if transposed else along_east) < 0
    main, cross = (along_south, along_east) if transposed else (along_east, along_south)

    def oriented(values: np.ndarray) -> np.ndarray:
        turned = values.T if transposed else values
        return turned[:, ::-1] if flipped else turned

    shift = cross / abs(main)
    ground = np.ascontiguousarray(oriented(elevation_m))
    step_m = cell_size_m * np.hypot(1.0, shift)
    light, fold = _cast(ground, shift, step_m, cotangent)
    # Turning twice is turning back: flips and transpositions are undone in reverse order.
    back = [values[:, ::-1] if flipped else values for values in (light, fold)]
    light, fold = (values.T if transposed else values for values in back)
    return LookMargins(light, fold)


@numba.njit(cache=True)
def _cast(
    ground: np.ndarray, shift: float, step_m: float, cotangent: float
) -> tuple[np.ndarray, np.ndarray]:
    """Margins of all cells; profiles run from column 0 onward, `shift` rows per column."""
    rows, columns = ground.shape
    light, fold = np.zeros((rows, columns)), np.zeros((rows, columns))
    weight = np.zeros((rows, columns))
    reach = shift * (columns - 1)
    first, last = int(np.floor(-max(reach, 0.0))), int(np.ceil(rows - 1 - min(reach, 0.0)))
    height = np.empty(columns)
    for line in range(first, last + 1):
        for column in range(columns):
            height[column] = _between(ground, line + shift * column, column)
        lit, kept = _margins(height, step_m, cotangent)
        for column in range(columns):
            if np.isnan(height[column]):
                continue
            place = line + shift * column
            upper = int(np.floor(place))
            part = place - upper
            for row, share in ((upper, 1.0 - part), (upper + 1, part)):
                if 0 <= row < rows and share > 0.0:
                    light[row, column] += share * lit[column]
                    fold[row, column] += share * kept[column]
                    weight[row, column] += share
    for row in range(rows):
        for column in range(columns):
            if weight[row, column] > 0.0 and not np.isnan(ground[row, column]):
                light[row, column] /= weight[row, column]
                fold[row, column] /= weight[row, column]
            else:
                light[row, column] = fold[row, column] = np.nan
    return light, fold


@numba.njit(cache=True)
def _between(ground: np.ndarray, place: float, column: int) -> float:
    """Elevation at a fractional row; of the nearer cell where the other has none."""
    upper = int(np.floor(place))
    part = place - upper
    above = ground[upper, column] if 0 <= upper < ground.shape[0] else np.nan
    below = ground[upper + 1, column] if 0 <= upper + 1 < ground.shape[0] else np.nan
    if np.isnan(above):
        return below if part >= 0.5 else np.nan
    if np.isnan(below):
        return above if part <= 0.5 else np.nan
    return (1.0 - part) * above + part * below


@numba.njit(cache=True)
def _margins(height: np.ndarray, step_m: float, cotangent: float) -> tuple[np.ndarray, np.ndarray]:
    """Margins of one profile, from near to far; NaN heights take no part.

    They are cut at one step: interpolated between profiles, a far one would move the border.
    """
    size = height.size
    lit, kept = np.full(size, np.inf), np.full(size, np.inf)
    highest = -np.inf
    for index in range(size):
        if not np.isnan(height[index]):
            ray = height[index] + index * step_m * cotangent
            lit[index] = max(min(ray - highest, step_m), -step_m)
            highest = max(highest, ray)
    farthest, nearest = -np.inf, np.inf
    for index in range(size):
        if not np.isnan(height[index]):
            distance = index * step_m - height[index] * cotangent
            kept[index] = min(distance - farthest, step_m)
            if lit[index] >= 0.0:
                farthest = max(farthest, distance)
    for index in range(size - 1, -1, -1):
        if not np.isnan(height[index]):
            distance = index * step_m - height[index] * cotangent
            kept[index] = max(min(kept[index], nearest - distance), -step_m)
            if lit[index] >= 0.0:
                nearest = min(nearest, distance)
    return lit, kept
