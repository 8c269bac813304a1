"""Every format of InSAR points behind one function."""

import datetime as dt
import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hotslope.crs import known_crs, projected_crs
from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.points.checks import check_points
from hotslope.points.cleaning import (
    measured,
    one_per_place,
    refuse_impossible,
    without_empty_epochs,
    zeros_to_gaps,
)
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window
from hotslope.points.epoch_columns import take_points
from hotslope.points.joining import join, joint_extent, refuse_outside
from hotslope.points.left_out import LeftOut, pooled, too_few
from hotslope.points.rates import MIN_REGRESSION_EPOCHS, regression_velocity
from hotslope.points.readers import (
    dolphin,
    egms,
    gamma_ipta,
    hyp3,
    licsbas,
    mintpy,
    opera_disp,
    sarvey,
    stamps,
    table,
)
from hotslope.points.releases import Release, join_releases
from hotslope.points.unit_faults import Units, units_of
from hotslope.points.velocity_checks import compare_velocity, refuse_contradiction, refuse_unit

#: Role of releases among the points of a track.
RELEASES = "releases"
#: Format → reader of its files. A new format is one module, one line here and one block in
#: the config schema.
READERS: dict[str, Callable[..., list[Collection]]] = {
    "gamma_ipta": gamma_ipta.read,
    "egms": egms.read,
    "mintpy": mintpy.read,
    "licsbas": licsbas.read,
    "sarvey": sarvey.read,
    "stamps": stamps.read,
    "opera_disp": opera_disp.read,
    "dolphin": dolphin.read,
    "hyp3": hyp3.read,
    "table": table.read,
}

#: The velocity of the file, while that of the series is used.
_OF_FILE = "velocity_of_file"
#: Keys of a track that are no options of its reader.
TRACK_KEYS = frozenset(
    {
        "pass",
        "format",
        "points",
        "incidence_deg",
        "heading_deg",
        "los_sign",
        "wavelength_m",
    }
)
#: Keys of how the sensor looks, which rules pass on among the options.
SIGHT_KEYS = ("looking", "platform")


def format_options(track: dict[str, Any]) -> dict[str, Any]:
    """Return the options for `read_points` among the config keys of a track."""
    reserved = TRACK_KEYS.union(SIGHT_KEYS)
    if track.get("displacement_unit") == "rad":
        reserved -= {"wavelength_m"}
    return {key: value for key, value in track.items() if key not in reserved}


def sight_options(track: dict[str, Any]) -> dict[str, str]:
    """Return the options of `Sight` among the config keys of a track."""
    return {key: track[key] for key in SIGHT_KEYS if key in track}


def read_points(
    path: Any,
    format: str,
    *,
    crs: str | None = None,
    bounds_m: Bounds | None = None,
    max_points: int | None = None,
    velocity_from: str = "column",
    thin: int = 1,
    **options: Any,
) -> tuple[pd.DataFrame, np.ndarray, list[dt.date]]:
    """Read the points of one track, whatever processor made them.

    Parameters
    ----------
    path : str, list of str or mapping of str to str
        File, files to be joined, or role → file, as the format asks; or ``releases`` → a list of
        these, which are joined in time.
    format : str
        A key of `READERS`.
    crs : str, optional
        Project CRS in metres. Without it only the file's own coordinates are given.
    bounds_m : tuple of float, optional
        ``xmin, ymin, xmax, ymax`` in `crs`; points outside are left out while reading.
    max_points : int, optional
        Read only about so many points of each file, to try it.
    velocity_from : {"column", "series"}
        Take velocities from the file's column (where it has one) or by regression.
    thin : int
        Of raster products, read every n-th row and column.
    **options
        Of the format; see its reader.

    Returns
    -------
    points : DataFrame
        Columns of the points table as far as the file gives them, coordinates in both `crs`
        and WGS 84, sign as in the file. ``attrs`` holds what the summary reports: ``place``
        (the files), ``read``, ``extent``, ``left_out`` (cells of rasters), ``cleaning`` (a
        `LeftOut`), ``velocity_from`` and ``velocity_check``.
    displacement_mm : ndarray, float32, shape (points, epochs)
        NaN where missing. There may be no epochs at all where the file holds velocities.
    dates : list of datetime.date
        Acquisitions in order of time.

    Raises
    ------
    InputError
        Whatever is missing or wrong in the files, with place, value and remedy.
    """
    if isinstance(path, Mapping) and RELEASES in path:
        return _read_releases(
            path,
            format,
            max_points,
            {"crs": crs, "bounds_m": bounds_m, "velocity_from": velocity_from, "thin": thin}
            | options,
        )
    if format not in READERS:
        raise InputError("format", f"{format!r} is unknown", f"Use one of {', '.join(READERS)}")
    if options.get("coordinates_crs") is not None:
        known_crs(options["coordinates_crs"], "coordinates_crs")
    window = Window(None if crs is None else projected_crs(crs), bounds_m, thin)
    collections = READERS[format](path, window, max_points, **options)
    place = " + ".join(dict.fromkeys(each.layout.place for each in collections))
    points, displacement_mm, dates, sources = join(collections, window)
    if len(points) == 0 and max_points is None:
        refuse_outside(collections, window, place)
    if velocity_from == "series":
        points = points.rename(columns={"velocity_mm_yr": _OF_FILE})
    check_points(points, displacement_mm, place)
    left_out = LeftOut(epochs_too_few=too_few(dates))
    if len(points):
        refuse_impossible(points, displacement_mm, dates, place)
        zeros_to_gaps(displacement_mm, dates, left_out)
        displacement_mm, dates = without_empty_epochs(displacement_mm, dates, left_out)
        keep = measured(points, displacement_mm, dates, len(collections), left_out)
        if not keep.any() and max_points is None:
            raise InputError(
                place,
                f"all {len(points):,} points have no velocity, or are 0 in all epochs",
                "Check which columns are mapped, or export the points again",
            )
        if not keep.all():
            points, sources = points[keep], sources[keep]
            displacement_mm = take_points(displacement_mm, keep)
        if "x_m" in points and window.crs is not None:
            keep = one_per_place(points, displacement_mm, sources, left_out)
            if keep.sum() == 1 < len(keep):
                raise InputError(
                    place,
                    f"all {len(keep):,} points lie at one place",
                    "Check the columns of the coordinates and their number of digits",
                )
            if not keep.all():
                points, displacement_mm = points[keep], take_points(displacement_mm, keep)
        points = points.reset_index(drop=True)
    units = units_of(options, _defaults(READERS[format]))
    points, found = _with_velocity(points, displacement_mm, dates, place, units)
    points.attrs |= found
    points.attrs["place"] = place
    points.attrs["cleaning"] = left_out
    points.attrs["read"] = sum(each.read for each in collections)
    points.attrs["left_out"] = _summed(each.left_out for each in collections)
    points.attrs["extent"] = joint_extent(collections, window.crs)
    return points, displacement_mm, dates


