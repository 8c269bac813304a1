"""Which factors stay: those that say something, and of two that say the same, the better."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from hotslope.learning.association import association_matrix, associations
from hotslope.learning.bins import FactorBinner
from hotslope.learning.information import gain_ratio_of_codes, null_gain_ratios

UNINFORMATIVE = "one bin only: says nothing about the label"


def drop_redundant(
    association: np.ndarray, gain_ratio: np.ndarray, max_correlation: float
) -> np.ndarray:
    """Find the factors that repeat a better one.

    Parameters
    ----------
    association : ndarray of float64, shape (n, n)
        Pairwise association; its size counts, not its sign.
    gain_ratio : ndarray of float64, shape (n,)
        Information gain ratio of each factor.
    max_correlation : float
        Pairs above it are redundant.

    Returns
    -------
    ndarray of int64, shape (n,)
        Position of the factor that each one gave way to, -1 for those that stay.

    Notes
    -----
    The closest pair is settled first, and a factor that has gone pushes out no other. Of
    equal gain ratios the earlier factor stays.
    """
    strength = np.abs(np.triu(association, k=1))
    pairs = np.argwhere(strength > max_correlation)
    order = np.argsort(-strength[pairs[:, 0], pairs[:, 1]], kind="stable")
    partner = np.full(gain_ratio.size, -1)
    for i, j in pairs[order]:
        if partner[i] >= 0 or partner[j] >= 0:
            continue
        loser, winner = (i, j) if gain_ratio[i] < gain_ratio[j] else (j, i)
        partner[loser] = winner
    return partner


class FactorScreening(TransformerMixin, BaseEstimator):
    """Keep the columns of a factor table that inform and do not repeat each other.

    Parameters
    ----------
    categorical : sequence of str
        Columns that hold categories.
    max_correlation : float, default 0.7
        Of two factors more strongly associated (Pearson, η, Cramér's V), the one with the
        lower information gain ratio goes.
    max_bins, significance, min_bin_count
        See `hotslope.learning.chimerge.ChiMerge`.

    Attributes
    ----------
    binner_ : FactorBinner
        Bins that the gain ratios were taken from.
    gain_ratios_ : ndarray of float64, shape (n_factors,)
    partners_ : list of (str or None)
        The factor that each one gave way to.
    reasons_ : list of (str or None)
        Why a factor went; None for those kept.
    kept_ : list of str

    Notes
    -----
    Where no factor says anything, the first one stays: a model of a constant answers with
    the share of positives, which is the honest answer.
    """

    def __init__(
        self,
        categorical: Sequence[str] = (),
        *,
        max_correlation: float = 0.7,
        max_bins: int = 8,
        significance: float = 0.1,
        min_bin_count: int = 5,
    ) -> None:
        self.categorical = categorical
        self.max_correlation = max_correlation
        self.max_bins = max_bins
        self.significance = significance
        self.min_bin_count = min_bin_count

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> "FactorScreening":  # noqa: N803
        """Screen the factors of training rows `X` with labels `y`."""
        self.fit_bins(X, y)
        return self

    def fit_bins(self, X: pd.DataFrame, y: npt.ArrayLike) -> dict[str, np.ndarray]:  # noqa: N803
        """Screen the factors, and return the bins of the training rows."""
        self.binner_ = FactorBinner(
            self.categorical,
            max_bins=self.max_bins,
            significance=self.significance,
            min_bin_count=self.min_bin_count,
        )
        bins, numbers = self.binner_.fit_bins_and_numbers(X, y)
        names = self.binner_.factors_
        classes = np.unique(y, return_inverse=True)[1]
        self.gain_ratios_ = np.array([gain_ratio_of_codes(bins[name], classes) for name in names])
        constant = np.array([np.ptp(bins[name]) == 0 for name in names])
        codes = {
            name: np.where(bins[name] < self.binner_.n_bins(name), bins[name], -1)
            for name in self.binner_.categories_
        }
        association = associations(names, numbers, codes)
        association[constant] = association[:, constant] = 0.0
        partner = drop_redundant(association, self.gain_ratios_, self.max_correlation)
        self.partners_ = [names[j] if j >= 0 else None for j in partner]
        self.reasons_ = [
            UNINFORMATIVE
            if constant[i]
            else f"association {association[i, j]:.2f} with {names[j]}"
            if j >= 0
            else None
            for i, j in enumerate(partner)
        ]
        kept = [name for name, reason in zip(names, self.reasons_, strict=True) if reason is None]
        self.kept_ = kept or names[:1]
        return bins

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:  # noqa: N803
        """Return the columns that were kept, raw."""
        check_is_fitted(self)
        return X[self.kept_]


def screening_table(
    screening: FactorScreening,
    table: pd.DataFrame,
    label: np.ndarray,
    *,
    permutations: int,
    seed: int,
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
    permutations : int
        Number of permutations; the least p is 1 / (permutations + 1).
    seed : int
        All factors see the same permutations.

    Returns
    -------
    DataFrame
        One row per factor: ``factor``, ``bins``, ``missing`` (rows), ``gain_ratio``,
        ``null_mean``, ``null_95``, ``p``, ``strongest_association`` and ``strongest_partner``
        (over all other factors), ``kept``, ``reason``.
    """
    rng = np.random.default_rng(seed)
    permuted = np.stack([rng.permutation(label) for _ in range(permutations)])
    nominal = set(screening.categorical)
    association = association_matrix(table, screening.categorical)
    np.fill_diagonal(association, 0.0)
    names = screening.binner_.factors_
    rows = []
    for i, name in enumerate(names):
        null = null_gain_ratios(
            table[name],
            permuted,
            categorical=name in nominal,
            max_bins=screening.max_bins,
            significance=screening.significance,
            min_bin_count=screening.min_bin_count,
        )
        gain_ratio = screening.gain_ratios_[i]
        strongest = int(np.argmax(np.abs(association[i])))
        rows.append(
            {
                "factor": name,
                "bins": screening.binner_.n_bins(name),
                "missing": int(table[name].isna().sum()),
                "gain_ratio": gain_ratio,
                "null_mean": null.mean(),
                "null_95": np.quantile(null, 0.95),
                "p": (1 + np.sum(null >= gain_ratio - 1e-12)) / (permutations + 1),
                "strongest_association": association[i, strongest],
                "strongest_partner": names[strongest] if strongest != i else None,
                "kept": name in screening.kept_,
                "reason": screening.reasons_[i],
            }
        )
    return pd.DataFrame(rows)
