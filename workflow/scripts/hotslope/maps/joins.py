"""Points and what was found out about them, side by side."""

import pandas as pd

from hotslope.columns import X, Y
from hotslope.points.tables import POINTS
from hotslope.rows import check_same_points
from hotslope.schemas import Table


def read_points_with(
    points_path: str, found: Table, found_path: str, columns: list[str]
) -> pd.DataFrame:
    """Read where the points of a track lie, and numbers that were found out about them.

    Parameters
    ----------
    points_path : str
        Points table of the track.
    found, found_path : Table, str
        Table of the same points, and its file.
    columns : list of str
        Which of its columns are wanted.

    Returns
    -------
    DataFrame
        `x_m`, `y_m` and the columns, in the order of the points.

    Raises
    ------
    InputError
        The two tables do not hold the same points in the same order.
    """
    points = POINTS.read_numbers(points_path, [X, Y])
    numbers = found.read_numbers(found_path, columns)
    check_same_points(points_path, found_path)
    return pd.concat([points, numbers], axis=1)
