"""The ground to which the interferograms of a stack are referenced before they are inverted."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from hotslope.crs import project_lonlat
from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.interferometry.reference import SQUARE_M, best_square, within_disc
from hotslope.interferometry.settings import Place
from hotslope.interferometry.stack_cells import InterferogramStack
from hotslope.points.coordinates import Window


@dataclass(frozen=True)
class Reference:
    """Ground whose mean motion is 0.

    Parameters
    ----------
    phase_rad : ndarray, shape (pairs,)
        Median phase of each interferogram there.
    centre_m : tuple of float
        Its middle in the project CRS.
    cells : int
        Cells with data.
    place : Place or None
        As configured; None where it was chosen.
    """

    phase_rad: np.ndarray
    centre_m: tuple[float, float]
    cells: int
    place: Place | None


def find_reference(
    stack: InterferogramStack, window: Window, place: Place | None, step: int = 1
) -> Reference:
    """Find the ground to which the interferograms are referenced before the inversion.

    Parameters
    ----------
    stack : InterferogramStack
    window : Window
        Study area.
    place : Place or None
        A disc of ground; None: the square of the most coherent cells.
    step : int
        Look at every so many rows and columns.

    Raises
    ------
    InputError
        The disc holds no data, or no square has enough in every interferogram.
    """
    if place is None:
        near = replace(window, bounds_m=_coherent_square(stack, window, step))
        x_m, y_m, phase = _phases(stack, near, step)
    else:
        east, north = _projected(place, window)
        reach = place.radius_m
        near = replace(window, bounds_m=(east - reach, north - reach, east + reach, north + reach))
        x_m, y_m, phase = _phases(stack, near, 1)
        inside = within_disc(x_m, y_m, (east, north), reach)
        x_m, y_m, phase = x_m[inside], y_m[inside], phase[inside]
    _refuse_empty(phase, stack, place)
    constants = np.nanmedian(phase.astype(np.float64), axis=0)
    middle = (float(x_m.mean()), float(y_m.mean())) if place is None else (east, north)
    return Reference(constants, middle, len(x_m), place)


def _coherent_square(stack: InterferogramStack, window: Window, step: int) -> Bounds:
    """Return the bounds of the most coherent square; cells without data count as incoherent."""
    x_m, y_m, penalty = [], [], []
    for cells in stack.blocks(window, step):
        known = np.isfinite(cells.phase_rad)
        usable = known.any(axis=1)
        coherence = np.where(known, cells.coherence, 0.0).mean(axis=1, dtype=np.float64)
        x_m.append(cells.points["x_m"].to_numpy()[usable])
        y_m.append(cells.points["y_m"].to_numpy()[usable])
        penalty.append(1.0 - coherence[usable])
    x, y = np.concatenate(x_m), np.concatenate(y_m)
    # A sample has fewer cells in a square.
    chosen = best_square(x, y, np.concatenate(penalty), SQUARE_M * step)
    if not chosen.any():
        _refuse_empty(np.empty((0, len(stack.pairs))), stack, None)
    x, y = x[chosen], y[chosen]
    return (float(x.min()) - 1, float(y.min()) - 1, float(x.max()) + 1, float(y.max()) + 1)


def _phases(
    stack: InterferogramStack, window: Window, step: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return places and phases of the cells in a window that have any; there may be none."""
    rows, columns = stack.rows_and_columns(window)
    if not rows.size or not columns.size:
        return np.empty(0), np.empty(0), np.empty((0, len(stack.pairs)))
    parts = list(stack.blocks(window, step))
    points = pd.concat([each.points for each in parts])
    phase = np.concatenate([each.phase_rad for each in parts])
    usable = np.isfinite(phase).any(axis=1)
    return points["x_m"].to_numpy()[usable], points["y_m"].to_numpy()[usable], phase[usable]


def _refuse_empty(phase: np.ndarray, stack: InterferogramStack, place: Place | None) -> None:
    """Raise an InputError where the reference lacks data in any interferogram."""
    counts = np.isfinite(phase).sum(axis=0)
    if len(phase) and counts.min() > 0:
        return
    empty = stack.pairs[int(np.argmin(counts))].path if len(phase) else "any interferogram"
    if place is None:
        raise InputError(
            f"{stack.key}.points.interferograms",
            f"no ground of {SQUARE_M:g} m is coherent in all of them (none in {empty})",
            "Set interferometry.reference to stable, coherent ground, lower "
            "interferometry.min_interferogram_coherence, or leave out the interferogram",
        )
    raise InputError(
        "interferometry.reference",
        f"within {place.radius_m:g} m of {place.lon:g}, {place.lat:g} there is no data in {empty}",
        "Choose ground with data in all interferograms (no water, layover or shadow), or auto",
    )


def _projected(place: Place, window: Window) -> tuple[float, float]:
    assert window.crs is not None
    x, y = project_lonlat(np.array([place.lon]), np.array([place.lat]), window.crs)
    return float(x[0]), float(y[0])