def _read_releases(
    path: Mapping[str, Any], format: str, max_points: int | None, options: dict[str, Any]
) -> tuple[pd.DataFrame, np.ndarray, list[dt.date]]:
    """Read releases one by one and join them; of a trial with `max_points`, give the last one."""
    if set(path) != {RELEASES} or len(path[RELEASES]) < 2:
        raise InputError(
            f"tracks.<track>.points.{RELEASES}",
            "is given beside other roles, or names a single release",
            "Give two releases or more, each as it would be given alone",
        )
    releases: list[Release] = []
    found: list[dict[str, Any]] = []
    for each in path[RELEASES]:
        points, displacement_mm, dates = read_points(each, format, max_points=max_points, **options)
        found.append({str(key): value for key, value in points.attrs.items()})
        points.attrs = {}
        releases.append(Release(points, displacement_mm, dates))
    if max_points is not None:
        releases[-1].points.attrs |= found[-1]
        return releases[-1]
    joined, ties = join_releases(releases, [each["place"] for each in found])
    # A point that several releases have counts once.
    matched = sum(tie["matched"] for tie in ties)
    lost = sum(len(each.points) for each in releases) - matched - len(joined.points)
    extents = np.array([each["extent"] for each in found])
    joined.points.attrs |= found[-1] | {
        "place": " + ".join(each["place"] for each in found),
        "read": sum(each["read"] for each in found) - matched,
        "left_out": _summed(each["left_out"] for each in found),
        "cleaning": pooled([each["cleaning"] for each in found], joined.dates, lost),
        "extent": (*extents[:, :2].min(axis=0).tolist(), *extents[:, 2:].max(axis=0).tolist()),
        "velocity_from": "series",
        RELEASES: ties,
    }
    return joined


def _summed(left_out: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add up cells of raster products that hold no point, by reason."""
    counts: Counter[str] = Counter()
    for each in left_out:
        counts.update(each)
    return dict(counts)


def _defaults(reader: Callable[..., list[Collection]]) -> dict[str, Any]:
    """Return the options of a reader with their defaults."""
    return {key: each.default for key, each in inspect.signature(reader).parameters.items()}


def _with_velocity(
    points: pd.DataFrame,
    displacement_mm: np.ndarray,
    dates: list[dt.date],
    place: str,
    units: Units,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the points with a velocity, that of the file or of the series, and what was found."""
    used = "series" if "velocity_mm_yr" not in points else "column"
    column = _OF_FILE if _OF_FILE in points else "velocity_mm_yr"
    if len(dates) < MIN_REGRESSION_EPOCHS:
        if used == "series":
            raise InputError(
                place,
                f"no velocity column, and {len(dates)} epochs: no velocity can be made",
                "Map the velocity column, or name displacement columns by their dates (YYYYMMDD)",
            )
        return points, {"velocity_from": used, "velocity_check": None}
    slope, error, residual = regression_velocity(displacement_mm, dates)
    check = None
    if column in points:
        check = compare_velocity(points[column].to_numpy(), slope, error, residual)
        refuse_contradiction(check, place, used, units)
    if used == "series":
        if np.isnan(slope).any():
            raise InputError(
                place,
                f"{int(np.isnan(slope).sum()):,} series have fewer than three values",
                "Drop these points",
            )
        points = points.drop(columns=_OF_FILE, errors="ignore")
        points["velocity_mm_yr"] = slope
        points["velocity_std_mm_yr"] = error
    refuse_unit(points["velocity_mm_yr"].to_numpy(), residual, place)
    return points, {
        "velocity_from": used,
        "velocity_check": None if check is None else check.as_dict(),
    }
