"""Parquet files, and batches of any file that may turn out damaged."""

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq

from hotslope.errors import InputError
from hotslope.points.archives import require_file

#: Rows of a batch.
BATCH_ROWS = 65_536


@contextmanager
def open_parquet(path: str) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file, or raise an InputError."""
    require_file(path)
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(path, f"no readable Parquet ({error})", "Export it again") from None
    with file:
        yield file


def undamaged(
    batches: Iterator[pa.RecordBatch], place: str, rows: int = 0
) -> Iterator[pa.RecordBatch]:
    """Yield the batches; content that cannot be unpacked becomes an InputError.

    So do fewer rows than the `rows` that the file says it holds: GDAL ends at a damaged page of
    a GeoPackage, or where the table of a Shapefile is cut short, as if all had been read.
    """
    read = 0
    try:
        for batch in batches:
            read += batch.num_rows
            yield batch
    except (pa.ArrowException, OSError) as error:
        raise InputError(place, f"the file is damaged ({error})", "Export it again") from None
    if read < rows:
        raise InputError(
            place,
            f"the file is damaged: {read:,} of its {rows:,} points can be read",
            "Copy it with all its parts, or export it again",
        )
