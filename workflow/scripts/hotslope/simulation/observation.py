"""Displacement series of a track: motion seen along the line of sight, and what disturbs it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from hotslope.columns import DAYS_PER_YEAR
from hotslope.grid import Grid
from hotslope.line_of_sight import line_of_sight
from hotslope.simulation import noise
from hotslope.simulation.bodies import Body, line_of_sight_rate
from hotslope.simulation.histories import draw_history, history, regression_slope, years_since
from hotslope.simulation.landscape import Landscape
from hotslope.simulation.measurement import by_cover, draw_coherence
from hotslope.simulation.placement import catchment_effects
from hotslope.simulation.random_fields import sample
from hotslope.simulation.randomness import Purpose, generator

#: Points made, and written, at a time.
CHUNK = 100_000
#: Share of a body's direction that is the same all over it.
COHESION = 0.7


@dataclass(frozen=True)
class Track:
    """Geometry and density of a track; `number` seeds its random numbers."""

    number: int
    incidence_deg: float
    heading_deg: float
    wavelength_m: float
    density_per_km2: float


def name_histories(bodies: list[Body], land: Landscape, seed: int) -> list[str]:
    """Shape of the displacement history of each body."""
    labels, first = np.unique(land.catchment, return_index=True)
    effects = catchment_effects(land.catchment, seed)[1].ravel()[first]
    effect_of = dict(zip(labels.tolist(), effects.tolist(), strict=True))
    return [draw_history(body, effect_of[body.catchment], seed) for body in bodies]


def ground_under(
    body: Body, land: Landscape, x_m: np.ndarray, y_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Slope and downslope azimuth that a body follows at points, degrees.

    Notes
    -----
    A body holds together: seven tenths of its direction are that of the slope at its
    centre, the rest that of the slope under the point. Directions are averaged as
    vectors, for 359° and 1° have no mean of 180°.
    """
    east, north = _fall(land, x_m, y_m)
    middle = _fall(land, np.array([body.x_m]), np.array([body.y_m]))
    east = COHESION * middle[0] + (1 - COHESION) * east
    north = COHESION * middle[1] + (1 - COHESION) * north
    return np.degrees(np.arctan(np.hypot(east, north))), np.degrees(np.arctan2(east, north)) % 360


