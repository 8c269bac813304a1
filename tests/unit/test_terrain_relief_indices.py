import numpy as np
import pytest

from hotslope.terrain.moving_windows import whole_windows, window_cells
from hotslope.terrain.relief_indices import RUGGEDNESS, topographic_position


@pytest.mark.parametrize(
    ("window_m", "cell_size_m", "cells"),
    [(210, 12.5, 17), (210, 30, 7), (210, 10, 21), (30, 10, 3), (5, 10, 3), (90, 12.5, 7)],
)
def test_window_is_the_nearest_odd_number_of_cells(
    window_m: float, cell_size_m: float, cells: int
) -> None:
    assert window_cells(window_m, cell_size_m) == cells


def test_whole_windows_keep_clear_of_edge_and_gap() -> None:
    values = np.zeros((7, 9))
    values[3, 1] = np.nan
    expected = np.zeros((7, 9), dtype=bool)
    expected[1:-1, 1:-1] = True
    expected[2:5, 0:3] = False
    np.testing.assert_array_equal(whole_windows(values, 3), expected)


def test_position_of_a_peak_a_ramp_and_a_gap() -> None:
    peak = np.zeros((9, 9))
    peak[4, 4] = 9.0
    position = topographic_position(peak, 10.0, 30.0)
    assert position[4, 4] == pytest.approx(8.0)
    assert position[3, 3] == pytest.approx(-1.0)
    assert position[1, 1] == pytest.approx(0.0)
    assert np.isnan(position[0]).all()
    ramp = np.tile(np.arange(40.0), (40, 1))
    np.testing.assert_allclose(
        topographic_position(ramp, 10.0, 210.0)[10:-10, 10:-10], 0, atol=1e-9
    )
    ramp[20, 20] = np.nan
    position = topographic_position(ramp, 10.0, 30.0)
    assert np.isnan(position).sum() == 40 * 40 - 38 * 38 + 9
    assert position[18, 20] == pytest.approx(0.0)


# Differences to the centre (5): -4 -3 -2 -1 1 2 3 4; extremes 1 and 9.
NINE = np.arange(1.0, 10.0).reshape(3, 3)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("wilson", 20 / 8), ("riley", np.sqrt(60)), ("paper", np.sqrt(5 * (81 - 1)))],
)
def test_ruggedness_of_nine_cells(name: str, expected: float) -> None:
    rugged = RUGGEDNESS[name](NINE)
    assert rugged[1, 1] == pytest.approx(expected)
    assert np.isnan(rugged).sum() == 8


@pytest.mark.parametrize("name", list(RUGGEDNESS))
def test_ruggedness_at_gaps(name: str) -> None:
    ground = np.add.outer(np.arange(8.0), np.arange(8.0) ** 2)
    ground[3, 3] = np.nan
    expected = np.ones((8, 8), dtype=bool)
    expected[1:-1, 1:-1] = False
    expected[2:5, 2:5] = True
    np.testing.assert_array_equal(np.isnan(RUGGEDNESS[name](ground)), expected)
    assert np.isnan(RUGGEDNESS[name](np.ones((2, 2)))).all()


def test_only_the_papers_ruggedness_depends_on_height() -> None:
    for name, ruggedness in RUGGEDNESS.items():
        same = ruggedness(NINE)[1, 1] == pytest.approx(ruggedness(NINE + 3000.0)[1, 1])
        assert same == (name != "paper")
