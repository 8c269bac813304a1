"""Signs that labels are given away, and what labels can show."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from hotslope.learning.reliability import (
    brier_decomposition,
    calibration_points,
    distinguishable,
    model_pairs,
    rank_quality,
)
from hotslope.learning.splits import repeated_folds
from hotslope.learning.suspicion import (
    factor_scores,
    place_score,
    recording_signs,
    shift_labels,
    suspicions,
)
from hotslope.learning.tables import empty_table
from hotslope.learning.verdict import model_suspicions, write_verdict

BINNING = {"max_bins": 8, "significance": 0.1, "min_bin_count": 5}
N = 120


def area(seed: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray, list]:
    rng = np.random.default_rng(seed)
    label = rng.permutation(np.arange(N) % 2)
    table = pd.DataFrame(
        {
            "slope": 20 + 3 * label + rng.normal(0, 3, N),
            "distance": np.where(rng.random(N) < 0.2, 0.0, rng.exponential(500, N)),
            "rock": pd.Series(rng.choice(["hard", "soft", None], N), dtype=object),
        }
    )
    table.loc[rng.random(N) < 0.1, "slope"] = np.nan
    x, y = rng.uniform(0, 10_000, (2, N))
    rows = np.arange(N).astype(str)
    folds = repeated_folds(label, rows, x, y, repeats=1, n_folds=5, block_size_m=2000, seed=seed)
    return table, label, x, y, [fold for fold in folds if fold.strategy == "stratified"]


def found_in(table: pd.DataFrame, label: np.ndarray, x: np.ndarray, y: np.ndarray, folds: list):
    return suspicions(
        factor_scores(table, ["rock"], label, folds, **BINNING),
        place_score(x, y, label, folds),
        recording_signs(table, label),
    )


def test_ordinary_areas_raise_no_alarm() -> None:
    for seed in range(20):
        table, label, x, y, folds = area(seed)
        assert found_in(table, label, x, y, folds).empty
        scores = factor_scores(table, ["rock"], label, folds, **BINNING)
        assert 0.55 < scores["slope"] < 0.95


def test_what_separates_is_named_whatever_its_shape() -> None:
    table, label, x, y, folds = area(1)
    rng = np.random.default_rng(0)
    table["copy"] = label + rng.normal(0, 0.1, N)
    # Landslides in the middle: no single threshold separates, and rank statistics see nothing.
    table["middle"] = np.where(label == 1, 0.0, rng.choice([-1, 1], N)) + rng.normal(0, 0.1, N)
    table["rock"] = pd.Series(np.where(label == 1, "scar", "field"), dtype=object)
    found = found_in(table, label, x, y, folds)
    assert set(found["kind"]) == {"factor"}
    assert set(found["factor"]) == {"copy", "middle", "rock"}
    assert found["words"].str.contains("inventory").all()


def test_labels_that_follow_the_coordinates_are_named() -> None:
    table, _, x, y, folds = area(2)
    found = found_in(table, (x > 5000).astype(np.int64), x, y, folds)
    assert found["kind"].tolist() == ["place"]
    assert found["value"][0] > 0.95


def test_traces_of_recording_are_named() -> None:
    table, label, x, y, folds = area(3)
    table["distance"] = np.where(label == 1, np.round(table["distance"]), table["distance"])
    table.loc[(label == 0) & (np.arange(N) % 4 > 0), "slope"] = np.nan
    signs = recording_signs(table, label).set_index(["factor", "sign"])
    assert signs.loc[("distance", "whole"), "landslides"] == 1
    # Distances of 0 are no sign: what a road crosses has it.
    assert signs.loc[("distance", "whole"), "others"] == 0
    found = found_in(table, label, x, y, folds)
    named = found[found["kind"] == "recording"].set_index("factor")["words"]
    assert "has no decimals for 100% of the landslides" in named["distance"]
    assert "is missing for" in named["slope"]


def test_a_model_near_perfection_is_named() -> None:
    summary = pd.DataFrame(
        {"model": ["cnn", "cnn", "forest"], "strategy": ["stratified", "spatial", "spatial"],
         "metric": "auc", "mean": [0.97, 0.8, 0.94]}
    )  # fmt: skip
    found = model_suspicions(summary)
    assert len(found) == 1
    assert "cnn reaches an AUC of 0.97 in stratified folds" in found["words"][0]


def test_shifted_labels_keep_their_pattern_and_groups() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.uniform(0, 10_000, (2, 400))
    label = ((x // 2500 + y // 2500) % 2).astype(np.int64)
    group = np.arange(400).astype(str)
    group[1::2] = group[::2]
    shifted = shift_labels(label, group, x, y, np.random.default_rng(1))
    assert (shifted[1::2] == shifted[::2]).all()
    single = np.arange(400).astype(str)
    folds = [
        fold
        for fold in repeated_folds(
            label, single, x, y, repeats=1, n_folds=5, block_size_m=2000, seed=1
        )
        if fold.strategy == "stratified"
    ]
    agreement, patterns = [], []
    for seed in range(10):
        moved = shift_labels(label, single, x, y, np.random.default_rng(seed))
        agreement.append(np.mean(moved == label))
        patterns.append(place_score(x, y, moved, folds))
    # As clustered as before, and no nearer to the labels than chance.
    assert min(patterns) > 0.8
    assert np.mean(agreement) == pytest.approx(0.5, abs=0.15)
    in_line = shift_labels(label, single, x, np.zeros(400), np.random.default_rng(1))
    assert set(in_line) == {0, 1}


def test_brier_score_is_the_sum_of_its_parts() -> None:
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.1, 0.9, 4000)
    label = (rng.random(4000) < truth).astype(np.int64)
    parts = brier_decomposition(label, truth)
    assert parts["brier"] == pytest.approx(
        parts["miscalibration"] - parts["discrimination"] + parts["uncertainty"]
    )
    assert parts["uncertainty"] == pytest.approx(label.mean() * (1 - label.mean()))
    # Var(p) of a uniform between 0.1 and 0.9 is 0.8² / 12; recalibration in sample gains a little.
    assert parts["discrimination"] == pytest.approx(0.0533, abs=0.01)
    assert 0 <= parts["miscalibration"] < 0.005
    off = brier_decomposition(label, truth**3)
    assert off["miscalibration"] > 0.02
    assert off["discrimination"] == pytest.approx(parts["discrimination"])
    points = calibration_points(label, truth)
    assert len(points) == 10
    np.testing.assert_allclose(points["share"], points["probability"], atol=0.06)
    constant = brier_decomposition(label, np.full(4000, label.mean()))
    assert constant["discrimination"] == pytest.approx(0, abs=1e-12)
    assert rank_quality(label, truth)["average_precision"] == pytest.approx(
        average_precision_score(label, truth)
    )


def test_rows_needed_give_the_power_promised() -> None:
    """Simulated: with as many rows as it names, 80 % of draws find the difference."""

    def draw(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        label = np.arange(n) % 2
        common = rng.normal(size=n)
        first = 0.9 * label + 0.8 * common + 0.6 * rng.normal(size=n)
        return label, first, 0.45 * label + 0.8 * common + 0.6 * rng.normal(size=n)

    rng = np.random.default_rng(2)
    large = draw(40_000, rng)
    true = distinguishable(*large, 0.02)["difference"]
    needed = int(
        np.mean([distinguishable(*draw(400, rng), true)["rows_needed"] for _ in range(20)])
    )
    found = np.mean([distinguishable(*draw(needed, rng), true)["p"] < 0.05 for _ in range(300)])
    # 300 draws: a standard error of 0.023.
    assert found == pytest.approx(0.8, abs=0.08)
    pairs = model_pairs(large[0], {"one": large[1], "two": large[2]})
    assert pairs["power"][0] == pytest.approx(1, abs=1e-3)


def test_models_that_rank_alike_need_no_number_of_labels() -> None:
    """A difference without spread has no size of sample: the page says so, and names no number."""
    label = np.array([0, 1, 0, 1, 0, 1])
    first = np.array([0.1, 0.6, 0.3, 0.2, 0.4, 0.9])
    pairs = model_pairs(label, {"one": first, "squared": first**2, "other": 1 - first})
    alike = pairs.iloc[0]
    assert (alike["difference"], alike["p"]) == (0, 1)
    assert alike[["detectable", "rows_needed", "power"]].isna().all()
    quality = {"one": brier_decomposition(label, first) | rank_quality(label, first)}
    nothing = {"one": {"method": "none", "sets": None, "note": None}}
    empty = [empty_table(name) for name in ("summary", "shuffles", "suspicions")]
    page = write_verdict(label, quality, nothing, pairs, *empty)
    assert "one and squared rank the labelled candidates alike" in page
    assert "about 0 labels" not in page
    assert "one and other" in page
    perfect = model_pairs(label, {"right": label * 1.0, "wrong": 1.0 - label})
    page = write_verdict(label, quality, nothing, perfect, *empty)
    assert "right and wrong differ: AUC +1.00, the same for every labelled candidate" in page
