"""Rules for sparse points compared, on simulated areas of 60 points/km² used for tuning.

    python tests/benchmarks/compare_sparse.py [--density 60] [--page]

Each rule makes another map of rates; outlines, gate and merging are those of the workflow. Prints
a table, and with --page writes it into docs/candidate_experiments.md.
"""

import argparse
import datetime as dt
import sys
import tempfile
import textwrap
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import candidate_rules as rules  # first: it puts the package on the path
import geopandas as gpd
import numpy as np
from candidate_areas import AreaKind, simulate
from compare_candidates import pooled
from experiment_page import SPARSE, write_section
from scipy.spatial import cKDTree

from hotslope.candidates.accuracy import extraction_accuracy
from hotslope.candidates.tables import CANDIDATES
from hotslope.grid import Grid
from hotslope.motion.rate import local_rate
from hotslope.motion.track_files import read_velocity
from hotslope.rasters import read_raster, write_raster
from hotslope.schemas import read_layer

SEEDS = (81_300, 81_301, 81_302)
THRESHOLD_MM_YR = 10.0
PEER = "paper, moving points"
SHARES = ("accuracy", "missing", "iou", "f1", "objects_found", "objects_true")
#: Cells whose rates are interpolated at a time.
BATCH = 20_000
RateMap = Callable[[np.ndarray, np.ndarray, np.ndarray, Grid, rules.Study], np.ndarray]


def median(h_m: float, x: np.ndarray, y: np.ndarray, rate: np.ndarray, grid: Grid, _: object):
    """Kernel-weighted median, as in the workflow where points are dense."""
    return local_rate(x, y, rate, h_m, grid, threshold_mm_yr=THRESHOLD_MM_YR)[0]


def shrunk(
    h_m: float, prior: float, x: np.ndarray, y: np.ndarray, rate: np.ndarray, grid: Grid, _: object
):
    """Kernel-weighted mean of clipped rates, drawn to 0 as if by `prior` points at rest."""
    mean, support = local_rate(
        x, y, rate, h_m, grid, threshold_mm_yr=THRESHOLD_MM_YR, statistic="clipped_mean"
    )
    return mean * support / (support + prior)


def kriged(range_m: float, x: np.ndarray, y: np.ndarray, rate: np.ndarray, grid: Grid, _: object):
    """Simple kriging of clipped rates about 0, as in the workflow."""
    return local_rate(
        x, y, rate, range_m, grid, threshold_mm_yr=THRESHOLD_MM_YR, statistic="kriging"
    )[0]


def nearest(reach_m: float, x: np.ndarray, y: np.ndarray, rate: np.ndarray, grid: Grid, _: object):
    """Rate of the nearest point within reach."""
    distance, index = cKDTree(np.column_stack([x, y])).query(
        centres(grid), distance_upper_bound=reach_m
    )
    found = np.where(np.isfinite(distance), np.append(rate, np.nan)[index], np.nan)
    return found.reshape(grid.shape)


def facing(
    h_m: float, x: np.ndarray, y: np.ndarray, rate: np.ndarray, grid: Grid, study: rules.Study
):
    """Kernel-weighted median in which points on slopes facing over 60° away weigh a tenth."""
    aspect, slope = (read_raster(study.path(f"{name}.tif"))[0] for name in ("aspect", "slope"))
    steep = np.tan(np.radians(np.nan_to_num(slope)))
    facets = steep * np.exp(1j * np.radians(np.nan_to_num(aspect)))
    rows, columns = grid.rows_columns(x, y)
    inside = np.clip(rows, 0, grid.shape[0] - 1), np.clip(columns, 0, grid.shape[1] - 1)
    own, cells = facets[inside], facets.ravel()
    tree, places = cKDTree(np.column_stack([x, y])), centres(grid)
    near = near_movers(x, y, rate, grid)
    found = np.full(len(places), np.nan)
    for begin in range(0, near.size, BATCH):
        some = near[begin : begin + BATCH]
        distance, index = tree.query(places[some], k=20, distance_upper_bound=h_m)
        weight = np.where(np.isfinite(distance), (1 - np.minimum(distance / h_m, 1) ** 2) ** 2, 0)
        index = np.minimum(index, x.size - 1)
        turned = own[index] * np.conj(cells[some])[:, None]
        weight = weight * np.where(turned.real >= 0.5 * np.abs(turned), 1.0, 0.1)
        order = np.argsort(rate[index], axis=1)
        total = np.take_along_axis(weight, order, axis=1).cumsum(axis=1)
        middle = (total >= 0.5 * total[:, -1:]).argmax(axis=1)
        ranked = np.take_along_axis(rate[index], order, axis=1)
        found[some] = ranked[np.arange(some.size), middle]
    return found.reshape(grid.shape)


