"""Least-squares fits of the trend models to many series: residual sums of squares only."""

import numpy as np

from hotslope.compiled import compiled
from hotslope.motion.designs import Design

#: Columns of what `fit_group` returns.
MEAN, LINE, QUADRATIC, BROKEN, JUMP, JUMP_LENGTH, GAP, TURN = range(8)
COLUMNS = 8
#: Residuals below this share of the signal's own variance are rounding, not noise.
_ROUNDING = 1e-10


@compiled
def _dot(a: np.ndarray, b: np.ndarray) -> float:
    """Dot product in four interleaved sums, so that no addition waits for the one before."""
    n = len(a)
    whole = n - n % 4
    s = t = u = v = 0.0
    for i in range(0, whole, 4):
        s += a[i] * b[i]
        t += a[i + 1] * b[i + 1]
        u += a[i + 2] * b[i + 2]
        v += a[i + 3] * b[i + 3]
    for i in range(whole, n):
        s += a[i] * b[i]
    return (s + t) + (u + v)


@compiled
def _subtract(series: np.ndarray, direction: np.ndarray, amount: float) -> None:
    for i in range(len(series)):
        series[i] -= amount * direction[i]


@compiled
def _project(series: np.ndarray, design: Design, work: np.ndarray) -> tuple[float, float]:
    """Whiten a series in place, reduce it to its residuals of the line, and project those.

    Returns the residual sums of squares of the mean and of the line; `work` receives the dot
    products with the columns of `design.extra`.
    """
    n = len(series)
    # from the end, because each epoch needs the raw one before it
    for i in range(n - 1, 0, -1):
        series[i] = design.scale[i] * (series[i] - design.carry[i] * series[i - 1])
    for k in range(design.base.shape[0]):
        dot = 0.0
        for i in range(n):
            dot += design.base[k, i] * series[i]
        for i in range(n):
            series[i] -= dot * design.base[k, i]
    dot = 0.0
    mean = 0.0
    for i in range(n):
        dot += design.line[i] * series[i]
        mean += series[i] * series[i]
    line = 0.0
    for i in range(n):
        series[i] -= dot * design.line[i]
        line += series[i] * series[i]
    _dot_columns(series, design.extra, work)
    return mean, line


@compiled
def _dot_columns(series: np.ndarray, columns: np.ndarray, work: np.ndarray) -> None:
    """Dot products of a series with all columns, each summed from first to last epoch.

    Four epochs at a time: the order of every sum is the same, with a quarter of the traffic;
    the machine takes several columns at once.
    """
    n = len(series)
    work[:] = 0.0
    whole = n - n % 4
    for i in range(0, whole, 4):
        a, b, c, d = series[i], series[i + 1], series[i + 2], series[i + 3]
        for k in range(work.size):
            work[k] = (
                work[k]
                + a * columns[i, k]
                + b * columns[i + 1, k]
                + c * columns[i + 2, k]
                + d * columns[i + 3, k]
            )
    for i in range(whole, n):
        for k in range(work.size):
            work[k] += series[i] * columns[i, k]


@compiled
def _summarise(mean: float, line: float, work: np.ndarray, design: Design, out: np.ndarray) -> None:
    """Write the results of one series from its projections."""
    count = len(design.breaks)
    best = -1
    most = -1.0
    for b in range(count):
        gain = work[1 + b] ** 2 + work[1 + count + b] ** 2
        if gain > most:
            most = gain
            best = b
    rounding = _ROUNDING * mean + 1e-300
    out[MEAN] = mean
    out[LINE] = max(line, rounding)
    out[QUADRATIC] = max(line - work[0] ** 2, rounding)
    if best < 0:
        out[BROKEN] = np.inf
        out[JUMP] = 0.0
        out[JUMP_LENGTH] = 1.0
        out[GAP] = 0.0
        out[TURN] = 0.0
        return
    kink = work[1 + best]
    jump = work[1 + count + best]
    out[BROKEN] = max(line - most, rounding)
    out[JUMP] = jump
    out[JUMP_LENGTH] = design.jump_length[best]
    # lines that cross between the epochs beside the break meet there
    before = design.gap[best, 0, 0] * kink + design.gap[best, 0, 1] * jump
    after = design.gap[best, 1, 0] * kink + design.gap[best, 1, 1] * jump
    out[GAP] = min(abs(before), abs(after)) if before * after > 0.0 else 0.0
    out[TURN] = design.turn[best, 0] * kink + design.turn[best, 1] * jump


