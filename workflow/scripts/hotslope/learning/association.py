"""How strongly two factors say the same thing, for numbers and categories alike."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats.contingency import association

from hotslope.learning.bins import number_matrix

#: Fewer common rows than this say nothing about association.
MIN_COMMON_ROWS = 3


def correlation_ratio(categories: np.ndarray, values: np.ndarray) -> float:
    """Return η, the share of the spread of `values` that categories explain, as a root.

    Parameters
    ----------
    categories : ndarray of int64, shape (n_rows,)
        Codes 0, 1, ...
    values : ndarray of float64, shape (n_rows,)
        Finite numbers.

    Returns
    -------
    float
        0 (category means are equal) to 1 (no spread within categories); 0 for a constant.
    """
    total = float(np.sum((values - values.mean()) ** 2))
    if total == 0:
        return 0.0
    sizes = np.bincount(categories)
    used = sizes > 0
    means = np.bincount(categories, values)[used] / sizes[used]
    between = float(np.sum(sizes[used] * (means - values.mean()) ** 2))
    return float(np.sqrt(min(between / total, 1.0)))


def cramers_v(first: np.ndarray, second: np.ndarray) -> float:
    """Return Cramér's V of two columns of codes 0, 1, ...; 0 where one is constant."""
    width = int(second.max()) + 1
    counts = np.bincount(first * width + second, minlength=(int(first.max()) + 1) * width)
    table = counts.reshape(-1, width)
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    if min(table.shape) < 2:
        return 0.0
    return float(association(table, method="cramer"))


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
    names = list(table.columns)
    nominal = [i for i, name in enumerate(names) if name in set(categorical)]
    numeric = [i for i, name in enumerate(names) if name not in set(categorical)]
    result = np.eye(len(names))
    values = number_matrix(table, [names[j] for j in numeric])
    pearson = pd.DataFrame(values).corr(min_periods=MIN_COMMON_ROWS).fillna(0.0)
    result[np.ix_(numeric, numeric)] = pearson
    np.fill_diagonal(result, 1.0)
    codes = {i: pd.factorize(table[names[i]], sort=True)[0] for i in nominal}
    for position, i in enumerate(nominal):
        for column, j in enumerate(numeric):
            common = (codes[i] >= 0) & ~np.isnan(values[:, column])
            if common.sum() >= MIN_COMMON_ROWS:
                eta = correlation_ratio(codes[i][common], values[common, column])
                result[i, j] = result[j, i] = eta
        for j in nominal[position + 1 :]:
            common = (codes[i] >= 0) & (codes[j] >= 0)
            if common.sum() >= MIN_COMMON_ROWS:
                v = cramers_v(codes[i][common], codes[j][common])
                result[i, j] = result[j, i] = v
    return result
