"""Probabilities that agree with frequencies, and sets of classes that hold the true one."""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from crepes import ConformalClassifier
from scipy.special import logit
from scipy.stats import sem
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from venn_abers.venn_abers import VennAbers

from hotslope.learning.columns import LANDSLIDE, OTHER, SETS
from hotslope.learning.splits import Fold
from hotslope.learning.validation import fit_folds, positive_probability

#: Ways of calibration; of those that do about equally well the first is taken.
METHODS = ("none", "sigmoid", "isotonic", "venn_abers")
#: Probabilities are kept this far from 0 and 1 where their log-odds are taken.
LEAST_PROBABILITY = 1e-3
#: Fewest labels of each class for prediction sets.
FEWEST_LABELS = 10


def calibrate(
    method: str, probability: np.ndarray, label: np.ndarray, new: np.ndarray
) -> np.ndarray:
    """Return probabilities calibrated by a method that is fitted to others.

    Parameters
    ----------
    method : str
        One of `METHODS`. ``sigmoid``: logistic regression on the log-odds, with the library's
        default penalty, which keeps the slope finite where the classes separate;
        ``isotonic``: the best monotone step function; ``venn_abers``: the mean of two isotonic
        fits, one for either label of the new row (Vovk et al. 2015).
    probability : ndarray of float64, shape (n_rows,)
        Of class 1, of rows that their model did not train on.
    label : ndarray of int64, shape (n_rows,)
        Of these rows: 0 or 1.
    new : ndarray of float64, shape (n_new,)
        Probabilities to calibrate.

    Returns
    -------
    ndarray of float64, shape (n_new,)
    """
    if method == "none" or new.size == 0:
        return new.copy()
    if method == "isotonic":
        steps = IsotonicRegression(out_of_bounds="clip").fit(probability, label)
        return np.clip(steps.predict(new), 0, 1)
    if method == "sigmoid":
        odds = LogisticRegression().fit(_log_odds(probability), label)
        return odds.predict_proba(_log_odds(new))[:, 1]
    if method == "venn_abers":
        return venn_abers(probability, label, new)[0]
    raise ValueError(f"method must be one of {', '.join(METHODS)}, not {method!r}")


