"""Rasters of any size, worked on two neighbouring blocks of rows at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from hotslope.rasters import Cells


class Rows(Protocol):
    """A raster that is read and written where it is needed: an array, or a file."""

    shape: tuple[int, int]

    def __getitem__(self, window: tuple[slice, slice]) -> np.ndarray:
        """Return the cells of a window."""

    def __setitem__(self, window: tuple[slice, slice], values: np.ndarray) -> None:
        """Keep the cells of whole rows."""


#: Makes a raster of some shape that holds one value.
NewRows = Callable[[tuple[int, int], float], Rows]


@dataclass(frozen=True)
class Layer:
    """A raster seen through a window.

    Parameters
    ----------
    source : Cells or Rows
        Its cells, float64.
    rim : float
        What the window holds around its cells, in place of neighbours.
    target : Rows, optional
        Where cells that were changed in the window are written.
    """

    source: Cells | Rows
    rim: float
    target: Rows | None = None


class View(NamedTuple):
    """What a window shows.

    Parameters
    ----------
    cells : list of ndarray, float64
        The cells of each layer, which may be changed, within a rim one cell wide.
    lower_top : int
        First row of the lower block in them.
    is_first, is_last : bool
        Whether the raster begins, and ends, with the window.
    """

    cells: list[np.ndarray]
    lower_top: int
    is_first: bool
    is_last: bool


class RowWindow:
    """Two neighbouring blocks of rows of some rasters, in memory.

    Parameters
    ----------
    layers : sequence of Layer
        Rasters of one shape.
    block_rows : int
        Height of a block; that of the last may be less.

    Notes
    -----
    Window k shows blocks k and k + 1. Windows overlap, so that neighbouring cells are always
    together in one of them, and what goes to and fro across an edge of blocks stays inside one.
    """

    def __init__(self, layers: Sequence[Layer], block_rows: int) -> None:
        height, width = layers[0].source.shape
        self._layers, self._columns = layers, slice(0, width)
        self._blocks = [
            slice(top, min(top + block_rows, height)) for top in range(0, height, block_rows)
        ]
        self.count = max(len(self._blocks) - 1, 1)
        size = (min(2 * block_rows, height) + 2, width + 2)
        self._cells = [np.full(size, layer.rim) for layer in layers]
        self._held = range(0)
        self._changed: set[int] = set()

    def move_to(self, number: int) -> View:
        """Show a window. Blocks that stay are moved, others written back where changed."""
        wanted = range(number, min(number + 2, len(self._blocks)))
        self._write_back(set(self._held) - set(wanted))
        end = self._place(wanted[-1], wanted).stop + 1
        for layer, cells in zip(self._layers, self._cells, strict=True):
            # One block at most stays, and its old and new place do not overlap.
            for block in set(self._held) & set(wanted):
                staying = cells[self._place(block, self._held), 1:-1]
                cells[self._place(block, wanted), 1:-1] = staying
            for block in set(wanted) - set(self._held):
                read = layer.source[self._blocks[block], self._columns]
                cells[self._place(block, wanted), 1:-1] = read
            cells[end - 1] = layer.rim
        self._held = wanted
        return View(
            [cells[:end] for cells in self._cells],
            self._place(wanted[0], wanted).stop,
            number == 0,
            number == self.count - 1,
        )

    def mark_changed(self, block: int) -> None:
        """Have a block of the window written back once it leaves it."""
        self._changed.add(block)

    def close(self) -> None:
        """Write back what is left."""
        self._write_back(set(self._held))

    def _write_back(self, blocks: set[int]) -> None:
        for block in blocks & self._changed:
            place = self._place(block, self._held)
            for layer, cells in zip(self._layers, self._cells, strict=True):
                if layer.target is not None:
                    layer.target[self._blocks[block], self._columns] = cells[place, 1:-1]
        self._changed -= blocks

    def _place(self, block: int, held: range) -> slice:
        """Rows of the window's arrays that a block takes while `held` are shown."""
        # The first row of the arrays is rim.
        shift = 1 - self._blocks[held[0]].start
        rows = self._blocks[block]
        return slice(rows.start + shift, rows.stop + shift)


def visit_until_settled(window: RowWindow, work: Callable[[int], tuple[bool, bool]]) -> None:
    """Work on all windows, down and up, until none has anything left to do.

    Parameters
    ----------
    window : RowWindow
        The rasters; all is written back in the end.
    work : callable
        Takes the number of a window, works on what `RowWindow.move_to` shows, and returns whether
        it changed anything in the upper and in the lower block.

    Notes
    -----
    A window is visited again when a block that it shares with another has changed there.
    """
    waiting = np.ones(window.count, dtype=bool)
    order = list(range(window.count))
    while waiting.any():
        for number in order:
            if not waiting[number]:
                continue
            upper, lower = work(number)
            waiting[number] = False
            if upper:
                window.mark_changed(number)
                waiting[max(number - 1, 0) : number] = True
            if lower:
                window.mark_changed(number + 1)
                waiting[number + 1 : number + 2] = True
        order.reverse()
    window.close()
