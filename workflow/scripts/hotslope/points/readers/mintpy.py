"""MintPy: geocoded HDF5 files, and the HDF-EOS5 file of save_hdfeos5."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from hotslope.errors import InputError
from hotslope.line_of_sight import line_of_sight, line_of_sight_of_azimuth
from hotslope.points.cells import Block, CellGrid, collect_cells, edges_to_centres
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window
from hotslope.points.hdf5 import Hdf5, open_hdf5
from hotslope.points.layouts import LINE_OF_SIGHT, LONLAT, MAX_RADIANS
from hotslope.points.roles import file_roles

ROLES = ("timeseries", "velocity", "geometry", "temporal_coherence", "mask")
#: Group of each kind of dataset in an HDF-EOS5 file.
_HDFEOS5 = "HDFEOS/GRIDS/timeseries/"
_MILLIMETRES = {
    "m": 1000.0, "meter": 1000.0, "meters": 1000.0, "cm": 10.0, "mm": 1.0,
    "m/year": 1000.0, "m/yr": 1000.0, "cm/year": 10.0, "cm/yr": 10.0, "mm/year": 1.0, "mm/yr": 1.0,
}  # fmt: skip
#: Group of a role's datasets in the one file; velocities are never among them.
_GROUPS = {"geometry": "geometry/", "temporal_coherence": "quality/", "mask": "quality/"}
#: Dataset without which a file given for a role is the wrong one.
_NEEDED = {
    "velocity": "velocity",
    "geometry": "incidenceAngle",
    "temporal_coherence": "temporalCoherence",
    "mask": "mask",
}
#: Schema column → role and dataset of what a product may hold beside the series.
_LAYERS = {
    "height_m": ("geometry", "height"),
    "incidence_deg": ("geometry", "incidenceAngle"),
    "azimuth_deg": ("geometry", "azimuthAngle"),
    "coherence": ("temporal_coherence", "temporalCoherence"),
    "velocity_mm_yr": ("velocity", "velocity"),
    "velocity_std_mm_yr": ("velocity", "velocityStd"),
    "mask": ("mask", "mask"),
}


def read(path: Any, window: Window, most: int | None = None) -> list[Collection]:
    """Read the cells of a geocoded product of MintPy as points.

    Parameters
    ----------
    path : str or mapping
        An ``.he5`` of save_hdfeos5 or a time series in HDF5; or a mapping of ``timeseries``
        and, optionally, ``velocity``, ``geometry``, ``temporal_coherence`` and ``mask`` to
        files of the same grid.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points.

    Returns
    -------
    list of Collection
        One. Velocities are taken from ``velocity`` where given, else from the series; the
        line of sight from ``incidenceAngle`` and ``azimuthAngle``, or the attribute HEADING.

    Raises
    ------
    InputError
        Among others a product in radar coordinates, and files of different grids.
    """
    roles = file_roles(path, ROLES, ["timeseries"], "mintpy")
    with ExitStack() as stack:
        files = {role: stack.enter_context(open_hdf5(name)) for role, name in roles.items()}
        product = _Product(files)
        return [
            collect_cells(
                product.grid, product.dates, product.block, window, most, product.chunk_rows
            )
        ]


class _Product:
    """Files of one geocoded product."""

    def __init__(self, files: Mapping[str, Hdf5]) -> None:
        series = files["timeseries"]
        group = f"{_HDFEOS5}observation/"
        one_file = f"{group}displacement" in series
        self.series = series
        self.displacement = f"{group}displacement" if one_file else "timeseries"
        shape = series.dataset(self.displacement, 3).shape
        self.dates = series.dates(f"{group}date" if one_file else "date", shape[0])
        self.grid = _grid(series, shape[1:])
        unit = "m" if one_file else series.attribute("UNIT")
        self.factor = _factor(series, unit or "m")
        self.chunk_rows = series.chunk_rows(self.displacement)
        self.layers = _find_layers(files, one_file, self.grid)
        self.heading_deg = series.number("HEADING")
        self.looking = "left" if series.attribute("ANTENNA_SIDE") in ("1", "1.0") else "right"

    def block(self, rows: slice, columns: slice) -> Block:
        """Return the values of some rows."""
        displacement = self.series.floats(self.displacement, (slice(None), rows, columns))
        displacement *= np.float32(self.factor)
        values = {
            name: file.numbers(dataset, (rows, columns))
            for name, (file, dataset) in self.layers.items()
        }
        for name in ("velocity_mm_yr", "velocity_std_mm_yr"):
            if name in values:
                file = self.layers[name][0]
                values[name] *= _factor(file, file.attribute("UNIT") or "m/year")
        mask = values.pop("mask", None)
        azimuth_deg = values.pop("azimuth_deg", None)
        if "incidence_deg" in values:
            _refuse_radians(values["incidence_deg"], self.layers["incidence_deg"][0].path)
            values |= self._line_of_sight(values["incidence_deg"], azimuth_deg)
        return Block(displacement, values, mask)

    def _line_of_sight(
        self, incidence_deg: np.ndarray, azimuth_deg: np.ndarray | None
    ) -> dict[str, np.ndarray]:
        """Return the unit vectors, ground to sensor; none where no azimuth is known."""
        if azimuth_deg is not None:
            vector = line_of_sight_of_azimuth(incidence_deg, azimuth_deg)
        elif self.heading_deg is not None:
            vector = line_of_sight(incidence_deg, self.heading_deg, self.looking)
        else:
            return {}
        return dict(zip(LINE_OF_SIGHT, vector, strict=True))


def _find_layers(
    files: Mapping[str, Hdf5], one_file: bool, grid: CellGrid
) -> dict[str, tuple[Hdf5, str]]:
    """Return schema column → file and dataset, of the series' grid."""
    sources = {role: (file, "") for role, file in files.items()}
    if one_file:
        inside = {role: (files["timeseries"], _HDFEOS5 + group) for role, group in _GROUPS.items()}
        sources = inside | sources
    found = {}
    for column, (role, dataset) in _LAYERS.items():
        if role not in sources:
            continue
        file, group = sources[role]
        name = group + dataset
        if role in files and dataset == _NEEDED[role]:
            file.require(name)
        if name in file:
            file.require_shape(name, grid.shape)
            found[column] = (file, name)
    for role, file in files.items():
        # A file without position is taken as one of the series' grid.
        if role != "timeseries" and file.attribute("X_FIRST") is not None:
            grid.refuse_other(_grid(file, grid.shape), "Give files of one grid")
    return found


