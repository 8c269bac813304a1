"""The order in which to look at candidates."""

import pandas as pd

from hotslope.columns import CANDIDATE_ID
from hotslope.maps.names import factors_in_words
from hotslope.maps.outcome import judgement_column, judgement_word, leading_model

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
#: Places that are named.
FIRST_PLACES = 5


def ranked(landslides: pd.DataFrame, models: list[str]) -> pd.DataFrame:
    """Order candidates by where to look first.

    The most probable come first; where no model judges them, the first of the unsupervised
    ranking, or without one the largest. Those to which a model of another area is not applicable
    come last.

    Parameters
    ----------
    landslides : DataFrame
        Rows of layer `potential_landslides`.
    models : list of str
    """
    if RANK in landslides:
        return landslides.sort_values(RANK)
    model = leading_model(models)
    key = judgement_column(landslides.columns, model) or "area_m2"
    first = ["applicable", key] if "applicable" in landslides else [key]
    ascending = [*[False] * len(first), True]
    return landslides.sort_values([*first, CANDIDATE_ID], ascending=ascending)


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
        if row.get("agreement") == OPPOSITE:
            words.append("does not move down the slope")
        lines.append(f"{row[CANDIDATE_ID]}: {', '.join(word for word in words if word)}")
    return lines
