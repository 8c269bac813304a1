"""Candidates ordered by what is exposed to them."""

import numpy as np
import pandas as pd

from hotslope.exposure.tables import BUILDINGS, NOTHING, RIVERS, ROADS

_AMOUNTS = {
    BUILDINGS: ("buildings_on_it", "buildings_in_reach"),
    ROADS: ("roads_on_it_m", "roads_in_reach_m"),
    RIVERS: ("rivers_on_it_m", "rivers_in_reach_m"),
}
_DISTANCES = ["nearest_building_m", "nearest_road_m", "nearest_river_m"]


def exposed_amounts(exposure: pd.DataFrame) -> pd.DataFrame:
    """Return how much is on each candidate or in its reach: a column per kind of object.

    Parameters
    ----------
    exposure : DataFrame
        Amounts of table `hotslope.exposure.tables.EXPOSURE`; what is missing counts as 0.
    """
    return pd.DataFrame(
        {name: exposure[list(columns)].sum(axis=1) for name, columns in _AMOUNTS.items()}
    )


def rank_by_exposure(exposure: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Name what is exposed to each candidate, and order candidates by it.

    Parameters
    ----------
    exposure : DataFrame
        Amounts and distances of table `hotslope.exposure.tables.EXPOSURE`.

    Returns
    -------
    exposed : list of str
        The gravest kind of object on each candidate or in its reach.
    rank : ndarray, int64, shape (n,)
        1 first: by `EXPOSURE_RULE`, then by the distance to the nearest of all; of equal ones the
        earlier row.
    """
    amounts = exposed_amounts(exposure)
    exposed = [
        next((name for name in _AMOUNTS if row[name] > 0), NOTHING)
        for row in amounts.to_dict("records")
    ]
    nearest_m = exposure[_DISTANCES].min(axis=1).fillna(np.inf)
    order = np.lexsort((nearest_m, *(-amounts[name] for name in reversed(_AMOUNTS))))
    rank = np.empty(len(exposure), dtype=np.int64)
    rank[order] = np.arange(1, len(exposure) + 1)
    return exposed, rank
