"""Shapley values of forests: what each factor adds to the probability of each candidate."""

import copy

import numpy as np
import pandas as pd
import shap
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.pipeline import Pipeline

#: Models whose Shapley values are exact.
TREES = (RandomForestClassifier, ExtraTreesClassifier)
#: Largest difference between a probability and the sum of its parts, by rounding.
LARGEST_ERROR = 1e-6


def shapley_values(
    fitted: Pipeline, table: pd.DataFrame, background: pd.DataFrame
) -> tuple[float, pd.DataFrame]:
    """Divide each probability among the factors.

    Parameters
    ----------
    fitted : Pipeline
        From `hotslope.learning.models.make_classifier`, fitted; one of `TREES`.
    table : DataFrame
        Raw factors of the rows to explain.
    background : DataFrame
        Raw factors of the rows that it was fitted on, each of which stands for what a factor
        could be if it were not known.

    Returns
    -------
    base : float
        Mean probability of the background.
    values : DataFrame of float64
        One row per row of `table`, one column per factor that the model uses. With `base` they add
        up to the probability.

    Raises
    ------
    RuntimeError
        They do not.

    Notes
    -----
    Exact for trees (interventional TreeSHAP), with all rows of the background, of which the library
    takes 100 unless it is told otherwise. A category has a column per class, and maybe one for
    missing values: the factor gets the sum of them.

    References
    ----------
    Lundberg, S. M. et al. (2020). From local explanations to global understanding with explainable
    AI for trees. Nature Machine Intelligence 2, 56-67.
    """
    encoder, model = fitted
    factors = encoder.screening_.kept_
    if table.empty:
        return float("nan"), pd.DataFrame(columns=factors, index=table.index, dtype=np.float64)
    rows, others = (encoder.transform(each).astype(np.float32) for each in (table, background))
    explainer = shap.TreeExplainer(
        _with_single_thresholds(model),
        shap.maskers.Independent(others, max_samples=len(others)),
        feature_perturbation="interventional",
    )
    positive = list(fitted.classes_).index(1)
    parts = explainer.shap_values(rows, check_additivity=False)[:, :, positive]
    base = float(explainer.expected_value[positive])
    error = np.abs(base + parts.sum(axis=1) - model.predict_proba(rows)[:, positive]).max()
    if error > LARGEST_ERROR:
        raise RuntimeError(f"Shapley values miss their probability by {error:.2g}")
    columns = {
        factor: parts[:, [encoder.columns_.index(name) for name in encoder.columns_of(factor)]].sum(
            axis=1
        )
        for factor in factors
    }
    return base, pd.DataFrame(columns, index=table.index)


def _with_single_thresholds(
    forest: RandomForestClassifier | ExtraTreesClassifier,
) -> RandomForestClassifier | ExtraTreesClassifier:
    """Return the same forest with thresholds that are numbers of single precision.

    Notes
    -----
    scikit-learn compares values in single precision with thresholds in double. The library rounds
    the thresholds, some of them up to the value above: a step of 0.6 above a threshold of
    0.5999999940 would fall below it. Rounded down, each value stays on its side.
    """
    same = copy.deepcopy(forest)
    for tree in same.estimators_:
        exact = tree.tree_.threshold
        single = exact.astype(np.float32)
        above = single.astype(np.float64) > exact
        exact[:] = np.where(above, np.nextafter(single, np.float32(-np.inf)), single)
    return same
