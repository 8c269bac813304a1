"""The radius of hot spots: a number of the config, or the one chosen for a track."""

import json
from pathlib import Path


def resolved_radius_m(radius_m: float | str, radius_path: str | None) -> float:
    """Return the radius to use.

    Parameters
    ----------
    radius_m : float or "auto"
        Radius as configured, m.
    radius_path : str or None
        What `choose_radius` wrote for the track, where the radius is ``auto``.

    Returns
    -------
    float
        Radius, m.

    Raises
    ------
    ValueError
        The radius is ``auto`` and no file is given.
    """
    if radius_m != "auto":
        return float(radius_m)
    if radius_path is None:
        raise ValueError("radius_m is 'auto': give the file of the radius chosen")
    return float(json.loads(Path(radius_path).read_text(encoding="utf-8"))["radius_m"])