@compiled
def _load(displacement: np.ndarray, row: int, epochs: np.ndarray, series: np.ndarray) -> None:
    """Copy the observed epochs of a row, relative to the first."""
    first = float(displacement[row, epochs[0]])
    for i in range(len(epochs)):
        series[i] = displacement[row, epochs[i]] - first


@compiled
def fit_group(
    displacement: np.ndarray, rows: np.ndarray, epochs: np.ndarray, design: Design, out: np.ndarray
) -> None:
    """Fit all models to the rows that share a set of epochs.

    Parameters
    ----------
    displacement : ndarray, shape (series, epochs)
        Displacements, mm.
    rows : ndarray, shape (group,)
        Rows to fit; none has a missing value at `epochs`.
    epochs : ndarray, shape (observed,)
        Columns to use.
    design : Design
        Of these epochs.
    out : ndarray, shape (series, 8), float64
        Receives, per row: whitened residual sums of squares (mm²) of the mean, the line, the
        quadratic and the best two lines; the jump coefficient at the best break, and the
        length that turns it into mm; what a gap between the lines, and a change of slope,
        explain beside all other terms (square roots, mm). No possible break: infinity, zeros.
    """
    series = np.empty(len(epochs))
    work = np.empty(design.extra.shape[1])
    for row in rows:
        _load(displacement, row, epochs, series)
        mean, line = _project(series, design, work)
        _summarise(mean, line, work, design, out[row])


@compiled
def weigh_group(
    displacement: np.ndarray,
    rows: np.ndarray,
    epochs: np.ndarray,
    design: Design,
    white: Design,
    reference: np.ndarray,
    out: np.ndarray,
) -> None:
    """Log evidence for line, quadratic and two lines at the autocorrelation of `design`.

    Parameters
    ----------
    displacement, rows, epochs : ndarray
        As in `fit_group`.
    design, white : Design
        Of these epochs, at the autocorrelation in question and at 0.
    reference : ndarray, shape (series, 8)
        What `fit_group` wrote at autocorrelation 0; sets the scale of the prior.
    out : ndarray, shape (series, 3), float64
        Receives the log evidence, up to a constant per row.

    Notes
    -----
    Restricted likelihood, so that fitting lines does not pull the autocorrelation down, with a
    unit-information prior on the coefficients, so that models of different size compare as by
    BIC. The break is averaged over, not chosen: a chosen break would take up the slow swings of
    correlated noise and again pull the autocorrelation down.
    """
    n = len(epochs)
    series = np.empty(n)
    work = np.empty(design.extra.shape[1])
    count = len(design.breaks)
    change = design.log_information - white.log_information
    terms = design.base.shape[0] + 1
    each = np.empty(count)
    for row in rows:
        _load(displacement, row, epochs, series)
        mean, line = _project(series, design, work)
        tiny = max(_ROUNDING * mean, 1e-300)
        for model in range(2):
            size = terms + model
            residual = max(line - model * work[0] ** 2, tiny)
            prior = size * np.log(n * max(reference[row, LINE + model], tiny))
            out[row, model] = -0.5 * (
                (n - size) * np.log(residual) + prior + change[model] + design.log_determinant
            )
        size = terms + 2
        most = -np.inf
        prior = size * np.log(n * max(reference[row, BROKEN], tiny))
        for b in range(count):
            residual = max(line - work[1 + b] ** 2 - work[1 + count + b] ** 2, tiny)
            each[b] = -0.5 * (
                (n - size) * np.log(residual) + prior + change[2 + b] + design.log_determinant
            )
            most = max(most, each[b])
        total = 0.0
        for b in range(count):
            total += np.exp(each[b] - most)
        out[row, 2] = most + np.log(total / count) if count else -np.inf
