"""dolphin: rasters of displacement, one per date after the first."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotslope.errors import InputError
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window
from hotslope.points.roles import file_list, refuse_unknown_roles
from hotslope.points.stacks import Stack

ROLES = ("displacement", "temporal_coherence", "velocity", "line_of_sight", "height", "mask")


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
    roles = path if isinstance(path, Mapping) else {"displacement": path}
    refuse_unknown_roles(roles, ROLES, "displacement", "dolphin")
    pairs = rasters_of(roles["displacement"])
    layers = {
        "velocity_mm_yr": roles.get("velocity"),
        "coherence": roles.get("temporal_coherence"),
        "height_m": roles.get("height"),
    }
    stack = Stack(
        pairs,
        {name: file for name, file in layers.items() if file is not None},
        {"velocity_mm_yr": 1000.0},
        roles.get("line_of_sight"),
        roles.get("mask"),
    )
    return [stack.collect(window, most)]


def rasters_of(files: Any, pattern: str = "[0-9]*_[0-9]*.tif") -> list[str]:
    """Return the rasters among files and folders, in order of name within a folder."""
    found: list[str] = []
    for name in file_list(files):
        if not Path(name).is_dir():
            found.append(name)
            continue
        inside = sorted(str(file) for file in Path(name).glob(pattern))
        if not inside:
            raise InputError(name, f"no raster {pattern} in the folder", "Correct the path")
        found += inside
    return found
