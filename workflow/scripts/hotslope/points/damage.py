"""Files that open, but whose content is damaged. Needs GDAL (pyogrio, rasterio)."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyogrio.errors import (
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
)
from rasterio.errors import RasterioIOError
from shapely.errors import ShapelyError

from hotslope.errors import InputError

#: What GDAL and GEOS raise where features or cells cannot be read.
_DAMAGE = (
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
    RasterioIOError,
    ShapelyError,
    UnicodeDecodeError,
)


@contextmanager
def whole(key: str, path: str) -> Iterator[None]:
    """Make an InputError of what comes to light only when content is read: the file is damaged."""
    try:
        yield
    except _DAMAGE as error:
        raise InputError(
            f"{key}: {path}", f"is damaged or cut short ({error})", "Copy or fetch it again"
        ) from None
