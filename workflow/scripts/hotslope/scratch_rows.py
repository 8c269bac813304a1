"""Rasters of intermediate results that stay on disk, for as long as somebody refers to them."""

import tempfile
from pathlib import Path

import numpy as np


class ScratchRows:
    """A raster in a file without a name, which goes as an array goes, and with its process.

    Parameters
    ----------
    folder : str or Path
        On the disk that should hold it.
    shape : tuple of int
        Rows, columns.
    value : float
        What cells hold before they are written. Rows that never are take no space.
    """

    def __init__(self, folder: str | Path, shape: tuple[int, int], value: float) -> None:
        self.shape = shape
        self._value = value
        self._is_written = np.zeros(shape[0], dtype=bool)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._file.truncate(8 * shape[0] * shape[1])

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()

    def __getitem__(self, window: tuple[slice, slice]) -> np.ndarray:
        """Read cells of some rows; float64."""
        rows, columns = window
        values = np.full((rows.stop - rows.start, self.shape[1]), self._value)
        if self._is_written[rows].any():
            self._file.seek(8 * rows.start * self.shape[1])
            self._file.readinto(values.data)
            values[~self._is_written[rows]] = self._value
        return values[:, columns]

    def __setitem__(self, window: tuple[slice, slice], values: np.ndarray) -> None:
        """Write whole rows."""
        rows, _ = window
        self._file.seek(8 * rows.start * self.shape[1])
        self._file.write(np.ascontiguousarray(values).data)
        self._is_written[rows] = True
