"""What the web map shows, as texts of JavaScript that call ``hotslope.receive``.

A page opened from a disk may not fetch files, but may load scripts. Every text is a call with
JSON in ASCII, so it holds no markup, and no name of the study area can end it.
"""

import base64
import json
from typing import Any

import numpy as np
import pandas as pd
import shapely

from hotslope.change.tables import NOT_MEASURED
from hotslope.columns import CANDIDATE_ID
from hotslope.maps.series import trend_groups

#: Candidates whose series one file holds.
SERIES_BLOCK = 25
#: Decimals of coordinates, m, and of displacements, mm.
_DECIMALS = 1
#: Significant digits of attributes.
_DIGITS = 6
#: What the page says of a change of rate.
_CHANGE = (
    "level", "track", "rate_before_mm_yr", "change_mm_yr", "change_std_mm_yr", "p_noise_change",
    "window_begin", "window_end", "motion", "onset", "onset_low", "onset_high",
)  # fmt: skip


def receive(kind: str, *values: Any) -> str:
    """Return a call of the page's ``hotslope.receive``."""
    texts = [json.dumps(value, separators=(",", ":"), allow_nan=False) for value in values]
    return f"hotslope.receive({','.join([json.dumps(kind), *texts])});\n"


def columns_of(table: pd.DataFrame) -> list[list[Any]]:
    """Return the columns of a table as lists; None where a value is missing."""
    return [[_plain(value) for value in table[name].tolist()] for name in table.columns]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None
    if value is None or value is pd.NA:
        return None
    return value


def outline(geometry: shapely.Geometry, origin_m: tuple[float, float]) -> list[list[list[float]]]:
    """Return polygons of rings of coordinates, x, y, x, y, …, m from the origin."""
    return [
        [
            np.round(shapely.get_coordinates(ring) - origin_m, _DECIMALS).ravel().tolist()
            for ring in shapely.get_rings(part)
        ]
        for part in shapely.get_parts(geometry)
    ]


def series_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the series of one candidate: a record per track and group of trends."""
    return [
        {
            "track": track,
            "trend": trend,
            "points": int(group["n_points"].max()),
            "dates": group["date"].tolist(),
            "mean": np.round(group["mean_mm"], _DECIMALS).tolist(),
            "std": np.round(group["std_mm"], _DECIMALS).tolist(),
        }
        for (track, trend), group in table.groupby(["track", "trend"], sort=False)
    ]


def changes_of(change: pd.DataFrame, series: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return what the page shows of each change that was measured, by candidate.

    Parameters
    ----------
    change : DataFrame
        Rows of `hotslope.change.tables.CHANGE`.
    series : DataFrame
        Rows of `hotslope.change.tables.DIFFERENCES`; those of the track of each change are taken.
    """
    of_track = dict(list(series.groupby([CANDIDATE_ID, "track"], sort=False)))
    found = {}
    for row in change[change["level"] != NOT_MEASURED].to_dict("records"):
        own = of_track[row[CANDIDATE_ID], row["track"]]
        found[row[CANDIDATE_ID]] = {
            **{name: _plain(row[name]) for name in _CHANGE},
            "dates": own["date"].tolist(),
            "values": np.round(own["difference_mm"], _DECIMALS).tolist(),
        }
    return found


def packed(*columns: np.ndarray) -> str:
    """Return columns of numbers, one after the other, in base64."""
    return base64.b64encode(b"".join(column.tobytes() for column in columns)).decode("ascii")


def point_codes(trend: np.ndarray, hotspots: pd.DataFrame, significance: float) -> np.ndarray:
    """Return what a point is, in one byte.

    Parameters
    ----------
    trend : ndarray of int, shape (points,)
        Codes -1 (not separable), 0 (uncorrelated), 1 (linear), 2 to 5 (non-linear).
    hotspots : DataFrame
        `z` and `q` of the points.
    significance : float
        Points with `q` up to this are hot or cold spots.

    Returns
    -------
    ndarray of uint8, shape (points,)
        Group of `trend_groups`, plus 4 for a hot spot, 8 for a cold one, 12 where not evaluated.
    """
    z, q = hotspots["z"].to_numpy(), hotspots["q"].to_numpy()
    spot = np.select([np.isnan(z), (q <= significance) & (z > 0), q <= significance], [12, 4, 8], 0)
    return (trend_groups(trend) + spot).astype(np.uint8)
