"""First points of the tracks, compared with each other and with the study area."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from pyproj import CRS

from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.points.coordinates import describe
from hotslope.points.slips import other_zone

#: Points farther from the study area than any frame is long, m: nothing of their file is in it.
FAR_M = 500_000.0
#: Share of points with the place and the speed of one of another track that only a copy has.
_COPIED_SHARE = 0.9
_MIN_POINTS = 3
_DEGREE_DECIMALS, _MM_YR_DECIMALS = 6, 3


def refuse_copies(samples: Mapping[str, pd.DataFrame]) -> None:
    """Raise an InputError where two tracks hold the same measurements.

    Parameters
    ----------
    samples : mapping of str to DataFrame
        Track → its first points, with ``lon, lat`` and ``velocity_mm_yr``.
    """
    keys = {name: _keys(points) for name, points in samples.items() if "lon" in points}
    for (first, one), (second, other) in combinations(keys.items(), 2):
        shared = len(one.intersection(other))
        fewest = min(len(one), len(other))
        if fewest >= _MIN_POINTS and shared > _COPIED_SHARE * fewest:
            raise InputError(
                f"tracks.{second}.points",
                f"{shared:,} of its first points have the places and speeds of tracks.{first}: one "
                "measurement, which would confirm itself",
                "Give each track the files of its own pass",
            )


def _keys(points: pd.DataFrame) -> pd.Index:
    """Return place and speed of each point, of either sign: exports differ in theirs."""
    table = points[["lon", "lat"]].round(_DEGREE_DECIMALS)
    table["speed"] = points["velocity_mm_yr"].abs().round(_MM_YR_DECIMALS)
    return pd.MultiIndex.from_frame(table.drop_duplicates())


def refuse_far(name: str, points: pd.DataFrame, bounds_m: Bounds, crs: CRS) -> None:
    """Raise an InputError where the first points of a track lie nowhere near the study area."""
    if not len(points):
        return
    x, y = points["x_m"].to_numpy(), points["y_m"].to_numpy()
    xmin, ymin, xmax, ymax = bounds_m
    east = np.maximum(np.maximum(xmin - x, x - xmax), 0.0)
    north = np.maximum(np.maximum(ymin - y, y - ymax), 0.0)
    if (np.hypot(east, north) > FAR_M).all():
        covered = describe((x.min(), y.min(), x.max(), y.max()))
        hint = other_zone(bounds_m, crs, points["lon"].to_numpy(), points["lat"].to_numpy())
        raise InputError(
            f"tracks.{name}, {points.attrs['place']}",
            f"the first points cover {covered} in {crs.to_string()}, nowhere near the study area "
            f"{describe(bounds_m)}{'; ' + hint if hint else ''}",
            "Correct study_area.crs, study_area.bounds_m or the path of the points",
        )
