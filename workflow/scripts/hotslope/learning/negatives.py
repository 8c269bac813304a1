"""What mapped landslides are told apart from: other mapped slopes, stable ground, all the rest."""

import logging

import pandas as pd

from hotslope.learning.columns import METRICS

logger = logging.getLogger("hotslope.learning")

#: What a score means, by `learning.negatives` other than ``mapped``.
MEANINGS = {
    "unlabelled": (
        "Scores, no probabilities: models tell mapped landslides from all other candidates, whose "
        "causes are unknown. A score ranks candidates by how much they resemble the mapped "
        "landslides; it orders them as the probability of being a landslide does only if the "
        "mapped landslides are a random selection of all landslides among the candidates."
    ),
    "stable_ground": (
        "Scores, no probabilities: models tell mapped landslides from sampled ground that was "
        "measured and does not move, by terrain and layers alone. A score says how much a "
        "candidate resembles the ground of the mapped landslides; it does not tell a landslide "
        "from another cause of motion."
    ),
}
#: Beginning of the identifiers of pieces of stable ground.
STABLE_GROUND = "stable"
#: Metrics that need true negatives, or whose value depends on how many negatives were sampled.
_UNDEFINED = {
    "mapped": frozenset[str](),
    "unlabelled": frozenset(METRICS) - {"recall", "auc"},
    "stable_ground": frozenset({"accuracy", "precision", "f1", "brier"}),
}


def defined_metrics(negatives: str) -> list[str]:
    """Return the metrics that mean something with these negatives, in the order of `METRICS`."""
    return [metric for metric in METRICS if metric not in _UNDEFINED[negatives]]


def candidates_without_landslide(labels: pd.DataFrame) -> pd.DataFrame:
    """Let every candidate that is no mapped landslide be a row without known class.

    Parameters
    ----------
    labels : DataFrame
        Table `hotslope.learning.tables.LABELS`.

    Returns
    -------
    DataFrame
        The same table: ``label`` 1 where a landslide is mapped, else 0, mapped slopes of other
        classes included; those without a polygon are a slope of their own. ``role`` is missing,
        since inventories give roles to mapped slopes alone.

    Notes
    -----
    Labelled and other rows are then one sample of one population, as the estimator of Elkan &
    Noto (2008) asks: leaving out the slopes of other classes would make landslides more frequent
    among the rest than they are.
    """
    slide = (labels["label"] == 1).fillna(False)
    return without_roles(labels).assign(
        label=slide.astype("Int8"),
        inventory_id=labels["inventory_id"].fillna(labels["candidate_id"]),
    )


def without_roles(labels: pd.DataFrame) -> pd.DataFrame:
    """Return the labels without the roles of the inventory, and warn where it gives any."""
    if labels["role"].notna().any():
        logger.warning(
            "inventory.role_column is used with learning.negatives: mapped only, as rows that are "
            "no mapped slope have no role"
        )
    return labels.assign(role=pd.Series(None, index=labels.index, dtype="str"))
