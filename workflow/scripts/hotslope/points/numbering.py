"""Identifiers of points whose file has none: the row in the file."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from hotslope.points.collection import Collection, collect
from hotslope.points.coordinates import Window
from hotslope.points.layouts import Layout

_ROW_ID = "__row"


def collect_with_ids(
    batches: Iterator[pa.RecordBatch],
    layout: Layout,
    window: Window,
    first_line: int,
    most: int | None,
) -> Collection:
    """Collect; points without identifier are named by their row in the file."""
    if "point_id" in layout.columns:
        return collect(batches, layout, window, first_line, most)
    named = replace(layout, columns={"point_id": _ROW_ID, **layout.columns})
    numbered = _with_row_numbers(batches, Path(layout.place).stem)
    return collect(numbered, named, window, first_line, most)


def _with_row_numbers(batches: Iterator[pa.RecordBatch], stem: str) -> Iterator[pa.RecordBatch]:
    start = 1
    for batch in batches:
        numbers = range(start, start + batch.num_rows)
        start += batch.num_rows
        yield batch.append_column(_ROW_ID, pa.array([f"{stem}:{number}" for number in numbers]))
