"""Information, association, screening and encoding."""

import numpy as np
import pandas as pd
import pytest

from hotslope.learning.association import association_matrix, cramers_v
from hotslope.learning.encoding import FactorEncoder
from hotslope.learning.information import (
    information_gain_ratio,
    null_gain_ratios,
)
from hotslope.learning.screening import (
    UNINFORMATIVE,
    FactorScreening,
    drop_less_significant,
    drop_lower_gain,
)
from hotslope.learning.screening_table import (
    screening_table,
    selection_shares,
    variance_inflation,
)

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


def test_paper_drops_the_weaker_of_a_pair_which_then_pushes_nobody_out() -> None:
    # 0–1 closest: 1 goes. 1–2 is close too, but 1 has gone, so 2 stays although it is weaker.
    association = np.array([[1, -0.95, 0.2], [-0.95, 1, 0.9], [0.2, 0.9, 1]])
    partner = drop_lower_gain(association, np.array([0.3, 0.2, 0.1]), 0.7)
    assert partner.tolist() == [-1, 0, -1]
    assert drop_lower_gain(association, np.array([0.3, 0.2, 0.1]), 0.96).tolist() == [-1, -1, -1]
    assert drop_lower_gain(association, np.zeros(3), 0.7).tolist() == [-1, 0, -1]


def test_a_factor_never_gives_way_to_one_that_goes() -> None:
    """Land use beside slope beside twi, as on an area where the paper's order drops the best."""
    association = np.array([[1, 0.87, 0.3], [0.87, 1, -0.83], [0.3, -0.83, 1]])
    gain_ratio = np.array([0.154, 0.172, 0.237])
    assert drop_lower_gain(association, gain_ratio, 0.7).tolist() == [1, 2, -1]
    p, excess = np.array([0.005, 0.07, 0.01]), np.array([0.131, 0.074, 0.142])
    assert drop_less_significant(association, p, excess, 0.7).tolist() == [-1, 0, -1]
    # Of equal p the larger excess stays, of equals the earlier.
    excess[0] = 0.05
    assert drop_less_significant(association, np.ones(3), excess, 0.7).tolist() == [-1, 2, -1]
    assert drop_less_significant(association, np.ones(3), np.ones(3), 0.7).tolist() == [-1, 0, -1]


def test_significance_keeps_a_set_without_pairs_that_nobody_can_join() -> None:
    rng = np.random.default_rng(4)
    for n in (1, 2, 5, 17) * 10:
        association = np.triu(rng.uniform(-1, 1, (n, n)), k=1)
        association += association.T + np.eye(n)
        p, excess = rng.integers(1, 5, n) / 5, rng.normal(size=n)
        partner = drop_less_significant(association, p, excess, 0.6)
        stays = partner < 0
        redundant = (np.abs(association) > 0.6) & ~np.eye(n, dtype=bool)
        assert not redundant[np.ix_(stays, stays)].any()
        for i in np.flatnonzero(~stays):
            winner = partner[i]
            assert stays[winner]
            assert redundant[i, winner]
            assert (p[winner], -excess[winner]) <= (p[i], -excess[i])


def test_screening_keeps_categories_whose_chance_level_is_lower() -> None:
    """ChiMerge's bins of a weak number reach a higher raw gain ratio than a strong category."""
    table, label = paired_table()
    paper = FactorScreening(["land"], rule="paper").fit(table, label)
    ours = FactorScreening(["land"]).fit(table, label)
    gain = dict(zip(table.columns, ours.gain_ratios_, strict=True))
    assert gain["slope"] > gain["land"]
    assert paper.kept_ == ["slope"]
    assert ours.kept_ == ["land"]
    assert ours.partners_ == [None, "land"]
    nulls = ours.nulls({name: table[name] for name in table}, label)
    assert nulls["land"].mean() < nulls["slope"].mean() / 2
    with pytest.raises(ValueError, match="rule must be one of significance, paper"):
        FactorScreening(rule="best").fit(table, label)


