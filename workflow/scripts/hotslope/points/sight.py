"""Line of sight of points: from the file, or from the angles of the track."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hotslope.errors import InputError
from hotslope.line_of_sight import line_of_sight
from hotslope.points.layouts import LINE_OF_SIGHT, MAX_RADIANS

#: Below this latitude near-polar satellites head within `MAX_TURN_DEG` of north or south.
POLAR_LATITUDE_DEG, MAX_TURN_DEG = 70.0, 32.0


@dataclass(frozen=True)
class Sight:
    """How the sensor of a track looks, as configured.

    Parameters
    ----------
    pass_direction : {"ascending", "descending"}
        Of a satellite.
    incidence_deg, heading_deg : float or None
        Incidence from the vertical at the target; flight direction clockwise from north.
    looking : {"right", "left"}
        Side of the flight direction.
    platform : {"satellite", "airborne"}
        Satellites fly near-polar orbits; whatever flies otherwise has no pass and any heading.
    """

    pass_direction: str
    incidence_deg: float | None = None
    heading_deg: float | None = None
    looking: str = "right"
    platform: str = "satellite"


def add_line_of_sight(points: pd.DataFrame, sight: Sight) -> str:
    """Fill ``incidence_deg`` and the unit vector in place; return where they are from.

    Parameters
    ----------
    points : DataFrame
        What the file gives; its vector is kept, else its incidence, else the angles of the
        config are used.
    sight : Sight
        Angles and side of the track.

    Returns
    -------
    {"file", "config", "none"}
    """
    if "los_up" in points:
        if "incidence_deg" not in points:
            points["incidence_deg"] = np.degrees(np.arccos(points["los_up"].clip(-1, 1)))
        return "file"
    if "incidence_deg" not in points:
        given = sight.incidence_deg
        points["incidence_deg"] = np.nan if given is None else float(given)
    if sight.heading_deg is None or points["incidence_deg"].isna().all():
        for name in LINE_OF_SIGHT:
            points[name] = np.nan
        return "none"
    vector = line_of_sight(points["incidence_deg"].to_numpy(), sight.heading_deg, sight.looking)
    for name, values in zip(LINE_OF_SIGHT, vector, strict=True):
        points[name] = values
    return "config"


def check_angles(sight: Sight, latitude_deg: float, key: str) -> None:
    """Raise an InputError for angles of the config that no such sensor has.

    Parameters
    ----------
    sight : Sight
        As configured.
    latitude_deg : float
        Of the points; NaN where it is unknown.
    key : str
        Config key of the track.
    """
    incidence, heading = sight.incidence_deg, sight.heading_deg
    if incidence is not None and incidence < MAX_RADIANS:
        raise InputError(
            f"{key}.incidence_deg",
            f"{incidence:g} is an angle in radians ({np.degrees(incidence):.1f} degrees)",
            "Give degrees from the vertical at the target",
        )
    if heading is None or sight.platform != "satellite":
        return
    in_degrees = float(np.degrees(heading))
    if 0.0 < abs(heading) <= 2.0 * np.pi and _turn_deg(in_degrees) <= MAX_TURN_DEG:
        raise InputError(
            f"{key}.heading_deg",
            f"{heading:g} is an angle in radians ({in_degrees % 360.0:.1f} degrees): no radar "
            "satellite flies so near to true north",
            "Give degrees clockwise from north (Sentinel-1: about 348 ascending, 192 descending), "
            "or set platform: airborne",
        )
    flight = "north" if np.cos(np.radians(heading)) > 0 else "south"
    if (flight == "north") != (sight.pass_direction == "ascending"):
        raise InputError(
            f"{key}.heading_deg",
            f"{heading:g} flies {flight}, but pass is {sight.pass_direction}",
            "Sentinel-1 heads about 348 ascending and 192 descending; correct one of them",
        )
    turn = _turn_deg(heading)
    if turn > MAX_TURN_DEG and abs(latitude_deg) < POLAR_LATITUDE_DEG:
        raise InputError(
            f"{key}.heading_deg",
            f"{heading:g} is {turn:.0f} degrees off north or south, where satellites head within "
            f"{MAX_TURN_DEG:g} at latitude {latitude_deg:.0f}: an azimuth of the line of sight?",
            "Give the flight direction clockwise from north (Sentinel-1: about 348 ascending, 192 "
            "descending), or set platform: airborne",
        )


def _turn_deg(heading_deg: float) -> float:
    """Return how far a flight direction is off north or south, degrees."""
    return float(np.degrees(np.arcsin(abs(np.sin(np.radians(heading_deg))))))


def check_vectors(points: pd.DataFrame, sight: Sight, key: str) -> None:
    """Raise an InputError where lines of sight of the file contradict the pass.

    Parameters
    ----------
    points : DataFrame
        With the columns of the line of sight, and ``lat`` where it is known.
    sight : Sight
        A sensor that looks right sees the ground from the west when it ascends.
    key : str
        Config key of the track.
    """
    east, north = (float(points[name].median()) for name in LINE_OF_SIGHT[:2])
    if sight.platform != "satellite" or not np.isfinite(east + north):
        return
    from_west = (sight.pass_direction == "ascending") == (sight.looking == "right")
    if (east < 0) != from_west:
        side = "east" if east > 0 else "west"
        raise InputError(
            f"{key}.pass",
            f"{sight.pass_direction}, but the file's lines of sight point {side}",
            "Correct pass or the path of the points, or set looking: left for a sensor that "
            "looks left",
        )
    turn = np.degrees(np.arctan2(abs(north), abs(east)))
    if turn > MAX_TURN_DEG and latitude_of(points) < POLAR_LATITUDE_DEG:
        raise InputError(
            f"{key}.points",
            f"the file's lines of sight point {turn:.0f} degrees off east or west (east "
            f"{east:.3f}, north {north:.3f}), where those of satellites lie within "
            f"{MAX_TURN_DEG:g}",
            "Map los_east and los_north to the right columns, or set platform: airborne",
        )


def latitude_of(points: pd.DataFrame) -> float:
    """Return the largest distance from the equator of points, degrees; NaN where unknown."""
    return float(points["lat"].abs().max()) if "lat" in points and len(points) else np.nan


def sight_points(points: pd.DataFrame, sight: Sight, key: str) -> str:
    """Check angles and vectors, and fill the line of sight in place.

    Returns
    -------
    {"file", "config", "none"}
        Where it is from.
    """
    check_angles(sight, latitude_of(points), key)
    origin = add_line_of_sight(points, sight)
    if origin == "file":
        check_vectors(points, sight, key)
    return origin
