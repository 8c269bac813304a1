"""Shapley values of forests: against their definition, and in the files of a run."""

from itertools import combinations
from math import factorial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("shap", reason="shap is not installed")

from explain_trees import explain_trees
from hotslope.learning.model_description import TRAINING
from hotslope.learning.models import make_classifier
from hotslope.learning.persistence import load_classifier
from hotslope.learning.shapley import shapley_values
from hotslope.learning.validation import positive_probability
from learning_area import N, run_stage

pytestmark = pytest.mark.xdist_group("learning_area")


def made_up(rows: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return numbers on few steps, some missing, a category, and labels that depend on two."""
    rng = np.random.default_rng(4)
    table = pd.DataFrame(
        {
            "slope": rng.integers(0, 11, rows) / 10,
            "twi": np.where(rng.random(rows) < 0.1, np.nan, rng.integers(0, 11, rows) / 10),
            "lithology": rng.choice(["hard", "soft"], rows),
        }
    ).astype({"lithology": object})
    chance = table["slope"] * 0.6 + 0.4 * (table["lithology"] == "soft")
    return table, (rng.random(rows) < chance).astype(np.int64)


def by_definition(predict, rows: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Return the Shapley values of each column, by all its coalitions."""
    columns = range(rows.shape[1])

    def worth(known: tuple[int, ...]) -> np.ndarray:
        mixed = np.repeat(background[None], len(rows), axis=0)
        mixed[:, :, list(known)] = rows[:, None, list(known)]
        return predict(mixed.reshape(-1, rows.shape[1])).reshape(len(rows), -1).mean(axis=1)

    values = np.zeros(rows.shape)
    for i in columns:
        rest = [j for j in columns if j != i]
        for size in range(len(rest) + 1):
            weight = factorial(size) * factorial(len(rest) - size) / factorial(len(rest) + 1)
            for others in combinations(rest, size):
                values[:, i] += weight * (worth((*others, i)) - worth(others))
    return values


@pytest.mark.parametrize("model", ["random_forest", "extra_trees"])
@pytest.mark.parametrize("encoding", ["steps", "numbers"])
def test_values_are_those_of_the_definition_and_add_up(model: str, encoding: str) -> None:
    table, label = made_up(150)
    classifier = make_classifier(
        model, categorical=["lithology"], encoding=encoding, trees=12, seed=2
    )
    classifier.fit(table, label)
    base, values = shapley_values(classifier, table.iloc[:6], table)
    encoder, forest = classifier
    exact = by_definition(
        lambda rows: forest.predict_proba(rows)[:, 1],
        encoder.transform(table.iloc[:6]),
        encoder.transform(table),
    )
    grouped = np.column_stack(
        [
            exact[:, [encoder.columns_.index(one) for one in encoder.columns_of(name)]].sum(axis=1)
            for name in values
        ]
    )
    np.testing.assert_allclose(values, grouped, atol=1e-6)
    assert base == pytest.approx(positive_probability(classifier, table).mean())
    _, everywhere = shapley_values(classifier, table, table)
    np.testing.assert_allclose(
        base + everywhere.sum(axis=1), positive_probability(classifier, table), atol=1e-6
    )
    assert np.abs(everywhere).to_numpy().max() > 0.05


def explained(folder: Path, area: Path) -> pd.DataFrame:
    explain_trees(
        factors_path=str(area / "factors.parquet"),
        fitted_path=str(area / "random_forest" / "fitted"),
        shapley_path=str(folder / "shapley.parquet"),
    )
    return pd.read_parquet(folder / "shapley.parquet")


def test_every_candidate_is_explained_by_the_model_of_the_run(stage, tmp_path: Path) -> None:
    found = explained(tmp_path, stage.folder)
    assert len(found) == N
    fitted = load_classifier(stage.folder / "random_forest" / "fitted")
    training = pd.read_parquet(stage.folder / "random_forest" / "fitted" / TRAINING)
    factors = pd.read_parquet(stage.folder / "factors.parquet")[list(training)]
    sums = found.drop(columns="candidate_id").sum(axis=1)
    probability = positive_probability(fitted, factors.astype({"lithology": object}))
    np.testing.assert_allclose(sums, probability, atol=1e-6)
    assert set(found) == {"candidate_id", "base", *fitted[0].screening_.kept_}


def test_without_a_model_nothing_is_explained(tmp_path: Path) -> None:
    few = run_stage(tmp_path / "few", landslides=3)
    found = explained(tmp_path, few.folder)
    assert list(found) == ["candidate_id", "base"]
    assert found["base"].isna().all()
