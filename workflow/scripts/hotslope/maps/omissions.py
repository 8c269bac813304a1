"""What was left out of a run, and why."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from hotslope.columns import VELOCITY, X, Y
from hotslope.maps.names import counted
from hotslope.points.left_out import LeftOut

#: Reasons to leave out cells of rasters, as the summary of a track names them.
_CELLS = {"masked": "masked", "no_data": "without data", "all_zero": "of which all is 0"}


def describe_points_left_out(track: str, summary: Mapping[str, Any]) -> list[str]:
    """Say which points of a track were not used, and why.

    Parameters
    ----------
    track : str
    summary : mapping
        Content of ``{track}_summary.json``.
    """
    lines = [
        f"{count:,} of {summary['points_read']:,} cells or points {_CELLS[reason]}"
        for reason, count in summary["cells_left_out"].items()
        if count
    ]
    lines += LeftOut.of_summary(summary).sentences()
    losses = summary["coherence_filter"]
    if losses["dropped"]:
        lines.append(
            f"{counted(losses['dropped'], 'point')} below coherence {losses['min_coherence']:g} "
            f"(points.min_coherence), {losses['fast_dropped']:,} of them at "
            f"{losses['fast_threshold_mm_yr']:g} mm/yr or more"
        )
    return [f"{track}: {line}" for line in lines]


def describe_moving_outside(
    track: str, points: pd.DataFrame, outlines: np.ndarray, threshold_mm_yr: float
) -> list[str]:
    """Say how many moving points of a track lie in no candidate, and where the fastest is.

    Parameters
    ----------
    track : str
    points : DataFrame
        `x_m`, `y_m`, `velocity_mm_yr`.
    outlines : ndarray of shapely geometries
        Of all candidates, in the CRS of the points.
    threshold_mm_yr : float
        Speed from which a point counts as moving.
    """
    moving = points[points[VELOCITY].abs() >= threshold_mm_yr]
    places = shapely.points(moving[X], moving[Y])
    inside = np.unique(shapely.STRtree(outlines).query(places, predicate="intersects")[0])
    outside = moving.drop(moving.index[inside])
    if outside.empty:
        return []
    fastest = outside.iloc[int(np.argmax(outside[VELOCITY].abs()))]
    return [
        f"{track}: {len(outside):,} of {counted(len(moving), 'point')} at {threshold_mm_yr:g} "
        f"mm/yr or more are in no candidate; the fastest, {fastest[VELOCITY]:+.1f} mm/yr, is at "
        f"{fastest[X]:.0f}, {fastest[Y]:.0f} m"
    ]


def describe_omissions(
    factors: Mapping[str, Any], labels: Mapping[str, Any] | None, models: list[str]
) -> list[str]:
    """Say what was left out of the run, and why.

    Parameters
    ----------
    factors : mapping
        Content of ``factors.json``.
    labels : mapping or None
        Content of ``labels.json``; None where nothing is learnt.
    models : list of str
    """
    lines = [f"factor {name}: {why}" for name, why in factors.get("dropped", {}).items()]
    tracks = factors.get("season_not_separable", [])
    if tracks:
        lines.append(
            f"seasonal motion of {', '.join(tracks)}: the series are too short to separate it"
        )
    if labels and labels.get("reason_not_to_learn"):
        lines.append(f"models: {labels['reason_not_to_learn']}")
    elif not models:
        lines.append("models: no inventory, or none named in the config")
    return lines
