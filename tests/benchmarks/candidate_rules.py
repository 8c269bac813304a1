"""Candidates of a study area by any rule: the scripts of the workflow, called in a folder."""

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from draw_noise import draw_noise  # noqa: E402
from estimate_background import estimate_background  # noqa: E402
from estimate_rate_errors import estimate_rate_errors  # noqa: E402
from find_hotspots import find_hotspots  # noqa: E402
from hotslope.candidates.noise_outlines import GateSettings  # noqa: E402
from hotslope.candidates.settings import (  # noqa: E402
    DecompositionSettings,
    DensitySettings,
    MergeSettings,
    RegionSettings,
)
from hotslope.candidates.tables import CANDIDATES  # noqa: E402
from hotslope.files import write_json  # noqa: E402
from hotslope.grid import Grid  # noqa: E402
from hotslope.points.tables import POINTS  # noqa: E402
from hotslope.points.track_statistics import point_density_per_m2  # noqa: E402
from hotslope.rasters import write_raster  # noqa: E402
from hotslope.schemas import read_layer  # noqa: E402
from hotslope.simulation.study_area import WAVELENGTH_M  # noqa: E402
from hotslope.terrain.derivatives import surface_derivatives  # noqa: E402
from hotslope.terrain.resampling import azimuth_on_grid, on_grid  # noqa: E402
from import_points import import_points  # noqa: E402
from map_rate import map_rate  # noqa: E402
from merge_candidates import merge_candidates  # noqa: E402
from outline_by_density import outline_by_density  # noqa: E402
from outline_by_rate import outline_by_rate  # noqa: E402
from score_gate import score_gate  # noqa: E402

CELL_SIZE_M = 12.5
#: Settings that merging takes from `decomposition`.
DECOMPOSITION = ("min_points", "shared_error_mm_yr", "max_condition_number")
#: Rules compared: what each changes of the defaults of `candidates`.
RULES: dict[str, dict[str, Any]] = {
    "rate, default": {},
    "rate, mean": {"statistic": "mean"},
    "paper, moving points": {"method": "paper", "points": "moving", "cut": "area"},
    "paper, all points": {"method": "paper", "points": "all", "cut": "area"},
}


@cache
def config_keys() -> dict[str, Any]:
    """Return what the schema of the configuration says of each of its keys."""
    schema = yaml.safe_load((ROOT / "config" / "config.schema.yaml").read_text(encoding="utf-8"))
    return schema["properties"]


def defaults(section: str) -> dict[str, Any]:
    """Return the defaults of a section of the configuration, from its schema."""
    keys = config_keys()[section]["properties"]
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
        """Arguments of `Grid.from_bounds` for the study grid."""
        return {"bounds_m": self.bounds_m, "cell_size_m": CELL_SIZE_M, "crs": self.crs}

    def path(self, name: str) -> str:
        """File of the study area."""
        return str(self.folder / name)

    def paths(self, ending: str) -> list[str]:
        """One file per track."""
        return [self.path(f"{track}{ending}") for track in self.tracks]


def import_track(
    study: Study, track: str, source: dict[str, Any], incidence_deg: float, heading_deg: float
) -> None:
    """Import the points of a track from an export of GAMMA, or several releases of it."""
    import_points(
        source=source,
        format="gamma_ipta",
        options={},
        points_path=study.path(f"{track}.parquet"),
        summary_path=study.path(f"{track}_summary.json"),
        track=track,
        pass_direction=track,
        crs=study.crs,
        bounds_m=study.bounds_m,
        min_coherence=0.7,
        incidence_deg=incidence_deg,
        heading_deg=heading_deg,
    )


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
        background_paths=study.paths("_background.tif") if removes_background(settings) else [],
        slope_path=study.path("slope.tif") if study.has_terrain else None,
        aspect_path=study.path("aspect.tif") if study.has_terrain else None,
        errors_paths=study.paths("_rate_errors.parquet"),
        error_summary_paths=study.paths("_rate_errors.json"),
        noise_paths=study.paths("_noise.json") if draws_noise(settings) else [],
        visibility_paths={},
        candidates_path=study.path("candidates.gpkg"),
        tracks=list(study.tracks),
        merging=MergeSettings(
            threshold_mm_yr=settings["stability_threshold_mm_yr"],
            significance=hotspots["significance"],
            min_overlap=settings["min_overlap"],
            fdr=settings["fdr"],
        ),
        decomposition=DecompositionSettings(
            **{name: defaults("decomposition")[name] for name in DECOMPOSITION}
        ),
        grid=Grid.from_bounds(**study.grid),
    )


