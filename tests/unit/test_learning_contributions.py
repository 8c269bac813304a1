"""What a factor adds to a probability: against each row tried by itself, and in words."""

import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import partial_dependence

from hotslope.learning.contributions import (
    explain,
    in_words,
    main_factors,
    reasons_in_words,
)
from hotslope.learning.models import make_classifier


def sample(seed: int, rows: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Slope and rock decide; one factor is noise, and some values are missing."""
    rng = np.random.default_rng(seed)
    slope, rock = rng.normal(20, 6, rows), rng.choice(["hard", "soft"], rows)
    label = (slope + 4 * (rock == "soft") + rng.normal(0, 3, rows) > 22).astype(np.int64)
    noise = np.where(rng.random(rows) < 0.15, np.nan, rng.normal(size=rows))
    slope[rng.random(rows) < 0.1] = np.nan
    return pd.DataFrame({"slope": slope, "rock": rock.astype(object), "noise": noise}), label


@pytest.mark.parametrize(
    ("model", "options"),
    [("random_forest", {"trees": 10}), ("logistic_regression", {}), ("cnn", {"epochs": 20})],
)
def test_contributions_are_those_of_every_background_row_by_itself(model, options):
    known, label = sample(1, 80)
    rows, _ = sample(2, 6)
    fitted = make_classifier(model, categorical=["rock"], **options).fit(known, label)
    found = explain(fitted, rows, known).contributions
    assert list(found.columns) == fitted[0].screening_.kept_
    assert "slope" in found
    probability = fitted.predict_proba(rows)[:, 1]
    for factor in found.columns:
        answers = []
        for value in known[factor]:
            changed = rows.copy()
            changed[factor] = [value] * len(rows)
            answers.append(fitted.predict_proba(changed)[:, 1])
        # Networks compute in float32.
        np.testing.assert_allclose(found[factor], probability - np.mean(answers, axis=0), atol=1e-6)


def test_what_decides_adds_most():
    known, label = sample(3, 300)
    fitted = make_classifier("logistic_regression", categorical=["rock"]).fit(known, label)
    steep = pd.DataFrame({"slope": [35.0], "rock": ["soft"], "noise": [0.0]})
    found = explain(fitted, steep, known).contributions
    assert found["slope"][0] > 0.2
    assert found["slope"][0] > abs(found.get("noise", pd.Series([0.0]))[0])
    assert main_factors(found)[0].startswith("slope +0.")


@pytest.mark.parametrize("encoding", ["steps", "numbers"])
def test_partial_dependence_is_that_of_scikit_learn(encoding):
    known, label = sample(4, 90)
    fitted = make_classifier("logistic_regression", categorical=["rock"], encoding=encoding)
    dependence = explain(fitted.fit(known, label), known, known).dependence
    slope = dependence[(dependence["factor"] == "slope") & dependence["low"].notna()]
    assert len(slope) > 1
    assert (slope["low"] <= slope["high"]).all()
    assert (slope["low"].to_numpy()[1:] > slope["high"].to_numpy()[:-1]).all()
    for edge in ("low", "high"):
        values = {"slope": slope[edge].to_numpy()}
        found = partial_dependence(
            fitted,
            known,
            ["slope"],
            kind="average",
            custom_values=values,
            response_method="predict_proba",
        )
        np.testing.assert_allclose(slope["probability"], found["average"][0])
    rock = dependence[dependence["factor"] == "rock"].set_index("category")
    assert list(rock.index) == ["hard", "soft"]
    for name in rock.index:
        expected = fitted.predict_proba(known.assign(rock=name))[:, 1].mean()
        assert rock.loc[name, "probability"] == pytest.approx(expected)
    missing = dependence[dependence[["low", "category"]].isna().all(axis=1)]
    counts = missing.set_index("factor")["rows"]
    assert counts["slope"] == known["slope"].isna().sum()
    assert dependence.groupby("factor")["rows"].sum().eq(len(known)).all()


def test_main_factors_in_words():
    rows = pd.DataFrame(
        {
            "a": [0.2, 0.0, 0.0],
            "b": [-0.3, 0.009, 0.0],
            "c": [0.1, 0.0, 0.0],
            "d": [0.05, -0.01, 0.0],
        }
    )
    assert main_factors(rows).tolist() == ["b -0.30, a +0.20, c +0.10", "d -0.01", ""]
    assert main_factors(rows[:0]).dtype == "str"


def test_reasons_name_the_values_for_and_against():
    gains = pd.DataFrame(
        {"slope": [0.2, 0.0], "trend_nonlinear": [0.3, 0.0], "distance_to_roads": [-0.1, 0.005]}
    )
    values = pd.DataFrame(
        {"slope": [31.2, 5.0], "trend_nonlinear": [0.62, 0.0], "distance_to_roads": [3301.0, 20.0]}
    )
    assert reasons_in_words(gains, values).tolist() == [
        "for: 62% non-linear trends, slope 31°; against: 3.3 km to the next road", ""
    ]  # fmt: skip
    assert reasons_in_words(gains[:0], values[:0]).dtype == "str"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("distance_to_rivers", 480.4, "480 m to the next river"), ("lithology", "a", "lithology a"),
     ("twi", np.nan, "twi unknown"), ("land_use", None, "land use unknown"),
     ("log10_carea", 2.7843, "log10 carea 2.78"), ("slope", "steep", "slope steep"),
     ("profile_curvature", -0.00321, "profile curvature -0.0032 1/m")],
)  # fmt: skip
def test_a_value_in_words(name, value, words):
    assert in_words(name, value) == words
