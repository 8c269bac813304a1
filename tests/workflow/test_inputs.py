"""Wrong data ends a run before any heavy work, in one line that names the place."""

import datetime as dt
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from runner import Run, merged

CORNER = (500_000.0, 4_000_000.0)
SIZE_M = 1_000.0
DATES = [dt.date(2020, 1, 1) + dt.timedelta(days=12 * k) for k in range(10)]


def write_points(path: Path, seed: int = 1) -> None:
    """Forty points at rest, but for noise, as a table in the CRS of the study area."""
    random = np.random.default_rng(seed)
    x_m, y_m = (corner + SIZE_M * random.random(40) for corner in CORNER)
    series = random.normal(0, 2, (40, len(DATES)))
    years = np.array([(date - DATES[0]).days / 365.25 for date in DATES])
    velocity = np.polyfit(years, series.T, 1)[0]
    header = ["point_id", "x_m", "y_m", "velocity_mm_yr", "coherence"]
    lines = [",".join(header + [f"{date:%Y%m%d}" for date in DATES])]
    for k in range(40):
        values = [x_m[k], y_m[k], velocity[k], 0.9, *series[k]]
        lines.append(f"P{k}," + ",".join(f"{value:.3f}" for value in values))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = Run.here(tmp_path_factory.mktemp("inputs"))
    write_points(run.folder / "points.csv")
    line = shapely.LineString([CORNER, (CORNER[0] + SIZE_M, CORNER[1] + SIZE_M)])
    roads = gpd.GeoDataFrame({"kind": ["road"]}, geometry=[line], crs="EPSG:32647")
    roads.to_file(run.folder / "roads.gpkg")
    ground = shapely.box(*CORNER, CORNER[0] + SIZE_M, CORNER[1] + SIZE_M)
    rocks = gpd.GeoDataFrame({"unit": ["granite"]}, geometry=[ground], crs="EPSG:32647")
    rocks.to_file(run.folder / "rocks.gpkg")
    return run


BOUNDS = [CORNER[0], CORNER[1], CORNER[0] + SIZE_M, CORNER[1] + SIZE_M]
MINE = {
    "study_area": {"crs": "EPSG:32647", "bounds_m": BOUNDS},
    "tracks": {"mine": {"pass": "ascending", "format": "table", "points": "points.csv"}},
}

FAULTS = {
    "no bounds": ({"study_area": {"bounds_m": None}}, ["study_area.bounds_m", "bounds_m: ["]),
    "no CRS of that name": ({"study_area": {"crs": "EPSG:9"}}, ["study_area.crs", "EPSG:9"]),
    "degrees": ({"study_area": {"crs": "EPSG:4326"}}, ["study_area.crs", "not projected"]),
    "elsewhere": (
        {"study_area": {"bounds_m": [100_000, 1_000_000, 101_000, 1_001_000]}},
        ["points.csv", "study_area.bounds_m"],
    ),
    "no such column": (
        {"layers": {"lithology": {"path": "rocks.gpkg", "column": "rock"}}},
        ["layers.lithology.column", "'rock'", "unit"],
    ),
    "no such layer": (
        {"layers": {"roads": {"path": "roads.gpkg", "layer": "streets"}}},
        ["layers.roads", "'streets'", "roads"],
    ),
    "not a raster": ({"terrain": {"dem": "points.csv"}}, ["terrain.dem", "points.csv"]),
    "no such class": (
        {"inventory": {"path": "rocks.gpkg", "positive_class": "slide"}},
        ["inventory.positive_class", "slide", "rocks"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_told_in_one_message(run: Run, fault: str) -> None:
    change, words = FAULTS[fault]
    config = run.config("faulty", merged(MINE, change))
    result = run.snakemake("--cores", "1", "--configfile", config)
    assert result.returncode != 0
    told = re.findall(r"^hotslope: (?!no model)(?:.+\n?)+", result.stdout, re.MULTILINE)
    # Where the job ends, and once more at the end of the run.
    assert len(told) == 2, result.stdout
    assert told[1].startswith(told[0].strip()), result.stdout
    for word in words:
        assert word in told[0], told[0]
    assert "Traceback" not in result.stdout
    assert not (run.folder / "results" / "candidates").exists()
    assert list(run.folder.rglob(".*.partial*")) == []


def test_the_bounds_offered_are_those_of_the_points(run: Run) -> None:
    config = run.config("unbounded", merged(MINE, {"study_area": {"bounds_m": None}}))
    result = run.snakemake("--cores", "1", "--configfile", config)
    offered = re.search(r"bounds_m: \[([^\]]+)\]", result.stdout)
    assert offered is not None, result.stdout
    west, south, east, north = (float(number) for number in offered[1].split(","))
    assert CORNER[0] - 100 <= west < east <= CORNER[0] + SIZE_M + 100
    assert CORNER[1] - 100 <= south < north <= CORNER[1] + SIZE_M + 100
