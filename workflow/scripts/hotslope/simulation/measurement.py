"""Points of a track: where they are, how they are seen, how coherent they stay."""

import numpy as np
import pandas as pd

from hotslope.grid import Grid
from hotslope.line_of_sight import line_of_sight
from hotslope.simulation import cover
from hotslope.simulation.landscape import Landscape
from hotslope.simulation.random_fields import downslope, power_law_field, sample

#: How many points a cell of a land cover bears relative to others, and their coherence.
POINT_WEIGHT = {
    cover.BUILT: 3.0,
    cover.BARE: 1.5,
    cover.RANGELAND: 0.9,
    cover.CROPS: 0.55,
    cover.TREES: 0.2,
}
COHERENCE = {
    cover.BUILT: 0.88,
    cover.BARE: 0.83,
    cover.RANGELAND: 0.785,
    cover.CROPS: 0.765,
    cover.TREES: 0.73,
}
#: Growth of the incidence angle with ground range, degrees per km.
INCIDENCE_PER_KM = 0.065
#: Pixels of the radar image: slant range and azimuth spacing, m (Sentinel-1 IW).
RANGE_SPACING_M = 2.33
AZIMUTH_SPACING_M = 13.96


def by_cover(table: dict[int, float], codes: np.ndarray) -> np.ndarray:
    """Value of each land cover code; 0 where `table` has none."""
    lookup = np.zeros(256)
    lookup[list(table)] = list(table.values())
    return lookup[codes]


def incidence(
    x_m: np.ndarray, y_m: np.ndarray, area: Grid, incidence_deg: float, heading_deg: float
) -> np.ndarray:
    """Incidence angle at points, degrees: it grows away from the sensor."""
    left, bottom, right, top = area.bounds_m
    away_km = (
        _away(x_m, y_m, heading_deg) - _away((left + right) / 2, (bottom + top) / 2, heading_deg)
    ) / 1_000
    return incidence_deg + INCIDENCE_PER_KM * away_km


def _away(x_m: np.ndarray | float, y_m: np.ndarray | float, heading_deg: float) -> np.ndarray:
    """Ground range, m, from any origin: to the right of the flight."""
    heading = np.radians(heading_deg)
    return np.asarray(x_m) * np.cos(heading) - np.asarray(y_m) * np.sin(heading)


def visibility(
    dem_m: np.ndarray, cell_size_m: float, incidence_deg: float, heading_deg: float
) -> np.ndarray:
    """Share of a cell's ground that a radar image resolves, 0–1.

    Parameters
    ----------
    dem_m : ndarray, shape (rows, columns)
        Heights, m.
    cell_size_m : float
        Edge of a cell, m.
    incidence_deg, heading_deg : float
        Geometry of the track.

    Returns
    -------
    ndarray, float32
        0 in layover (facing the sensor more steeply than the incidence angle) and in
        shadow; small on foreshortened slopes.
    """
    slope, azimuth = downslope(dem_m, cell_size_m)
    east, north, _ = line_of_sight(incidence_deg, heading_deg)
    toward = np.degrees(np.arctan2(east, north))
    facing = np.degrees(np.arctan(np.tan(np.radians(slope)) * np.cos(np.radians(azimuth - toward))))
    lit = (facing < incidence_deg) & (facing > incidence_deg - 90)
    # Ground length per slant range: what faces the sensor is squeezed into few pixels.
    squeeze = np.sin(np.radians(incidence_deg - facing)) / np.sin(np.radians(incidence_deg))
    return np.where(lit, np.clip(squeeze, 0, 1.2), 0).astype(np.float32)


def place_points(
    land: Landscape,
    area: Grid,
    density_per_km2: float,
    incidence_deg: float,
    heading_deg: float,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Draw the points of a track.

    Returns
    -------
    DataFrame
        ``x_m``, ``y_m``, ``height_m``, ``cover``, ``incidence_deg``, and the pixel
        (``row``, ``column``) in the order of the radar image.
    """
    margin = (land.dem_grid.shape[0] - area.shape[0]) // 2
    inner = (slice(margin, margin + area.shape[0]), slice(margin, margin + area.shape[1]))
    dem, codes = land.dem_m[inner], land.dem_cover[inner]
    weight = by_cover(POINT_WEIGHT, codes)
    weight *= visibility(dem, area.cell_size_m, incidence_deg, heading_deg)
    clusters = power_law_field(dem.shape, area.cell_size_m, 2.2, 300, random)
    weight *= np.exp(0.6 * clusters)
    cumulated = np.cumsum(weight)
    rows, columns = area.shape
    number = round(density_per_km2 * rows * columns * area.cell_size_m**2 / 1e6)
    cells = np.searchsorted(cumulated, random.uniform(0, cumulated[-1], number), side="right")
    row, column = np.divmod(np.minimum(cells, cumulated.size - 1), columns)
    x_m = area.x_centres_m()[column] + random.uniform(-0.5, 0.5, number) * area.cell_size_m
    y_m = area.y_centres_m()[row] + random.uniform(-0.5, 0.5, number) * area.cell_size_m
    angle = incidence(x_m, y_m, area, incidence_deg, heading_deg)
    image_row, image_column = _pixels(x_m, y_m, incidence_deg, heading_deg)
    points = pd.DataFrame(
        {
            "row": image_row,
            "column": image_column,
            "x_m": np.round(x_m, 2),
            "y_m": np.round(y_m, 2),
            "height_m": sample(land.dem_m, land.dem_grid, x_m, y_m),
            "cover": codes[row, column],
            "incidence_deg": angle,
        }
    )
    return points.sort_values(["row", "column", "x_m", "y_m"], ignore_index=True)


def _pixels(
    x_m: np.ndarray, y_m: np.ndarray, incidence_deg: float, heading_deg: float
) -> tuple[np.ndarray, np.ndarray]:
    """Row and column in the radar image: along the flight, and away from the sensor."""
    heading = np.radians(heading_deg)
    along = x_m * np.sin(heading) + y_m * np.cos(heading)
    slant = _away(x_m, y_m, heading_deg) * np.sin(np.radians(incidence_deg))
    row = np.floor((along - along.min(initial=np.inf)) / AZIMUTH_SPACING_M)
    column = np.floor((slant - slant.min(initial=np.inf)) / RANGE_SPACING_M)
    return row.astype(np.int64), column.astype(np.int64)


def draw_coherence(
    cover_code: np.ndarray, rate_mm_yr: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Temporal coherence: by land cover, lowered where motion is fast.

    A hundred mm/yr cost about 0.08.
    """
    loss = 0.08 * np.sqrt(np.abs(rate_mm_yr) / 100) * (np.abs(rate_mm_yr) > 20)
    spread = 0.08 * random.standard_normal(cover_code.size)
    return np.clip(by_cover(COHERENCE, cover_code) - loss + spread, 0.35, 0.99)
