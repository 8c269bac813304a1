"""Correction of p values for testing every point of a track."""

import numpy as np
import scipy


def corrected_p(p: np.ndarray, correction: str) -> np.ndarray:
    """Correct p values for their number.

    Parameters
    ----------
    p : ndarray, float64, shape (points,)
        Probabilities; NaN where not evaluated.
    correction : {"fdr", "none"}
        ``fdr``: Benjamini–Hochberg false discovery rate. ``none``: p as it is.

    Returns
    -------
    ndarray, float64, shape (points,)
        q values; NaN stays NaN and does not count as a test.

    Raises
    ------
    ValueError
        `correction` is none of the two.

    Notes
    -----
    Neighbouring Gi* share points and are positively dependent; Benjamini–Hochberg holds under
    such dependence.

    References
    ----------
    .. [1] Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. Journal of
       the Royal Statistical Society B 57, 289–300.
    .. [2] Benjamini, Y., Yekutieli, D. (2001). The control of the false discovery rate in
       multiple testing under dependency. Annals of Statistics 29, 1165–1188.
    """
    if correction not in ("fdr", "none"):
        raise ValueError(f"correction is {correction!r}: give 'fdr' or 'none'")
    if correction == "none":
        return np.array(p, dtype=np.float64)
    tested = np.isfinite(p)
    found = scipy.stats.false_discovery_control(p[tested])
    q = np.full(tested.shape, np.nan)
    q[tested] = found
    return q
