"""Orthonormal designs of the trend models, shared by all series of one set of epochs.

Every model holds the intercept and the line, so a series is projected on those once; what a
further model explains is then the square of its dot product with one vector (the quadratic
term) or two (a break). One matrix of such vectors serves all series with the same epochs.
"""

from typing import NamedTuple

import numpy as np

from hotslope.compiled import compiled

DAYS_PER_YEAR = 365.25
#: A column that keeps less of its length than this beside the columns before it is dropped.
_RANK_TOLERANCE = 1e-6


class Design(NamedTuple):
    """Whitened, orthonormal designs for one set of epochs and one autocorrelation.

    Attributes
    ----------
    carry, scale : ndarray, shape (epochs,)
        Whitening: ``scale[i] * (y[i] - carry[i] * y[i - 1])``; the first epoch as it is.
    base : ndarray, shape (1 or 3, epochs)
        Intercept and, where asked for, the annual sine and cosine.
    line : ndarray, shape (epochs,)
        The linear term.
    extra : ndarray, shape (epochs, 1 + 2 * breaks)
        The quadratic term, then per break the kink, then per break the jump (orthogonal to
        the kink at the same break).
    jump_length : ndarray, shape (breaks,)
        Length of the unit jump beside all other terms: coefficient / length is in mm.
    gap : ndarray, shape (breaks, 2, 2)
        Weights of the kink and jump coefficients that give the gap between the lines alone, at
        the last epoch before the break and at the first after it.
    turn : ndarray, shape (breaks, 2)
        Weights of the kink and jump coefficients that give the change of velocity alone.
    breaks : ndarray, shape (breaks,)
        Index of the first epoch after each break.
    log_determinant : float
        Of the noise correlation matrix.
    log_information : ndarray, shape (2 + breaks,)
        Log determinant of the whitened normal matrix of the line, of the quadratic model, and
        of two lines at each break.
    """

    carry: np.ndarray
    scale: np.ndarray
    base: np.ndarray
    line: np.ndarray
    extra: np.ndarray
    jump_length: np.ndarray
    gap: np.ndarray
    turn: np.ndarray
    breaks: np.ndarray
    log_determinant: float
    log_information: np.ndarray


@compiled
def _whitened(column: np.ndarray, carry: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return a column with AR(1) correlation removed (Prais and Winsten's first row kept)."""
    white = column.copy()
    for i in range(1, len(column)):
        white[i] = scale[i] * (column[i] - carry[i] * column[i - 1])
    return white


@compiled
def _remove(column: np.ndarray, directions: np.ndarray, count: int) -> None:
    """Make a column orthogonal to the first `count` unit rows, twice for accuracy."""
    for _ in range(2):
        for k in range(count):
            dot = 0.0
            for i in range(len(column)):
                dot += directions[k, i] * column[i]
            for i in range(len(column)):
                column[i] -= dot * directions[k, i]


@compiled
def _length(column: np.ndarray) -> float:
    total = 0.0
    for value in column:
        total += value * value
    return np.sqrt(total)


@compiled
def _append(directions: np.ndarray, count: int, column: np.ndarray) -> float:
    """Put the part of `column` beside the first `count` rows into row `count`, unit length.

    Returns its length before; the row is zero where nothing independent is left.
    """
    before = _length(column)
    _remove(column, directions, count)
    length = _length(column)
    if length <= _RANK_TOLERANCE * before:
        directions[count, :] = 0.0
        return 0.0
    directions[count, :] = column / length
    return length


@compiled
def _share(pair: np.ndarray, direction: np.ndarray, weights: np.ndarray) -> None:
    """Write a direction's components along two unit rows."""
    for k in range(2):
        for i in range(len(direction)):
            weights[k] += pair[k, i] * direction[i]


@compiled
def _log_square(length: float) -> float:
    return 2.0 * np.log(length) if length > 0.0 else 0.0


@compiled
def build_design(
    days: np.ndarray, step_days: float, rho: float, annual: bool, min_segment_epochs: int
) -> Design:
    """Build the designs of all models for one set of epochs.

    Parameters
    ----------
    days : ndarray, shape (epochs,), float64
        Increasing acquisition times, days.
    step_days : float
        The time over which noise has the autocorrelation `rho`, days.
    rho : float
        Autocorrelation in [0, 1); 0 is white noise.
    annual : bool
        Whether an annual sine and cosine are nuisance terms of every model.
    min_segment_epochs : int
        Epochs at least on each side of a break.

    Returns
    -------
    Design

    Notes
    -----
    Coefficients refer to the middle between the epochs on either side of a break, the only
    place that favours neither; whether lines meet is asked at both epochs (`gap`), because
    they may meet anywhere between.
    """
    n = len(days)
    carry = np.zeros(n)
    scale = np.ones(n)
    log_determinant = 0.0
    if rho > 0.0:
        for i in range(1, n):
            carry[i] = rho ** ((days[i] - days[i - 1]) / step_days)
            variance = 1.0 - carry[i] ** 2
            scale[i] = 1.0 / np.sqrt(variance)
            log_determinant += np.log(variance)

    time = (days - 0.5 * (days[0] + days[-1])) / (0.5 * (days[-1] - days[0]))
    directions = np.zeros((6, n))
    information = _log_square(_append(directions, 0, _whitened(np.ones(n), carry, scale)))
    rank = 1
    if annual:
        phase = 2.0 * np.pi * (days - days[0]) / DAYS_PER_YEAR
        for wave in (np.sin(phase), np.cos(phase)):
            length = _append(directions, rank, _whitened(wave, carry, scale))
            information += _log_square(length)
            rank += 1
    base = directions[:rank].copy()
    information += _log_square(_append(directions, rank, _whitened(time, carry, scale)))
    line = directions[rank].copy()
    rank += 1

    breaks = np.arange(min_segment_epochs, n - min_segment_epochs + 1)
    count = len(breaks)
    extra = np.zeros((n, 1 + 2 * count))
    jump_length = np.ones(count)
    gap = np.zeros((count, 2, 2))
    turn = np.zeros((count, 2))
    log_information = np.full(2 + count, information)
    log_information[1] += _log_square(_append(directions, rank, _whitened(time**2, carry, scale)))
    extra[:, 0] = directions[rank]
    for b in range(count):
        first = breaks[b]
        after = np.zeros(n)
        after[first:] = 1.0
        jump = _whitened(after, carry, scale)
        kink = _whitened(after * (time - 0.5 * (time[first - 1] + time[first])), carry, scale)
        log_information[2 + b] += _log_square(_append(directions, rank, kink.copy()))
        extra[:, 1 + b] = directions[rank]
        length = _append(directions, rank + 1, jump.copy())
        log_information[2 + b] += _log_square(length)
        extra[:, 1 + count + b] = directions[rank + 1]
        if length > 0.0:
            jump_length[b] = length
        pair = directions[rank : rank + 2].copy()
        for side in range(2):
            meeting = after * (time - time[first - 1 + side])
            _append(directions, rank, _whitened(meeting, carry, scale))
            _append(directions, rank + 1, jump.copy())
            _share(pair, directions[rank + 1], gap[b, side])
        _append(directions, rank, jump)
        _append(directions, rank + 1, kink)
        _share(pair, directions[rank + 1], turn[b])
    return Design(
        carry,
        scale,
        base,
        line,
        extra,
        jump_length,
        gap,
        turn,
        breaks,
        log_determinant,
        log_information,
    )
