"""The classifiers: conventions, honest fits, and networks that train together."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, cross_val_score

from hotslope.errors import InputError
from hotslope.learning import network
from hotslope.learning.models import MODELS, make_classifier
from hotslope.learning.validation import fit_replicas

pytestmark = pytest.mark.usefixtures("one_thread")


SCHEMA = Path(__file__).parents[2] / "config" / "config.schema.yaml"


def defaults(*sections: str) -> dict[str, object]:
    """Return the defaults of the keys of a section of the config."""
    keys = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))["properties"]
    for section in sections:
        keys = keys[section]["properties"]
    return {key: described["default"] for key, described in keys.items()}


@pytest.mark.parametrize("name", MODELS)
def test_defaults_are_those_of_the_config(name: str) -> None:
    configured = defaults("binning") | defaults("screening") | defaults("models", name)
    assert len(configured) > 6
    plain, given = make_classifier(name), make_classifier(name, **configured)
    for step in ("encode", "model"):
        assert plain[step].get_params() == given[step].get_params()


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
        np.testing.assert_array_equal(one.predict_proba(sample[0]), alone.predict_proba(sample[0]))


def plain_network(
    sizes: network.Architecture, start: dict[str, np.ndarray], n_columns: int
) -> torch.nn.Module:
    """The same network from torch's own layers."""
    conv = torch.nn.Conv1d(1, sizes.filters, sizes.kernel)
    dense = torch.nn.Linear(sizes.positions(n_columns) * sizes.filters, sizes.dense)
    out = torch.nn.Linear(sizes.dense, start["out_bias"].size)
    with torch.no_grad():
        for layer, weight, bias in (
            (conv, start["conv"][:, None, :-1], start["conv"][:, -1]),
            (dense, start["dense"], start["dense_bias"][:, 0]),
            (out, start["out"], start["out_bias"][:, 0]),
        ):
            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.copy_(torch.from_numpy(bias))
    pool = torch.nn.MaxPool1d(sizes.pool)
    relu = torch.nn.ReLU()
    return torch.nn.Sequential(conv, relu, pool, torch.nn.Flatten(), dense, relu, out)


@pytest.mark.parametrize(
    ("changes", "n_columns", "n_classes"),
    [({}, 9, 2), ({"kernel": 3, "pool": 3, "filters": 5, "dense": 7}, 13, 3),
     ({"kernel": 1, "pool": 1, "filters": 4}, 5, 2), ({"pool": 4}, 5, 2)],
)  # fmt: skip
@pytest.mark.parametrize("levels", [2, 1000])
def test_network_learns_as_torch_layers_do(
    changes: dict[str, int], n_columns: int, n_classes: int, levels: int
) -> None:
    """Steps of Adam against torch's own layers; few levels make equal windows within a pool."""
    rng = np.random.default_rng(0)
    values = (rng.integers(0, levels, (30, n_columns)) / (levels - 1)).astype(np.float32)
    codes = np.resize(rng.permutation(n_classes), 30)
    sizes = network.Architecture(dropout=0.0, epochs=5, **changes)
    start = network.initial_weights(sizes, n_columns, n_classes, np.random.default_rng(7))
    (trained,) = network.train_networks([(values, codes)], [7], n_classes, sizes)
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


def test_dropout_silences_its_share_and_each_network_draws_by_itself() -> None:
    generators = [torch.Generator().manual_seed(seed) for seed in (1, 2, 1)]
    drawn = network._draw_dropout(generators, (20, 2000), 0.2).numpy()
    # 40,000 units: a standard error of 0.002
    assert np.mean(drawn == 0, axis=(1, 2)) == pytest.approx(0.2, abs=0.008)
    assert set(np.unique(drawn)) == {0, np.float32(1.25)}
    assert not np.array_equal(drawn[0], drawn[1])
    assert np.array_equal(drawn[0], drawn[2])


def test_a_network_has_the_same_bytes_whatever_trains_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stacks of 1, 2, 3, 5, 7 and 40, of folds that differ in rows and columns."""
    rng = np.random.default_rng(2)
    samples = [
        (rng.integers(0, 5, (60 + i % 11, 14 - i // 20)) / 4.0, rng.integers(0, 2, 60 + i % 11))
        for i in range(43)
    ]
    sizes = network.Architecture(epochs=8, learning_rate=0.01)
    alone = [network.train_networks([samples[i]], [i], 2, sizes)[0] for i in range(43)]
    for together in (1, 2, 3, 5, 7, 40):
        monkeypatch.setattr(network, "stack_size", lambda *_, count=together: count)
        for one, other in zip(
            network.train_networks(samples, range(43), 2, sizes), alone, strict=True
        ):
            assert {name: w.tobytes() for name, w in one.items()} == {
                name: w.tobytes() for name, w in other.items()
            }


@pytest.mark.skipif(torch.cuda.is_available(), reason="for machines without a GPU")
def test_training_on_a_gpu_that_is_not_there_is_refused() -> None:
    table, label = easy_table()
    with pytest.raises(InputError, match=r"learning.device.*sees none.*cpu"):
        make_classifier("cnn", categorical=["rock"], device="cuda").fit(table, label)


def test_only_the_network_pays_for_torch() -> None:
    code = (
        "import sys, hotslope.learning.models as m, numpy as np, pandas as pd\n"
        "t = pd.DataFrame({'a': np.arange(40.0)})\n"
        "m.make_classifier('random_forest', trees=2).fit(t, np.arange(40) > 19).predict(t)\n"
        "assert 'torch' not in sys.modules\n"
        "m.make_classifier('cnn', epochs=1).fit(t, np.arange(40) > 19)\n"
        "assert 'torch._dynamo' not in sys.modules, 'loads the compiler, for as long as torch'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "workflow/scripts"})
