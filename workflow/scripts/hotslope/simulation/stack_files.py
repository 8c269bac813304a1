"""Files of simulated stacks: rasters as processors write them, baselines, outlines of slides."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely

from hotslope.files import atomic_path, write_layers, write_text
from hotslope.grid import Grid
from hotslope.rasters import write_raster
from hotslope.simulation.interferograms import Ground


def write_baselines(path: str, dates: Sequence[dt.date], baseline_m: np.ndarray) -> None:
    """Write a table of dates and perpendicular baselines, m."""
    lines = ["date,perpendicular_baseline_m"]
    for date, metres in zip(dates, baseline_m, strict=True):
        lines.append(f"{date:%Y%m%d},{metres:.2f}")
    write_text(path, "\n".join(lines) + "\n")


def write_plain(path: Path, values: np.ndarray, grid: Grid) -> None:
    """Write a GeoTIFF of one band as processors do, without overviews."""
    with (
        atomic_path(path) as partial,
        rasterio.open(
            partial,
            "w",
            driver="GTiff",
            height=grid.shape[0],
            width=grid.shape[1],
            count=1,
            dtype=values.dtype,
            crs=grid.crs,
            transform=grid.transform,
        ) as raster,
    ):
        raster.write(values, 1)


def write_truth(
    truth_path: str, reference_path: str, ground: Ground, rates_mm_yr: Mapping[str, np.ndarray]
) -> None:
    """Write rates and height errors of the ground as a raster, and the outlines of its slides.

    Parameters
    ----------
    truth_path, reference_path : str
        GeoTIFF, GeoPackage.
    ground : Ground
    rates_mm_yr : mapping of str to ndarray, shape of the grid
        Orbit → rate along its line of sight.
    """
    truth = {name: rate.astype(np.float32) for name, rate in rates_mm_yr.items()}
    truth["height_error"] = ground.height_error_m.astype(np.float32)
    write_raster(truth_path, truth, ground.grid)
    write_layers(reference_path, {"reference": _outlines(ground, rates_mm_yr)})


def _outlines(ground: Ground, rates_mm_yr: Mapping[str, np.ndarray]) -> gpd.GeoDataFrame:
    """Outline the slides, with the mean rate along the line of sight of each orbit."""
    x, y = np.meshgrid(ground.grid.x_centres_m(), ground.grid.y_centres_m())
    turns = np.linspace(0.0, 2.0 * np.pi, 72, endpoint=False)
    rows = []
    for number, slide in enumerate(ground.slides):
        inside = slide.holds(x, y)
        ring = np.column_stack(
            [
                slide.x_m + 0.5 * slide.length_m * np.cos(turns),
                slide.y_m + 0.5 * slide.width_m * np.sin(turns),
            ]
        )
        seen = {
            f"rate_mm_yr_{name}": float(rate[inside].mean()) for name, rate in rates_mm_yr.items()
        }
        rows.append({"slide": number, **seen, "geometry": shapely.Polygon(ring)})
    return gpd.GeoDataFrame(rows, crs=ground.grid.crs)
