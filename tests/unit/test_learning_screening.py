"""Information, association, screening and encoding."""

import numpy as np
import pandas as pd
import pytest

from hotslope.learning.association import association_matrix, cramers_v
from hotslope.learning.encoding import FactorEncoder
from hotslope.learning.information import information_gain_ratio, null_gain_ratios
from hotslope.learning.screening import UNINFORMATIVE, FactorScreening, drop_redundant

BINNING = {"max_bins": 8, "significance": 0.1, "min_bin_count": 5}


@pytest.mark.parametrize(
    ("bins", "label", "expected"),
    [
        ([0, 0, 1, 1], [0, 0, 1, 1], 1.0),  # tells all with the least words
        ([0, 1, 2, 3], [0, 0, 1, 1], 0.5),  # tells all with twice the words
        ([0, 1, 0, 1], [0, 0, 1, 1], 0.0),  # tells nothing
        ([7, 7, 7, 7], [0, 0, 1, 1], 0.0),  # no split: no 0/0
        (["a", None, "a", None], [0, 1, 0, 1], 1.0),  # missing is a bin
    ],
)
def test_gain_ratio_truth_table(bins: list, label: list, expected: float) -> None:
    assert information_gain_ratio(bins, label) == pytest.approx(expected, abs=1e-12)


def test_gain_ratio_of_quinlans_weather() -> None:
    """Quinlan (1986): outlook about play; gain 0.247, split information 1.577."""
    outlook = ["sunny"] * 5 + ["overcast"] * 4 + ["rain"] * 5
    play = [0, 0, 0, 1, 1] + [1] * 4 + [1, 1, 1, 0, 0]
    assert information_gain_ratio(outlook, play) == pytest.approx(0.2467 / 1.5774, abs=1e-4)


def test_null_bins_anew() -> None:
    """ChiMerge's own chance level is several times that of fixed bins (n = 306, 8 bins)."""
    rng = np.random.default_rng(0)
    label = np.arange(306) % 2
    permuted = np.stack([rng.permutation(label) for _ in range(200)])
    x = rng.normal(size=306)
    anew = null_gain_ratios(x, permuted, categorical=False, **BINNING)
    fixed = null_gain_ratios(pd.qcut(x, 8, labels=False), permuted, categorical=True, **BINNING)
    # Fixed bins: mean (bins - 1)(classes - 1) / (2 n ln 2) / log2(8) = 0.0055
    assert fixed.mean() == pytest.approx(0.0055, rel=0.15)
    assert anew.mean() > 4 * fixed.mean()


def test_associations_against_their_definitions() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"a": rng.normal(size=50), "b": rng.normal(size=50)})
    table["group"] = pd.Series(rng.choice(["x", "y", "z"], 50), dtype="str")
    table["copy"] = table["group"].replace({"x": "u", "y": "v", "z": "w"})
    table["constant"] = 1.0
    table.loc[:4, "a"] = np.nan
    matrix = association_matrix(table, ["group", "copy"])
    names = list(table.columns)
    at = {name: i for i, name in enumerate(names)}
    both = table.dropna()
    assert matrix[0, 1] == pytest.approx(np.corrcoef(both["a"], both["b"])[0, 1])
    # η² is R² of a regression on dummies
    dummies = pd.get_dummies(both["group"]).to_numpy(float)
    rest = both["a"] - dummies @ np.linalg.lstsq(dummies, both["a"].to_numpy(), rcond=None)[0]
    assert matrix[at["a"], at["group"]] ** 2 == pytest.approx(1 - rest.var() / both["a"].var())
    assert matrix[at["group"], at["copy"]] == pytest.approx(1)
    assert (matrix[at["constant"]] == np.eye(len(names))[at["constant"]]).all()
    np.testing.assert_array_equal(matrix, matrix.T)
    assert cramers_v(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])) == pytest.approx(0)


def test_of_a_pair_the_weaker_goes_and_pushes_nobody_out() -> None:
    # 0–1 closest: 1 goes. 1–2 is close too, but 1 has gone, so 2 stays although it is weaker.
    association = np.array([[1, -0.95, 0.2], [-0.95, 1, 0.9], [0.2, 0.9, 1]])
    partner = drop_redundant(association, np.array([0.3, 0.2, 0.1]), 0.7)
    assert partner.tolist() == [-1, 0, -1]
    assert drop_redundant(association, np.array([0.3, 0.2, 0.1]), 0.96).tolist() == [-1, -1, -1]
    assert drop_redundant(association, np.zeros(3), 0.7).tolist() == [-1, 0, -1]


def step_table(n: int = 80) -> tuple[pd.DataFrame, np.ndarray]:
    x = np.linspace(0, 1, n)
    table = pd.DataFrame({"x": x, "twice": 2 * x, "flat": 5.0, "void": np.nan})
    table["rock"] = pd.Series(np.where(np.arange(n) % 4 == 0, "hard", "soft"), dtype="str")
    return table, (x > 0.5).astype(int)


def test_screening_drops_copies_constants_and_voids() -> None:
    table, label = step_table()
    screening = FactorScreening(["rock"]).fit(table, label)
    assert screening.kept_ == ["x", "rock"]
    assert screening.reasons_[1] == "association 1.00 with x"
    assert screening.reasons_[2] == screening.reasons_[3] == UNINFORMATIVE


def test_encoding_of_missing_and_unseen_values() -> None:
    table, label = step_table()
    table.loc[[0, 1, 2, 77, 78], "x"] = np.nan
    encoder = FactorEncoder(["rock"]).fit(table[["x", "rock"]], label)
    assert encoder.columns_ == ["x", "x_missing", "rock_hard", "rock_soft"]
    rows = pd.DataFrame({"x": [0.1, 0.9, np.nan], "rock": ["soft", "lava", None]})
    mean = float((table["x"].dropna() > 0.5).mean())
    expected = [[0, 0, 0, 1], [1, 0, 0, 0], [mean, 1, 0, 0]]
    np.testing.assert_allclose(encoder.transform(rows), expected)


def test_where_nothing_informs_one_constant_column_remains() -> None:
    table, label = step_table()
    encoder = FactorEncoder().fit(table[["flat", "void"]], label)
    assert encoder.transform(table).shape == (80, 1)
