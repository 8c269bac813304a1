"""What benchmarks time: parts of hotslope and their peers, each in a process of its own.

``python bench_tasks.py TASK FOLDER [--points FILE] [--warm] [--save FILE]`` prints seconds and
memory as JSON. Imports are inside the tasks, so that a process loads what its task needs only.
"""

import argparse
import importlib
import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_sizes import CELL_M, FEW, RADIUS_M, SAMPLE, TILE_CELLS, TRACK_POINTS, TRACKS, extent_m

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "workflow" / "scripts"
#: What pandera loads at its first check: with hypothesis, which only developers have, 0.6 s.
CHECKS = "pandera.backends.pandas.builtin_checks"


def gi_star(points: Any) -> dict[str, Any]:
    """Gi* by hotslope."""
    from hotslope.motion.hotspots import getis_ord_star

    z, p, neighbours = getis_ord_star(*points, RADIUS_M)
    return {"z": z, "p": p, "neighbours": neighbours}


def gi_star_pairs(points: Any) -> dict[str, Any]:
    """Gi* by all pairs of a tree of scipy and sums over them."""
    import numpy as np
    from scipy.spatial import cKDTree
    from scipy.special import erfc

    x, y, value = points
    number = x.size
    value = value - value.mean()
    a, b = cKDTree(np.column_stack([x, y])).query_pairs(RADIUS_M, output_type="ndarray").T
    sums = value + np.bincount(a, value[b], number) + np.bincount(b, value[a], number)
    near = 1 + np.bincount(a, minlength=number) + np.bincount(b, minlength=number)
    z = sums / (value.std() * np.sqrt(near * (number - near) / (number - 1)))
    return {"z": z, "p": erfc(np.abs(z) * np.sqrt(0.5)), "neighbours": near}


def gi_star_esda(points: Any) -> dict[str, Any]:
    """Gi* by esda on a graph of libpysal, without permutations."""
    import numpy as np
    from esda.getisord import G_Local
    from libpysal.graph import Graph

    x, y, value = points
    graph = Graph.build_distance_band(np.column_stack([x, y]), RADIUS_M)
    local = G_Local(value, graph, transform="B", permutations=0, star=True)
    # esda's score changes its sign with that of the mean.
    return {"z": np.asarray(local.Zs) * np.sign(value.mean())}


def density(points: Any) -> dict[str, Any]:
    """Quartic density by hotslope."""
    from hotslope.motion.density import quartic_density

    return {"density": quartic_density(*points, RADIUS_M, grid_of(points))}


def density_oaconvolve(points: Any) -> dict[str, Any]:
    """Quartic density by a convolution of weights shared out over the four nearest cells."""
    import numpy as np
    from scipy.signal import oaconvolve

    x, y, weight = points
    grid = grid_of(points)
    rows, columns = grid.shape[0] + 2, grid.shape[1] + 2
    column, right = np.divmod((x - grid.transform.c) / CELL_M + 0.5, 1.0)
    row, lower = np.divmod((grid.transform.f - y) / CELL_M + 0.5, 1.0)
    first = (row * columns + column).astype(np.int64)
    cells = np.concatenate([first, first + 1, first + columns, first + columns + 1])
    upper, left = 1.0 - lower, 1.0 - right
    parts = [upper * left, upper * right, lower * left, lower * right]
    weights = np.concatenate([part * weight for part in parts])
    binned = np.bincount(cells, weights, rows * columns).reshape(rows, columns)
    reach = int(RADIUS_M / CELL_M)
    u = np.arange(-reach, reach + 1) * CELL_M / RADIUS_M
    kernel = 3 / np.pi / RADIUS_M**2 * np.maximum(1 - u[:, None] ** 2 - u**2, 0.0) ** 2
    return {"density": oaconvolve(binned, kernel, mode="same")[1:-1, 1:-1]}


def density_map(points: Any) -> dict[str, Any]:
    """Signed, hot and cold density by hotslope, the three bands of the density map."""
    from hotslope.motion.density import signed_densities

    signed, hot, cold = signed_densities(*points, RADIUS_M, grid_of(points))
    return {"signed": signed, "hot": hot, "cold": cold}


def density_map_oaconvolve(points: Any) -> dict[str, Any]:
    """The same three by two convolutions and a sum."""
    import numpy as np

    x, y, weight = points
    hot = density_oaconvolve(np.stack([x, y, np.maximum(weight, 0.0)]))["density"]
    cold = density_oaconvolve(np.stack([x, y, np.minimum(weight, 0.0)]))["density"]
    return {"signed": hot + cold, "hot": hot, "cold": cold}


