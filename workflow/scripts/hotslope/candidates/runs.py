"""Regions as runs of cells: for rasters of which no band fits into memory.

What moves covers a few per cent of an area. Its cells, run by run along the rows, take little
memory, and connected regions are found over the whole area without tiles and seams.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from hotslope.candidates.regions import EIGHT_CONNECTED, opened, select_regions
from hotslope.compiled import compiled


class Runs(NamedTuple):
    """Runs of cells of equal value, by row and from west to east.

    Attributes
    ----------
    row, begin, end : ndarray, int64, shape (runs,)
        Row, first column, and column past the last.
    value : ndarray of int, shape (runs,)
        What the cells hold.
    """

    row: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    value: np.ndarray

    def chosen(self, which: np.ndarray) -> "Runs":
        """Return some of the runs."""
        return Runs(*(part[which] for part in self))


@dataclass(frozen=True)
class RunLabels:
    """Numbered regions 1 … count, the runs of which hold their numbers.

    Indexing by arrays of rows and columns gives the numbers there, 0 outside, as indexing an
    array of labels would.
    """

    runs: Runs
    count: int
    shape: tuple[int, int]

    def __getitem__(self, place: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        cells = place[0] * self.shape[1] + place[1]
        if not self.count:
            return np.zeros(cells.shape, dtype=np.int32)
        first = self.runs.row * self.shape[1]
        run = np.searchsorted(first + self.runs.begin, cells, side="right") - 1
        within = (run >= 0) & (cells < (first + self.runs.end)[run])
        return np.where(within, self.runs.value[run], 0).astype(np.int32)

    def windows(self) -> Iterator[tuple[tuple[slice, slice], np.ndarray]]:
        """Yield rows and columns around each region, and its cells there."""
        return region_windows(self.runs, self.runs.value - 1, self.count)

    def selected(self, keep: np.ndarray) -> "RunLabels":
        """Drop regions and number the rest anew, as `hotslope.candidates.regions` does."""
        numbers, kept = select_regions(self.runs.value, keep)
        runs = self.runs._replace(value=numbers)
        return RunLabels(runs.chosen(numbers > 0), kept, self.shape)


def find_runs(strips: Iterable[np.ndarray]) -> Runs:
    """Find the runs of equal cells in a raster that comes in strips from north to south."""
    parts, top = [], 0
    for strip in strips:
        starts = np.ones(strip.shape, dtype=bool)
        starts[:, 1:] = strip[:, 1:] != strip[:, :-1]
        row, begin = np.nonzero(starts)
        end = np.roll(begin, -1)
        end[end == 0] = strip.shape[1]
        parts.append((row + top, begin, end, strip[row, begin]))
        top += len(strip)
    return Runs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def label_run_regions(
    classes: Runs, sign: int, shape: tuple[int, int], *, min_cells: int, opening_cells: int
) -> RunLabels:
    """Label the regions of one sense, as `hotslope.candidates.regions.label_regions` does.

    Parameters
    ----------
    classes : Runs
        All cells of a raster: +1 toward, -1 away, 0 neither.
    sign : int
        Sense of the regions, +1 or -1; cells of the other one are no part of a region.
    shape : tuple of int
        Rows and columns of the raster.
    min_cells : int
        Smallest region.
    opening_cells : int
        Half width of the opening; 0 opens nothing.

    Returns
    -------
    RunLabels
        The same numbers in the same cells.
    """
    whole, _ = _merged(classes, _filled(classes, sign, shape))
    first, count = _connected(whole.row, whole.begin, whole.end, 1)
    sizes = np.bincount(first, weights=whole.end - whole.begin, minlength=count)
    large = sizes >= min_cells
    numbers = np.where(large, np.cumsum(large) - 1, -1)[first]
    whole, numbers = whole.chosen(numbers >= 0), numbers[numbers >= 0]
    parts, last = [], 0
    for (rows, columns), cells in region_windows(whole, numbers, int(large.sum())):
        labels, _ = ndimage.label(opened(cells, opening_cells), EIGHT_CONNECTED)
        labels, kept = select_regions(labels, np.bincount(labels.ravel())[1:] >= min_cells)
        runs = find_runs([labels])
        runs = runs.chosen(runs.value > 0)
        parts.append(
            Runs(
                runs.row + rows.start,
                runs.begin + columns.start,
                runs.end + columns.start,
                runs.value + last,
            )
        )
        last += kept
    none = classes.chosen(np.zeros(classes.row.size, dtype=bool))
    runs = Runs(*(np.concatenate(column) for column in zip(none, *parts, strict=True)))
    return RunLabels(runs.chosen(np.lexsort((runs.begin, runs.row))), last, shape)


def _filled(classes: Runs, sign: int, shape: tuple[int, int]) -> np.ndarray:
    """Whether each run is of the sense, or neither and enclosed by it; bool, shape (runs,)."""
    outside, owner = _merged(classes, classes.value != sign)
    component, count = _connected(outside.row, outside.begin, outside.end, 0)
    at_edge = (outside.row == 0) | (outside.row == shape[0] - 1)
    at_edge |= (outside.begin == 0) | (outside.end == shape[1])
    open_air = np.zeros(count, dtype=bool)
    open_air[component[at_edge]] = True
    filled = classes.value == sign
    neither = classes.value == 0
    filled[neither] = ~open_air[component[owner[neither]]]
    return filled


def _merged(runs: Runs, chosen: np.ndarray) -> tuple[Runs, np.ndarray]:
    """Join chosen runs that touch in a row; also return the joined run of each run."""
    part = runs.chosen(chosen)
    breaks = np.ones(part.row.size, dtype=bool)
    breaks[1:] = (part.row[1:] != part.row[:-1]) | (part.begin[1:] != part.end[:-1])
    starts = np.flatnonzero(breaks)
    ends = part.end[np.append(starts[1:], part.row.size)[: starts.size] - 1]
    owner = np.full(runs.row.size, -1)
    owner[chosen] = np.cumsum(breaks) - 1
    joined = part.chosen(starts)
    return joined._replace(end=ends), owner


def region_windows(
    runs: Runs, region: np.ndarray, count: int
) -> Iterator[tuple[tuple[slice, slice], np.ndarray]]:
    """Yield rows and columns around each region 0 … count - 1, and its cells there."""
    order = np.argsort(region, kind="stable")
    bounds = np.searchsorted(region[order], np.arange(count + 1))
    for number in range(count):
        row, begin, end, _ = runs.chosen(order[bounds[number] : bounds[number + 1]])
        rows = slice(int(row[0]), int(row[-1]) + 1)
        columns = slice(int(begin.min()), int(end.max()))
        cells = np.zeros((rows.stop - rows.start, columns.stop - columns.start), dtype=bool)
        _paint(row - rows.start, begin - columns.start, end - columns.start, cells)
        yield (rows, columns), cells


@compiled
def _paint(row: np.ndarray, begin: np.ndarray, end: np.ndarray, cells: np.ndarray) -> None:
    """Set the cells of runs."""
    for i in range(row.size):
        cells[row[i], begin[i] : end[i]] = True


@compiled
def _connected(
    row: np.ndarray, begin: np.ndarray, end: np.ndarray, corner: int
) -> tuple[np.ndarray, int]:
    """Label the connected components of runs in the order of their first runs.

    Runs of a row must not touch. Runs of neighbouring rows belong together where they share a
    column and, with `corner` 1 instead of 0, where they touch at a corner.
    """
    parent = np.arange(row.size)
    above, first = 0, 0
    while first < row.size:
        past = first
        while past < row.size and row[past] == row[first]:
            past += 1
        i, j = above, first
        if above == first or row[above] != row[first] - 1:
            i = first
        while i < first and j < past:
            if begin[i] < end[j] + corner and begin[j] < end[i] + corner:
                a, b = i, j
                while parent[a] != a:
                    parent[a] = parent[parent[a]]
                    a = parent[a]
                while parent[b] != b:
                    parent[b] = parent[parent[b]]
                    b = parent[b]
                parent[max(a, b)] = min(a, b)
            if end[i] < end[j]:
                i += 1
            else:
                j += 1
        above, first = first, past
    numbers, count = np.empty(row.size, dtype=np.int64), 0
    for i in range(row.size):
        a = i
        while parent[a] != a:
            a = parent[a]
        if a == i:
            numbers[i] = count
            count += 1
        else:
            numbers[i] = numbers[a]
    return numbers, count
