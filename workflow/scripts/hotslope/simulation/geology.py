"""Rock units and faults."""

import numpy as np
from shapely import LineString

from hotslope.grid import Grid
from hotslope.simulation.random_fields import power_law_field

#: Rock units of a loess basin between ranges, and how weak each is: 0 hard … 3 soft.
UNITS: dict[str, int] = {
    "Holocene alluvium": 3,
    "Late Pleistocene loess": 3,
    "Pleistocene terrace gravel": 2,
    "Neogene red mudstone": 3,
    "Palaeogene mudstone and sandstone": 2,
    "Cretaceous sandstone and conglomerate": 1,
    "Triassic slate and sandstone": 1,
    "Permian limestone": 0,
    "Carboniferous phyllite": 2,
    "Indosinian granite": 0,
    "Proterozoic gneiss": 0,
}
WEAKNESS = np.array(list(UNITS.values()), dtype=np.int8)
#: Position of the units in the valley's cross-section; the ranges are made of the last six.
ALLUVIUM, LOESS, GRAVEL, RED_MUDSTONE, MUDSTONE = range(5)
RANGE_UNITS = np.arange(5, len(UNITS))
#: Distance of the mountain front, a fault, from the large river, m.
FRONT_M = 2_200.0
#: Uplift of each side of the front relative to the ranges.
BASIN_UPLIFT = 0.45


def front_distance(offset_m: np.ndarray, grid: Grid, random: np.random.Generator) -> np.ndarray:
    """Distance from the large river, wavering, m: what orders rocks and uplift."""
    waver = power_law_field(grid.shape, grid.cell_size_m, 3.2, 5_000, random)
    return np.abs(offset_m) + 350.0 * waver


def rock_units(
    distance_m: np.ndarray, floor: np.ndarray, grid: Grid, random: np.random.Generator
) -> np.ndarray:
    """Rock unit of each cell.

    Parameters
    ----------
    distance_m : ndarray, shape (rows, columns)
        Wavering distance from the large river, m.
    floor : ndarray of bool, shape (rows, columns)
        The large river's flood plain.
    grid : Grid
        Georeference.
    random : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    ndarray, int8
        Position in `UNITS`.
    """
    cell = grid.cell_size_m

    def patches(largest_m: float) -> np.ndarray:
        return power_law_field(grid.shape, cell, 5.0, largest_m, random, elongation=2.0)

    # The ranges: of several fields the highest wins, which gives bodies with sharp contacts.
    ranges = RANGE_UNITS[np.argmax([patches(4_000) for _ in RANGE_UNITS], axis=0)]
    cover = patches(2_000)
    terrace = np.where(cover > 0.1, LOESS, GRAVEL)
    basin = np.where(cover > 0.7, LOESS, np.where(patches(3_000) > 0, RED_MUDSTONE, MUDSTONE))
    units = np.where(distance_m < 900, terrace, np.where(distance_m < FRONT_M, basin, ranges))
    units = np.where((distance_m >= FRONT_M) & (cover > 1.5), LOESS, units)
    return np.where(floor, ALLUVIUM, units).astype(np.int8)


def uplift_share(distance_m: np.ndarray) -> np.ndarray:
    """Uplift relative to that of the ranges: low at the river, rising over the front."""
    rise = np.clip((distance_m - FRONT_M + 500) / 1_000, 0, 1)
    terrace = np.clip(distance_m / 900, 0.3, 1)
    return (BASIN_UPLIFT + (1 - BASIN_UPLIFT) * rise) * terrace


def erodibility(units: np.ndarray) -> np.ndarray:
    """Stream-power erodibility of rock units, per step: weaker rock is cut faster."""
    return np.array([0.15, 0.18, 0.22, 0.27])[WEAKNESS[units]]


def fault_lines(
    grid: Grid, x_m: np.ndarray, course_y_m: np.ndarray, random: np.random.Generator
) -> tuple[list[LineString], list[str]]:
    """Draw the two fronts and oblique faults across the ranges.

    Parameters
    ----------
    grid : Grid
        The area; one oblique fault per 25 km².
    x_m, course_y_m : ndarray, shape (n,)
        Course of the large river, m.
    random : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    lines : list of LineString
    kinds : list of str
        ``boundary`` or ``oblique``.
    """
    left, bottom, right, top = grid.bounds_m
    lines, kinds = [], []
    for side in (-1, 1):
        wobble = np.cumsum(random.normal(0, 40, x_m.size))
        wobble -= np.linspace(wobble[0], wobble[-1], x_m.size)
        y_m = course_y_m + side * FRONT_M + wobble
        lines.append(LineString(np.column_stack([x_m, y_m])[::3]))
        kinds.append("boundary")
    number = round((right - left) * (top - bottom) / 25e6)
    for _ in range(number):
        start = random.uniform([left, bottom], [right, top])
        strike = np.radians(random.normal(125, 15))
        steps = int(random.uniform(2_000, 6_000) / 150)
        strikes = strike + np.cumsum(random.normal(0, 0.05, steps))
        path = start + 150 * np.cumsum(np.column_stack([np.sin(strikes), np.cos(strikes)]), axis=0)
        lines.append(LineString(np.vstack([start, path])))
        kinds.append("oblique")
    return lines, kinds
