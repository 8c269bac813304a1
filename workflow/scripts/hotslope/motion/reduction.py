"""Reduction of a series with gaps to its dot products with the columns of a design."""

from typing import NamedTuple

import numpy as np

from hotslope.compiled import compiled
from hotslope.motion.breaks import last_before_breaks
from hotslope.motion.designs import Design
from hotslope.motion.missing_epochs import load_series, project_gaps
from hotslope.motion.projection import project


class Room(NamedTuple):
    """Arrays that one series after another is reduced in.

    Attributes
    ----------
    series, white : ndarray, shapes (epochs,) and (rank,)
        The series, and its whitened residuals of the line.
    dots, squares : ndarray, shape (1 + 2 * breaks,)
        Dot products with the columns of `Design.extra`, and what the missing epochs leave of
        the columns' squared lengths, which are 1.
    cross : ndarray, shape (breaks,)
        What they leave of the dot products of kink and jump, which are 0.
    previous : ndarray, shape (breaks,), int64
        Last observed epoch before each break, -1 where no break is allowed.
    seen : ndarray of bool, shape (epochs,)
        Whether an epoch is observed.
    gaps : ndarray, shape (epochs,), int64
        Missing epochs.
    factor, columns : ndarray, shapes (epochs, epochs) and (epochs, 1 + 2 * breaks)
        See `hotslope.motion.missing_epochs.project_gaps`.
    """

    series: np.ndarray
    white: np.ndarray
    dots: np.ndarray
    squares: np.ndarray
    cross: np.ndarray
    previous: np.ndarray
    seen: np.ndarray
    gaps: np.ndarray
    factor: np.ndarray
    columns: np.ndarray


@compiled
def make_room(design: Design) -> Room:
    """Allocate the arrays for the series of a design."""
    epochs, breaks = len(design.time), len(design.middle)
    columns = 1 + 2 * breaks
    return Room(
        np.empty(epochs),
        np.empty(len(design.line)),
        np.empty(columns),
        np.empty(columns),
        np.empty(breaks),
        np.empty(breaks, np.int64),
        np.empty(epochs, np.bool_),
        np.empty(epochs, np.int64),
        np.empty((epochs, epochs)),
        np.empty((epochs, columns)),
    )


@compiled
def reduce_series(
    displacement: np.ndarray, row: int, design: Design, room: Room
) -> tuple[float, float, float, float, int]:
    """Reduce a series to what the trend models need of it, in `room`.

    Parameters
    ----------
    displacement : ndarray, shape (series, epochs)
        Displacements, mm; anything not finite is missing.
    row : int
        The series; it has a value.
    design : Design
        Of all epochs.
    room : Room
        Receives dot products, squared lengths and possible breaks.

    Returns
    -------
    along, spread, line, log_determinant, rank
        Dot product with the line, and its variance (1 without gaps); residual sum of squares
        of the line; log determinant and rank of the normal matrix of the missing epochs.
    """
    count = load_series(displacement, row, room.series, room.gaps)
    along, line = project(room.series, design, room.white, room.dots)
    spread, log_determinant, rank = 1.0, 0.0, 0
    room.seen[:] = True
    room.seen[room.gaps[:count]] = False
    room.squares[:] = 1.0
    room.cross[:] = 0.0
    if count:
        change, wider, taken, log_determinant, rank = project_gaps(
            room.gaps[:count],
            design,
            room.white,
            room.dots,
            room.squares,
            room.cross,
            room.factor,
            room.columns,
        )
        along, spread, line = along + change, spread + wider, max(line - taken, 0.0)
    last_before_breaks(room.seen, design.min_segment_epochs, room.previous)
    return along, spread, line, log_determinant, rank
