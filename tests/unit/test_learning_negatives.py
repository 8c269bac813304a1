"""Landslides without mapped negatives: candidates of unknown class take their place."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hotslope.learning.labels import reason_not_to_learn, summarise_labels
from hotslope.learning.metrics import area_under_curve
from hotslope.learning.negatives import candidates_without_landslide, defined_metrics
from hotslope.learning.tables import LABELS, PROBABILITIES
from hotslope.learning.unlabelled import corrected_auc, positive_unlabelled_quality, prior_range
from hotslope.maps.learning_figures import draw_roc
from hotslope.maps.outcome import (
    NOT_CLASSIFIED,
    add_predictions,
    judgement_column,
    judgement_word,
    name_classes,
)
from learning_area import UNLABELLED, N, run_stage


@pytest.fixture(scope="module")
def slides_alone(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The stage on an inventory of landslides, with all other candidates as unlabelled rows."""
    return run_stage(tmp_path_factory.mktemp("unlabelled") / "area", **UNLABELLED)


def test_every_candidate_without_a_landslide_is_a_row_of_unknown_class() -> None:
    labels = pd.DataFrame(
        {
            "candidate_id": ["a", "b", "c"],
            "label": pd.array([1, 0, None], dtype="Int8"),
            "kind": pd.Series(["old", None, None], dtype="str"),
            "inventory_id": pd.Series(["i/1", "i/2", None], dtype="str"),
            "role": pd.Series([None] * 3, dtype="str"),
            "x_m": 0.0,
            "y_m": 0.0,
        }
    )
    rows = candidates_without_landslide(labels)
    assert rows["label"].tolist() == [1, 0, 0]
    assert rows["inventory_id"].tolist() == ["i/1", "i/2", "c"]
    assert labels["label"].isna().sum() == 1


def test_prior_of_scores_that_are_a_known_share_of_probabilities() -> None:
    """A fifth of the landslides, themselves 40 % of the rows, is labelled; classes are separate."""
    rng = np.random.default_rng(1)
    slide = rng.random(20_000) < 0.4
    label = (slide & (rng.random(slide.size) < 0.2)).astype(np.int64)
    low, high = prior_range(label, np.where(slide, 0.2, 0.0))
    assert low == pytest.approx(0.4, abs=0.015)
    assert high == pytest.approx(0.4, abs=0.015)


def test_overlapping_classes_widen_the_range_of_the_prior_on_both_sides() -> None:
    rng = np.random.default_rng(2)
    probability = rng.beta(0.6, 0.9, 20_000)
    slide = rng.random(probability.size) < probability
    label = (slide & (rng.random(slide.size) < 0.3)).astype(np.int64)
    noise = rng.normal(0, 0.02, probability.size)
    low, high = prior_range(label, 0.3 * probability + noise)
    assert low < slide.mean() < high
    assert label.mean() < low
    assert high <= 1


def test_scores_without_information_give_a_prior_of_one() -> None:
    """The caution on the page: such scores are the share of labelled rows, whatever the prior."""
    label = np.repeat([1, 0], [30, 70])
    assert prior_range(label, np.full(100, 0.3)) == pytest.approx((1.0, 1.0))


def test_auc_against_the_rest_is_corrected_for_the_landslides_in_it() -> None:
    rng = np.random.default_rng(3)
    slide = rng.random(100_000) < 0.4
    score = rng.normal(slide.astype(float), 1)
    label = (slide & (rng.random(slide.size) < 0.5)).astype(np.int64)
    against_rest = area_under_curve(label, score)
    whole = area_under_curve(slide.astype(np.int64), score)
    assert against_rest < whole - 0.05
    assert corrected_auc(against_rest, slide.mean(), label.mean()) == pytest.approx(whole, abs=0.01)
    assert np.isnan(corrected_auc(against_rest, 1.0, 0.2))
    quality = positive_unlabelled_quality(label, 1 / (1 + np.exp(-score)))
    assert quality["auc_against_rest"] == against_rest


def test_landslides_alone_train_on_request(slides_alone: SimpleNamespace) -> None:
    """Scores for every candidate, of models that did not see it; no leak stops the stage."""
    summary = json.loads((slides_alone.folder / "labels.json").read_text())
    assert summary["negatives"] == "unlabelled"
    assert summary["reason_not_to_learn"] is None
    assert (summary["landslides"], summary["without_label"]) == (24, 36)
    # What the inventory says stays as it is.
    assert LABELS.read(slides_alone.folder / "labels.parquet")["label"].isna().sum() == 36
    table = PROBABILITIES.read(slides_alone.folder / "random_forest" / "probabilities.parquet")
    assert len(table) == N
    assert table["probability"].notna().all()
    assert (table["n_models"] == 3).all()
    unknown = ["probability_calibrated", "probability_low", "probability_high", "prediction_set"]
    assert table[unknown].isna().all(axis=None)


