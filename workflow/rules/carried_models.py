"""Models of other areas that the config names: imported by common.smk, plain Python."""

import json
from pathlib import Path

from config_files import expanded
from config_schema import refuse

#: Tables of an area, in the folder of its results or a folder of their own.
TABLES = (
    ("factors/factors.parquet", "learning/labels.parquet"),
    ("factors.parquet", "labels.parquet"),
)
#: What a folder of a trained model holds.
DESCRIPTION = "model.json"
RESULTS = Path("results")


def carried_model(settings):
    """Return the name of the model that is applied; None where models are trained.

    Whether it fits the area is for the check of inputs to find out.
    """
    folder = settings["learning"]["model"]
    if folder is None:
        return None
    if settings["inventory"]["path"] or settings["factor_table"]["path"]:
        refuse(
            "learning.model",
            "a model is applied, so no labels are learnt from",
            "Set inventory.path and factor_table.path to null, or learning.model to null",
        )
    if settings["learning"]["negatives"] != "mapped":
        refuse(
            "learning.negatives",
            "a model is applied, which has its own negatives",
            "Set learning.negatives to mapped",
        )
    if Path(folder).resolve().is_relative_to(RESULTS.resolve()):
        refuse(
            "learning.model",
            f"{folder!r} lies in the results of this run, which would replace it",
            "Copy the folder elsewhere",
        )
    file = Path(folder) / DESCRIPTION
    if not file.is_file():
        refuse(
            "learning.model",
            f"{folder!r} holds no {DESCRIPTION}",
            "Name a folder results/learning/{model} of a run, or a copy of it",
        )
    return _name(file, settings)


def _name(file, settings):
    """Return the name of a model from its description."""
    try:
        described = dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        described = {}
    if "note" in described:
        refuse(
            "learning.model",
            f"{str(file.parent)!r} holds no model: {described['note']}",
            "Name the folder of a model that was trained",
        )
    name = described.get("model")
    if not isinstance(name, str) or not name.isidentifier() or name in settings["tracks"]:
        refuse("learning.model", f"{str(file)!r} is damaged", "Copy the folder anew")
    return name


def find_tables(settings):
    """Replace the folders of `learning.train_on` by the files of factors and labels in them."""
    folders = settings["learning"]["train_on"]
    if not folders:
        return
    if settings["inventory"]["path"] or settings["factor_table"]["path"]:
        refuse(
            "learning.train_on",
            "the labels are those of the areas named",
            "Set inventory.path and factor_table.path to null, or learning.train_on to null",
        )
    if settings["learning"]["model"]:
        refuse("learning.train_on", "a model is applied", "Set learning.model to null")
    if settings["learning"]["negatives"] != "mapped":
        refuse(
            "learning.train_on",
            "the areas name their own negatives",
            "Set learning.negatives to mapped",
        )
    settings["learning"]["train_on"] = [file for each in folders for file in _tables(each)]


def _tables(folder):
    """Return the files of factors and of labels of an area."""
    place = Path(expanded(folder))
    if place.resolve() == RESULTS.resolve():
        refuse(
            "learning.train_on",
            f"{folder!r} are the results of this run, which would replace them",
            "Work in another folder (--directory), or name other areas",
        )
    for names in TABLES:
        files = [place / name for name in names]
        if all(file.is_file() for file in files):
            return [str(file) for file in files]
    refuse(
        "learning.train_on",
        f"{folder!r} holds no {' and '.join(TABLES[0])}",
        "Name the folder of results of a finished run with an inventory",
    )
    return []


def training_areas(settings):
    """List the folders of the areas that a model is trained on; none where there is one area."""
    factors = (settings["learning"]["train_on"] or [])[::2]
    return [str(_area(Path(file))) for file in factors]


def _area(factors):
    """Return the folder of an area from its file of factors."""
    return factors.parent.parent if factors.parent.name == "factors" else factors.parent
