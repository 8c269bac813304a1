"""Relief: a mountain front carved by rivers that drain to one large river."""

import numpy as np
import scipy
from scipy import ndimage

from hotslope.compiled import compiled
from hotslope.grid import Grid
from hotslope.simulation.drainage import drained_area, steepest_receivers
from hotslope.simulation.random_fields import downslope, power_law_field

#: Uplift of the mountains per step, m, and number of steps: 900 m in all.
UPLIFT_M = 10.0
STEPS = 90
#: Height of the large river where it leaves the area in the east, and its gradient.
OUTLET_HEIGHT_M = 1850.0
RIVER_GRADIENT = 0.0015
#: Share of a cell's curvature that hillslope creep evens out per step.
CREEP = 0.12


def river_course(x_m: np.ndarray, grid: Grid, random: np.random.Generator) -> np.ndarray:
    """Y of the large river's centre line at each x, m: a sum of meanders.

    Parameters
    ----------
    x_m : ndarray
        Eastings, m.
    grid : Grid
        The area; the river crosses it a little south of its middle.
    random : numpy.random.Generator
        Source of random numbers.
    """
    _, bottom, _, top = grid.bounds_m
    course = np.full(np.shape(x_m), bottom + 0.42 * (top - bottom))
    for wave_length_m, amplitude_m in ((13_000, 600), (5_100, 300), (2_300, 90)):
        phase = random.uniform(0, 2 * np.pi)
        course += amplitude_m * np.sin(2 * np.pi * x_m / wave_length_m + phase)
    return course


def river_offset(grid: Grid, course_y_m: np.ndarray) -> np.ndarray:
    """Signed distance of each cell from the large river, m, positive north of it.

    `course_y_m` is its y at the grid's columns. The distance is across the local course,
    which is near enough to the true one for gentle meanders.
    """
    slant = np.cos(np.arctan(np.gradient(course_y_m, grid.cell_size_m)))
    return (grid.y_centres_m()[:, None] - course_y_m[None, :]) * slant[None, :]


@compiled
def _incise(
    elevation: np.ndarray,
    order: np.ndarray,
    receivers: np.ndarray,
    distance: np.ndarray,
    area: np.ndarray,
    erodibility: np.ndarray,
) -> None:  # pragma: no cover - compiled
    for cell in order:
        receiver = receivers[cell]
        if receiver != cell:
            rate = erodibility[cell] * np.sqrt(area[cell]) / distance[cell]
            elevation[cell] = (elevation[cell] + rate * elevation[receiver]) / (1.0 + rate)


def carve(
    uplift_m: np.ndarray,
    erodibility: np.ndarray,
    floor_height_m: np.ndarray,
    cell_size_m: float,
    random: np.random.Generator,
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Let rivers cut a rising land, step by step (stream power law, implicit).

    Parameters
    ----------
    uplift_m : ndarray, float64, shape (rows, columns)
        Uplift per step, m.
    erodibility : ndarray, shape (rows, columns)
        Factor of √area × slope in the height lost per step (1 per step).
    floor_height_m : ndarray, shape (rows, columns)
        Height of the large river's floor, m; NaN elsewhere. It stays as it is.
    cell_size_m : float
        Edge of a cell, m.
    random : numpy.random.Generator
        For the small roughness from which valleys grow.

    Returns
    -------
    elevation_m : ndarray, float64, shape (rows, columns)
    drainage : tuple of ndarray
        Order, receivers and drained area of the last step.

    References
    ----------
    Braun and Willett 2013, Geomorphology 180, 170–179.
    """
    floor = np.isfinite(floor_height_m)
    base = np.nanmean(floor_height_m)
    seedling = power_law_field(uplift_m.shape, cell_size_m, 2.5, 2_000, random)
    away = ndimage.distance_transform_edt(~floor) * cell_size_m
    elevation = np.where(floor, floor_height_m, base + 15 + 0.01 * away + 8.0 * seedling)
    flat_erodibility = erodibility.ravel()
    for _ in range(STEPS):
        elevation = np.where(floor, floor_height_m, elevation + uplift_m)
        receivers, distance = steepest_receivers(elevation, cell_size_m)
        receivers[floor.ravel()] = np.flatnonzero(floor)
        flat = elevation.ravel()
        order = np.argsort(flat)
        area = drained_area(order, receivers, cell_size_m**2)
        _incise(flat, order, receivers, distance, area, flat_erodibility)
        elevation += CREEP * ndimage.laplace(elevation, mode="nearest")
    elevation = np.where(floor, floor_height_m, elevation)
    return elevation, (order, receivers, area)


def refine(
    elevation_m: np.ndarray, source: Grid, target: Grid, random: np.random.Generator
) -> np.ndarray:
    """Interpolate relief to a finer grid and roughen it where it is steep.

    Returns
    -------
    ndarray, float32, shape ``target.shape``
        Heights, m.
    """
    spline = scipy.interpolate.RectBivariateSpline(
        -source.y_centres_m(), source.x_centres_m(), elevation_m, kx=3, ky=3, s=0
    )
    fine = spline(-target.y_centres_m(), target.x_centres_m()).astype(np.float32)
    slope, _ = downslope(fine, target.cell_size_m)
    rough = power_law_field(target.shape, target.cell_size_m, 3.4, 400, random)
    fine += rough * np.clip(slope / 10.0, 0.05, 3.0)
    return fine
