"""CPU seconds of the kernels alone on the files of a finished run at full size.

Usage: ``python time_full_kernels.py <working folder of the run>``; writes JSON. Each kernel is
called once, on one thread, after a small call that loads compiled code.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from hotslope.columns import epoch_columns, epoch_date  # noqa: E402
from hotslope.line_of_sight import mean_line_of_sight  # noqa: E402
from hotslope.motion.background import long_wave_background, sample_background  # noqa: E402
from hotslope.motion.density import signed_densities  # noqa: E402
from hotslope.motion.hotspots import getis_ord_star  # noqa: E402
from hotslope.motion.rate import automatic_bandwidth_m, local_rate  # noqa: E402
from hotslope.motion.trends import classify_trends  # noqa: E402
from hotslope.points.track_statistics import point_density_per_m2  # noqa: E402
from hotslope.rasters import grid_of, read_raster  # noqa: E402
from hotslope.terrain.derivatives import surface_derivatives  # noqa: E402
from hotslope.terrain.hydrology import specific_contributing_area  # noqa: E402
from hotslope.terrain.relief_indices import ruggedness_wilson, topographic_position  # noqa: E402
from hotslope.terrain.visibility import visibility  # noqa: E402

RADIUS_M = 200.0
MOVING_MM_YR = 10.0
FEW = 2_000


def track_kernels(results: Path, track: str) -> dict[str, Callable[[slice], object]]:
    """Return the kernels of a track, each a function of the points to take."""
    path = results / "points" / f"{track}.parquet"
    epochs = epoch_columns(pq.read_schema(path).names)
    table = pq.read_table(path)
    x, y, velocity = (table[name].to_numpy() for name in ("x_m", "y_m", "velocity_mm_yr"))
    series = np.column_stack([table[name].to_numpy() for name in epochs])
    dates = [epoch_date(name) for name in epochs]
    z = pq.read_table(results / "motion" / f"{track}_hotspots.parquet")["z"].to_numpy()
    background, coarse = read_raster(results / "motion" / f"{track}_background.tif")
    rates = velocity - sample_background(coarse, background, x, y)
    grid = grid_of(results / "motion" / f"{track}_density.tif")
    bandwidth_m = automatic_bandwidth_m(point_density_per_m2(x, y))
    return {
        "trends": lambda few: classify_trends(series[few], dates),
        "background": lambda few: long_wave_background(x[few], y[few], velocity[few], coarse),
        "Gi*": lambda few: getis_ord_star(x[few], y[few], velocity[few], RADIUS_M),
        "density": lambda few: signed_densities(x[few], y[few], z[few], RADIUS_M, grid, threads=1),
        "rate": lambda few: local_rate(
            x[few], y[few], rates[few], bandwidth_m, grid, threshold_mm_yr=MOVING_MM_YR
        ),
    }


def terrain_kernels(results: Path) -> dict[str, Callable[[slice], object]]:
    """Return the kernels of the terrain, each a function of the rows to take."""
    elevation, grid = read_raster(results / "terrain" / "dem.tif")
    cell_m = grid.cell_size_m
    lines = {}
    for path in sorted((results / "terrain").glob("*_visibility.tif")):
        track = path.name.removesuffix("_visibility.tif")
        sight = ["los_east", "los_north", "los_up"]
        table = pq.read_table(results / "points" / f"{track}.parquet", columns=sight)
        lines[track] = mean_line_of_sight(np.column_stack([table[name] for name in sight]))
    kernels: dict[str, Callable[[slice], object]] = {
        "slope, aspect, curvatures": lambda few: surface_derivatives(elevation[few], cell_m),
        "TPI": lambda few: topographic_position(elevation[few], cell_m, 210.0),
        "TRI": lambda few: ruggedness_wilson(elevation[few]),
        "contributing area": lambda few: specific_contributing_area(elevation[few], cell_m),
    }
    for track, los in lines.items():
        kernels[f"visibility, {track}"] = lambda few, los=los: visibility(
            elevation[few], cell_m, los
        )
    return kernels


def timed(kernels: dict[str, Callable[[slice], object]], few: int) -> dict[str, float]:
    """Return CPU seconds of each kernel over everything."""
    seconds = {}
    for name, kernel in kernels.items():
        kernel(slice(0, few))
        start = time.process_time()
        kernel(slice(None))
        seconds[name] = time.process_time() - start
    return seconds


def main() -> None:
    """Time the kernels of all tracks and of the terrain."""
    results = Path(sys.argv[1]) / "results"
    seconds = timed(terrain_kernels(results), 20)
    for path in sorted((results / "motion").glob("*_hotspots.parquet")):
        track = path.name.removesuffix("_hotspots.parquet")
        found = timed(track_kernels(results, track), FEW)
        seconds |= {f"{name}, {track}": value for name, value in found.items()}
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
