"""How unlike its training rows a new row is."""

import numpy as np
import pandas as pd
import pytest

from hotslope.learning.applicability import (
    describe_strangeness,
    dissimilarity,
    measure_applicability,
    predictor_space,
    unseen_classes,
)

WEIGHTS = {"slope": 0.2, "lithology": 0.1, "twi": 0.0}


def training_rows(n: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "slope": rng.normal(25, 5, n),
            "lithology": rng.choice(np.array(["hard", "soft"], dtype=object), n),
            "twi": rng.normal(7, 1, n),
        }
    )


def test_index_and_threshold_are_those_of_the_definition_row_by_row():
    training, fold = training_rows(), np.arange(80) % 4
    z = (training["slope"] - training["slope"].mean()) / training["slope"].std(ddof=0)
    hard = (training["lithology"] == "hard").to_numpy(dtype=float)

    def distance(i: int, j: int) -> float:
        classes = 0.0 if hard[i] == hard[j] else np.sqrt(2)
        return float(np.hypot(0.2 * (z[i] - z[j]), 0.1 * classes))

    pairs = [distance(i, j) for i in range(80) for j in range(i)]
    index = [
        min(distance(i, j) for j in range(80) if fold[i] != fold[j]) / np.mean(pairs)
        for i in range(80)
    ]
    low, high = np.quantile(index, [0.25, 0.75])
    whisker = max(value for value in index if value <= high + 1.5 * (high - low))
    found = measure_applicability(training, WEIGHTS, fold)
    assert found.mean_distance == pytest.approx(np.mean(pairs))
    assert found.threshold == pytest.approx(whisker)
    assert dissimilarity(training, training, WEIGHTS, found.mean_distance).max() == 0


def test_far_values_lie_outside_and_weightless_ones_have_no_part():
    training, fold = training_rows(), np.arange(80) % 4
    limits = measure_applicability(training, WEIGHTS, fold)
    new = training.iloc[[0, 0, 0, 0]].reset_index(drop=True)
    new.loc[1, "slope"] = 70.0
    new.loc[2, "twi"] = 70.0
    new.loc[3, "slope"] = np.nan
    index = dissimilarity(new, training, WEIGHTS, limits.mean_distance)
    assert index[0] == index[2] == 0
    assert index[1] > 5 * limits.threshold
    # No training row lacks its slope: that is as unlike as one standard deviation at least.
    assert index[3] >= 0.2 / limits.mean_distance - 1e-12
    words = describe_strangeness(new, training, WEIGHTS)
    assert words[1].startswith("slope 70° (training: ")
    assert words[3] == "slope unknown"
    assert words[0] == words[2] == "a combination of values unlike training"


def test_class_that_no_training_row_has_is_found_and_missing_ones_are_not():
    training = training_rows()
    new = training.iloc[:3].assign(lithology=["hard", "marble", None])
    assert unseen_classes(new, training, ["slope", "lithology"]).tolist() == [False, True, False]
    assert describe_strangeness(new, training, WEIGHTS)[1] == "lithology marble (not in training)"


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_that_are_all_alike_or_alone_make_all_others_strange(rows):
    training = training_rows().iloc[[0] * rows].reset_index(drop=True)
    limits = measure_applicability(training, WEIGHTS, np.zeros(rows, dtype=int))
    other = training.iloc[:1].assign(slope=training["slope"][0] + 1)
    assert limits.threshold == 0
    assert dissimilarity(training, training, WEIGHTS, limits.mean_distance).max() == 0
    assert dissimilarity(other, training, WEIGHTS, limits.mean_distance)[0] > 0


def test_without_any_weight_nothing_is_strange():
    training = training_rows()
    nothing = dict.fromkeys(WEIGHTS, 0.0)
    assert predictor_space(training, training, nothing).shape == (80, 1)
    limits = measure_applicability(training, nothing, np.arange(80) % 4)
    other = training.iloc[:1].assign(slope=500.0)
    assert dissimilarity(other, training, nothing, limits.mean_distance)[0] <= limits.threshold


def test_one_cluster_of_rows_takes_the_nearest_other_row():
    training = training_rows()
    together = measure_applicability(training, WEIGHTS, np.zeros(80, dtype=int))
    alone = measure_applicability(training, WEIGHTS, np.arange(80))
    assert together.threshold == pytest.approx(alone.threshold)