def measure_motion(
    study: Study, track: str, settings: dict[str, Any], hotspots: dict[str, Any]
) -> None:
    """Hot spots, and for the rate rule background and rate, of one track."""
    points = study.path(f"{track}.parquet")
    background = study.path(f"{track}_background.tif")
    estimate_background(
        points_path=points,
        background_path=background,
        bounds_m=study.bounds_m,
        crs=study.crs,
        with_height=settings["background"] == "modal+height",
    )
    work = {"strip_memory_mb": defaults("scale")["strip_memory_mb"], "threads": 1}
    score = {
        "radius_m": hotspots["radius_m"],
        "min_neighbours": hotspots["min_neighbours"],
        "correction": hotspots["correction"],
        **work,
    }
    find_hotspots(
        points_path=points,
        background_path=background if hotspots["background"] == "modal" else None,
        hotspots_path=study.path(f"{track}_hotspots.parquet"),
        center=hotspots["center"],
        **score,
    )
    removed = background if removes_background(settings) else None
    estimate_rate_errors(
        points_path=points,
        background_path=removed,
        errors_path=study.path(f"{track}_rate_errors.parquet"),
        summary_path=study.path(f"{track}_rate_errors.json"),
        wavelength_m=WAVELENGTH_M,
    )
    if settings["method"] != "rate":
        return
    score_gate(
        points_path=points,
        background_path=removed,
        gate_path=study.path(f"{track}_gate.parquet"),
        center=settings["gate_center"],
        **score,
    )
    write_density(points, study.path(f"{track}_summary.json"))
    map_rate(
        points_path=points,
        summary_path=study.path(f"{track}_summary.json"),
        background_path=removed,
        rate_path=study.path(f"{track}_rate.tif"),
        bandwidth_m=settings["bandwidth_m"],
        statistic=settings["statistic"],
        stability_threshold_mm_yr=settings["stability_threshold_mm_yr"],
        grid=Grid.from_bounds(**study.grid),
        **work,
    )
    if draws_noise(settings):
        _draw_noise(study, track, settings, hotspots)


def _draw_noise(
    study: Study, track: str, settings: dict[str, Any], hotspots: dict[str, Any]
) -> None:
    """Apply the rate rule to noise at the points of a track."""
    draw_noise(
        points_path=study.path(f"{track}.parquet"),
        summary_path=study.path(f"{track}_summary.json"),
        errors_path=study.path(f"{track}_rate_errors.parquet"),
        error_summary_path=study.path(f"{track}_rate_errors.json"),
        radius_path=None,
        noise_path=study.path(f"{track}_noise.json"),
        bandwidth_m=settings["bandwidth_m"],
        statistic=settings["statistic"],
        regions=region_settings(settings, hotspots),
        radius_m=hotspots["radius_m"],
        gate=GateSettings(
            settings["gate_center"], hotspots["min_neighbours"], hotspots["correction"]
        ),
        fields=settings["noise_fields"],
        seed=[settings["seed"], study.tracks.index(track)],
        grid=Grid.from_bounds(**study.grid),
    )


def draws_noise(settings: dict[str, Any]) -> bool:
    """Whether the rule is applied to noise."""
    return settings["method"] == "rate" and settings["noise_fields"] > 0


def removes_background(settings: dict[str, Any]) -> bool:
    """Whether rates are less the long-wave background."""
    return settings["method"] == "rate" and settings["background"] != "none"


def write_density(points_path: str, summary_path: str) -> None:
    """Write the density of a track's points as in its summary."""
    points = POINTS.read_numbers(points_path, ["x_m", "y_m"])
    density = point_density_per_m2(points["x_m"].to_numpy(), points["y_m"].to_numpy())
    write_json(summary_path, {"points_per_covered_m2": density})


def region_settings(settings: dict[str, Any], hotspots: dict[str, Any]) -> RegionSettings:
    """Return what a region of the rate rule must be like."""
    return RegionSettings(
        threshold_mm_yr=settings["stability_threshold_mm_yr"],
        significance=hotspots["significance"],
        min_points=settings["min_points"],
        min_area_m2=settings["min_area_m2"],
        opening_cells=settings["opening_cells"],
    )


def outline(study: Study, track: str, settings: dict[str, Any], hotspots: dict[str, Any]) -> None:
    """Outlines of one track."""
    grid = Grid.from_bounds(**study.grid)
    if settings["method"] == "rate":
        background = study.path(f"{track}_background.tif")
        outline_by_rate(
            points_path=study.path(f"{track}.parquet"),
            summary_path=study.path(f"{track}_summary.json"),
            hotspots_path=study.path(f"{track}_hotspots.parquet"),
            gate_path=study.path(f"{track}_gate.parquet"),
            rate_path=study.path(f"{track}_rate.tif"),
            background_path=background if removes_background(settings) else None,
            outlines_path=study.path(f"{track}.gpkg"),
            track=track,
            regions=region_settings(settings, hotspots),
            grid=grid,
        )
        return
    outline_by_density(
        points_paths=study.paths(".parquet"),
        hotspots_paths=study.paths("_hotspots.parquet"),
        outlines_path=study.path(f"{track}.gpkg"),
        tracks=list(study.tracks),
        track=track,
        radius_m=hotspots["radius_m"],
        density=DensitySettings(**{key: settings[key] for key in ("points", "cut", "cut_value")}),
        threshold_mm_yr=settings["stability_threshold_mm_yr"],
        significance=hotspots["significance"],
        min_area_m2=settings["min_area_m2"],
        grid=grid,
    )
