"""HDF5 and NetCDF-4 files: what is missing or damaged becomes an InputError."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import h5py
import numpy as np

from hotslope.errors import InputError
from hotslope.points.acquisitions import parse_epoch
from hotslope.points.archives import require_file
from hotslope.points.layouts import listed

#: What h5py raises where bytes of a file are not what they should be.
_DAMAGE = (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError, MemoryError)


class Hdf5:
    """An open file.

    Parameters
    ----------
    path : str
        The file, as messages name it.
    file : h5py.File
        Open for reading.
    """

    def __init__(self, path: str, file: h5py.File) -> None:
        self.path = path
        self.file = file

    def __contains__(self, name: str) -> bool:
        """Whether there is a dataset of this name."""
        try:
            return isinstance(self.file.get(name), h5py.Dataset)
        except _DAMAGE as error:
            raise self._damaged(name, error) from None

    def require(self, name: str) -> None:
        """Raise an InputError unless there is a dataset of this name."""
        if name not in self:
            raise InputError(
                self.path,
                f"no dataset {name}; there are {listed(self.names())}",
                "Give the file that holds it",
            )

    def require_shape(self, name: str, shape: tuple[int, ...]) -> None:
        """Raise an InputError unless a dataset has this shape."""
        found = self.dataset(name, len(shape)).shape
        if found != shape:
            raise InputError(
                f"{self.path}, dataset {name}",
                f"has the shape {found}, not {shape}",
                "Give files of one product, as its tool wrote them",
            )

    def dataset(self, name: str, dimensions: int | None = None) -> h5py.Dataset:
        """Return a dataset of numbers; refuse any other."""
        self.require(name)
        with self._guarded(name):
            found = self.file[name]
            shape, kind = found.shape, found.dtype.kind
        if dimensions is not None and (shape is None or len(shape) != dimensions):
            raise InputError(
                f"{self.path}, dataset {name}",
                f"has the shape {shape}, not {dimensions} dimensions",
                "Give the product as its tool wrote it",
            )
        if kind not in "fiub":
            raise InputError(
                f"{self.path}, dataset {name}", "holds no numbers", "Export the product again"
            )
        return found

    def numbers(self, name: str, index: Any = (), dimensions: int | None = None) -> np.ndarray:
        """Return (part of) a dataset as float64, integers of more than 32 bits included."""
        found = self.dataset(name, dimensions)
        with self._guarded(name):
            return np.asarray(found[index], dtype=np.float64)

    def floats(self, name: str, index: Any = ()) -> np.ndarray:
        """Return (part of) a dataset as float32."""
        found = self.dataset(name)
        with self._guarded(name):
            return np.asarray(found[index], dtype=np.float32)

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, or of integers written out."""
        self.require(name)
        with self._guarded(name):
            values = np.ravel(self.file[name][()])
            if values.dtype.kind == "f":
                return [f"{value:g}" if value % 1 else f"{value:.0f}" for value in values.tolist()]
            return [
                value.decode("utf-8") if isinstance(value, bytes) else _readable(str(value))
                for value in values.tolist()
            ]

    def dates(self, name: str, count: int) -> list[dt.date]:
        """Return `count` dates that are written as YYYYMMDD, texts or integers."""
        texts = self.texts(name)
        if len(texts) != count:
            raise InputError(self.path, f"{len(texts)} dates for {count} layers", "Export it again")
        return [parse_epoch(text, f"{self.path}, dataset {name}") for text in texts]

    def chunk_rows(self, name: str) -> int:
        """Return how many rows of a raster, or of a stack of them, are stored together."""
        chunks = self.dataset(name).chunks
        return chunks[-2] if chunks else 1

    def attribute(self, name: str, of: str = "/") -> str | None:
        """Return an attribute as text whatever its type, None where there is none."""
        with self._guarded(f"attribute {name}"):
            value = self.file[of].attrs.get(name)
            if isinstance(value, bytes):
                value = value.decode("utf-8")
            if isinstance(value, np.ndarray | list) and np.size(value) == 1:
                value = np.ravel(value)[0]
            return None if value is None else _readable(str(value)).strip()

    def number(self, name: str, of: str = "/") -> float | None:
        """Return an attribute as a number; refuse text that is none."""
        text = self.attribute(name, of)
        if text is None:
            return None
        try:
            value = float(text)
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            raise InputError(
                f"{self.path}, attribute {name}", f"{text[:60]!r} is no number", "Correct it"
            )
        return value

    def names(self) -> list[str]:
        """Return the names of all datasets."""
        found: list[str] = []
        with self._guarded("its contents"):
            self.file.visititems(
                lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None
            )
        return found

    @contextmanager
    def _guarded(self, name: str) -> Iterator[None]:
        try:
            yield
        except _DAMAGE as error:
            raise self._damaged(name, error) from None

    def _damaged(self, name: str, error: BaseException) -> InputError:
        return InputError(
            f"{self.path}, {name}", f"cannot be read ({str(error)[:120]})", "Copy the file again"
        )


def _readable(text: str) -> str:
    """Return a text; raise a UnicodeError where h5py marked bytes that it could not decode."""
    text.encode("utf-8")
    return text


@contextmanager
def open_hdf5(path: str) -> Iterator[Hdf5]:
    """Open an HDF5 file, or raise an InputError."""
    require_file(path)
    try:
        file = h5py.File(path, "r")
    except _DAMAGE as error:
        raise InputError(
            path, f"is no readable HDF5 file ({str(error)[:120]})", "Copy the file again"
        ) from None
    try:
        yield Hdf5(path, file)
    finally:
        file.close()
