"""A small 1-D convolutional network over a vector of factors: sizes, first weights, answers."""

from dataclasses import dataclass

import numpy as np


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
        As `hotslope.learning.descent.train_networks` returns them.
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
