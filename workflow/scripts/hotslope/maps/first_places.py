"""The order in which to look at candidates."""

import numpy as np
import pandas as pd

from hotslope.columns import CANDIDATE_ID
from hotslope.exposure.tables import EXPOSURE_RANK, EXPOSURE_RULE
from hotslope.maps.exposure_words import exposed_briefly
from hotslope.maps.names import factors_in_words
from hotslope.maps.outcome import judgement_column, judgement_word, leading_model
from hotslope.maps.tables import PRIORITY_RANK, PRIORITY_RULE

#: Column of the ranking where no model judges the candidates.
RANK = "unsupervised_rank"
#: Agreement with motion down the slope of what moves another way.
OPPOSITE = "opposite"
#: What that ranking is, and is not.
RANKING_NOTE = (
    "no model judges the candidates: they are ranked without labels (unsupervised_rank) by motion, "
    "size, consistency with motion down the slope and significance. The ranking says where to look "
    "first; it does not tell landslides from other movements"
)
#: What the order is where something may be exposed.
PRIORITY_NOTE = (
    f"candidates are listed by {PRIORITY_RANK}: {PRIORITY_RULE}. {EXPOSURE_RANK} is by "
    f"{EXPOSURE_RULE}. Neither changes a probability or a class"
)
#: Places that are named.
FIRST_PLACES = 5


def ranked(landslides: pd.DataFrame, models: list[str]) -> pd.DataFrame:
    """Order candidates by where to look first.

    Where something may be exposed, by `PRIORITY_RANK`. Otherwise the most probable come first;
    where no model judges them, the first of the unsupervised ranking, or without one the largest.
    Those to which a model of another area is not applicable come last.

    Parameters
    ----------
    landslides : DataFrame
        Rows of layer `potential_landslides`.
    models : list of str
    """
    if PRIORITY_RANK in landslides:
        return landslides.sort_values(PRIORITY_RANK)
    if RANK in landslides:
        return landslides.sort_values(RANK)
    model = leading_model(models)
    key = judgement_column(landslides.columns, model) or "area_m2"
    first = ["applicable", key] if "applicable" in landslides else [key]
    ascending = [*[False] * len(first), True]
    return landslides.sort_values([*first, CANDIDATE_ID], ascending=ascending)


def priority_rank(landslides: pd.DataFrame, models: list[str]) -> np.ndarray:
    """Order candidates by `PRIORITY_RULE`; of equal sums the first without exposure.

    Parameters
    ----------
    landslides : DataFrame
        Rows of layer `potential_landslides` with `exposure_rank`, index from 0 on.
    models : list of str

    Returns
    -------
    ndarray, int64, shape (n,)
        1 first.

    Notes
    -----
    Places need no common scale of probability and exposure that somebody would have to choose.
    """
    count = len(landslides)
    place, rank = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    place[ranked(landslides, models).index] = np.arange(1, count + 1)
    rank[np.lexsort((place, place + landslides[EXPOSURE_RANK]))] = np.arange(1, count + 1)
    return rank


def first_places(landslides: pd.DataFrame, models: list[str]) -> list[str]:
    """Name the candidates to look at first, in the order of `ranked`."""
    model = leading_model(models)
    judgement = judgement_column(landslides.columns, model)
    lines = []
    for row in ranked(landslides, models).head(FIRST_PLACES).to_dict("records"):
        words = [f"{row['area_m2'] / 1e4:.3g} ha", f"grade {row['grade']}"]
        if judgement and pd.notna(row[judgement]):
            judged = f"{judgement_word(judgement)} {row[judgement]:.2f}"
            words = [judged, *words, factors_in_words(row["main_factors"])]
            if not row.get("applicable", True):
                words.insert(1, f"outside the range of the model: {row['strange']}")
        elif RANK in row:
            words = [f"unsupervised rank {row[RANK]}", *words]
        if PRIORITY_RANK in row:
            words.append(exposed_briefly(row))
        if row.get("agreement") == OPPOSITE:
            words.append("does not move down the slope")
        lines.append(f"{row[CANDIDATE_ID]}: {', '.join(word for word in words if word)}")
    return lines
