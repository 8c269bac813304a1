"""Interferograms that contradict the others of their network: conjugated, or of other dates."""

import numpy as np

from hotslope.interferometry.network import pair_matrix

#: An interferogram is conjugated where it follows what the others predict by less than this.
_CONJUGATED = -0.5
#: Points of an interferogram by which it can be judged.
_MIN_POINTS = 30
#: An interferogram with less of its own in the network is predicted by others.
_MAX_LEVERAGE = 0.999


def agreement_with_others(phase_rad: np.ndarray, pairs: np.ndarray, count: int) -> np.ndarray:
    """Correlate each interferogram with what the others of the network predict of it.

    Parameters
    ----------
    phase_rad : ndarray, shape (points, pairs)
        Unwrapped phase; points with a missing value are left out.
    pairs : ndarray of int, shape (pairs, 2)
        Positions of the earlier and the later acquisition.
    count : int
        Number of acquisitions.

    Returns
    -------
    ndarray, float64, shape (pairs,)
        Correlation over the points, about −1 where an interferogram is conjugated; NaN where no
        loop of the network holds it, or too few points are complete.

    Notes
    -----
    Without its own weight in the fit, an interferogram of residual r and leverage h has the
    residual r / (1 − h).
    """
    complete = phase_rad[np.isfinite(phase_rad).all(axis=1)].astype(np.float64)
    agreement = np.full(len(pairs), np.nan)
    if len(complete) < _MIN_POINTS:
        return agreement
    matrix = pair_matrix(pairs, count)
    hat = matrix @ np.linalg.pinv(matrix)
    residual = complete - complete @ hat.T
    leverage = np.diag(hat)
    for index in np.flatnonzero(leverage < _MAX_LEVERAGE):
        own = complete[:, index]
        predicted = own - residual[:, index] / (1.0 - leverage[index])
        if own.std() > 0 and predicted.std() > 0:
            agreement[index] = np.corrcoef(own, predicted)[0, 1]
    return agreement


def conjugated(agreement: np.ndarray) -> np.ndarray:
    """Return the positions of interferograms that the others predict with the opposite sign.

    The one that agrees least comes first. One that is conjugated spoils what is predicted of its
    neighbours, so that only the first is certain.
    """
    order = np.argsort(np.where(np.isnan(agreement), np.inf, agreement), kind="stable")
    return order[agreement[order] < _CONJUGATED]
