"""The 1-D convolutional network over a vector of factors, many of them side by side, in torch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim.adam import adam

from hotslope.errors import InputError
from hotslope.logs import Progress

#: Outputs of filters of the networks trained as one: 2.4 MB on a processor, so that they fit in
#: its cache (8 networks of 450 rows and 25 columns), and 32 times as many on a GPU.
TOGETHER = {"cpu": 600_000, "cuda": 19_200_000}
#: Rows are padded to a multiple of so many.
ROWS_UNIT = 64


@dataclass(frozen=True)
class Architecture:
    """Sizes of the network and of its training.

    Parameters
    ----------
    filters, kernel, pool, dense : int
        Number and length of the filters, length of max-pooling, units of the dense layer.
    dropout : float
        Share of the dense units set to zero in each training step.
    epochs : int
        Steps of Adam, each over all training rows.
    learning_rate : float
    """

    filters: int = 14
    kernel: int = 2
    pool: int = 2
    dense: int = 20
    dropout: float = 0.2
    epochs: int = 500
    learning_rate: float = 0.001

    def positions(self, n_columns: int) -> int:
        """Return the number of pooled positions over a vector of `n_columns`."""
        return max((n_columns - self.kernel + 1) // self.pool, 1)

    def shortest(self) -> int:
        """Return the least number of columns; shorter vectors are padded with zeros."""
        return self.kernel + self.pool - 1


def initial_weights(
    architecture: Architecture, n_columns: int, n_classes: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Draw float32 weights uniformly within ± 1/√(inputs of the unit), as PyTorch does.

    Returns
    -------
    dict of str to ndarray of float32
        ``conv`` (filters, kernel + 1) with the bias in its last column, ``dense`` (dense,
        filters × positions), ``dense_bias`` (dense, 1), ``out`` (n_classes, dense) and
        ``out_bias`` (n_classes, 1).
    """

    def draw(shape: tuple[int, ...], inputs: int) -> np.ndarray:
        bound = 1 / np.sqrt(inputs)
        return rng.uniform(-bound, bound, shape).astype(np.float32)

    a = architecture
    flat = a.filters * a.positions(n_columns)
    return {
        "conv": draw((a.filters, a.kernel + 1), a.kernel),
        "dense": draw((a.dense, flat), flat),
        "dense_bias": draw((a.dense, 1), flat),
        "out": draw((n_classes, a.dense), a.dense),
        "out_bias": draw((n_classes, 1), a.dense),
    }


def windows(values: np.ndarray, architecture: Architecture) -> np.ndarray:
    """Cut vectors into the windows of the filters, each followed by a 1 for the bias.

    Parameters
    ----------
    values : ndarray, shape (n_rows, n_columns)

    Returns
    -------
    ndarray of float32, shape (pool, kernel + 1, positions, n_rows)
        The window at each place of a pool less that at the next place; at the last place, the
        window itself. `NetworkStack` adds them up to the maximum over the pool.
    """
    a = architecture
    lacking = max(a.shortest() - values.shape[1], 0)
    padded = np.pad(np.asarray(values, dtype=np.float32), ((0, 0), (0, lacking)))
    positions = a.positions(padded.shape[1])
    cut = np.lib.stride_tricks.sliding_window_view(padded, a.kernel, axis=1)
    pools = cut[:, : positions * a.pool].reshape(len(values), positions, a.pool, a.kernel)
    with_bias = np.ones((a.pool, a.kernel + 1, positions, len(values)), dtype=np.float32)
    with_bias[:, : a.kernel] = pools.transpose(2, 3, 1, 0)
    with_bias[:-1] -= with_bias[1:].copy()
    return with_bias


