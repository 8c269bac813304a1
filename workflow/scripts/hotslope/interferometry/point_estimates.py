"""From the series of points to rates, heights and series without height error and atmosphere."""

from dataclasses import dataclass

import numpy as np

from hotslope.interferometry.atmosphere import estimate_atmosphere
from hotslope.interferometry.regression import (
    Design,
    PairNoise,
    Regression,
    regress,
    residual_coherence,
)


@dataclass(frozen=True)
class Atmosphere:
    """Standard deviations of the Gaussian weights by which atmosphere is found, m and days."""

    space_m: float
    time_days: float


@dataclass(frozen=True)
class Estimates:
    """What is known of each point.

    Parameters
    ----------
    rate_mm_yr, rate_std_mm_yr : ndarray, float64, shape (points,)
        Rate along the line of sight and its standard error.
    slope_mm_m, slope_std_mm_m : ndarray, float64, shape (points,)
        Apparent displacement per metre of perpendicular baseline, and its standard error.
    series_mm : ndarray, float64, shape (points, dates)
        Displacement without height error and atmosphere, about its line at the first date.
    coherence : ndarray, float64, shape (points,)
        Of the residuals.
    atmosphere_mm : float
        Standard deviation of the atmosphere removed; 0 where none is.
    """

    rate_mm_yr: np.ndarray
    rate_std_mm_yr: np.ndarray
    slope_mm_m: np.ndarray
    slope_std_mm_m: np.ndarray
    series_mm: np.ndarray
    coherence: np.ndarray
    atmosphere_mm: float


def estimate_points(
    series_mm: np.ndarray,
    x_m: np.ndarray,
    y_m: np.ndarray,
    design: Design,
    *,
    pair_noise: PairNoise,
    days: np.ndarray,
    wavelength_m: float,
    atmosphere: Atmosphere | None,
) -> Estimates:
    """Estimate rate and height of each point, and clean its series.

    Parameters
    ----------
    series_mm : ndarray, shape (points, dates)
        Displacement from the network, referenced, positive toward the sensor.
    x_m, y_m : ndarray, shape (points,)
        Projected coordinates, m.
    design : Design
        Times, baselines and pieces of the network.
    pair_noise : PairNoise
        Noise that interferograms do not share.
    days : ndarray, shape (dates,)
        Acquisition times, days.
    wavelength_m : float
        Radar wavelength, m.
    atmosphere : Atmosphere or None
        How atmosphere is found; None leaves it in the series.

    Notes
    -----
    Standard errors follow from the residuals before atmosphere is removed: the filter takes
    atmosphere out of the residuals, but what of it looks like a rate stays in the rate.
    """
    first = regress(series_mm, design, pair_noise)
    found, removed_mm = first, 0.0
    if atmosphere is not None:
        air_mm = estimate_atmosphere(
            first.residual_mm,
            x_m,
            y_m,
            days,
            space_m=atmosphere.space_m,
            time_days=atmosphere.time_days,
        )
        found, removed_mm = regress(series_mm - air_mm, design), float(air_mm.std())
    return Estimates(
        found.rate_mm_yr,
        first.rate_std_mm_yr,
        found.slope_mm_m,
        first.slope_std_mm_m,
        _line_and_residual(found, design),
        residual_coherence(found.residual_mm, wavelength_m),
        removed_mm,
    )


def _line_and_residual(found: Regression, design: Design) -> np.ndarray:
    """Return series without height term; pieces of a network are joined along the line."""
    years = design.years - design.years[0]
    return found.rate_mm_yr[:, None] * years + found.residual_mm
