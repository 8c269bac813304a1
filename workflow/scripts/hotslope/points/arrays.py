"""From whole arrays of points to a collection, clipped and ordered in time."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from hotslope.errors import InputError
from hotslope.points.acquisitions import check_epochs, dated_epochs
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window, check_extent, refuse_unlocated
from hotslope.points.layouts import Layout
from hotslope.points.stand_ins import refuse_in_arrays


def collect_arrays(
    place: str,
    points: pd.DataFrame,
    displacement_mm: np.ndarray,
    dates: Sequence[dt.date],
    crs: str,
    window: Window,
    key: str = "the order of lon and lat",
) -> Collection:
    """Gather the points of a file that lie in the window, read as a whole.

    Parameters
    ----------
    place : str
        The file or files, as messages name them.
    points : DataFrame
        Columns of the points table, ``lon, lat`` in `crs`.
    displacement_mm : ndarray, shape (points, epochs)
        NaN where missing; of any order in time.
    dates : sequence of datetime.date
        Acquisitions, in the order of the columns.
    crs : str
        Geographic CRS.
    window : Window
        What to keep.
    key : str
        What a user corrects swapped coordinates by.
    """
    order = sorted(range(len(dates)), key=dates.__getitem__)
    epochs = dated_epochs([dates[index] for index in order], place)
    check_epochs(epochs, place)
    if not len(points):
        raise InputError(place, "the file holds no points", "Export it again")
    lon, lat = points["lon"].to_numpy(), points["lat"].to_numpy()
    refuse_unlocated(lon, lat, ("lon", "lat"), place, 1)
    lon = window.unrolled(lon)
    extent = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    check_extent(extent, crs, place, key)
    xmin, ymin, xmax, ymax = window.box(crs)
    inside = (lon >= xmin) & (lon <= xmax) & (lat >= ymin) & (lat <= ymax)
    layout = Layout(place, {name: name for name in points.columns}, epochs, {}, crs, key)
    with np.errstate(over="ignore"):  # an infinite value is refused with its point
        series = np.asfortranarray(displacement_mm[inside][:, order], dtype=np.float32)
    kept = points[inside].reset_index(drop=True)
    refuse_in_arrays(kept, series, list(epochs), place)
    return Collection(kept, series, layout, crs, extent, len(points))
