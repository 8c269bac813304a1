"""Points, joined with what was computed for them."""

from collections.abc import Sequence

import pandas as pd

from hotslope.columns import X, Y
from hotslope.points.tables import POINTS
from hotslope.rows import check_same_points
from hotslope.schemas import Table


def read_points_with(
    points_path: str,
    found: Table,
    found_path: str,
    columns: list[str],
    point_columns: Sequence[str] = (X, Y),
) -> pd.DataFrame:
    """Read where the points of a track lie, and numbers that were computed for them.

    Parameters
    ----------
    points_path : str
        Points table of the track.
    found, found_path : Table, str
        Table of the same points, and its file.
    columns : list of str
        Which of its columns are wanted.
    point_columns : sequence of str
        Which columns of the points are wanted.

    Returns
    -------
    DataFrame
        Columns of the points, then of the other table, in the order of the points.

    Raises
    ------
    InputError
        The two tables do not hold the same points in the same order.
    """
    points = POINTS.read_numbers(points_path, list(point_columns))
    numbers = found.read_numbers(found_path, columns)
    check_same_points(points_path, found_path)
    return pd.concat([points, numbers], axis=1)
