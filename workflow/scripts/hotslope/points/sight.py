"""Line of sight of points: from the file, or from the angles of the track."""

import numpy as np
import pandas as pd

from hotslope.errors import InputError
from hotslope.terrain.sight import line_of_sight

_PARTS = ("los_east", "los_north", "los_up")


def add_line_of_sight(
    points: pd.DataFrame, incidence_deg: float | None, heading_deg: float | None
) -> str:
    """Fill ``incidence_deg`` and the unit vector in place; return where they are from.

    Parameters
    ----------
    points : DataFrame
        What the file gives; the vector of the file stands, else incidence of the file, else
        the angles of the config.
    incidence_deg, heading_deg : float or None
        Of the track; heading clockwise from north.

    Returns
    -------
    {"file", "config", "none"}
    """
    if "los_up" in points:
        if "incidence_deg" not in points:
            points["incidence_deg"] = np.degrees(np.arccos(points["los_up"].clip(-1, 1)))
        return "file"
    if "incidence_deg" not in points:
        points["incidence_deg"] = np.nan if incidence_deg is None else float(incidence_deg)
    if heading_deg is None or points["incidence_deg"].isna().all():
        for name in _PARTS:
            points[name] = np.nan
        return "none"
    vector = line_of_sight(points["incidence_deg"].to_numpy(), heading_deg)
    for name, values in zip(_PARTS, vector, strict=True):
        points[name] = values
    return "config"


def check_pass(
    pass_direction: str, heading_deg: float | None, los_east: float | None, key: str
) -> None:
    """Raise an InputError where the pass contradicts the heading or the line of sight.

    Parameters
    ----------
    pass_direction : {"ascending", "descending"}
        As configured.
    heading_deg : float or None
        Flight direction clockwise from north; ascending flies north.
    los_east : float or None
        Median east part of the vector ground to sensor of a right-looking sensor, which
        stands in the west of the scene when it ascends.
    key : str
        Config key of the track.
    """
    ascending = pass_direction == "ascending"
    flight = "north" if heading_deg is not None and np.cos(np.radians(heading_deg)) > 0 else "south"
    if heading_deg is not None and (flight == "north") != ascending:
        raise InputError(
            f"{key}.heading_deg",
            f"{heading_deg} flies {flight}, but pass is {pass_direction}",
            "Sentinel-1 heads about 348 ascending and 192 descending; correct one of them",
        )
    if los_east is not None and np.isfinite(los_east) and (los_east < 0) != ascending:
        side = "east" if los_east > 0 else "west"
        raise InputError(
            f"{key}.pass",
            f"{pass_direction}, but the file's lines of sight point {side}",
            "Correct pass, or the path of the points",
        )
