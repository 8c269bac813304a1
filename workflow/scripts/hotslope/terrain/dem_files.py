"""The file of a DEM, refused before any work where its elevations are implausible."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import rasterio
from pyproj import CRS, Transformer
from rasterio.errors import RasterioIOError
from rasterio.windows import Window

from hotslope.errors import InputError
from hotslope.rasters import BLOCK_CELLS, read_window
from hotslope.terrain.elevation import check_elevation, extremes
from hotslope.terrain.fills import undeclared_fill

#: Units that GDAL reports for heights in metres; most files report none.
METRE_UNITS = {None, "", "m", "metre", "meter", "metres", "meters", "unknown"}
#: Rows judged at a time; a block of one value that crosses two parts is judged in both.
_ROWS = 4 * BLOCK_CELLS


class Elevations(NamedTuple):
    """What a DEM holds at the study area.

    Attributes
    ----------
    lowest_m, highest_m : float
        Extremes, metres, with scale and offset applied.
    gap_share : float
        Share of the cells at the study area without elevation.
    """

    lowest_m: float
    highest_m: float
    gap_share: float


def check_dem_source(source: rasterio.DatasetReader, place: str) -> None:
    """Refuse a raster that is no DEM in metres with a CRS.

    Parameters
    ----------
    source : rasterio.DatasetReader
        Open raster.
    place : str
        File and config key for messages.
    """
    if source.crs is None:
        raise InputError(place, "has no CRS", "Assign the right one (gdal_edit.py -a_srs)")
    if source.count != 1:
        raise InputError(place, f"has {source.count} bands", "Give a raster of elevation alone")
    unit = source.units[0]
    if (unit or "").strip().lower() not in METRE_UNITS:
        raise InputError(place, f"has heights in {unit!r}", "Convert it to metres")


def judged_elevations(
    path: str, place: str, bounds_m: Sequence[float], margin_m: float, crs: CRS
) -> Elevations:
    """Read a DEM's own cells at the study area and its margin, and refuse impossible elevations.

    Parameters
    ----------
    path, place : str
        File, and how messages name it.
    bounds_m : sequence of float
        xmin, ymin, xmax, ymax of the study area, metres.
    margin_m : float
        Width around it that is read too, metres.
    crs : pyproj.CRS
        Project CRS.

    Raises
    ------
    InputError
        Damaged file; no elevation at the study area; impossible elevations; a block of
        one value that the ground around it contradicts.

    Notes
    -----
    Cells are judged before warping, which would spread an undeclared no-data value over its
    neighbours.
    """
    try:
        with rasterio.open(path) as source:
            check_dem_source(source, place)
            limits_m = []
            for window, elevation_m in _parts(source, _window(source, bounds_m, margin_m, crs)):
                limits_m.append(extremes([elevation_m]))
                if np.isfinite(limits_m[-1]).all():
                    check_elevation(*limits_m[-1], place)
                _refuse_fill(source, window, elevation_m, place)
            gap_share = _gap_share(source, _window(source, bounds_m, 0.0, crs))
            if gap_share == 1.0:
                _refuse_eastward(source, place)
    except RasterioIOError as error:
        raise InputError(
            place, f"is damaged or cut short ({error})", "Copy or fetch it again"
        ) from None
    lowest_m, highest_m = extremes([np.array(limits_m or [(math.nan, math.nan)])])
    check_elevation(math.nan if gap_share == 1.0 else lowest_m, highest_m, place)
    return Elevations(lowest_m, highest_m, gap_share)


def elevations_at(path: str, x_m: np.ndarray, y_m: np.ndarray, crs: CRS) -> np.ndarray:
    """Read the DEM at points: the elevation of the cell that holds each, NaN outside, metres."""
    with rasterio.open(path) as source:
        transformer = Transformer.from_crs(crs, CRS.from_wkt(source.crs.to_wkt()), always_xy=True)
        x, y = transformer.transform(x_m, y_m)
        finite = np.isfinite(x) & np.isfinite(y)
        elevation_m = np.full(len(x), np.nan)
        places = zip(x[finite], y[finite], strict=True)
        cells = [np.ma.masked_array([], dtype=np.float64)]
        cells += source.sample(places, 1, masked=True)
        elevation_m[finite] = np.ma.concatenate(cells).astype(np.float64).filled(np.nan)
        return elevation_m * source.scales[0] + source.offsets[0]


def _window(
    source: rasterio.DatasetReader, bounds_m: Sequence[float], margin_m: float, crs: CRS
) -> Window:
    """Return the cells that hold a box of the project CRS; also of a turned raster."""
    xmin, ymin, xmax, ymax = bounds_m
    edges = (
        np.linspace(xmin - margin_m, xmax + margin_m, 21),
        np.linspace(ymin - margin_m, ymax + margin_m, 21),
    )
    x_m, y_m = (values.ravel() for values in np.meshgrid(*edges))
    transformer = Transformer.from_crs(crs, CRS.from_wkt(source.crs.to_wkt()), always_xy=True)
    x, y = transformer.transform(x_m, y_m)
    inverse = ~source.transform
    columns = inverse.a * x + inverse.b * y + inverse.c
    rows = inverse.d * x + inverse.e * y + inverse.f
    reached = np.isfinite(columns) & np.isfinite(rows)
    if not reached.any():
        return Window(0, 0, 0, 0)
    (left, right), (top, bottom) = (
        (
            int(np.clip(math.floor(values[reached].min()), 0, size)),
            int(np.clip(math.ceil(values[reached].max()), 0, size)),
        )
        for values, size in ((columns, source.width), (rows, source.height))
    )
    return Window(left, top, right - left, bottom - top)


def _parts(source: rasterio.DatasetReader, window: Window) -> Iterator[tuple[Window, np.ndarray]]:
    """Yield parts of a window, some rows at a time, and their elevations; NaN for no data."""
    if window.width == 0:
        return
    for top in range(0, window.height, _ROWS):
        height = min(_ROWS, window.height - top)
        part = Window(window.col_off, window.row_off + top, window.width, height)
        elevation_m = read_window(source, part)
        elevation_m[np.isinf(elevation_m)] = np.nan
        yield part, elevation_m


def _refuse_eastward(source: rasterio.DatasetReader, place: str) -> None:
    """Raise an InputError where longitudes go on beyond 180, which warping does not know."""
    left, _, right, _ = source.bounds
    if source.crs.is_geographic and right > 180.0:
        raise InputError(
            place,
            f"has longitudes {left:g} to {right:g}, and none of -180 to 180 in the study area",
            f"Shift them (gdal_edit.py -a_ullr {left - 360:g} {source.bounds.top:g} "
            f"{right - 360:g} {source.bounds.bottom:g}) if the DEM lies wholly beyond 180",
        )


def _gap_share(source: rasterio.DatasetReader, window: Window) -> float:
    """Return the share of a window's cells without elevation; 1 for a window of none."""
    gaps = sum(int(np.isnan(elevation_m).sum()) for _, elevation_m in _parts(source, window))
    cells = window.width * window.height
    return gaps / cells if cells else 1.0


