"""Orthonormal designs of the trend models, shared by all series of a track.

Every model holds the intercept and the line, so a series is projected on those once; what a
further model explains is then the square of its dot product with one vector (the quadratic
term) or two (a break). One matrix of such vectors serves all series, also those with missing
epochs: a missing epoch is a further unknown, whose direction is projected out.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotslope.columns import DAYS_PER_YEAR
from hotslope.motion.noise_models import NoiseModel
from hotslope.motion.whitening import RANK_TOLERANCE, whitening

#: A column that keeps less of its length than this beside the columns before it is dropped.
_DEPENDENT = 1e-6


class Design(NamedTuple):
    """Whitened, orthonormal designs for the epochs of a track and one model of its noise.

    Attributes
    ----------
    whiten : ndarray, shape (epochs, rank)
        Transposed whitening: row i is what epoch i adds to the whitened series.
    span : ndarray, shape (epochs, 2), int64
        First column of each row that is not zero, and the end of them.
    base : ndarray, shape (1 or 3, rank)
        Intercept and, where asked for, the annual sine and cosine.
    line : ndarray, shape (rank,)
        The linear term.
    extra : ndarray, shape (rank, 1 + 2 * breaks)
        The quadratic term, then per break the kink, then per break the jump (orthogonal to
        the kink at the same break).
    kink_length, jump_along, jump_length : ndarray, shape (breaks,)
        The kink is its unit column times `kink_length`; the jump is `jump_along` times the
        kink's unit column and `jump_length` times its own.
    middle : ndarray, shape (breaks,)
        Relative time of the kink: midway between the epochs beside the break.
    time : ndarray, shape (epochs,)
        Relative time, -1 to 1.
    min_segment_epochs : int
        Epochs at least on each side of a break; break b comes before epoch
        ``min_segment_epochs + b``.
    missing : ndarray, shape (epochs, rank)
        Directions of the epochs, should they be missing, beside intercept, annual term and line.
    missing_line : ndarray, shape (epochs,)
        Their dot products with the line.
    missing_extra : ndarray, shape (epochs, 1 + 2 * breaks)
        Their dot products with `extra`.
    missing_gram : ndarray, shape (epochs, epochs)
        Their dot products with each other.
    log_determinant : float
        Of the noise correlation matrix.
    log_information : ndarray, shape (2 + breaks,)
        Log determinant of the whitened normal matrix of the line, of the quadratic model, and
        of two lines at each break.
    """

    whiten: np.ndarray
    span: np.ndarray
    base: np.ndarray
    line: np.ndarray
    extra: np.ndarray
    kink_length: np.ndarray
    jump_along: np.ndarray
    jump_length: np.ndarray
    middle: np.ndarray
    time: np.ndarray
    min_segment_epochs: int
    missing: np.ndarray
    missing_line: np.ndarray
    missing_extra: np.ndarray
    missing_gram: np.ndarray
    log_determinant: float
    log_information: np.ndarray


def _beside(columns: NDArray[np.float64], basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows of `columns` orthogonalised against those of `basis`, twice for accuracy."""
    for _ in range(2):
        columns = columns - np.einsum("bk,kr->br", np.einsum("br,kr->bk", columns, basis), basis)
    return columns


