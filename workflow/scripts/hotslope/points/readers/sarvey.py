"""SARvey: its exports to GeoPackage or Shapefile, and its HDF5 files."""

import datetime as dt
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hotslope.errors import InputError
from hotslope.line_of_sight import line_of_sight_of_azimuth
from hotslope.points.arrays import collect_arrays
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window
from hotslope.points.hdf5 import Hdf5, open_hdf5
from hotslope.points.layouts import LINE_OF_SIGHT, LONLAT
from hotslope.points.rates import years_since_first
from hotslope.points.readers import table
from hotslope.points.roles import file_list, file_roles

ROLES = ("timeseries", "network", "geometry", "stack")
#: Columns of the exports; the height is that of the DEM that was used.
COLUMNS = {
    "point_id": "point_id",
    "velocity_mm_yr": "velocity",
    "coherence": "coherence",
    "height_m": "dem",
}
#: Orbits of satellites whose images interfere lie nearer to each other than this.
LARGEST_BASELINE_M = 50_000.0
_HDF5 = (".h5", ".hdf5")


def read(path: Any, window: Window, most: int | None = None) -> list[Collection]:
    """Read the points of SARvey.

    Parameters
    ----------
    path : str, list of str or mapping
        What sarvey_export wrote (``.gpkg`` or ``.shp``); or a mapping of ``timeseries``
        (``p2_coh…_ts.h5``), ``network`` (``ifg_network.h5``), ``geometry``
        (``geometryRadar.h5``) and ``stack`` (``slcStack.h5``, for the wavelength).
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points of an export.

    Returns
    -------
    list of Collection
        mm and mm/yr. Of the HDF5 files the phase that a height error leaves, proportional to
        the perpendicular baseline, is fitted together with the velocity and taken off, as
        sarvey_export does; its coherence is in the export only.
    """
    if not isinstance(path, Mapping):
        exports = file_list(path)
        if any(Path(name).suffix.lower() in _HDF5 for name in exports):
            raise InputError(
                "tracks.<track>.points",
                "the phases of SARvey need the files beside them",
                "Write {timeseries: …_ts.h5, network: ifg_network.h5, geometry: geometryRadar.h5, "
                "stack: slcStack.h5}, or give what sarvey_export wrote",
            )
        return table.read(exports, window, most, columns=COLUMNS)
    roles = file_roles(path, ROLES, ROLES, "sarvey")
    with ExitStack() as stack:
        files = {role: stack.enter_context(open_hdf5(name)) for role, name in roles.items()}
        return [_read_hdf5(files, window)]


def _read_hdf5(files: Mapping[str, Hdf5], window: Window) -> Collection:
    series = files["timeseries"]
    phase = series.numbers("phase", dimensions=2)
    cells = series.numbers("coord_xy", dimensions=2)
    identifiers = series.texts("point_id")
    if cells.shape != (len(phase), 2) or len(identifiers) != len(phase):
        raise InputError(
            series.path,
            f"{len(phase)} series, {len(cells)} positions and {len(identifiers)} identifiers",
            "Run the step again",
        )
    dates = _dates(files["network"])[: phase.shape[1]]
    baseline_m = files["network"].numbers("pbase", dimensions=1)[: phase.shape[1]]
    if len(dates) != phase.shape[1] or baseline_m.size != phase.shape[1]:
        raise InputError(
            files["network"].path, f"{len(dates)} dates for {phase.shape[1]} phases", "Give its own"
        )
    wavelength_m = files["stack"].number("WAVELENGTH")
    if wavelength_m is None or not 0 < wavelength_m < 1:
        raise InputError(
            f"{files['stack'].path}, attribute WAVELENGTH", f"is {wavelength_m}", "Give slcStack.h5"
        )
    points = pd.DataFrame({"point_id": identifiers, **_geometry(files["geometry"], cells)})
    displacement_mm = phase * (1000.0 * wavelength_m / (4.0 * np.pi))
    unlikely = ~(np.abs(baseline_m) < LARGEST_BASELINE_M)
    if unlikely.any():
        raise InputError(
            f"{files['network'].path}, dataset pbase",
            f"{baseline_m[unlikely][0]:g} m is no perpendicular baseline",
            "Run SARvey again",
        )
    corrected, velocity = without_height_error(displacement_mm, dates, baseline_m)
    points["velocity_mm_yr"] = velocity
    return collect_arrays(series.path, points, corrected, dates, LONLAT, window)


def _dates(network: Hdf5) -> list[dt.date]:
    found = []
    for text in network.texts("dates"):
        try:
            found.append(dt.date.fromisoformat(text))
        except ValueError:
            raise InputError(
                f"{network.path}, dataset dates", f"{text[:40]!r} is no date", "Run SARvey again"
            ) from None
    return found


def _geometry(file: Hdf5, cells: np.ndarray) -> dict[str, np.ndarray]:
    """Return coordinates, height and line of sight of cells (row, column) of the radar image."""
    shape = file.dataset("latitude", 2).shape
    inside = np.isfinite(cells) & (cells >= 0) & (cells < np.array(shape))
    if not inside.all():
        raise InputError(
            file.path, f"points lie outside its {shape[0]} x {shape[1]} cells", "Give its own"
        )
    row, column = cells.astype(np.int64).T

    def picked(name: str) -> np.ndarray:
        file.require_shape(name, shape)
        return file.numbers(name)[row, column]

    incidence_deg = picked("incidenceAngle")
    found = {
        "lon": picked("longitude"),
        "lat": picked("latitude"),
        "height_m": picked("height"),
        "incidence_deg": incidence_deg,
    }
    if "azimuthAngle" in file:
        vector = line_of_sight_of_azimuth(incidence_deg, picked("azimuthAngle"))
        found |= dict(zip(LINE_OF_SIGHT, vector, strict=True))
    return found


def without_height_error(
    displacement_mm: np.ndarray, dates: list[dt.date], baseline_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Remove the part proportional to the perpendicular baseline; return series and velocity.

    Parameters
    ----------
    displacement_mm : ndarray, float64, shape (points, epochs)
        NaN where missing.
    dates : list of datetime.date
        Acquisitions.
    baseline_m : ndarray, float64, shape (epochs,)
        Perpendicular baseline of each to the reference.

    Returns
    -------
    corrected_mm : ndarray, shape (points, epochs)
    velocity_mm_yr : ndarray, shape (points,)
        Of the joint fit of offset, velocity and height error; NaN below four values.
    """
    design = np.column_stack([np.ones(len(dates)), years_since_first(dates), baseline_m])
    coefficients = np.full((len(displacement_mm), 3), np.nan)
    known = np.isfinite(displacement_mm)
    patterns, of_point = np.unique(known, axis=0, return_inverse=True)
    for index, pattern in enumerate(patterns):
        if pattern.sum() > 3:
            rows = of_point.ravel() == index
            solution = np.linalg.lstsq(design[pattern], displacement_mm[rows][:, pattern].T)[0]
            coefficients[rows] = solution.T
    return displacement_mm - coefficients[:, 2:] * baseline_m, coefficients[:, 1]
