import numpy as np
import pytest

from hotslope.terrain.fills import undeclared_fill


def island(summit_m: float, shore_m: float) -> np.ndarray:
    """A cone in the sea, which is at 0, with a cliff of `shore_m` all around."""
    rows, columns = np.mgrid[-60:61, -60:61]
    height_m = summit_m - 10.0 * np.hypot(rows, columns)
    return np.where(height_m > shore_m, height_m, 0.0)


@pytest.mark.parametrize("shore_m", [0.0, 30.0, 90.0])
def test_sea_is_ground(shore_m: float) -> None:
    assert undeclared_fill(island(500.0, shore_m), 12.5, 0.0) is None


def test_fjord_of_steep_walls_is_ground_but_a_void_beside_it_is_not() -> None:
    walls = 25.0 * np.abs(np.arange(-40, 41))[None, :] * np.ones((90, 1))
    fjord_m = np.where(walls <= 100.0, 0.0, walls)
    assert undeclared_fill(fjord_m, 12.5, 0.0) is not None
    assert undeclared_fill(fjord_m, 50.0, 0.0) is None
    voided = np.where(walls <= 50.0, 0.0, walls)
    assert undeclared_fill(voided, 12.5, 0.0) is None
    voided[40:43, 70:73] = 0.0
    found = undeclared_fill(voided, 12.5, 0.0)
    assert found is not None
    assert (found.value_m, found.cells, found.row, found.column) == (0.0, 9, 40, 70)
    assert found.step_m == pytest.approx(775.0, abs=26.0)


@pytest.mark.parametrize(
    ("value_m", "zero_m"), [(0.0, 0.0), (800.0, 800.0), (-32.0, 0.0), (1.0, 0.0)]
)
def test_corner_of_a_turned_scene_is_no_ground(value_m: float, zero_m: float) -> None:
    ground = np.random.default_rng(2).normal(1900.0, 10.0, (80, 80))
    ground[np.add.outer(np.arange(80), np.arange(80)) < 30] = value_m
    found = undeclared_fill(ground, 12.5, zero_m)
    assert found is not None
    assert found.value_m == value_m
    assert found.cells == 465


def test_lake_pit_and_gaps_are_ground() -> None:
    ground = np.random.default_rng(2).normal(1900.0, 10.0, (80, 80))
    ground[20:40, 20:40] = 1860.0
    ground[60, 60] = np.nan
    assert undeclared_fill(ground, 12.5, 0.0) is None
    ground[50, 50] = 1770.0
    assert undeclared_fill(ground, 60.0, 0.0) is None
    assert undeclared_fill(np.full((5, 5), np.nan), 12.5, 0.0) is None
