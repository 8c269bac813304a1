"""What the check of many updates calls a fault."""

import numpy as np
import pandas as pd
import pytest
import shapely
from run_updates import config_of, faults_of_history, ratio

from hotslope.candidates.history import continue_history, first_history

BOUNDS_M = (0.0, 0.0, 1000.0, 1000.0)


def outlines(*lefts: float) -> np.ndarray:
    return np.array([shapely.box(left, 100, left + 80, 180) for left in lefts], dtype=object)


@pytest.fixture
def histories() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two bodies; then one goes on, one is gone, and one is new."""
    first = first_history(["PLC0001", "PLC0002"], ["a", "b"], outlines(0, 300), "2020-01-01")
    return first, continue_history(first, outlines(5, 600), ["c", "d"], "2020-01-13", BOUNDS_M)


def test_a_right_history_has_no_fault(histories):
    first, second = histories
    assert faults_of_history(first, second) == []
    third = continue_history(second, outlines(10, 300), ["e", "f"], "2020-01-25", BOUNDS_M)
    assert faults_of_history(second, third) == []


def test_every_fault_of_a_history_is_named(histories):
    first, second = histories
    second = second.reset_index(drop=True)
    assert faults_of_history(first, second.iloc[1:]) == ["forgets ['PLC0001']"]
    assert faults_of_history(first, second.assign(runs=1)) == ["counts runs wrongly of ['PLC0001']"]
    (fault,) = faults_of_history(first, second.assign(place_code="z"))
    assert fault == "changes place_code of ['PLC0001', 'PLC0002']"
    again = pd.concat([second, second.iloc[[1]]])
    assert faults_of_history(first, again) == ["names two bodies alike"]


def test_ratio_of_thirds():
    assert ratio(pd.Series([1.0, 1.0, 5.0, 5.0, 2.0, 2.0])) == 2.0
    assert ratio(pd.Series([3.0])) == 1.0


def test_each_update_joins_the_newest_release_with_the_first():
    assert "previous" not in config_of(1, 4)
    config = config_of(3, 4)
    assert config["previous"] == "results_2"
    releases = config["tracks"]["ascending"]["points"]["releases"]
    assert [each["table"].split("/")[2] for each in releases] == ["release_1", "release_3"]
