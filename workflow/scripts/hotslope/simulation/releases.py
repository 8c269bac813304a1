"""Releases of one simulated area: each processed anew over its own time."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hotslope.columns import DAYS_PER_YEAR
from hotslope.simulation.histories import REPEAT_DAYS
from hotslope.simulation.observation import velocity_of
from hotslope.simulation.randomness import Purpose, generator

#: First acquisition per track, in their order.
FIRST_DAYS = (dt.date(2018, 1, 2), dt.date(2018, 1, 7))
#: Share of the acquisitions that is missing.
GAP_SHARE = 0.05
#: What differs from release to release (standard deviations): rate of the reference, mm/yr, and
#: its increase to the east and to the north, mm/yr per 10 km; noise of processing, mm; error of
#: geocoding, m.
REFERENCE_MM_YR, SLOPE_MM_YR_10_KM = 1.0, 0.5
PROCESSING_MM, GEOCODING_M = 0.5, 1.5
#: Share of the points that a release lacks.
LACKING_SHARE = 0.04
#: Series are printed to this, mm.
ROUNDING_MM = 0.1


@dataclass(frozen=True)
class Window:
    """Time of a release, years since the first acquisition of any track; `number` from 1 on."""

    number: int
    first_years: float
    last_years: float

    def holds(self, years: np.ndarray) -> np.ndarray:
        """Which acquisitions the release has, bool, shape (epochs,)."""
        return (years >= self.first_years) & (years <= self.last_years)


@dataclass(frozen=True)
class ReleaseSettings:
    """How many releases there are, how long each is, and how much later than the one before.

    As `simulation.releases` of the config has them.
    """

    count: int
    window_days: float
    update_days: float

    @property
    def span_years(self) -> float:
        """First to last day of all releases, years."""
        return (self.window_days + (self.count - 1) * self.update_days) / DAYS_PER_YEAR

    def windows(self) -> list[Window]:
        """Time of each release."""
        first_days = [place * self.update_days for place in range(self.count)]
        return [
            Window(place + 1, day / DAYS_PER_YEAR, (day + self.window_days) / DAYS_PER_YEAR)
            for place, day in enumerate(first_days)
        ]

    def dates(self, track: int, seed: int) -> list[dt.date]:
        """Acquisitions of a track over all releases: a 12-day grid with gaps."""
        first = FIRST_DAYS[track % len(FIRST_DAYS)]
        left_days = self.span_years * DAYS_PER_YEAR - (first - FIRST_DAYS[0]).days
        slots = int(left_days // REPEAT_DAYS) + 1
        kept = generator(seed, Purpose.EPOCHS, track, 2).uniform(size=slots) >= GAP_SHARE
        kept[[0, -1]] = True
        return [first + dt.timedelta(days=REPEAT_DAYS * int(slot)) for slot in np.flatnonzero(kept)]


def rate_plane(
    x_m: np.ndarray, y_m: np.ndarray, middle_m: tuple[float, float], random: np.random.Generator
) -> np.ndarray:
    """Draw the rate of a release's reference at points, mm/yr."""
    level, east, north = random.standard_normal(3)
    slope = SLOPE_MM_YR_10_KM / 10_000
    return (
        REFERENCE_MM_YR * level
        + slope * east * (x_m - middle_m[0])
        + slope * north * (y_m - middle_m[1])
    )


def release(
    points: pd.DataFrame,
    displacement_mm: np.ndarray,
    chunk: int,
    years: np.ndarray,
    window: Window,
    middle_m: tuple[float, float],
    lost_years: np.ndarray,
    step_mm: np.ndarray,
    track: int,
    seed: int,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Measurements of a chunk of points as one release has them.

    Parameters
    ----------
    points, displacement_mm
        Chunk with all acquisitions, see `hotslope.simulation.observation.observe`.
    chunk : int
        Number of the chunk in its track.
    years : ndarray, float64, shape (epochs,)
        All acquisitions, years since the first of any track.
    window : Window
        Time of the release.
    middle_m : tuple of float
        Middle of the study area.
    lost_years : ndarray, float64, shape (bodies,)
        When a body loses coherence, years; inf where it does not. Releases that reach beyond it
        lack its points.
    step_mm : ndarray, float64, shape (epochs,)
        Displacement of the reference, which all points share.
    track : int
        Number of the track.
    seed : int
        Seed of the study area.

    Returns
    -------
    points, displacement_mm
        Points that the release has, with its velocities and places, and their series from its
        own first acquisition on.
    """
    seen = window.holds(years)
    own_years = years[seen] - years[seen][0]
    lost_years = np.append(lost_years, np.inf)  # the last is of stable ground
    shift_m = generator(seed, Purpose.RELEASES, track, window.number).normal(0, GEOCODING_M, 2)
    x_m, y_m = points["x_m"].to_numpy(), points["y_m"].to_numpy()
    random = generator(seed, Purpose.RELEASES, track, window.number, 0)
    plane = rate_plane(x_m, y_m, middle_m, random)
    random = generator(seed, Purpose.RELEASES, track, window.number, 1 + chunk)
    kept = random.uniform(size=len(points)) >= LACKING_SHARE
    kept &= lost_years[points["body"].to_numpy()] > years[seen][-1]
    series = displacement_mm[:, seen] + step_mm[seen] + plane[:, None] * own_years
    series += random.normal(0, PROCESSING_MM, series.shape)
    series = np.round((series - series[:, :1])[kept] / ROUNDING_MM) * ROUNDING_MM
    velocity, error = velocity_of(series, own_years)
    places = {"x_m": x_m[kept] + shift_m[0], "y_m": y_m[kept] + shift_m[1]}
    rates = {"velocity_mm_yr": velocity, "velocity_std_mm_yr": error}
    return points[kept].assign(**places, **rates), series
