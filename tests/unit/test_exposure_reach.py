"""Ground in the reach of a body: planes, ridges, edges, an oracle that tries every pair."""

import numpy as np
import pytest
import shapely

from hotslope.exposure.reach import reach_of, reached_cells
from hotslope.grid import Grid

CELL_M = 10.0
GRID = Grid.from_bounds([700_000.0, 4_000_000.0, 700_600.0, 4_000_400.0], CELL_M, "EPSG:32647")
ROWS, COLUMNS = GRID.shape


def plane(slope_deg: float) -> np.ndarray:
    """Ground that falls to the east."""
    east_m = np.broadcast_to(CELL_M * np.arange(COLUMNS), GRID.shape)
    return 1000.0 - np.tan(np.radians(slope_deg)) * east_m


def body(rows: slice, columns: slice) -> np.ndarray:
    inside = np.zeros(GRID.shape, dtype=bool)
    inside[rows, columns] = True
    return inside


def reached_by_every_pair(
    elevation_m: np.ndarray, inside: np.ndarray, angle_deg: float, farthest_m: float
) -> np.ndarray:
    """The angle below every cell of the body, without the condition that cells are joined."""
    row, column = np.indices(elevation_m.shape)
    reached = np.zeros(elevation_m.shape, dtype=bool)
    nearest_m = np.full(elevation_m.shape, np.inf)
    for top_row, top_column in np.argwhere(inside):
        distance_m = CELL_M * np.hypot(row - top_row, column - top_column)
        nearest_m = np.minimum(nearest_m, distance_m)
        drop_m = elevation_m[top_row, top_column] - elevation_m
        with np.errstate(invalid="ignore"):
            reached |= np.degrees(np.arctan2(drop_m, distance_m)) >= angle_deg
    return reached & (nearest_m <= farthest_m) & ~inside


@pytest.mark.parametrize(
    ("slope_deg", "reaches"), [(0.0, False), (19.0, False), (21.0, True), (45.0, True)]
)
def test_ground_steeper_than_the_angle_is_reached(slope_deg: float, reaches: bool) -> None:
    inside = body(slice(18, 22), slice(10, 14))
    reached = reached_cells(plane(slope_deg), inside, CELL_M, 20.0, 1e4)
    assert reached.any() == reaches
    # Downward alone, and to the end of the ground.
    assert not reached[:, :10].any()
    assert reached[20, -1] == reaches


def test_a_cone_opens_as_the_angle_says() -> None:
    # On a plane of slope b, a cone of angle a holds directions within arccos(tan a / tan b).
    elevation_m = plane(40.0)
    reached = reached_cells(elevation_m, body(slice(20, 21), slice(2, 3)), CELL_M, 20.0, 1e4)
    row, column = np.indices(GRID.shape)
    direction_deg = np.degrees(np.arctan2(row - 20, column - 2))
    half_deg = np.degrees(np.arccos(np.tan(np.radians(20)) / np.tan(np.radians(40))))
    expected = (np.abs(direction_deg) <= half_deg) & ((row != 20) | (column != 2))
    np.testing.assert_array_equal(reached, expected)


def test_the_farthest_distance_holds() -> None:
    inside = body(slice(18, 22), slice(10, 14))
    reached = reached_cells(plane(45.0), inside, CELL_M, 20.0, 100.0)
    assert np.flatnonzero(reached[20]).tolist() == list(range(14, 24))


def test_ground_behind_a_ridge_is_not_reached() -> None:
    elevation_m = plane(30.0)
    elevation_m[:, 25] += 500.0
    reached = reached_cells(elevation_m, body(slice(18, 22), slice(10, 14)), CELL_M, 20.0, 1e4)
    assert reached[20, 24]
    assert not reached[:, 25:].any()
    # A gap in it lets through.
    elevation_m[20, 25] -= 500.0
    reached = reached_cells(elevation_m, body(slice(18, 22), slice(10, 14)), CELL_M, 20.0, 1e4)
    assert reached[20, 25:].all()


