from functools import partial
from pathlib import Path

import numpy as np
import pytest

from hotslope.scratch_rows import ScratchRows
from hotslope.terrain.hydrology import (
    catchments,
    specific_contributing_area,
    stream_power_index,
    topographic_wetness_index,
)

CELL_M = 10.0


def test_area_of_a_plane_is_the_length_of_slope_above() -> None:
    rows = np.arange(50)
    plane = np.repeat(2000.0 - 3.0 * rows[:, None], 21, axis=1)
    # Down the middle column no side edge is felt: each cell drains itself and those above it.
    area_m = specific_contributing_area(plane, CELL_M)[:10, 10]
    np.testing.assert_allclose(area_m, (rows[:10] + 1) * CELL_M)


def test_water_passes_a_dam() -> None:
    rows, columns = np.arange(40)[:, None], np.abs(np.arange(21) - 10)
    valley = 2000.0 - 3.0 * rows + 4.0 * columns
    dammed = valley.copy()
    dammed[20, 5:16] += 10.0
    below = specific_contributing_area(dammed, CELL_M)[30, 10]
    # Unfilled, the river below the dam would drain less than the 10 rows between.
    assert below > 0.7 * specific_contributing_area(valley, CELL_M)[30, 10]


def test_gap_has_no_area_and_leaves_the_rest() -> None:
    plane = np.repeat(2000.0 - 3.0 * np.arange(50)[:, None], 41, axis=1)
    holed = plane.copy()
    holed[25:28, 18:22] = np.nan
    area_m = specific_contributing_area(holed, CELL_M)
    np.testing.assert_array_equal(np.isnan(area_m), np.isnan(holed))
    np.testing.assert_allclose(area_m[:24], specific_contributing_area(plane, CELL_M)[:24])


def test_equal_input_gives_equal_area() -> None:
    ground = np.random.default_rng(3).normal(2000.0, 5.0, (60, 60))
    np.testing.assert_array_equal(
        specific_contributing_area(ground, CELL_M), specific_contributing_area(ground, CELL_M)
    )


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (2, 2), (3, 3)])
def test_smallest_rasters_drain_over_their_edge(shape: tuple[int, int]) -> None:
    level = np.full(shape, 5.0)
    expected = np.full(shape, CELL_M)
    if shape == (3, 3):
        # The middle is raised by a hair and shared among its neighbours: four edges, four corners.
        expected += (
            CELL_M
            / (4.0 + 4.0 * 2.0**-0.55)
            * np.where(np.add.outer([1, 0, 1], [1, 0, 1]) == 2, 2.0**-0.55, 1.0)
        )
        expected[1, 1] = CELL_M
    np.testing.assert_allclose(specific_contributing_area(level, CELL_M), expected)


def test_without_any_ground_there_is_no_area() -> None:
    nothing = np.full((9, 4), np.nan)
    assert np.isnan(specific_contributing_area(nothing, CELL_M, block_rows=3)).all()


def test_levels_and_shares_pass_from_block_to_block_by_way_of_a_file(tmp_path: Path) -> None:
    ground = np.random.default_rng(3).normal(2000.0, 5.0, (60, 40))
    new_rows = partial(ScratchRows, tmp_path)
    area_m = specific_contributing_area(ground, CELL_M, new_rows=new_rows, block_rows=11)
    assert isinstance(area_m, ScratchRows)
    np.testing.assert_array_equal(
        area_m[slice(0, 60), slice(0, 40)], specific_contributing_area(ground, CELL_M)
    )


@pytest.mark.parametrize(
    ("area_m", "slope_deg", "spi", "twi"),
    [
        (100.0, 45.0, 100.0, np.log(100.0)),
        (100.0, np.degrees(np.arctan(0.5)), 50.0, np.log(200.0)),
        (100.0, 0.0, 100.0 * np.tan(np.radians(0.1)), np.log(100.0 / np.tan(np.radians(0.1)))),
        (np.nan, 10.0, np.nan, np.nan),
        (100.0, np.nan, np.nan, np.nan),
    ],
)
def test_indices(area_m: float, slope_deg: float, spi: float, twi: float) -> None:
    area, slope = np.array([area_m]), np.array([slope_deg])
    np.testing.assert_allclose(stream_power_index(area, slope, 0.1), [spi])
    np.testing.assert_allclose(topographic_wetness_index(area, slope, 0.1), [twi])


def test_no_catchment_crosses_a_ridge() -> None:
    # A ridge in the middle, a valley on either side; both fall to the south.
    rows, columns = np.arange(120)[:, None], np.arange(121)
    valleys = 2000.0 - 1.0 * rows + 4.0 * np.minimum(np.abs(columns - 30), np.abs(columns - 90))
    numbers = catchments(valleys, CELL_M, 0.2e6)
    west, east = np.unique(numbers[:, :59]), np.unique(numbers[:, 62:])
    assert not set(west) & set(east)
    assert numbers.min() == 1
    sizes_m2 = np.bincount(numbers.ravel())[1:] * CELL_M**2
    # The whole ground is 1.45 km²; none is much larger than was asked for.
    assert 0.15e6 < sizes_m2.max() < 0.3e6
    np.testing.assert_array_equal(numbers, catchments(valleys, CELL_M, 0.2e6))


def test_gaps_are_in_no_catchment() -> None:
    plane = np.repeat(2000.0 - 3.0 * np.arange(50)[:, None], 41, axis=1)
    plane[25:28, 18:22] = np.nan
    np.testing.assert_array_equal(catchments(plane, CELL_M, 1e5) == 0, np.isnan(plane))
