"""What ``model.json`` says of a trained model, and whether the model fits an area.

Without the libraries of learning, so that inputs can be checked quickly.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from hotslope.errors import InputError
from hotslope.factors.catalogue import FACTORS
from hotslope.learning.areas import area_names

#: What `model.json` says of itself; the number is raised whenever a key changes its meaning.
SCHEMA = "hotslope model 1"
#: What the folder of a model holds.
DESCRIPTION, FITTED = "model.json", "fitted"
#: Files in `FITTED`.
TRAINING, UNSEEN, TRAINING_NOTES = "training.parquet", "unseen.parquet", "training.json"
PIPELINE, NETWORK = "pipeline.skops", "network.safetensors"
#: In place of all of them, where nothing could be learnt.
NOTHING = "nothing.json"
#: Packages on which a fitted pipeline depends.
PACKAGES = ("numpy", "scikit-learn", "skops", "torch")
#: Key of the config that names a folder.
KEY = "learning.model"
RETRAIN = "Train the model again with this version of hotslope, or take another one"


def software(network: bool) -> dict[str, str]:
    """Return the versions of the packages on which a fitted model depends.

    Without what follows ``+``, which names the machine that a package was built for.
    """
    names = [name for name in PACKAGES if network or name != "torch"]
    return {name: version(name).partition("+")[0] for name in names}


def _installed(package: str) -> str | None:
    """Return the version of a package; None where inputs are checked without it."""
    try:
        return version(package).partition("+")[0]
    except PackageNotFoundError:
        return None


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def model_folder(path: str | Path) -> Path:
    """Return the folder of a model, which holds ``model.json``."""
    if (Path(path) / DESCRIPTION).is_file():
        return Path(path)
    raise InputError(
        KEY,
        f"{path} holds no {DESCRIPTION}",
        "Name a folder results/learning/{model} of a run, or a copy of it",
    )


def complete_description(fitted: str | Path, origin: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of ``model.json`` of a model that was trained.

    Parameters
    ----------
    fitted : str or Path
        Folder of the fitted model, with what training itself knows.
    origin : mapping
        What the run knows: ``name`` and ``crs`` of the study area, ``areas`` (folders of those that
        were joined), ``licence``, ``hotslope`` (version), ``measures`` (settings by which factors
        are measured) and ``classes`` (those of the config by categorical factor).

    Returns
    -------
    dict
        Where nothing could be learnt, ``note`` alone: why.
    """
    fitted = Path(fitted)
    if not (fitted / TRAINING_NOTES).exists():
        return dict(json.loads((fitted / NOTHING).read_text(encoding="utf-8")))
    notes = json.loads((fitted / TRAINING_NOTES).read_text(encoding="utf-8"))
    # Areas that are joined lie side by side, at no places of the Earth.
    areas = area_names(origin["areas"])
    corners = notes.pop("bounds_m")
    files = [PIPELINE, NETWORK, TRAINING, UNSEEN]
    return {
        "schema": SCHEMA,
        **notes,
        "training_area": {
            "name": origin["name"],
            "crs": None if areas else origin["crs"],
            "bounds_m": None if areas else corners,
            "areas": areas,
        },
        **{key: origin[key] for key in ("licence", "hotslope", "measures", "classes")},
        "sha256": {name: file_digest(fitted / name) for name in files if (fitted / name).exists()},
    }


def read_description(path: str | Path) -> dict[str, Any]:
    """Read and check ``model.json``, and that the other files are those it was written with.

    Raises
    ------
    InputError
        A file is missing, damaged, or of another version.
    """
    folder = model_folder(path)
    fitted = folder / FITTED
    try:
        described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        schema, digests = described["schema"], dict(described["sha256"])
    except (ValueError, KeyError, TypeError):
        raise InputError(
            KEY, f"{folder / DESCRIPTION} is damaged", "Copy the folder anew"
        ) from None
    if schema != SCHEMA:
        raise InputError(KEY, f"{folder} is of version {schema!r}, not {SCHEMA!r}", RETRAIN)
    for name, digest in digests.items():
        if Path(name).name != name or not (fitted / name).is_file():
            raise InputError(KEY, f"{fitted} lacks {name}", "Copy the whole folder")
        if file_digest(fitted / name) != digest:
            raise InputError(
                KEY, f"{fitted / name} is not the file of this model", "Copy the whole folder anew"
            )
    for name in (PIPELINE, TRAINING, UNSEEN):
        if name not in digests:
            raise InputError(KEY, f"{folder / DESCRIPTION} does not list {name}", RETRAIN)
    if described["negatives"] != "mapped":
        raise InputError(
            KEY,
            f"{folder} was trained on negatives that are {described['negatives']!r}, and its "
            "probabilities mean nothing in another area",
            "Take a model that was trained with learning.negatives: mapped",
        )
    mine, theirs = _installed("scikit-learn"), described["software"]["scikit-learn"]
    if mine not in (None, theirs):
        raise InputError(
            KEY, f"{folder} was written with scikit-learn {theirs}, here is {mine}", RETRAIN
        )
    return described


def check_factors(
    described: Mapping[str, Any],
    available: list[str],
    classes: Mapping[str, list[str] | None],
    measures: Mapping[str, Any],
) -> None:
    """Refuse a model whose factors do not mean what those of an area mean.

    Parameters
    ----------
    described : mapping
        Content of ``model.json``.
    available : list of str
        Factors that the area has.
    classes : mapping of str to (list of str or None)
        Categorical factor → the classes that the area's config gives it; None where it gives none.
    measures : mapping of str to object
        Settings by which factors of the area are measured.

    Raises
    ------
    InputError
        A factor that the model uses is missing, has another unit, is measured in another way, or
        has classes that were no classes of the training area.
    """
    used = [name for name, factor in described["factors"].items() if factor["used"]]
    name = str(described["model"])
    absent = sorted(set(used) - set(available))
    if absent:
        raise InputError(
            KEY,
            f"the {name} uses factors that this area lacks: {', '.join(absent)}",
            "Add them to factors, with the layer or the DEM that they need, or take another model",
        )
    for factor in used:
        unit = FACTORS[factor].unit if factor in FACTORS else None
        if described["factors"][factor]["unit"] != unit:
            raise InputError(
                KEY,
                f"{factor} is in {described['factors'][factor]['unit']!r} in the {name}, in "
                f"{unit!r} here",
                RETRAIN,
            )
    for key, theirs in described["measures"].items():
        if key in measures and measures[key] != theirs:
            raise InputError(
                f"terrain.{key}",
                f"is {measures[key]!r} here, {theirs!r} where the {name} was trained",
                f"Set terrain.{key}: {theirs}",
            )
    for factor in used:
        known, given = described["classes"].get(factor), classes.get(factor)
        strange = sorted(set(given or ()) - set(known or given or ()))
        if strange:
            raise InputError(
                f"layers.{factor}.classes",
                f"{', '.join(strange)}: no class of the area where the {name} was trained",
                f"Map the units to its classes: {', '.join(sorted(known or ()))}",
            )
