"""Candidates of a study area by any rule: the scripts of the workflow, called in a folder."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from estimate_background import estimate_background  # noqa: E402
from find_hotspots import find_hotspots  # noqa: E402
from hotslope.candidates.tables import CANDIDATES  # noqa: E402
from hotslope.grid import Grid  # noqa: E402
from hotslope.rasters import write_raster  # noqa: E402
from hotslope.schemas import read_layer  # noqa: E402
from hotslope.terrain.derivatives import surface_derivatives  # noqa: E402
from hotslope.terrain.resampling import azimuth_on_grid, on_grid  # noqa: E402
from map_rate import map_rate  # noqa: E402
from merge_candidates import merge_candidates  # noqa: E402
from outline_candidates import outline_candidates  # noqa: E402

CELL_SIZE_M = 12.5
#: Settings that merging takes from `decomposition`.
DECOMPOSITION = ("min_points", "shared_error_mm_yr", "max_condition_number")
#: Rules compared: what each changes of the defaults of `candidates`.
RULES: dict[str, dict[str, Any]] = {
    "rate, median": {},
    "rate, mean": {"statistic": "mean"},
    "paper, moving points": {"method": "paper", "points": "moving", "cut": "area"},
    "paper, all points": {"method": "paper", "points": "all", "cut": "area"},
}


def defaults(section: str) -> dict[str, Any]:
    """Return the defaults of a section of the configuration, from its schema."""
    schema = yaml.safe_load((ROOT / "config" / "config.schema.yaml").read_text(encoding="utf-8"))
    keys = schema["properties"][section]["properties"]
    return {key: content["default"] for key, content in keys.items() if "default" in content}


@dataclass(frozen=True)
class Study:
    """Where the points of a study area lie: ``{folder}/{track}.parquet``."""

    folder: Path
    tracks: tuple[str, ...]
    bounds_m: list[float]
    crs: str
    has_terrain: bool

    @property
    def grid(self) -> dict[str, Any]:
        """Arguments that tell a script the study grid."""
        return {"bounds_m": self.bounds_m, "cell_size_m": CELL_SIZE_M, "crs": self.crs}

    def path(self, name: str) -> str:
        """File of the study area."""
        return str(self.folder / name)

    def paths(self, ending: str) -> list[str]:
        """One file per track."""
        return [self.path(f"{track}{ending}") for track in self.tracks]


def write_terrain(study: Study, dem_m: np.ndarray, dem_grid: Grid) -> None:
    """Write slope and aspect of the study grid."""
    grid = Grid.from_bounds(**study.grid)
    derived = surface_derivatives(dem_m, dem_grid.cell_size_m)
    steepness = np.tan(np.radians(derived["slope"]))
    aspect = azimuth_on_grid(derived["aspect"], steepness, dem_grid, grid)
    write_raster(
        study.path("slope.tif"), {"slope": on_grid(derived["slope"], dem_grid, grid)}, grid
    )
    write_raster(study.path("aspect.tif"), {"aspect": aspect}, grid)


def find_candidates(study: Study, **changes: Any) -> gpd.GeoDataFrame:
    """Run the stages motion and candidates with `changes` to the defaults of `candidates`.

    Returns
    -------
    GeoDataFrame
        The table of candidates of both tracks together.
    """
    settings = defaults("candidates") | changes
    hotspots = defaults("hotspots")
    for track in study.tracks:
        measure_motion(study, track, settings, hotspots)
    for track in study.tracks:
        outline(study, track, settings, hotspots)
    merge(study, settings, hotspots)
    return read_layer(CANDIDATES, study.path("candidates.gpkg"), "candidates")


def merge(study: Study, settings: dict[str, Any], hotspots: dict[str, Any]) -> None:
    """Candidates of all tracks."""
    merge_candidates(
        outlines_paths=study.paths(".gpkg"),
        points_paths=study.paths(".parquet"),
        hotspots_paths=study.paths("_hotspots.parquet"),
        background_paths=study.paths("_background.tif") if settings["method"] == "rate" else [],
        slope_path=study.path("slope.tif") if study.has_terrain else None,
        aspect_path=study.path("aspect.tif") if study.has_terrain else None,
        visibility_paths={},
        candidates_path=study.path("candidates.gpkg"),
        tracks=list(study.tracks),
        stability_threshold_mm_yr=settings["stability_threshold_mm_yr"],
        significance=hotspots["significance"],
        min_overlap=settings["min_overlap"],
        **{name: defaults("decomposition")[name] for name in DECOMPOSITION},
        **study.grid,
    )


def measure_motion(
    study: Study, track: str, settings: dict[str, Any], hotspots: dict[str, Any]
) -> None:
    """Hot spots, and for the rate rule background and rate, of one track."""
    points = study.path(f"{track}.parquet")
    find_hotspots(
        points_path=points,
        hotspots_path=study.path(f"{track}_hotspots.parquet"),
        radius_m=hotspots["radius_m"],
        center=hotspots["center"],
        background=hotspots["background"],
        min_neighbours=hotspots["min_neighbours"],
        correction=hotspots["correction"],
        bounds_m=study.bounds_m,
        crs=study.crs,
        threads=1,
    )
    if settings["method"] != "rate":
        return
    background = study.path(f"{track}_background.tif")
    estimate_background(
        points_path=points,
        background_path=background,
        method=settings["background"],
        bounds_m=study.bounds_m,
        crs=study.crs,
    )
    map_rate(
        points_path=points,
        background_path=background,
        rate_path=study.path(f"{track}_rate.tif"),
        bandwidth_m=settings["bandwidth_m"],
        statistic=settings["statistic"],
        stability_threshold_mm_yr=settings["stability_threshold_mm_yr"],
        threads=1,
        **study.grid,
    )


def outline(study: Study, track: str, settings: dict[str, Any], hotspots: dict[str, Any]) -> None:
    """Outlines of one track."""
    by_rate = settings["method"] == "rate"
    outline_candidates(
        points_path=study.path(f"{track}.parquet"),
        hotspots_path=study.path(f"{track}_hotspots.parquet"),
        rate_path=study.path(f"{track}_rate.tif") if by_rate else None,
        background_path=study.path(f"{track}_background.tif") if by_rate else None,
        every_points_paths=[] if by_rate else study.paths(".parquet"),
        every_hotspots_paths=[] if by_rate else study.paths("_hotspots.parquet"),
        outlines_path=study.path(f"{track}.gpkg"),
        track=track,
        points_used=settings["points"],
        cut=settings["cut"],
        cut_value=settings["cut_value"],
        radius_m=hotspots["radius_m"],
        stability_threshold_mm_yr=settings["stability_threshold_mm_yr"],
        significance=hotspots["significance"],
        gate_radius_m=hotspots["radius_m"],
        gate_center=settings["gate_center"],
        correction=hotspots["correction"],
        min_neighbours=hotspots["min_neighbours"],
        min_points=settings["min_points"],
        min_area_m2=settings["min_area_m2"],
        opening_cells=settings["opening_cells"],
        **study.grid,
    )
