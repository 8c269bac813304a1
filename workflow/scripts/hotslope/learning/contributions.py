"""Why a model gives a candidate its probability: what each factor adds to it."""

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

#: As many are named at most, and none that moves the probability by less.
MOST, LEAST = 3, 0.01


def factor_contributions(
    fitted: Pipeline, table: pd.DataFrame, background: pd.DataFrame
) -> pd.DataFrame:
    """Return what knowing each factor adds to the probability of each row.

    Parameters
    ----------
    fitted : Pipeline
        From `hotslope.learning.models.make_classifier`, fitted.
    table : DataFrame
        Raw factors of the rows to explain.
    background : DataFrame
        Raw factors of the rows that it was fitted on.

    Returns
    -------
    DataFrame of float64
        One row per row of `table`, one column per factor that the model uses: the probability
        less its mean where the factor alone takes, in turn, the value of every row of the
        background. They do not add up to the probability where factors act together.

    References
    ----------
    Robnik-Šikonja, M. & Kononenko, I. (2008). Explaining classifications for individual
    instances. IEEE Trans. Knowl. Data Eng. 20, 589–600.
    """
    encoder, model = fitted
    positive = list(fitted.classes_).index(1)
    rows, others = encoder.transform(table), encoder.transform(background)
    probability = model.predict_proba(rows)[:, positive]
    contributions = {}
    for factor in encoder.screening_.kept_:
        columns = [encoder.columns_.index(name) for name in encoder.columns_of(factor)]
        # Rows of the background share few values: each is tried once, and weighs as many.
        values, counts = np.unique(others[:, columns], axis=0, return_counts=True)
        changed = np.tile(rows, (len(values), 1))
        changed[:, columns] = np.repeat(values, len(rows), axis=0)
        answers = model.predict_proba(changed)[:, positive].reshape(len(values), len(rows))
        contributions[factor] = probability - counts / counts.sum() @ answers
    return pd.DataFrame(contributions)


def main_factors(contributions: pd.DataFrame) -> pd.Series:
    """Name the factors that move each probability most, with what they add, as text.

    Such as ``slope +0.12, lithology -0.05``; empty where none adds `LEAST`.
    """
    names = contributions.columns.to_numpy(dtype=object)
    texts = []
    for row in contributions.to_numpy():
        order = np.argsort(-np.abs(row), kind="stable")[:MOST]
        texts.append(", ".join(f"{names[i]} {row[i]:+.2f}" for i in order if abs(row[i]) >= LEAST))
    return pd.Series(texts, dtype="str")
