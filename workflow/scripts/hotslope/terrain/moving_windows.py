"""Moving windows that give a value only where every cell in them has one."""

import numpy as np
from scipy import ndimage


def window_cells(window_m: float, cell_size_m: float) -> int:
    """Return the odd number of cells, at least 3, whose width is nearest to `window_m`."""
    half = round((window_m / cell_size_m - 1.0) / 2.0)
    return 2 * max(half, 1) + 1


def whole_windows(values: np.ndarray, cells: int) -> np.ndarray:
    """Return where a square window of `cells` × `cells` lies inside the raster and has no NaN.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        NaN for no data.
    cells : int
        Odd edge of the window in cells.

    Returns
    -------
    ndarray of bool, shape (rows, columns)
        True for the centres of whole windows.
    """
    # A minimum over a square is two passes of a running minimum; beyond the edge is no data.
    known = np.isfinite(values).astype(np.uint8)
    return ndimage.minimum_filter(known, size=cells, mode="constant", cval=0).astype(bool)


def masked_to(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Set `values` to NaN wherever `where` is False, in place; return them."""
    values[~where] = np.nan
    return values
