"""Reading the points near candidates, for their stability."""

from typing import Any

import numpy as np
import pandas as pd

from hotslope.candidates.gate import gate_scores
from hotslope.candidates.inputs import read_background
from hotslope.candidates.stability import rows_around
from hotslope.columns import VELOCITY, X, Y
from hotslope.motion.rate import point_density_per_m2
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.rows import check_same_points


def read_density_per_m2(points_path: str) -> float:
    """Read how many points a track has per m² of covered ground."""
    points = POINTS.read_numbers(points_path, [X, Y])
    return point_density_per_m2(points[X].to_numpy(), points[Y].to_numpy())


def read_near(
    points_path: str,
    background_path: str,
    gate_path: str | None,
    near: tuple[np.ndarray, float],
    **options: Any,
) -> tuple[int, np.ndarray, pd.DataFrame]:
    """Read the points within reach of polygons, with the gate's scores, from west to east.

    Also returns how many points the track has, and which of them, counted from west to east,
    these are. Without a file of the gate, all points are scored here with its `options`.
    """
    points = POINTS.read_numbers(points_path, [X, Y, VELOCITY])
    rate = points[VELOCITY].to_numpy() - read_background(background_path, points)
    points = points[[X, Y]].assign(relative_mm_yr=rate)
    if gate_path is None:
        points = gate_scores(points, **options)
    order = np.argsort(points[X].to_numpy(), kind="stable")
    x, y = points[X].to_numpy()[order], points[Y].to_numpy()[order]
    wanted = rows_around(x, y, *near)
    rows = order[wanted]
    frame = points.iloc[rows]
    if gate_path is not None:
        ascending = np.sort(rows)
        check_same_points(points_path, gate_path, ascending)
        scores = HOTSPOTS.read(gate_path, ["z", "q"], ascending)
        scores = scores.iloc[np.searchsorted(ascending, rows)].set_index(frame.index)
        frame = frame.assign(z=scores["z"], q=scores["q"])
    return len(points), wanted, frame