def density_tiles(points: Any) -> dict[str, Any]:
    """Quartic density tile by tile, each from the points within reach; no tile is kept."""
    from affine import Affine

    from hotslope.grid import Grid
    from hotslope.motion.density import quartic_density

    grid = grid_of(points)
    rows, columns = grid.shape
    greatest = 0.0
    for row in range(0, rows, TILE_CELLS):
        height = min(TILE_CELLS, rows - row)
        north = grid.transform.f - row * CELL_M + RADIUS_M
        south = north - height * CELL_M - 2 * RADIUS_M
        strip = points[:, (points[1] > south) & (points[1] < north)]
        for column in range(0, columns, TILE_CELLS):
            width = min(TILE_CELLS, columns - column)
            west = grid.transform.c + column * CELL_M - RADIUS_M
            east = west + width * CELL_M + 2 * RADIUS_M
            near = strip[:, (strip[0] > west) & (strip[0] < east)]
            corner = grid.transform @ Affine.translation(column, row)
            tile = quartic_density(*near, RADIUS_M, Grid(grid.crs, corner, (height, width)))
            greatest = max(greatest, float(tile.max()))
    return {"greatest": greatest}


def density_kdepy(points: Any) -> dict[str, Any]:
    """Quartic density by KDEpy, which knows no negative weights: absolute ones are given."""
    import numpy as np
    from KDEpy import FFTKDE

    x, y, weight = points
    grid = grid_of(points).grown(1)
    cells = np.empty((grid.shape[1], grid.shape[0], 2))
    cells[..., 0] = grid.x_centres_m()[:, None]
    cells[..., 1] = grid.y_centres_m()[::-1]
    # Its bandwidth is the standard deviation of the kernel in one dimension: d √(1/7).
    estimate = FFTKDE(kernel="biweight", bw=RADIUS_M / np.sqrt(7.0))
    estimate.fit(np.column_stack([x, y]), np.abs(weight))
    values = estimate.evaluate(cells.reshape(-1, 2)).reshape(cells.shape[:2])
    return {"density": np.abs(weight).sum() * values.T[::-1][1:-1, 1:-1]}


def trends(folder: Path) -> dict[str, Any]:
    """Trend classes of both tracks by hotslope, from Parquet to Parquet."""
    from classify_trends import classify_trends

    for track in TRACKS:
        classify_trends(
            points_path=str(folder / f"{track}.parquet"),
            trends_path=str(folder / f"{track}_trends.parquet"),
            summary_path=str(folder / f"{track}_trends.json"),
            significance=0.01,
            evidence_ratio=10.0,
            min_segment_epochs=5,
            autocorrelation="none",
            gate="joint",
            annual="auto",
            wavelength_m=0.0555,
        )
    return {}


def trends_loop(folder: Path) -> dict[str, Any]:
    """Trend classes of some series, by numpy's lstsq for each series, model and break."""
    import numpy as np
    import pyarrow.parquet as pq
    from test_trends_brute_force import least_squares, reference_code

    from hotslope.columns import epoch_columns, epoch_date

    points = pq.ParquetFile(folder / "descending.parquet")
    names = epoch_columns(points.schema_arrow.names)
    days = np.array([(epoch_date(name) - epoch_date(names[0])).days for name in names], float)
    batch = next(points.iter_batches(SAMPLE, columns=names))
    series = np.column_stack([batch.column(name).to_numpy() for name in names]).astype(float)
    return {"codes": np.array([reference_code(y, days, least_squares) for y in series])}


def import_egms(folder: Path) -> dict[str, Any]:
    """A zip of the European Ground Motion Service to the points table by hotslope."""
    _import(folder, folder / "egms.zip", "egms", "ascending")
    return {}


def import_gamma(folder: Path) -> dict[str, Any]:
    """The exports of both published tracks by GAMMA to points tables by hotslope."""
    for track, heading_deg in (("descending", 192.0), ("ascending", 348.0)):
        source = {
            "items": str(folder / track / "items.txt"),
            "table": str(folder / track / "disp_tab.txt"),
        }
        _import(folder, source, "gamma_ipta", track, incidence_deg=39.0, heading_deg=heading_deg)
    return {}


def _import(folder: Path, source: Any, format: str, track: str, **options: float) -> None:
    from import_points import import_points

    import_points(
        source=source if isinstance(source, dict) else str(source),
        format=format,
        options={},
        points_path=str(folder / f"{format}_{track}.parquet"),
        summary_path=str(folder / f"{format}_{track}.json"),
        dropped_path=str(folder / f"{format}_{track}_dropped.parquet"),
        track=track,
        pass_direction=track,
        crs="EPSG:32647",
        bounds_m=list(extent_m(TRACK_POINTS)),
        min_coherence=0.0,
        **options,
    )


