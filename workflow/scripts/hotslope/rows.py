"""Rows of a Parquet table: those of a place, those wanted, and whose they are."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hotslope.columns import POINT_ID, X, Y
from hotslope.errors import InputError

#: West, south, east and north, m.
Bounds = tuple[float, float, float, float]


def inside(x_m: np.ndarray, y_m: np.ndarray, bounds_m: Bounds) -> np.ndarray:
    """Whether points lie within bounds, west and south included; bool, shape (points,)."""
    west, south, east, north = bounds_m
    return (x_m >= west) & (x_m < east) & (y_m >= south) & (y_m < north)


def rows_inside(path: str | Path, bounds_m: Bounds) -> np.ndarray:
    """Rows of a points table that lie within bounds.

    Parameters
    ----------
    path : str or Path
        Parquet file with `x_m` and `y_m`.
    bounds_m : tuple of float
        West, south, east, north, m.

    Returns
    -------
    ndarray of int64, shape (rows,)
        Ascending.

    Notes
    -----
    Points lie in the file along a space-filling curve, so that most row groups lie wholly
    outside a tile: their statistics say so, and they are not read.
    """
    found = [np.zeros(0, dtype=np.int64)]
    with pq.ParquetFile(path) as table:
        begin = 0
        for number in range(table.num_row_groups):
            group = table.metadata.row_group(number)
            if _may_meet(group, bounds_m):
                place = table.read_row_group(number, [X, Y])
                near = inside(place[X].to_numpy(), place[Y].to_numpy(), bounds_m)
                found.append(begin + np.flatnonzero(near))
            begin += group.num_rows
    return np.concatenate(found)


def _may_meet(group: pq.RowGroupMetaData, bounds_m: Bounds) -> bool:
    """Whether the extremes of a row group's coordinates leave open that it meets bounds."""
    west, south, east, north = bounds_m
    limits = {X: (west, east), Y: (south, north)}
    for number in range(group.num_columns):
        column = group.column(number)
        low, high = limits.get(column.path_in_schema, (-np.inf, np.inf))
        if np.isfinite([low, high]).any() and column.is_stats_set:
            extremes = column.statistics
            if extremes.has_min_max and (extremes.max < low or extremes.min >= high):
                return False
    return True


def take_rows(path: str | Path, columns: list[str] | None, rows: np.ndarray) -> pa.Table:
    """Read some rows of a Parquet file, row group by row group.

    Parameters
    ----------
    path : str or Path
        Parquet file.
    columns : list of str or None
        What to read; None reads every column.
    rows : ndarray of int64
        Ascending.

    Returns
    -------
    Table
        The rows in their order.
    """
    with pq.ParquetFile(path) as table:
        sizes = [table.metadata.row_group(k).num_rows for k in range(table.num_row_groups)]
        starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        edges = np.searchsorted(rows, starts)
        parts = [
            table.read_row_group(k, columns).take(pa.array(rows[begin:end] - starts[k]))
            for k, (begin, end) in enumerate(pairwise(edges))
            if end > begin
        ]
        schema = table.schema_arrow
    if columns is not None:
        schema = pa.schema([schema.field(name) for name in columns if name in schema.names])
    return pa.concat_tables(parts) if parts else schema.empty_table()


def check_same_points(
    points_path: str | Path, other_path: str | Path, rows: np.ndarray | None = None
) -> None:
    """Refuse a table that does not hold the points of its track, one row for each in their order.

    Parameters
    ----------
    points_path, other_path : str or Path
        Parquet files with `point_id`.
    rows : ndarray of int64, optional
        The rows that are looked at, ascending; all where not given.

    Raises
    ------
    InputError
        The two files differ in their points.
    """
    points, others = (_identifiers(path, rows) for path in (points_path, other_path))
    if not points.equals(others):
        raise InputError(
            str(other_path), f"does not hold the points of {points_path}", "Delete it and run again"
        )


def _identifiers(path: str | Path, rows: np.ndarray | None) -> pa.ChunkedArray:
    table = (
        pq.read_table(path, columns=[POINT_ID])
        if rows is None
        else take_rows(path, [POINT_ID], rows)
    )
    return table.column(POINT_ID).cast(pa.large_string())
