"""Reading of the tables and rasters of a track together, and writing of scores of its points."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import rasterio

from hotslope.columns import HEIGHT, POINT_ID, VELOCITY, X, Y
from hotslope.files import ROW_GROUP_SIZE
from hotslope.grid import Grid
from hotslope.motion.background import SMOOTHING_M, sample_background
from hotslope.motion.height_dependence import HeightDependence
from hotslope.motion.scores import Scores, departures
from hotslope.motion.tables import HOTSPOTS
from hotslope.motion.variogram import Variogram
from hotslope.points.tables import POINTS
from hotslope.rasters import read_raster, write_raster
from hotslope.rows import check_same_points
from hotslope.schemas import Table

#: Bands of a raster of the background with their units; the last two only where it depends on
#: height.
_BACKGROUND_BANDS = {
    "background_mm_yr": "mm/yr",
    "height_gradient_mm_yr_m": "mm/yr/m",
    "mean_height_m": "m",
}
#: Tag of a raster of the background: standard deviation of its smoothing, m; 0 if it is none.
_SMOOTHING_TAG = "smoothing_m"


class TrackVelocity(NamedTuple):
    """Points of a track with their velocity and the background there.

    Attributes
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.
    velocity_mm_yr, background_mm_yr : ndarray, float64, shape (points,)
        Line-of-sight velocity, and the long-wave background; 0 where none is subtracted.
    """

    x: np.ndarray
    y: np.ndarray
    velocity_mm_yr: np.ndarray
    background_mm_yr: np.ndarray


def read_velocity(points_path: str | Path, background_path: str | Path | None) -> TrackVelocity:
    """Read where the points of a track lie and how they move; no background where none is given."""
    return TrackVelocity(*_read_moving(points_path, background_path, 4, lambda v, b: (v, b)))


def read_rates(
    points_path: str | Path, background_path: str | Path | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read where the points of a track lie, and their velocity less a background, if any.

    Returns
    -------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.
    rate_mm_yr : ndarray, float64, shape (points,)
    """
    x, y, rate = _read_moving(points_path, background_path, 3, lambda v, b: (v - b,))
    return x, y, rate


