"""Many small networks as one, and their gradient written out in torch.

Rows that hold the same piece under a place of the pool share its convolution, its maximum and
its part of the sums of the dense layer: these are made once per distinct piece, and rows look
them up. It is the same network and the same gradient; at the published size, 450 pieces stand for
390 rows at 11 places.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod

import numpy as np
import torch

from hotslope.learning.adam import Adam
from hotslope.learning.bags import bags_both_ways, look_up
from hotslope.learning.network import Architecture, initial_weights
from hotslope.learning.pieces import Pieces
from hotslope.logs import Progress

#: Matrix products may round in another way where a result does not begin at a multiple of so
#: many numbers, and the rest of a run that vector instructions do not fill, in another again.
ALIGNED, VECTOR = 4, 64

relu_gradient = torch.ops.aten.threshold_backward.grad_input


def round_up(count: int, unit: int) -> int:
    """Return the least multiple of `unit` that is not below `count`."""
    return -(-count // unit) * unit


def layers(shapes: dict[str, tuple[int, ...]]) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Return zeros in one run of memory, and each layer's view of its own part."""
    ends = list(accumulate(map(prod, shapes.values()), initial=0))
    run = torch.zeros(round_up(ends[-1], VECTOR))
    parts = zip(shapes.items(), pairwise(ends), strict=True)
    return run, {name: run[begin:end].view(shape) for (name, shape), (begin, end) in parts}