def _grid(file: Hdf5, shape: tuple[int, ...]) -> CellGrid:
    """Return the cell centres; X_FIRST and Y_FIRST are the outer edge of the first cell."""
    place = {name: file.number(name) for name in ("X_FIRST", "Y_FIRST", "X_STEP", "Y_STEP")}
    if None in place.values():
        raise InputError(
            file.path,
            "the product is in radar coordinates (no X_FIRST, Y_FIRST, X_STEP, Y_STEP)",
            "Geocode it (geocode.py), or export it with save_hdfeos5.py from geocoded files",
        )
    numbers = {name: float(value or 0.0) for name, value in place.items()}
    if numbers["X_STEP"] == 0 or numbers["Y_STEP"] == 0:
        raise InputError(file.path, "X_STEP or Y_STEP is 0", "Geocode the product again")
    x = edges_to_centres(numbers["X_FIRST"], numbers["X_STEP"], shape[1])
    y = edges_to_centres(numbers["Y_FIRST"], numbers["Y_STEP"], shape[0])
    return CellGrid(file.path, x, y, _crs(file))


def _crs(file: Hdf5) -> str:
    """Return the CRS: of the attribute EPSG, else UTM_ZONE, else degrees."""
    epsg, zone = file.attribute("EPSG"), file.attribute("UTM_ZONE")
    unit = (file.attribute("X_UNIT") or "degrees").lower()
    if epsg and epsg.lower() != "none":
        code = epsg.upper().removeprefix("EPSG:").removesuffix(".0")
        crs = f"EPSG:{code}"
    elif zone and zone.lower() != "none":
        number, hemisphere = zone[:-1], zone[-1:].upper()
        known = number.isdigit() and 1 <= int(number) <= 60
        if not known or hemisphere not in ("N", "S"):
            raise InputError(
                f"{file.path}, attribute UTM_ZONE", f"{zone[:20]!r} is no zone", "Write it as 47N"
            )
        crs = f"EPSG:{326 if hemisphere == 'N' else 327}{int(number):02d}"
    elif unit.startswith("deg"):
        return LONLAT
    else:
        raise InputError(file.path, "neither EPSG nor UTM_ZONE is given", "Geocode it again")
    try:
        return CRS.from_user_input(crs).to_string()
    except CRSError:
        raise InputError(
            f"{file.path}, attribute EPSG", f"{crs!r} is unknown", "Correct it"
        ) from None


def _factor(file: Hdf5, unit: str) -> float:
    if unit.lower() not in _MILLIMETRES:
        raise InputError(
            f"{file.path}, attribute UNIT",
            f"{unit[:40]!r} is no unit of displacement (m, cm, mm)",
            "Give the product of displacement, not of phase",
        )
    return _MILLIMETRES[unit.lower()]


def _refuse_radians(incidence_deg: np.ndarray, path: str) -> None:
    known = incidence_deg[np.isfinite(incidence_deg) & (incidence_deg != 0)]
    if known.size and known.max() < MAX_RADIANS:
        raise InputError(
            f"{path}, dataset incidenceAngle", f"at most {known.max():.2f}: radians", "Give degrees"
        )
