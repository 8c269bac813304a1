"""Training on a GPU, where torch sees one: `python -m pytest tests/unit/test_learning_gpu.py`."""

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from hotslope.learning import network
from hotslope.learning.cnn import FactorNetwork

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU")


def area(seed: int, rows: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Make up ten factors, two of which tell of the label, with an AUC of 0.88 at best."""
    rng = np.random.default_rng(seed)
    factors = rng.integers(0, 5, (rows, 10)) / 4.0
    odds = 5 * (factors[:, 2] - 0.5) - 5 * (factors[:, 7] - 0.5)
    return factors, (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(np.int64)


def test_a_gpu_ranks_as_well_as_the_processor() -> None:
    factors, label = area(0)
    others, truth = area(1, rows=2000)
    reached = {
        device: np.mean(
            [
                roc_auc_score(
                    truth,
                    FactorNetwork(device=device, epochs=60, random_state=seed)
                    .fit(factors, label)
                    .predict_proba(others)[:, 1],
                )
                for seed in range(3)
            ]
        )
        for device in ("cpu", "cuda")
    }
    assert reached["cpu"] > 0.75
    assert abs(reached["cuda"] - reached["cpu"]) < 0.02


def test_a_gpu_gives_the_same_weights_again() -> None:
    samples = [area(seed, rows=60 + seed) for seed in range(12)]
    sizes = network.Architecture(epochs=20)
    first, second = (
        network.train_networks(samples, range(12), 2, sizes, device="cuda") for _ in range(2)
    )
    for one, other in zip(first, second, strict=True):
        for name, weights in one.items():
            np.testing.assert_array_equal(weights, other[name])