def test_what_needs_true_negatives_is_left_out(slides_alone: SimpleNamespace) -> None:
    folder = slides_alone.folder
    assert defined_metrics("unlabelled") == ["recall", "auc"]
    test = pd.read_csv(folder / "test_metrics.csv")
    assert set(test["metric"]) == {"recall", "auc", "recall_at_target_recall"}
    assert set(pd.read_csv(folder / "validation_summary.csv")["metric"]) == {"recall", "auc"}
    folds = pd.read_csv(folder / "validation.csv")
    assert folds[["specificity", "brier", "precision", "accuracy"]].isna().all(axis=None)
    assert folds["auc"].notna().any()
    assert pd.read_csv(folder / "calibration_curve.csv").empty
    assert pd.read_csv(folder / "precision_recall.csv").empty
    for model in slides_alone.models:
        metrics = json.loads((folder / model / "metrics.json").read_text())
        assert set(metrics["test"]) == {"recall", "auc"}
        calibration = json.loads((folder / model / "calibration.json").read_text())
        assert calibration["method"] is None
        assert "no probabilities" in calibration["note"]


def test_page_gives_the_assumption_and_the_range_of_the_prior(
    slides_alone: SimpleNamespace,
) -> None:
    text = (slides_alone.folder / "reliability.md").read_text(encoding="utf-8")
    assert "24 mapped landslides, and 36 other candidates, of unknown class" in text
    assert "random selection of all landslides" in text
    assert "Brier" not in text
    assert "With an AUC against the rest near 0.5 they approach 100%" in text
    found = json.loads((slides_alone.folder / "reliability.json").read_text())
    for model in slides_alone.models:
        scores = found["models"][model]
        assert 0.4 == scores["labelled_share"] <= scores["prior_low"] <= scores["prior_high"] <= 1
        assert f"- {model}: between {scores['prior_low']:.0%}" in text


def test_mapped_landslides_alone_name_the_setting_that_trains() -> None:
    labels = pd.DataFrame(
        {"label": [1] * 6 + [None] * 6, "inventory_id": [*"abcdef"] + [None] * 6, "role": None}
    ).assign(candidate_id=[f"c{i}" for i in range(12)])
    assert "learning.negatives: unlabelled trains" in str(reason_not_to_learn(labels, 5))
    assert summarise_labels(labels, 5, "unlabelled")["reason_not_to_learn"] is None
    few = summarise_labels(labels.head(8), 5, "unlabelled")["reason_not_to_learn"]
    assert "6 mapped landslides and 2 slopes without a landslide on the map" in str(few)
    # With too few landslides it would not help.
    assert "negatives" not in str(reason_not_to_learn(labels.tail(7), 5))


def test_map_calls_scores_scores() -> None:
    table = pd.DataFrame({"candidate_id": ["a", "b"]})
    prediction = table.assign(
        probability=[0.4, 0.1], probability_std=0.0, probability_calibrated=np.nan,
        prediction_set=None,
    )  # fmt: skip
    arguments = (table, {"cnn": prediction}, {"cnn": 0.3}, {"cnn": "probabilities.parquet"})
    found = add_predictions(*arguments, "unlabelled")
    assert list(found) == ["candidate_id", "score_cnn", "score_std_cnn", "class_cnn", "class"]
    assert found["class"].tolist() == ["potential landslide", NOT_CLASSIFIED]
    assert judgement_column(found.columns, "cnn") == "score_cnn"
    assert judgement_column(add_predictions(*arguments).columns, "cnn") == "probability_cnn"
    assert judgement_column(found.columns, None) is None
    assert judgement_word("score_cnn") == "score"
    assert judgement_word("probability_cnn") == "probability"
    assert name_classes(pd.Series([0.1]), 0.3).tolist() == ["other movement"]


def test_axis_of_roc_curves_says_what_it_counts(slides_alone: SimpleNamespace) -> None:
    curves, metrics = (
        pd.read_csv(slides_alone.folder / name) for name in ("roc.csv", "test_metrics.csv")
    )
    labels = [
        draw_roc("area", curves, metrics, slides_alone.models, *negatives).axes[0].get_xlabel()
        for negatives in ((), ("unlabelled",))
    ]
    assert labels[0] == "false positive rate"
    assert "unknown class" in labels[1]
