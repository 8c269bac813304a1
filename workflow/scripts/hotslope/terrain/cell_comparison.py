"""East or up motion of cells compared with that of another product."""

import numpy as np
import scipy

#: Fewer common cells give no correlation.
MIN_CELLS = 3


def mean_of_cells(cell: np.ndarray, count: int, value: np.ndarray) -> np.ndarray:
    """Return the mean of the values in each cell.

    Parameters
    ----------
    cell : ndarray of int, shape (values,)
        Cell 0 … count - 1 of each value; -1 outside.
    count : int
        Number of cells.
    value : ndarray, float64, shape (values,)
        NaN where missing.

    Returns
    -------
    ndarray, float64, shape (count,)
        NaN where there is none.
    """
    known = (cell >= 0) & np.isfinite(value)
    number = np.bincount(cell[known], minlength=count)
    total = np.bincount(cell[known], value[known], minlength=count)
    return np.divide(total, number, out=np.full(count, np.nan), where=number > 0)


def compare_cells(own: np.ndarray, other: np.ndarray) -> dict[str, float | int | None]:
    """Describe how two products agree where both have a value.

    Parameters
    ----------
    own, other : ndarray, float64, shape (cells,)
        Motion, mm/yr; NaN where there is none.

    Returns
    -------
    dict
        ``cells`` in common, ``median_difference_mm_yr`` (own less other), its robust standard
        deviation ``spread_mm_yr``, and ``correlation``; None where the cells are too few.
    """
    both = np.isfinite(own) & np.isfinite(other)
    own, other = own[both], other[both]
    found: dict[str, float | int | None] = {
        "cells": int(both.sum()),
        "median_difference_mm_yr": None,
        "spread_mm_yr": None,
        "correlation": None,
    }
    if len(own):
        found["median_difference_mm_yr"] = float(np.median(own - other))
        found["spread_mm_yr"] = float(scipy.stats.median_abs_deviation(own - other, scale="normal"))
    if len(own) >= MIN_CELLS and np.ptp(own) > 0 and np.ptp(other) > 0:
        found["correlation"] = float(np.corrcoef(own, other)[0, 1])
    return found
