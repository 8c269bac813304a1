"""The classifiers: conventions, honest fits, and networks that train together."""

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, cross_val_score
from threadpoolctl import threadpool_limits

from hotslope.errors import InputError
from hotslope.learning import cnn
from hotslope.learning.models import MODELS, make_classifier
from hotslope.learning.replicas import fit_replicas


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


def test_network_gradient_is_that_of_a_plain_torch_network() -> None:
    """One step of plain gradient against torch's own layers, written by torch's authors."""
    import torch

    rng = np.random.default_rng(0)
    values, codes = rng.random((30, 9)).astype(np.float32), rng.integers(0, 2, 30)
    sizes = cnn.Architecture(dropout=0.0, epochs=3)
    start = cnn.initial_weights(sizes, 9, 2, np.random.default_rng(7))
    (trained,) = cnn.train_networks([(values, codes)], [7], 2, sizes)
    conv, dense, out = torch.nn.Conv1d(1, 14, 2), torch.nn.Linear(56, 20), torch.nn.Linear(20, 2)
    with torch.no_grad():
        conv.weight.copy_(torch.from_numpy(start["conv_weight"].T[:, None, :].copy()))
        conv.bias.copy_(torch.from_numpy(start["conv_bias"]))
        dense.weight.copy_(torch.from_numpy(start["dense_weight"].T.copy()))
        dense.bias.copy_(torch.from_numpy(start["dense_bias"]))
        out.weight.copy_(torch.from_numpy(start["out_weight"].T.copy()))
        out.bias.copy_(torch.from_numpy(start["out_bias"]))
    parameters = [*conv.parameters(), *dense.parameters(), *out.parameters()]
    adam = torch.optim.Adam(parameters, lr=0.001)

    def logits() -> torch.Tensor:
        pooled = torch.max_pool1d(torch.relu(conv(torch.from_numpy(values)[:, None, :])), 2)
        flat = pooled.transpose(1, 2).reshape(30, -1)
        return out(torch.relu(dense(flat)))

    for _ in range(3):
        adam.zero_grad()
        torch.nn.functional.cross_entropy(logits(), torch.from_numpy(codes)).backward()
        adam.step()
    ours = cnn.predict_network(trained, values, sizes)
    theirs = torch.softmax(logits(), dim=1).detach().numpy()
    np.testing.assert_allclose(ours, theirs, atol=2e-6)
    moved = np.abs(ours - cnn.predict_network(start, values, sizes)).max()
    assert moved > 1e-4


def test_only_the_network_pays_for_torch() -> None:
    code = (
        "import sys, hotslope.learning.models as m, numpy as np, pandas as pd\n"
        "t = pd.DataFrame({'a': np.arange(40.0)})\n"
        "m.make_classifier('random_forest', trees=2).fit(t, np.arange(40) > 19).predict(t)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "workflow/scripts"})
