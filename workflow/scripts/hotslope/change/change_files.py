"""Reading of what changes of candidates are measured from, one track at a time."""

import datetime as dt
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
import shapely

from hotslope.change.surroundings import MIN_POINTS, Members, difference_series, members_of
from hotslope.columns import epoch_columns, epoch_date
from hotslope.motion.noise_models import NoiseModel
from hotslope.motion.rate_errors import quiet_ground
from hotslope.motion.track_files import read_rates
from hotslope.rows import take_rows


class TrackGround(NamedTuple):
    """Places of the points of a track, and which of them are quiet."""

    x: np.ndarray
    y: np.ndarray
    quiet: np.ndarray


def read_ground(
    points_path: str, background_path: str | None, error_summary_path: str
) -> TrackGround:
    """Read where the points of a track lie, and which of them are quiet ground."""
    x, y, rate_mm_yr = read_rates(points_path, background_path)
    summary = json.loads(Path(error_summary_path).read_text(encoding="utf-8"))
    return TrackGround(x, y, quiet_ground(rate_mm_yr, bool(summary["most_moves"])))


def read_dates(points_path: str) -> list[dt.date]:
    """Read the acquisitions of a track."""
    return [epoch_date(name) for name in epoch_columns(pq.read_schema(points_path).names)]


def read_noise_correlation(trends_summary_path: str, days: np.ndarray) -> np.ndarray | None:
    """Return the mean correlation of the noise of a track, shape (epochs, epochs).

    None where its noise is not known, because it has too few epochs.
    """
    summary = json.loads(Path(trends_summary_path).read_text(encoding="utf-8"))
    noise = summary["noise"]
    if noise is None or not noise["classes"]:
        return None
    parts = [
        each["share"] * NoiseModel.described(each, noise["lag_days"]).correlation(days)
        for each in noise["classes"]
    ]
    return np.sum(parts, axis=0) / sum(each["share"] for each in noise["classes"])


def read_differences(
    points_path: str,
    ground: TrackGround,
    bodies: np.ndarray,
    others: shapely.Geometry,
    ring_m: tuple[float, float],
) -> tuple[np.ndarray, list[Members]]:
    """Read the series of bodies less those of their surroundings.

    Parameters
    ----------
    points_path : str
        Points of the track.
    ground : TrackGround
        The same points.
    bodies : ndarray of shapely geometry, shape (bodies,)
    others : shapely geometry
        All outlines, which are no surroundings.
    ring_m : tuple of float
        See `hotslope.change.surroundings.members_of`.

    Returns
    -------
    series_mm : ndarray, float64, shape (bodies, epochs)
        All NaN where a body has too few points inside or around.
    members : list of Members
        Of each body.
    """
    epochs = epoch_columns(pq.read_schema(points_path).names)
    shapely.prepare(others)
    members = [
        members_of(body, others, ground.x, ground.y, ground.quiet, ring_m) for body in bodies
    ]
    rows = np.unique(np.concatenate([np.zeros(0, np.int64), *(np.concatenate(m) for m in members)]))
    table = take_rows(points_path, epochs, rows)
    displacement_mm = np.empty((rows.size, len(epochs)), dtype=np.float32)
    for number, name in enumerate(epochs):
        displacement_mm[:, number] = table.column(name).to_numpy()
    series_mm = np.full((len(members), len(epochs)), np.nan)
    days = np.array([epoch_date(name).toordinal() for name in epochs], dtype=np.float64)
    for number, each in enumerate(members):
        if min(each.inside.size, each.around.size) < MIN_POINTS:
            continue
        place = np.searchsorted(rows, np.concatenate(each))
        inside = np.arange(place.size) < each.inside.size
        own_mm = displacement_mm[place].astype(np.float64)
        series_mm[number] = difference_series(own_mm, inside, days)
    return series_mm, members
