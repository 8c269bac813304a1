"""The list of tiles and their bounds: every cell and every point has one tile."""

import numpy as np
import pytest

from hotslope.grid import Grid
from hotslope.rows import inside
from hotslope.tiles import grown, tile_bounds_m
from tiles_area import BOUNDS_M, is_exact, tile_windows


@pytest.mark.parametrize(
    ("bounds_m", "tile_m", "expected"),
    [
        (None, 100, {}),
        ([0, 0, 100, 100], None, {}),
        ([0, 0, 100, 100], 100, {"r00_c00": [0, 10, 0, 10]}),
        ([0, 0, 100, 100], 1e9, {"r00_c00": [0, 10, 0, 10]}),
        # Columns first; the last tiles take what is left.
        (
            [0, 0, 70, 40],
            40,
            {"r00_c00": [0, 4, 0, 4], "r00_c01": [0, 4, 4, 7]},
        ),
        (
            [0, 0, 40, 70],
            40,
            {"r00_c00": [0, 4, 0, 4], "r01_c00": [4, 7, 0, 4]},
        ),
        # Bounds are snapped outward, as the study grid's are; below 0 too.
        ([-1, 1, 19, 9], 20, {"r00_c00": [0, 1, 0, 2], "r00_c01": [0, 1, 2, 3]}),
        # Edges are rounded up to whole cells, and a tile has one at least.
        ([0, 0, 40, 10], 11, {"r00_c00": [0, 1, 0, 2], "r00_c01": [0, 1, 2, 4]}),
        ([0, 0, 20, 10], 0.1, {"r00_c00": [0, 1, 0, 1], "r00_c01": [0, 1, 1, 2]}),
    ],
)
def test_tile_windows(bounds_m, tile_m, expected) -> None:
    assert tile_windows(bounds_m, 10, tile_m) == expected


@pytest.mark.parametrize("tile_m", [30, 333, 1000, 5000])
def test_tiles_cover_the_study_grid_once(tile_m) -> None:
    grid = Grid.from_bounds(BOUNDS_M, 12.5, "EPSG:32647")
    covered = np.zeros(grid.shape, dtype=int)
    for top, bottom, left, right in tile_windows(BOUNDS_M, 12.5, tile_m).values():
        covered[top:bottom, left:right] += 1
    assert (covered == 1).all()


@pytest.mark.parametrize(
    ("cell_m", "exact"), [(12.5, True), (10, True), (25, True), (0.5, True), (33.3, False)]
)
def test_cell_sizes_whose_edges_are_exact(cell_m, exact) -> None:
    assert is_exact(cell_m) is exact


def test_every_point_lies_in_one_tile_beyond_the_grid_too() -> None:
    grid = Grid.from_bounds([0, 0, 100, 60], 10, "EPSG:32647")
    windows = tile_windows([0, 0, 100, 60], 10, 40).values()
    at = np.arange(-20.0, 130.0, 5.0)
    x, y = (side.ravel() for side in np.meshgrid(at, at))
    owners = sum(inside(x, y, tile_bounds_m(grid, window)).astype(int) for window in windows)
    assert (owners == 1).all()


def test_halo_holds_points_at_exactly_the_reach() -> None:
    near = np.array([-200.0, -200.0000001])
    assert inside(near, np.zeros(2), grown((0.0, 0.0, 10.0, 10.0), 200.0)).all()
