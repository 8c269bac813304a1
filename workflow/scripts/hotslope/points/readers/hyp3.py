"""HyP3 (GAMMA or ISCE2): rasters of displacement of pairs that follow each other."""

from dataclasses import replace
from typing import Any

import numpy as np

from hotslope.errors import InputError
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window
from hotslope.points.layouts import LINE_OF_SIGHT
from hotslope.points.roles import rasters_in, stack_roles
from hotslope.points.stacks import Stack

ROLES = ("displacement", "look_theta", "look_phi", "coherence", "height", "mask")
#: Role → column of the layers: of the schema, or an angle that is replaced by the line of sight.
_LAYERS = {
    "coherence": "coherence",
    "height": "height_m",
    "look_theta": "look_theta",
    "look_phi": "look_phi",
}


def read(path: Any, window: Window, most: int | None = None) -> list[Collection]:
    """Read the cells of displacement rasters of HyP3 as points.

    Parameters
    ----------
    path : str, list of str or mapping
        A folder with the rasters ``…_los_disp.tif``, or these; or a mapping of
        ``displacement`` to them and, optionally, ``look_theta`` (``lv_theta.tif``) and
        ``look_phi`` (``lv_phi.tif``), ``coherence``, ``height`` (``dem.tif``) and ``mask``
        (``water_mask.tif``, 0 is masked) to rasters of the same grid.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points.

    Returns
    -------
    list of Collection
        One; positive toward the sensor, as HyP3 documents of los_disp.

    Raises
    ------
    InputError
        Among others pairs that form a network, which has to be inverted first.
    """
    files, roles = stack_roles(path, ROLES, "displacement", "hyp3")
    if ("look_theta" in roles) != ("look_phi" in roles):
        raise InputError(
            "tracks.<track>.points", "only one of look_theta and look_phi", "Give both or none"
        )
    stack = Stack(
        rasters_in(files, "*_los_disp.tif"),
        {column: roles[role] for role, column in _LAYERS.items() if role in roles},
        mask=roles.get("mask"),
    )
    collection = stack.collect(window, most)
    points = collection.points
    if "look_theta" in points:
        theta = points.pop("look_theta").to_numpy()
        phi = points.pop("look_phi").to_numpy()
        refuse_degrees(theta, roles["look_theta"])
        for name, values in zip(LINE_OF_SIGHT, line_of_sight_of_look(theta, phi), strict=True):
            points[name] = values
    names = {name: name for name in points.columns}
    return [replace(collection, layout=replace(collection.layout, columns=names))]


def line_of_sight_of_look(
    theta_rad: np.ndarray, phi_rad: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the unit vector ground to sensor of GAMMA's look vector.

    Parameters
    ----------
    theta_rad : ndarray
        Elevation of the sensor above the horizon, radians: 90° less the incidence.
    phi_rad : ndarray
        Its direction, anticlockwise from east, radians.
    """
    level = np.cos(theta_rad)
    return level * np.cos(phi_rad), level * np.sin(phi_rad), np.sin(theta_rad)


def refuse_degrees(theta_rad: np.ndarray, place: str) -> None:
    """Raise an InputError where look angles are no elevations of a sensor in radians."""
    known = theta_rad[np.isfinite(theta_rad)]
    if known.size and not (known.min() > 0 and known.max() < np.pi / 2):
        raise InputError(
            place,
            f"look angles reach from {known.min():.4g} to {known.max():.4g}: not the elevation of "
            "the sensor in radians",
            "Give lv_theta.tif and lv_phi.tif as HyP3 wrote them",
        )
