"""Training of many small networks, as many at a time as fit in a processor's cache."""

from collections.abc import Sequence

import numpy as np
import torch

from hotslope.learning.network import Architecture, pad_columns
from hotslope.learning.pieces import Pieces, take_apart
from hotslope.learning.stack import ALIGNED, Stack, round_up
from hotslope.logs import Progress

#: Numbers in the activations of networks that train as one: what fits in a processor's cache.
BATCH_ELEMENTS = 2_000_000


def train_networks(
    samples: Sequence[tuple[np.ndarray, np.ndarray]],
    seeds: Sequence[int],
    n_classes: int,
    architecture: Architecture,
) -> list[dict[str, np.ndarray]]:
    """Train one network per sample, many at a time.

    Parameters
    ----------
    samples : sequence of (values, codes)
        Encoded rows (n_rows, n_columns) and their class codes; sizes may differ.
    seeds : sequence of int
        One per sample: initial weights and dropout come from it alone.
    n_classes : int
    architecture : Architecture

    Returns
    -------
    list of dict of str to ndarray of float32
        Weights per sample, shapes as in `initial_weights`.

    Notes
    -----
    Replicas are stacked along a leading axis and padded to common sizes, those of all
    samples; padding is masked and changes no replica. How many are stacked changes no bit,
    and torch runs on one thread, so the same input gives the same bytes on any machine of a
    kind.
    """
    a = architecture
    padded = [
        (pad_columns(np.asarray(values, dtype=np.float32), a.shortest()), codes)
        for values, codes in samples
    ]
    if not padded:
        return []
    pieces = [take_apart(values, a) for values, _ in padded]
    widths = _common_widths(pieces)
    rows = round_up(max(codes.size for _, codes in padded), ALIGNED)
    numbers = sum(widths) * (2 * a.pool + 2) * a.filters + (2 * sum(widths) + 4 * rows) * a.dense
    size = max(BATCH_ELEMENTS // numbers, 1)
    trained: list[dict[str, np.ndarray]] = []
    progress = Progress("training of networks", len(padded) * a.epochs)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.no_grad():
            for start in range(0, len(padded), size):
                part = slice(start, start + size)
                codes = [labels for _, labels in padded[part]]
                columns = [values.shape[1] for values, _ in padded[part]]
                stack = Stack(pieces[part], codes, columns, seeds[part], n_classes, widths, rows, a)
                stack.descend(progress)
                trained += stack.trained()
    finally:
        torch.set_num_threads(threads)
    return trained


def _common_widths(pieces: Sequence[Pieces]) -> list[int]:
    """Return for each place, counted as in `Pieces`, the most distinct pieces of any sample."""
    widths = [0] * max(one.places.size for one in pieces)
    for one in pieces:
        widths[: len(one.seen)] = map(max, widths, map(len, one.seen))
    return widths
