"""Why a model gives a candidate its probability: what each factor adds to it."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from hotslope.learning.tables import COLUMNS

#: As many are named at most, and none that moves the probability by less.
MOST, LEAST = 3, 0.01
#: How the value of a factor is said; distances are metres, shares 0 to 1.
PHRASES = {
    "slope": "slope {:.0f}°",
    "aspect": "facing {}",
    "plan_curvature": "plan curvature {:+.2g} 1/m",
    "profile_curvature": "profile curvature {:+.2g} 1/m",
    "elevation": "elevation {:.0f} m",
    "twi": "wetness index {:.1f}",
    "spi": "stream power index {:.3g}",
    "tpi": "{:+.0f} m above the surroundings",
    "tri": "ruggedness {:.1f} m",
    "lithology": "lithology {}",
    "land_use": "land use {}",
    "distance_to_faults": "{} to the next fault",
    "distance_to_rivers": "{} to the next river",
    "distance_to_roads": "{} to the next road",
    "trend_uncorrelated": "{:.0%} of the points without trend",
    "trend_linear": "{:.0%} linear trends",
    "trend_nonlinear": "{:.0%} non-linear trends",
}


class Explanation(NamedTuple):
    """What a fitted model makes of each factor.

    Parameters
    ----------
    contributions : DataFrame of float64
        One row per row explained, one column per factor that the model uses: the probability less
        its mean where the factor alone takes, in turn, the value of every row of the background.
        They do not add up to the probability where factors act together.
    dependence : DataFrame
        One row per factor and bin (or category, or missing values), in order: ``factor``, ``low``
        and ``high`` (least and greatest value in the background, NaN of categories and of missing
        values), ``category`` (missing of numbers), ``rows`` (of the background) and
        ``probability``, the mean over the rows explained where the factor alone lies in this bin
        (partial dependence).
    """

    contributions: pd.DataFrame
    dependence: pd.DataFrame


def explain(fitted: Pipeline, table: pd.DataFrame, background: pd.DataFrame) -> Explanation:
    """Try every value that a factor has in the background on each row.

    Parameters
    ----------
    fitted : Pipeline
        From `hotslope.learning.models.make_classifier`, fitted.
    table : DataFrame
        Raw factors of the rows to explain.
    background : DataFrame
        Raw factors of the rows that it was fitted on.

    References
    ----------
    Robnik-Šikonja, M. & Kononenko, I. (2008). Explaining classifications for individual
    instances. IEEE Trans. Knowl. Data Eng. 20, 589–600.
    Friedman, J. H. (2001). Greedy function approximation. Annals of Statistics 29, 1189-1232.
    """
    encoder, model = fitted
    positive = list(fitted.classes_).index(1)
    rows, others = encoder.transform(table), encoder.transform(background)
    probability = model.predict_proba(rows)[:, positive]
    contributions, dependence = {}, []
    for factor in encoder.screening_.kept_:
        columns = [encoder.columns_.index(name) for name in encoder.columns_of(factor)]
        # Rows of the background share few values: each is tried once, and weighs as many.
        values, bins, counts = np.unique(
            others[:, columns], axis=0, return_inverse=True, return_counts=True
        )
        changed = np.tile(rows, (len(values), 1))
        changed[:, columns] = np.repeat(values, len(rows), axis=0)
        answers = model.predict_proba(changed)[:, positive].reshape(len(values), len(rows))
        contributions[factor] = probability - counts / counts.sum() @ answers
        bins_in_words = _describe_bins(background[factor], bins.ravel())
        dependence.append(
            bins_in_words.assign(factor=factor, rows=counts, probability=answers.mean(axis=1))
        )
    found = pd.concat(dependence, ignore_index=True)
    found = found.sort_values(["low", "category"], kind="stable", na_position="last")
    order = {factor: i for i, factor in enumerate(contributions)}
    found = found.sort_values("factor", key=lambda names: names.map(order), kind="stable")
    return Explanation(
        pd.DataFrame(contributions), found[COLUMNS["dependence"]].reset_index(drop=True)
    )


def _describe_bins(values: pd.Series, bins: np.ndarray) -> pd.DataFrame:
    """Return ``low``, ``high`` and ``category`` of the raw values in each bin 0, 1, ..."""
    groups = values.groupby(bins)
    if pd.api.types.is_numeric_dtype(values):
        return pd.DataFrame({"low": groups.min(), "high": groups.max(), "category": None})
    # All values of a bin are one category, or missing.
    return pd.DataFrame({"low": np.nan, "high": np.nan, "category": groups.first()})


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


def reasons_in_words(contributions: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Say for each row which values speak most for a landslide and which against.

    Parameters
    ----------
    contributions : DataFrame of float64
        From `explain`.
    table : DataFrame
        Raw factors of the same rows.

    Returns
    -------
    Series of str
        Such as ``for: slope 31°, 62% non-linear trends; against: 3.3 km to the next road``, the
        strongest first; empty where nothing adds `LEAST`.
    """
    names = contributions.columns.to_numpy(dtype=object)
    texts = []
    for row, values in zip(
        contributions.to_numpy(), table[list(names)].to_dict("records"), strict=True
    ):
        sides = []
        for title, gain in (("for", row), ("against", -row)):
            order = np.argsort(-gain, kind="stable")[:MOST]
            said = [in_words(names[i], values[names[i]]) for i in order if gain[i] >= LEAST]
            if said:
                sides.append(f"{title}: {', '.join(said)}")
        texts.append("; ".join(sides))
    return pd.Series(texts, dtype="str")


def in_words(name: str, value: float | str | None) -> str:
    """Say the value of a factor, such as ``slope 31°``."""
    if pd.isna(value):
        return f"{name.replace('_', ' ')} unknown"
    if name.startswith("distance_to_") and not isinstance(value, str):
        value = f"{value / 1000:.1f} km" if value >= 1000 else f"{value:.0f} m"
    phrase = PHRASES.get(name)
    if phrase is None or (isinstance(value, str) and phrase.count(":")):
        number = value if isinstance(value, str) else f"{value:.3g}"
        return f"{name.replace('_', ' ')} {number}"
    return phrase.format(value)
