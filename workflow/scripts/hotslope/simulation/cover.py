"""Settlements and land cover."""

import numpy as np

from hotslope.grid import Grid
from hotslope.simulation.random_fields import power_law_field

#: Codes of the Esri 10 m land cover (Karra et al. 2021, IGARSS).
WATER, TREES, CROPS, BUILT, BARE, RANGELAND = 1, 2, 5, 7, 8, 11
#: Half width of the large river's water, m.
WATER_HALF_WIDTH_M = 55.0
#: Settlements per km² of gentle ground.
SETTLEMENTS_PER_KM2 = 0.4


def place_settlements(
    slope_deg: np.ndarray, offset_m: np.ndarray, grid: Grid, random: np.random.Generator
) -> np.ndarray:
    """Draw settlements on gentle ground: most near the large river, some in side valleys.

    Parameters
    ----------
    slope_deg : ndarray, shape (rows, columns)
        Slope of the smoothed ground, degrees.
    offset_m : ndarray, shape (rows, columns)
        Signed distance from the large river, m.
    grid : Grid
        Georeference.
    random : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    ndarray, shape (settlements, 3)
        x, y and radius, m; at least one.
    """
    away = np.abs(offset_m)
    weight = np.exp(-slope_deg / 4.0) * (np.exp(-away / 1_500) + 0.1)
    weight *= (away > 200) & (slope_deg < 14)
    if not weight.any():
        weight = np.exp(-slope_deg)
    gentle_km2 = np.count_nonzero(weight) * grid.cell_size_m**2 / 1e6
    number = max(1, round(SETTLEMENTS_PER_KM2 * gentle_km2))
    cells = random.choice(weight.size, size=number, p=(weight / weight.sum()).ravel())
    rows, columns = np.divmod(cells, grid.shape[1])
    radius = np.clip(random.lognormal(np.log(150), 0.5, number), 80, 600)
    return np.column_stack([grid.x_centres_m()[columns], grid.y_centres_m()[rows], radius])


def settlement_distance(settlements: np.ndarray, grid: Grid) -> np.ndarray:
    """Distance of each cell from the nearest settlement, in radii of it, float32."""
    nearest = np.full(grid.shape, 99.0, dtype=np.float32)
    x_m, y_m = grid.x_centres_m(), grid.y_centres_m()
    for x, y, radius in settlements:
        columns = slice(*np.searchsorted(x_m, [x - 8 * radius, x + 8 * radius]))
        rows = slice(*np.searchsorted(-y_m, [-y - 8 * radius, -y + 8 * radius]))
        radii = np.hypot(x_m[None, columns] - x, y_m[rows, None] - y) / radius
        np.minimum(nearest[rows, columns], radii, out=nearest[rows, columns])
    return nearest


def classify_cover(
    elevation_m: np.ndarray,
    slope_deg: np.ndarray,
    azimuth_deg: np.ndarray,
    offset_m: np.ndarray,
    settlement_radii: np.ndarray,
    grid: Grid,
    random: np.random.Generator,
) -> np.ndarray:
    """Land cover from height, slope, exposure and people, with patches.

    Parameters
    ----------
    elevation_m, slope_deg, azimuth_deg : ndarray, shape (rows, columns)
        The ground; azimuth of the downslope direction.
    offset_m : ndarray, shape (rows, columns)
        Signed distance from the large river, m.
    settlement_radii : ndarray, shape (rows, columns)
        See `settlement_distance`.
    grid : Grid
        Georeference.
    random : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    ndarray, uint8
        Esri codes.
    """
    patch, speckle = (
        power_law_field(grid.shape, grid.cell_size_m, exponent, largest, random)
        for exponent, largest in ((3.0, 1_200.0), (2.2, 250.0))
    )
    patch = 0.8 * patch + 0.45 * speckle
    away = np.abs(offset_m)
    northern = np.cos(np.radians(azimuth_deg)) * np.clip(slope_deg / 15, 0, 1)
    cover = np.full(grid.shape, RANGELAND, dtype=np.uint8)
    dry = (2_450 - elevation_m) / 350 + (slope_deg - 20) / 14 - 0.5 * northern
    cover[dry + 1.2 * patch > 0.9] = BARE
    moist = (elevation_m - 2_300) / 250 + 0.9 * northern
    cover[(moist + 1.2 * patch > 1.6) & (slope_deg < 42)] = TREES
    tilled = (11 - slope_deg) / 5 + (2_200 - away) / 1_500 + (2_250 - elevation_m) / 250
    cover[(tilled - 1.1 * patch > 1.9) & (slope_deg < 15)] = CROPS
    cover[(settlement_radii + 0.35 * speckle < 0.9) & (slope_deg < 16)] = BUILT
    cover[away < WATER_HALF_WIDTH_M] = WATER
    return cover
