"""How far a model's probabilities can be trusted, and what the labels at hand can tell apart."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import norm
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve

from hotslope.learning.delong import delong_test

#: Bins of equal count of the calibration curve.
CURVE_BINS = 10
#: Power and two-sided significance of the comparison of two models.
POWER, SIGNIFICANCE = 0.8, 0.05
#: Difference in AUC between the two models of Zhang et al. (2023).
PAPER_DIFFERENCE = 0.02


def brier_decomposition(label: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    """Return the Brier score and its parts: miscalibration - discrimination + uncertainty.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
        Both classes.
    probability : ndarray of float64, shape (n_rows,)

    Returns
    -------
    dict
        ``brier``; ``miscalibration``: what the best monotone recalibration would take away;
        ``discrimination``: by how much the recalibrated beat the share of landslides;
        ``uncertainty``: Brier score of that share.

    References
    ----------
    Dimitriadis, T., Gneiting, T., Jordan, A. I. (2021). Stable reliability diagrams for
    probabilistic classifiers. PNAS 118, e2016191118.
    """
    recalibrated = IsotonicRegression().fit_transform(probability, label)
    share = np.full(label.size, label.mean())
    score, best, constant = (
        float(brier_score_loss(label, values, pos_label=1))
        for values in (probability, np.clip(recalibrated, 0, 1), share)
    )
    return {
        "brier": score,
        "miscalibration": score - best,
        "discrimination": constant - best,
        "uncertainty": constant,
    }


def calibration_points(label: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Return mean ``probability`` and ``share`` of landslides in bins of equal count."""
    bins = min(CURVE_BINS, max(label.size // 5, 1))
    share, mean = calibration_curve(label, probability, n_bins=bins, strategy="quantile")
    return pd.DataFrame({"probability": mean, "share": share})


def precision_recall_points(label: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Return ``recall``, ``precision`` and ``threshold``; the last point has no threshold."""
    precision, recall, threshold = precision_recall_curve(label, probability, pos_label=1)
    thresholds = np.append(threshold, np.nan)
    return pd.DataFrame({"recall": recall, "precision": precision, "threshold": thresholds})


def rank_quality(label: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    """Return ``average_precision`` and ``prevalence``, which is what chance alone reaches."""
    return {
        "average_precision": float(average_precision_score(label, probability)),
        "prevalence": float(label.mean()),
    }


def distinguishable(
    label: np.ndarray, first: np.ndarray, second: np.ndarray, difference: float
) -> dict[str, float]:
    """Return which difference in AUC these rows can show, and how many rows one would need.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
        At least two rows of each class.
    first, second : ndarray of float64, shape (n_rows,)
        Probabilities of two models, neither having seen the row.
    difference : float
        Difference in AUC that is asked for.

    Returns
    -------
    dict
        ``difference`` (first minus second) and ``p`` by DeLong's test; ``detectable``: the least
        true difference found with a probability of `POWER` at `SIGNIFICANCE`; ``rows_needed``
        for `difference`; ``power`` of these rows for it. The last three are NaN where the
        difference has no spread over the rows, as between equal rankings.

    Notes
    -----
    The variance of a difference of two AUC falls with the number of rows, so n rows with a
    standard error e show a difference d with as many rows as n ((z₁ + z₂) e / d)², z₁ and z₂ the
    normal quantiles of significance and power.
    """
    found, low, high, p = delong_test(label, first, second, 1 - SIGNIFICANCE)
    critical = float(norm.ppf(1 - SIGNIFICANCE / 2))
    error = (high - low) / 2 / critical
    if error == 0:
        unknown = dict.fromkeys(["detectable", "rows_needed", "power"], float("nan"))
        return {"difference": found, "p": p, **unknown}
    reach = critical + float(norm.ppf(POWER))
    shift = difference / error
    return {
        "difference": found,
        "p": p,
        "detectable": reach * error,
        "rows_needed": float(np.ceil(label.size * (reach * error / difference) ** 2)),
        "power": float(norm.sf(critical - shift) + norm.cdf(-critical - shift)),
    }


def model_pairs(label: np.ndarray, probabilities: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Return `distinguishable` of every pair of models at `PAPER_DIFFERENCE`."""
    rows = [
        {"first": one, "second": other}
        | distinguishable(label, probabilities[one], probabilities[other], PAPER_DIFFERENCE)
        for one, other in combinations(probabilities, 2)
    ]
    columns = ["first", "second", "difference", "p", "detectable", "rows_needed", "power"]
    return pd.DataFrame(rows, columns=columns)
