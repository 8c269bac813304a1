"""Signs that a factor, a place or the way of recording gives the labels away."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from scipy.stats import fisher_exact
from sklearn.neighbors import KNeighborsClassifier

from hotslope.learning.bins import FactorBinner
from hotslope.learning.metrics import area_under_curve, mean_of_defined
from hotslope.learning.splits import Fold, group_centres

#: AUC from which a single factor, the place or a model is reported.
SUSPICIOUS_AUC = 0.95
#: Least difference between the classes in the share of rows with a sign of recording, and the
#: largest p of it, divided by the number of signs that are tried.
LEAST_DIFFERENCE, LARGEST_P = 0.5, 0.001
#: Neighbours that vote where labels are predicted by place alone.
NEIGHBOURS = 5


def factor_scores(
    table: pd.DataFrame,
    categorical: Sequence[str],
    label: np.ndarray,
    folds: Sequence[Fold],
    *,
    max_bins: int,
    significance: float,
    min_bin_count: int,
) -> dict[str, float]:
    """Return the AUC that each factor reaches alone, on rows that its bins have not seen.

    Parameters
    ----------
    table : DataFrame
        Raw factors.
    categorical : sequence of str
        Columns that hold categories.
    label : ndarray of int64, shape (n_rows,)
    folds : sequence of Fold
    max_bins, significance, min_bin_count
        See `hotslope.learning.chimerge.ChiMerge`.

    Returns
    -------
    dict of str to float
        The score of a row is the share of landslides in its bin among the training rows, so that
        values in the middle, categories and missing values count as well; mean over the folds.
    """
    scores: dict[str, list[float]] = {str(name): [] for name in table.columns}
    for fold in folds:
        train, test = table.iloc[fold.train], table.iloc[fold.test]
        binner = FactorBinner(
            categorical,
            max_bins=max_bins,
            significance=significance,
            min_bin_count=min_bin_count,
        ).fit(train, label[fold.train])
        known, new = binner.transform(train), binner.transform(test)
        for name, found in scores.items():
            # One landslide and one other more in each bin: empty bins give one half.
            width = binner.n_bins(name) + 2
            counts = np.bincount(known[name] + 1, minlength=width) + 2
            slides = np.bincount(known[name] + 1, label[fold.train], minlength=width) + 1
            found.append(area_under_curve(label[fold.test], (slides / counts)[new[name] + 1]))
    return {name: mean_of_defined(found) for name, found in scores.items()}


def place_score(
    x_m: np.ndarray, y_m: np.ndarray, label: np.ndarray, folds: Sequence[Fold]
) -> float:
    """Return the AUC of the nearest training rows' votes, mean over the folds.

    Parameters
    ----------
    x_m, y_m : ndarray of float64, shape (n_rows,)
    label : ndarray of int64, shape (n_rows,)
    folds : sequence of Fold
        Not spatial ones: in those no neighbour is near.
    """
    places = np.column_stack([x_m, y_m])
    scores = []
    for fold in folds:
        votes = KNeighborsClassifier(min(NEIGHBOURS, fold.train.size), weights="distance")
        votes.fit(places[fold.train], label[fold.train])
        if votes.classes_.size == 2:
            probability = votes.predict_proba(places[fold.test])[:, 1]
            scores.append(area_under_curve(label[fold.test], probability))
    return mean_of_defined(scores)


def recording_signs(table: pd.DataFrame, label: np.ndarray) -> pd.DataFrame:
    """Compare the classes in how their factors were recorded.

    Parameters
    ----------
    table : DataFrame
        Raw factors.
    label : ndarray of int64, shape (n_rows,)

    Returns
    -------
    DataFrame
        ``factor``, ``sign`` (``missing``; ``whole``: numbers without decimals, 0 and 1 not
        counted, which shares and distances have by nature), ``landslides`` and ``others`` (share
        of their rows with the sign) and ``p`` of Fisher's exact test. Signs that all rows or none
        have are left out.
    """
    rows = []
    for name in table.columns:
        signs = {"missing": (table[name].isna().to_numpy(), np.ones(len(table), dtype=bool))}
        if pd.api.types.is_numeric_dtype(table[name]):
            values = table[name].to_numpy(dtype=np.float64, na_value=np.nan)
            signs["whole"] = (
                values == np.floor(values),
                ~(np.isnan(values) | np.isin(values, (0, 1))),
            )
        for sign, (shown, counted) in signs.items():
            slides, others = counted & (label == 1), counted & (label == 0)
            if not (slides.any() and others.any() and 0 < shown[counted].mean() < 1):
                continue
            counts = [[np.sum(shown & part), np.sum(~shown & part)] for part in (slides, others)]
            rows.append(
                {
                    "factor": name,
                    "sign": sign,
                    "landslides": float(shown[slides].mean()),
                    "others": float(shown[others].mean()),
                    "p": float(fisher_exact(counts).pvalue),
                }
            )
    return pd.DataFrame(rows, columns=["factor", "sign", "landslides", "others", "p"])


def suspicions(scores: dict[str, float], place: float, signs: pd.DataFrame) -> pd.DataFrame:
    """Return what should be looked at before a model is believed.

    Parameters
    ----------
    scores : dict of str to float
        From `factor_scores`.
    place : float
        From `place_score`.
    signs : DataFrame
        From `recording_signs`.

    Returns
    -------
    DataFrame
        ``kind`` (factor, place, recording), ``factor`` (missing for places), ``value`` (AUC, or
        difference of shares) and ``words``: what was found and what to look for.
    """
    found: list[tuple[str, str | None, float, str]] = []
    for name, auc in sorted(scores.items(), key=lambda item: -item[1]):
        if auc >= SUSPICIOUS_AUC:
            words = (
                f"{name} alone separates the classes (AUC {auc:.2f}): see whether it was made "
                "from the inventory, or with knowledge of the labels"
            )
            found.append(("factor", name, auc, words))
    if place >= SUSPICIOUS_AUC:
        words = (
            f"the labels follow the coordinates (AUC {place:.2f} by the nearest slopes alone): see "
            "whether landslides and other slopes were mapped in different places or by different "
            "people; random folds then measure places"
        )
        found.append(("place", None, place, words))
    difference = (signs["landslides"] - signs["others"]).abs()
    strange = (difference >= LEAST_DIFFERENCE) & (signs["p"] <= LARGEST_P / max(len(signs), 1))
    traits = {"missing": "is missing", "whole": "has no decimals"}
    for row in signs[strange].to_dict("records"):
        words = (
            f"{row['factor']} {traits[row['sign']]} for {row['landslides']:.0%} of the landslides "
            f"and {row['others']:.0%} of the others: see whether the two classes were recorded "
            "from different sources"
        )
        found.append(("recording", row["factor"], row["landslides"] - row["others"], words))
    return pd.DataFrame(found, columns=["kind", "factor", "value", "words"])


def shift_labels(
    label: np.ndarray, group: np.ndarray, x_m: np.ndarray, y_m: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Move the pattern of labels in space, so that it stays as clustered as it is.

    Parameters
    ----------
    label, group, x_m, y_m : ndarray, shape (n_rows,)
        Classes, groups that share one, and centroids.
    rng : numpy.random.Generator
        Draws the shift, and whether the pattern is mirrored.

    Returns
    -------
    ndarray, shape (n_rows,)
        Each group takes the label of the group nearest to its place, shifted round the bounding
        box of all and mirrored at random.

    Notes
    -----
    Labels that are permuted freely have no pattern in space, so they cannot show what a model
    gains from knowing places.
    """
    _, first, codes = np.unique(group, return_index=True, return_inverse=True)
    places = group_centres(group, x_m, y_m)[first]
    extent = np.ptp(places, axis=0)
    within = places - places.min(axis=0)
    moved = np.where(rng.random(2) < 0.5, extent - within, within) + rng.uniform(0, 1, 2) * extent
    # A box without width, where all slopes lie in a line, has nothing to go round.
    moved = np.mod(moved, np.where(extent > 0, extent, np.inf))
    return label[first][KDTree(within).query(moved)[1]][codes]
