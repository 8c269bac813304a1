"""How many of the series of a track are independent: neighbours share atmosphere."""

import numpy as np
from numpy.typing import NDArray

#: Median of the square of a standard normal number.
MEDIAN_SQUARE = 0.4549


def independent_share(
    displacement_mm: NDArray[np.floating], correlation: NDArray[np.float64]
) -> float:
    """Return the effective number of independent series as a share of all.

    Parameters
    ----------
    displacement_mm : ndarray, shape (series, epochs)
        Series, mm.
    correlation : ndarray, shape (epochs, epochs)
        Of the noise.

    Notes
    -----
    1 / (1 + (N − 1) r²), with r² the median squared correlation of the differences of
    neighbouring epochs in pairs of series, over that of normal numbers, less the reciprocal of
    their effective number, which independent series have. Differences hold little motion; their
    common part at an epoch (the median) is removed; and a median over pairs, because few
    series that move alike carry no information on the noise of the others.
    """
    steps = np.diff(np.where(np.isfinite(displacement_mm), displacement_mm, np.nan), axis=1)
    seen = np.isfinite(steps)
    common = np.zeros(steps.shape[1])
    common[seen.any(axis=0)] = np.nanmedian(steps[:, seen.any(axis=0)], axis=0)
    steps = np.where(seen, steps - common, 0.0)
    power = np.sqrt(np.sum(steps**2, axis=1))
    steps = steps[power > 0.0] / power[power > 0.0, None]
    count = len(steps)
    if count < 2:
        return 1.0
    stepwise = np.diff(np.diff(correlation, axis=0), axis=1)
    effective = np.trace(stepwise) ** 2 / np.sum(stepwise**2)
    alike = np.einsum("se,te->st", steps, steps)[np.triu_indices(count, 1)] ** 2
    excess = max(float(np.median(alike)) / MEDIAN_SQUARE - 1.0 / effective, 0.0)
    return float(1.0 / (1.0 + (count - 1) * excess))