def venn_abers(
    probability: np.ndarray, label: np.ndarray, new: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return calibrated probabilities and their lower and upper values (Vovk et al. 2015).

    Parameters
    ----------
    probability, label, new
        See `calibrate`.

    Returns
    -------
    probability, low, high : ndarray of float64, shape (n_new,)
    """
    pairs = [np.column_stack([1 - values, values]) for values in (probability, new)]
    # The library divides by the widths of empty intervals and passes over what results.
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="All-NaN slice")
        merged, bounds = VennAbers().fit(pairs[0], label).predict_proba(pairs[1])
    # Slopes of the convex minorant may pass 0 and 1 by rounding.
    merged, bounds = np.clip(merged, 0, 1), np.clip(bounds, 0, 1)
    return merged[:, 1], bounds[:, 0], bounds[:, 1]


def _log_odds(probability: np.ndarray) -> np.ndarray:
    """Return log-odds as one column."""
    return logit(np.clip(probability, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY))[:, None]


def choose_calibration(probability: np.ndarray, label: np.ndarray, fold: np.ndarray) -> str:
    """Choose a method by its Brier score over folds of the rows.

    Parameters
    ----------
    probability, label
        See `calibrate`.
    fold : ndarray of int64, shape (n_rows,)
        Fold of each row: each is calibrated by the other folds.

    Returns
    -------
    str
        The first of `METHODS` whose score is within a standard error of the best; ``none`` where
        some fold leaves one class only.

    Notes
    -----
    With some dozen rows the best of four scores is often best by chance, and taking it costs
    accuracy on new rows. So a method must beat none by more than chance.
    """
    parts = [fold == value for value in np.unique(fold)]
    if any(np.unique(label[~part]).size < 2 for part in parts):
        return "none"
    losses = {}
    for method in METHODS:
        calibrated = np.empty(label.size)
        for part in parts:
            rest = probability[~part], label[~part]
            calibrated[part] = calibrate(method, *rest, probability[part])
        losses[method] = (calibrated - label) ** 2
    best = min(METHODS, key=lambda method: losses[method].mean())
    excess = {method: losses[method] - losses[best] for method in METHODS}
    return next(method for method in METHODS if excess[method].mean() <= sem(excess[method]))


def class_p_values(probability: np.ndarray, label: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return conformal p of each class, calibrated on the rows of that class.

    Parameters
    ----------
    probability, label, new
        See `calibrate`.

    Returns
    -------
    ndarray of float64, shape (n_new, 2)
        Of class 0 and class 1: the share of the rows of the class, the new one among them, to
        which the model gives no higher probability of that class.
    """
    if new.size == 0:
        return np.empty((0, 2))
    unlike = np.where(label == 1, 1 - probability, probability)
    conformal = ConformalClassifier().fit(unlike, bins=label)
    columns = [
        conformal.predict_p(scores[:, None], bins=np.full(new.size, value), smoothing=False)
        for value, scores in ((0, new), (1, 1 - new))
    ]
    return np.hstack(columns)


def nested_probabilities(
    classifier: Pipeline, table: pd.DataFrame, label: np.ndarray, folds: Sequence[Fold], seed: int
) -> np.ndarray:
    """Return probabilities of training rows by models that saw neither them nor the test rows.

    Parameters
    ----------
    classifier : Pipeline
        Unfitted.
    table : DataFrame
        Raw factors.
    label : ndarray of int64, shape (n_rows,)
    folds : sequence of Fold
        All folds of one repeat.
    seed : int

    Returns
    -------
    ndarray of float64, shape (n_folds, n_rows)
        In row k, of the training rows of fold k; NaN elsewhere, and where the model's training
        rows hold one class only.

    Notes
    -----
    A model fitted without folds j and k gives the probabilities of fold j where k is the test,
    and of fold k where j is: n (n - 1) / 2 fits for n folds, where folds nested in each training
    part would take n (n - 1).
    """
    pairs = [(j, k) for j in range(len(folds)) for k in range(j)]
    parts = []
    for i, (j, k) in enumerate(pairs):
        left_out = np.concatenate([folds[j].test, folds[k].test])
        # What trains neither fold: the rows of both, and those in a buffer around either.
        rest = np.intersect1d(folds[j].train, folds[k].train)
        parts.append(Fold("nested", 0, i, rest, left_out))
    gathered = np.full((len(folds), label.size), np.nan)
    for replica, (j, k) in zip(
        fit_folds(classifier, table, label, parts, seed), pairs, strict=True
    ):
        if replica is not None:
            for test, other in ((j, k), (k, j)):
                rows = np.intersect1d(folds[other].test, folds[test].train)
                gathered[test, rows] = positive_probability(replica, table.iloc[rows])
    return gathered


def calibrate_folds(
    label: np.ndarray, folds: Sequence[Fold], outer: np.ndarray, nested: np.ndarray
) -> pd.DataFrame:
    """Calibrate the probabilities of test rows by the training rows of their fold.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
    folds : sequence of Fold
        All folds of one repeat.
    outer : ndarray of float64, shape (n_rows,)
        Probability of each row by the model of its fold.
    nested : ndarray of float64, shape (n_folds, n_rows)
        From `nested_probabilities`.

    Returns
    -------
    DataFrame
        Per row: ``method``, ``probability`` (calibrated), ``low`` and ``high`` (`venn_abers`),
        ``p_other`` and ``p_landslide`` (`class_p_values`). NaN, with the method ``none``, where
        the training rows of a fold have no probabilities of both classes.
    """
    fold_of = np.empty(label.size, dtype=np.int64)
    for k, fold in enumerate(folds):
        fold_of[fold.test] = k
    columns = ["probability", "low", "high", "p_other", "p_landslide"]
    result = pd.DataFrame(np.nan, index=range(label.size), columns=columns)
    methods = np.full(label.size, "none", dtype=object)
    for k, fold in enumerate(folds):
        known = np.flatnonzero(~np.isnan(nested[k]))
        if np.unique(label[known]).size < 2 or np.isnan(outer[fold.test]).any():
            continue
        method = choose_calibration(nested[k, known], label[known], fold_of[known])
        found = calibrated_table(method, nested[k, known], label[known], outer[fold.test])
        result.loc[fold.test] = found.to_numpy()
        methods[fold.test] = method
    return result.assign(method=methods)


def calibrated_table(
    method: str, probability: np.ndarray, label: np.ndarray, new: np.ndarray
) -> pd.DataFrame:
    """Return what `calibrate_folds` does, without ``method``, of new rows.

    Parameters
    ----------
    method, probability, label, new
        See `calibrate`.
    """
    _, low, high = venn_abers(probability, label, new)
    p_other, p_landslide = class_p_values(probability, label, new).T
    return pd.DataFrame(
        {
            "probability": calibrate(method, probability, label, new),
            "low": low,
            "high": high,
            "p_other": p_other,
            "p_landslide": p_landslide,
        }
    )


def prediction_sets(p_values: pd.DataFrame, confidence: float) -> pd.Series:
    """Name the classes that are not refuted, one of `SETS`; missing where p is missing.

    Parameters
    ----------
    p_values : DataFrame
        ``p_other`` and ``p_landslide``.
    confidence : float
        Share of the candidates of each class whose set is to hold it.
    """
    held = p_values[["p_other", "p_landslide"]].to_numpy() > 1 - confidence + 1e-12
    words = pd.Series([SETS[other, slide] for other, slide in held.tolist()], dtype="str")
    return words.where(p_values["p_other"].notna().to_numpy())


def set_quality(sets: pd.Series, label: np.ndarray) -> dict[str, float | None]:
    """Return how often sets of labelled rows hold the label, and how often they decide.

    Returns
    -------
    dict
        ``coverage_landslides``, ``coverage_others``: shares of the rows of each class whose set
        holds it; ``single``: share of the rows whose set is one class; None without such rows.
    """
    words = sets.to_numpy(dtype=object)
    given = sets.notna().to_numpy()
    holding = {value: [text for held, text in SETS.items() if held[value]] for value in (0, 1)}

    def share(hits: np.ndarray) -> float | None:
        return float(np.mean(hits)) if hits.size else None

    return {
        "coverage_landslides": share(np.isin(words[given & (label == 1)], holding[1])),
        "coverage_others": share(np.isin(words[given & (label == 0)], holding[0])),
        "single": share(np.isin(words[given], [LANDSLIDE, OTHER])),
    }