class NetworkStack(nn.Module):
    """Networks of one shape side by side: each parameter has a leading axis of replicas.

    Parameters
    ----------
    weights : sequence of dict of str to ndarray
        Of each replica, as `initial_weights` returns them.

    Notes
    -----
    Rows come last, so that the outputs of the filters are the inputs of the dense layer without
    a copy.
    """

    conv: nn.Parameter
    dense: nn.Parameter
    dense_bias: nn.Parameter
    out: nn.Parameter
    out_bias: nn.Parameter

    def __init__(self, weights: Sequence[dict[str, np.ndarray]]) -> None:
        super().__init__()
        for name in weights[0]:
            stacked = torch.from_numpy(np.stack([one[name] for one in weights]))
            self.register_parameter(name, nn.Parameter(stacked))

    def forward(self, windows: torch.Tensor, dropout: torch.Tensor | None = None) -> torch.Tensor:
        """Return logits, shape (replicas, n_classes, n_rows).

        Parameters
        ----------
        windows : Tensor, shape (pool, replicas, kernel + 1, positions × n_rows)
            As the function `windows` cuts them.
        dropout : Tensor or None, shape (replicas, dense, n_rows)
            Factor of each dense unit.
        """
        # max(a, b) = relu(a - b) + b, and convolution is linear: a - b comes from the difference of
        # two windows. Training takes a fifth less time than with `torch.maximum`.
        highest = torch.bmm(self.conv, windows[0])
        for place in windows[1:]:
            highest = torch.baddbmm(highest.relu_(), self.conv, place)
        pooled = highest.relu_().view(len(self.dense), self.dense.shape[2], -1)
        hidden = torch.baddbmm(self.dense_bias, self.dense, pooled).relu_()
        if dropout is not None:
            hidden = hidden * dropout
        return torch.baddbmm(self.out_bias, self.out, hidden)

    def replicas(self) -> list[dict[str, np.ndarray]]:
        """Return the weights of each replica."""
        arrays = {name: p.detach().cpu().numpy() for name, p in self.named_parameters()}
        return [
            {name: array[i].copy() for name, array in arrays.items()}
            for i in range(len(self.dense))
        ]


