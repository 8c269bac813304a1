"""What a classifier's probabilities are worth, with intervals."""

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr, stdtrit

from hotslope.learning.delong import auc_interval, midranks

#: All metrics, in the order of tables.
METRICS = (
    "accuracy",
    "precision",
    "recall",
    "specificity",
    "false_positive_rate",
    "f1",
    "auc",
    "brier",
)


def confusion(label: np.ndarray, positive: np.ndarray) -> tuple[int, int, int, int]:
    """Return true positives, false positives, false negatives and true negatives."""
    truth = label == 1
    return (
        int(np.sum(truth & positive)),
        int(np.sum(~truth & positive)),
        int(np.sum(truth & ~positive)),
        int(np.sum(~truth & ~positive)),
    )


def _shares(label: np.ndarray, positive: np.ndarray) -> dict[str, tuple[int, int]]:
    """Return each metric that is a share as hits and trials."""
    tp, fp, fn, tn = confusion(label, positive)
    return {
        "accuracy": (tp + tn, tp + fp + fn + tn),
        "precision": (tp, tp + fp),
        "recall": (tp, tp + fn),
        "specificity": (tn, tn + fp),
        "false_positive_rate": (fp, fp + tn),
    }


def area_under_curve(label: np.ndarray, probability: np.ndarray) -> float:
    """Return the area under the ROC curve; NaN where a class is absent."""
    positives = int(np.sum(label == 1))
    negatives = label.size - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    if np.isnan(probability).any():
        return float("nan")
    ranks = midranks(probability)[label == 1].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * negatives))


def f1_score(label: np.ndarray, positive: np.ndarray) -> float:
    """Return 2 TP / (2 TP + FP + FN); NaN where there is nothing to find and nothing found."""
    tp, fp, fn, _ = confusion(label, positive)
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else float("nan")


def classification_metrics(
    label: np.ndarray, probability: np.ndarray, threshold: float = 0.5
) -> dict[str, float]:
    """Return every metric of `METRICS`.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
        1 landslide, 0 not.
    probability : ndarray of float64, shape (n_rows,)
        Probability of class 1.
    threshold : float, default 0.5
        Rows at or above it are called landslides.

    Returns
    -------
    dict of str to float
        NaN where a denominator is zero.

    Notes
    -----
    The false positive rate is FP / (FP + TN); equation 15 of Zhang et al. (2023) is not.
    """
    positive = probability >= threshold
    result = {
        name: hits / trials if trials else float("nan")
        for name, (hits, trials) in _shares(label, positive).items()
    }
    result["f1"] = f1_score(label, positive)
    result["auc"] = area_under_curve(label, probability)
    result["brier"] = float(np.mean((probability - label) ** 2))
    return result


def wilson_interval(hits: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's (1927) interval of a share."""
    z = -float(ndtri((1 - confidence) / 2))
    share = hits / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    reach = z * np.sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2)
    reach /= 1 + z**2 / trials
    low = 0.0 if hits == 0 else float(centre - reach)
    return low, 1.0 if hits == trials else float(centre + reach)


