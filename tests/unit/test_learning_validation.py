"""Labels, splits, metrics and intervals."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from shapely import MultiPolygon, Polygon, box
from sklearn import metrics as sk
from sklearn.base import clone
from sklearn.model_selection import StratifiedGroupKFold

from hotslope.errors import InputError
from hotslope.learning.delong import auc_interval, delong_covariance, delong_test
from hotslope.learning.labels import contradictions, label_by_overlap, read_classes
from hotslope.learning.metrics import (
    classification_metrics,
    corrected_interval,
    metric_intervals,
    roc_points,
    threshold_for_recall,
)
from hotslope.learning.models import make_classifier
from hotslope.learning.sample import Sample
from hotslope.learning.splits import CompiledFolds, assign_roles, repeated_folds, spatial_blocks
from hotslope.learning.validation import replica_seed, shuffle_labels, shuffled_scores

CRS = "EPSG:32647"


def labelled(
    candidates: list, slides: list, others: list, min_overlap: float = 0.3
) -> pd.DataFrame:
    names = [f"c{i}" for i in range(len(candidates))]
    layers = {
        "slides": gpd.GeoDataFrame({"kind": ["old"] * len(slides)}, geometry=slides, crs=CRS),
        "others": gpd.GeoDataFrame(geometry=others, crs=CRS),
    }
    inventory = read_classes(
        layers, class_column=None, positive_class=["slides"], kind_column="kind"
    )
    outlines = gpd.GeoDataFrame({"candidate_id": names}, geometry=candidates, crs=CRS)
    return label_by_overlap(outlines, inventory, min_overlap=min_overlap)


def test_overlap_truth_table() -> None:
    slides, others = [box(0, 0, 100, 100), box(300, 0, 340, 40)], [box(100, 0, 200, 100)]
    table = labelled(
        [
            box(0, 0, 100, 100),  # the slide itself
            box(10, 10, 20, 20),  # a small active part of it
            box(90, 0, 180, 100),  # 10 m of slide, 80 m of other
            box(280, -50, 480, 150),  # holds a small mapped slide
            box(95, 100, 400, 200),  # touches only
            box(195, 0, 300, 100),  # 5 % of other: too little
            box(50, 0, 150, 100),  # half and half: recall first
        ],
        slides,
        others,
    )
    assert table["label"].tolist() == [1, 1, 0, 1, pd.NA, pd.NA, 1]
    assert table["inventory_id"].tolist()[:4] == ["slides/0", "slides/0", "others/0", "slides/1"]
    assert table["kind"].isna().tolist() == [False, False, True, False, True, True, False]


def squares_of(values: list, positive_class: str = "landslide") -> gpd.GeoDataFrame:
    squares = [box(10 * i, 0, 10 * i + 5, 5) for i in range(len(values))]
    layer = gpd.GeoDataFrame({"class": values}, geometry=squares, crs=CRS)
    return read_classes({"layer": layer}, class_column="class", positive_class=[positive_class])


def classes_of(values: list, positive_class: str = "landslide") -> list:
    """Label of each polygon by its identity; None where left out."""
    table = squares_of(values, positive_class).set_index("inventory_id")["label"]
    return [table.get(f"layer/{row}") for row in range(len(values))]


def test_slopes_of_two_classes_that_cover_each_other_are_found() -> None:
    shapes = [box(0, 0, 10, 10), box(0, 0, 6, 10), box(8, 0, 20, 10), box(30, 0, 40, 10)]
    layer = gpd.GeoDataFrame({"class": ["a", "b", "b", "b"]}, geometry=shapes, crs=CRS)
    inventory = read_classes({"layer": layer}, class_column="class", positive_class=["a"])
    assert contradictions(inventory) == [("layer/0", "layer/1")]


def test_spellings_of_a_class_are_one_and_are_named() -> None:
    values = ["landslide", "Landslide", "landslide ", "", "  ", None, "Field", "field", "landslide"]
    assert classes_of(values) == [1, 1, 1, None, None, None, 0, 0, 1]
    assert squares_of(values).attrs["merged"] == [
        "'Field' (1), 'field' (1) taken for one class, 'Field'",
        "'landslide' (2), 'Landslide' (1), 'landslide ' (1) taken for one class, 'landslide'",
    ]
    assert classes_of(["LANDSLIDE", "x"]) == [1, 0]
    # Codes with gaps are read as floats.
    assert classes_of([1, 2, None], "1") == [1, 0, None]
    with pytest.raises(InputError, match=r"positive_class.*'slide'.*landslide"):
        classes_of(["landslide", "x"], "slide")


def test_parts_of_a_feature_are_slopes_of_their_own() -> None:
    """A class dissolved in a GIS; a polygon that crosses itself stays one slope."""
    bow_tie = Polygon([(0, 50), (10, 60), (10, 50), (0, 60)])
    layer = gpd.GeoDataFrame(
        {"class": ["slide", "slide", "other"]},
        geometry=[MultiPolygon([box(0, 0, 9, 9), box(20, 0, 29, 9)]), bow_tie, box(40, 0, 49, 9)],
        crs=CRS,
    )
    table = read_classes({"i": layer}, class_column="class", positive_class=["slide"])
    assert table["inventory_id"].tolist() == ["i/0/0", "i/0/1", "i/1", "i/2"]
    assert table["label"].tolist() == [1, 1, 1, 0]
    assert table.geometry.is_valid.all()
    assert table.geometry.area.tolist() == [81, 81, 50, 81]


def test_no_candidates_give_an_empty_table_of_the_same_kind() -> None:
    table = labelled([], [box(0, 0, 1, 1)], [])
    assert len(table) == 0
    assert str(table["label"].dtype) == "Int8"


def test_copies_of_a_slide_share_role_and_fold() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat([f"g{i}" for i in range(60)], 2).astype(object)
    label = np.repeat(rng.permutation(np.arange(60) % 2), 2)
    role = assign_roles(label, group, test_fraction=0.3, validation_fraction=0.2, seed=1)
    table = pd.DataFrame({"group": group, "role": role, "label": label})
    assert table.groupby("group")["role"].nunique().eq(1).all()
    assert table.groupby(["role", "label"]).size().to_dict() == {
        ("test", 0): 18, ("test", 1): 18, ("train", 0): 34, ("train", 1): 34,
        ("validation", 0): 8, ("validation", 1): 8,
    }  # fmt: skip
    x, y = rng.uniform(0, 10_000, (2, 120))
    folds = repeated_folds(label, group, x, y, repeats=3, n_folds=5, block_size_m=2000, seed=1)
    assert len(folds) == 2 * 3 * 5
    for fold in folds:
        assert not set(group[fold.train]) & set(group[fold.test])
    for strategy in ("stratified", "spatial"):
        for repeat in range(3):
            parts = [f.test for f in folds if (f.strategy, f.repeat) == (strategy, repeat)]
            np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(120))


def test_buffer_keeps_training_slopes_away_from_test_slopes() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.uniform(0, 10_000, (2, 150))
    label, group = np.arange(150) % 2, np.arange(150).astype(str)
    cut = {"repeats": 2, "n_folds": 5, "block_size_m": 2000, "seed": 1}
    plain = repeated_folds(label, group, x, y, **cut)
    folds = repeated_folds(label, group, x, y, **cut, buffer_m=500)
    places = np.column_stack([x, y])
    for before, after in zip(plain, folds, strict=True):
        np.testing.assert_array_equal(before.test, after.test)
        if after.strategy == "stratified":
            np.testing.assert_array_equal(before.train, after.train)
            continue
        apart = np.linalg.norm(places[after.train][:, None] - places[after.test], axis=2)
        assert apart.min() >= 500
        near = np.setdiff1d(before.train, after.train)
        apart = np.linalg.norm(places[near][:, None] - places[after.test], axis=2).min(axis=1)
        assert near.size
        assert (apart < 500).all()


def test_prescribed_roles_are_kept() -> None:
    label, group = np.arange(40) % 2, np.arange(40).astype(str)
    given = np.array(["train"] * 30 + ["test"] * 10, dtype=object)
    role = assign_roles(
        label, group, test_fraction=0.9, validation_fraction=0.2, seed=1, given=given
    )
    assert (role[30:] == "test").all()
    assert (role[:30] == "validation").sum() == 6
    full = np.where(np.arange(40) < 5, "validation", given).astype(object)
    kept = assign_roles(
        label, group, test_fraction=0.9, validation_fraction=0.2, seed=1, given=full
    )
    np.testing.assert_array_equal(kept, full)


def test_blocks_keep_neighbours_together() -> None:
    x = np.array([0.0, 10, 5000, 5010])
    blocks = spatial_blocks(
        x, np.zeros(4), np.arange(4).astype(str), 1000, np.random.default_rng(3)
    )
    assert blocks[0] == blocks[1] != blocks[2] == blocks[3]


def test_shuffled_groups_stay_whole_and_classes_keep_their_size() -> None:
    group = np.repeat(np.arange(30).astype(str), 2)
    label = np.repeat(np.arange(30) % 2, 2)
    shuffled = shuffle_labels(label, group, np.random.default_rng(0))
    assert shuffled.sum() == label.sum()
    assert (shuffled != label).any()
    assert (shuffled[::2] == shuffled[1::2]).all()


def test_a_shuffle_scores_the_mean_of_one_set_of_folds() -> None:
    random = np.random.default_rng(4)
    n, label = 60, np.arange(60) % 2
    table = pd.DataFrame(random.normal(size=(n, 2)), columns=["slope", "twi"])
    x, y = random.uniform(0, 1_000, (2, n))
    names = np.arange(n).astype(str)
    sample = Sample(names, table, [], label, names, x, y)
    cut = {"n_folds": 2, "block_size_m": 200.0}
    classifier = make_classifier("logistic_regression")
    found = shuffled_scores(
        classifier, sample, lambda drawn: drawn.permutation(label), shuffles=2, seed=3, **cut
    )
    assert found["shuffle"].tolist() == [0, 0, 1, 1]
    for (shuffle, strategy), auc in found.set_index(["shuffle", "strategy"])["auc"].items():
        other = np.random.default_rng([3, shuffle]).permutation(label)
        folds = repeated_folds(other, names, x, y, repeats=1, seed=replica_seed(3, shuffle), **cut)
        scores = []
        for fold in folds:
            if fold.strategy == strategy:
                fitted = clone(classifier).fit(table.iloc[fold.train], other[fold.train])
                positive = fitted.predict_proba(table.iloc[fold.test])[:, 1]
                scores.append(sk.roc_auc_score(other[fold.test], positive))
        assert len(scores) == 2
        assert auc == pytest.approx(np.mean(scores))


def random_scores(n: int = 90) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    label = np.arange(n) % 2
    return label, np.round(np.clip(0.3 * label + 0.8 * rng.random((2, n)), 0, 1), 2)


def test_metrics_equal_scikit_learn() -> None:
    label, (probability, _) = random_scores()
    ours = classification_metrics(label, probability, 0.6)
    called = probability >= 0.6
    assert ours["accuracy"] == pytest.approx(sk.accuracy_score(label, called))
    assert ours["precision"] == pytest.approx(sk.precision_score(label, called))
    assert ours["recall"] == pytest.approx(sk.recall_score(label, called))
    assert ours["specificity"] == pytest.approx(sk.recall_score(label, called, pos_label=0))
    assert ours["false_positive_rate"] == pytest.approx(1 - ours["specificity"])
    assert ours["f1"] == pytest.approx(sk.f1_score(label, called))
    assert ours["auc"] == pytest.approx(sk.roc_auc_score(label, probability))
    assert ours["brier"] == pytest.approx(sk.brier_score_loss(label, probability))


def test_undefined_metrics_are_nan() -> None:
    values = classification_metrics(np.array([0, 0]), np.array([0.1, 0.2]))
    assert values["specificity"] == values["accuracy"] == 1
    assert all(np.isnan(values[name]) for name in ("precision", "recall", "f1", "auc"))


def test_delong_equals_its_definition_pair_by_pair() -> None:
    label, scores = random_scores()
    auc, covariance = delong_covariance(label, scores)
    above = scores[:, label == 1][:, :, None] - scores[:, label == 0][:, None, :]
    kernel = (above > 0) + 0.5 * (above == 0)
    expected = np.cov(kernel.mean(axis=2)) / 45 + np.cov(kernel.mean(axis=1)) / 45
    np.testing.assert_allclose(auc, kernel.mean(axis=(1, 2)))
    np.testing.assert_allclose(covariance, expected)
    assert auc[0] == pytest.approx(sk.roc_auc_score(label, scores[0]))


def test_delong_test_and_interval() -> None:
    label, (first, second) = random_scores()
    difference, low, high, p = delong_test(label, first, second)
    back = delong_test(label, second, first)
    assert difference == pytest.approx(-back[0])
    assert p == pytest.approx(back[3])
    covariance = delong_covariance(label, np.array([first, second]))[1]
    error = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    assert p == pytest.approx(2 * stats.norm.sf(abs(difference) / error))
    assert (p < 0.05) == (not low <= 0 <= high)
    assert delong_test(label, first, first**2) == (0, 0, 0, 1)
    assert auc_interval(label, label.astype(float)) == (1, 1, 1)


def test_interval_of_a_test_of_131_rows_is_as_wide_as_the_method_says() -> None:
    """An AUC of 0.75 on 67 + 64 rows: about 0.67 to 0.83."""
    from scipy.stats import norm

    shift = np.sqrt(2) * norm.ppf(0.75)
    scores = np.r_[
        norm.ppf((np.arange(67) + 0.5) / 67) + shift, norm.ppf((np.arange(64) + 0.5) / 64)
    ]
    auc, low, high = auc_interval(np.r_[np.ones(67), np.zeros(64)], scores)
    assert [auc, low, high] == pytest.approx([0.75, 0.67, 0.83], abs=0.01)


def test_intervals_hold_their_values_and_do_not_collapse() -> None:
    label, (probability, _) = random_scores()
    table = metric_intervals(label, probability, seed=1).set_index("metric")
    assert ((table["low"] < table["value"]) & (table["value"] < table["high"])).all()
    perfect = metric_intervals(label, label.astype(float)).set_index("metric")
    assert perfect.loc["recall", "low"] == pytest.approx(0.9213, abs=1e-3)  # Wilson, 45 of 45


@pytest.mark.parametrize(("target", "expected"), [(0.2, 0.9), (0.8, 0.6), (0.81, 0.1), (1.0, 0.1)])
def test_threshold_is_the_highest_that_reaches_the_recall(target: float, expected: float) -> None:
    label = np.array([1, 1, 1, 1, 1, 0, 0])
    probability = np.array([0.9, 0.8, 0.7, 0.6, 0.1, 0.95, 0.0])
    assert threshold_for_recall(label, probability, target) == expected


def test_corrected_interval_by_hand() -> None:
    """Nadeau & Bengio: s² (1/J + ratio); mean 0.7, s² = 0.01, J = 5, ratio 0.25."""
    values = np.array([0.6, 0.6, 0.7, 0.8, 0.8, np.nan])
    mean, low, high, _ = corrected_interval(values, 0.25)
    assert mean == pytest.approx(0.7)
    assert (high - low) / 2 == pytest.approx(2.7764 * np.sqrt(0.01 * 0.45), rel=1e-4)


def test_corrected_interval_without_correction_is_the_t_test_of_scipy() -> None:
    scores = np.random.default_rng(3).normal(0.3, 1, 12)
    mean, low, high, p = corrected_interval(scores, 0.0, 0.9)
    plain = stats.ttest_1samp(scores, 0)
    assert (low, high) == pytest.approx(plain.confidence_interval(0.9), abs=1e-12)
    assert (mean, p) == pytest.approx((scores.mean(), plain.pvalue), abs=1e-12)


def test_bootstrap_intervals_of_f1_and_brier_match_resampling_by_hand() -> None:
    """Within classes, each resample scored by scikit-learn."""
    label, (probability, _) = random_scores()
    table = metric_intervals(label, probability, seed=1).set_index("metric")
    rng = np.random.default_rng(5)
    classes = [np.flatnonzero(label == value) for value in (0, 1)]
    scores = []
    for _ in range(400):
        rows = np.concatenate([rng.choice(members, members.size) for members in classes])
        truth, drawn = label[rows], probability[rows]
        scores.append((sk.f1_score(truth, drawn >= 0.5), sk.brier_score_loss(truth, drawn)))
    by_hand = np.quantile(scores, [0.025, 0.975], axis=0).T
    # 400 resamples place a 2.5 % quantile within about a tenth of the interval's width.
    np.testing.assert_allclose(table.loc[["f1", "brier"], ["low", "high"]], by_hand, atol=0.02)


@pytest.mark.parametrize("levels", [1, 3, 10, 1000])
def test_roc_curve_is_that_of_scikit_learn(levels: int) -> None:
    rng = np.random.default_rng(levels)
    label = rng.permutation(np.arange(60) % 3 // 2)
    probability = rng.integers(0, levels, 60) / levels
    ours = roc_points(label, probability).to_numpy().T
    np.testing.assert_array_equal(ours, sk.roc_curve(label, probability))


@pytest.mark.parametrize(("n_groups", "n_folds"), [(12, 3), (40, 5), (300, 10)])
def test_compiled_folds_are_those_of_scikit_learn(n_groups: int, n_folds: int) -> None:
    """Many ties between folds, rare classes and groups of several classes among them."""
    for draw in range(10):
        rng = np.random.default_rng(draw)
        label = rng.integers(0, 2 + draw % 2, 300) * rng.integers(0, 2, 300) ** (draw % 3)
        group = rng.integers(0, n_groups, 300)
        options = {"n_splits": n_folds, "shuffle": True, "random_state": draw}
        expected = StratifiedGroupKFold(**options).split(label, label, group)
        for ours, theirs in zip(
            CompiledFolds(**options).split(label, label, group), expected, strict=True
        ):
            np.testing.assert_array_equal(ours[1], theirs[1])
