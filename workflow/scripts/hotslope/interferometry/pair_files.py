"""Rasters of a role by the pair of dates in their names or in those of their folders.

HyP3, LiCSAR and ISCE name them so: ``…_unw_phase.tif`` and ``…_corr.tif`` with two dates before,
``20200104_20200116.geo.unw.tif`` and ``….geo.cc.tif``, ``20200104_20200116/filt_fine.unw.tif``.
"""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hotslope.errors import InputError
from hotslope.points.pairs import Pair, pair_from_name
from hotslope.points.roles import file_list

#: What is taken for interferograms, and for coherence, in a folder.
_NAMES = {
    "interferograms": re.compile(r"unw(?!.*(comp|mask))", re.IGNORECASE),
    "coherence": re.compile(r"[._]corr?$|coh|\.cc$", re.IGNORECASE),
}
_SUFFIXES = (".tif", ".tiff", ".geotiff")


def rasters_by_pair(files: Any, role: str, key: str) -> dict[tuple[dt.date, dt.date], Pair]:
    """Return the rasters of a role by their pair of dates."""
    found: dict[tuple[dt.date, dt.date], Pair] = {}
    for path in _rasters(file_list(files), role):
        pair = dated_pair(path)
        dates = (pair.reference, pair.secondary)
        if pair.secondary <= pair.reference:
            raise InputError(
                path,
                f"is named from {pair.reference} to {pair.secondary}, backwards",
                "Name the earlier date first, with the phase of the earlier times the conjugate "
                "of the later acquisition",
            )
        if dates in found:
            raise InputError(
                f"{key}.points.{role}",
                f"{found[dates].path} and {path} are both of {name_of(dates)}",
                "Give one of them",
            )
        found[dates] = pair
    return found


def _rasters(files: Sequence[str], role: str) -> list[str]:
    """Return the rasters of a role among files and folders, however deep."""
    found: list[str] = []
    for name in files:
        if not Path(name).is_dir():
            found.append(name)
            continue
        inside = sorted(
            str(path)
            for path in Path(name).rglob("*")
            if path.suffix.lower() in _SUFFIXES and _NAMES[role].search(path.stem)
        )
        if not inside:
            raise InputError(
                name,
                f"no GeoTIFF in the folder is named as {role} are (*unw*.tif; *corr*.tif, "
                "*coh*.tif, *.cc.tif)",
                "Correct the path, or list the files",
            )
        found += inside
    return found


def dated_pair(path: str) -> Pair:
    """Return the two dates in the name of a raster, or in that of its folder."""
    try:
        return pair_from_name(path)
    except InputError:
        folder = pair_from_name(str(Path(path).parent))
        return Pair(path, folder.reference, folder.secondary)


def name_of(dates: tuple[dt.date, dt.date]) -> str:
    """Return a pair of dates as files are named by it."""
    return f"{dates[0]:%Y%m%d}_{dates[1]:%Y%m%d}"
