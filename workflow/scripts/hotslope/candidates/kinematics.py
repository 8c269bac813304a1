"""Motion of candidates: down the slope, east and up, from what every track sees of them."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from hotslope.candidates.outlines import points_inside
from hotslope.candidates.point_attributes import mean_line_of_sight
from hotslope.candidates.sense import aspect_of, seen_downslope, slope_of
from hotslope.motion.group_velocity import GroupVelocity, group_velocity
from hotslope.terrain.downslope import downslope_velocity, resolves_downslope
from hotslope.terrain.east_up import decompose_east_up

#: Columns of the line of sight, ground to sensor.
SIGHT_COLUMNS = ["los_east", "los_north", "los_up"]


class TrackReference(NamedTuple):
    """The rate of stable ground of a track, mm/yr, and its mean line of sight."""

    stable_mm_yr: float
    sight: pd.Series


def candidate_motion(
    polygons: np.ndarray,
    gradient: np.ndarray,
    points: dict[str, pd.DataFrame],
    references: dict[str, TrackReference],
    *,
    min_points: int,
    shared_error_mm_yr: float,
    max_condition_number: float,
) -> pd.DataFrame:
    """Turn the line-of-sight velocities of candidates into motion of the ground.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Outlines of the candidates.
    gradient : ndarray, float64, shape (n, 2)
        Mean downslope gradient of the ground below; NaN without terrain.
    points : dict of str to DataFrame
        Per track: `hotslope.candidates.evidence.track_evidence`; points outside all polygons
        may be missing.
    references : dict of str to TrackReference
        Per track, of all its points.
    min_points : int
        A track with fewer points inside is not used.
    shared_error_mm_yr : float
        See `hotslope.motion.group_velocity.group_velocity`.
    max_condition_number : float
        No east and up beyond it: the tracks look alike.

    Returns
    -------
    DataFrame, shape (n, 6 + 2 · tracks)
        `downslope_mm_yr` and `downslope_std_mm_yr` from all tracks that see enough of downslope
        motion; `east_mm_yr`, `east_std_mm_yr`, `up_mm_yr`, `up_std_mm_yr` with north set to 0;
        per track `sensitivity_{track}` (s·l) and `downslope_mm_yr_{track}`. NaN where unknown.

    Notes
    -----
    Velocities are medians less the background and less the track's clipped modal rate, that
    is relative to stable ground: tracks refer to different reference points.
    """
    views = [
        _track_view(polygons, frame, references[track], min_points, shared_error_mm_yr)
        for track, frame in points.items()
    ]
    velocity = np.stack([found.velocity_mm_yr for found, _ in views])
    deviation = np.stack([found.std_mm_yr for found, _ in views])
    slope, aspect = slope_of(gradient), aspect_of(gradient)
    sensitivity = np.stack([seen_downslope(gradient, sight) for _, sight in views])
    seen = np.where(resolves_downslope(slope, sensitivity), sensitivity, np.nan)
    table = pd.DataFrame(_east_up(velocity, deviation, views, max_condition_number))
    downslope, downslope_std = weighted_downslope(velocity, seen, deviation)
    table.insert(0, "downslope_mm_yr", downslope)
    table.insert(1, "downslope_std_mm_yr", downslope_std)
    for row, (track, (_, sight)) in enumerate(zip(points, views, strict=True)):
        table[f"sensitivity_{track}"] = sensitivity[row]
        table[f"downslope_mm_yr_{track}"] = downslope_velocity(
            velocity[row], slope, aspect, _parts(sight)
        )
    return table


def _track_view(
    polygons: np.ndarray,
    points: pd.DataFrame,
    reference: TrackReference,
    min_points: int,
    shared_error_mm_yr: float,
) -> tuple[GroupVelocity, np.ndarray]:
    """Velocity relative to stable ground and line of sight, shape (n, 3), of a track."""
    count = len(polygons)
    polygon, point = points_inside(polygons, points["x_m"].to_numpy(), points["y_m"].to_numpy())
    rate = points["relative_mm_yr"].to_numpy()
    found = group_velocity(
        polygon,
        count,
        rate[point] - reference.stable_mm_yr,
        min_points=min_points,
        shared_error_mm_yr=shared_error_mm_yr,
    )
    sight = mean_line_of_sight(polygon, count, points.iloc[point])
    return found, sight.fillna(reference.sight).to_numpy()


def _east_up(
    velocity: np.ndarray,
    deviation: np.ndarray,
    views: list[tuple[GroupVelocity, np.ndarray]],
    max_condition_number: float,
) -> dict[str, np.ndarray]:
    """East and up with their errors, where the lines of sight separate them."""
    motion = decompose_east_up(velocity, [_parts(sight) for _, sight in views], deviation)
    clear = motion.condition_number <= max_condition_number
    values = {
        "east_mm_yr": motion.east,
        "east_std_mm_yr": np.sqrt(motion.covariance[:, 0, 0]),
        "up_mm_yr": motion.up,
        "up_std_mm_yr": np.sqrt(motion.covariance[:, 1, 1]),
    }
    return {name: np.where(clear, value, np.nan) for name, value in values.items()}


def _parts(sight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return sight[:, 0], sight[:, 1], sight[:, 2]


def weighted_downslope(
    velocity: np.ndarray, seen: np.ndarray, deviation: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Downslope velocity that fits the tracks best, and its standard deviation.

    Parameters
    ----------
    velocity, deviation : ndarray, float64, shape (tracks, n)
        Line-of-sight velocities and their standard deviations; NaN where a track has none.
    seen : ndarray, float64, shape (tracks, n)
        s·l; NaN where a track sees too little of downslope motion.

    Returns
    -------
    velocity, deviation : ndarray, float64, shape (n,)
        Σ a v / σ² over Σ a² / σ² with a = s·l, and 1 / √(Σ a² / σ²); NaN without a track.
    """
    known = np.isfinite(velocity) & np.isfinite(seen) & np.isfinite(deviation)
    weight = np.where(known, seen / deviation**2, 0.0)
    information = (weight * np.where(known, seen, 0.0)).sum(axis=0)
    information = np.where(information > 0, information, np.nan)
    total = (weight * np.where(known, velocity, 0.0)).sum(axis=0)
    return total / information, 1.0 / np.sqrt(information)
