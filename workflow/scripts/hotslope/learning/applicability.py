"""Where a model may be applied: how unlike its training rows a new row is.

Distances are taken in the space of the factors, each weighted by how much the model uses it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from scipy.spatial.distance import pdist

from hotslope.learning.contributions import in_words

#: Rows beyond the upper quartile by more than this many interquartile ranges are outliers.
WHISKER = 1.5


class Applicability(NamedTuple):
    """How unlike each other the training rows of a model are.

    Parameters
    ----------
    mean_distance : float
        Mean distance of all pairs of training rows; the unit of the dissimilarity index.
    threshold : float
        Largest dissimilarity of a training row from those of other folds, outliers left out.
    """

    mean_distance: float
    threshold: float


def predictor_space(
    table: pd.DataFrame, training: pd.DataFrame, weights: Mapping[str, float]
) -> np.ndarray:
    """Return rows as points of the weighted space of the factors.

    Parameters
    ----------
    table : DataFrame
        Raw factors of the rows: numbers, or text where categorical.
    training : DataFrame
        Raw factors of the training rows, whose mean, spread and classes define the space.
    weights : mapping of str to float
        Factor → its importance, not negative; factors of weight 0 have no part.

    Returns
    -------
    ndarray of float64, shape (n_rows, n_axes)
        Of a number, its distance from the mean in standard deviations, 0 where it is missing; of
        a category, 1 on the axis of its class, none of a class that no training row has. A missing
        value is 1 on an axis of its own. All times the weight of the factor.

    Notes
    -----
    Two classes lie as far apart as two numbers do on average (root of two standard deviations).
    """
    axes = []
    for name, weight in weights.items():
        if weight <= 0:
            continue
        values, known = table[name], training[name]
        if pd.api.types.is_numeric_dtype(known):
            numbers = known.to_numpy(dtype=np.float64, na_value=np.nan)
            present = numbers[~np.isnan(numbers)]
            spread = present.std() if present.size else 0.0
            centred = values.to_numpy(dtype=np.float64, na_value=np.nan) - (
                present.mean() if present.size else 0.0
            )
            axes.append(weight * np.nan_to_num(centred / (spread or 1.0), nan=0.0))
        else:
            axes += [
                weight * (values == one).to_numpy(dtype=np.float64)
                for one in sorted(known.dropna().unique())
            ]
        axes.append(weight * values.isna().to_numpy(dtype=np.float64))
    return np.column_stack(axes) if axes else np.zeros((len(table), 1))


def measure_applicability(
    training: pd.DataFrame, weights: Mapping[str, float], fold: np.ndarray
) -> Applicability:
    """Return the limits of what is like the training rows of a model.

    Parameters
    ----------
    training, weights
        See `predictor_space`.
    fold : ndarray of int64, shape (n_training,)
        Folds of a spatial cross-validation: what neighbours share does not count as alike.

    Notes
    -----
    The dissimilarity index of a row is its distance from the nearest training row over the mean
    distance of training rows. The threshold is the upper whisker of that index over training rows
    and the rows of other folds. With a single fold, the nearest other row counts.

    References
    ----------
    Meyer, H. & Pebesma, E. (2021). Predicting into unknown space? Estimating the area of
    applicability of spatial prediction models. Methods in Ecology and Evolution 12, 1620-1633.
    """
    places = predictor_space(training, training, weights)
    mean_distance = float(pdist(places).mean()) if len(places) > 1 else 0.0
    if mean_distance == 0:
        return Applicability(1.0, 0.0)
    folds = np.unique(fold)
    nearest = np.empty(len(places))
    if folds.size < 2:
        nearest[:] = KDTree(places).query(places, k=2)[0][:, 1]
    for value in folds if folds.size > 1 else ():
        inside = fold == value
        nearest[inside] = KDTree(places[~inside]).query(places[inside])[0]
    index = nearest / mean_distance
    low, high = np.quantile(index, [0.25, 0.75])
    return Applicability(mean_distance, float(index[index <= high + WHISKER * (high - low)].max()))


def dissimilarity(
    table: pd.DataFrame,
    training: pd.DataFrame,
    weights: Mapping[str, float],
    mean_distance: float,
) -> np.ndarray:
    """Return the dissimilarity index of new rows, float64, shape (n_rows,).

    Parameters
    ----------
    table, training, weights
        See `predictor_space`.
    mean_distance : float
        See `Applicability`.
    """
    known = KDTree(predictor_space(training, training, weights))
    return known.query(predictor_space(table, training, weights))[0] / mean_distance


def unseen_classes(table: pd.DataFrame, training: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Return where a row has a class that no training row has, bool, shape (n_rows,)."""
    found = np.zeros(len(table), dtype=bool)
    for name in names:
        if not pd.api.types.is_numeric_dtype(training[name]):
            found |= (table[name].notna() & ~table[name].isin(training[name])).to_numpy()
    return found


def describe_strangeness(
    table: pd.DataFrame, training: pd.DataFrame, weights: Mapping[str, float]
) -> pd.Series:
    """Say which values of each row no training row comes near, the heaviest factor first.

    Parameters
    ----------
    table, training, weights
        See `predictor_space`.

    Returns
    -------
    Series of str
        Such as ``slope 61° (training: 4.2 to 38), lithology marble (not in training)``; where each
        value alone is within the training rows', that their combination is not.
    """
    used = sorted((name for name in weights if weights[name] > 0), key=lambda name: -weights[name])
    texts: list[list[str]] = [[] for _ in range(len(table))]
    for name in used:
        values, known = table[name], training[name].dropna()
        missing = values.isna() & bool(training[name].notna().all())
        if pd.api.types.is_numeric_dtype(training[name]):
            strange = (values < known.min()) | (values > known.max())
            limits = f" (training: {_range(known)})" if len(known) else ""
        else:
            strange = values.notna() & ~values.isin(known)
            limits = " (not in training)"
        for row in np.flatnonzero((strange | missing).to_numpy()):
            value = values.iloc[row]
            texts[row].append(in_words(name, value) + ("" if pd.isna(value) else limits))
    return pd.Series(
        [", ".join(said) or "a combination of values unlike training" for said in texts],
        dtype="str",
    )


def _range(values: pd.Series) -> str:
    """Give the smallest and largest of some numbers, large ones without exponents."""
    ends = [float(values.min()), float(values.max())]
    return " to ".join(f"{end:.0f}" if abs(end) >= 100 else f"{end:.3g}" for end in ends)
