"""Points as GeoParquet: the points table, its series and a geometry in one file."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from pyproj import CRS

from hotslope.columns import epoch_column

#: Fields of the column of boxes.
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])


def point_wkb(x_m: np.ndarray, y_m: np.ndarray) -> pa.Array:
    """Return points as little-endian WKB, an Arrow binary array."""
    records = np.empty(len(x_m), dtype=_POINT)
    records["order"] = 1
    records["type"] = 1
    records["x"] = x_m
    records["y"] = y_m
    offsets = (np.arange(len(x_m) + 1, dtype=np.int64) * _POINT.itemsize).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(records.tobytes())]
    return pa.BinaryArray.from_buffers(pa.binary(), len(x_m), buffers)


def points_table(
    points: pd.DataFrame,
    displacement_mm: np.ndarray,
    dates: Sequence[dt.date],
    crs: CRS,
    metadata: Mapping[str, str],
) -> pa.Table:
    """Return an Arrow table ready to be written as GeoParquet.

    Parameters
    ----------
    points : DataFrame
        The points table, checked.
    displacement_mm : ndarray, shape (points, epochs)
        Becomes one float32 column per epoch, null where NaN.
    dates : sequence of datetime.date
        Acquisitions.
    crs : pyproj.CRS
        Of ``x_m, y_m`` and the geometry.
    metadata : mapping of str to str
        Further metadata of the file.

    References
    ----------
    OGC GeoParquet 1.1.0, https://geoparquet.org/releases/v1.1.0/
    """
    arrays: dict[str, pa.Array] = {
        name: pa.array(points[name], from_pandas=True) for name in points.columns
    }
    arrays["point_id"] = pa.array(points["point_id"], type=pa.string())
    for index, date in enumerate(dates):
        column = np.ascontiguousarray(displacement_mm[:, index], dtype=np.float32)
        arrays[epoch_column(date)] = pa.array(column, from_pandas=True)
    x_m, y_m = points["x_m"].to_numpy(), points["y_m"].to_numpy()
    arrays["geometry"] = point_wkb(x_m, y_m)
    arrays["bbox"] = _boxes(x_m, y_m)
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": ["Point"],
                "crs": crs.to_json_dict(),
                "bbox": _bbox(x_m, y_m),
                "covering": {"bbox": {corner: ["bbox", corner] for corner in _CORNERS}},
            }
        },
    }
    table = pa.table(arrays)
    return table.replace_schema_metadata({**metadata, "geo": json.dumps(geo)})


def _boxes(x_m: np.ndarray, y_m: np.ndarray) -> pa.StructArray:
    """Return a box about each point, by whose statistics readers skip parts of a file.

    Of float32, as the standard allows, and so a metre wide at most: half of the bytes.
    """
    arrays = []
    for values, towards in ((x_m, -np.inf), (y_m, -np.inf), (x_m, np.inf), (y_m, np.inf)):
        nearest = values.astype(np.float32)
        inside = (nearest > values) if towards < 0 else (nearest < values)
        outward = np.nextafter(nearest, np.float32(towards))
        arrays.append(pa.array(np.where(inside, outward, nearest)))
    return pa.StructArray.from_arrays(arrays, names=list(_CORNERS))


def _bbox(x_m: np.ndarray, y_m: np.ndarray) -> list[float]:
    if len(x_m) == 0:
        return [0.0, 0.0, 0.0, 0.0]
    return [float(x_m.min()), float(y_m.min()), float(x_m.max()), float(y_m.max())]
