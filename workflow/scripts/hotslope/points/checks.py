"""Checks of points after reading: identifiers, coherence, line of sight, displacement."""

import numpy as np
import pandas as pd

from hotslope.errors import InputError
from hotslope.points.layouts import LINE_OF_SIGHT, MAX_RADIANS

#: Rounding of published unit vectors to three decimals stays below this.
LOS_TOLERANCE = 0.02


def check_points(points: pd.DataFrame, displacement_mm: np.ndarray, place: str) -> None:
    """Raise an InputError for the first value that no point can have.

    Parameters
    ----------
    points : DataFrame
        Columns of the points table as far as given.
    displacement_mm : ndarray, shape (points, epochs)
        NaN where missing.
    place : str
        The file or files.
    """
    _check_identifiers(points, place)
    _check_coherence(points, place)
    _check_incidence(points, place)
    _check_line_of_sight(points, place)
    for name in ("velocity_mm_yr", "velocity_std_mm_yr", "height_m"):
        if name in points:
            infinite = np.isinf(points[name].to_numpy())
            _refuse(points, infinite, name, place, "is infinite", "Correct the value")
    infinite = np.zeros(len(points), dtype=bool)
    for epoch in displacement_mm.T:
        infinite |= np.isinf(epoch)
    _refuse(points, infinite, "displacement", place, "is infinite", "Leave it empty if missing")


def _refuse(
    points: pd.DataFrame, bad: np.ndarray, column: str, place: str, problem: str, remedy: str
) -> None:
    if not bad.any():
        return
    row = int(np.argmax(bad))
    value = f" ({points[column].iloc[row]:g})" if column in points else ""
    raise InputError(
        f"{place}, point {points['point_id'].iloc[row]}, column {column}",
        f"the value{value} {problem}; {int(bad.sum()):,} such points",
        remedy,
    )


def _check_identifiers(points: pd.DataFrame, place: str) -> None:
    identifiers = points["point_id"]
    empty = (identifiers.isna() | (identifiers == "")).to_numpy()
    if empty.any():
        raise InputError(place, f"{int(empty.sum())} points have no identifier", "Number them")
    if not identifiers.is_unique:
        twice = identifiers.duplicated()
        raise InputError(
            f"{place}, point {identifiers[twice].iloc[0]}",
            f"the point identifier occurs more than once; {int(twice.sum()):,} such points",
            "Give each file once, and make identifiers unique within the track",
        )


def _check_coherence(points: pd.DataFrame, place: str) -> None:
    if "coherence" not in points:
        return
    values = points["coherence"].to_numpy()
    bad = (values < 0) | (values > 1)
    if bad.any() and not (values < 0).any() and np.nanmedian(values) > 1:
        remedy = "Per cent must be divided by 100; a phase deviation needs quality: phase_std"
    else:
        remedy = "Coherence is 0 to 1; map another column, or none"
    _refuse(points, bad, "coherence", place, "lies outside 0 to 1", remedy)


def _check_incidence(points: pd.DataFrame, place: str) -> None:
    if "incidence_deg" not in points or not len(points):
        return
    values = points["incidence_deg"].to_numpy()
    bad = (values <= 0) | (values >= 90)
    _refuse(points, bad, "incidence_deg", place, "lies outside 0 to 90", "Give degrees")
    if np.nanmax(values, initial=-np.inf) < MAX_RADIANS and np.isfinite(values).any():
        raise InputError(
            f"{place}, column incidence_deg",
            f"all values are below {np.nanmax(values):.2f}: radians",
            "Give degrees from the vertical",
        )


def _check_line_of_sight(points: pd.DataFrame, place: str) -> None:
    parts = [name for name in LINE_OF_SIGHT if name in points]
    if not parts:
        return
    if len(parts) < 3:
        raise InputError(
            place, f"only {', '.join(parts)} of the line of sight", "Give all three parts or none"
        )
    vector = points[parts].to_numpy()
    with np.errstate(over="ignore"):
        length = np.sqrt((vector**2).sum(axis=1))
    bad = np.abs(length - 1.0) > LOS_TOLERANCE
    remedy = "Give the unit vector from the ground to the sensor"
    _refuse(points, bad, "los_east", place, "belongs to no unit vector", remedy)
    _refuse(points, vector[:, 2] <= 0, "los_up", place, "points below the ground", remedy)
