"""From record batches of a file to arrays, clipped on the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hotslope.errors import InputError
from hotslope.points.coordinates import (
    Bounds,
    Window,
    check_extent,
    in_degrees,
    refuse_unlocated,
)
from hotslope.points.epoch_columns import empty_epochs
from hotslope.points.layouts import Layout
from hotslope.points.stand_ins import (
    DOUBTFUL,
    LEAST_STAND_IN,
    MOTION,
    STAND_INS,
    refuse_isolated,
    refuse_stand_ins,
)


@dataclass(frozen=True)
class Collection:
    """The points of one file.

    Parameters
    ----------
    points : DataFrame
        Columns of the points table that the file gives, float64 but for ``point_id``;
        coordinates in `crs`.
    displacement_mm : ndarray, float32, shape (points, epochs)
        NaN where missing.
    layout : Layout
        What the file's columns are.
    crs : str
        CRS of the coordinates; empty where it is unknown.
    extent : tuple of float
        Bounds of all points of the file in `crs`, kept or not.
    read : int
        Number of points in the file, kept or not; of a raster product, cells of the rows and
        columns that were read.
    left_out : dict of str to int
        Reason → cells of a raster product that hold no point.
    """

    points: pd.DataFrame
    displacement_mm: np.ndarray
    layout: Layout
    crs: str
    extent: Bounds
    read: int
    left_out: dict[str, int] = field(default_factory=dict)


def column_types(layout: Layout) -> dict[str, pa.DataType]:
    """Return file column → Arrow type of what is read of a text file."""
    types: dict[str, pa.DataType] = {name: pa.float32() for name in layout.epochs}
    for schema_name, name in layout.columns.items():
        types[name] = pa.string() if schema_name == "point_id" else pa.float64()
    return types


def collect(
    batches: Iterable[pa.RecordBatch],
    layout: Layout,
    window: Window,
    first_line: int = 1,
    most: int | None = None,
) -> Collection:
    """Gather the points of a file that lie in the window.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        With the columns that the layout names.
    layout : Layout
        What they are.
    window : Window
        What to keep.
    first_line : int
        Line or row number of the first point, for messages.
    most : int, optional
        Stop after so many points read.

    Raises
    ------
    InputError
        No rows, missing or infinite coordinates, or coordinates that cannot be what they
        are said to be.

    Notes
    -----
    Batches are clipped as they come, and made arrays all at once: batches of wide rows are
    short, and a call per batch and column takes longer than what it does.
    """
    crs = layout.crs or ("" if window.crs is None else window.crs.to_string())
    box = window.box(crs)
    kept = []
    extent = np.array([np.inf, np.inf, -np.inf, -np.inf])
    degrees = in_degrees(crs)
    names = (layout.columns[layout.coordinates[0]], layout.columns[layout.coordinates[1]])
    schema = pa.schema(list(column_types(layout).items()))
    read = 0
    for batch in batches:
        if batch.num_rows == 0:
            continue
        batch = _typed(batch, schema, layout.place)
        x, y = (_numbers(batch, name, layout) for name in names)
        refuse_unlocated(x, y, names, layout.place, first_line + read)
        if degrees:
            x = window.unrolled(x)
        extent[:2] = np.minimum(extent[:2], (x.min(), y.min()))
        extent[2:] = np.maximum(extent[2:], (x.max(), y.max()))
        read += batch.num_rows
        inside = (x >= box[0]) & (y >= box[1]) & (x <= box[2]) & (y <= box[3])
        kept.append(batch if inside.all() else batch.filter(pa.array(inside)))
        if most is not None and read >= most:
            break
    if read == 0:
        raise InputError(layout.place, "the file holds no points", "Export it again")
    bounds = (float(extent[0]), float(extent[1]), float(extent[2]), float(extent[3]))
    check_extent(bounds, crs, layout.place, layout.key)
    table = pa.Table.from_batches(kept)
    return Collection(
        _frame(table, layout), _displacement(table, layout), layout, crs, bounds, read
    )


def _typed(batch: pa.RecordBatch, schema: pa.Schema, place: str) -> pa.RecordBatch:
    """Return the columns of a schema, in its types.

    A text is read in these, but a Parquet file or a layer holds what it likes.
    """
    if batch.schema.equals(schema):
        return batch
    arrays = [_cast(batch.column(field.name), field, place) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _cast(column: pa.Array, field: pa.Field, place: str) -> pa.Array:
    """Return a column in the type of a field; refuse what has no such value."""
    if column.type == field.type:
        return column
    try:
        return column.cast(field.type, safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        wanted = "text" if pa.types.is_string(field.type) else "number"
        raise InputError(
            f"{place}, column {field.name}",
            f"{_first_text(column)!r} is no {wanted}",
            "Correct the column or its type",
        ) from None


def _frame(table: pa.Table, layout: Layout) -> pd.DataFrame:
    columns: dict[str, object] = {}
    for schema_name, name in layout.columns.items():
        if schema_name == "point_id":
            columns[schema_name] = pc.utf8_trim_whitespace(table.column(name)).to_pandas()
        else:
            factor = layout.factors.get(schema_name, 1.0)
            values = _numbers(table, name, layout)
            if schema_name in MOTION:
                refuse_stand_ins(values, name, layout.place, STAND_INS + DOUBTFUL)
            columns[schema_name] = values * factor
    return pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))


def _displacement(table: pa.Table, layout: Layout) -> np.ndarray:
    values = empty_epochs(table.num_rows, len(layout.epochs))
    factor = np.float32(layout.factors.get("displacement", 1.0))
    suspected = False
    for column, name in zip(values.T, layout.epochs, strict=True):
        column[:] = _numbers(table, name, layout)
        suspected |= bool(np.nanmax(np.abs(column), initial=0.0) >= LEAST_STAND_IN)
    if suspected:
        for column, name in zip(values.T, layout.epochs, strict=True):
            refuse_stand_ins(column, name, layout.place)
        refuse_isolated(values, list(layout.epochs), layout.place)
    if factor != 1.0:
        values *= factor
    return values


def _numbers(table: pa.RecordBatch | pa.Table, name: str, layout: Layout) -> np.ndarray:
    """Return a column as floats, NaN where null."""
    floats = table.column(name).to_numpy(zero_copy_only=False)
    return missing_to_nan(floats, layout.missing)


def missing_to_nan(values: np.ndarray, missing: Sequence[float]) -> np.ndarray:
    """Return floats with NaN in place of numbers that mark missing values."""
    if not missing:
        return values
    gaps = np.isin(values, np.asarray(missing, dtype=values.dtype))
    return np.where(gaps, values.dtype.type(np.nan), values) if gaps.any() else values


def _first_text(column: pa.Array) -> str:
    texts = pc.drop_null(column).to_pylist()
    for text in texts:
        try:
            float(text)
        except (TypeError, ValueError):
            return str(text)
    return str(column.type)
