"""Connected regions of a raster: holes filled, opened, numbered, selected."""

import numpy as np
from scipy import ndimage

#: Cells that touch by an edge or a corner belong together.
EIGHT_CONNECTED = np.ones((3, 3), dtype=bool)


def fill_holes(inside: np.ndarray, barrier: np.ndarray) -> np.ndarray:
    """Fill what a region encloses, except for cells of `barrier`.

    Parameters
    ----------
    inside : ndarray of bool, shape (rows, columns)
        The regions.
    barrier : ndarray of bool, shape (rows, columns)
        Cells that stay out: ground that moves the other way.

    Returns
    -------
    ndarray of bool, shape (rows, columns)

    Notes
    -----
    Labels the outside once instead of dilating from the border
    (`scipy.ndimage.binary_fill_holes`), whose time grows with the raster's diameter.
    """
    outside, count = ndimage.label(~inside)
    edges = (outside[0], outside[-1], outside[:, 0], outside[:, -1])
    reaches_edge = np.zeros(count + 1, dtype=bool)
    for edge in edges:
        reaches_edge[edge] = True
    reaches_edge[0] = True
    return inside | (~reaches_edge[outside] & ~barrier)


def opened(region: np.ndarray, opening_cells: int) -> np.ndarray:
    """Remove necks and spurs narrower than ``2 * opening_cells + 1`` cells."""
    if opening_cells == 0:
        return region
    return ~_eroded(~_eroded(region, opening_cells, False), opening_cells, True)


def _eroded(region: np.ndarray, cells: int, outside: bool) -> np.ndarray:
    """Keep the cells whose square of ``2 * cells + 1`` cells lies inside.

    Square structures come apart into rows and columns, each a few vector operations: many
    times quicker than `scipy.ndimage.binary_erosion`, which looks at all cells of the square.
    """
    padded = np.pad(region, cells, constant_values=outside)
    rows, columns = region.shape
    kept = padded[:rows].copy()
    for step in range(1, 2 * cells + 1):
        kept &= padded[step : step + rows]
    eroded = kept[:, :columns].copy()
    for step in range(1, 2 * cells + 1):
        eroded &= kept[:, step : step + columns]
    return eroded


def label_regions(
    inside: np.ndarray, barrier: np.ndarray, *, min_cells: int, opening_cells: int
) -> tuple[np.ndarray, int]:
    """Label the regions left after filling, opening and dropping small ones.

    Parameters
    ----------
    inside, barrier : ndarray of bool, shape (rows, columns)
        Cells beyond the threshold, and cells that may not be filled.
    min_cells : int
        Smallest region.
    opening_cells : int
        Half width of the opening, see `opened`; 0 opens nothing.

    Returns
    -------
    labels : ndarray of int32, shape (rows, columns)
        1, 2, … in the order of each region's first row; 0 outside.
    count : int
        Number of regions.

    Notes
    -----
    Opening and the second numbering work on each region's own window: regions cover a few
    per cent of an area, and a pass over the whole raster per step would be mostly empty.
    """
    first, count = ndimage.label(fill_holes(inside, barrier), EIGHT_CONNECTED)
    large = np.bincount(first[first > 0], minlength=count + 1) >= min_cells
    labels = np.zeros(inside.shape, dtype=np.int32)
    last = 0
    for index, window in enumerate(ndimage.find_objects(first), start=1):
        if not large[index]:
            continue
        parts, _ = ndimage.label(opened(first[window] == index, opening_cells), EIGHT_CONNECTED)
        parts, kept = select_regions(parts, np.bincount(parts.ravel())[1:] >= min_cells)
        labels[window][parts > 0] = parts[parts > 0] + last
        last += kept
    return labels, last


def label_at_once(
    inside: np.ndarray, barrier: np.ndarray, *, min_cells: int, opening_cells: int
) -> tuple[np.ndarray, int]:
    """Label the same regions as `label_regions`, numbered in another order.

    The parameters and what is returned are those of `label_regions`.

    Notes
    -----
    For small rasters full of regions, where a window each would cost more than the cells. A
    square that lies in the cells lies in one region, so that all may be opened at once.
    """
    cells = opened(fill_holes(inside, barrier), opening_cells)
    labels, _ = ndimage.label(cells, EIGHT_CONNECTED)
    return select_regions(labels, np.bincount(labels.ravel())[1:] >= min_cells)


def select_regions(labels: np.ndarray, keep: np.ndarray) -> tuple[np.ndarray, int]:
    """Drop regions and number the rest anew.

    Parameters
    ----------
    labels : ndarray of int
        0 outside, 1 … n inside.
    keep : ndarray of bool, shape (n,)
        Whether region 1 … n stays.

    Returns
    -------
    labels : ndarray of int32
        Regions that stay, numbered 1, 2, … in their order.
    count : int
        How many stay.
    """
    numbers = np.zeros(len(keep) + 1, dtype=np.int32)
    numbers[1:] = np.where(keep, np.cumsum(keep), 0)
    return numbers[labels], int(np.count_nonzero(keep))
