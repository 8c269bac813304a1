"""The classifiers: conventions, honest fits, and networks that train together."""

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, cross_val_score
from threadpoolctl import threadpool_limits

from hotslope.errors import InputError
from hotslope.learning import descent, network
from hotslope.learning.models import MODELS, make_classifier
from hotslope.learning.pieces import take_apart
from hotslope.learning.replicas import fit_replicas
from hotslope.learning.stack import Stack


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


def easy_table(n: int = 120) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(5)
    table = pd.DataFrame(rng.normal(size=(n, 6)), columns=list("abcdef"))
    label = (table["a"] - table["b"] + 0.7 * rng.normal(size=n) > 0).astype(int).to_numpy()
    table["rock"] = pd.Series(rng.choice(["hard", "soft", None], n), dtype="str")
    table.loc[::9, "c"] = np.nan
    return table, label


@pytest.mark.parametrize("name", MODELS)
def test_models_learn_and_work_with_scikit_learn(name: str) -> None:
    table, label = easy_table()
    options = {"epochs": 150, "learning_rate": 0.01} if name == "cnn" else {}
    classifier = make_classifier(name, categorical=["rock"], **options)
    assert clone(classifier).get_params()["model__random_state"] == 0
    scores = cross_val_score(classifier, table, label, scoring="roc_auc", cv=3)
    assert scores.mean() > 0.8
    probability = classifier.fit(table, label).predict_proba(table)
    np.testing.assert_allclose(probability.sum(axis=1), 1)
    np.testing.assert_array_equal(
        clone(classifier).fit(table, label).predict_proba(table), probability
    )


def test_unknown_models_and_options_are_refused() -> None:
    with pytest.raises(InputError, match=r"models.perceptron.*random_forest"):
        make_classifier("perceptron")
    with pytest.raises(InputError, match=r"models.random_forest.*leaves"):
        make_classifier("random_forest", leaves=3)


def test_networks_trained_together_equal_those_trained_alone() -> None:
    """Rows and columns differ between folds, so padding must change nothing."""
    table, label = easy_table()
    classifier = make_classifier("cnn", categorical=["rock"], epochs=40)
    samples = [
        (table.iloc[train], label[train]) for train, _ in StratifiedKFold(4).split(table, label)
    ]
    samples.append((table[["a", "b"]].iloc[:50], label[:50]))
    seeds = [3, 1, 4, 1, 5]
    together = fit_replicas(classifier, samples, seeds)
    assert len({one[-1].n_features_in_ for one in together}) > 1
    for one, sample, seed in zip(together, samples, seeds, strict=True):
        (alone,) = fit_replicas(classifier, [sample], [seed])
        # float32 sums of other block sizes: a few units in the last place after 40 steps
        np.testing.assert_allclose(
            one.predict_proba(sample[0]), alone.predict_proba(sample[0]), atol=2e-5
        )


def plain_network(
    sizes: network.Architecture, start: dict[str, np.ndarray], n_columns: int
) -> torch.nn.Module:
    """The same network from torch's own layers, written by torch's authors."""
    positions = sizes.positions(n_columns)
    conv = torch.nn.Conv1d(1, sizes.filters, sizes.kernel)
    dense = torch.nn.Linear(positions * sizes.filters, sizes.dense)
    out = torch.nn.Linear(sizes.dense, start["out_bias"].size)
    first = start["conv_weight"].T[:, None, :]
    # Ours counts positions before filters, torch filters before positions.
    by_position = start["dense_weight"].T.reshape(sizes.dense, positions, sizes.filters)
    second = by_position.transpose(0, 2, 1).reshape(sizes.dense, -1)
    with torch.no_grad():
        for layer, weight, bias in (
            (conv, first, start["conv_bias"]),
            (dense, second, start["dense_bias"]),
            (out, start["out_weight"].T, start["out_bias"]),
        ):
            layer.weight.copy_(torch.from_numpy(weight.copy()))
            layer.bias.copy_(torch.from_numpy(bias))
    pool = torch.nn.MaxPool1d(sizes.pool)
    relu = torch.nn.ReLU()
    return torch.nn.Sequential(conv, relu, pool, torch.nn.Flatten(), dense, relu, out)


