"""What training and validation write of each model."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from hotslope.factors.tables import read_factors
from hotslope.learning.metrics import threshold_for_recall
from hotslope.learning.models import make_classifier
from hotslope.learning.persistence import load_classifier
from hotslope.learning.sample import gather_sample, role_rows
from hotslope.learning.tables import LABELS, PREDICTIONS, PROBABILITIES, SPLIT
from hotslope.learning.validation import honest_probability, positive_probability
from learning_area import BINNING, FACTORS, MODELS, SCREENING, N

pytestmark = pytest.mark.xdist_group("learning_area")


def test_every_candidate_has_a_probability(stage: SimpleNamespace) -> None:
    for model in stage.models:
        table = PROBABILITIES.read(stage.folder / model / "probabilities.parquet")
        assert len(table) == N
        assert table["probability"].notna().all()
        # labelled: one model per repeat; unlabelled: every fold's
        assert set(table["n_models"]) == {3, 12}


def test_candidates_have_calibrated_probabilities_and_sets(stage: SimpleNamespace) -> None:
    for model in stage.models:
        table = PROBABILITIES.read(stage.folder / model / "probabilities.parquet")
        assert table["probability_calibrated"].notna().all()
        assert (table["probability_low"] <= table["probability_high"]).all()
        assert table["prediction_set"].notna().all()
        found = json.loads((stage.folder / model / "calibration.json").read_text())
        assert found["method"] in ("none", "sigmoid", "isotonic", "venn_abers")
        assert set(found["sets"]) == {"stratified", "spatial"}
        # 24 landslides: at 90 % two or three are missed, by chance up to six.
        assert found["sets"]["stratified"]["coverage_landslides"] >= 18 / 24


def test_saved_model_predicts_what_it_predicted(stage: SimpleNamespace) -> None:
    table = read_factors(stage.tables["factors_path"]).set_index("candidate_id")
    for model in stage.models:
        known = PREDICTIONS.read(stage.folder / model / "test_predictions.parquet")
        loaded = load_classifier(stage.folder / model / "fitted")
        rows = table.loc[known["candidate_id"], [name for name in FACTORS if name in table]]
        np.testing.assert_array_equal(positive_probability(loaded, rows), known["probability"])
    assert (stage.folder / "cnn" / "fitted" / "network.safetensors").exists()


def test_threshold_is_chosen_on_training_and_validation_rows_together(
    stage: SimpleNamespace,
) -> None:
    """Training rows scored by folds that leave them out; neither part alone gives the threshold."""
    factors = read_factors(stage.tables["factors_path"])
    sample = gather_sample(factors, LABELS.read(stage.tables["labels_path"]), FACTORS)
    roles = SPLIT.read(stage.folder / "split.parquet")
    train, validation = (
        sample.rows(role_rows(sample, roles, role)) for role in ("train", "validation")
    )
    label = np.concatenate([train.label, validation.label])
    differ = 0
    for model, options in MODELS.items():
        classifier = make_classifier(
            model, categorical=sample.categorical, seed=1, **SCREENING, **BINNING, **options
        )
        within = honest_probability(
            classifier, train.factors, train.label, train.group, n_folds=4, seed=1
        )
        fitted = load_classifier(stage.folder / model / "fitted")
        inner = positive_probability(fitted, validation.factors)
        threshold = json.loads((stage.folder / model / "metrics.json").read_text())["threshold"]
        assert threshold == threshold_for_recall(label, np.concatenate([within, inner]), 0.8)
        seen = positive_probability(fitted, train.factors)
        others = (
            threshold_for_recall(validation.label, inner, 0.8),
            threshold_for_recall(train.label, within, 0.8),
            threshold_for_recall(label, np.concatenate([seen, inner]), 0.8),
        )
        differ += threshold not in others
    assert differ >= 1
