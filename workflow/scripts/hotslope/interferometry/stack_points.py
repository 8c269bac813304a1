"""From an opened stack to its points: referenced, inverted, chosen by coherence, estimated."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hotslope.columns import DAYS_PER_YEAR
from hotslope.crs import unproject_lonlat
from hotslope.errors import InputError
from hotslope.interferometry.geometry import height_sensitivity
from hotslope.interferometry.inversion import (
    Inversion,
    invert_network,
    phase_weights,
    variance_factor,
)
from hotslope.interferometry.point_estimates import Estimates, estimate_points
from hotslope.interferometry.reference import stable_points, within_disc
from hotslope.interferometry.regression import Design, PairNoise
from hotslope.interferometry.settings import Settings
from hotslope.interferometry.stack_cells import InterferogramStack
from hotslope.interferometry.stack_reference import Reference
from hotslope.points.coordinates import Window
from hotslope.points.layouts import phase_to_mm


@dataclass(frozen=True)
class Sensor:
    """How phase becomes motion and height.

    Parameters
    ----------
    wavelength_m : float
        Radar wavelength.
    los_sign : int
        −1 where unwrapped phase grows toward the sensor.
    incidence_deg : float or None
        Where the stack has neither incidence nor lines of sight.
    orbit_height_m : float
        Of the satellite above the ground.
    """

    wavelength_m: float
    los_sign: int
    incidence_deg: float | None
    orbit_height_m: float

    def incidence(self, points: pd.DataFrame, key: str) -> np.ndarray:
        """Return the incidence at points, degrees."""
        if "incidence_deg" in points:
            return points["incidence_deg"].to_numpy()
        if "los_up" in points:
            return np.degrees(np.arccos(points["los_up"].to_numpy().clip(-1, 1)))
        if self.incidence_deg is None:
            raise InputError(
                f"{key}.incidence_deg",
                "missing, and the stack has no lines of sight: heights need the incidence",
                "Set incidence_deg and heading_deg, or give the roles of the line of sight",
            )
        return np.full(len(points), float(self.incidence_deg))


@dataclass(frozen=True)
class StackPoints:
    """Points of a stack.

    Parameters
    ----------
    points : DataFrame
        Columns of `INTERFEROMETRIC_POINTS` as far as the stack gives them.
    series_mm : ndarray, float32, shape (points, dates)
        Displacement, + toward the sensor.
    atmosphere_mm : float
        Standard deviation of the atmosphere removed.
    variance_factor : float
        Median variance factor of the noise of interferograms.
    reference_points : int
        Points of the stable ground.
    reference_m : tuple of float
        Its middle in the project CRS.
    cells : int
        Cells looked at.
    """

    points: pd.DataFrame
    series_mm: np.ndarray
    atmosphere_mm: float
    variance_factor: float
    reference_points: int
    reference_m: tuple[float, float]
    cells: int


def design_of(stack: InterferogramStack) -> Design:
    """Return the design of the regression of the stack's dates."""
    return Design(stack.days / DAYS_PER_YEAR, stack.baseline_m, stack.pieces)


def make_points(
    stack: InterferogramStack,
    window: Window,
    reference: Reference,
    sensor: Sensor,
    settings: Settings,
    step: int = 1,
) -> StackPoints:
    """Invert a stack and estimate its points.

    Parameters
    ----------
    stack : InterferogramStack
    window : Window
        Study area.
    reference : Reference
        Found in it.
    sensor : Sensor
    settings : Settings
    step : int
        Look at every so many rows and columns.

    Raises
    ------
    InputError
        No cell is coherent enough.
    """
    parts, best, looked_at = [], 0.0, 0
    for points, found in _inverted(stack, window, reference, step):
        looked_at += found.used.size
        best = max(best, float(np.nanmax(found.temporal_coherence, initial=0.0)))
        keep = found.temporal_coherence >= settings.min_coherence
        parts.append((points[keep], found.at(keep)))
    points = pd.concat([part for part, _ in parts], ignore_index=True)
    found = Inversion.joined([part for _, part in parts])
    _refuse_none(points, best, looked_at, stack, settings)
    points["incidence_deg"] = sensor.incidence(points, stack.key)
    estimates, factor, stable = _referenced(points, found, stack, reference, sensor, settings)
    # Without a loop the interferograms of a point close, whatever they hold.
    unlooped = found.used <= stack.unknowns
    points.loc[unlooped, "coherence"] = estimates.coherence[unlooped]
    _complete(points, estimates, sensor)
    x_m, y_m = points["x_m"].to_numpy(), points["y_m"].to_numpy()
    middle = (float(x_m[stable].mean()), float(y_m[stable].mean())) if stable.any() else None
    return StackPoints(
        points,
        estimates.series_mm.astype(np.float32),
        estimates.atmosphere_mm,
        float(np.median(factor)),
        int(stable.sum()),
        middle or reference.centre_m,
        looked_at,
    )


