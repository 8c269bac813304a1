"""Small runs that are finished once, and of which each change takes a copy; their inputs."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
import yaml

from rerun_cases_by_density import BY_DENSITY
from runner import ROOT, Run, merged
from small_area import BOUNDS_M, simulate, small_config

INPUTS = "inputs"
#: So many bodies that two folds have labels of both classes.
BODIES_PER_KM2 = 2.5
#: The quickest settings of what learns, and of candidates too.
FOLDS = {"validation": {"folds": 2}, "screening": {"permutations": 20}}
QUICK = {
    **FOLDS,
    "candidates": {"noise_fields": 40, "stability_replicas": 3, "resamples": 100},
    "maps": {"site_sheets": 1},
    "split": {"test_fraction": 0.4},
}
UNLABELLED = {"inventory": {"path": None}}
POINTS = ("results/points/descending.parquet", "results/points/descending_summary.json")


@dataclass(frozen=True)
class Area:
    """A small run.

    Parameters
    ----------
    config : dict
    targets : tuple of str
        What is asked for; everything where empty.
    """

    config: dict
    targets: tuple[str, ...] = ()

    @property
    def track(self) -> str:
        """Its first track."""
        return next(iter(self.config["tracks"]))


def changed(config: dict, *changes: dict) -> dict:
    """Return a config with changes, one after the other."""
    for change in changes:
        config = merged(config, change)
    return config


def read_config(*parts: str) -> dict:
    """Read a config of the project."""
    return yaml.safe_load(ROOT.joinpath("config", *parts).read_text(encoding="utf-8"))


def one_track(config: dict) -> dict:
    """Return a config without all tracks but the descending one."""
    return {**config, "tracks": {"descending": config["tracks"]["descending"]}}


def releases_config() -> dict:
    """Two releases of a simulated area, without terrain."""
    parts = [read_config("update", name) for name in ("area.yaml", "release_2.yaml")]
    config = changed(*parts, {"study_area": {"bounds_m": BOUNDS_M}, "previous": None})
    return one_track({name: part for name, part in config.items() if name != "terrain"})


TABLE_OF_POINTS = {
    "study_area": {"crs": "EPSG:32647", "bounds_m": BOUNDS_M},
    "tracks": {
        "mine": {
            "pass": "descending",
            "format": "table",
            "points": f"{INPUTS}/points.csv",
            "incidence_deg": 39.5,
            "heading_deg": 192,
        }
    },
}
GIVEN_TABLE = {
    "study_area": {"crs": "EPSG:32647"},
    "tracks": {},
    "factor_table": {"path": f"{INPUTS}/factors.csv"},
    "models": {"logistic_regression": {}},
    **FOLDS,
}
ALL_MODELS = {
    "random_forest": {"trees": 10},
    "extra_trees": {"trees": 10},
    "logistic_regression": {},
    "cnn": {"epochs": 10},
}
AREAS = {
    "one track": Area(one_track(small_config(QUICK, UNLABELLED))),
    "to factors": Area(
        one_track(small_config(QUICK, UNLABELLED)),
        ("results/candidates/candidates.gpkg", "results/factors/factors.parquet"),
    ),
    "two tracks": Area(small_config(QUICK, UNLABELLED)),
    "density": Area(one_track(small_config(QUICK, UNLABELLED, BY_DENSITY))),
    "earlier run": Area(
        one_track(small_config(QUICK, UNLABELLED, {"previous": f"{INPUTS}/earlier"}))
    ),
    "labels": Area(one_track(small_config(QUICK))),
    "given table": Area(GIVEN_TABLE),
    "all models": Area({**GIVEN_TABLE, "models": ALL_MODELS}),
    "table of points": Area(
        TABLE_OF_POINTS, ("results/points/mine.parquet", "results/points/inputs.json")
    ),
    "simulated": Area(
        one_track(
            changed(
                read_config("config.yaml"),
                {"study_area": {"bounds_m": BOUNDS_M}, "simulation": {"size_km": [2, 2]}},
            )
        ),
        (*POINTS, "results/points/inputs.json"),
    ),
    "releases": Area(releases_config(), POINTS),
    "interferograms": Area(one_track(read_config("interferometry.yaml")), POINTS),
}


def write_inputs(folder: Path) -> None:
    """Write the inputs of all areas that are not simulated by a rule."""
    simulate(folder, BODIES_PER_KM2)
    write_other_files(folder)
    write_points(folder / "points.csv")
    write_factors(folder / "factors.csv", seed=1)
    write_factors(folder / "factors_other.csv", seed=2)


def write_other_files(folder: Path) -> None:
    """Write what may stand in the place of an input: another DEM, boundaries."""
    with rasterio.open(folder / "dem.tif") as dem:
        profile, elevation = dem.profile, dem.read()
    rows = np.arange(elevation.shape[1])[:, None]
    with rasterio.open(folder / "dem_other.tif", "w", **profile) as other:
        other.write(elevation + 20 * np.sin(rows / 20).astype(elevation.dtype))
    west, south, east, north = BOUNDS_M
    half = shapely.box(west, south, (west + east) / 2, north)
    across = shapely.LineString([(west, south), (east, north)])
    for name, shape in (("boundary", half), ("line", across)):
        gpd.GeoDataFrame(geometry=[shape], crs="EPSG:32647").to_file(folder / f"{name}.gpkg")


def write_points(path: Path) -> None:
    """Write a table of points, each of whose columns has another one beside it."""
    rng = np.random.default_rng(3)
    number = 400
    places = gpd.points_from_xy(
        rng.uniform(BOUNDS_M[0], BOUNDS_M[2], number),
        rng.uniform(BOUNDS_M[1], BOUNDS_M[3], number),
        crs="EPSG:32647",
    )
    degrees = places.to_crs("EPSG:4326")
    years = np.arange(20) * 12 / 365.25
    series = rng.normal(0, 2, (number, 20)) + rng.normal(0, 5, (number, 1)) * years
    velocity = np.polyfit(years, series.T, 1)[0]
    table = pd.DataFrame(
        {
            "point_id": [f"p{place}" for place in range(number)],
            "x_m": places.x,
            "y_m": places.y,
            "velocity_mm_yr": velocity,
            "velocity_std_mm_yr": rng.uniform(0.5, 1, number),
            "coherence": rng.uniform(0.6, 1, number),
            "incidence_deg": rng.uniform(38, 40, number),
            "other_point_id": [f"q{number}" for number in range(number)],
            "other_x_m": places.x + 10,
            "other_y_m": places.y + 10,
            "other_lon": degrees.x,
            "other_lat": degrees.y,
            "other_height_m": rng.uniform(2000, 2500, number),
            "other_velocity_mm_yr": velocity + 0.5,
            "other_velocity_std_mm_yr": rng.uniform(1, 2, number),
            "other_coherence": rng.uniform(0.5, 0.9, number),
            "other_incidence_deg": rng.uniform(37, 39, number),
        }
    )
    dates = pd.date_range("2020-01-01", periods=20, freq="12D").strftime("%Y%m%d")
    table = pd.concat([table, pd.DataFrame(series, columns=dates)], axis=1)
    table.round(3).to_csv(path, index=False)


def write_factors(path: Path, seed: int) -> None:
    """Write a table of labelled places, some of whose factors tell the classes apart."""
    rng = np.random.default_rng(seed)
    number = 60
    slide = rng.random(number) < 0.5
    place = {name: rng.uniform(0, 20_000, number).round() for name in ("x", "y", "x2", "y2")}
    table = pd.DataFrame(
        {
            **place,
            "class": np.where(slide, "landslide", "other"),
            "kind": np.where(rng.random(number) < 0.5, "landslide", "other"),
            "ridge": rng.integers(0, 30, number),
            "steepness": rng.normal(20 + 8 * slide, 5).round(2),
            "wetness": rng.normal(6 - slide, 1).round(2),
            "height": rng.normal(2500, 300, number).round(),
            "rock": rng.choice(["loess", "granite", "mudstone"], number),
        }
    )
    table.to_csv(path, index=False)


def copy_inputs(inputs: Path, folder: Path) -> None:
    """Give a working folder inputs of its own."""
    shutil.copytree(inputs, folder / INPUTS)


def started(inputs: Path, folder: Path) -> Run:
    """Return a run of the checkout in an empty working folder with inputs."""
    run = Run.here(folder)
    copy_inputs(inputs, run.folder)
    return run
