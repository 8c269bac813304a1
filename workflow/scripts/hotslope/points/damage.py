"""Files that open, but whose content is damaged. Needs GDAL (pyogrio)."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyogrio.errors import (
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
)
from shapely.errors import ShapelyError

from hotslope.errors import InputError

#: What GDAL and GEOS raise where features cannot be read.
_DAMAGE = (
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
    ShapelyError,
    UnicodeDecodeError,
)


@contextmanager
def whole(key: str, path: str, *others: type[Exception]) -> Iterator[None]:
    """Make an InputError of what comes to light only when content is read: the file is damaged.

    `others` are what a reader of rasters raises.
    """
    try:
        yield
    except (*_DAMAGE, *others) as error:
        raise InputError(
            f"{key}: {path}", f"is damaged or cut short ({error})", "Copy or fetch it again"
        ) from None
