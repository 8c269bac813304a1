"""How strongly two factors say the same thing, for numbers and categories alike."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from hotslope.learning.sample import number_matrix

#: Fewer common rows than this say nothing about association.
MIN_COMMON_ROWS = 3


def correlation_ratios(categories: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return η, the share of the spread of each column that categories explain, as a root.

    Parameters
    ----------
    categories : ndarray of int64, shape (n_rows,)
        Codes 0, 1, ...; negative where missing.
    values : ndarray of float64, shape (n_rows, n_columns)
        Numbers, NaN where missing.

    Returns
    -------
    ndarray of float64, shape (n_columns,)
        0 (category means are equal) to 1 (no spread within categories), over the rows that
        have both; 0 for a constant, and where fewer than `MIN_COMMON_ROWS` have both.
    """
    common = (categories >= 0)[:, None] & ~np.isnan(values)
    rows = common.sum(axis=0)
    means = np.where(common, values, 0.0).sum(axis=0) / np.maximum(rows, 1)
    deviations = np.where(common, values - means, 0.0)
    total = (deviations**2).sum(axis=0)
    members = (categories == np.arange(categories.max(initial=-1) + 1)[:, None]).astype(np.float64)
    sizes = members @ common
    between = ((members @ deviations) ** 2 / np.maximum(sizes, 1)).sum(axis=0)
    # By rounding even a constant has a spread, so its values are compared.
    highest = np.where(common, values, -np.inf).max(axis=0, initial=-np.inf)
    lowest = np.where(common, values, np.inf).min(axis=0, initial=np.inf)
    defined = (rows >= MIN_COMMON_ROWS) & (highest > lowest) & (total > 0)
    return np.sqrt(np.minimum(between / np.where(defined, total, np.inf), 1.0))


def cramers_v(first: np.ndarray, second: np.ndarray) -> float:
    """Return Cramér's V of two columns of categories; 0 where one is constant.

    Each fit of a model takes it of every pair: `scipy.stats.contingency` needs 25 times as long.
    """
    rows, columns = (pd.factorize(codes)[0] for codes in (first, second))
    shape = rows.max() + 1, columns.max() + 1
    if min(shape) < 2:
        return 0.0
    counts = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)
    shares = counts**2 / np.outer(counts.sum(axis=1), counts.sum(axis=0))
    return float(np.sqrt(max(shares.sum() - 1, 0.0) / (min(shape) - 1)))


def _pearson(values: np.ndarray) -> np.ndarray:
    """Return Pearson's r of every pair of columns; 0 where one is constant."""
    if np.isnan(values).any() or min(values.shape) < MIN_COMMON_ROWS:
        # Each pair over its own rows: twenty times as slow.
        return pd.DataFrame(values).corr(min_periods=MIN_COMMON_ROWS).fillna(0.0).to_numpy()
    covariance = np.cov(values, rowvar=False)
    spread = np.sqrt(np.diag(covariance))
    spread[np.ptp(values, axis=0) == 0] = np.inf
    return np.clip(covariance / np.outer(spread, spread), -1, 1)


def association_matrix(table: pd.DataFrame, categorical: Sequence[str]) -> np.ndarray:
    """Return the association of every pair of factors.

    Parameters
    ----------
    table : DataFrame
        Raw factors.
    categorical : sequence of str
        Columns that hold categories.

    Returns
    -------
    ndarray of float64, shape (n_factors, n_factors)
        Pearson's r (-1 to 1) of two numbers, η (0 to 1) of a category and a number,
        Cramér's V (0 to 1) of two categories, each over the rows that have both; 0 where
        one is constant.
    """
    nominal = set(categorical)
    names = list(table.columns)
    values = number_matrix(table, [name for name in names if name not in nominal])
    codes = {name: pd.factorize(table[name], sort=True)[0] for name in names if name in nominal}
    return associations(names, values, codes)


def associations(
    names: Sequence[str], values: np.ndarray, codes: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Return what `association_matrix` does, of numbers and codes at hand.

    Parameters
    ----------
    names : sequence of str
        All factors, in the order wanted.
    values : ndarray of float64, shape (n_rows, n_numbers)
        Those that are numbers, in this order; NaN where missing.
    codes : mapping of str to ndarray of int64, shape (n_rows,)
        Those that are categories: codes 0, 1, ...; negative where missing.
    """
    nominal = [i for i, name in enumerate(names) if name in codes]
    numeric = [i for i, name in enumerate(names) if name not in codes]
    result = np.eye(len(names))
    result[np.ix_(numeric, numeric)] = _pearson(values)
    np.fill_diagonal(result, 1.0)
    for position, i in enumerate(nominal):
        first = codes[names[i]]
        result[i, numeric] = result[numeric, i] = correlation_ratios(first, values)
        for j in nominal[position + 1 :]:
            second = codes[names[j]]
            common = (first >= 0) & (second >= 0)
            if common.sum() >= MIN_COMMON_ROWS:
                result[i, j] = result[j, i] = cramers_v(first[common], second[common])
    return result
