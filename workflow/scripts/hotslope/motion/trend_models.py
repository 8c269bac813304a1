"""Least-squares fits of the trend models to many series: residual sums of squares only."""

import numpy as np

from hotslope.compiled import compiled
from hotslope.motion.designs import Design

#: Columns of what `fit_series` returns.
MEAN, LINE, QUADRATIC, BROKEN, JUMP, JUMP_LENGTH, GAP, TURN, DIMENSIONS = range(9)
COLUMNS = 9
#: Residuals below this share of the signal's own variance are rounding, not noise.
_ROUNDING = 1e-10
#: Squared length, of 1, below which a direction is not independent of missing epochs.
_SINGULAR = 1e-9


@compiled
def _load(displacement: np.ndarray, row: int, series: np.ndarray, gaps: np.ndarray) -> int:
    """Copy a row relative to its first value; return the number of missing epochs.

    Missing epochs are listed in `gaps` and filled linearly: their values do not matter, but
    what is far off costs digits.
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
def _dot(a: np.ndarray, b: np.ndarray) -> float:
    """Dot product, summed from first to last."""
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@compiled
def _project(
    series: np.ndarray, design: Design, white: np.ndarray, dots: np.ndarray
) -> tuple[float, float]:
    """Whiten a series and reduce it to its residuals of the line, in `white`.

    Returns the dot product with the line and the residual sum of squares; `dots` receives
    the dot products with the columns of `design.extra`.
    """
    white[:] = 0.0
    for i in range(len(series)):
        value = series[i]
        for k in range(design.span[i, 0], design.span[i, 1]):
            white[k] += value * design.whiten[i, k]
    for k in range(design.base.shape[0]):
        along = _dot(design.base[k], white)
        for i in range(len(white)):
            white[i] -= along * design.base[k, i]
    along = _dot(design.line, white)
    line = 0.0
    for i in range(len(white)):
        white[i] -= along * design.line[i]
        line += white[i] * white[i]
    _dot_columns(white, design.extra, dots)
    return along, line


@compiled
def _dot_columns(series: np.ndarray, columns: np.ndarray, dots: np.ndarray) -> None:
    """Dot products of a series with all columns, each summed from first to last epoch.

    Four epochs at a time: the order of every sum is the same, with a quarter of the traffic;
    the machine takes several columns at once.
    """
    n = len(series)
    dots[:] = 0.0
    whole = n - n % 4
    for i in range(0, whole, 4):
        a, b, c, d = series[i], series[i + 1], series[i + 2], series[i + 3]
        for k in range(dots.size):
            dots[k] = (
                dots[k]
                + a * columns[i, k]
                + b * columns[i + 1, k]
                + c * columns[i + 2, k]
                + d * columns[i + 3, k]
            )
    for i in range(whole, n):
        for k in range(dots.size):
            dots[k] += series[i] * columns[i, k]


@compiled
def _project_gaps(
    gaps: np.ndarray,
    design: Design,
    white: np.ndarray,
    dots: np.ndarray,
    gram: np.ndarray,
    factor: np.ndarray,
    columns: np.ndarray,
) -> tuple[float, float, float, float, int]:
    """Project the directions of the missing epochs out of a series and of the extra columns.

    Parameters
    ----------
    gaps : ndarray, shape (missing,), int64
        Missing epochs.
    design : Design
        Of all epochs.
    white : ndarray, shape (rank,)
        Residuals of the line, the missing epochs filled with anything.
    dots : ndarray, shape (columns,)
        Their dot products with the extra columns; changed to what is left of them.
    gram : ndarray, shape (3, columns)
        Receives the squared length left of each column and, in its last row from column 1 on,
        the dot product of what is left of kink and jump.
    factor, columns : ndarray, shapes (epochs, epochs) and (epochs, columns)
        Room for the Cholesky factor, and for the columns along its directions.

    Returns
    -------
    line_change, spread, residual_change, log_determinant, rank
        What changes of the dot product with the line; how much its variance grows; what the
        missing epochs take of the residual sum of squares; log determinant and rank of the
        directions' normal matrix.
    """
    breaks = len(design.middle)
    gram[:2] = 1.0
    gram[2] = 0.0
    line_change = 0.0
    spread = 0.0
    residual_change = 0.0
    log_determinant = 0.0
    rank = 0
    taken = np.empty(len(gaps))
    along = np.empty(len(gaps))
    for p in range(len(gaps)):
        epoch = gaps[p]
        pivot = design.missing_gram[epoch, epoch]
        scale = pivot
        for q in range(rank):
            value = design.missing_gram[epoch, gaps[q]]
            for r in range(q):
                value -= factor[rank, r] * factor[q, r]
            factor[rank, q] = value / factor[q, q]
            pivot -= factor[rank, q] ** 2
        if pivot <= _SINGULAR * scale:
            continue
        root = np.sqrt(pivot)
        factor[rank, rank] = root
        share = _dot(design.missing[epoch], white)
        slope = design.missing_line[epoch]
        for k in range(dots.size):
            columns[rank, k] = design.missing_extra[epoch, k]
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
            gram[0, k] -= columns[rank, k] ** 2
        for b in range(breaks):
            gram[2, 1 + b] -= columns[rank, 1 + b] * columns[rank, 1 + breaks + b]
        gaps[rank] = epoch
        taken[rank] = share
        along[rank] = slope
        line_change -= slope * share
        spread += slope * slope
        residual_change += share * share
        log_determinant += np.log(pivot)
        rank += 1
    return line_change, spread, residual_change, log_determinant, rank


@compiled
def _allowed(seen: np.ndarray, segment: int, neighbour: np.ndarray) -> None:
    """Write the last observed epoch before each break, -1 where no break is allowed."""
    n = len(seen)
    total = 0
    for i in range(n):
        total += seen[i]
    before = 0
    last = -1
    for i in range(n):
        b = i - segment
        if 0 <= b < len(neighbour):
            enough = before >= segment and total - before >= segment
            neighbour[b] = last if seen[i] and enough else -1
        if seen[i]:
            before += 1
            last = i


@compiled
def _gain(dots: np.ndarray, gram: np.ndarray, b: int, breaks: int) -> tuple[float, float]:
    """Return what kink and jump explain together, and the determinant of their normal matrix."""
    kink, jump = dots[1 + b], dots[1 + breaks + b]
    first, second, cross = gram[0, 1 + b], gram[0, 1 + breaks + b], gram[2, 1 + b]
    determinant = first * second - cross * cross
    if determinant <= _SINGULAR:
        return 0.0, 0.0
    return (second * kink**2 - 2.0 * cross * kink * jump + first * jump**2) / determinant, (
        determinant
    )


@compiled
def _along(
    pair: tuple[float, float, float], a: tuple[float, float], b: tuple[float, float]
) -> float:
    """Dot product of two vectors given by coefficients of kink and jump."""
    return pair[0] * a[0] * b[0] + pair[1] * a[1] * b[1] + pair[2] * (a[0] * b[1] + a[1] * b[0])


@compiled
def _beside(
    pair: tuple[float, float, float],
    dots: tuple[float, float],
    one: tuple[float, float],
    other: tuple[float, float],
) -> tuple[float, float]:
    """Signed root of what vector `one` explains beside `other`, and its length beside it."""
    length = _along(pair, one, one)
    value = one[0] * dots[0] + one[1] * dots[1]
    rest = _along(pair, other, other)
    if rest > 0.0:
        share = _along(pair, one, other) / rest
        length -= share * share * rest
        value -= share * (other[0] * dots[0] + other[1] * dots[1])
    if length <= _SINGULAR * _along(pair, one, one):
        return 0.0, 1.0
    return value / np.sqrt(length), np.sqrt(length)


@compiled
def _summarise_break(
    best: int, previous: int, dots: np.ndarray, gram: np.ndarray, design: Design, out: np.ndarray
) -> None:
    """Write what is between the two lines at the best break."""
    breaks = len(design.middle)
    pair = gram[0, 1 + best], gram[0, 1 + breaks + best], gram[2, 1 + best]
    found = dots[1 + best], dots[1 + breaks + best]
    jump = design.jump_along[best], design.jump_length[best]
    before = design.time[previous]
    after = design.time[design.min_segment_epochs + best]
    gaps = np.empty(2)
    for side, time in enumerate((before, after)):
        shift = design.middle[best] - time
        meeting = design.kink_length[best] + shift * jump[0], shift * jump[1]
        gaps[side] = _beside(pair, found, jump, meeting)[0]
    shift = design.middle[best] - 0.5 * (before + after)
    kink = design.kink_length[best] + shift * jump[0], shift * jump[1]
    out[JUMP], out[JUMP_LENGTH] = _beside(pair, found, jump, kink)
    # lines that cross between the epochs beside the break meet there
    out[GAP] = min(abs(gaps[0]), abs(gaps[1])) if gaps[0] * gaps[1] > 0.0 else 0.0
    out[TURN] = _beside(pair, found, kink, jump)[0]


@compiled
def fit_series(displacement: np.ndarray, rows: np.ndarray, design: Design, out: np.ndarray) -> None:
    """Fit all models to series.

    Parameters
    ----------
    displacement : ndarray, shape (series, epochs)
        Displacements, mm; anything not finite is missing.
    rows : ndarray, shape (part,)
        Rows to fit; each has a value.
    design : Design
        Of the epochs.
    out : ndarray, shape (series, 9), float64
        Receives, per row: whitened residual sums of squares (mm²) of the mean, the line, the
        quadratic and the best two lines; the jump coefficient at the best break, and the
        length that turns it into mm; what a gap between the lines, and a change of slope,
        explain beside all other terms (square roots, mm); and the number of dimensions that
        the residuals with no model have. No possible break: infinity, zeros.
    """
    n = displacement.shape[1]
    breaks = len(design.middle)
    series, white = np.empty(n), np.empty(len(design.line))
    dots, gaps = np.empty(1 + 2 * breaks), np.empty(n, np.int64)
    gram = np.ones((3, dots.size))
    factor, columns = np.empty((n, n)), np.empty((n, dots.size))
    seen, neighbour = np.ones(n, np.bool_), np.empty(breaks, np.int64)
    for row in rows:
        count = _load(displacement, row, series, gaps)
        along, line = _project(series, design, white, dots)
        spread, rank = 1.0, 0
        seen[:] = True
        seen[gaps[:count]] = False
        gram[:2] = 1.0
        gram[2] = 0.0
        if count:
            change, wider, taken, _, rank = _project_gaps(
                gaps[:count], design, white, dots, gram, factor, columns
            )
            along, spread, line = along + change, 1.0 + wider, max(line - taken, 0.0)
        mean = line + along**2 / spread
        rounding = _ROUNDING * mean + 1e-300
        out[row, MEAN] = mean
        out[row, LINE] = max(line, rounding)
        square = dots[0] ** 2 / gram[0, 0] if gram[0, 0] > _SINGULAR else 0.0
        out[row, QUADRATIC] = max(line - square, rounding)
        out[row, DIMENSIONS] = len(design.line) - rank
        _allowed(seen, design.min_segment_epochs, neighbour)
        best, most = -1, -1.0
        for b in range(breaks):
            if neighbour[b] >= 0:
                gain = _gain(dots, gram, b, breaks)[0]
                if gain > most:
                    best, most = b, gain
        out[row, BROKEN] = np.inf
        out[row, JUMP : TURN + 1] = 0.0
        out[row, JUMP_LENGTH] = 1.0
        if best >= 0:
            out[row, BROKEN] = max(line - most, rounding)
            _summarise_break(best, neighbour[best], dots, gram, design, out[row])


@compiled
def weigh_series(
    displacement: np.ndarray,
    rows: np.ndarray,
    design: Design,
    information: np.ndarray,
    reference: np.ndarray,
    out: np.ndarray,
) -> None:
    """Log evidence for line, quadratic and two lines under the noise of `design`.

    Parameters
    ----------
    displacement, rows : ndarray
        As in `fit_series`.
    design : Design
        Of the epochs, with noise of full rank.
    information : ndarray, shape (2 + breaks,)
        `log_information` of the design with white noise.
    reference : ndarray, shape (series, 9)
        What `fit_series` wrote for white noise; sets the scale of the prior.
    out : ndarray, shape (series, 3), float64
        Receives the log evidence, up to a constant per row.

    Notes
    -----
    Restricted likelihood, so that fitting lines does not pull the autocorrelation down, with a
    unit-information prior on the coefficients, so that models of different size compare as by
    BIC. The break is averaged over, not chosen: a chosen break would take up the slow swings of
    correlated noise and again pull the autocorrelation down.
    """
    n = displacement.shape[1]
    breaks = len(design.middle)
    series, white = np.empty(n), np.empty(len(design.line))
    dots, gaps = np.empty(1 + 2 * breaks), np.empty(n, np.int64)
    gram = np.ones((3, dots.size))
    factor, columns = np.empty((n, n)), np.empty((n, dots.size))
    seen, neighbour = np.ones(n, np.bool_), np.empty(breaks, np.int64)
    change = design.log_information - information
    terms = design.base.shape[0] + 1
    each = np.empty(breaks)
    for row in rows:
        count = _load(displacement, row, series, gaps)
        along, line = _project(series, design, white, dots)
        log_determinant, rank = design.log_determinant, 0
        seen[:] = True
        seen[gaps[:count]] = False
        gram[:2] = 1.0
        gram[2] = 0.0
        if count:
            shift, _, taken, missing, rank = _project_gaps(
                gaps[:count], design, white, dots, gram, factor, columns
            )
            along, line = along + shift, max(line - taken, 0.0)
            log_determinant += missing
        size = len(design.line) - rank
        tiny = max(_ROUNDING * (line + along**2), 1e-300)
        for model in range(2):
            free = size - terms - model
            square = dots[0] ** 2 / gram[0, 0] if gram[0, 0] > _SINGULAR else 0.0
            left = np.log(gram[0, 0]) if model and gram[0, 0] > _SINGULAR else 0.0
            residual = max(line - model * square, tiny)
            prior = (terms + model) * np.log(size * max(reference[row, LINE + model], tiny))
            out[row, model] = -0.5 * (
                free * np.log(residual) + prior + change[model] + left + log_determinant
            )
        _allowed(seen, design.min_segment_epochs, neighbour)
        prior = (terms + 2) * np.log(size * max(reference[row, BROKEN], tiny))
        most, possible = -np.inf, 0
        for b in range(breaks):
            each[b] = -np.inf
            if neighbour[b] < 0:
                continue
            gain, determinant = _gain(dots, gram, b, breaks)
            if determinant > 0.0:
                residual = max(line - gain, tiny)
                left = change[2 + b] + np.log(determinant) + log_determinant
                each[b] = -0.5 * ((size - terms - 2) * np.log(residual) + prior + left)
                most = max(most, each[b])
                possible += 1
        total = 0.0
        for b in range(breaks):
            if each[b] > -np.inf:
                total += np.exp(each[b] - most)
        out[row, 2] = most + np.log(total / possible) if possible else -np.inf