@pytest.mark.parametrize(
    ("changes", "n_columns", "n_classes"),
    [({}, 9, 2), ({"kernel": 3, "pool": 3, "filters": 5, "dense": 7}, 13, 3),
     ({"kernel": 1, "pool": 1, "filters": 4}, 5, 2), ({"pool": 4}, 5, 2)],
)  # fmt: skip
@pytest.mark.parametrize("levels", [2, 4, 1000])
def test_network_learns_as_a_plain_torch_network_does(
    changes: dict[str, int], n_columns: int, n_classes: int, levels: int
) -> None:
    """Steps of Adam against torch's own layers, gradients and optimiser.

    Few levels make pieces that many rows share, and equal windows within a pool.
    """
    rng = np.random.default_rng(0)
    values = (rng.integers(0, levels, (30, n_columns)) / (levels - 1)).astype(np.float32)
    codes = np.resize(rng.permutation(n_classes), 30)
    sizes = network.Architecture(dropout=0.0, epochs=5, **changes)
    start = network.initial_weights(sizes, n_columns, n_classes, np.random.default_rng(7))
    (trained,) = descent.train_networks([(values, codes)], [7], n_classes, sizes)
    plain = plain_network(sizes, start, n_columns)
    adam = torch.optim.Adam(plain.parameters(), lr=sizes.learning_rate)
    rows = torch.from_numpy(values)[:, None, :]
    for _ in range(sizes.epochs):
        adam.zero_grad()
        torch.nn.functional.cross_entropy(plain(rows), torch.from_numpy(codes)).backward()
        adam.step()
    ours = network.predict_network(trained, values, sizes)
    theirs = torch.softmax(plain(rows), dim=1).detach().numpy()
    np.testing.assert_allclose(ours, theirs, atol=2e-6)
    moved = np.abs(ours - network.predict_network(start, values, sizes)).max()
    assert moved > 1e-4


def test_pieces_make_up_the_rows() -> None:
    sizes = network.Architecture(kernel=2, pool=2)
    values = np.random.default_rng(1).integers(0, 3, (50, 6)).astype(np.float32)
    pieces = take_apart(values, sizes)
    counts = [len(seen) for seen in pieces.seen]
    assert counts == sorted(counts, reverse=True)
    assert sorted(pieces.places) == [0, 1]
    for j, place in enumerate(pieces.places):
        held = pieces.seen[j][pieces.codes[:, j]]
        np.testing.assert_array_equal(held[:, 0], values[:, 2 * place : 2 * place + 2])
        np.testing.assert_array_equal(held[:, 1], values[:, 2 * place + 1 : 2 * place + 3])
        assert len(np.unique(pieces.seen[j].reshape(counts[j], -1), axis=0)) == counts[j]


def test_dropout_silences_its_share_of_each_network_by_itself() -> None:
    sizes = network.Architecture(dropout=0.2)
    rng = np.random.default_rng(4)
    codes = [rng.integers(0, 2, 60), rng.integers(0, 2, 50)]
    pieces = [take_apart(rng.random((labels.size, 4), dtype=np.float32), sizes) for labels in codes]
    stack = Stack(pieces, codes, [4, 4], [1, 1], 2, [60], 60, sizes)
    drawn = []
    for _ in range(40):
        stack._draw_dropout()
        drawn.append(stack.speaking.numpy()[:, :50].copy())
    # 40 draws of 50 rows and 20 units: a standard error of 0.002
    assert np.mean(drawn) == pytest.approx(0.8, abs=0.008)
    assert set(np.unique(drawn)) == {0, 1}
    first, second = np.swapaxes(drawn, 0, 1)
    # Of one seed, but with rows of another number: the same beginning only.
    assert not np.array_equal(first, second)
    assert np.array_equal(first[0], second[0])


def test_how_many_networks_train_as_one_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    samples = [
        (rng.integers(0, 5, (40 + 3 * i, 9 - i % 3)) / 4.0, rng.integers(0, 2, 40 + 3 * i))
        for i in range(7)
    ]
    sizes = network.Architecture(epochs=60, learning_rate=0.01)
    whole = descent.train_networks(samples, range(7), 2, sizes)
    for elements in (1, 60_000, 120_000):
        monkeypatch.setattr(descent, "BATCH_ELEMENTS", elements)
        parts = descent.train_networks(samples, range(7), 2, sizes)
        for one, other in zip(whole, parts, strict=True):
            for name, weight in one.items():
                np.testing.assert_array_equal(weight, other[name])


def test_only_the_network_pays_for_torch() -> None:
    code = (
        "import sys, hotslope.learning.models as m, numpy as np, pandas as pd\n"
        "t = pd.DataFrame({'a': np.arange(40.0)})\n"
        "m.make_classifier('random_forest', trees=2).fit(t, np.arange(40) > 19).predict(t)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "workflow/scripts"})