def _unit(
    columns: NDArray[np.float64], before: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scale rows to length 1; rows of which nothing independent is left become 0."""
    length = np.sqrt(np.sum(columns**2, axis=1))
    length = np.where(length <= _DEPENDENT * before, 0.0, length)
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0.0)
    return columns * scale[:, None], length


def _log_square(length: NDArray[np.float64]) -> NDArray[np.float64]:
    return 2.0 * np.log(np.where(length > 0.0, length, 1.0))


def noise_design(
    model: NoiseModel,
    days: NDArray[np.float64],
    annual: bool,
    min_segment_epochs: int,
    tolerance: float = RANK_TOLERANCE,
) -> Design:
    """Return the design of all epochs of a track under a model of its noise."""
    white, log_determinant = whitening(model, days, tolerance)
    return build_design(days, white, log_determinant, annual, min_segment_epochs)


def annual_terms(days: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sine and cosine of the phase of the year since the first day, shapes (epochs,)."""
    phase = 2.0 * np.pi * (days - days[0]) / DAYS_PER_YEAR
    return np.sin(phase), np.cos(phase)


def build_design(
    days: NDArray[np.float64],
    white: NDArray[np.float64],
    log_determinant: float,
    annual: bool,
    min_segment_epochs: int,
) -> Design:
    """Build the designs of all models for the epochs of a track.

    Parameters
    ----------
    days : ndarray, shape (epochs,), float64
        Increasing acquisition times, days.
    white : ndarray, shape (rank, epochs)
        Whitening of the noise, see `hotslope.motion.whitening.whitening`.
    log_determinant : float
        Of the correlation matrix of the noise.
    annual : bool
        Whether an annual sine and cosine are nuisance terms of every model.
    min_segment_epochs : int
        Epochs at least on each side of a break.

    Returns
    -------
    Design
    """
    n = len(days)
    time = (days - 0.5 * (days[0] + days[-1])) / (0.5 * (days[-1] - days[0]))
    fixed = [np.ones(n), *(annual_terms(days) if annual else ()), time, time**2]
    basis = np.zeros((0, len(white)))
    information = 0.0
    for term in fixed:
        column = np.einsum("re,e->r", white, term)[None]
        unit, length = _unit(_beside(column, basis), np.sqrt(np.sum(column**2, axis=1)))
        basis = np.concatenate([basis, unit])
        if len(basis) < len(fixed):
            information += _log_square(length)[0]
    linear, square = basis[:-1], basis[-1]

    breaks = np.arange(min_segment_epochs, n - min_segment_epochs + 1)
    middle = 0.5 * (time[breaks - 1] + time[breaks])
    after = (np.arange(n) >= breaks[:, None]).astype(np.float64)
    kinks = np.einsum("re,be->br", white, after * (time - middle[:, None]))
    jumps = np.einsum("re,be->br", white, after)
    before = np.sqrt(np.sum(kinks**2, axis=1)), np.sqrt(np.sum(jumps**2, axis=1))
    kink, kink_length = _unit(_beside(kinks, linear), before[0])
    jumps = _beside(jumps, linear)
    along = np.zeros(len(breaks))
    for _ in range(2):
        share = np.sum(jumps * kink, axis=1)
        along += share
        jumps = jumps - share[:, None] * kink
    jump, jump_length = _unit(jumps, before[1])

    extra = np.ascontiguousarray(np.concatenate([square[None], kink, jump]).T)
    whiten = np.ascontiguousarray(white.T)
    missing = _beside(whiten, linear)
    log_information = information + np.concatenate(
        [[0.0], _log_square(length), _log_square(kink_length) + _log_square(jump_length)]
    )
    return Design(
        whiten=whiten,
        span=_span(whiten),
        base=np.ascontiguousarray(linear[:-1]),
        line=np.ascontiguousarray(linear[-1]),
        extra=extra,
        kink_length=kink_length,
        jump_along=along,
        jump_length=jump_length,
        middle=middle,
        time=time,
        min_segment_epochs=min_segment_epochs,
        missing=missing,
        missing_line=np.einsum("er,r->e", whiten, linear[-1]),
        missing_extra=np.einsum("er,rk->ek", missing, extra),
        missing_gram=np.einsum("er,fr->ef", missing, missing),
        log_determinant=log_determinant,
        log_information=log_information,
    )


def _span(whiten: NDArray[np.float64]) -> NDArray[np.int64]:
    """First column of each row that is not zero, and the end of them."""
    used = whiten != 0.0
    first = np.argmax(used, axis=1)
    last = whiten.shape[1] - np.argmax(used[:, ::-1], axis=1)
    return np.stack([first, np.where(used.any(axis=1), last, first)], axis=1)
