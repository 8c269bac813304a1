import numpy as np
import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.maps.outcome import (
    LANDSLIDE,
    NOT_CLASSIFIED,
    OTHER,
    add_predictions,
    join_by_candidate,
    judging_models,
    leading_model,
)

TABLE = pd.DataFrame({"candidate_id": ["b", "a", "c"], "area_m2": [1.0, 2.0, 3.0]})


def prediction(**columns: list) -> pd.DataFrame:
    return pd.DataFrame({"candidate_id": ["a", "b", "c"], **columns})


@pytest.mark.parametrize(
    ("models", "leading"),
    [(["cnn", "random_forest"], "random_forest"), (["cnn", "extra_trees"], "cnn"), ([], None)],
)
def test_the_forest_leads(models: list[str], leading: str | None) -> None:
    assert leading_model(models) == leading


def test_predictions_follow_their_candidates() -> None:
    forest = prediction(probability=[0.9, 0.2, 0.4])
    network = prediction(probability=[0.1, 0.8, np.nan], probability_std=[0.01, 0.02, 0.03])
    predictions = {"cnn": network, "random_forest": forest}
    thresholds = {"cnn": 0.8, "random_forest": 0.5}
    joined = add_predictions(TABLE, predictions, thresholds, {"cnn": "n", "random_forest": "f"})
    assert list(joined["candidate_id"]) == ["b", "a", "c"]
    assert list(joined["probability_random_forest"]) == [0.2, 0.9, 0.4]
    assert list(joined["probability_std_cnn"]) == [0.02, 0.01, 0.03]
    assert "probability_std_random_forest" not in joined
    assert list(joined["class"]) == [OTHER, LANDSLIDE, OTHER]
    assert list(joined["class_cnn"])[:2] == [LANDSLIDE, OTHER]
    assert joined["class_cnn"].isna().tolist() == [False, False, True]
    assert list(joined)[-6:] == [
        "probability_cnn", "probability_std_cnn", "class_cnn",
        "probability_random_forest", "class_random_forest", "class",
    ]  # fmt: skip


def test_without_models_nothing_is_classified() -> None:
    joined = add_predictions(TABLE, {}, {}, {})
    assert list(joined["class"]) == [NOT_CLASSIFIED] * 3
    assert not [name for name in joined if name.startswith("probability")]


def test_labels_may_be_missing_and_own_columns_stay() -> None:
    labels = pd.DataFrame({"candidate_id": ["c"], "label": [1], "area_m2": [99.0]})
    joined = join_by_candidate(TABLE, labels, "labels.parquet", every=False)
    assert joined["label"].isna().tolist() == [True, True, False]
    assert list(joined["area_m2"]) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("identifiers", "every", "word"),
    [(["a", "a"], False, "twice"), (["a", "z"], False, "'z'"), (["a", "b"], True, "'c'")],
)
def test_tables_of_another_run_are_refused(identifiers: list, every: bool, word: str) -> None:
    other = pd.DataFrame({"candidate_id": identifiers, "label": 1})
    with pytest.raises(InputError, match=word) as caught:
        join_by_candidate(TABLE, other, "labels.parquet", every=every)
    assert caught.value.place == "labels.parquet"


def test_models_that_judged_nobody_do_not_judge() -> None:
    models = ["cnn", "random_forest"]
    judged = TABLE.assign(probability_random_forest=[0.2, np.nan, 0.7])
    assert judging_models(judged, models) == models
    assert judging_models(judged.assign(probability_random_forest=np.nan), models) == []
    assert judging_models(TABLE, []) == []
