"""Points in tiles that a page loads as it zooms in: each point once, at the first scale it fits.

Every tile of a level is divided into cells; a cell shows one point, and those that no coarser
level shows go on to the next. So a view draws few points however many a track has, and what it
shows is a fair sample, not a selection by velocity.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

#: Cells along the edge of a tile.
TILE_CELLS = 128
#: Coordinates within a tile are 16-bit numbers.
STEPS = 65_535
#: Seed of the order in which points take the cells.
_SEED = 20_230_101


@dataclass(frozen=True)
class PointTile:
    """Points that one tile adds to those of coarser levels.

    Parameters
    ----------
    level, row, column : int
        The square is divided into ``2**level`` rows, from the south, and columns.
    members : ndarray of int64, shape (points,)
        Ascending indices of its points.
    """

    level: int
    row: int
    column: int
    members: np.ndarray

    @property
    def name(self) -> str:
        """Level, row and column, as in the names of files."""
        return f"{self.level}_{self.row}_{self.column}"


def deepest_level(points: int) -> int:
    """Return the level whose tiles would hold at most one point per cell on average."""
    level = 0
    while 4**level * TILE_CELLS**2 < points:
        level += 1
    return level


def point_tiles(x: np.ndarray, y: np.ndarray) -> Iterator[PointTile]:
    """Divide points among tiles, level by level.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Coordinates as shares of the square, 0 to 1.

    Yields
    ------
    PointTile
        Those that hold a point; each point is in one of them. The deepest level takes all that
        are left.
    """
    last = deepest_level(len(x))
    rest = np.random.default_rng(_SEED).permutation(len(x))
    for level in range(last + 1):
        cells = _cells(x[rest], TILE_CELLS << level) + _cells(y[rest], TILE_CELLS << level) * (
            TILE_CELLS << level
        )
        if level < last:
            _, first = np.unique(cells, return_index=True)
            taken = np.zeros(len(rest), dtype=bool)
            taken[first] = True
        else:
            taken = np.ones(len(rest), dtype=bool)
        yield from _divide(x, y, np.sort(rest[taken]), level)
        rest = rest[~taken]


def _divide(x: np.ndarray, y: np.ndarray, members: np.ndarray, level: int) -> Iterator[PointTile]:
    """Divide the points of a level among its tiles."""
    row, column = _cells(y[members], 1 << level), _cells(x[members], 1 << level)
    tile = row * (1 << level) + column
    order = np.argsort(tile, kind="stable")
    numbers, starts = np.unique(tile[order], return_index=True)
    for number, part in zip(numbers, np.split(members[order], starts[1:]), strict=False):
        yield PointTile(level, int(number) >> level, int(number) & ((1 << level) - 1), part)


def _cells(share: np.ndarray, count: int) -> np.ndarray:
    """Cell of each coordinate, 0 to ``count - 1``; int64."""
    return np.clip((share * count).astype(np.int64), 0, count - 1)


def quantised(share: np.ndarray, level: int, tile: int) -> np.ndarray:
    """Coordinates within a tile as 16-bit numbers.

    Parameters
    ----------
    share : ndarray, float64, shape (points,)
        Coordinates as shares of the square.
    level, tile : int
        Level, and row or column of the tile.

    Returns
    -------
    ndarray of uint16, shape (points,)
        0 at the edge in the south or west, `STEPS` at the other.
    """
    within = share * (1 << level) - tile
    return np.clip(np.rint(within * STEPS), 0, STEPS).astype("<u2")
