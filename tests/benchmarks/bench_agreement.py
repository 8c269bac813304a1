"""Whether the kernels that `bench_kernels.py` timed and their peers gave the same answers."""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from bench_sizes import CELL_M, RADIUS_M, SEED, extent_m

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow" / "scripts"))

from hotslope.grid import Grid
from hotslope.motion.density import quartic_density

#: Cells at which the density is summed by brute force.
CELLS = 300
#: Scores nearer to zero than this are compared as if they were this far.
Z_FLOOR = 1e-3


def agreement(what: str, difference: float, allowed: float) -> dict[str, object]:
    """Return one comparison; NaN agrees with nothing."""
    kept = bool(difference <= allowed)
    return {"what": what, "difference": float(difference), "allowed": allowed, "kept": kept}


def relative(z: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference of scores, relative to the other's."""
    return float(np.max(np.abs(z - other) / np.maximum(np.abs(other), Z_FLOOR)))


def of_the_greatest(density: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference as a share of the greatest density."""
    return float(np.max(np.abs(density - other)) / np.max(np.abs(other)))


def brute_force(points: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Density at the centres of some cells, over all points."""
    left, _, _, top = extent_m(points.shape[1])
    total = np.empty(rows.size)
    for k, (row, column) in enumerate(zip(rows, columns, strict=True)):
        dx = points[0] - (left + (column + 0.5) * CELL_M)
        dy = points[1] - (top - (row + 0.5) * CELL_M)
        u2 = (dx**2 + dy**2) / RADIUS_M**2
        near = u2 < 1
        total[k] = np.sum(points[2, near] * (1 - u2[near]) ** 2)
    return 3 / np.pi / RADIUS_M**2 * total


def agreements(folder: Path, track: int, part: int) -> list[dict[str, object]]:
    """Return all comparisons."""

    def result(name: str) -> dict[str, np.ndarray]:
        return dict(np.load(folder / f"result_{name}.npz"))

    ours, pairs = result(f"gi_star_{track}"), result(f"gi_star_pairs_{track}")
    ours_part, esda = result(f"gi_star_{part}"), result(f"gi_star_esda_{part}")
    density = result(f"density_{track}_warm")["density"]
    convolved = result(f"density_oaconvolve_{track}_warm")["density"]
    bands = result(f"density_map_{track}_warm")
    bands_convolved = result(f"density_map_oaconvolve_{track}_warm")
    tiles = result(f"density_tiles_{track}_warm")
    points = np.load(folder / f"points_{track}.npy")
    rng = np.random.default_rng(SEED)
    # Cells near points: where there is none, zero agrees with zero.
    some = rng.integers(0, track, CELLS)
    left, _, _, top = extent_m(track)
    rows = np.clip((top - points[1, some]) // CELL_M, 0, density.shape[0] - 1).astype(int)
    columns = np.clip((points[0, some] - left) // CELL_M, 0, density.shape[1] - 1).astype(int)
    exact = brute_force(points, rows, columns)
    error = np.max(np.abs(density[rows, columns] - exact)) / np.max(np.abs(density))
    grid = Grid.from_bounds(list(extent_m(track)), CELL_M, "EPSG:32647")
    absolute = quartic_density(points[0], points[1], np.abs(points[2]), RADIUS_M, grid)
    kdepy = result(f"density_kdepy_{track}_warm")["density"]
    codes = result("trends_loop")["codes"]
    trends = pq.ParquetFile(folder / "descending_trends.parquet")
    ours_codes = next(trends.iter_batches(codes.size, columns=["trend"])).column(0).to_numpy()
    return [
        agreement("z, query_pairs", relative(ours["z"], pairs["z"]), 1e-9),
        agreement("p, query_pairs", float(np.max(np.abs(ours["p"] - pairs["p"]))), 1e-12),
        agreement("neighbours, query_pairs", np.sum(ours["neighbours"] != pairs["neighbours"]), 0),
        agreement("z, esda", relative(ours_part["z"], esda["z"]), 1e-9),
        agreement(f"density, brute force in {CELLS} cells", error, 1e-12),
        agreement("density, oaconvolve", of_the_greatest(convolved, density), 1e-2),
        *(
            agreement(
                f"{band}, oaconvolve", of_the_greatest(bands_convolved[band], bands[band]), 1e-2
            )
            for band in ("signed", "hot", "cold")
        ),
        agreement("density by tiles, greatest", abs(tiles["greatest"] - density.max()), 0),
        agreement("density of |velocity|, KDEpy", of_the_greatest(kdepy, absolute), 1e-2),
        agreement(f"trends of {codes.size} series, lstsq", np.sum(codes != ours_codes), 0),
    ]


if __name__ == "__main__":
    found = agreements(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(found))