class Stack:
    """Networks side by side: their samples, weights and gradients.

    Parameters
    ----------
    pieces : sequence of Pieces
        Of each sample.
    codes : sequence of ndarray of int64
        Class codes of its rows.
    columns : sequence of int
        Its number of columns.
    seeds : sequence of int
    n_classes : int
    widths : list of int
        Distinct pieces per place to pad to.
    rows : int
        Number of rows to pad to.
    architecture : Architecture

    Notes
    -----
    Tables of all pieces have a row for each (place, replica, piece) where the dense layer,
    which differs by place, makes or takes them, and (replica, place, piece) where the
    filters do, which are the same at all places. Padding has no bias, so it stays zero;
    so do the units that fill filters and dense layer up to `ALIGNED`.
    """

    def __init__(
        self,
        pieces: Sequence[Pieces],
        codes: Sequence[np.ndarray],
        columns: Sequence[int],
        seeds: Sequence[int],
        n_classes: int,
        widths: list[int],
        rows: int,
        architecture: Architecture,
    ) -> None:
        a, count, total = architecture, len(pieces), sum(widths)
        self.architecture, self.pieces, self.widths = a, pieces, widths
        filters, dense = round_up(a.filters, ALIGNED), round_up(a.dense, ALIGNED)
        self.sizes = [labels.size for labels in codes]
        self.generators = [np.random.default_rng(seed) for seed in seeds]
        shapes = {
            "conv": (count, a.kernel + 1, filters),
            "dense": (len(widths), count, filters, dense),
            "dense_bias": (count, 1, dense),
            "out": (count, n_classes, dense),
            "out_bias": (count, n_classes, 1),
        }
        self.numbers, self.weights = layers(shapes)
        self.slopes, self.gradient = layers(shapes)
        for i, rng in enumerate(self.generators):
            self._put_weights(i, initial_weights(a, columns[i], n_classes, rng))
        self.windows = torch.zeros(count, a.pool, total, a.kernel + 1)
        self.target = torch.zeros(count, n_classes, rows)
        self.weight = torch.zeros(count, 1, rows)
        for i, labels in enumerate(codes):
            self.target[i, labels, np.arange(labels.size)] = 1 / labels.size
            self.weight[i, 0, : labels.size] = 1 / labels.size
        self.entries_of_rows, self.rows_of_entries = self._index(rows)
        self._make_room((count, a.pool, total, filters), (count, rows, dense))

    def _put_weights(self, i: int, start: dict[str, np.ndarray]) -> None:
        """Give replica `i` its weights, as `initial_weights` draws them."""
        a, own = self.architecture, {name: torch.from_numpy(w) for name, w in start.items()}
        self.weights["conv"][i, : a.kernel, : a.filters] = own["conv_weight"]
        self.weights["conv"][i, a.kernel, : a.filters] = own["conv_bias"]
        by_place = own["dense_weight"].view(-1, a.filters, a.dense)
        for j, place in enumerate(self.pieces[i].places):
            self.weights["dense"][j, i, : a.filters, : a.dense] = by_place[place]
        self.weights["dense_bias"][i, 0, : a.dense] = own["dense_bias"]
        self.weights["out"][i, :, : a.dense] = own["out_weight"].T
        self.weights["out_bias"][i, :, 0] = own["out_bias"]

    def trained(self) -> list[dict[str, np.ndarray]]:
        """Return the weights of each replica in the shapes of `initial_weights`."""
        a, own = self.architecture, {name: w.numpy() for name, w in self.weights.items()}
        conv, dense = own["conv"][..., : a.filters], own["dense"][..., : a.filters, : a.dense]
        return [
            {
                "conv_weight": conv[i, : a.kernel].copy(),
                "conv_bias": conv[i, a.kernel].copy(),
                "dense_weight": dense[np.argsort(one.places), i].reshape(-1, a.dense),
                "dense_bias": own["dense_bias"][i, 0, : a.dense].copy(),
                "out_weight": own["out"][i, :, : a.dense].T.copy(),
                "out_bias": own["out_bias"][i, :, 0].copy(),
            }
            for i, one in enumerate(self.pieces)
        ]

    def _index(self, rows: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Fill in the windows of all pieces; return which row holds which, both ways."""
        kernel, count = self.architecture.kernel, len(self.pieces)
        begins = np.cumsum([0, *self.widths])
        pairs = []
        for i, one in enumerate(self.pieces):
            for j, seen in enumerate(one.seen):
                part = self.windows[i, :, begins[j] : begins[j] + len(seen)]
                part[..., :kernel] = torch.from_numpy(seen).transpose(0, 1)
                part[..., kernel] = 1  # carries the bias
                entry = begins[j] * count + self.widths[j] * i + one.codes[:, j]
                pairs.append((np.arange(entry.size) + i * rows, entry))
        row, entry = (np.concatenate(numbers) for numbers in zip(*pairs, strict=True))
        return bags_both_ways(row, entry, count * rows, count * sum(self.widths))

    def _make_room(self, filtered: tuple[int, ...], hidden: tuple[int, ...]) -> None:
        """Lay out activations and their gradients, to be overwritten in every epoch.

        Parameters
        ----------
        filtered : tuple of int
            Replicas, places in the pool, pieces, filters.
        hidden : tuple of int
            Replicas, rows, dense units.
        """
        count, _, total, filters = filtered
        self.convolved, self.excess, self.d_convolved = (torch.empty(filtered) for _ in range(3))
        self.pooled = torch.empty(count, total, filters)
        self.d_pooled = torch.empty(count * total, filters)
        self.summands = torch.empty(count * total, hidden[-1])
        self.drawn = torch.zeros(hidden, dtype=torch.int16)
        self.speaking, self.d_hidden = torch.zeros(hidden), torch.zeros(hidden)
        self.ones = torch.ones(count, 1, hidden[1])
        # What the dense layer sees of each place, and hands on to the first window of its pool.
        self.seen = self.pooled.split(self.widths, dim=1)
        self.told = self._by_place(self.summands)
        self.heard = self._by_place(self.d_pooled)
        self.below = self.d_convolved[:, 0].split(self.widths, dim=1)

    def _by_place(self, table: torch.Tensor) -> list[torch.Tensor]:
        """Divide a table of (place, replica, piece) into (replica, piece, …) per place."""
        count = len(self.pieces)
        parts = table.split([count * width for width in self.widths])
        return [part.view(count, width, -1) for part, width in zip(parts, self.widths, strict=True)]

    def descend(self, progress: Progress) -> None:
        """Minimise the cross-entropy of every replica by Adam, in place."""
        adam = Adam(self.numbers, self.architecture.learning_rate)
        for _ in range(self.architecture.epochs):
            self._draw_dropout()
            hidden = self._forward()
            self._backward(hidden)
            adam.step(self.slopes)
            progress.advance(len(self.pieces))

    def _draw_dropout(self) -> None:
        """Draw which dense units speak, each replica from its own generator.

        Sixteen random bits decide on a unit: a share of 0.2 is off by 3e-6, and drawing takes a
        third of the time that floats would.
        """
        dense = self.architecture.dense
        for target, size, rng in zip(self.drawn.numpy(), self.sizes, self.generators, strict=True):
            words = rng.bit_generator.random_raw(-(-size * dense // 4)).view(np.int16)
            target[:size, :dense] = words[: size * dense].reshape(size, dense)
        torch.ge(self.drawn, round(self.architecture.dropout * 2**16) - 2**15, out=self.speaking)

    def _forward(self) -> torch.Tensor:
        """Return the dense layer's activation, shape (replicas, rows, dense).

        Units that dropout silences are zero; the others lack the factor that makes up for it.
        """
        flat = (len(self.pieces), -1, self.architecture.kernel + 1)
        torch.bmm(self.windows.view(flat), self.weights["conv"], out=self.convolved.flatten(1, 2))
        best = self.convolved[:, 0]
        for place in range(1, self.architecture.pool):
            torch.sub(self.convolved[:, place], best, out=self.excess[:, place])
            best = torch.maximum(best, self.convolved[:, place], out=self.pooled)
        torch.ops.aten.relu.out(best, out=self.pooled)
        for seen, weights, told in zip(self.seen, self.weights["dense"], self.told, strict=True):
            torch.bmm(seen, weights, out=told)
        hidden = look_up(self.summands, self.entries_of_rows).view_as(self.speaking)
        return hidden.add_(self.weights["dense_bias"]).relu_().mul_(self.speaking)

    def _backward(self, hidden: torch.Tensor) -> None:
        """Write the gradient of the cross-entropy of each replica."""
        made_up = 1 / (1 - self.architecture.dropout)
        out = self.weights["out"] * made_up
        logits = torch.baddbmm(self.weights["out_bias"], out, hidden.transpose(1, 2))
        error = torch.softmax(logits, dim=1).mul_(self.weight).sub_(self.target)
        torch.bmm(error, hidden, out=self.gradient["out"]).mul_(made_up)
        torch.sum(error, dim=2, keepdim=True, out=self.gradient["out_bias"])
        torch.bmm(error.transpose(1, 2), out, out=self.d_hidden)
        relu_gradient(self.d_hidden, hidden, 0, grad_input=self.d_hidden)
        torch.bmm(self.ones, self.d_hidden, out=self.gradient["dense_bias"])
        self._backward_dense(look_up(self.d_hidden.flatten(0, 1), self.rows_of_entries))
        self._backward_convolution()

    def _backward_dense(self, d_summands: torch.Tensor) -> None:
        """Write the gradient of the dense layer and of the first place of each pool."""
        weights, gradient = self.weights["dense"].transpose(2, 3), self.gradient["dense"]
        for j, part in enumerate(self._by_place(d_summands)):
            torch.bmm(self.seen[j].transpose(1, 2), part, out=gradient[j])
            torch.bmm(part, weights[j], out=self.heard[j])
            relu_gradient(self.heard[j], self.seen[j], 0, grad_input=self.below[j])

    def _backward_convolution(self) -> None:
        """Hand the gradient on to the window that had the maximum; write that of the filters.

        The last place that exceeded all before it has it; of equal ones, the first.
        """
        first = self.d_convolved[:, 0]
        for place in range(self.architecture.pool - 1, 0, -1):
            own = self.d_convolved[:, place]
            relu_gradient(first, self.excess[:, place], 0, grad_input=own)
            first.sub_(own)
        flat = (len(self.pieces), -1, self.architecture.kernel + 1)
        torch.bmm(
            self.windows.view(flat).transpose(1, 2),
            self.d_convolved.flatten(1, 2),
            out=self.gradient["conv"],
        )
