"""Order of points along a space-filling curve: neighbours in space lie near in the file."""

import numpy as np
import pandas as pd

#: Cells of 1 m on a fixed square of 2²⁶ m around the CRS origin hold every projected CRS.
CURVE_BITS = 26
_OFFSET_M = 2.0 ** (CURVE_BITS - 1)
#: Cells counted at a time: their numbers stay in the cache of the processor.
_CELLS_AT_ONCE = 8192


def hilbert_distance(column: np.ndarray, row: np.ndarray, bits: int) -> np.ndarray:
    """Distance along the Hilbert curve of cells on a square of ``2**bits`` cells a side.

    Parameters
    ----------
    column, row : array_like of int, shape (n,)
        Cells, 0 … ``2**bits - 1``.
    bits : int
        At most 31.

    Returns
    -------
    ndarray, int64, shape (n,)

    References
    ----------
    Skilling, J. (2004). Programming the Hilbert curve. AIP Conference Proceedings 707.
    """
    distance = np.zeros(np.shape(column), dtype=np.int64)
    for start in range(0, distance.size, _CELLS_AT_ONCE):
        part = slice(start, start + _CELLS_AT_ONCE)
        x = np.array(column[part], dtype=np.int64)
        y = np.array(row[part], dtype=np.int64)
        for level in range(bits - 1, -1, -1):
            right = (x >> level) & 1
            upper = (y >> level) & 1
            distance[part] += ((3 * right) ^ upper) << (2 * level)
            # Turn the quadrant, so that the curve inside it starts where it was entered: in the
            # lower ones swap x and y (which differ in `swapped`), in the right one count both
            # from the other side. Masks of all bits or none are quicker than indices.
            lower = upper - 1
            swapped = (x ^ y) & lower
            flipped = (lower & -right) & ((1 << bits) - 1)
            x ^= swapped ^ flipped
            y ^= swapped ^ flipped
    return distance


def curve_order(
    x_m: np.ndarray, y_m: np.ndarray, point_id: np.ndarray | pd.api.extensions.ExtensionArray
) -> np.ndarray:
    """Return indices that sort points along the curve, ties by x, y and `point_id`.

    Parameters
    ----------
    x_m, y_m : ndarray, shape (n,)
        Projected coordinates, metres.
    point_id : ndarray or pandas array of str, shape (n,)
        Unique, so that the order does not depend on that of the files.

    Notes
    -----
    The anchor is fixed to the CRS, not to the data: two runs over overlapping areas put
    shared points in the same order.
    """
    column = np.floor(np.asarray(x_m) + _OFFSET_M).astype(np.int64)
    row = np.floor(np.asarray(y_m) + _OFFSET_M).astype(np.int64)
    top = (np.int64(1) << CURVE_BITS) - 1
    distance = hilbert_distance(column.clip(0, top), row.clip(0, top), CURVE_BITS)
    order = np.argsort(distance)
    # Coordinates and IDs are compared only where cells tie: sorting all by them costs seconds.
    tied = np.zeros(len(order) + 1, dtype=bool)
    tied[1:-1] = distance[order[1:]] == distance[order[:-1]]
    tied = tied[1:] | tied[:-1]
    rows = order[tied]
    ids = np.unique(np.asarray(point_id[rows]).astype(str), return_inverse=True)[1]
    keys = (ids, np.asarray(y_m)[rows], np.asarray(x_m)[rows], distance[rows])
    order[tied] = rows[np.lexsort(keys)]
    return order
