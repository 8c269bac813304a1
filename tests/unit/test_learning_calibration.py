"""Calibration out of fold and prediction sets, against their definitions."""

import numpy as np
import pandas as pd
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss

from hotslope.learning.calibration import (
    METHODS,
    calibrate,
    calibrate_folds,
    choose_calibration,
    class_p_values,
    nested_probabilities,
    prediction_sets,
    set_quality,
    venn_abers,
)
from hotslope.learning.models import make_classifier
from hotslope.learning.splits import Fold


def drawn(n: int, seed: int = 0, sharpness: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """True probabilities and labels; what the model says is sharper than true by a factor."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(0, 1.2, n)
    label = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    return 1 / (1 + np.exp(-sharpness * odds)), label


@pytest.mark.parametrize("method", METHODS)
def test_overconfident_probabilities_are_mended_by_all_but_none(method: str) -> None:
    probability, label = drawn(1500, sharpness=3.0)
    new, truth = drawn(1500, seed=1, sharpness=3.0)
    found = calibrate(method, probability, label, new)
    assert found.shape == new.shape
    assert ((found >= 0) & (found <= 1)).all()
    better = brier_score_loss(truth, new) - brier_score_loss(truth, found)
    assert better > 0.02 if method != "none" else better == 0
    # No method turns the order of two candidates round.
    assert (np.diff(found[np.argsort(new)]) >= -1e-12).all()
    assert calibrate(method, probability, label, new[:0]).size == 0


def test_calibration_is_chosen_by_brier_and_none_is_among_the_choices() -> None:
    fold = np.arange(900) % 5
    assert choose_calibration(*drawn(900, sharpness=3.0), fold) != "none"
    new, truth = drawn(4000, seed=99)
    chosen = []
    for seed in range(8):
        probability, label = drawn(900, seed)
        chosen.append(choose_calibration(probability, label, fold))
        found = calibrate(chosen[-1], probability, label, new)
        # What is calibrated already can only lose, but hardly anything.
        assert brier_score_loss(truth, found) < brier_score_loss(truth, new) + 0.002
    assert "none" in chosen
    assert choose_calibration(np.full(6, 0.5), np.array([0, 0, 0, 1, 1, 1]), np.arange(6) // 3) == (
        "none"
    )
    with pytest.raises(ValueError, match="method must be one of none, sigmoid"):
        calibrate("beta", *drawn(9), np.array([0.5]))


def test_venn_abers_is_two_isotonic_fits_with_either_label_of_the_new_row() -> None:
    probability, label = drawn(60)
    new, _ = drawn(12, seed=3)
    found, low, high = venn_abers(probability, label, new)
    for i, value in enumerate(new):
        bounds = []
        for assumed in (0, 1):
            steps = IsotonicRegression().fit(
                np.append(probability, value), np.append(label, assumed)
            )
            bounds.append(steps.predict([value])[0])
        assert (low[i], high[i]) == pytest.approx(bounds, abs=1e-9)
        assert found[i] == pytest.approx(bounds[1] / (1 - bounds[0] + bounds[1]), abs=1e-9)


def test_p_of_a_class_is_its_share_of_rows_no_more_like_it() -> None:
    probability = np.array([0.1, 0.3, 0.6, 0.9, 0.8, 0.4])
    label = np.array([0, 0, 0, 1, 1, 1])
    p = class_p_values(probability, label, np.array([0.5, 0.95]))
    # Others at 0.5: one of three, 0.6, is no less like a landslide; landslides: one of three.
    np.testing.assert_allclose(p, [[2 / 4, 2 / 4], [1 / 4, 4 / 4]])
    assert class_p_values(probability, label, np.empty(0)).shape == (0, 2)


def test_sets_in_words_and_their_quality() -> None:
    p_values = pd.DataFrame(
        {"p_other": [0.05, 0.5, 0.5, 0.1, np.nan], "p_landslide": [0.5, 0.05, 0.5, 0.1, np.nan]}
    )
    sets = prediction_sets(p_values, 0.9)
    assert sets.tolist()[:4] == ["potential landslide", "other movement", "either", "neither"]
    assert sets.isna().tolist() == [False] * 4 + [True]
    found = set_quality(sets, np.array([1, 1, 0, 0, 1]))
    assert found == {"coverage_landslides": 0.5, "coverage_others": 0.5, "single": 0.5}
    assert set_quality(sets[4:], np.array([1]))["single"] is None


def test_sets_hold_the_class_as_often_as_promised() -> None:
    """40 draws of 60 calibration and 200 new rows, whatever the model: 90 % of either class."""
    hits: dict[int, list[float]] = {0: [], 1: []}
    for draw in range(40):
        probability, label = drawn(260, seed=draw, sharpness=2.5)
        p = class_p_values(probability[:60], label[:60], probability[60:])
        sets = prediction_sets(pd.DataFrame(p, columns=["p_other", "p_landslide"]), 0.9)
        quality = set_quality(sets, label[60:])
        hits[1].append(quality["coverage_landslides"])
        hits[0].append(quality["coverage_others"])
    for shares in hits.values():
        # At least 90 %, at most 1 / (n + 1) more; the mean of 40 has a standard error of 0.01.
        assert 0.88 <= np.mean(shares) <= 0.95


def known_rows(n: int = 60) -> tuple[pd.DataFrame, np.ndarray, list[Fold]]:
    rng = np.random.default_rng(6)
    table = pd.DataFrame(rng.normal(size=(n, 3)), columns=list("abc"))
    label = (table["a"] + rng.normal(size=n) > 0).to_numpy().astype(np.int64)
    parts = [np.flatnonzero(np.arange(n) % 4 == k) for k in range(4)]
    folds = [
        Fold("stratified", 0, k, np.setdiff1d(np.arange(n), part), part)
        for k, part in enumerate(parts)
    ]
    return table, label, folds


def test_nested_models_saw_neither_the_row_nor_the_test_fold() -> None:
    table, label, folds = known_rows()
    classifier = make_classifier("logistic_regression")
    nested = nested_probabilities(classifier, table, label, folds, 1)
    for k, fold in enumerate(folds):
        assert np.isnan(nested[k, fold.test]).all()
        assert not np.isnan(nested[k, fold.train]).any()
        other = folds[(k + 1) % 4].test
        rest = np.setdiff1d(fold.train, other)
        alone = make_classifier("logistic_regression").fit(table.iloc[rest], label[rest])
        np.testing.assert_allclose(nested[k, other], alone.predict_proba(table.iloc[other])[:, 1])


def test_labels_of_a_fold_change_nothing_of_its_own_calibration() -> None:
    """The one leak that calibration could have: test labels in what calibrates them."""
    table, label, folds = known_rows()
    outer = np.random.default_rng(1).random(60)
    classifier = make_classifier("logistic_regression")
    nested = nested_probabilities(classifier, table, label, folds, 1)
    before = calibrate_folds(label, folds, outer, nested)
    turned = label.copy()
    turned[folds[0].test] = 1 - turned[folds[0].test]
    again = nested_probabilities(classifier, table, turned, folds, 1)
    np.testing.assert_array_equal(again[0], nested[0])
    after = calibrate_folds(turned, folds, outer, again)
    pd.testing.assert_frame_equal(before.loc[folds[0].test], after.loc[folds[0].test])
    assert not before.loc[folds[1].test, "p_other"].equals(after.loc[folds[1].test, "p_other"])


def test_two_folds_leave_nothing_to_calibrate_with() -> None:
    table, label, _ = known_rows()
    halves = [np.arange(30), np.arange(30, 60)]
    folds = [Fold("stratified", 0, k, halves[1 - k], halves[k]) for k in (0, 1)]
    classifier = make_classifier("logistic_regression")
    nested = nested_probabilities(classifier, table, label, folds, 1)
    assert np.isnan(nested).all()
    found = calibrate_folds(label, folds, np.full(60, 0.5), nested)
    assert (found["method"] == "none").all()
    assert found["probability"].isna().all()
