"""A small 1-D convolutional network over a vector of factors; many train as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from hotslope.logs import Progress

#: Numbers in the largest activation of a batch; decides how many replicas train as one.
BATCH_ELEMENTS = 3_000_000
#: Epochs for which dropout masks are drawn at once.
DROPOUT_EPOCHS = 25


@dataclass(frozen=True)
class Architecture:
    """Sizes of the network and how it learns.

    Parameters
    ----------
    filters, kernel, pool, dense : int
        Number and length of the filters, length of max-pooling, units of the dense layer.
    dropout : float
        Share of the dense units silenced in each training step.
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
    """Draw weights uniformly within ± 1/√(inputs of the unit), as PyTorch does."""

    def draw(shape: tuple[int, ...], inputs: int) -> np.ndarray:
        bound = 1 / np.sqrt(inputs)
        return rng.uniform(-bound, bound, shape).astype(np.float32)

    a = architecture
    flat = a.positions(n_columns) * a.filters
    return {
        "conv_weight": draw((a.kernel, a.filters), a.kernel),
        "conv_bias": draw((a.filters,), a.kernel),
        "dense_weight": draw((flat, a.dense), flat),
        "dense_bias": draw((a.dense,), flat),
        "out_weight": draw((a.dense, n_classes), a.dense),
        "out_bias": draw((n_classes,), a.dense),
    }


def windows(values: np.ndarray, architecture: Architecture) -> np.ndarray:
    """Cut vectors into the windows that the filters see.

    Parameters
    ----------
    values : ndarray of float32, shape (..., n_columns)
        At least `Architecture.shortest` columns.

    Returns
    -------
    ndarray of float32, shape (..., positions × pool, kernel)
    """
    used = architecture.positions(values.shape[-1]) * architecture.pool
    cut = np.lib.stride_tricks.sliding_window_view(values, architecture.kernel, axis=-1)
    return np.ascontiguousarray(cut[..., :used, :])


