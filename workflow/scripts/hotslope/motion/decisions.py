"""The decision tree of the trend classes, from residual sums of squares to codes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

from hotslope.motion import trend_models as fits

UNCORRELATED, LINEAR, QUADRATIC, BILINEAR, STEP, STEP_AND_TURN = range(6)
#: Code of series in which noise and motion look alike.
NOT_SEPARABLE = -1
GATES = ("joint", "linear")
#: Parameters beside nuisance terms: two, three, and two lines with a break.
PARAMETERS = {fits.LINE: 2, fits.QUADRATIC: 3, fits.BROKEN: 5}


@dataclass(frozen=True)
class DecisionRule:
    """Levels at which the tree decides.

    Attributes
    ----------
    significance : float
        Level of the F tests.
    evidence_ratio : float
        How much likelier than its better rival (by BIC) two lines must be.
    gate : {"joint", "linear"}
        Whether a series counts as uncorrelated only if the quadratic test agrees, or by the
        linear test alone.
    """

    significance: float = 0.01
    evidence_ratio: float = 10.0
    gate: str = "joint"


def bic(fit: NDArray[np.float64], model: int, epochs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return n ln(RSS/n) + p ln n of a model, shape (series,); nuisance terms cancel."""
    with np.errstate(divide="ignore"):
        return epochs * np.log(fit[:, model] / epochs) + PARAMETERS[model] * np.log(epochs)


def evidence_for_two_lines(
    fit: NDArray[np.float64], epochs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return by how much BIC prefers two lines to the better of line and parabola."""
    rival = np.minimum(bic(fit, fits.LINE, epochs), bic(fit, fits.QUADRATIC, epochs))
    return rival - bic(fit, fits.BROKEN, epochs)


def decide(
    fit: NDArray[np.float64],
    epochs: NDArray[np.int64],
    nuisance: NDArray[np.int64],
    rule: DecisionRule,
    bar: NDArray[np.float64] | float = 0.0,
) -> NDArray[np.int8]:
    """Classify fitted series.

    Parameters
    ----------
    fit : ndarray, shape (series, 9)
        What `trend_models.fit_series` wrote.
    epochs : ndarray, shape (series,)
        Epochs that each series has, or as many as its noise leaves (`DIMENSIONS`).
    nuisance : ndarray, shape (series,)
        Nuisance terms beside the intercept (0, or 2 for an annual term).
    rule : DecisionRule
        Levels.
    bar : float or ndarray, shape (series,)
        Evidence that two lines need in any case, see `hotslope.motion.evidence_bar`.

    Returns
    -------
    ndarray, shape (series,), int8
        Codes 0 to 5, the positions in `hotslope.columns.TREND_NAMES`.

    References
    ----------
    Berti, M., Corsini, A., Franceschini, S., Iannacone, J. P. (2013): Automated classification
    of Persistent Scatterers Interferometry time series. Natural Hazards and Earth System
    Sciences 13, 1945–1958.
    """
    spare = epochs - nuisance
    alpha = rule.significance
    mean, line, quadratic, broken = (fit[:, k] for k in range(4))
    trend = _passes(mean - line, line, 1, spare - 2, alpha / 2)
    if rule.gate == "joint":
        trend |= _passes(mean - quadratic, quadratic, 2, spare - 3, alpha / 2)
    curved = _passes(line - quadratic, quadratic, 1, spare - 3, alpha)
    needed = np.maximum(bar, 2.0 * np.log(rule.evidence_ratio))
    segmented = evidence_for_two_lines(fit, epochs) > needed
    gaps = _passes(fit[:, fits.GAP] ** 2, broken, 1, spare - 4, alpha)
    turns = _passes(fit[:, fits.TURN] ** 2, broken, 1, spare - 4, alpha)

    broken_code = np.where(gaps, np.where(turns, STEP_AND_TURN, STEP), BILINEAR)
    codes = np.where(segmented, broken_code, np.where(curved, QUADRATIC, LINEAR))
    return np.where(trend, codes, UNCORRELATED).astype(np.int8)


def _passes(
    explained: NDArray[np.float64],
    residual: NDArray[np.float64],
    terms: int,
    freedom: NDArray[np.int64],
    level: float,
) -> NDArray[np.bool_]:
    """Whether `terms` explain significantly: F test of F(terms, freedom) at `level`."""
    table = np.full(max(freedom.max(initial=0), 0) + 1, np.inf)
    table[1:] = fdtri(terms, np.arange(1, len(table)), 1.0 - level)
    return explained * freedom > table[np.maximum(freedom, 0)] * terms * residual
