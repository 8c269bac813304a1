"""Sums of the rows of a table that others name: the sparse side of the networks."""

import numpy as np
import torch


def look_up(table: torch.Tensor, bags: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Sum, for each bag, the rows of `table` that its numbers name; an empty bag gives zeros.

    Parameters
    ----------
    table : Tensor, shape (n, width)
    bags : tuple of Tensor
        Row numbers, bag after bag, and where each bag begins, with the end of the last.
    """
    numbers, begins = bags
    return torch.embedding_bag(table, numbers, begins, include_last_offset=True)[0]


def bags_both_ways(
    rows: np.ndarray, entries: np.ndarray, n_rows: int, n_entries: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return the entries of each row, and the rows of each entry, for `look_up`.

    Parameters
    ----------
    rows, entries : ndarray of int64, shape (n_pairs,)
        Which row holds which entry.
    n_rows, n_entries : int
    """
    result = []
    for owners, owned, count in ((rows, entries, n_rows), (entries, rows, n_entries)):
        order = np.argsort(owners, kind="stable")
        begins = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=count))])
        numbers = owned[order].astype(np.int32)
        result.append((torch.from_numpy(numbers), torch.from_numpy(begins.astype(np.int32))))
    return result
