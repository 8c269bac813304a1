"""Noise that is correlated in time."""

import numpy as np
from numpy.typing import NDArray


def ar1_noise(
    count: int,
    days: NDArray[np.float64],
    rho: float,
    step_days: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Draw stationary AR(1) noise of unit variance over uneven gaps, shape (count, epochs)."""
    noise = rng.standard_normal((count, len(days)))
    if rho > 0.0:
        carry = rho ** (np.diff(days) / step_days)
        for i, c in enumerate(carry, start=1):
            noise[:, i] = c * noise[:, i - 1] + np.sqrt(1.0 - c**2) * noise[:, i]
    return noise