def test_a_body_on_a_ridge_reaches_down_both_sides() -> None:
    elevation_m = 1000.0 - 6.0 * np.abs(np.arange(COLUMNS) - 30.0) + np.zeros(GRID.shape)
    reached = reached_cells(elevation_m, body(slice(18, 22), slice(28, 33)), CELL_M, 20.0, 1e4)
    assert reached[20, 20]
    assert reached[20, 40]


def test_every_pair_gives_the_same_on_rough_ground() -> None:
    rng = np.random.default_rng(7)
    elevation_m = plane(24.0) + rng.normal(0.0, 5.0, GRID.shape)
    elevation_m[rng.random(GRID.shape) < 0.05] = np.nan
    inside = body(slice(15, 25), slice(5, 15))
    reached = reached_cells(elevation_m, inside, CELL_M, 20.0, 250.0)
    expected = reached_by_every_pair(elevation_m, inside, 20.0, 250.0)
    assert not (reached & ~expected).any()
    # What is left out is not joined with the body.
    missed = expected & ~reached
    near = np.zeros_like(missed)
    near[1:-1, 1:-1] = reached[2:, 1:-1] | reached[:-2, 1:-1]
    near[1:-1, 1:-1] |= reached[1:-1, 2:] | reached[1:-1, :-2]
    assert not (missed & near).any()
    assert expected.sum() > 100
    assert missed.sum() < 0.2 * expected.sum()


@pytest.mark.parametrize("what", ["nothing known", "no body"])
def test_extremes_reach_nothing(what: str) -> None:
    elevation_m = np.full(GRID.shape, np.nan) if what == "nothing known" else plane(45.0)
    inside = body(slice(0, 0) if what == "no body" else slice(5, 9), slice(5, 9))
    assert not reached_cells(elevation_m, inside, CELL_M, 20.0, 1e4).any()


def test_reach_of_an_outline_is_ground_beside_it() -> None:
    outline = shapely.box(700_100.0, 4_000_180.0, 700_140.0, 4_000_220.0)
    reach = reach_of(outline, plane(30.0), GRID, 20.0, 200.0)
    assert shapely.area(shapely.intersection(reach.ground, outline)) == 0
    # The cone of the uppermost cells opens beside the outline.
    left, _, right, _ = shapely.bounds(reach.ground)
    assert left == 700_110.0
    # From the last column of the body, whose middle is 5 m within it.
    assert reach.length_m == pytest.approx(195.0, abs=5.0)
    assert right == pytest.approx(700_340.0, abs=10.0)
    assert not reach.is_cut


def test_reach_that_meets_the_edge_or_a_hole_is_cut() -> None:
    outline = shapely.box(700_100.0, 4_000_180.0, 700_140.0, 4_000_220.0)
    assert reach_of(outline, plane(30.0), GRID, 20.0, 1000.0).is_cut
    elevation_m = plane(30.0)
    elevation_m[18:22, 20] = np.nan
    assert reach_of(outline, elevation_m, GRID, 20.0, 200.0).is_cut


def test_an_outline_beyond_the_dem_has_no_reach_that_is_known() -> None:
    reach = reach_of(shapely.box(0.0, 0.0, 10.0, 10.0), plane(30.0), GRID, 20.0, 200.0)
    assert reach.ground.is_empty
    assert reach.is_cut


def test_the_window_around_a_body_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    elevation_m = plane(28.0) + rng.normal(0.0, 2.0, GRID.shape)
    outline = shapely.box(700_103.0, 4_000_177.0, 700_139.0, 4_000_221.0)
    near = reach_of(outline, elevation_m, GRID, 20.0, 100.0)
    # As if the whole of the DEM were the window: a margin of NaN moves the window's corner.
    grown = GRID.grown(7)
    padded = np.pad(elevation_m, 7, constant_values=np.nan)
    again = reach_of(outline, padded, grown, 20.0, 100.0)
    assert shapely.equals(near.ground, again.ground)
    assert near.length_m == again.length_m
