"""What measurement adds: atmosphere, noise in time, height errors, unwrapping errors."""

from dataclasses import dataclass

import numpy as np

from hotslope.grid import Grid
from hotslope.simulation import cover
from hotslope.simulation.random_fields import power_law_field
from hotslope.simulation.randomness import Purpose, generator

#: Lag-1 autocorrelation of the coloured part of noise, by land cover.
AUTOCORRELATION = {
    cover.TREES: 0.55,
    cover.CROPS: 0.6,
    cover.BUILT: 0.25,
    cover.BARE: 0.35,
    cover.RANGELAND: 0.45,
}
#: Share of the coloured part in the variance of a point's noise.
COLOURED_SHARE = 0.35
#: Share of points with one unwrapping error, a step of half a wavelength.
UNWRAPPING_SHARE = 0.003
#: Standard deviations: perpendicular baseline, m, and height error that processing left, m.
BASELINE_M = 60.0
HEIGHT_ERROR_M = 3.0
SLANT_RANGE_M = 880e3
ATMOSPHERE_CELL_M = 250.0


@dataclass(frozen=True)
class Roughness:
    """Standard deviations of what atmospheric filtering leaves.

    `turbulence_mm` per epoch; `trend_mm_yr` of the long-wave velocity; `stratified_mm_km`
    per epoch and km of height.
    """

    turbulence_mm: float
    trend_mm_yr: float
    stratified_mm_km: float


ROUGHNESS = {"default": Roughness(1.2, 1.3, 0.8), "rough": Roughness(3.0, 3.5, 2.0)}


@dataclass(frozen=True)
class Atmosphere:
    """Residual delay of a track: `delay_mm` on `grid`, shape (rows, columns, epochs)."""

    grid: Grid
    delay_mm: np.ndarray
    stratified_mm_km: np.ndarray

    def at(self, x_m: np.ndarray, y_m: np.ndarray, height_m: np.ndarray) -> np.ndarray:
        """Delay at points, mm, float32, shape (points, epochs)."""
        rows, columns, epochs = self.delay_mm.shape
        cell = self.grid.cell_size_m
        row = np.clip((self.grid.transform.f - y_m) / cell - 0.5, 0, rows - 1.001)
        column = np.clip((x_m - self.grid.transform.c) / cell - 0.5, 0, columns - 1.001)
        corner = row.astype(np.int64) * columns + column.astype(np.int64)
        down = (row % 1).astype(np.float32)[:, None]
        right = (column % 1).astype(np.float32)[:, None]
        flat = self.delay_mm.reshape(-1, epochs)
        delay = flat[corner] * (1 - down) * (1 - right)
        delay += flat[corner + 1] * (1 - down) * right
        delay += flat[corner + columns] * down * (1 - right)
        delay += flat[corner + columns + 1] * down * right
        height_km = ((height_m - 2_200) / 1_000).astype(np.float32)
        delay += height_km[:, None] * self.stratified_mm_km[None, :].astype(np.float32)
        return delay


def make_atmosphere(
    area: Grid, years: np.ndarray, roughness: Roughness, track: int, seed: int
) -> Atmosphere:
    """Residual atmosphere of a track: turbulence per epoch and a long-wave trend.

    Parameters
    ----------
    area : Grid
        The study area.
    years : ndarray, shape (epochs,)
        Time since the first epoch, years.
    roughness : Roughness
        How much there is.
    track : int
        Number of the track.
    seed : int
        Seed of the study area.
    """
    grid = Grid.from_bounds(list(area.bounds_m), ATMOSPHERE_CELL_M, area.crs).grown(2)
    trend = power_law_field(
        grid.shape, grid.cell_size_m, 5.0, 9_000, generator(seed, Purpose.ATMOSPHERE, track)
    )
    delay = np.empty((*grid.shape, years.size), dtype=np.float32)
    for epoch, time in enumerate(years):
        random = generator(seed, Purpose.ATMOSPHERE, track, epoch)
        turbulence = power_law_field(grid.shape, grid.cell_size_m, 11 / 3, 4_000, random)
        delay[:, :, epoch] = roughness.turbulence_mm * turbulence
        delay[:, :, epoch] += np.float32(roughness.trend_mm_yr * time) * trend
    random = generator(seed, Purpose.ATMOSPHERE, track, years.size)
    stratified = roughness.stratified_mm_km * random.standard_normal(years.size)
    return Atmosphere(grid, delay, stratified)


def phase_noise_mm(coherence: np.ndarray, wavelength_m: float) -> np.ndarray:
    """Return the standard deviation of displacement at a coherence, mm.

    The bound for one look, √((1 − γ²) / (2 γ²)) radians (Just and Bamler 1994), times
    wavelength / 4π.
    """
    coherence = np.maximum(coherence, 0.2)
    phase = np.sqrt((1 - coherence**2) / (2 * coherence**2))
    return phase * wavelength_m * 1_000 / (4 * np.pi)


def coloured_noise(
    deviation_mm: np.ndarray,
    autocorrelation: np.ndarray,
    gaps: np.ndarray,
    random: np.random.Generator,
) -> np.ndarray:
    """White noise plus a first-order autoregression over uneven gaps.

    Parameters
    ----------
    deviation_mm : ndarray, shape (points,)
        Standard deviation of the sum.
    autocorrelation : ndarray, shape (points,)
        Correlation of the coloured part over one repeat cycle.
    gaps : ndarray, shape (epochs - 1,)
        Repeat cycles between epochs.
    random : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    ndarray, float32, shape (points, epochs)
    """
    shape = (gaps.size + 1, deviation_mm.size)
    white = random.standard_normal(shape, dtype=np.float32)
    coloured = random.standard_normal(shape, dtype=np.float32)
    for epoch, gap in enumerate(gaps, start=1):
        memory = (autocorrelation**gap).astype(np.float32)
        coloured[epoch] *= np.sqrt(1 - memory**2)
        coloured[epoch] += memory * coloured[epoch - 1]
    total = np.sqrt(1 - COLOURED_SHARE) * white + np.sqrt(COLOURED_SHARE) * coloured
    return (total * deviation_mm.astype(np.float32)).T


def height_error_mm(
    baseline_m: np.ndarray, incidence_deg: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Displacement that a wrong height mimics, mm, shape (points, epochs)."""
    error_m = HEIGHT_ERROR_M * random.standard_normal(incidence_deg.size)
    # One point in fifty is a wall or a mast far off its assumed height.
    error_m *= np.where(random.uniform(size=error_m.size) < 0.02, 6.0, 1.0)
    scale = 1_000 / (SLANT_RANGE_M * np.sin(np.radians(incidence_deg)))
    return (error_m * scale)[:, None] * baseline_m[None, :]


def unwrapping_errors_mm(
    points: int, epochs: int, wavelength_m: float, random: np.random.Generator
) -> np.ndarray:
    """Draw steps of ± half a wavelength at rare points, mm, shape (points, epochs)."""
    hit = random.uniform(size=points) < UNWRAPPING_SHARE
    sign = np.where(random.uniform(size=points) < 0.5, -1.0, 1.0)
    start = random.integers(1, epochs, size=points)
    height = np.where(hit, sign * wavelength_m * 500, 0.0)
    return height[:, None] * (np.arange(epochs)[None, :] >= start[:, None])
