"""The terrain engine, whitebox-workflows, on NumPy arrays."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import whitebox_workflows
from affine import Affine

#: The engine's no-data value; below every elevation on Earth.
_NODATA = -32768.0
#: Any projected CRS in metres: the engine looks only at whether the CRS is geographic.
_METRIC_CRS = "EPSG:32631"


@cache
def _environment() -> Any:
    """Return the engine, silent and on one thread; one per process."""
    environment = whitebox_workflows.WbEnvironment()
    environment.verbose = False
    environment.max_procs = 1
    return environment


@cache
def _tool(category: str, name: str) -> Callable[..., Any]:
    """Return a tool; the engine takes a quarter of a second to look one up."""
    return getattr(getattr(_environment(), category), name)


@dataclass(frozen=True)
class Surface:
    """A raster inside the engine."""

    raster: Any

    def terrain(self, name: str, **options: Any) -> np.ndarray:
        """Run a terrain tool on the raster; float64, NaN where it has no data."""
        result = _tool("terrain", name)(input=self.raster, **options)
        values = _values_by_file(result)
        # The engine would otherwise keep it until the end of the block.
        _environment().remove_raster_from_memory(result)
        return values

    def hydrology(self, name: str, **options: Any) -> "Surface":
        """Return the surface that a hydrological tool makes of this one."""
        return Surface(_tool("hydrology", name)(dem=self.raster, **options))

    def values(self) -> np.ndarray:
        """Return the raster itself; float64, NaN where it has no data.

        Contributing areas are declared as float32, as which their files would be written; the
        engine computes and holds them as float64.
        """
        return _values_by_file(self.raster.new_from_other_with_data(self.raster, "f64"))


@contextmanager
def loaded(elevation_m: np.ndarray, cell_size_m: float) -> Iterator[Surface]:
    """Give a DEM to the engine for the length of a ``with`` block.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        Elevation in metres on square cells, north up; NaN for no data.
    cell_size_m : float
        Edge of a cell in metres.

    Yields
    ------
    Surface
        The DEM inside the engine, float64.

    Notes
    -----
    The engine reads files only, so the DEM passes through a temporary GeoTIFF. It keeps every
    raster it makes until it is cleared, which the end of the block does.
    """
    with tempfile.TemporaryDirectory(prefix="hotslope_terrain_") as folder:
        path = Path(folder) / "dem.tif"
        _write(path, elevation_m, cell_size_m)
        try:
            yield Surface(_environment().read_raster(str(path)))
        finally:
            _environment().clear_raster_memory()


def _write(path: Path, elevation_m: np.ndarray, cell_size_m: float) -> None:
    rows, columns = elevation_m.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=rows,
        width=columns,
        count=1,
        dtype="float64",
        crs=_METRIC_CRS,
        transform=Affine(cell_size_m, 0.0, 500_000.0, 0.0, -cell_size_m, 4_000_000.0),
        nodata=_NODATA,
    ) as target:
        target.write(np.where(np.isnan(elevation_m), _NODATA, elevation_m), 1)


def _values_by_file(raster: Any) -> np.ndarray:
    """Return the values of a raster whose file holds all their digits.

    The engine takes ten times as long to hand over an array, and as much memory.
    """
    with tempfile.TemporaryDirectory(prefix="hotslope_terrain_") as folder:
        path = Path(folder) / "values.tif"
        _environment().write_raster(raster, str(path), options={"compress": False})
        with rasterio.open(path) as source:
            values = source.read(1, out_dtype="float64")
    values[values == _NODATA] = np.nan
    return values
