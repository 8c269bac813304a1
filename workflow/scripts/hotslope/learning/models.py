"""The classifiers by name: bins, screening and encoding inside, so that they can be fitted anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.base import ClassifierMixin
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from hotslope.errors import InputError
from hotslope.learning.cnn import FactorNetwork
from hotslope.learning.encoding import FactorEncoder


def _random_forest(seed: int, *, trees: int = 50, max_depth: int = 3) -> RandomForestClassifier:
    return RandomForestClassifier(
        n_estimators=trees, max_depth=max_depth, criterion="gini", random_state=seed, n_jobs=1
    )


def _extra_trees(seed: int, *, trees: int = 50, max_depth: int = 3) -> ExtraTreesClassifier:
    return ExtraTreesClassifier(
        n_estimators=trees, max_depth=max_depth, random_state=seed, n_jobs=1
    )


def _logistic_regression(seed: int, *, inverse_penalty: float = 1.0) -> LogisticRegression:
    return LogisticRegression(C=inverse_penalty, max_iter=1000, random_state=seed)


def _cnn(seed: int, **sizes: Any) -> FactorNetwork:
    return FactorNetwork(random_state=seed, **sizes)


#: Model name → what makes its estimator from a seed and the options in the config.
MODELS: dict[str, Callable[..., ClassifierMixin]] = {
    "random_forest": _random_forest,
    "cnn": _cnn,
    "logistic_regression": _logistic_regression,
    "extra_trees": _extra_trees,
}


def make_classifier(
    name: str,
    *,
    categorical: Sequence[str] = (),
    encoding: str = "steps",
    max_bins: int = 8,
    significance: float = 0.1,
    min_bin_count: int = 5,
    max_correlation: float = 0.7,
    rule: str = "significance",
    permutations: int = 99,
    seed: int = 0,
    **options: Any,
) -> Pipeline:
    """Return an unfitted classifier on a frame of raw factors.

    Parameters
    ----------
    name : str
        A key of `MODELS`.
    categorical : sequence of str
        Columns that hold categories; all others hold numbers, NaN where missing.
    encoding : str, default "steps"
        See `hotslope.learning.encoding.FactorEncoder`.
    max_bins, significance, min_bin_count
        See `hotslope.learning.chimerge.ChiMerge`.
    max_correlation, rule, permutations
        See `hotslope.learning.screening.FactorScreening`.
    seed : int, default 0
        Seed of the estimator, and of the permutations of the screening.
    **options
        Of the estimator, as in the config section ``models``.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Steps ``encode`` (bins, screening, encoding) and ``model``. Everything that learns
        from labels learns in `fit`, so cross-validation of it is honest.

    Raises
    ------
    InputError
        Unknown name or option.
    """
    if name not in MODELS:
        raise InputError(
            f"models.{name}", "is no known model", f"Choose among {', '.join(sorted(MODELS))}"
        )
    try:
        estimator = MODELS[name](seed, **options)
    except TypeError as error:
        raise InputError(f"models.{name}", str(error), "Remove the option") from None
    encoder = FactorEncoder(
        categorical,
        encoding=encoding,
        max_correlation=max_correlation,
        rule=rule,
        permutations=permutations,
        seed=seed,
        max_bins=max_bins,
        significance=significance,
        min_bin_count=min_bin_count,
    )
    return Pipeline([("encode", encoder), ("model", estimator)])


@dataclass(frozen=True)
class ModelSettings:
    """A model as the config describes it.

    Parameters
    ----------
    name : str
        A key of `MODELS`.
    options : dict
        Of the estimator, its section of ``models``.
    binning, screening : dict
        Sections of the same names.
    seed : int
    """

    name: str
    options: dict[str, Any]
    binning: dict[str, Any]
    screening: dict[str, Any]
    seed: int

    def classifier(self, categorical: Sequence[str]) -> Pipeline:
        """Return the unfitted classifier on factors, of which some are `categorical`."""
        return make_classifier(
            self.name,
            categorical=categorical,
            seed=self.seed,
            **self.screening,
            **self.binning,
            **self.options,
        )
