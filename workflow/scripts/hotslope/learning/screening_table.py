"""The table of a screening: gains beside chance, variance inflation and stability."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LinearRegression

from hotslope.learning.association import association_matrix
from hotslope.learning.screening import FactorScreening, permutation_p

#: R² from which a factor counts as a linear function of the others.
DETERMINED = 1 - 1e-9


def variance_inflation(
    table: pd.DataFrame, categorical: Sequence[str], kept: Sequence[str]
) -> np.ndarray:
    """Return the variance inflation factor of each number, given the factors that stay.

    Parameters
    ----------
    table : DataFrame
        Raw factors.
    categorical : sequence of str
        Columns that hold categories, which become dummies; missing numbers take the mean.
    kept : sequence of str
        Factors that stay.

    Returns
    -------
    ndarray of float64, shape (n_factors,)
        1 / (1 - R²) of a regression on the other factors that stay; infinite where they
        determine it, NaN for categories, constants and where rows are too few.
    """
    nominal = set(categorical)
    columns = {
        name: pd.get_dummies(table[name], drop_first=True, dtype=np.float64)
        if name in nominal
        else table[[name]].astype(np.float64).fillna(table[name].mean())
        for name in table.columns
        if len(table[name].dropna().unique()) > 1
    }
    inflation = np.full(table.shape[1], np.nan)
    for i, name in enumerate(table.columns):
        others = [columns[other] for other in kept if other in columns and other != name]
        if name in nominal or name not in columns or not others:
            continue
        design = np.hstack([other.to_numpy() for other in others])
        if design.shape[1] + 2 > len(table):
            continue
        target = columns[name].to_numpy()[:, 0]
        explained = LinearRegression().fit(design, target).score(design, target)
        inflation[i] = 1 / (1 - explained) if explained < DETERMINED else np.inf
    return inflation


def selection_shares(
    screening: FactorScreening,
    table: pd.DataFrame,
    label: np.ndarray,
    training: Iterable[np.ndarray],
) -> np.ndarray:
    """Return the share of folds in which each factor is kept.

    Parameters
    ----------
    screening : FactorScreening
        Its parameters count; it is fitted anew to each fold.
    table : DataFrame
        Raw factors of the labelled rows.
    label : ndarray of int64, shape (n_rows,)
    training : iterable of ndarray of int64
        Positions of the training rows of each fold.

    Returns
    -------
    ndarray of float64, shape (n_factors,)
    """
    kept = [
        table.columns.isin(clone(screening).fit(table.iloc[rows], label[rows]).kept_)
        for rows in training
    ]
    return np.mean(kept, axis=0)


def screening_table(
    screening: FactorScreening, table: pd.DataFrame, label: np.ndarray
) -> pd.DataFrame:
    """Set every factor's gain ratio beside what permuted labels give.

    Parameters
    ----------
    screening : FactorScreening
        Fitted on `table` and `label`.
    table : DataFrame
        Raw factors of the training rows.
    label : ndarray of int64, shape (n_rows,)
        Class codes 0, 1, ...

    Returns
    -------
    DataFrame
        One row per factor: ``factor``, ``bins``, ``missing`` (rows), ``gain_ratio``,
        ``null_mean``, ``null_95``, ``p``, ``strongest_association`` and ``strongest_partner``
        (over all other factors), ``vif`` (`variance_inflation`), ``kept``, ``reason``.
    """
    names = screening.binner_.factors_
    association = association_matrix(table, screening.categorical)
    np.fill_diagonal(association, 0.0)
    nulls = screening.nulls({name: table[name] for name in names}, label)
    inflation = variance_inflation(table, screening.categorical, screening.kept_)
    rows = []
    for i, name in enumerate(names):
        null, gain_ratio = nulls[name], screening.gain_ratios_[i]
        strongest = int(np.argmax(np.abs(association[i])))
        rows.append(
            {
                "factor": name,
                "bins": screening.binner_.n_bins(name),
                "missing": int(table[name].isna().sum()),
                "gain_ratio": gain_ratio,
                "null_mean": null.mean(),
                "null_95": np.quantile(null, 0.95),
                "p": permutation_p(gain_ratio, null),
                "strongest_association": association[i, strongest],
                "strongest_partner": names[strongest] if strongest != i else None,
                "vif": inflation[i],
                "kept": name in screening.kept_,
                "reason": screening.reasons_[i],
            }
        )
    return pd.DataFrame(rows)