def _refuse_fill(
    source: rasterio.DatasetReader, window: Window, elevation_m: np.ndarray, place: str
) -> None:
    fill = undeclared_fill(elevation_m, _cell_size_m(source), source.offsets[0])
    if fill is None:
        return
    row, column = window.row_off + fill.row, window.col_off + fill.column
    stored = (fill.value_m - source.offsets[0]) / source.scales[0]
    raise InputError(
        place,
        f"holds {fill.cells} cells of exactly {fill.value_m:g} m amid ground that differs by "
        f"{fill.step_m:.0f} m (the first in row {row}, column {column}), which is no ground",
        f"Declare the value as no data (gdal_edit.py -a_nodata {stored:g}), or fill the voids",
    )


def _cell_size_m(source: rasterio.DatasetReader) -> float:
    """Return the longer edge of a cell on the ground, metres."""
    transform = source.transform
    width = math.hypot(transform.a, transform.d)
    height = math.hypot(transform.b, transform.e)
    crs = CRS.from_wkt(source.crs.to_wkt())
    if not crs.is_geographic:
        return max(width, height) * crs.axis_info[0].unit_conversion_factor
    return max(width, height) * 111_320.0


def check_dem(
    path: str, key: str, bounds_m: Sequence[float], margin_m: float, crs: CRS
) -> tuple[dict[str, Any], list[str]]:
    """Judge the configured DEM before the work begins.

    Parameters
    ----------
    path, key : str
        File and its config key.
    bounds_m, margin_m, crs
        As for `judged_elevations`.

    Returns
    -------
    found : dict
        Extremes and the share without data, for ``inputs.json``.
    warnings : list of str
        What is worth a second look.
    """
    elevations = judged_elevations(path, f"{path} ({key})", bounds_m, margin_m, crs)
    warnings = []
    if elevations.gap_share > 0.0:
        warnings.append(
            f"{key}: {path} has no data in {elevations.gap_share:.1%} of its cells in the study "
            "area; terrain is missing there"
        )
    found = {
        "lowest_m": elevations.lowest_m,
        "highest_m": elevations.highest_m,
        "share_without_data": elevations.gap_share,
    }
    return found, warnings