def read_departures(
    points_path: str | Path, background_path: str | Path | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read the same as `read_rates`, without rounding: see `hotslope.motion.scores.departures`."""
    x, y, rate = _read_moving(points_path, background_path, 3, lambda v, b: (departures(v, b),))
    return x, y, rate


def _read_moving(
    points_path: str | Path,
    background_path: str | Path | None,
    columns: int,
    of_motion: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, ...]],
) -> list[np.ndarray]:
    """Read x, y and what is made of velocity and background, some points at a time."""
    background = Background.read(background_path)
    names = [X, Y, VELOCITY, *background.columns]
    found = [np.empty(pq.read_metadata(points_path).num_rows) for _ in range(columns)]
    for rows, points in POINTS.read_in_parts(points_path, names):
        x, y, velocity = (points[column].to_numpy() for column in (X, Y, VELOCITY))
        parts = (x, y, *of_motion(velocity, background.at(points)))
        for column, part in zip(found, parts, strict=True):
            column[rows] = part
    return found


def write_background(
    path: str | Path,
    grid: Grid,
    background_mm_yr: np.ndarray,
    smoothing_m: float,
    dependence: HeightDependence | None,
) -> None:
    """Write the long-wave background of a track.

    Parameters
    ----------
    path : str or Path
        Raster to write.
    grid : Grid
        Its cells.
    background_mm_yr : ndarray, float64, shape ``grid.shape``
        Background at the mean height around.
    smoothing_m : float
        Over how many metres it was smoothed; 0 where none is removed.
    dependence : HeightDependence or None
        How it depends on height.
    """
    method = "modal+height" if dependence else "modal"
    layers = [background_mm_yr, *(dependence or ())]
    names = list(_BACKGROUND_BANDS)[: len(layers)]
    write_raster(
        path,
        dict(zip(names, layers, strict=True)),
        grid,
        {
            "sign": "positive: toward the sensor",
            "method": method if smoothing_m else "none",
            _SMOOTHING_TAG: f"{smoothing_m:g}",
        },
        units=[_BACKGROUND_BANDS[name] for name in names],
    )


class Background(NamedTuple):
    """The long-wave background of a track, or none.

    Attributes
    ----------
    grid : Grid or None
        Its cells; None where nothing is removed.
    background_mm_yr : ndarray, float64, shape ``grid.shape``, or None
    dependence : HeightDependence or None
        How it depends on height.
    """

    grid: Grid | None = None
    background_mm_yr: np.ndarray | None = None
    dependence: HeightDependence | None = None

    @classmethod
    def read(cls, path: str | Path | None) -> "Background":
        """Read what `write_background` wrote; none where no file is given."""
        if not path:
            return cls()
        background_mm_yr, grid = read_raster(path)
        if not height_columns(path):
            return cls(grid, background_mm_yr)
        dependence = HeightDependence(read_raster(path, 2)[0], read_raster(path, 3)[0])
        return cls(grid, background_mm_yr, dependence)

    @property
    def columns(self) -> list[str]:
        """Columns of points that it needs beside x and y."""
        return [HEIGHT] if self.dependence else []

    def at(self, points: pd.DataFrame) -> np.ndarray:
        """Return the background at points, mm/yr; 0 where none is removed."""
        x, y = points[X].to_numpy(), points[Y].to_numpy()
        if self.grid is None or self.background_mm_yr is None:
            return np.zeros(x.size)
        found = sample_background(self.grid, self.background_mm_yr, x, y)
        if self.dependence:
            found += self.dependence.at(self.grid, x, y, points[HEIGHT].to_numpy())
        return found


def height_columns(background_path: str | Path | None) -> list[str]:
    """Return which columns of heights a background asks for."""
    if not background_path:
        return []
    with rasterio.open(background_path) as source:
        return [HEIGHT] if source.count == len(_BACKGROUND_BANDS) else []


def read_background(path: str | Path | None, points: pd.DataFrame) -> np.ndarray:
    """Read the long-wave background at points, mm/yr; 0 where no file is given.

    `points` has x, y, and heights where `height_columns` says so.
    """
    return Background.read(path).at(points)


def read_smoothing_m(path: str | Path | None) -> float:
    """Read over how many metres the background was smoothed; 0 where none is removed."""
    if not path:
        return 0.0
    with rasterio.open(path) as source:
        return float(source.tags().get(_SMOOTHING_TAG, SMOOTHING_M))


def read_scores(
    points_path: str | Path, hotspots_path: str | Path
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read x, y and z of the points of a track; refuse a table of other points."""
    check_same_points(points_path, hotspots_path)
    points = POINTS.read_numbers(points_path, [X, Y])
    z = HOTSPOTS.read_numbers(hotspots_path, ["z"])["z"].to_numpy()
    return points[X].to_numpy(), points[Y].to_numpy(), z


def write_scores(points_path: str | Path, scores_path: str | Path, scores: Scores) -> None:
    """Write the scores of a track beside the identifiers of its points, some at a time."""
    write_beside_points(HOTSPOTS, points_path, scores_path, scores.columns)


def write_beside_points(
    table: Table,
    points_path: str | Path,
    path: str | Path,
    columns: Callable[[slice], Mapping[str, np.ndarray]],
) -> None:
    """Write columns of a table beside the identifiers of the points of a track, some at a time.

    `columns` returns those of some rows.
    """
    table.write_parts(path, _beside_points(table, points_path, columns))


def _beside_points(
    table: Table, points_path: str | Path, columns: Callable[[slice], Mapping[str, np.ndarray]]
) -> Iterator[pd.DataFrame]:
    """Yield columns with the identifiers of their points, as many at a time as a row group has."""
    begin = 0
    with pq.ParquetFile(points_path) as points:
        for batch in points.iter_batches(ROW_GROUP_SIZE, columns=[POINT_ID], use_threads=False):
            rows = slice(begin, begin + len(batch))
            yield batch.to_pandas().assign(**columns(rows))
            begin = rows.stop
    if begin == 0:
        yield table.empty()


def read_variogram(summary_path: str | Path) -> Variogram:
    """Read what neighbouring points share of the errors of their rates."""
    summary = json.loads(Path(summary_path).read_text(encoding="utf-8"))
    return Variogram(
        summary["nugget_mm2_yr2"],
        summary["sill_mm2_yr2"],
        summary["correlation_range_m"],
        summary["correlation_shape"],
    )


def read_density_per_m2(summary_path: str | Path) -> float:
    """Read how many points a track has per m² of the ground that it covers."""
    summary = json.loads(Path(summary_path).read_text(encoding="utf-8"))
    return float(summary["points_per_covered_m2"])
