"""The table of potential landslides: everything known about each candidate, in one row."""

from collections.abc import Iterable, Mapping

import pandas as pd

from hotslope.columns import CANDIDATE_ID
from hotslope.errors import InputError
from hotslope.learning.columns import LANDSLIDE, OTHER

#: Written where no model has judged a candidate.
NOT_CLASSIFIED = "not classified"
#: Columns of every model, as the table of its probabilities names them.
MODEL_COLUMNS = (
    "probability",
    "probability_std",
    "probability_calibrated",
    "probability_low",
    "probability_high",
)
#: Its class and probability lead the table and colour the map, where it is trained.
PREFERRED_MODEL = "random_forest"


def leading_model(models: list[str]) -> str | None:
    """Return the model whose class leads: the random forest, else the first; None of none.

    Notes
    -----
    The random forest is the paper's own reference and the cheapest to explain; which model
    is best on the data at hand is a matter of the validation.
    """
    if PREFERRED_MODEL in models:
        return PREFERRED_MODEL
    return models[0] if models else None


def judgement_column(columns: Iterable[str], model: str | None) -> str | None:
    """Return the column of what a model says of each candidate: a probability, or a score.

    None without a model.
    """
    if model is None:
        return None
    score = f"score_{model}"
    return score if score in columns else f"probability_{model}"


def judging_models(landslides: pd.DataFrame, models: list[str]) -> list[str]:
    """Return the models; none where the leading one judged no candidate: there were few labels."""
    column = judgement_column(landslides.columns, leading_model(models))
    if column is None or landslides.empty or landslides[column].notna().any():
        return models
    return []


def judgement_word(column: str) -> str:
    """Return what such a column holds: ``probability`` or ``score``."""
    return column.partition("_")[0]


def join_by_candidate(
    left: pd.DataFrame, right: pd.DataFrame, place: str, *, every: bool
) -> pd.DataFrame:
    """Add the columns of `right` that `left` lacks, by candidate.

    Parameters
    ----------
    left : DataFrame
        Has `candidate_id`, unique; its rows and their order stay.
    right : DataFrame
        Has `candidate_id`, unique.
    place : str
        File of `right`, named in the message.
    every : bool
        Whether each candidate must have a row in `right`.

    Raises
    ------
    InputError
        `right` names a candidate twice, one that `left` lacks, or (with `every`) lacks one.
    """
    identifiers = right[CANDIDATE_ID]
    known = set(left[CANDIDATE_ID])
    remedy = "Delete the file and run the workflow again"
    if identifiers.duplicated().any():
        twice = identifiers[identifiers.duplicated()].iloc[0]
        raise InputError(place, f"names candidate {twice!r} twice", remedy)
    strangers = [name for name in identifiers if name not in known]
    if strangers:
        raise InputError(place, f"names {strangers[0]!r}, which is no candidate", remedy)
    if every and len(identifiers) < len(known):
        absent = sorted(known - set(identifiers))[0]
        raise InputError(place, f"lacks candidate {absent!r}", remedy)
    new = [name for name in right.columns if name not in left.columns]
    return left.merge(right[[CANDIDATE_ID, *new]], on=CANDIDATE_ID, how="left")


def name_classes(probability: pd.Series, threshold: float | None, below: str = OTHER) -> pd.Series:
    """Call rows at or above the threshold landslides; rows without a probability stay unnamed.

    Parameters
    ----------
    probability : Series of float64
    threshold : float or None
        None where there was nothing to learn, and so no row.
    below : str
        Class of the rows below the threshold.
    """
    if threshold is None:
        return pd.Series(dtype="str", index=probability.index)
    named = pd.Series(below, index=probability.index, dtype="str")
    named[probability >= threshold] = LANDSLIDE
    return named.where(probability.notna())


def add_predictions(
    table: pd.DataFrame,
    predictions: Mapping[str, pd.DataFrame],
    thresholds: Mapping[str, float | None],
    places: Mapping[str, str],
    negatives: str = "mapped",
) -> pd.DataFrame:
    """Add every model's probability and class, and the class of the leading model.

    Parameters
    ----------
    table : DataFrame
        One row per candidate.
    predictions : mapping of str to DataFrame
        Model → `candidate_id`, `probability` and perhaps others of `MODEL_COLUMNS` and
        `prediction_set`.
    thresholds : mapping of str to (float or None)
        Model → threshold of its classes; see `name_classes`.
    places : mapping of str to str
        Model → file, named in messages.
    negatives : str, default "mapped"
        ``learning.negatives``. Where they are not mapped slopes, probabilities are scores, and
        candidates below the threshold stay "not classified": nothing was learnt of other
        movements.

    Returns
    -------
    DataFrame
        `table` and, per model, `{column}_{model}` of `MODEL_COLUMNS` (where given) and
        `class_{model}`; `class`, which is "not classified" without models, and
        `prediction_set` of the leading model. Scores are `score_{model}` and
        `score_std_{model}`, without calibrated ones and sets.
    """
    if negatives != "mapped":
        return _add_scores(table, predictions, thresholds, places)
    for model, prediction in predictions.items():
        names = {name: f"{name}_{model}" for name in MODEL_COLUMNS if name in prediction.columns}
        named = prediction[[CANDIDATE_ID, *names]].rename(columns=names)
        table = join_by_candidate(table, named, places[model], every=True)
        table[f"class_{model}"] = name_classes(table[f"probability_{model}"], thresholds[model])
    leader = leading_model(list(predictions))
    if leader is not None and "prediction_set" in predictions[leader].columns:
        sets = predictions[leader][[CANDIDATE_ID, "prediction_set"]]
        table = join_by_candidate(table, sets, places[leader], every=True)
    leading = NOT_CLASSIFIED if leader is None else table[f"class_{leader}"].fillna(NOT_CLASSIFIED)
    return table.assign(**{"class": leading})


def _add_scores(
    table: pd.DataFrame,
    predictions: Mapping[str, pd.DataFrame],
    thresholds: Mapping[str, float | None],
    places: Mapping[str, str],
) -> pd.DataFrame:
    """Add every model's score and class; see `add_predictions`."""
    names = {"probability": "score", "probability_std": "score_std"}
    for model, prediction in predictions.items():
        named = prediction[[CANDIDATE_ID, *names]].rename(
            columns={name: f"{new}_{model}" for name, new in names.items()}
        )
        table = join_by_candidate(table, named, places[model], every=True)
        table[f"class_{model}"] = name_classes(
            table[f"score_{model}"], thresholds[model], NOT_CLASSIFIED
        )
    leader = leading_model(list(predictions))
    leading = NOT_CLASSIFIED if leader is None else table[f"class_{leader}"].fillna(NOT_CLASSIFIED)
    return table.assign(**{"class": leading})


def set_aside(table: pd.DataFrame, judged: pd.DataFrame, place: str) -> pd.DataFrame:
    """Leave candidates without a class to which a model of another area is not applicable.

    Parameters
    ----------
    table : DataFrame
        From `add_predictions`, of the one model that was applied.
    judged : DataFrame
        Table `hotslope.learning.tables.APPLICABILITY`.
    place : str
        File of `judged`, named in messages.

    Returns
    -------
    DataFrame
        With the columns of `judged`. Probabilities stay, for whoever wants to see them.
    """
    table = join_by_candidate(table, judged, place, every=True)
    outside = ~table["applicable"]
    table.loc[outside, "class"] = NOT_CLASSIFIED
    for name in table.columns:
        if name == "prediction_set" or name.startswith("class_"):
            table[name] = table[name].where(~outside)
    return table
