"""Rows of a Parquet table: those wanted, and whose they are."""

from collections.abc import Iterator
from itertools import pairwise, zip_longest
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hotslope.columns import POINT_ID
from hotslope.errors import InputError

#: Identifiers compared at a time.
_BATCH_ROWS = 65_536


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
    pairs = zip_longest(*(_identifiers(path, rows) for path in (points_path, other_path)))
    if not all(a is not None and b is not None and a.equals(b) for a, b in pairs):
        raise InputError(
            str(other_path), f"does not hold the points of {points_path}", "Delete it and run again"
        )


def _identifiers(path: str | Path, rows: np.ndarray | None) -> Iterator[pa.Array]:
    """Yield the identifiers of a table, some at a time."""
    if rows is not None:
        yield take_rows(path, [POINT_ID], rows).column(POINT_ID).cast(pa.large_string())
        return
    with pq.ParquetFile(path) as table:
        for batch in table.iter_batches(_BATCH_ROWS, columns=[POINT_ID], use_threads=False):
            yield batch.column(POINT_ID).cast(pa.large_string())