RATE_MAPS: dict[str, RateMap] = {
    "median, 300 m": partial(median, 300.0),
    "median, 200 m": partial(median, 200.0),
    "clipped mean, 250 m, half a point at rest": partial(shrunk, 250.0, 0.5),
    "kriging, exponential, 150 m": partial(kriged, 150.0),
    "kriging, exponential, 300 m (default)": partial(kriged, 300.0),
    "nearest point within 120 m": partial(nearest, 120.0),
    "median, 300 m, of slopes that face alike": partial(facing, 300.0),
}


def centres(grid: Grid) -> np.ndarray:
    """Centres of all cells, shape (cells, 2)."""
    x, y = np.meshgrid(grid.x_centres_m(), grid.y_centres_m())
    return np.column_stack([x.ravel(), y.ravel()])


def near_movers(x: np.ndarray, y: np.ndarray, rate: np.ndarray, grid: Grid) -> np.ndarray:
    """Cells within 300 m of a point that moves."""
    moving = np.abs(rate) >= THRESHOLD_MM_YR
    distance, _ = cKDTree(np.column_stack([x[moving], y[moving]])).query(
        centres(grid), distance_upper_bound=300.0
    )
    return np.flatnonzero(np.isfinite(distance))


def candidates_by(rate_map: RateMap, study: rules.Study) -> gpd.GeoSeries:
    """Candidates of an area whose background and gate are there, by another map of rates."""
    settings = rules.defaults("candidates") | {"noise_fields": 0}
    hotspots, grid = rules.defaults("hotspots"), Grid.from_bounds(**study.grid)
    for track in study.tracks:
        x, y, velocity, removed = read_velocity(
            study.path(f"{track}.parquet"), study.path(f"{track}_background.tif")
        )
        rate = rate_map(x, y, velocity - removed, grid, study)
        write_raster(study.path(f"{track}_rate.tif"), {"rate_mm_yr": rate}, grid)
        rules.outline(study, track, settings, hotspots)
    rules.merge(study, settings, hotspots)
    return read_layer(CANDIDATES, study.path("candidates.gpkg"), "candidates").geometry


def main() -> None:
    """Compare all rules, and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--density", type=float, default=60.0)
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args()
    kind = AreaKind(SEEDS, density_factor=options.density / 264)
    found: dict[str, list[gpd.GeoSeries]] = {name: [] for name in (*RATE_MAPS, PEER)}
    truth = []
    for seed in kind.seeds:
        with tempfile.TemporaryDirectory() as folder:
            study, reference = simulate(kind, seed, Path(folder))
            truth.append(reference.motion)
            rules.find_candidates(study, noise_fields=0)
            for name, rate_map in RATE_MAPS.items():
                found[name].append(candidates_by(rate_map, study))
            peer = rules.find_candidates(study, **rules.RULES[PEER])
            found[PEER].append(peer.geometry)
        print(seed, file=sys.stderr, flush=True)
    lines = ["| map of rates | accuracy | missing | IoU | F1 | objects found | objects true |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for name, outlines in found.items():
        measured = extraction_accuracy(pooled(outlines), pooled(truth), resamples=1)
        lines.append(f"| {name} | {' | '.join(f'{measured[share]:.3f}' for share in SHARES)} |")
    table = "\n".join(lines)
    print(table)
    if options.page:
        write_section(SPARSE, f"{introduction(options.density)}\n\n{table}")


def introduction(density: float) -> str:
    """Say what was measured, how, and when."""
    text = (
        f"Made on {dt.date.today()} by `python tests/benchmarks/compare_sparse.py --page`, on "
        f"three areas of 64 km² and {density:.0f} points/km² (seeds {SEEDS[0]} to {SEEDS[-1]}), "
        "as one against the ground that moves at 10 mm/yr or more. Areas with these seeds served "
        "to choose rules. Each rule makes another map of rates; outlines, gate and merging are "
        "the same, and nothing is rejected as noise."
    )
    return textwrap.fill(text, 100)


if __name__ == "__main__":
    main()