def _fall(land: Landscape, x_m: np.ndarray, y_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return sample(land.fall_east, land.grid, x_m, y_m), sample(land.fall_north, land.grid, x_m, y_m)


def point_rates(
    bodies: list[Body], land: Landscape, points: pd.DataFrame, track: Track
) -> tuple[np.ndarray, np.ndarray]:
    """Body under each point and its rate toward the sensor.

    Returns
    -------
    body : ndarray, int64, shape (points,)
        Position in `bodies`, −1 outside all.
    rate_mm_yr : ndarray, float64, shape (points,)
        True rate along the line of sight, + toward the sensor.
    """
    x_m, y_m = points["x_m"].to_numpy(), points["y_m"].to_numpy()
    body_of = np.full(x_m.size, -1, dtype=np.int64)
    rate = np.zeros(x_m.size)
    if not bodies or x_m.size == 0:
        return body_of, rate
    look = line_of_sight(points["incidence_deg"].to_numpy(), track.heading_deg)
    tree = cKDTree(np.column_stack([x_m, y_m]))
    for position, body in enumerate(bodies):
        near = np.array(
            tree.query_ball_point((body.x_m, body.y_m), body.reach_m, return_sorted=True),
            dtype=np.int64,
        )
        taper = body.taper(x_m[near], y_m[near])
        inside, taper = near[taper > 0], taper[taper > 0]
        looks = (look[0][inside], look[1][inside], look[2][inside])
        slope, azimuth = ground_under(body, land, x_m[inside], y_m[inside])
        rate[inside] = line_of_sight_rate(body, taper, slope, azimuth, looks, track.number)
        body_of[inside] = position
    return body_of, rate


def draw_shapes(
    bodies: list[Body],
    histories: list[str],
    dates: list[dt.date],
    span: tuple[dt.date, dt.date],
    seed: int,
) -> np.ndarray:
    """Draw the displacement of bodies over time.

    Parameters
    ----------
    bodies : list of Body
        What moves.
    histories : list of str
        See `name_histories`.
    dates : list of datetime.date
        Epochs of the track.
    span : tuple of datetime.date
        First and last epoch of all tracks: bodies change at one time for all.
    seed : int
        Seed of the study area.

    Returns
    -------
    ndarray, float64, shape (bodies, epochs)
        Years of each body's rate.
    """
    years = years_since(dates, span[0])
    length = float(years_since([span[1]], span[0])[0])
    shapes = np.zeros((len(bodies), years.size))
    for position, (body, name) in enumerate(zip(bodies, histories, strict=True)):
        random = generator(seed, Purpose.HISTORIES, body.number, 1)
        shapes[position] = history(name, years, length, random)
    return shapes


def observe(
    bodies: list[Body],
    shapes: np.ndarray,
    land: Landscape,
    area: Grid,
    points: pd.DataFrame,
    track: Track,
    years: np.ndarray,
    roughness: noise.Roughness,
    seed: int,
) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Measure a track, a chunk of points at a time.

    Parameters
    ----------
    bodies : list of Body
        What moves.
    shapes : ndarray, float64, shape (bodies, epochs)
        Displacement of each, years of its rate.
    land, area : Landscape, Grid
        The ground and the study area.
    points : DataFrame
        See `hotslope.simulation.measurement.place_points`.
    track : Track
        Geometry.
    years : ndarray, float64, shape (epochs,)
        Epochs of the track.
    roughness : Roughness
        Size of the residual atmosphere.
    seed : int
        Seed of the study area.

    Yields
    ------
    points : DataFrame
        A chunk of `points` with ``coherence``, ``velocity_mm_yr``, its standard error
        ``velocity_std_mm_yr``, ``body`` and ``true_rate_mm_yr``.
    displacement_mm : ndarray, float64, shape (chunk, epochs)
        + toward the sensor, 0 at the first epoch.
    """
    shapes = np.vstack([shapes, np.zeros(years.size)])  # the last row is for stable ground
    body_of, rate = point_rates(bodies, land, points, track)
    air = noise.make_atmosphere(area, years, roughness, track.number, seed)
    gaps = np.round(np.diff(years) * DAYS_PER_YEAR / 12)
    random = generator(seed, Purpose.EPOCHS, track.number, 1)
    baseline = noise.BASELINE_M * random.standard_normal(years.size)
    for chunk, start in enumerate(range(0, max(len(points), 1), CHUNK)):
        rows = slice(start, start + CHUNK)
        piece = points.iloc[rows].copy()
        random = generator(seed, Purpose.NOISE, track.number, chunk)
        codes, angle = piece["cover"].to_numpy(), piece["incidence_deg"].to_numpy()
        coherence = draw_coherence(codes, rate[rows], random)
        deviation = noise.phase_noise_mm(coherence, track.wavelength_m)
        memory = by_cover(noise.AUTOCORRELATION, codes)
        series = rate[rows, None] * shapes[body_of[rows]]
        series += noise.coloured_noise(deviation, memory, gaps, random)
        series += noise.height_error_mm(baseline, angle, random)
        series += noise.unwrapping_errors_mm(len(piece), years.size, track.wavelength_m, random)
        series += air.at(*piece[["x_m", "y_m", "height_m"]].to_numpy().T)
        series -= series[:, :1].copy()
        velocity, error = velocity_of(series, years)
        yield (
            piece.assign(
                coherence=coherence,
                velocity_mm_yr=velocity,
                velocity_std_mm_yr=error,
                body=body_of[rows],
                true_rate_mm_yr=rate[rows],
            ),
            series,
        )


def velocity_of(series_mm: np.ndarray, years: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Regression velocity of series and its standard error, mm/yr."""
    velocity = regression_slope(series_mm, years)
    centred = years - years.mean()
    residual = series_mm - series_mm.mean(axis=1, keepdims=True) - velocity[:, None] * centred
    variance = (residual**2).sum(axis=1) / (years.size - 2)
    return velocity, np.sqrt(variance / (centred**2).sum())