def metric_intervals(
    label: np.ndarray,
    probability: np.ndarray,
    *,
    threshold: float = 0.5,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return every metric with an interval.

    Parameters
    ----------
    label, probability, threshold
        See `classification_metrics`.
    confidence : float, default 0.95
    resamples, seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        Columns ``metric``, ``value``, ``low``, ``high`` in the order of `METRICS`.

    Notes
    -----
    Shares have Wilson's interval, which stays honest at 0 and 1 of a few rows, where the
    bootstrap has no width; AUC has DeLong's; F1 and Brier a percentile bootstrap within
    classes.
    """
    values = classification_metrics(label, probability, threshold)
    positive = probability >= threshold
    bounds: dict[str, tuple[float, float]] = {}
    for name, (hits, trials) in _shares(label, positive).items():
        if trials:
            bounds[name] = wilson_interval(hits, trials, confidence)
    if min(np.sum(label == 1), np.sum(label == 0)) >= 2:
        bounds["auc"] = auc_interval(label, probability, confidence)[1:]
    samples = _resample_within_classes(label, resamples, np.random.default_rng(seed))
    found, truth = positive[samples], label[samples] == 1
    hits, called = np.sum(found & truth, axis=1), np.sum(found, axis=1) + np.sum(truth, axis=1)
    drawn = {
        "f1": 2 * hits[called > 0] / called[called > 0],
        "brier": np.mean((probability - label)[samples] ** 2, axis=1),
    }
    for name, statistics in drawn.items():
        if statistics.size:
            tail = (1 - confidence) / 2
            low, high = np.quantile(statistics, [tail, 1 - tail])
            bounds[name] = (float(low), float(high))
    nothing = (float("nan"), float("nan"))
    return pd.DataFrame(
        [
            {
                "metric": name,
                "value": values[name],
                "low": bounds.get(name, nothing)[0],
                "high": bounds.get(name, nothing)[1],
            }
            for name in METRICS
        ]
    )


def _resample_within_classes(
    label: np.ndarray, resamples: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw bootstrap rows that keep the class sizes, shape (resamples, n_rows)."""
    parts = [np.flatnonzero(label == value) for value in np.unique(label)]
    drawn = [part[rng.integers(part.size, size=(resamples, part.size))] for part in parts]
    return np.hstack(drawn)


def threshold_for_recall(label: np.ndarray, probability: np.ndarray, target_recall: float) -> float:
    """Return the highest threshold at which recall reaches the target.

    Parameters
    ----------
    label, probability : ndarray, shape (n_rows,)
        Of rows that the model did not train on; at least one positive.
    target_recall : float
        Share of landslides to be found, above 0.

    Returns
    -------
    float
        A probability that occurs; rows at or above it count as landslides.
    """
    descending = np.sort(probability[label == 1])[::-1]
    # 1e-9: rounding must not ask for 5 of 5 where 0.8 asks for 4.
    wanted = max(int(np.ceil(target_recall * descending.size - 1e-9)), 1)
    return float(descending[wanted - 1])


def roc_points(label: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Return the ROC curve: ``false_positive_rate``, ``recall``, ``threshold``.

    The first row is the corner where nothing is called a landslide (infinite threshold);
    points on the straight line between their neighbours are left out.
    """
    thresholds, rank = np.unique(-probability, return_inverse=True)
    called = np.array([np.bincount(rank[label == k], minlength=thresholds.size) for k in (0, 1)])
    false, true = np.cumsum(np.insert(called, 0, 0, axis=1), axis=1)
    step = np.diff([false, true], n=2)
    corner = np.concatenate([[True], step.any(axis=0), [True]])
    corner[:2] = True
    return pd.DataFrame(
        {
            "false_positive_rate": false[corner] / false[-1],
            "recall": true[corner] / true[-1],
            "threshold": np.insert(-thresholds, 0, np.inf)[corner],
        }
    )


def corrected_interval(
    values: np.ndarray, test_to_train: float, confidence: float = 0.95
) -> tuple[float, float, float, float]:
    """Return mean, interval and p (against 0) of a metric over repeated folds.

    Parameters
    ----------
    values : ndarray of float64, shape (n_folds_in_all,)
        A metric, or a difference of two models, per fold; NaN are left out.
    test_to_train : float
        Rows of a test fold over rows of its training part.

    Returns
    -------
    mean, low, high, p : float
        NaN where fewer than two folds count.

    Notes
    -----
    Folds share training rows, so their spread understates the uncertainty: the variance of
    the mean is s² (1/J + n_test/n_train) instead of s²/J (Nadeau & Bengio 2003).
    """
    values = values[~np.isnan(values)]
    count = values.size
    if count < 2:
        nan = float("nan")
        return (float(values.mean()) if count else nan, nan, nan, nan)
    mean = float(values.mean())
    error = float(np.sqrt(values.var(ddof=1) * (1 / count + test_to_train)))
    reach = -float(stdtrit(count - 1, (1 - confidence) / 2)) * error
    if error == 0:
        return mean, mean, mean, float(mean == 0)
    p = float(2 * stdtr(count - 1, -abs(mean) / error))
    return mean, mean - reach, mean + reach, p