def paired_table() -> tuple[pd.DataFrame, np.ndarray]:
    """Two land uses, more slides on one, and a number that follows them and nothing else."""
    land = np.arange(80) // 40
    label = np.where(land == 0, np.arange(80) % 4 == 0, np.arange(80) % 3 < 2).astype(np.int64)
    slope = land + 0.3 * np.random.default_rng(2).normal(size=80)
    names = pd.Series(land).map({0: "crops", 1: "bare"})
    return pd.DataFrame({"land": names, "slope": slope}), label


def test_null_depends_on_ties_and_sizes_of_classes_alone() -> None:
    rng = np.random.default_rng(1)
    label = np.arange(90) % 2
    smooth = {name: rng.normal(size=90) for name in "ab"}
    columns = smooth | {"ties": np.round(smooth["a"]), "void": np.where(label, 1.0, np.nan)}
    nulls = FactorScreening(permutations=400, **BINNING).nulls(columns, label)
    assert nulls["a"] is nulls["b"]
    assert nulls["ties"] is not nulls["a"]
    for name, null in nulls.items():
        permuted = rng.permuted(np.tile(label, (400, 1)), axis=1)
        own = null_gain_ratios(columns[name], permuted, categorical=False, **BINNING)
        # Two samples of one distribution: each mean of 400 has a standard error of about 0.002.
        assert null.mean() == pytest.approx(own.mean(), abs=0.008)
    reordered = FactorScreening(permutations=400, **BINNING).nulls(columns, rng.permutation(label))
    assert reordered["a"] is nulls["a"]


def test_variance_inflation_is_that_of_statsmodels() -> None:
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.normal(size=(60, 3)), columns=list("abc"))
    table["d"] = table["a"] + 0.3 * rng.normal(size=60)
    table["twice"] = 2 * table["a"]
    table["rock"] = pd.Series(rng.choice(["hard", "soft"], 60))
    table["flat"] = 1.0
    found = variance_inflation(table, ["rock"], ["a", "b", "d", "rock", "flat"])
    design = np.column_stack(
        [np.ones(60), table[["a", "b", "d"]].to_numpy(), table["rock"] == "soft"]
    ).astype(float)
    expected = [variance_inflation_factor(design, i) for i in (1, 2, 3)]
    np.testing.assert_allclose(found[[0, 1, 3]], expected)
    assert found[4] == np.inf
    assert np.isnan(found[[5, 6]]).all()
    assert np.isnan(variance_inflation(table[:3], [], ["a", "b", "d"])[0])


def test_selection_shares_and_table_agree_with_the_fits() -> None:
    table, label = step_table()
    screening = FactorScreening(["rock"]).fit(table, label)
    halves = [np.arange(0, 80, 2), np.arange(1, 80, 2)]
    shares = selection_shares(screening, table, label, halves)
    kept = [FactorScreening(["rock"]).fit(table.iloc[rows], label[rows]).kept_ for rows in halves]
    assert shares.tolist() == [sum(name in one for one in kept) / 2 for name in table.columns]
    found = screening_table(screening, table, label).set_index("factor")
    assert found.index[found["kept"]].tolist() == screening.kept_
    assert found.loc["x", "p"] == 0.01


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


def test_numbers_are_standardised_by_training_rows_where_asked() -> None:
    table, label = step_table()
    table.loc[[0, 1], "x"] = np.nan
    encoder = FactorEncoder(["rock"], encoding="numbers").fit(table[["x", "rock"]], label)
    assert encoder.columns_ == ["x", "x_missing", "rock_hard", "rock_soft"]
    rows = pd.DataFrame({"x": [0.25, np.nan], "rock": ["soft", None]})
    known = table["x"].dropna()
    scaled = (0.25 - known.mean()) / known.std(ddof=0)
    np.testing.assert_allclose(encoder.transform(rows), [[scaled, 0, 0, 1], [0, 1, 0, 0]])
    only = FactorEncoder(["rock"], encoding="numbers").fit(table[["rock"]], label)
    assert only.transform(rows[["rock"]]).shape == (2, 2)
    with pytest.raises(ValueError, match="encoding must be one of steps, numbers"):
        FactorEncoder(encoding="ranks").fit(table[["x"]], label)


def test_where_nothing_informs_one_constant_column_remains() -> None:
    table, label = step_table()
    encoder = FactorEncoder().fit(table[["flat", "void"]], label)
    assert encoder.transform(table).shape == (80, 1)