def csv_pandas(folder: Path) -> dict[str, Any]:
    """Read the unpacked text of the zip by pandas."""
    import pandas as pd

    pd.read_csv(folder / "egms.csv")
    return {}


def csv_polars(folder: Path) -> dict[str, Any]:
    """Read the unpacked text of the zip by polars."""
    import polars as pl

    pl.read_csv(folder / "egms.csv")
    return {}


def csv_pyarrow(folder: Path) -> dict[str, Any]:
    """Read the unpacked text of the zip by pyarrow."""
    import pyarrow.csv as pa_csv

    options = pa_csv.ReadOptions(use_threads=False)
    pa_csv.read_csv(folder / "egms.csv", read_options=options)
    return {}


def inflate_zip(folder: Path) -> dict[str, Any]:
    """Unpack the zip, and read nothing: what all that start from it have to do."""
    import zipfile

    with (
        zipfile.ZipFile(folder / "egms.zip") as archive,
        archive.open(archive.namelist()[0]) as stream,
    ):
        while stream.read(2**20):
            pass
    return {}


def grid_of(points: Any) -> Any:
    """Return the study grid of points."""
    from hotslope.grid import Grid

    return Grid.from_bounds(list(extent_m(points.shape[1])), CELL_M, "EPSG:32647")


@dataclass(frozen=True)
class Task:
    """Something to time, and the modules that it loads before it starts."""

    call: Callable[[Any], dict[str, Any]]
    modules: tuple[str, ...]


TASKS = {
    "gi_star": Task(gi_star, ("hotslope.motion.hotspots",)),
    "gi_star_pairs": Task(gi_star_pairs, ("numpy", "scipy.spatial", "scipy.special")),
    "gi_star_esda": Task(gi_star_esda, ("esda.getisord", "libpysal.graph")),
    "density": Task(density, ("hotslope.motion.density",)),
    "density_oaconvolve": Task(density_oaconvolve, ("scipy.signal", "hotslope.grid")),
    "density_map": Task(density_map, ("hotslope.motion.density",)),
    "density_map_oaconvolve": Task(density_map_oaconvolve, ("scipy.signal", "hotslope.grid")),
    "density_tiles": Task(density_tiles, ("hotslope.motion.density",)),
    "density_kdepy": Task(density_kdepy, ("KDEpy", "hotslope.grid")),
    "trends": Task(trends, ("classify_trends",)),
    "import_egms": Task(import_egms, ("import_points", CHECKS, "scipy.stats")),
    "import_gamma": Task(import_gamma, ("import_points", CHECKS, "scipy.stats")),
    "csv_pandas": Task(csv_pandas, ("pandas",)),
    "csv_polars": Task(csv_polars, ("polars",)),
    "csv_pyarrow": Task(csv_pyarrow, ("pyarrow.csv",)),
    "inflate_zip": Task(inflate_zip, ("zipfile",)),
    "trends_loop": Task(trends_loop, ("test_trends_brute_force", "pyarrow.parquet")),
}


def usage() -> tuple[float, float]:
    """CPU seconds (user and system) and peak memory (MB) of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Run one task and print what it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--points", default="", help="file of points in the folder")
    parser.add_argument("--first", type=int, default=None, help="take only so many of them")
    parser.add_argument("--warm", action="store_true", help="load compiled code before")
    parser.add_argument("--again", action="store_true", help="time a second call as well")
    parser.add_argument("--save", type=Path, help="file for the result")
    parser.add_argument("--scripts", default=str(SCRIPTS), help="of another state of hotslope")
    options = parser.parse_args()
    sys.path[:0] = [options.scripts, str(ROOT / "tests" / "oracle")]
    task = TASKS[options.task]
    for module in task.modules:
        importlib.import_module(module)
    imports_s, imports_mb = usage()
    given: Any = options.folder
    if options.points:
        import numpy as np

        given = np.load(options.folder / options.points)
        given = given[:, : options.first] if options.first else given
        if options.warm:
            task.call(np.load(options.folder / f"points_{FEW}.npy"))
    before_s, _ = usage()
    result = task.call(given)
    total_s, peak_mb = usage()
    report = {
        "fresh_s": total_s,
        "warm_s": total_s - before_s,
        "over_imports_s": total_s - imports_s,
        "memory_mb": peak_mb - imports_mb,
    }
    if options.save:
        import numpy as np

        np.savez(options.save, **result)
    if options.again:
        del result
        before_s, _ = usage()
        task.call(given)
        report["again_s"] = usage()[0] - before_s
    print(json.dumps(report))


if __name__ == "__main__":
    main()
