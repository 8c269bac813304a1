"""Stacks of unwrapped interferograms with their coherence: GeoTIFFs named by pairs of dates.

HyP3, LiCSAR and ISCE name them so: ``…_unw_phase.tif`` and ``…_corr.tif`` with two dates before,
``20200104_20200116.geo.unw.tif`` and ``….geo.cc.tif``, ``20200104_20200116/filt_fine.unw.tif``.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS, Transformer

from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.interferometry.baselines import read_baselines
from hotslope.interferometry.network import network_pieces, within_limits
from hotslope.points.cells import CellGrid, cells_within
from hotslope.points.coordinates import Window, check_extent, describe, in_degrees, locate
from hotslope.points.geotiffs import GeoTiff, layer
from hotslope.points.layouts import LINE_OF_SIGHT, listed
from hotslope.points.pairs import Pair, pair_from_name
from hotslope.points.readers.hyp3 import line_of_sight_of_look
from hotslope.points.roles import file_list

#: The format of such stacks in the config.
STACKED = "unwrapped"
#: Roles of the files of a track; the first three are needed.
RASTERS = ("interferograms", "coherence")
BASELINES = "baselines"
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
ROLES = (*RASTERS, BASELINES, *LAYERS, "line_of_sight", "mask")
#: What is taken for interferograms, and for coherence, in a folder.
_NAMES = {
    "interferograms": re.compile(r"unw(?!.*(comp|mask))", re.IGNORECASE),
    "coherence": re.compile(r"[._]corr?$|coh|\.cc$", re.IGNORECASE),
}
_SUFFIXES = (".tif", ".tiff", ".geotiff")
#: Fewer acquisitions do not separate a rate, a height and noise.
MIN_DATES = 8
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
    coherence : mapping of str to GeoTiff
        Interferogram → its coherence.
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

    def bounds(self, crs: CRS) -> Bounds:
        """Return the bounds of the cell centres in a CRS."""
        transformer = Transformer.from_crs(self.grid.crs, crs, always_xy=True)
        return transformer.transform_bounds(*self.grid.extent, densify_pts=21)

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
        grid = self.grid
        rows, columns = cells_within(grid, window)
        if not rows.size or not columns.size:
            covered = "" if window.crs is None else describe(self.bounds(window.crs))
            wanted = "" if window.bounds_m is None else describe(window.bounds_m)
            raise InputError(
                grid.place,
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


def open_stack(points: Any, limits: Limits, key: str) -> InterferogramStack:
    """Open the rasters of a stack and check all that their cells are not needed for.

    Parameters
    ----------
    points : mapping
        Role → file, folder or list: `ROLES`.
    limits : Limits
    key : str
        Config key of the track, ``tracks.<track>``.

    Raises
    ------
    InputError
        Roles or coherences that are missing, rasters of another grid, pairs given twice or named
        backwards, acquisitions without baseline, too few acquisitions, or a network in pieces.
    """
    if not isinstance(points, Mapping):
        raise InputError(
            f"{key}.points",
            "is no mapping of roles to files",
            f"Write interferograms:, coherence: and baselines: with their files; also "
            f"{listed(ROLES[3:])}",
        )
    for role in points:
        if role not in ROLES:
            raise InputError(
                f"{key}.points.{role}", "is no role of format unwrapped", f"Use {listed(ROLES)}"
            )
    for role in (*RASTERS, BASELINES):
        if role not in points:
            raise InputError(f"{key}.points", f"names no {role}", f"Add {role}: and its files")
    phases = _by_pair(points["interferograms"], "interferograms", key)
    coherences = _by_pair(points["coherence"], "coherence", key)
    lacking = sorted(set(phases) - set(coherences))
    if lacking:
        raise InputError(
            f"{key}.points.coherence",
            f"no coherence of {listed([_named(dates) for dates in lacking], 6)}",
            "Add it, or leave out these interferograms",
        )
    every = sorted({date for dates in phases for date in dates})
    baseline_m = read_baselines(file_list(points[BASELINES]), every)
    used = _used(phases, every, baseline_m, limits, key)
    pairs = tuple(phases[dates] for dates in sorted(phases) if dates in used)
    dates = sorted({date for pair in used for date in pair})
    at = {date: index for index, date in enumerate(dates)}
    positions = np.array([(at[pair.reference], at[pair.secondary]) for pair in pairs])
    pieces = network_pieces(positions, len(dates))
    grid = GeoTiff(pairs[0].path).grid()
    check_extent(grid.extent, grid.crs, grid.place, "the CRS of the file")
    return InterferogramStack(
        key,
        grid,
        pairs,
        tuple(phases[dates] for dates in sorted(phases) if dates not in used),
        tuple(dates),
        positions,
        baseline_m[[every.index(date) for date in dates]],
        _accepted(pieces, dates, limits, key),
        {pair.path: layer(pair.path, grid) for pair in pairs},
        {pair.path: layer(coherences[pair.reference, pair.secondary].path, grid) for pair in pairs},
        _layers(points, grid, key),
        limits,
    )


def _layers(points: Mapping[str, Any], grid: CellGrid, key: str) -> dict[str, GeoTiff]:
    """Open the layers beside the stack."""
    for together in (("look_theta", "look_phi"), ("east", "north", "up")):
        given = [role for role in together if role in points]
        if given and len(given) < len(together):
            raise InputError(
                f"{key}.points", f"only {listed(given)} of {listed(together)}", "Give all or none"
            )
    opened = {}
    for role in (*LAYERS, "line_of_sight", "mask"):
        if role not in points:
            continue
        if not isinstance(points[role], str):
            raise InputError(f"{key}.points.{role}", "several files", "Give one file")
        opened[role] = layer(points[role], grid, 3 if role == "line_of_sight" else 1)
    return opened


def _by_pair(files: Any, role: str, key: str) -> dict[tuple[dt.date, dt.date], Pair]:
    """Return the rasters of a role by their pair of dates."""
    found: dict[tuple[dt.date, dt.date], Pair] = {}
    for path in _rasters(file_list(files), role):
        pair = dated_pair(path)
        dates = (pair.reference, pair.secondary)
        if pair.secondary <= pair.reference:
            raise InputError(
                path,
                f"is named from {pair.reference} to {pair.secondary}, backwards",
                "Name the earlier date first, with the phase of the earlier times the conjugate "
                "of the later acquisition",
            )
        if dates in found:
            raise InputError(
                f"{key}.points.{role}",
                f"{found[dates].path} and {path} are both of {_named(dates)}",
                "Give one of them",
            )
        found[dates] = pair
    return found


def _rasters(files: Sequence[str], role: str) -> list[str]:
    """Return the rasters of a role among files and folders, however deep."""
    found: list[str] = []
    for name in files:
        if not Path(name).is_dir():
            found.append(name)
            continue
        inside = sorted(
            str(path)
            for path in Path(name).rglob("*")
            if path.suffix.lower() in _SUFFIXES and _NAMES[role].search(path.stem)
        )
        if not inside:
            raise InputError(
                name,
                f"no GeoTIFF in the folder is named as {role} are (*unw*.tif; *corr*.tif, "
                "*coh*.tif, *.cc.tif)",
                "Correct the path, or list the files",
            )
        found += inside
    return found


def dated_pair(path: str) -> Pair:
    """Return the two dates in the name of a raster, or in that of its folder."""
    try:
        return pair_from_name(path)
    except InputError:
        folder = pair_from_name(str(Path(path).parent))
        return Pair(path, folder.reference, folder.secondary)


def _used(
    phases: Mapping[tuple[dt.date, dt.date], Pair],
    every: Sequence[dt.date],
    baseline_m: np.ndarray,
    limits: Limits,
    key: str,
) -> set[tuple[dt.date, dt.date]]:
    """Return the pairs within the limits."""
    listed_pairs = sorted(phases)
    at = {date: index for index, date in enumerate(every)}
    span_days = np.array([(later - first).days for first, later in listed_pairs])
    across_m = np.array([baseline_m[at[b]] - baseline_m[at[a]] for a, b in listed_pairs])
    keep = within_limits(
        span_days,
        across_m,
        max_perpendicular_baseline_m=limits.max_perpendicular_baseline_m,
        max_temporal_baseline_days=limits.max_temporal_baseline_days,
    )
    used = {pair for pair, kept in zip(listed_pairs, keep, strict=True) if kept}
    dates = Counter(date for pair in used for date in pair)
    if len(dates) < MIN_DATES:
        raise InputError(
            f"{key}.points.interferograms",
            f"{len(used)} of {len(phases)} interferograms keep the limits of "
            f"{limits.max_perpendicular_baseline_m:g} m and "
            f"{limits.max_temporal_baseline_days:g} days, with {len(dates)} acquisitions of the "
            f"{MIN_DATES} needed",
            "Give more interferograms, or raise interferometry.max_perpendicular_baseline_m or "
            "max_temporal_baseline_days",
        )
    return used


def _accepted(pieces: np.ndarray, dates: Sequence[dt.date], limits: Limits, key: str) -> np.ndarray:
    """Return the pieces of the network if it may have so many; else name them."""
    count = int(pieces.max()) + 1
    if count == 1 or limits.join_pieces:
        return pieces
    spans = []
    for piece in range(count):
        inside = [date for date, own in zip(dates, pieces, strict=True) if own == piece]
        spans.append(f"{inside[0]} to {inside[-1]} ({len(inside)} acquisitions)")
    raise InputError(
        f"{key}.points.interferograms",
        f"the network is in {count} pieces: {listed(spans, 4)}",
        "Add interferograms between them, raise interferometry.max_temporal_baseline_days or "
        "max_perpendicular_baseline_m, or set interferometry.join_pieces: true to join them by "
        "each point's rate",
    )


def _named(dates: tuple[dt.date, dt.date]) -> str:
    return f"{dates[0]:%Y%m%d}_{dates[1]:%Y%m%d}"
