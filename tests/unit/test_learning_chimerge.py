"""ChiMerge: truth tables, limits, missing values, and scikit-learn's own conventions."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.utils.estimator_checks import estimator_checks_generator

from hotslope.learning.chimerge import (
    ChiMerge,
    chi_square,
    chi_square_threshold,
    merge_intervals,
)


def chi_checks() -> list:
    return list(estimator_checks_generator(ChiMerge()))


@pytest.mark.parametrize(
    "pair", chi_checks(), ids=lambda pair: getattr(pair[1], "func", pair[1]).__name__
)
def test_keeps_the_conventions_of_scikit_learn(pair: tuple) -> None:
    estimator, check = pair
    check(estimator)


def test_chi_square_floors_expected_counts_in_the_denominator_only() -> None:
    # 4 and 1 rows of class 0, 0 and 1 of class 1: expected 3.33, 0.67 / 1.67, 0.33
    expected = (4 - 10 / 3) ** 2 / (10 / 3) + (2 / 3) ** 2 / (2 / 3)
    expected += (1 - 5 / 3) ** 2 / (5 / 3) + (1 - 1 / 3) ** 2 / 0.5
    assert chi_square(np.array([4.0, 0]), np.array([1.0, 1])) == pytest.approx(expected)
    assert chi_square(np.array([4.0, 0]), np.array([9.0, 0])) == 0


def test_threshold_reads_significance_both_ways() -> None:
    # Kerber (1992): 4.6 at the 0.90 level of three classes
    assert chi_square_threshold(0.90, 3) == pytest.approx(4.605, abs=5e-4)
    assert chi_square_threshold(0.10, 3) == pytest.approx(4.605, abs=5e-4)
    with pytest.raises(ValueError, match="significance"):
        chi_square_threshold(0.0, 2)


def test_a_clear_step_is_cut_at_the_lowest_value_above() -> None:
    x = np.arange(40.0)[:, None]
    merge = ChiMerge().fit(x, x[:, 0] >= 25)
    assert merge.edges_[0].tolist() == [25.0]
    assert merge.transform([[24.9], [25.0], [-1e9], [1e9], [np.nan]])[:, 0].tolist() == [
        0,
        1,
        0,
        1,
        2,
    ]


def test_limits_of_bins_hold() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(400, 1)), rng.integers(0, 2, 400)
    for max_bins in (1, 2, 5):
        assert ChiMerge(max_bins, 0.49, 1).fit(x, y).n_bins_[0] <= max_bins
    merge = ChiMerge(20, 0.49, 30).fit(x, y)
    assert np.bincount(merge.transform(x)[:, 0]).min() >= 30
    assert merge.n_bins_[0] > 2


def test_missing_values_take_no_part_and_get_their_own_bin() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=200), rng.integers(0, 2, 200)
    holes = np.r_[x, np.full(50, np.nan)]
    merge = ChiMerge().fit(holes[:, None], np.r_[y, np.ones(50, int)])
    np.testing.assert_array_equal(merge.edges_[0], ChiMerge().fit(x[:, None], y).edges_[0])
    assert (merge.transform(holes[:, None])[200:, 0] == merge.n_bins_[0]).all()
    empty = ChiMerge().fit(np.full((6, 1), np.nan), [0, 1] * 3)
    assert empty.edges_[0].size == 0
    assert empty.transform([[1.0], [np.nan]])[:, 0].tolist() == [0, 1]


def test_frames_go_in_and_come_out() -> None:
    frame = pd.DataFrame({"a": np.arange(20.0), "b": 1.0}, index=range(100, 120))
    merge = clone(ChiMerge()).set_output(transform="pandas").fit(frame, np.arange(20) > 9)
    bins = merge.transform(frame)
    assert list(bins.columns) == ["a", "b"]
    assert bins.index.equals(frame.index)
    assert [edges.size for edges in merge.edges_] == [1, 0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=60),
    st.floats(0, 8),
    st.integers(1, 6),
)
def test_merging_agrees_with_a_plain_reading_of_kerber(
    rows: list, threshold: float, max_bins: int
) -> None:
    """Against lists merged one by one, without collapsing runs beforehand."""
    values = sorted({value for value, _ in rows})
    counts = np.array([[rows.count((value, c)) for c in range(3)] for value in values], float)
    bins = [[i] for i in range(len(values))]
    while len(bins) > 1:
        chi = [chi_square(counts[a].sum(0), counts[b].sum(0)) for a, b in pairwise(bins)]
        least = int(np.argmin(chi))
        if chi[least] > threshold and len(bins) <= max_bins:
            break
        bins[least : least + 2] = [bins[least] + bins[least + 1]]
    starts, merged = merge_intervals(counts, threshold, max_bins, 0)
    assert starts.tolist() == [part[0] for part in bins]
    np.testing.assert_array_equal(merged, [counts[part].sum(0) for part in bins])
