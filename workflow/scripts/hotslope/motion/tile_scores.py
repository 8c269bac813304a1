"""Gi* of a track in parts: what the parts know of the whole, and putting them together."""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hotslope.columns import POINT_ID, VELOCITY, X, Y
from hotslope.files import ROW_GROUP_SIZE, write_arrow, write_json
from hotslope.motion.correction import corrected_p
from hotslope.motion.hotspots import Moments
from hotslope.motion.scores import evaluated_scores
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.rows import Bounds, inside, rows_inside
from hotslope.tiles import grown

_FLOATS = ("centre", "spread")


def write_moments(path: str | Path, moments: Moments) -> None:
    """Write moments of a track; null where it has no points."""
    known = {
        name: None if math.isnan(value) else value for name, value in moments._asdict().items()
    }
    write_json(path, known)


def read_moments(path: str | Path) -> Moments:
    """Read moments of a track; null stands for NaN."""
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    centre, spread = (math.nan if found[key] is None else found[key] for key in _FLOATS)
    return Moments(found["number"], centre, spread)


def write_tile_scores(
    path: str | Path, rows: np.ndarray, z: np.ndarray, p: np.ndarray, neighbours: np.ndarray
) -> None:
    """Write the scores of a tile's points, and their rows in the points table."""
    write_arrow(path, pa.table({"row": rows, "z": z, "p": p, "neighbours": neighbours}))


def score_tile_points(
    points_path: str,
    own_m: Bounds,
    radius_m: float,
    departures: Callable[[pd.DataFrame], np.ndarray],
    scores_path: str,
    *,
    min_neighbours: int,
    moments: Moments,
    threads: int = 1,
) -> None:
    """Write the scores of the points of one tile, from them and those within the radius.

    Parameters
    ----------
    points_path : str
        Points of a track.
    own_m : tuple of float
        Ground of the tile, from `hotslope.tiles.tile_bounds_m`.
    radius_m : float
        Points at this distance or nearer are neighbours, m.
    departures : callable
        Gives what is scored, mm/yr, of points (`x_m`, `y_m`, `velocity_mm_yr`).
    scores_path : str
        Table to write.
    min_neighbours, moments, threads
        As in `hotslope.motion.scores.evaluated_scores`.
    """
    rows = rows_inside(points_path, grown(own_m, radius_m))
    points = POINTS.read(points_path, [X, Y, VELOCITY], rows)
    x, y = points[X].to_numpy(), points[Y].to_numpy()
    z, p, neighbours = evaluated_scores(
        x,
        y,
        departures(points),
        radius_m,
        min_neighbours=min_neighbours,
        moments=moments,
        threads=threads,
    )
    own = inside(x, y, own_m)
    write_tile_scores(scores_path, rows[own], z[own], p[own], neighbours[own])


def gather_tile_scores(
    points_path: str, scores_paths: list[str], target_path: str, correction: str
) -> None:
    """Write the scores of a track from those of its tiles, in the order of the points.

    Parameters
    ----------
    points_path : str
        Points of a track.
    scores_paths : list of str
        What `score_tile_points` wrote of each tile.
    target_path : str
        Table of hot spots to write.
    correction : {"fdr", "none"}
        Correction of p for the number of points evaluated, over all tiles.
    """
    number = pq.read_metadata(points_path).num_rows
    scores = gathered_scores(scores_paths, number, correction)
    HOTSPOTS.write_parts(target_path, beside_points(points_path, scores))


def gathered_scores(paths: list[str], number: int, correction: str) -> dict[str, np.ndarray]:
    """Put the scores of tiles together.

    Parameters
    ----------
    paths : list of str
        From `write_tile_scores`: every point lies in one of them.
    number : int
        Points of the track.
    correction : {"fdr", "none"}
        Correction of p for the number of points evaluated, over all tiles.

    Returns
    -------
    dict of str to ndarray, shape (number,)
        ``z``, ``p``, ``q`` (float64) and ``neighbours`` (int32), in the order of the points.

    Raises
    ------
    ValueError
        Tiles miss points, or hold them twice.
    """
    z, p = np.full(number, np.nan), np.full(number, np.nan)
    neighbours = np.zeros(number, dtype=np.int32)
    seen = 0
    for path in paths:
        tile = pq.read_table(path)
        rows = tile["row"].to_numpy()
        seen += rows.size
        z[rows], p[rows] = tile["z"].to_numpy(), tile["p"].to_numpy()
        neighbours[rows] = tile["neighbours"].to_numpy()
    # Each point is its own neighbour: 0 means that no tile brought it.
    if seen != number or not neighbours.all():
        raise ValueError(f"tiles hold {seen} rows of {number} points, or some twice")
    return {"z": z, "p": p, "q": corrected_p(p, correction), "neighbours": neighbours}


def beside_points(points_path: str, values: dict[str, np.ndarray]) -> Iterator[pd.DataFrame]:
    """Yield values of a track with their point ids, as many at a time as a row group has."""
    count = pq.read_metadata(points_path).num_rows
    for begin in range(0, max(count, 1), ROW_GROUP_SIZE):
        rows = np.arange(begin, min(begin + ROW_GROUP_SIZE, count))
        frame = POINTS.read(points_path, [POINT_ID], rows)
        yield frame.assign(**{name: column[rows] for name, column in values.items()})
