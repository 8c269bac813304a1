"""Which changes could be noise: control bodies, false discovery rate, probability of noise."""

import numpy as np
import scipy

#: Controls below this number do not correct the standard errors.
MIN_CONTROLS = 20
#: Prior of the two groups: so many candidates count beforehand, of which this share is stable.
_PRIOR_WEIGHT, _PRIOR_STABLE = 10.0, 0.9
_LEAST_SPREAD = 3.0
_SWEEPS = 200


def inflation_of(control_z: np.ndarray) -> float:
    """Return the factor by which standard errors are too small, at least 1.

    Parameters
    ----------
    control_z : ndarray, float64, shape (controls,)
        Change over standard error of bodies of quiet points, which do not change.

    Notes
    -----
    The robust standard deviation about 0: a few controls on ground that does change have no weight.
    """
    known = control_z[np.isfinite(control_z)]
    if known.size < MIN_CONTROLS:
        return 1.0
    return max(float(np.median(np.abs(known)) / scipy.stats.norm.ppf(0.75)), 1.0)


def false_discovery_rates(p: np.ndarray) -> np.ndarray:
    """Return q of Benjamini and Hochberg; NaN where p is."""
    q = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if known.any():
        q[known] = scipy.stats.false_discovery_control(p[known])
    return q


def family_wise(p: np.ndarray, tests: int) -> np.ndarray:
    """Return the probability that noise alone gives a change as clear in any of many tests.

    Parameters
    ----------
    p : ndarray, float64
        p of each change; NaN where there is none.
    tests : int
        Of all candidates in all updates so far.

    Returns
    -------
    ndarray, float64
        1 − (1 − p)^tests. Windows of successive updates overlap, so tests go together, and this is
        an upper bound for them (Šidák 1967, for correlated normal variables).
    """
    return -np.expm1(tests * np.log1p(-np.minimum(p, 1.0 - 1e-16)))


def noise_probability(p: np.ndarray) -> np.ndarray:
    """Return the probability that a change is noise (local false discovery rate).

    Parameters
    ----------
    p : ndarray, float64, shape (candidates,)
        p of each change; NaN where there is none.

    Notes
    -----
    z = Φ⁻¹(1 − p/2) of a mixture of stable candidates, |N(0, 1)|, and changed ones, |N(0, s²)|
    with s ≥ 3, fitted by expectation maximisation; ten candidates of which nine are stable
    count beforehand.

    References
    ----------
    .. [1] Efron, B. (2010). Large-scale inference. Cambridge University Press, chapter 5.
    """
    probability = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if not known.any():
        return probability
    z = scipy.stats.norm.isf(np.clip(p[known], 1e-300, 1.0) / 2.0)
    stable, spread = _PRIOR_STABLE, _LEAST_SPREAD
    of_noise = np.full(z.size, stable)
    for _ in range(_SWEEPS):
        ours = np.log(stable) - 0.5 * z**2
        theirs = np.log1p(-stable) - 0.5 * (z / spread) ** 2 - np.log(spread)
        of_noise = 1.0 / (1.0 + np.exp(np.minimum(theirs - ours, 700.0)))
        changed = 1.0 - of_noise
        stable = (of_noise.sum() + _PRIOR_WEIGHT * _PRIOR_STABLE) / (z.size + _PRIOR_WEIGHT)
        spread = np.sqrt((changed @ z**2 + _LEAST_SPREAD**2) / (changed.sum() + 1.0))
        spread = max(float(spread), _LEAST_SPREAD)
    probability[known] = of_noise
    return probability
