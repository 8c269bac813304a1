"""Fitted classifiers as files that run no code when loaded, byte for byte reproducible."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import safetensors.numpy
from sklearn.pipeline import Pipeline

from hotslope.files import atomic_path
from hotslope.learning.cnn import FactorNetwork
from hotslope.learning.model_description import NETWORK, PIPELINE

# To know which types it may load unasked, skops imports every estimator that scikit-learn has, and
# with them pytest and torch: a second, without torch, in every job that writes a model. While
# skops is loaded here it finds none; `TRUSTED` names those that are needed.
with patch("sklearn.utils.all_estimators", list):
    import skops.io as skops_io

#: What `load_classifier` may make anew: our own classes, scikit-learn's that our pipelines hold,
#: and the nodes of a tree, which skops leaves to the reader because nobody checks the indices
#: in them.
TRUSTED = [
    "sklearn.ensemble._forest.ExtraTreesClassifier",
    "sklearn.ensemble._forest.RandomForestClassifier",
    "sklearn.linear_model._logistic.LogisticRegression",
    "sklearn.pipeline.Pipeline",
    "sklearn.preprocessing._data.StandardScaler",
    "sklearn.tree._classes.DecisionTreeClassifier",
    "sklearn.tree._classes.ExtraTreeClassifier",
    "sklearn.tree._tree.Tree",
    "hotslope.learning.bins.FactorBinner",
    "hotslope.learning.chimerge.ChiMerge",
    "hotslope.learning.cnn.FactorNetwork",
    "hotslope.learning.encoding.FactorEncoder",
    "hotslope.learning.screening.FactorScreening",
]
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)


def save_classifier(folder: str | Path, classifier: Pipeline) -> None:
    """Write a fitted classifier: a skops file, the weights of a network beside it.

    Parameters
    ----------
    folder : str or Path
        Made if needed.
    classifier : Pipeline
        Fitted; from `hotslope.learning.models.make_classifier`.
    """
    folder = Path(folder)
    network = classifier[-1]
    weights = None
    if isinstance(network, FactorNetwork):
        weights = network.weights_
        network.weights_ = {}
    try:
        content = canonical_skops(skops_io.dumps(classifier))
    finally:
        if weights is not None:
            network.weights_ = weights
    with atomic_path(folder / PIPELINE) as partial:
        partial.write_bytes(content)
    if weights is not None:
        with atomic_path(folder / NETWORK) as partial:
            partial.write_bytes(safetensors.numpy.save(weights))


def load_classifier(folder: str | Path) -> Pipeline:
    """Read what `save_classifier` wrote; refuses types that no model of ours holds.

    Notes
    -----
    Loading runs no code from the file. A forest from somebody else may still crash the
    process by node indices out of range: load files of your own runs.
    """
    folder = Path(folder)
    classifier = skops_io.load(folder / PIPELINE, trusted=TRUSTED)
    if isinstance(classifier[-1], FactorNetwork):
        classifier[-1].weights_ = safetensors.numpy.load_file(folder / NETWORK)
    return classifier


def canonical_skops(content: bytes) -> bytes:
    """Rewrite a skops archive so that equal objects have equal bytes.

    Notes
    -----
    skops names nodes and members by memory addresses. They become numbers in the order in
    which the schema mentions them; dates in the archive are pinned.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(members.pop("schema.json"))
    numbers: dict[int, int] = {}
    names: dict[str, str] = {}
    _renumber(schema, numbers, names)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for new, old in sorted((new, old) for old, new in names.items()):
            archive.writestr(_member(new), members[old])
        archive.writestr(_member("schema.json"), json.dumps(schema, indent=2))
    return written.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _renumber(node: Any, numbers: dict[int, int], names: dict[str, str]) -> None:
    """Replace identities and member names in a schema, in place, in order of appearance."""
    if isinstance(node, list):
        for item in node:
            _renumber(item, numbers, names)
    if not isinstance(node, dict):
        return
    if "__id__" in node:
        node["__id__"] = numbers.setdefault(node["__id__"], len(numbers) + 1)
    file = node.get("file")
    if isinstance(file, str) and "__loader__" in node:
        node["file"] = names.setdefault(file, f"{len(names) + 1:06d}{Path(file).suffix}")
    for item in node.values():
        _renumber(item, numbers, names)
