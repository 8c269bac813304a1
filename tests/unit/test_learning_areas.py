"""Factor tables of several areas joined into one."""

import numpy as np
import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.learning.areas import AREA_STEP_M, area_names, areas_of, join_tables
from hotslope.learning.splits import repeated_folds


def area(n: int = 4, **columns: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """An area whose candidates and slopes have the names that those of all others have."""
    names = pd.Series([f"PLC{i}" for i in range(n)], dtype="str")
    factors = pd.DataFrame({"candidate_id": names, "slope": np.arange(n, dtype=float), **columns})
    labels = pd.DataFrame(
        {
            "candidate_id": names,
            "label": pd.Series([i % 2 for i in range(n)], dtype="Int8"),
            "kind": pd.Series(None, index=range(n), dtype="str"),
            "inventory_id": pd.Series([f"slides/{i}" for i in range(n)], dtype="str"),
            "role": pd.Series(None, index=range(n), dtype="str"),
            "x_m": 500_000 + 1000.0 * np.arange(n),
            "y_m": 4e6 + 1000.0 * np.arange(n),
        }
    )
    return factors, labels


def test_areas_lie_side_by_side_with_names_of_their_own():
    factors, labels = join_tables({"east": area(4, tri=1.0), "west": area(6)})
    assert list(factors.columns) == ["candidate_id", "slope"]
    assert factors["candidate_id"].is_unique
    assert labels["inventory_id"].is_unique
    assert labels["candidate_id"].tolist() == factors["candidate_id"].tolist()
    assert labels["candidate_id"][4] == "west/PLC0"
    assert areas_of(labels["x_m"].to_numpy()).tolist() == [0] * 4 + [1] * 6
    # Distances within an area stay.
    assert labels["x_m"].diff().iloc[5] == 1000


def test_spatial_folds_leave_out_one_area_at_a_time():
    _, labels = join_tables({name: area(8) for name in ("a", "b", "c")})
    folds = repeated_folds(
        labels["label"].to_numpy(dtype=int),
        labels["inventory_id"].to_numpy(),
        labels["x_m"].to_numpy(),
        labels["y_m"].to_numpy(),
        repeats=3, n_folds=2, block_size_m=500, seed=1, blocks="areas",
    )  # fmt: skip
    spatial = [fold for fold in folds if fold.strategy == "spatial"]
    assert [fold.test.tolist() for fold in spatial] == [
        list(range(start, start + 8)) for start in (0, 8, 16)
    ]
    assert all(set(fold.train) == set(range(24)) - set(fold.test) for fold in spatial)
    assert sum(fold.strategy == "stratified" for fold in folds) == 6


def test_one_area_has_no_fold():
    _, labels = join_tables({"a": area(8)})
    x = labels["x_m"].to_numpy()
    folds = repeated_folds(
        labels["label"].to_numpy(dtype=int), labels["inventory_id"].to_numpy(), x, x,
        repeats=1, n_folds=2, block_size_m=500, seed=1, blocks="areas",
    )  # fmt: skip
    assert {fold.strategy for fold in folds} == {"stratified"}


def test_folders_name_their_areas():
    assert area_names(["/data/guide/results", "../xunhua/"]) == ["guide", "xunhua"]
    with pytest.raises(InputError, match="two areas are called 'guide'"):
        area_names(["/a/guide/results", "/b/guide"])


def test_areas_that_have_nothing_in_common_are_refused():
    factors, labels = area()
    other = factors.rename(columns={"slope": "twi"})
    with pytest.raises(InputError, match="no factor is common to all areas"):
        join_tables({"a": (factors, labels), "b": (other, labels)})
    rocks = {name: area(lithology=[name] * 4) for name in ("hard", "weak")}
    with pytest.raises(InputError, match=r"lithology has other classes in weak \(weak\)"):
        join_tables(rocks)


def test_area_wider_than_the_step_is_refused():
    factors, labels = area()
    wide = labels.assign(x_m=[0.0, 1.0, 2.0, AREA_STEP_M])
    with pytest.raises(InputError, match="a is 1000 km wide"):
        join_tables({"a": (factors, wide)})
