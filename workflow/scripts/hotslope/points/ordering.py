"""Order of points along a space-filling curve: neighbours in space lie near in the file."""

import numpy as np

#: Cells of 1 m on a fixed square of 2²⁶ m around the CRS origin hold every projected CRS.
CURVE_BITS = 26
_OFFSET_M = 2.0 ** (CURVE_BITS - 1)


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
    x = np.array(column, dtype=np.int64)
    y = np.array(row, dtype=np.int64)
    distance = np.zeros(x.shape, dtype=np.int64)
    side = np.int64(1) << bits
    for level in range(bits - 1, -1, -1):
        right = (x >> level) & 1
        upper = (y >> level) & 1
        distance += ((3 * right) ^ upper) << (2 * level)
        # Turn the quadrant, so that the curve inside it starts where it was entered.
        turn = upper == 0
        flip = turn & (right == 1)
        x[flip] = side - 1 - x[flip]
        y[flip] = side - 1 - y[flip]
        x[turn], y[turn] = y[turn], x[turn]
    return distance


def curve_order(x_m: np.ndarray, y_m: np.ndarray, point_id: np.ndarray) -> np.ndarray:
    """Return indices that sort points along the curve, ties by x, y and `point_id`.

    Parameters
    ----------
    x_m, y_m : ndarray, shape (n,)
        Projected coordinates, metres.
    point_id : ndarray of str, shape (n,)
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
    # IDs are compared only where cell and coordinates tie: sorting all as text costs seconds.
    order = np.lexsort((y_m, x_m, distance))
    return _settle_ties(order, distance, np.asarray(x_m), np.asarray(y_m), point_id)


def _settle_ties(
    order: np.ndarray, distance: np.ndarray, x_m: np.ndarray, y_m: np.ndarray, ids: np.ndarray
) -> np.ndarray:
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for values in (distance, x_m, y_m):
        same &= values[order[1:]] == values[order[:-1]]
    if not same.any():
        return order
    edges = np.flatnonzero(np.diff(np.r_[False, same, False].astype(np.int8)))
    for start, stop in edges.reshape(-1, 2):
        run = order[start : stop + 1]
        order[start : stop + 1] = sorted(run, key=lambda index: str(ids[index]))
    return order
