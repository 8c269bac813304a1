"""A trained model as a folder that can be carried to another area.

``model.json``: what it was trained on and how; ``README.md``: the same in words; in ``fitted/``,
``pipeline.skops`` (and ``network.safetensors``): the fitted pipeline; ``training.parquet``: factors
of the training rows, without their places; ``unseen.parquet``: labels and probabilities of rows
that it did not train on; ``training.json``: what training itself knows of ``model.json``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from hotslope.errors import InputError
from hotslope.files import write_json, write_table
from hotslope.learning.model_description import (
    FITTED,
    KEY,
    RETRAIN,
    TRAINING,
    TRAINING_NOTES,
    UNSEEN,
    model_folder,
    read_description,
)
from hotslope.learning.persistence import load_classifier


@dataclass(frozen=True)
class CarriedModel:
    """A model read from its folder.

    Parameters
    ----------
    description : dict
        Content of ``model.json``.
    classifier : Pipeline
        Fitted.
    training : DataFrame
        Raw factors of the training rows.
    unseen : DataFrame
        ``label``, ``probability`` and number of the ``slope`` of rows that the model did not train
        on.
    """

    description: dict[str, Any]
    classifier: Pipeline
    training: pd.DataFrame
    unseen: pd.DataFrame

    @property
    def factors(self) -> list[str]:
        """Factors that the model was offered, in their order."""
        return list(self.description["order"])

    @property
    def categorical(self) -> list[str]:
        """Those that hold categories."""
        return [name for name in self.factors if self.description["factors"][name]["classes"]]

    @property
    def weights(self) -> dict[str, float]:
        """Weight of each factor in the area of applicability."""
        return {name: self.description["factors"][name]["weight"] for name in self.factors}


def write_training(
    folder: str | Path, description: dict[str, Any], training: pd.DataFrame, unseen: pd.DataFrame
) -> None:
    """Write what a fitted model needs in order to be carried, beside it.

    Parameters
    ----------
    folder : str or Path
        That of `hotslope.learning.persistence.save_classifier`.
    description : dict
        What training knows of ``model.json``, but for ``order``; see
        `hotslope.learning.model_description.complete_description`.
    training, unseen
        See `CarriedModel`.
    """
    folder = Path(folder)
    write_table(folder / TRAINING, training, {})
    write_table(folder / UNSEEN, unseen, {})
    order = [str(name) for name in training.columns]
    write_json(folder / TRAINING_NOTES, description | {"order": order})


def read_model(path: str | Path) -> CarriedModel:
    """Read a model; nothing in the folder is unpickled or run.

    Raises
    ------
    InputError
        See `read_description`; or the pipeline holds types that none of our models has.
    """
    described = read_description(path)
    folder = model_folder(path) / FITTED
    try:
        classifier = load_classifier(folder)
        training = pd.read_parquet(folder / TRAINING)
        unseen = pd.read_parquet(folder / UNSEEN)
    except InputError:
        raise
    except Exception as error:  # skops and pyarrow raise what they meet
        raise InputError(
            KEY, f"{folder} cannot be read ({type(error).__name__})", RETRAIN
        ) from error
    if list(training.columns) != described["order"]:
        raise InputError(KEY, f"{folder / TRAINING} has other factors than model.json", RETRAIN)
    return CarriedModel(described, classifier, training.astype(_dtypes(training)), unseen)


def _dtypes(table: pd.DataFrame) -> dict[str, Any]:
    """Return the dtypes of raw factors: float64, and objects where they hold text."""
    return {
        str(name): np.float64 if pd.api.types.is_numeric_dtype(values) else object
        for name, values in table.items()
    }
