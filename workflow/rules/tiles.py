"""Tiles of the study grid, from the config alone: imported by common.smk, plain Python."""

import math

#: Edges of cells are exact in floating point where the cell size is a multiple of this, m.
EXACT_M = 2.0**-10
#: Snakemake takes minutes to plan the jobs of more.
MOST_TILES = 5000


def is_exact(cell_size_m: float) -> bool:
    """Whether sums of cell sizes are exact, so that a tile's cells are the study grid's."""
    return (cell_size_m / EXACT_M).is_integer()


def count_tiles(bounds_m: list[float] | None, tile_size_m: float | None) -> int:
    """About how many tiles there will be; none without bounds or tile size."""
    if bounds_m is None or tile_size_m is None:
        return 0
    west, south, east, north = bounds_m
    return math.ceil((east - west) / tile_size_m) * math.ceil((north - south) / tile_size_m)


def tile_windows(
    bounds_m: list[float] | None, cell_size_m: float, tile_size_m: float | None
) -> dict[str, list[int]]:
    """Tiles of the study grid: rows and columns of each, by name.

    Parameters
    ----------
    bounds_m : list of float or None
        Study area, m; the grid is this box snapped outward to multiples of the cell size.
    cell_size_m : float
        Cell size of the study grid, m.
    tile_size_m : float or None
        Edge of a tile, m, rounded up to whole cells. None: no tiles.

    Returns
    -------
    dict of str to list of int
        First row, row past the last, first column, column past the last, of ``r00_c00``,
        ``r00_c01``, … from north to south, west to east. Tiles at the south and east edges
        may be smaller. Empty without bounds or tile size.
    """
    if bounds_m is None or tile_size_m is None:
        return {}
    west, south, east, north = (bound / cell_size_m for bound in bounds_m)
    rows = _spans(math.ceil(north) - math.floor(south), tile_size_m / cell_size_m)
    columns = _spans(math.ceil(east) - math.floor(west), tile_size_m / cell_size_m)
    return {
        f"r{i:02d}_c{j:02d}": [*row, *column]
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    }


def _spans(cells: int, wanted: float) -> list[tuple[int, int]]:
    """Begin and end of parts of `wanted` cells, rounded up; the last takes what is left."""
    step = max(math.ceil(wanted), 1)
    return [(begin, min(begin + step, cells)) for begin in range(0, cells, step)]
