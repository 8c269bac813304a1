"""Missing epochs of a series: each is one more unknown, whose direction is projected out."""

import numpy as np

from hotslope.compiled import compiled
from hotslope.motion.designs import Design
from hotslope.motion.projection import dot

#: Squared length, of 1, below which a direction is not independent of missing epochs.
SINGULAR = 1e-9


@compiled
def load_series(displacement: np.ndarray, row: int, series: np.ndarray, gaps: np.ndarray) -> int:
    """Copy a row relative to its first value; return the number of missing epochs.

    Missing epochs are listed in `gaps` and filled linearly: their values do not matter, but
    large differences cost digits.
    """
    n = len(series)
    count = 0
    last = -1
    for i in range(n):
        value = float(displacement[row, i])
        if not np.isfinite(value):
            gaps[count] = i
            count += 1
            continue
        if last < 0:
            first = value
            series[:i] = 0.0
        series[i] = value - first
        if last >= 0:
            for k in range(last + 1, i):
                share = (k - last) / (i - last)
                series[k] = (1.0 - share) * series[last] + share * series[i]
        last = i
    series[last + 1 :] = series[last]
    return count


@compiled
def _extend_factor(
    factor: np.ndarray, rank: int, epoch: int, kept: np.ndarray, gram: np.ndarray
) -> float:
    """Append an epoch to a Cholesky factor; return its pivot, or 0 where it is dependent.

    Parameters
    ----------
    factor : ndarray, shape (epochs, epochs)
        Of the rows and columns `kept` of `gram`; its row `rank` is written.
    rank : int
        Number of rows so far.
    epoch : int
        Row of `gram` to append.
    kept : ndarray, shape (rank,), int64
        Rows of `gram` that the factor holds.
    gram : ndarray, shape (epochs, epochs)
        Dot products of the directions of all epochs.
    """
    pivot = gram[epoch, epoch]
    for q in range(rank):
        value = gram[epoch, kept[q]]
        for r in range(q):
            value -= factor[rank, r] * factor[q, r]
        factor[rank, q] = value / factor[q, q]
        pivot -= factor[rank, q] ** 2
    if pivot <= SINGULAR * gram[epoch, epoch]:
        return 0.0
    factor[rank, rank] = np.sqrt(pivot)
    return pivot


@compiled
def project_gaps(
    gaps: np.ndarray,
    design: Design,
    white: np.ndarray,
    dots: np.ndarray,
    squares: np.ndarray,
    cross: np.ndarray,
    factor: np.ndarray,
    columns: np.ndarray,
) -> tuple[float, float, float, float, int]:
    """Project the directions of the missing epochs out of a series and of the extra columns.

    Parameters
    ----------
    gaps : ndarray, shape (missing,), int64
        Missing epochs; overwritten by those that are independent.
    design : Design
        Of all epochs.
    white : ndarray, shape (rank,)
        Residuals of the line, the missing epochs filled with anything.
    dots : ndarray, shape (columns,)
        Their dot products with the extra columns; changed to what is left of them.
    squares, cross : ndarray, shapes (columns,) and (breaks,)
        Squared length of each extra column, and dot product of kink and jump at each break;
        changed to what is left of them.
    factor, columns : ndarray, shapes (epochs, epochs) and (epochs, columns)
        Room for the Cholesky factor, and for the columns along its directions.

    Returns
    -------
    line_change, spread, residual_change, log_determinant, rank
        What changes of the dot product with the line; how much its variance grows; what the
        missing epochs take of the residual sum of squares; log determinant and rank of the
        directions' normal matrix.
    """
    breaks = len(cross)
    line_change = 0.0
    spread = 0.0
    residual_change = 0.0
    log_determinant = 0.0
    rank = 0
    taken = np.empty(len(gaps))
    along = np.empty(len(gaps))
    for epoch in gaps:
        pivot = _extend_factor(factor, rank, epoch, gaps[:rank], design.missing_gram)
        if pivot == 0.0:
            continue
        root = factor[rank, rank]
        share = dot(design.missing[epoch], white)
        slope = design.missing_line[epoch]
        columns[rank] = design.missing_extra[epoch]
        for q in range(rank):
            part = factor[rank, q]
            share -= part * taken[q]
            slope -= part * along[q]
            for k in range(dots.size):
                columns[rank, k] -= part * columns[q, k]
        share /= root
        slope /= root
        for k in range(dots.size):
            columns[rank, k] /= root
            dots[k] -= share * columns[rank, k]
            squares[k] -= columns[rank, k] ** 2
        for b in range(breaks):
            cross[b] -= columns[rank, 1 + b] * columns[rank, 1 + breaks + b]
        gaps[rank] = epoch
        taken[rank] = share
        along[rank] = slope
        line_change -= slope * share
        spread += slope * slope
        residual_change += share * share
        log_determinant += np.log(pivot)
        rank += 1
    return line_change, spread, residual_change, log_determinant, rank
