"""The eight neighbours of a cell, in an array that is read as one row after the other."""

import numpy as np

from hotslope.compiled import compiled

#: How many of the neighbours lie across an edge of the cell; the others lie across a corner.
EDGES = 4


@compiled
def neighbour_steps(columns: int) -> np.ndarray:
    """How many cells further on the neighbours are, int64, shape (8,): four edges, four corners."""
    edges = (-columns, -1, 1, columns)
    corners = (-columns - 1, -columns + 1, columns - 1, columns + 1)
    return np.array(edges + corners)
