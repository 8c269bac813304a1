"""Tiles of the study grid: which cells and which points are theirs."""

import numpy as np

from hotslope.grid import Grid
from hotslope.rows import Bounds


def tile_grid(grid: Grid, window: list[int]) -> Grid:
    """Return the part of the study grid in rows and columns ``[begin, end, begin, end]``."""
    return grid.window(slice(*window[:2]), slice(*window[2:]))


def tile_bounds_m(grid: Grid, window: list[int]) -> Bounds:
    """Ground whose points belong to a tile: that of its cells, endless at the grid's edges.

    Parameters
    ----------
    grid : Grid
        The study grid.
    window : list of int
        Rows and columns of the tile in it: begin, end, begin, end.

    Returns
    -------
    tuple of float
        West, south, east, north, m. West and south belong to it, east and north do not, so
        that each point lies in one tile, also a point beyond the grid.
    """
    west, south, east, north = tile_grid(grid, window).bounds_m
    return (
        west if window[2] > 0 else -np.inf,
        south if window[1] < grid.shape[0] else -np.inf,
        east if window[3] < grid.shape[1] else np.inf,
        north if window[0] > 0 else np.inf,
    )


def grown(bounds_m: Bounds, reach_m: float) -> Bounds:
    """Return bounds with a halo."""
    west, south, east, north = bounds_m
    # A little more than the reach: rounding must not lose a point at exactly that distance.
    halo_m = reach_m + 1.0
    return west - halo_m, south - halo_m, east + halo_m, north + halo_m