def predict_network(
    weights: dict[str, np.ndarray], values: np.ndarray, architecture: Architecture
) -> np.ndarray:
    """Return class probabilities, float64, of encoded rows; needs no torch.

    Parameters
    ----------
    weights : dict of str to ndarray
        As `train_networks` returns them.
    values : ndarray, shape (n_rows, n_columns)
    """
    a = architecture
    padded = pad_columns(np.asarray(values, dtype=np.float32), a.shortest())
    convolved = windows(padded, a) @ weights["conv_weight"] + weights["conv_bias"]
    n_rows, length, _ = convolved.shape
    pooled = convolved.reshape(n_rows, length // a.pool, a.pool, a.filters).max(axis=2)
    flat = np.maximum(pooled, 0).reshape(n_rows, -1)
    hidden = np.maximum(flat @ weights["dense_weight"] + weights["dense_bias"], 0)
    logits = (hidden @ weights["out_weight"] + weights["out_bias"]).astype(np.float64)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def pad_columns(values: np.ndarray, n_columns: int) -> np.ndarray:
    """Append zero columns until there are at least `n_columns`."""
    lacking = max(n_columns - values.shape[1], 0)
    return np.pad(values, ((0, 0), (0, lacking)))


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
    Replicas are stacked along a leading axis and padded to common sizes; padding is masked
    and changes no replica. How many are stacked depends on sizes only, and torch runs on
    one thread, so the same input gives the same bytes on any machine of a kind.
    """
    padded = [
        (pad_columns(np.asarray(values, dtype=np.float32), architecture.shortest()), codes)
        for values, codes in samples
    ]
    if not padded:
        return []
    rows = max(values.shape[0] for values, _ in padded)
    columns = max(values.shape[1] for values, _ in padded)
    size = max(BATCH_ELEMENTS // (rows * columns * architecture.filters), 1)
    trained: list[dict[str, np.ndarray]] = []
    progress = Progress("training of networks", len(padded) * architecture.epochs)
    for start in range(0, len(padded), size):
        part = slice(start, start + size)
        trained += _train_batch(padded[part], seeds[part], n_classes, architecture, progress)
    return trained


def _stack(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Stack arrays along a new first axis, padded with zeros at their ends."""
    shape = np.max([array.shape for array in arrays], axis=0)
    stacked = np.zeros((len(arrays), *shape), dtype=arrays[0].dtype)
    for target, array in zip(stacked, arrays, strict=True):
        target[tuple(slice(length) for length in array.shape)] = array
    return stacked


def _train_batch(
    samples: Sequence[tuple[np.ndarray, np.ndarray]],
    seeds: Sequence[int],
    n_classes: int,
    architecture: Architecture,
    progress: Progress,
) -> list[dict[str, np.ndarray]]:
    import torch  # 2 s: paid only where a network is trained

    a = architecture
    generators = [np.random.default_rng(seed) for seed in seeds]
    starts = [
        initial_weights(a, values.shape[1], n_classes, rng)
        for (values, _), rng in zip(samples, generators, strict=True)
    ]
    cut = torch.from_numpy(_stack([windows(values, a) for values, _ in samples]))
    one_hot = [np.eye(n_classes, dtype=np.float32)[codes] / codes.size for _, codes in samples]
    target = torch.from_numpy(_stack(one_hot))
    weights = {
        name: torch.from_numpy(_stack([start[name] for start in starts])).requires_grad_()
        for name in starts[0]
    }
    own = torch.from_numpy(_stack([np.ones_like(start["dense_weight"]) for start in starts]))
    sizes = [codes.size for _, codes in samples]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        _descend(torch, weights, cut, target, own, sizes, generators, a, progress)
    finally:
        torch.set_num_threads(threads)
    return [
        {
            name: stacked.detach()[i][tuple(slice(n) for n in starts[i][name].shape)].numpy().copy()
            for name, stacked in weights.items()
        }
        for i in range(len(samples))
    ]


def _descend(
    torch: Any,
    weights: dict[str, Any],
    cut: Any,
    target: Any,
    own: Any,
    sizes: Sequence[int],
    generators: Sequence[np.random.Generator],
    architecture: Architecture,
    progress: Progress,
) -> None:
    """Minimise the cross-entropy of every replica by Adam, in place."""
    a = architecture
    replicas, rows, length, _ = cut.shape
    # A column of ones carries the bias; one stack of windows for each place in the pool.
    cut = torch.cat([cut, torch.ones_like(cut[..., :1])], dim=3)
    cut = cut.view(replicas, rows, length // a.pool, a.pool, a.kernel + 1)
    places = [
        place.reshape(replicas, rows * (length // a.pool), a.kernel + 1)
        for place in cut.unbind(dim=3)
    ]
    adam = torch.optim.Adam(weights.values(), lr=a.learning_rate, betas=(0.9, 0.999))
    for epoch in range(a.epochs):
        if epoch % DROPOUT_EPOCHS == 0:
            silenced = torch.from_numpy(_dropout_masks(sizes, rows, generators, a))
        conv = torch.cat([weights["conv_weight"], weights["conv_bias"][:, None, :]], dim=1)
        pooled = torch.bmm(places[0], conv)
        for place in places[1:]:
            # The maximum, written so that its gradient needs no treatment of ties.
            excess = torch.baddbmm(pooled, place, conv, beta=-1)
            pooled = pooled + torch.relu(excess)
        flat = torch.relu(pooled).view(replicas, rows, -1)
        # Weights of padded positions stay zero, so padding neither speaks nor learns.
        dense = weights["dense_weight"] * own
        hidden = torch.baddbmm(weights["dense_bias"][:, None, :], flat, dense)
        hidden = torch.relu(hidden) * silenced[:, epoch % DROPOUT_EPOCHS]
        logits = torch.baddbmm(weights["out_bias"][:, None, :], hidden, weights["out_weight"])
        loss = -(torch.log_softmax(logits, dim=2) * target).sum()
        adam.zero_grad()
        loss.backward()
        adam.step()
        progress.advance(replicas)


def _dropout_masks(
    sizes: Sequence[int],
    rows: int,
    generators: Sequence[np.random.Generator],
    architecture: Architecture,
) -> np.ndarray:
    """Draw which dense units speak, each replica from its own generator, scaled to mean 1."""
    a = architecture
    masks = np.zeros((len(sizes), DROPOUT_EPOCHS, rows, a.dense), dtype=np.float32)
    for target, size, rng in zip(masks, sizes, generators, strict=True):
        drawn = rng.random((DROPOUT_EPOCHS, size, a.dense), dtype=np.float32) >= a.dropout
        target[:, :size] = drawn / np.float32(1 - a.dropout)
    return masks


class FactorNetwork(ClassifierMixin, BaseEstimator):
    """The network as a scikit-learn classifier.

    Parameters
    ----------
    filters, kernel, pool, dense, dropout, epochs, learning_rate
        See `Architecture`.
    random_state : int, default 0
        Seed of initial weights and dropout.
    column_order : int or None, default None
        Seed of a permutation of the columns; None keeps their order. Neighbouring columns
        mean nothing, so a result that depends on their order is an accident.

    Attributes
    ----------
    classes_ : ndarray
    weights_ : dict of str to ndarray of float32
    order_ : ndarray of int64
        Order in which the columns are read.

    References
    ----------
    Zhang et al. (2023). Remote Sensing 15, 4951, Fig. 4.
    """

    def __init__(
        self,
        *,
        filters: int = 14,
        kernel: int = 2,
        pool: int = 2,
        dense: int = 20,
        dropout: float = 0.2,
        epochs: int = 500,
        learning_rate: float = 0.001,
        random_state: int = 0,
        column_order: int | None = None,
    ) -> None:
        self.filters = filters
        self.kernel = kernel
        self.pool = pool
        self.dense = dense
        self.dropout = dropout
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.column_order = column_order

    def architecture(self) -> Architecture:
        """Return the sizes as `train_networks` wants them."""
        names = Architecture.__dataclass_fields__
        return Architecture(**{name: getattr(self, name) for name in names})

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> "FactorNetwork":  # noqa: N803
        """Train on encoded rows `X` (n_rows, n_columns) with labels `y`."""
        fit_together([self], [(X, y)])
        return self

    def predict_proba(self, X: npt.ArrayLike) -> np.ndarray:  # noqa: N803
        """Return class probabilities, shape (n_rows, n_classes)."""
        check_is_fitted(self)
        values = validate_data(self, X, reset=False, dtype=np.float64)
        return predict_network(self.weights_, values[:, self.order_], self.architecture())

    def predict(self, X: npt.ArrayLike) -> np.ndarray:  # noqa: N803
        """Return the more probable class of each row."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def fit_together(
    networks: Sequence[FactorNetwork], samples: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]]
) -> None:
    """Fit networks of one architecture and the same classes, each on its own sample.

    Parameters
    ----------
    networks : sequence of FactorNetwork
        May differ in `random_state` and `column_order` only.
    samples : sequence of (X, y)
        Encoded rows and labels for each network.
    """
    prepared = []
    for network, (X, y) in zip(networks, samples, strict=True):  # noqa: N806
        values, labels = validate_data(network, X, y, dtype=np.float64)
        network.classes_, codes = np.unique(labels, return_inverse=True)
        network.order_ = np.arange(values.shape[1])
        if network.column_order is not None:
            network.order_ = np.random.default_rng(network.column_order).permutation(
                values.shape[1]
            )
        prepared.append((values[:, network.order_], codes))
    if not networks:
        return
    weights = train_networks(
        prepared,
        [network.random_state for network in networks],
        networks[0].classes_.size,
        networks[0].architecture(),
    )
    for network, own in zip(networks, weights, strict=True):
        network.weights_ = own
