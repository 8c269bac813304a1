"""Lag-one autocorrelation of regression residuals, freed of the bias that regression gives it."""

import numpy as np
from numpy.typing import NDArray

from hotslope.motion.designs import annual_terms
from hotslope.motion.epochs import Observed

_RHO = np.linspace(0.0, 0.95, 96)


def median_lag_one(
    displacement_mm: NDArray[np.floating], observed: Observed, days: NDArray[np.float64]
) -> float | None:
    """Return the median corrected lag-one autocorrelation of series about their lines.

    Parameters
    ----------
    displacement_mm : ndarray, shape (series, epochs)
        Displacements, mm.
    observed : Observed
        What of them was observed; series with missing epochs are not used.
    days : ndarray, shape (epochs,)
        Acquisition times, days.

    Returns
    -------
    float or None
        Over the median time gap, in [0, 0.95], to four decimals; none without complete series.

    Notes
    -----
    Residuals e = M y of a regression on line (and annual term) have
    E(e'Le) / E(e'e) = tr(L M V M) / tr(M V M), V the AR(1) correlation over the actual gaps and
    L the symmetrised shift; this curve of ρ is inverted. A few series that step hardly
    change the median; where many do, it is too high. It is reported as a check on
    `hotslope.motion.track_noise.estimate_noise`, which separates steps from noise.
    """
    count = len(days)
    rows = np.flatnonzero(observed.epochs == count)
    if rows.size == 0:
        return None
    columns = [np.ones(count), days]
    if observed.annual[rows[0]]:
        columns += annual_terms(days)
    basis, _ = np.linalg.qr(np.column_stack(columns))
    maker = np.eye(count) - basis @ basis.T
    shift = 0.5 * (np.eye(count, k=1) + np.eye(count, k=-1))
    gaps = np.abs(days[:, None] - days) / np.median(np.diff(days))
    expected = []
    for rho in _RHO:
        correlation = maker @ (np.eye(count) if rho == 0.0 else rho**gaps) @ maker
        expected.append(np.sum(shift * correlation) / np.trace(correlation))

    series = displacement_mm[rows].astype(np.float64)
    residual = (series - series[:, :1]) @ maker
    power = np.sum(residual**2, axis=1)
    usable = power > 0.0
    if not usable.any():
        return 0.0
    product = np.sum(residual[usable, 1:] * residual[usable, :-1], axis=1)
    # rounded, because products of matrices differ in the last digits between machines
    return round(float(np.interp(np.median(product / power[usable]), expected, _RHO)), 4)
