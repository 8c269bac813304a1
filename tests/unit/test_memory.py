"""Memory that a job takes per point of its track, beside strips and what it loads.

What Python allocates is traced, numpy's arrays among it, and counted at its peak: the same number
in every run. The difference between two tracks of equal density leaves out what does not grow.
"""

import math
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from estimate_background import estimate_background
from estimate_rate_errors import estimate_rate_errors
from find_hotspots import find_hotspots
from hotslope.files import write_json
from hotslope.grid import Grid
from hotslope.motion import variogram
from hotslope.points.tables import POINTS
from map_density import map_density
from map_rate import map_rate
from score_gate import score_gate

CRS = "EPSG:32647"
POINTS_PER_KM2 = 265.0
#: Points of both tracks: whole row groups, so that parts are alike.
SMALL, LARGE = 131_072, 327_680
#: Strips of points and rows are small beside either track.
STRIP_MB = 1
#: Most bytes per point: a tenth more than was measured.
BUDGETS = {
    "estimate_background": 72,
    "estimate_rate_errors": 54,
    "find_hotspots": 49,
    "score_gate": 49,
    "map_rate": 27,
    "map_density": 26,
}


def bounds_m(number):
    side_m = 1000.0 * math.sqrt(number / POINTS_PER_KM2)
    return [700_000.0, 4_000_000.0, 700_000.0 + side_m, 4_000_000.0 + side_m]


@pytest.fixture(scope="module")
def tracks(tmp_path_factory):
    """Points of two tracks, and what the jobs on them read."""
    folders = {}
    for number in (SMALL, LARGE):
        folder = folders[number] = tmp_path_factory.mktemp(str(number))
        random = np.random.default_rng(number)
        west, south, east, north = bounds_m(number)
        points = pd.DataFrame(np.nan, range(number), list(POINTS.schema.columns))
        points["point_id"] = pd.Series([f"p{k}" for k in range(number)], dtype="str")
        points["x_m"] = random.uniform(west, east, number)
        points["y_m"] = random.uniform(south, north, number)
        points["velocity_mm_yr"] = random.normal(0.0, 4.0, number)
        points["lon"], points["lat"] = 101.0, 36.0
        POINTS.write(folder / "points.parquet", points)
        write_json(folder / "summary.json", {"points_per_covered_m2": POINTS_PER_KM2 / 1e6})
        run("estimate_background", folder, number)
        run("find_hotspots", folder, number)
    return folders


def run(rule, folder, number):
    """Run a job on one of the tracks."""
    area = {"bounds_m": bounds_m(number), "crs": CRS}
    points = {"points_path": str(folder / "points.parquet")}
    background = {"background_path": str(folder / "background.tif")}
    hotspots = {"hotspots_path": str(folder / "hotspots.parquet")}
    work = {"strip_memory_mb": STRIP_MB, "threads": 1}
    scores = {"radius_m": 200.0, "min_neighbours": 3, "correction": "fdr", **work}
    cells = {"grid": Grid.from_bounds(**area, cell_size_m=100.0), **work}
    match rule:
        case "estimate_background":
            estimate_background(**points, **background, **area)
        case "estimate_rate_errors":
            estimate_rate_errors(
                **points,
                **background,
                errors_path=str(folder / "errors.parquet"),
                summary_path=str(folder / "errors.json"),
                wavelength_m=0.055,
            )
        case "find_hotspots":
            find_hotspots(**points, background_path=None, **hotspots, center="mean", **scores)
        case "score_gate":
            gate_path = str(folder / "gate.parquet")
            score_gate(**points, **background, gate_path=gate_path, center="median", **scores)
        case "map_rate":
            map_rate(
                **points,
                **background,
                summary_path=str(folder / "summary.json"),
                rate_path=str(folder / "rate.tif"),
                bandwidth_m=110.0,
                statistic="median",
                stability_threshold_mm_yr=10.0,
                **cells,
            )
        case "map_density":
            density_path = str(folder / "density.tif")
            map_density(**points, **hotspots, density_path=density_path, radius_m=200.0, **cells)


def peak_bytes(rule, folder, number):
    tracemalloc.start()
    try:
        run(rule, folder, number)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("rule", BUDGETS)
def test_bytes_per_point(tracks, rule, monkeypatch):
    # Few pairs, whose number does not grow with a track.
    monkeypatch.setattr(variogram, "_FOCAL_POINTS", 100)
    monkeypatch.setattr(variogram, "_SHORT_PAIRS", 10_000)
    small, large = (peak_bytes(rule, tracks[number], number) for number in (SMALL, LARGE))
    per_point = (large - small) / (LARGE - SMALL)
    assert 0 < per_point <= BUDGETS[rule]
