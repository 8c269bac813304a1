"""Points and what was found out about them, side by side."""

import pandas as pd

from hotslope.columns import POINT_ID
from hotslope.errors import InputError


def join_by_point(points: pd.DataFrame, found: pd.DataFrame, place: str) -> pd.DataFrame:
    """Add the columns of `found` to `points`, point by point.

    Parameters
    ----------
    points, found : DataFrame
        Both with `point_id`, unique.
    place : str
        File of `found`, named in the message.

    Raises
    ------
    InputError
        The two do not hold the same points.

    Notes
    -----
    Tables of one track come in one order, which is checked first: a join of a million
    identifiers takes as long as the whole figure.
    """
    if not points[POINT_ID].reset_index(drop=True).equals(found[POINT_ID]):
        order = pd.Index(found[POINT_ID]).get_indexer(points[POINT_ID])
        if len(points) != len(found) or (order < 0).any():
            raise InputError(
                place,
                "holds other points than the points table of its track",
                "Delete it and run the workflow again",
            )
        found = found.iloc[order].reset_index(drop=True)
    return pd.concat([points.reset_index(drop=True), found.drop(columns=POINT_ID)], axis=1)
