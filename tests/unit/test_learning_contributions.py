"""What a factor adds to a probability: against each row tried by itself, and in words."""

import numpy as np
import pandas as pd
import pytest

from hotslope.learning.contributions import factor_contributions, main_factors
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
    found = factor_contributions(fitted, rows, known)
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
    found = factor_contributions(fitted, steep, known)
    assert found["slope"][0] > 0.2
    assert found["slope"][0] > abs(found.get("noise", pd.Series([0.0]))[0])
    assert main_factors(found)[0].startswith("slope +0.")


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
