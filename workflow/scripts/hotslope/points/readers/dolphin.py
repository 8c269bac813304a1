"""dolphin: rasters of displacement, one per date after the first."""

from typing import Any

from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window
from hotslope.points.roles import rasters_in, stack_roles
from hotslope.points.stacks import Stack

ROLES = ("displacement", "temporal_coherence", "velocity", "line_of_sight", "height", "mask")
#: Role → schema column of the layers.
_LAYERS = {
    "velocity": "velocity_mm_yr",
    "temporal_coherence": "coherence",
    "height": "height_m",
}


def read(path: Any, window: Window, most: int | None = None) -> list[Collection]:
    """Read the cells of a time series of dolphin as points.

    Parameters
    ----------
    path : str, list of str or mapping
        The folder ``timeseries``, or its rasters ``YYYYMMDD_YYYYMMDD.tif``; or a mapping of
        ``displacement`` to these and, optionally, ``velocity``, ``temporal_coherence``,
        ``line_of_sight`` (three bands, east, north and up, ground to sensor), ``height`` and
        ``mask`` (0 is masked) to rasters of the same grid.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points.

    Notes
    -----
    dolphin writes no raster for the first date; it is put back with displacement 0. Its
    velocity is fitted without that date and is only read where it is given.
    """
    files, roles = stack_roles(path, ROLES, "displacement", "dolphin")
    stack = Stack(
        rasters_in(files, "[0-9]*_[0-9]*.tif"),
        {column: roles[role] for role, column in _LAYERS.items() if role in roles},
        {"velocity_mm_yr": 1000.0},
        roles.get("line_of_sight"),
        roles.get("mask"),
    )
    return [stack.collect(window, most)]