def _inverted(
    stack: InterferogramStack, window: Window, reference: Reference, step: int
) -> Iterator[tuple[pd.DataFrame, Inversion]]:
    """Yield cells with their inverted phases, some rows at a time."""
    design = design_of(stack)
    estimator, projector = design.estimator(), design.projector()
    for cells in stack.blocks(window, step):
        coherence = cells.coherence.astype(np.float64)
        found = invert_network(
            cells.phase_rad.astype(np.float64) - reference.phase_rad,
            phase_weights(coherence),
            stack.positions,
            len(stack.dates),
            estimator,
            projector,
        )
        points = cells.points
        points["coherence"] = found.temporal_coherence
        points["mean_coherence"] = coherence.mean(axis=1)
        points["interferograms"] = found.used
        yield points, found


def _referenced(
    points: pd.DataFrame,
    inverted: Inversion,
    stack: InterferogramStack,
    reference: Reference,
    sensor: Sensor,
    settings: Settings,
) -> tuple[Estimates, np.ndarray, np.ndarray]:
    """Estimate points relative to the mean of those on stable ground.

    Returns the estimates, the variance factors, and which points are on stable ground.
    """
    x_m, y_m = points["x_m"].to_numpy(), points["y_m"].to_numpy()
    to_mm = -sensor.los_sign * phase_to_mm(sensor.wavelength_m)
    series_mm = inverted.phase_rad * to_mm
    factor = variance_factor(inverted.misclosure, inverted.used, stack.unknowns)
    scale = to_mm**2 * factor
    noise = PairNoise(inverted.variance * scale[:, None], inverted.trace * scale)

    def estimated(series: np.ndarray) -> Estimates:
        return estimate_points(
            series,
            x_m,
            y_m,
            design_of(stack),
            pair_noise=noise,
            days=stack.days,
            wavelength_m=sensor.wavelength_m,
            atmosphere=settings.atmosphere,
        )

    if reference.place is None:
        first = estimated(series_mm)
        stable = stable_points(x_m, y_m, first.rate_mm_yr, first.rate_std_mm_yr)
    else:
        stable = within_disc(x_m, y_m, reference.centre_m, reference.place.radius_m)
    if not stable.any():
        return estimated(series_mm), factor, np.zeros_like(stable)
    return estimated(series_mm - series_mm[stable].mean(axis=0)), factor, stable


def _complete(points: pd.DataFrame, estimates: Estimates, sensor: Sensor) -> None:
    """Add what was estimated to the points, in place."""
    sensitivity = height_sensitivity(points["incidence_deg"].to_numpy(), sensor.orbit_height_m)
    points["velocity_mm_yr"] = estimates.rate_mm_yr
    points["velocity_std_mm_yr"] = estimates.rate_std_mm_yr
    points["height_correction_m"] = estimates.slope_mm_m / sensitivity
    points["height_correction_std_m"] = estimates.slope_std_mm_m / sensitivity
    points["residual_coherence"] = estimates.coherence.clip(0.0, 1.0)
    points["coherence"] = points["coherence"].clip(0.0, 1.0)
    if "height_m" in points:
        points["height_m"] += points["height_correction_m"]


def _refuse_none(
    points: pd.DataFrame,
    best: float,
    looked_at: int,
    stack: InterferogramStack,
    settings: Settings,
) -> None:
    if len(points):
        return
    raise InputError(
        f"{stack.key}.points.interferograms",
        f"none of {looked_at:,} cells has a temporal coherence of {settings.min_coherence:g}; "
        f"the highest is {best:.2f}",
        "Lower interferometry.min_coherence or interferometry.min_interferogram_coherence, or "
        "leave out decorrelated interferograms",
    )


def with_place(found: StackPoints, window: Window) -> dict[str, Any]:
    """Describe the reference of points for the summary."""
    assert window.crs is not None
    x, y = (np.array([value]) for value in found.reference_m)
    lon, lat = unproject_lonlat(x, y, window.crs)
    return {
        "lon": round(float(lon[0]), 5),
        "lat": round(float(lat[0]), 5),
        "points": found.reference_points,
    }
