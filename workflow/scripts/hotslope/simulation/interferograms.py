"""A small stack of unwrapped interferograms with known truth, from both orbits."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hotslope.columns import DAYS_PER_YEAR
from hotslope.grid import Grid
from hotslope.interferometry.geometry import height_sensitivity
from hotslope.interferometry.network import choose_pairs
from hotslope.line_of_sight import line_of_sight
from hotslope.simulation.random_fields import downslope, power_law_field
from hotslope.simulation.randomness import Purpose, generator

#: Wavelength of Sentinel-1, m, and height of its orbit, m.
WAVELENGTH_M, ORBIT_HEIGHT_M = 0.0554658, 693_000.0
#: Incidence and heading of the orbits, degrees.
ORBITS = {"descending": (39.5, 192.0), "ascending": (37.0, 348.0)}
FIRST_DATE, REPEAT_DAYS = dt.date(2021, 1, 5), 12
#: Standard deviation of perpendicular baselines, m; they do not follow time.
BASELINE_M = 70.0
#: Standard deviations of the atmosphere of an acquisition, mm, of its part that follows the
#: ground, mm per 100 m, and its longest wavelength, m.
ATMOSPHERE_MM, STRATIFIED_MM, ATMOSPHERE_M = 3.0, 1.0, 6_000.0
#: Error of the heights used in processing, standard deviation, m.
HEIGHT_ERROR_M = 6.0
#: Looks of a cell, share of cells with a persistent scatterer, days in which the coherence of
#: others falls to 1/e, and noise of every acquisition, rad.
LOOKS, PERSISTENT_SHARE, DECAY_DAYS, SCATTERER_RAD = 40.0, 0.08, 90.0, 0.25
#: Below this coherence the phase is not unwrapped: whole cycles at random.
UNWRAPPED_COHERENCE = 0.25


@dataclass(frozen=True)
class Slide:
    """A body that moves down the slope, uniformly within an ellipse.

    Parameters
    ----------
    x_m, y_m : float
        Middle.
    length_m, width_m : float
        Axes, from west to east and from south to north.
    rate_mm_yr : float
        Downslope.
    """

    x_m: float
    y_m: float
    length_m: float
    width_m: float
    rate_mm_yr: float

    def holds(self, x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
        """Return which places lie within."""
        across = (x_m - self.x_m) / (0.5 * self.length_m)
        along = (y_m - self.y_m) / (0.5 * self.width_m)
        return across**2 + along**2 <= 1.0


@dataclass(frozen=True)
class Ground:
    """Relief, its error, and what moves on it; arrays have the shape of the grid.

    Parameters
    ----------
    grid : Grid
    elevation_m : ndarray
        Heights used in processing.
    height_error_m : ndarray
        True height less that.
    slope_deg, azimuth_deg : ndarray
        Slope and direction in which the ground falls, clockwise from north.
    cover : ndarray
        Coherence of two images of the same day, 0 to 1.
    persistent : ndarray of bool
        Where one scatterer dominates, which stays coherent.
    slides : tuple of Slide
    """

    grid: Grid
    elevation_m: np.ndarray
    height_error_m: np.ndarray
    slope_deg: np.ndarray
    azimuth_deg: np.ndarray
    cover: np.ndarray
    persistent: np.ndarray
    slides: tuple[Slide, ...]

    def los_rate_mm_yr(self, incidence_deg: float, heading_deg: float) -> np.ndarray:
        """Return the rate along the line of sight, + toward the sensor."""
        x, y = np.meshgrid(self.grid.x_centres_m(), self.grid.y_centres_m())
        along = np.zeros(self.grid.shape)
        for slide in self.slides:
            along[slide.holds(x, y)] = slide.rate_mm_yr
        east, north, up = line_of_sight(incidence_deg, heading_deg)
        slope, azimuth = np.radians(self.slope_deg), np.radians(self.azimuth_deg)
        seen = np.cos(slope) * (np.sin(azimuth) * east + np.cos(azimuth) * north)
        return along * (seen - np.sin(slope) * up)


@dataclass(frozen=True)
class Stack:
    """Interferograms of one orbit.

    Parameters
    ----------
    dates : tuple of datetime.date
    baseline_m : ndarray, shape (dates,)
    pairs : ndarray of int, shape (pairs, 2)
    phase_rad, coherence : ndarray, float32, shape (pairs, rows, columns)
        Unwrapped phase, positive away from the sensor.
    """

    dates: tuple[dt.date, ...]
    baseline_m: np.ndarray
    pairs: np.ndarray
    phase_rad: np.ndarray
    coherence: np.ndarray


def simulate_ground(grid: Grid, seed: int, slides: int = 6) -> Ground:
    """Simulate relief of ridges from south to north, its cover, and slides on its flanks.

    Parameters
    ----------
    grid : Grid
        Cells of the interferograms.
    seed : int
    slides : int
        Number of slides; they share the area between them.
    """
    random = generator(seed, Purpose.STACK, 0)
    cell = grid.cell_size_m
    x = grid.x_centres_m()
    rough = power_law_field(grid.shape, cell, 3.5, 1500.0, random)
    # Ridges face the sensors, which look from east and west.
    elevation = 2000.0 + 160.0 * np.sin(2.0 * np.pi * (x - x.min()) / 1600.0) + 25.0 * rough
    slope, azimuth = downslope(elevation, cell)
    bodies = _place(grid, slope, slides, random)
    cover = np.clip(0.62 + 0.22 * power_law_field(grid.shape, cell, 3.0, 800.0, random), 0.05, 0.95)
    return Ground(
        grid,
        elevation.astype(np.float32),
        HEIGHT_ERROR_M * random.standard_normal(grid.shape),
        slope,
        azimuth,
        cover,
        random.random(grid.shape) < PERSISTENT_SHARE,
        bodies,
    )


def _place(
    grid: Grid, slope_deg: np.ndarray, count: int, random: np.random.Generator
) -> tuple[Slide, ...]:
    """Place slides on the steepest ground of strips from south to north, far from each other."""
    x, y = grid.x_centres_m(), grid.y_centres_m()
    height_m = (y[0] - y[-1]) / count
    slides = []
    for index in range(count):
        inside = (y > y[-1] + (index + 0.35) * height_m) & (y < y[-1] + (index + 0.65) * height_m)
        edge = (x > x[0] + 400) & (x < x[-1] - 400)
        steep = np.where(inside[:, None] & edge, slope_deg, -1.0)
        best = np.flatnonzero(steep.ravel() >= np.quantile(steep[steep >= 0], 0.9))
        row, column = np.unravel_index(random.choice(best), grid.shape)
        length, width = random.uniform(220.0, 420.0), random.uniform(220.0, 380.0)
        rate = random.uniform(35.0, 70.0)
        slides.append(Slide(float(x[column]), float(y[row]), length, width, rate))
    return tuple(slides)


def measure(
    ground: Ground,
    number: int,
    seed: int,
    *,
    incidence_deg: float,
    heading_deg: float,
    count: int,
    max_perpendicular_baseline_m: float = 160.0,
    max_temporal_baseline_days: float = 30.0,
) -> Stack:
    """Measure the ground by interferograms of one orbit.

    Parameters
    ----------
    ground : Ground
    number : int
        Of the orbit; each has dates, baselines, atmosphere and noise of its own.
    seed : int
    incidence_deg, heading_deg : float
        Geometry, degrees.
    count : int
        Number of acquisitions, `REPEAT_DAYS` apart.
    max_perpendicular_baseline_m, max_temporal_baseline_days : float
        Limits of the network.

    Notes
    -----
    Phase of an acquisition is −4π/λ of motion, height error over baseline, and atmosphere, with
    noise of the scatterer; each pair adds noise of decorrelation by the Cramér–Rao bound.
    """
    random = generator(seed, Purpose.STACK, 1 + number)
    days, dates = acquisition_dates(count, number)
    baseline_m = draw_baselines(count, max_perpendicular_baseline_m, random)
    to_phase = -4e-3 * np.pi / WAVELENGTH_M
    phases = []
    for moved in apparent_motion_mm(ground, days, baseline_m, incidence_deg, heading_deg):
        noise = SCATTERER_RAD * random.standard_normal(ground.grid.shape)
        phases.append(to_phase * (moved + draw_atmosphere(ground, random)) + noise)
    pairs = choose_pairs(
        days,
        baseline_m,
        max_perpendicular_baseline_m=max_perpendicular_baseline_m,
        max_temporal_baseline_days=max_temporal_baseline_days,
    )
    measured = [
        _pair(ground, phases[i], phases[j], float(days[j] - days[i]), random) for i, j in pairs
    ]
    phase, coherence = (np.stack(part) for part in zip(*measured, strict=True))
    return Stack(dates, baseline_m, pairs, phase, coherence)


def apparent_motion_mm(
    ground: Ground,
    days: np.ndarray,
    baseline_m: np.ndarray,
    incidence_deg: float,
    heading_deg: float,
) -> Iterator[np.ndarray]:
    """Yield motion along the line of sight at each acquisition, mm, with what height errors add."""
    rate = ground.los_rate_mm_yr(incidence_deg, heading_deg)
    sensitivity = float(height_sensitivity(np.array(incidence_deg), ORBIT_HEIGHT_M))
    for day, metres in zip(days, baseline_m, strict=True):
        yield rate * (day / DAYS_PER_YEAR) + sensitivity * metres * ground.height_error_m


def acquisition_dates(count: int, number: int) -> tuple[np.ndarray, tuple[dt.date, ...]]:
    """Return days after the first acquisition of an orbit, and the dates of all."""
    days = REPEAT_DAYS * np.arange(count)
    return days, tuple(FIRST_DATE + dt.timedelta(int(day) + 5 * number) for day in days)


def draw_baselines(count: int, limit_m: float, random: np.random.Generator) -> np.ndarray:
    """Draw baselines of which neighbours in time keep the limit: a network in one piece."""
    drawn = [0.0]
    while len(drawn) < count:
        metres = float(BASELINE_M * random.standard_normal())
        if abs(metres - drawn[-1]) <= limit_m:
            drawn.append(metres)
    return np.array(drawn)


def draw_atmosphere(ground: Ground, random: np.random.Generator) -> np.ndarray:
    """Draw the atmosphere of an acquisition, mm: turbulence, and a part that follows height."""
    cell = ground.grid.cell_size_m
    turbulent = power_law_field(ground.grid.shape, cell, 11 / 3, ATMOSPHERE_M, random)
    above = (ground.elevation_m - ground.elevation_m.mean()) / 100.0
    return ATMOSPHERE_MM * turbulent + STRATIFIED_MM * random.standard_normal() * above


def _pair(
    ground: Ground,
    earlier: np.ndarray,
    later: np.ndarray,
    gap_days: float,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return unwrapped phase and coherence of a pair."""
    shape = ground.grid.shape
    true = np.where(ground.persistent, 0.95, ground.cover * np.exp(-gap_days / DECAY_DAYS))
    deviation = np.sqrt((1.0 - true**2) / (2.0 * LOOKS * true**2))
    phase = later - earlier + deviation * random.standard_normal(shape)
    cycles = np.where(true < UNWRAPPED_COHERENCE, random.integers(-2, 3, shape), 0)
    seen = true + (1.0 - true**2) / np.sqrt(2.0 * LOOKS) * random.standard_normal(shape)
    # Each interferogram has a constant of its own.
    constant = random.uniform(-np.pi, np.pi)
    total = phase + 2.0 * np.pi * cycles + constant
    return total.astype(np.float32), np.clip(seen, 0.01, 1.0).astype(np.float32)
