"""Several files of one track made one: located, clipped exactly, aligned in time."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import CRS, Transformer

from hotslope.crs import unproject_lonlat
from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.points.cleaning import SAME_PLACE_M
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window, describe, locate
from hotslope.points.epoch_columns import empty_epochs, stack_points, take_points
from hotslope.points.slips import other_zone


def join(
    collections: Sequence[Collection], window: Window
) -> tuple[pd.DataFrame, np.ndarray, list[dt.date], np.ndarray]:
    """Join the files of a track.

    Parameters
    ----------
    collections : sequence of Collection
        One per file.
    window : Window
        Project CRS and bounds.

    Returns
    -------
    points : DataFrame
        With coordinates in the project CRS and WGS 84.
    displacement_mm : ndarray, float32, shape (points, epochs)
        NaN where a file lacks an acquisition that another has.
    dates : list of datetime.date
        Acquisitions of all files, in order of time.
    sources : ndarray, int64, shape (points,)
        Position of each point's file in `collections`.

    Notes
    -----
    Files that number their points anew are told apart: where an identifier occurs in two files
    at different places, all identifiers are preceded by their file.
    """
    refuse_other_pass(collections)
    dates = sorted({date for each in collections for date in each.layout.epochs.values()})
    frames, series = [], []
    for each in collections:
        points = locate(each.points, each.crs, window)
        displacement = _on_dates(each, dates)
        if "x_m" in points and window.crs is not None:
            inside = window.holds(points["x_m"].to_numpy(), points["y_m"].to_numpy())
            if not inside.all():
                points, displacement = points[inside], take_points(displacement, inside)
        frames.append(points)
        series.append(displacement)
    sources = np.repeat(np.arange(len(frames)), [len(frame) for frame in frames])
    points = pd.concat(frames, ignore_index=True)
    if len(frames) > 1 and _numbered_anew(points, sources):
        labels = np.array(file_labels([each.layout.place for each in collections]))
        points["point_id"] = labels[sources] + np.array(":") + points["point_id"].astype(str)
    return points, stack_points(series), dates, sources


def _numbered_anew(points: pd.DataFrame, sources: np.ndarray) -> bool:
    """Whether files share an identifier at places that differ."""
    shared = points["point_id"].duplicated(keep=False).to_numpy()
    if not shared.any() or "x_m" not in points:
        return False
    table = points.loc[shared, ["point_id", "x_m", "y_m"]].assign(source=sources[shared])
    if table.duplicated(["point_id", "source"]).any():
        return False  # within one file: refused
    spread = table.groupby("point_id")[["x_m", "y_m"]].agg(np.ptp)
    return bool((spread.to_numpy() > SAME_PLACE_M).any())


def file_labels(places: Sequence[str]) -> list[str]:
    """Return a short name of each file, no two alike: its stem, with folders where these tie."""
    parts = [Path(place).with_suffix("").parts for place in places]
    for count in range(1, max(map(len, parts)) + 1):
        labels = ["/".join(part[-count:]) for part in parts]
        if len(set(labels)) == len(labels):
            return labels
    return [f"{index}:{Path(place).stem}" for index, place in enumerate(places, start=1)]


def _on_dates(each: Collection, dates: list[dt.date]) -> np.ndarray:
    own = list(each.layout.epochs.values())
    if own == dates:
        return each.displacement_mm
    aligned = empty_epochs(len(each.displacement_mm), len(dates))
    aligned[:] = np.nan
    if own:
        aligned[:, np.searchsorted(np.array(dates), np.array(own))] = each.displacement_mm
    return aligned


def refuse_other_pass(collections: Sequence[Collection]) -> None:
    """Raise an InputError where files of one track look to opposite sides."""
    sides = {
        each.layout.place: np.sign(each.points["los_east"].median())
        for each in collections
        if "los_east" in each.points and len(each.points)
    }
    if len(set(sides.values())) > 1:
        raise InputError(
            " + ".join(sides),
            "some files look east and others west: ascending and descending are mixed",
            "Give each pass a track of its own",
        )


def joint_extent(collections: Sequence[Collection], crs: CRS | None) -> Bounds:
    """Return the bounds of all points of the files, kept or not, in `crs`."""
    boxes = []
    for each in collections:
        if crs is None or CRS.from_user_input(each.crs) == crs:
            boxes.append(each.extent)
            continue
        transformer = Transformer.from_crs(each.crs, crs, always_xy=True)
        boxes.append(transformer.transform_bounds(*each.extent, densify_pts=21))
    corners = np.array(boxes, dtype=np.float64)
    low, high = corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def refuse_outside(collections: Sequence[Collection], window: Window, place: str) -> None:
    """Raise the InputError of files of which no point lies within the bounds."""
    if window.crs is None or window.bounds_m is None:
        raise InputError(place, "there are no points", "Export them again")
    for each in collections:
        if each.layout.coordinates[0] == "lon" and _fits_swapped(each.extent, each.crs, window):
            raise InputError(
                each.layout.place,
                "no point lies in the study area, but all would with latitude and longitude "
                "swapped",
                f"Set {each.layout.key}",
            )
    read = sum(each.read for each in collections)
    extent = joint_extent(collections, window.crs)
    lon, lat = unproject_lonlat(*_lattice(extent), window.crs)
    hint = other_zone(window.bounds_m, window.crs, lon, lat)
    raise InputError(
        place,
        f"none of {read:,} points lies in the study area {describe(window.bounds_m)}; they cover "
        f"{describe(extent)} in {window.crs.to_string()}{'; ' + hint if hint else ''}",
        "Correct study_area.bounds_m, study_area.crs or the path of the points",
    )


def _lattice(extent: Bounds) -> tuple[np.ndarray, np.ndarray]:
    """Return places spread over an extent."""
    steps = np.linspace(0.0, 1.0, 21)
    x, y = np.meshgrid(
        extent[0] + steps * (extent[2] - extent[0]), extent[1] + steps * (extent[3] - extent[1])
    )
    return x.ravel(), y.ravel()


def _fits_swapped(extent: Bounds, crs: str, window: Window) -> bool:
    xmin, ymin, xmax, ymax = window.box(crs)
    return extent[0] <= ymax and extent[2] >= ymin and extent[1] <= xmax and extent[3] >= xmin
