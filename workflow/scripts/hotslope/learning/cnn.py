"""The convolutional network over factors as a scikit-learn classifier; many train as one.

torch takes two seconds to load: only functions that train or predict import it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from hotslope.learning.network import Architecture


class FactorNetwork(ClassifierMixin, BaseEstimator):
    """The network, fitted to encoded rows.

    Parameters
    ----------
    filters, kernel, pool, dense, dropout, epochs, learning_rate
        See `Architecture`.
    device : str, default "cpu"
        ``cpu`` or ``cuda``: where it is trained.
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
        device: str = "cpu",
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
        self.device = device
        self.random_state = random_state
        self.column_order = column_order

    def architecture(self) -> "Architecture":
        """Return the sizes as `train_networks` wants them."""
        from hotslope.learning.network import Architecture

        names = Architecture.__dataclass_fields__
        return Architecture(**{name: getattr(self, name) for name in names})

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> "FactorNetwork":  # noqa: N803
        """Train on encoded rows `X` (n_rows, n_columns) with labels `y`."""
        fit_together([self], [(X, y)])
        return self

    def predict_proba(self, X: npt.ArrayLike) -> np.ndarray:  # noqa: N803
        """Return class probabilities, shape (n_rows, n_classes)."""
        from hotslope.learning.network import predict_network

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
    from hotslope.learning.network import train_networks

    weights = train_networks(
        prepared,
        [network.random_state for network in networks],
        networks[0].classes_.size,
        networks[0].architecture(),
        networks[0].device,
    )
    for network, own in zip(networks, weights, strict=True):
        network.weights_ = own
