"""CPU seconds and memory of the hydrology of a DEM, beside an earlier commit or at any size.

Usage::

    python time_hydrology.py results/terrain/dem.tif EARLIER --rounds 3
    python time_hydrology.py results/terrain/dem.tif --side 20000 --folder large

The first runs ``derive_hydrology`` of this checkout and of another one (a clone of an earlier
commit) in turn, each in a process of its own, and compares the rasters. The second makes a DEM of
so many rows and columns of the given one, mirrored from copy to copy, on hills of some hundred
metres and around a sea at 1,000 m, and runs all rules of the terrain on it that need no points.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy import ndimage

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from affine import Affine  # noqa: E402

from hotslope.grid import Grid  # noqa: E402
from hotslope.rasters import block_rows, grid_of, raster_by_rows, read_raster  # noqa: E402

WATER = ("contributing_area", "spi", "twi")
SHAPES = ("elevation", "slope", "aspect", "plan_curvature", "profile_curvature", "tpi", "tri")
STRIP_MEMORY_MB = 512.0
MARGIN_M = 1000.0
#: Hills below the copies: distance between their nodes and smoothing, and standard deviation.
HILL_CELLS, HILL_NODES, HILL_M = 100, 4.0, 600.0
SEA_M = 1000.0
#: What a process runs: one rule's function. It tells CPU seconds, and its own peak memory:
#: `ru_maxrss` would be at least that of the process that started it.
CALL = """
import inspect, json, resource, sys
sys.path.insert(0, sys.argv[1])
from {rule} import {rule}
options = json.loads(sys.argv[2])
known = inspect.signature({rule}).parameters
before = resource.getrusage(resource.RUSAGE_SELF)
{rule}(**{{key: value for key, value in options.items() if key in known}})
after = resource.getrusage(resource.RUSAGE_SELF)
cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps({{"cpu_s": cpu_s, "peak_mb": int(status["VmHWM"].split()[0]) * 1024 / 1e6}}))
"""


def call(checkout: Path, rule: str, options: dict) -> dict[str, float]:
    """Run a rule's function of a checkout in a new process; return what it took."""
    scripts = str(checkout.resolve() / "workflow" / "scripts")
    command = [sys.executable, "-c", CALL.format(rule=rule), scripts, json.dumps(options)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def hydrology(dem: Path, folder: Path) -> dict:
    """Return what `derive_hydrology` is called with, on the DEM less its margin."""
    folder.mkdir(parents=True, exist_ok=True)
    grid = grid_of(dem)
    left, bottom, right, top = grid.bounds_m
    return {
        "dem_path": str(dem),
        **{f"{name}_path": str(folder / f"{name}.tif") for name in WATER},
        "bounds_m": [left + MARGIN_M, bottom + MARGIN_M, right - MARGIN_M, top - MARGIN_M],
        "cell_size_m": grid.cell_size_m,
        "crs": grid.crs,
        "slope_floor_deg": 0.1,
        "strip_memory_mb": STRIP_MEMORY_MB,
    }


def compare(dem: Path, earlier: Path, rounds: int) -> dict:
    """Run both checkouts in turn; return all that they took, and how their rasters differ."""
    taken: dict[str, list[dict[str, float]]] = {"this": [], "earlier": []}
    with tempfile.TemporaryDirectory(dir=dem.parent) as work:
        for checkout in (ROOT, earlier):
            # A small call keeps the compiled code.
            small = mirrored(dem, Path(work) / "small.tif", 300)
            call(checkout, "derive_hydrology", hydrology(small, Path(work) / "small"))
        for _ in range(rounds):
            for name, checkout in (("this", ROOT), ("earlier", earlier)):
                options = hydrology(dem, Path(work) / name)
                taken[name].append(call(checkout, "derive_hydrology", options))
        differences = {
            name: difference(*(Path(work) / which / f"{name}.tif" for which in taken))
            for name in WATER
        }
    medians = {
        name: {key: float(np.median([run[key] for run in runs])) for key in runs[0]}
        for name, runs in taken.items()
    }
    ratios = {key: medians["this"][key] / medians["earlier"][key] for key in medians["this"]}
    return {"runs": taken, "medians": medians, "ratio": ratios, "largest difference": differences}


def difference(first: Path, second: Path) -> float:
    """Return the largest relative difference between two rasters."""
    one, other = (read_raster(path)[0] for path in (first, second))
    np.testing.assert_array_equal(np.isnan(one), np.isnan(other))
    return float(np.nanmax(np.abs(one - other) / np.maximum(np.abs(other), 1e-12)))


def mirrored(dem: Path, path: Path, side: int) -> Path:
    """Write a DEM of so many rows and columns, float32, decimetres."""
    tile, grid = read_raster(dem)
    tile = np.concatenate([tile, tile[::-1]]).astype(np.float32)
    tile = np.concatenate([tile, tile[:, ::-1]], axis=1)
    corner = Affine(grid.cell_size_m, 0, 500_000, 0, -grid.cell_size_m, 4_250_000)
    whole = Grid(grid.crs, corner, (side, side))
    nodes = side // HILL_CELLS + 2
    hills = ndimage.gaussian_filter(
        np.random.default_rng(7).normal(size=(nodes, nodes)), HILL_NODES
    )
    hills *= HILL_M / hills.std()
    columns = np.arange(side)
    tags = {"description": "a DEM repeated"}
    with raster_by_rows(path, ["elevation"], whole, tags, "float32", units="m") as write:
        for rows in block_rows(side):
            row = np.arange(rows.start, rows.stop)
            places = np.meshgrid(row / HILL_CELLS, columns / HILL_CELLS, indexing="ij")
            part = ndimage.map_coordinates(hills, places, order=1)
            part += tile[np.ix_(row % len(tile), columns % tile.shape[1])]
            write(rows, [np.maximum(np.round(part, 1), SEA_M)])
    return path


def at_size(dem: Path, side: int, folder: Path) -> dict:
    """Run the terrain on a DEM of so many rows and columns; return what each rule took."""
    folder.mkdir(parents=True, exist_ok=True)
    source, prepared = mirrored(dem, folder / "source.tif", side), folder / "dem.tif"
    options = hydrology(source, folder) | {"dem_path": str(prepared)}
    prepare = {"dem_path": str(source), "prepared_path": str(prepared), "margin_m": MARGIN_M}
    taken = {"prepare_dem": call(ROOT, "prepare_dem", options | prepare)}
    source.unlink()
    taken["derive_hydrology"] = call(ROOT, "derive_hydrology", options)
    shutil.rmtree(folder / "shapes", ignore_errors=True)
    shapes = {
        "output_paths": {name: str(folder / "shapes" / f"{name}.tif") for name in SHAPES},
        "tpi_window_m": 210.0,
        "tri": "wilson",
    }
    taken["derive_morphometry"] = call(ROOT, "derive_morphometry", options | shapes)
    return taken


def main() -> None:
    """Print what was asked for as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dem", type=Path, help="results/terrain/dem.tif of a finished run")
    parser.add_argument("earlier", type=Path, nargs="?", help="a clone of an earlier commit")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", type=int, help="rows and columns of a DEM to be made")
    parser.add_argument("--folder", type=Path, default=Path("large"), help="where it is made")
    arguments = parser.parse_args()
    if arguments.side:
        print(json.dumps(at_size(arguments.dem, arguments.side, arguments.folder), indent=2))
    else:
        print(json.dumps(compare(arguments.dem, arguments.earlier, arguments.rounds), indent=2))


if __name__ == "__main__":
    main()
