"""Screening of factors: constants go, and of two that are associated the less informative."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from hotslope.learning.association import associations
from hotslope.learning.bins import FactorBinner
from hotslope.learning.information import chance_gain_ratios, gain_ratio_of_codes

UNINFORMATIVE = "one bin only: says nothing about the label"
#: Which factor of an associated pair goes.
RULES = ("significance", "paper")


def drop_less_significant(
    association: np.ndarray, p: np.ndarray, excess: np.ndarray, max_correlation: float
) -> np.ndarray:
    """Find the factors that repeat one whose gain is more significant.

    Parameters
    ----------
    association : ndarray of float64, shape (n, n)
        Pairwise association; its size counts, not its sign.
    p : ndarray of float64, shape (n,)
        Share of permuted labels that give each factor as high a gain.
    excess : ndarray of float64, shape (n,)
        Gain less its mean under permuted labels; decides between equal p.
    max_correlation : float
        Pairs above it are redundant.

    Returns
    -------
    ndarray of int64, shape (n,)
        Position of the factor that each one gave way to, -1 for those that stay.

    Notes
    -----
    Factors are taken from the most significant down, and one stays unless it is redundant with
    one that stays already. So each that goes gives way to one that stays, no two that stay are
    redundant, and of equals the earlier stays.
    """
    strength = np.abs(association)
    partner = np.full(p.size, -1)
    kept: list[int] = []
    for i in np.lexsort((-excess, p)):
        rivals = [j for j in kept if strength[i, j] > max_correlation]
        if rivals:
            partner[i] = max(rivals, key=lambda j: strength[i, j])
        else:
            kept.append(int(i))
    return partner


def drop_lower_gain(
    association: np.ndarray, gain_ratio: np.ndarray, max_correlation: float
) -> np.ndarray:
    """Find the factors that repeat one of higher gain ratio, as Zhang et al. (2023) do.

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
    The closest pair is settled first, and a factor that has gone pushes out no other; the one
    that it gave way to may still go. Of equal gain ratios the earlier factor stays.
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
        Of two factors more strongly associated (Pearson, η, Cramér's V), one goes.
    rule : str, default "significance"
        ``significance``: the one whose information gain ratio is less significant under permuted
        labels (`drop_less_significant`); ``paper``: the one with the lower gain ratio
        (`drop_lower_gain`).
    permutations : int, default 99
        Permutations of the labels, binned anew each.
    seed : int, default 0
        Of the permutations.
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

    The gain ratio that chance gives depends on the number of bins and on how they are made, so
    the raw ratios of two factors cannot be compared: by chance alone three categories reach about
    a quarter of what ChiMerge reaches on a number.
    """

    def __init__(
        self,
        categorical: Sequence[str] = (),
        *,
        max_correlation: float = 0.7,
        rule: str = "significance",
        permutations: int = 99,
        seed: int = 0,
        max_bins: int = 8,
        significance: float = 0.1,
        min_bin_count: int = 5,
    ) -> None:
        self.categorical = categorical
        self.max_correlation = max_correlation
        self.rule = rule
        self.permutations = permutations
        self.seed = seed
        self.max_bins = max_bins
        self.significance = significance
        self.min_bin_count = min_bin_count

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> "FactorScreening":  # noqa: N803
        """Screen the factors of training rows `X` with labels `y`."""
        self.fit_bins(X, y)
        return self

    def fit_bins(self, X: pd.DataFrame, y: npt.ArrayLike) -> dict[str, np.ndarray]:  # noqa: N803
        """Screen the factors, and return the bins of the training rows."""
        if self.rule not in RULES:
            raise ValueError(f"rule must be one of {', '.join(RULES)}, not {self.rule!r}")
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
        if self.rule == "paper":
            partner = drop_lower_gain(association, self.gain_ratios_, self.max_correlation)
        else:
            columns = codes | dict(zip(self.binner_.numeric_, numbers.T, strict=True))
            partner = self._drop_by_significance(association, columns, classes)
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

    def _drop_by_significance(
        self, association: np.ndarray, columns: dict[str, np.ndarray], classes: np.ndarray
    ) -> np.ndarray:
        """Call `drop_less_significant` with the nulls of the factors that are in some pair."""
        names = self.binner_.factors_
        others = np.abs(association - np.diag(np.diag(association)))
        paired = np.flatnonzero(others.max(axis=1, initial=0.0) > self.max_correlation)
        nulls = self.nulls({names[i]: columns[names[i]] for i in paired}, classes)
        p, excess = np.ones(len(names)), np.zeros(len(names))
        for i in paired:
            null = nulls[names[i]]
            p[i] = permutation_p(self.gain_ratios_[i], null)
            excess[i] = self.gain_ratios_[i] - null.mean()
        return drop_less_significant(others, p, excess, self.max_correlation)

    def nulls(
        self, columns: Mapping[str, npt.ArrayLike], classes: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Return the gain ratios of factors under permuted labels.

        Parameters
        ----------
        columns : mapping of str to array-like, shape (n_rows,)
            Raw factors of the training rows.
        classes : ndarray of int64, shape (n_rows,)
            Class codes 0, 1, ...

        Returns
        -------
        dict of str to ndarray of float64, shape (permutations,)
        """
        class_sizes = tuple(np.bincount(classes).tolist())
        nulls = {}
        for name, values in columns.items():
            missing, ties = _ties(np.asarray(values))
            nulls[name] = chance_gain_ratios(
                missing,
                ties,
                class_sizes,
                permutations=self.permutations,
                seed=self.seed,
                categorical=name in self.categorical,
                max_bins=self.max_bins,
                significance=self.significance,
                min_bin_count=self.min_bin_count,
            )
        return nulls

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:  # noqa: N803
        """Return the columns that were kept, raw."""
        check_is_fitted(self)
        return X[self.kept_]


def _ties(values: np.ndarray) -> tuple[int, tuple[int, ...]]:
    """Return the number of missing values, and of the rows that share each other value, sorted."""
    if values.dtype.kind in "fi":
        # In a fifth of the time of pandas.
        present = values[~np.isnan(values)]
        counts = np.unique(present, return_counts=True)[1]
        return values.size - present.size, tuple(counts.tolist())
    ranks, levels = pd.factorize(values, sort=True)
    missing, *ties = np.bincount(ranks + 1, minlength=len(levels) + 1).tolist()
    return missing, tuple(ties)


def permutation_p(gain_ratio: float, null: np.ndarray) -> float:
    """Return the share of permutations, the labels as they are among them, that reach the gain."""
    # 1e-12: equal gains may differ by rounding.
    return float((1 + np.sum(null >= gain_ratio - 1e-12)) / (null.size + 1))
