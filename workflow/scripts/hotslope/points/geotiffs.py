"""GeoTIFFs of raster products on one grid, read some rows at a time."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import rasterio
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window as RasterWindow

from hotslope.errors import InputError
from hotslope.points.archives import require_file
from hotslope.points.cells import CellGrid, edges_to_centres

_DAMAGE = (RasterioError, OSError, ValueError, TypeError, CRSError)


class GeoTiff:
    """A raster that is opened anew for each read: a stack may hold more files than can be open.

    Parameters
    ----------
    path : str
        The file.

    Raises
    ------
    InputError
        No readable raster, no CRS, or a grid that is not north-up.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        require_file(path)
        try:
            with _quiet(), rasterio.open(path) as raster:
                self.shape, self.count = raster.shape, raster.count
                self.transform = raster.transform
                self.chunk_rows = raster.block_shapes[0][0]
                self.tags = raster.tags()
                self.is_integer = np.issubdtype(np.dtype(raster.dtypes[0]), np.integer)
                crs = raster.crs
                self.crs = None if crs is None else CRS.from_user_input(crs).to_string()
        except _DAMAGE as error:
            raise InputError(
                path, f"is no readable raster ({str(error)[:120]})", "Copy the file again"
            ) from None

    def grid(self) -> CellGrid:
        """Return the cell centres."""
        if self.crs is None:
            raise InputError(self.path, "the raster has no CRS", "Assign it (gdal_edit -a_srs)")
        step_x, skew_x, first_x, skew_y, step_y, first_y = self.transform[:6]
        if self.transform.is_identity:
            raise InputError(self.path, "the raster has no position", "Give it as it was written")
        if skew_x or skew_y:
            raise InputError(self.path, "the grid is rotated", "Warp it to a north-up grid")
        rows, columns = self.shape
        x = edges_to_centres(first_x, step_x, columns)
        y = edges_to_centres(first_y, step_y, rows)
        return CellGrid(self.path, x, y, self.crs)

    def read(self, rows: slice, columns: slice, band: int = 1) -> np.ndarray:
        """Return some rows as float32 in the unit of the file; NaN where there is no data."""
        window = RasterWindow(
            columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start
        )
        try:
            with _quiet(), rasterio.open(self.path) as raster:
                values = raster.read(band, window=window, masked=True)
                scale, offset = raster.scales[band - 1], raster.offsets[band - 1]
        except _DAMAGE as error:
            raise InputError(
                self.path, f"the raster is damaged ({str(error)[:120]})", "Copy the file again"
            ) from None
        floats = values.astype(np.float32).filled(np.nan)
        return floats if (scale, offset) == (1.0, 0.0) else floats * scale + offset


@contextmanager
def _quiet() -> Iterator[None]:
    """Ignore the warning of a raster without position, which `GeoTiff.grid` refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


def layer(path: str, grid: CellGrid, bands: int = 1) -> GeoTiff:
    """Open a raster that must have the grid's cells, and at least so many bands."""
    raster = GeoTiff(path)
    grid.refuse_other(raster.grid(), "Warp all rasters to one grid (gdalwarp -te … -tr …)")
    if raster.count < bands:
        raise InputError(
            path, f"has {raster.count} bands, {bands} are needed", "Give the right layer"
        )
    return raster
