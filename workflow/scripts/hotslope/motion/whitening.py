"""Whitening of correlated noise, and drawing of it."""

import numpy as np
from numpy.typing import NDArray

from hotslope.compiled import compiled
from hotslope.motion.noise_models import AR1, NoiseModel

#: Directions whose variance is below this share of the mean variance are left out of the tests:
#: what a filter has removed is not known well enough to divide by.
RANK_TOLERANCE = 0.01


def whitening(
    model: NoiseModel, days: NDArray[np.float64], tolerance: float
) -> tuple[NDArray[np.float64], float]:
    """Return W with W V Wᵀ = I, shape (rank, epochs), and ln|V|.

    Parameters
    ----------
    model : NoiseModel
        The noise.
    days : ndarray, shape (epochs,)
        Acquisition times, days.
    tolerance : float
        Directions with less than this share of the mean variance are left out; 0: none is.

    Notes
    -----
    AR(1) alone is whitened epoch by epoch (Prais and Winsten), any other noise along the
    eigenvectors of V.
    """
    count = len(days)
    if model.kind == AR1 and model.white == 0.0:
        white = np.eye(count)
        carry = np.zeros(count - 1)
        if model.parameter > 0.0:
            carry = model.parameter ** (np.diff(days) / model.step_days)
        scale = 1.0 / np.sqrt(1.0 - carry**2)
        index = np.arange(1, count)
        white[index, index] = scale
        white[index, index - 1] = -scale * carry
        return white, float(-2.0 * np.sum(np.log(scale)))
    correlation = model.correlation(days)
    if tolerance == 0.0:
        return _inverse_factor(correlation)
    value, vector = np.linalg.eigh(correlation)
    kept = value > tolerance * value.mean()
    white = vector[:, kept].T / np.sqrt(value[kept])[:, None]
    return np.ascontiguousarray(white), float(np.sum(np.log(value[kept])))


@compiled
def _inverse_factor(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    """Inverse of the lower Cholesky factor of a matrix, and the log of the matrix' determinant.

    Plain loops: the matrices are small, and the last digits do not depend on threads.
    """
    n = len(matrix)
    factor = np.zeros((n, n))
    inverse = np.zeros((n, n))
    log_determinant = 0.0
    for i in range(n):
        for j in range(i):
            value = matrix[i, j]
            for k in range(j):
                value -= factor[i, k] * factor[j, k]
            factor[i, j] = value / factor[j, j]
        pivot = matrix[i, i]
        for k in range(i):
            pivot -= factor[i, k] ** 2
        factor[i, i] = np.sqrt(pivot)
        log_determinant += np.log(pivot)
        inverse[i, i] = 1.0
        for j in range(i):
            inverse[i] -= factor[i, j] * inverse[j]
        inverse[i] /= factor[i, i]
    return inverse, log_determinant


def draw_noise(
    model: NoiseModel, days: NDArray[np.float64], count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw noise of mean variance 1, shape (count, epochs)."""
    value, vector = np.linalg.eigh(model.correlation(days))
    factor = vector * np.sqrt(np.maximum(value, 0.0))
    return np.einsum("sk,ek->se", rng.standard_normal((count, len(days))), factor)
