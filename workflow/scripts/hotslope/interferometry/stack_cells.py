"""Cells of a stack of interferograms, read some rows at a time."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pyproj import CRS, Transformer

from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.points.cells import CellGrid, cells_within
from hotslope.points.coordinates import Window, describe, in_degrees, locate
from hotslope.points.geotiffs import GeoTiff
from hotslope.points.layouts import LINE_OF_SIGHT
from hotslope.points.pairs import Pair
from hotslope.points.readers.hyp3 import line_of_sight_of_look, refuse_degrees

#: Role → column of what it holds; angles and vectors become the line of sight.
LAYERS = {
    "height": "height_m",
    "incidence": "incidence_deg",
    "look_theta": "look_theta",
    "look_phi": "look_phi",
    "east": "los_east",
    "north": "los_north",
    "up": "los_up",
}
#: Bytes of phase and coherence read at once.
_BLOCK_BYTES = 128 * 1024**2


@dataclass(frozen=True)
class Limits:
    """Which interferograms are used, and which of their cells.

    Parameters
    ----------
    max_perpendicular_baseline_m, max_temporal_baseline_days : float
        Longer pairs are left out.
    min_interferogram_coherence : float
        Cells of an interferogram below it are missing.
    join_pieces : bool
        Whether a network in pieces is accepted.
    """

    max_perpendicular_baseline_m: float
    max_temporal_baseline_days: float
    min_interferogram_coherence: float
    join_pieces: bool


@dataclass(frozen=True)
class Cells:
    """Some cells of a stack.

    Parameters
    ----------
    points : DataFrame
        ``point_id`` (row_column in the grid), ``x_m, y_m, lon, lat`` and the layers given.
    phase_rad, coherence : ndarray, float32, shape (cells, pairs)
        Phase is NaN where missing, masked, or of too little coherence.
    """

    points: pd.DataFrame
    phase_rad: np.ndarray
    coherence: np.ndarray


@dataclass(frozen=True)
class InterferogramStack:
    """An opened stack, checked but for its cells.

    Parameters
    ----------
    key : str
        Config key of the track.
    grid : CellGrid
        Cells of all rasters.
    pairs : tuple of Pair
        Interferograms within the limits, by the earlier, then the later date.
    left_out : tuple of Pair
        Interferograms beyond the limits.
    dates : tuple of datetime.date
        Acquisitions of the pairs used.
    positions : ndarray of int, shape (pairs, 2)
        Of the earlier and later date of each pair in `dates`.
    baseline_m : ndarray, shape (dates,)
        Perpendicular baselines.
    pieces : ndarray of int, shape (dates,)
        Piece of the network of each date.
    phases, coherence : mapping of str to GeoTiff
        Path of each interferogram → itself, and its coherence.
    layers : mapping of str to GeoTiff
        Role → raster.
    limits : Limits
    """

    key: str
    grid: CellGrid
    pairs: tuple[Pair, ...]
    left_out: tuple[Pair, ...]
    dates: tuple[dt.date, ...]
    positions: np.ndarray
    baseline_m: np.ndarray
    pieces: np.ndarray
    phases: Mapping[str, GeoTiff]
    coherence: Mapping[str, GeoTiff]
    layers: Mapping[str, GeoTiff]
    limits: Limits

    @property
    def days(self) -> np.ndarray:
        """Times of the acquisitions, days after the first."""
        return np.array([(date - self.dates[0]).days for date in self.dates], dtype=np.float64)

    @property
    def unknowns(self) -> int:
        """Phases to be found at a cell: acquisitions less pieces of the network."""
        return len(self.dates) - (int(self.pieces.max()) + 1)

    @property
    def has_loops(self) -> bool:
        """Whether some interferogram is redundant, so that temporal coherence says something."""
        return len(self.pairs) > self.unknowns

    def bounds(self, crs: CRS) -> Bounds:
        """Return the bounds of the cell centres in a CRS."""
        transformer = Transformer.from_crs(self.grid.crs, crs, always_xy=True)
        return transformer.transform_bounds(*self.grid.extent, densify_pts=21)

    def rows_and_columns(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows and columns of the grid that the window may hold; there may be none."""
        grid = self.grid
        if in_degrees(grid.crs):
            grid = replace(grid, x=window.unrolled(grid.x))
        return cells_within(grid, window)

    def blocks(self, window: Window, step: int = 1) -> Iterator[Cells]:
        """Yield the cells within the window, some rows at a time.

        Parameters
        ----------
        window : Window
            Project CRS, bounds and thinning.
        step : int
            Of what is left, every so many rows and columns: a sample.

        Raises
        ------
        InputError
            No cell lies in the study area.
        """
        rows, columns = self.rows_and_columns(window)
        if not rows.size or not columns.size:
            covered = "" if window.crs is None else describe(self.bounds(window.crs))
            wanted = "" if window.bounds_m is None else describe(window.bounds_m)
            raise InputError(
                self.grid.place,
                f"no cell lies in the study area {wanted}: the interferograms cover {covered}",
                "Correct study_area.bounds_m or the path of the interferograms",
            )
        rows, columns = rows[::step], columns[::step]
        across = slice(int(columns[0]), int(columns[-1]) + 1)
        width = across.stop - across.start
        at_once = max(1, _BLOCK_BYTES // (8 * len(self.pairs) * width * step))
        for start in range(0, rows.size, at_once):
            yield self._read(rows[start : start + at_once], columns, across, window)

    def _read(self, rows: np.ndarray, columns: np.ndarray, across: slice, window: Window) -> Cells:
        """Read the cells of some rows and columns."""
        down = slice(int(rows[0]), int(rows[-1]) + 1)
        chosen = np.ix_(rows - down.start, columns - across.start)

        def values(raster: GeoTiff, band: int = 1) -> np.ndarray:
            return raster.read(down, across, band)[chosen].ravel()

        count = rows.size * columns.size
        phase = np.empty((count, len(self.pairs)), dtype=np.float32)
        coherence = np.empty_like(phase)
        for index, pair in enumerate(self.pairs):
            phase[:, index] = values(self.phases[pair.path])
            coherence[:, index] = self._coherence(pair, values(self.coherence[pair.path]))
        # Programs fill what they do not unwrap with exactly 0, with or without saying so.
        missing = (phase == 0) | ~(coherence >= self.limits.min_interferogram_coherence)
        if "mask" in self.layers:
            shown = values(self.layers["mask"])
            missing |= (~np.isfinite(shown) | (shown == 0))[:, None]
        phase[missing] = np.nan
        coherence[~np.isfinite(coherence)] = 0.0
        row, column = (part.ravel() for part in np.meshgrid(rows, columns, indexing="ij"))
        names = ("lon", "lat") if in_degrees(self.grid.crs) else ("x_m", "y_m")
        frame = pd.DataFrame(
            {
                "point_id": [f"{r}_{c}" for r, c in zip(row, column, strict=True)],
                names[0]: self.grid.x[column],
                names[1]: self.grid.y[row],
            }
        )
        for role, name in LAYERS.items():
            if role in self.layers:
                frame[name] = values(self.layers[role]).astype(np.float64)
        if "line_of_sight" in self.layers:
            for band, name in enumerate(LINE_OF_SIGHT, start=1):
                frame[name] = values(self.layers["line_of_sight"], band).astype(np.float64)
        if "look_theta" in frame:
            look = (frame.pop("look_theta").to_numpy(), frame.pop("look_phi").to_numpy())
            # Cells without any phase may be filled with whatever.
            refuse_degrees(look[0][~missing.all(axis=1)], self.layers["look_theta"].path)
            frame[list(LINE_OF_SIGHT)] = np.column_stack(line_of_sight_of_look(*look))
        return Cells(locate(frame, self.grid.crs, window), phase, coherence)

    def _coherence(self, pair: Pair, values: np.ndarray) -> np.ndarray:
        """Return coherence 0 to 1; files of whole numbers hold 0 to 255."""
        raster = self.coherence[pair.path]
        scaled = values / np.float32(255) if raster.is_integer else values
        known = scaled[np.isfinite(scaled)]
        if known.size and not (known.min() >= 0 and known.max() <= 1.001):
            raise InputError(
                raster.path,
                f"coherence reaches from {known.min():g} to {known.max():g}",
                "Give coherence from 0 to 1 (or whole numbers to 255) as role coherence",
            )
        return np.minimum(scaled, np.float32(1))
