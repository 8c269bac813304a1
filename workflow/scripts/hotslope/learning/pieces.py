"""What vectors hold under each place of the pool of a network, every distinct piece once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hotslope.learning.network import Architecture, windows


@dataclass(frozen=True)
class Pieces:
    """The rows of one sample, taken apart by place of the pool.

    Parameters
    ----------
    places : ndarray of int64, shape (n_places,)
        Places of the pool, that with the most distinct pieces first.
    seen : list of ndarray of float32, shape (n_distinct, pool, kernel)
        For each of `places`, the windows of its distinct pieces.
    codes : ndarray of int64, shape (n_rows, n_places)
        Which distinct piece each row holds.

    Notes
    -----
    Factors are encoded by few values, so a piece of three columns has some hundred values
    at most where 400 rows repeat them at a dozen places.
    """

    places: np.ndarray
    seen: list[np.ndarray]
    codes: np.ndarray


def take_apart(values: np.ndarray, architecture: Architecture) -> Pieces:
    """Find the distinct pieces of encoded rows.

    Parameters
    ----------
    values : ndarray of float32, shape (n_rows, n_columns)
        At least `Architecture.shortest` columns.
    architecture : Architecture
    """
    levels = [np.unique(column, return_inverse=True)[1] for column in values.T]
    cut = windows(values, architecture).reshape(
        len(values), -1, architecture.pool, architecture.kernel
    )
    seen, codes = [], []
    for place in range(cut.shape[1]):
        left = place * architecture.pool
        first, code = _distinct(levels[left : left + architecture.shortest()])
        seen.append(cut[first, place])
        codes.append(code)
    places = np.argsort([-len(pieces) for pieces in seen], kind="stable")
    return Pieces(places, [seen[place] for place in places], np.column_stack(codes)[:, places])


def _distinct(columns: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return a row of each distinct combination of codes 0, 1, ..., and which one each row has."""
    first, code = np.zeros(1, dtype=np.int64), np.zeros(columns[0].size, dtype=np.int64)
    for column in columns:
        # Codes anew for each column: they stay below the number of rows squared.
        joint = code * (column.max() + 1) + column
        _, first, code = np.unique(joint, return_index=True, return_inverse=True)
    return first, code
