"""Evidence of the trend models for one model of the noise: restricted likelihood and prior."""

import numpy as np

from hotslope.compiled import compiled
from hotslope.motion.breaks import explained
from hotslope.motion.designs import Design
from hotslope.motion.missing_epochs import SINGULAR
from hotslope.motion.reduction import make_room, reduce_series
from hotslope.motion.trend_models import BROKEN, LINE, ROUNDING


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
        As in `hotslope.motion.trend_models.fit_series`.
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
    Restricted likelihood, so that fitting lines does not bias the autocorrelation low, with a
    unit-information prior on the coefficients, so that models of different size compare as by
    BIC. The break is averaged over, not chosen: the best break fits the slow swings of
    correlated noise, which would again bias the autocorrelation low.
    """
    room = make_room(design)
    change = design.log_information - information
    terms = design.base.shape[0] + 1
    each = np.empty(len(room.previous))
    for row in rows:
        along, _, line, missing, rank = reduce_series(displacement, row, design, room)
        log_determinant = design.log_determinant + missing
        size = len(design.line) - rank
        tiny = max(ROUNDING * (line + along**2), 1e-300)
        independent = room.squares[0] > SINGULAR
        square = room.dots[0] ** 2 / room.squares[0] if independent else 0.0
        for model in range(2):
            free = size - terms - model
            left = np.log(room.squares[0]) if model and independent else 0.0
            residual = max(line - model * square, tiny)
            prior = (terms + model) * np.log(size * max(reference[row, LINE + model], tiny))
            out[row, model] = -0.5 * (
                free * np.log(residual) + prior + change[model] + left + log_determinant
            )
        prior = (terms + 2) * np.log(size * max(reference[row, BROKEN], tiny))
        most, possible = -np.inf, 0
        for b in range(len(each)):
            each[b] = -np.inf
            if room.previous[b] < 0:
                continue
            gain, determinant = explained(room.dots, room.squares, room.cross, b)
            if determinant > 0.0:
                residual = max(line - gain, tiny)
                left = change[2 + b] + np.log(determinant) + log_determinant
                each[b] = -0.5 * ((size - terms - 2) * np.log(residual) + prior + left)
                most = max(most, each[b])
                possible += 1
        total = 0.0
        for b in range(len(each)):
            if each[b] > -np.inf:
                total += np.exp(each[b] - most)
        out[row, 2] = most + np.log(total / possible) if possible else -np.inf