def train_networks(
    samples: Sequence[tuple[np.ndarray, np.ndarray]],
    seeds: Sequence[int],
    n_classes: int,
    architecture: Architecture,
    device: str = "cpu",
) -> list[dict[str, np.ndarray]]:
    """Train one network per sample, several at a time.

    Parameters
    ----------
    samples : sequence of (values, codes)
        Encoded rows (n_rows, n_columns) and their class codes; sizes may differ.
    seeds : sequence of int
        One per sample: initial weights and dropout come from it alone.
    n_classes : int
    architecture : Architecture
    device : str, default "cpu"
        ``cpu`` or ``cuda``.

    Returns
    -------
    list of dict of str to ndarray of float32
        Weights per sample, shapes as in `initial_weights`.

    Raises
    ------
    InputError
        The device is ``cuda`` and torch sees no GPU.

    Notes
    -----
    Only networks of the same shape are stacked, and a network's shape depends on its own
    sample alone: rows are padded, with weight zero, to a multiple of `ROWS_UNIT`. On one
    processor thread a network has the same bytes whatever trains beside it.
    """
    check_device(device)
    by_shape: dict[tuple[int, int], list[int]] = {}
    for i, (values, codes) in enumerate(samples):
        rows = -(-codes.size // ROWS_UNIT) * ROWS_UNIT
        by_shape.setdefault((rows, architecture.positions(values.shape[1])), []).append(i)
    trained: list[dict[str, np.ndarray]] = [{} for _ in samples]
    progress = Progress("training of networks", len(samples) * architecture.epochs)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    # Once a block of this size (30 MB) is freed, glibc keeps the memory that a step frees for the
    # next one. Otherwise pages are returned to the system and faulted in again: a sixth more time.
    torch.empty(7_500_000)
    try:
        for (rows, positions), members in by_shape.items():
            count = stack_size(rows * positions * architecture.filters, device)
            for begin in range(0, len(members), count):
                chosen = members[begin : begin + count]
                part = [samples[i] for i in chosen]
                own = [seeds[i] for i in chosen]
                weights = _train_stack(part, own, n_classes, rows, architecture, device, progress)
                for i, one in zip(chosen, weights, strict=True):
                    trained[i] = one
    finally:
        torch.set_num_threads(threads)
    return trained


def stack_size(outputs: int, device: str) -> int:
    """Return how many networks to train as one, of so many outputs of filters each."""
    return max(TOGETHER[device] // outputs, 1)


def check_device(device: str) -> None:
    """Raise an InputError where torch cannot train on the device."""
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError(
            "learning.device",
            f"'cuda' needs a GPU, and torch {torch.__version__} sees none",
            "Set it to cpu, or install a torch with CUDA on a machine with a GPU",
        )


def _train_stack(
    samples: Sequence[tuple[np.ndarray, np.ndarray]],
    seeds: Sequence[int],
    n_classes: int,
    rows: int,
    architecture: Architecture,
    device: str,
    progress: Progress,
) -> list[dict[str, np.ndarray]]:
    """Minimise the cross-entropy of each network of a stack by Adam, all rows at once."""
    a = architecture
    start = [
        initial_weights(a, values.shape[1], n_classes, np.random.default_rng(seed))
        for (values, _), seed in zip(samples, seeds, strict=True)
    ]
    seen = np.stack([windows(_pad_rows(values, rows), a) for values, _ in samples], axis=1)
    places = torch.from_numpy(seen).flatten(3).to(device)
    codes = torch.from_numpy(np.stack([_pad_rows(codes, rows) for _, codes in samples])).to(device)
    share = [_pad_rows(np.full(codes.size, 1 / codes.size), rows) for _, codes in samples]
    weight = torch.from_numpy(np.stack(share).astype(np.float32)).to(device)
    generators = [torch.Generator(device).manual_seed(seed) for seed in seeds]
    stack = NetworkStack(start).to(device)
    descent = Descent(stack.parameters(), a.learning_rate)
    for _ in range(a.epochs):
        logits = stack(places, _draw_dropout(generators, (a.dense, rows), a.dropout))
        loss = (cross_entropy(logits, codes, reduction="none") * weight).sum()
        descent.step(torch.autograd.grad(loss, descent.parameters))
        progress.advance(len(samples))
    return stack.replicas()


class Descent:
    """Adam with β 0.9 and 0.999, by torch's function.

    Parameters
    ----------
    parameters : iterable of Parameter
    learning_rate : float

    Notes
    -----
    The class `torch.optim.Adam` loads torch's compiler when it is made, which takes as long as
    torch itself: two seconds of each job.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], learning_rate: float) -> None:
        self.parameters: list[torch.Tensor] = list(parameters)
        self.learning_rate = learning_rate
        self._means = [torch.zeros_like(parameter) for parameter in self.parameters]
        self._squares = [torch.zeros_like(parameter) for parameter in self.parameters]
        self._steps = [torch.tensor(0.0) for _ in self.parameters]

    @torch.no_grad()
    def step(self, gradients: Sequence[torch.Tensor]) -> None:
        """Move the parameters, in place, against their gradients."""
        adam(
            self.parameters,
            list(gradients),
            self._means,
            self._squares,
            [],
            self._steps,
            foreach=True,
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=self.learning_rate,
            weight_decay=0.0,
            eps=1e-8,
            maximize=False,
        )


def _pad_rows(values: np.ndarray, rows: int) -> np.ndarray:
    """Append rows of zeros until there are `rows`."""
    return np.pad(values, [(0, rows - len(values)), *[(0, 0)] * (values.ndim - 1)])


def _draw_dropout(
    generators: Sequence[torch.Generator], shape: tuple[int, int], share: float
) -> torch.Tensor:
    """Draw the dropout factor of each unit: 0 for a share of them, 1 / (1 - share) for the others.

    Each replica draws from its own generator; shape (replicas, *shape).
    """
    draws = [torch.rand(shape, generator=one, device=one.device) for one in generators]
    return torch.stack(draws).ge_(share).div_(1 - share)


def predict_network(
    weights: dict[str, np.ndarray], values: np.ndarray, architecture: Architecture
) -> np.ndarray:
    """Return class probabilities, float64, of encoded rows.

    Parameters
    ----------
    weights : dict of str to ndarray
        As `train_networks` returns them.
    values : ndarray, shape (n_rows, n_columns)
    """
    places = torch.from_numpy(windows(values, architecture)[:, None]).flatten(3)
    with torch.no_grad():
        logits = NetworkStack([weights])(places)[0].T.double()
    return torch.softmax(logits, dim=1).numpy()
