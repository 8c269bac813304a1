"""Tracks of a tiny area with one moving body, and the scripts that make its candidates."""

import json

import numpy as np
import pandas as pd
import shapely

from estimate_rate_errors import estimate_rate_errors
from hotslope.candidates.settings import (
    DecompositionSettings,
    DensitySettings,
    MergeSettings,
    RegionSettings,
)
from hotslope.candidates.tables import CANDIDATES, TRACK_CANDIDATES
from hotslope.files import write_json
from hotslope.grid import Grid
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.points.track_statistics import point_density_per_m2
from hotslope.rasters import write_raster
from hotslope.schemas import read_layer
from hotslope.terrain.geometry import line_of_sight
from measure_extraction import measure_extraction
from merge_candidates import merge_candidates
from outline_by_density import outline_by_density
from outline_by_rate import outline_by_rate
from score_gate import score_gate

AREA = {"bounds_m": [500000, 4000000, 502000, 4001600], "cell_size_m": 20.0, "crs": "EPSG:32647"}
REGIONS = RegionSettings(
    threshold_mm_yr=10.0, significance=0.01, min_points=3, min_area_m2=8000.0, opening_cells=1
)
CUT = DensitySettings(points="moving", cut="area", cut_value=None)
GRID = Grid.from_bounds(**AREA)
COARSE = Grid.from_bounds(AREA["bounds_m"], 250.0, AREA["crs"])
BODY = shapely.box(500400, 4000600, 500800, 4001000)
HEADING = {"ascending": 348.0, "descending": 192.0, "second": 347.0}


def write_track(folder, track, velocity_mm_yr, background_mm_yr=0.0, noise_mm_yr=0.0):
    """Points every 50 m, quiet but for the body; the rate raster is the truth on cells."""
    x, y = (
        array.ravel()
        for array in np.meshgrid(np.arange(500025, 502000, 50.0), np.arange(4000025, 4001600, 50.0))
    )
    inside = shapely.contains_xy(BODY, x, y)
    east, north, up = line_of_sight(39.0, HEADING[track])
    points = pd.DataFrame({"point_id": [f"{track}{number}" for number in range(x.size)]}).assign(
        x_m=x,
        y_m=y,
        lon=100.0,
        lat=36.0,
        height_m=0.0,
        velocity_mm_yr=np.where(inside, velocity_mm_yr, 0.0)
        + background_mm_yr
        + noise_mm_yr * np.random.default_rng(1).standard_normal(x.size),
        velocity_std_mm_yr=1.0,
        coherence=0.9,
        incidence_deg=39.0,
        los_east=float(east),
        los_north=float(north),
        los_up=float(up),
    )
    POINTS.write(folder / f"{track}.parquet", points)
    moves = inside & (velocity_mm_yr != 0)
    spots = pd.DataFrame({"point_id": points["point_id"]}).assign(
        z=np.where(moves, 8.0 * np.sign(velocity_mm_yr), 0.1),
        p=np.where(moves, 1e-9, 0.9),
        q=np.where(moves, 1e-8, 0.9),
        neighbours=np.int32(9),
    )
    HOTSPOTS.write(folder / f"{track}_hotspots.parquet", spots)
    columns, rows = np.meshgrid(GRID.x_centres_m(), GRID.y_centres_m())
    rate = np.where(shapely.contains_xy(BODY, columns, rows), velocity_mm_yr, np.nan)
    write_raster(folder / f"{track}_rate.tif", {"rate_mm_yr": rate, "support": rate}, GRID)
    level = np.full(COARSE.shape, background_mm_yr)
    write_raster(folder / f"{track}_background.tif", {"background_mm_yr": level}, COARSE)


def write_slope(folder, slope_deg, aspect_deg):
    write_raster(folder / "slope.tif", {"slope": np.full(GRID.shape, slope_deg)}, GRID)
    write_raster(folder / "aspect.tif", {"aspect": np.full(GRID.shape, aspect_deg)}, GRID)


def write_visibility(folder, track):
    """The western half of the area lies in layover."""
    columns, _ = np.meshgrid(GRID.x_centres_m(), GRID.y_centres_m())
    classes = np.where(columns < 500500, 1.0, 0.0)
    bands = {"class": classes, "r_index": 0.6 * (1 - classes), "sensitivity": classes}
    write_raster(folder / f"{track}_visibility.tif", bands, GRID)


def write_gate(folder, track, **changes):
    """Score the points of a track for the gate, and write their summary."""
    score_gate(
        **{
            "points_path": str(folder / f"{track}.parquet"),
            "background_path": str(folder / f"{track}_background.tif"),
            "gate_path": str(folder / f"{track}_gate.parquet"),
            "radius_m": 200.0,
            "center": "median",
            "min_neighbours": 3,
            "correction": "fdr",
            "strip_memory_mb": 512,
            "threads": 1,
            **changes,
        }
    )
    points = POINTS.read(folder / f"{track}.parquet", ["x_m", "y_m"])
    density = point_density_per_m2(points["x_m"].to_numpy(), points["y_m"].to_numpy())
    write_json(folder / f"{track}_summary.json", {"points_per_covered_m2": density})


def outline(folder, track, *, gate_center="median", **changes):
    """Outline by the rate, with a gate made of the points as they are."""
    write_gate(folder, track, center=gate_center)
    outline_by_rate(
        **{
            "points_path": str(folder / f"{track}.parquet"),
            "summary_path": str(folder / f"{track}_summary.json"),
            "hotspots_path": str(folder / f"{track}_hotspots.parquet"),
            "gate_path": str(folder / f"{track}_gate.parquet"),
            "rate_path": str(folder / f"{track}_rate.tif"),
            "background_path": str(folder / f"{track}_background.tif"),
            "outlines_path": str(folder / f"{track}.gpkg"),
            "track": track,
            "regions": REGIONS,
            "grid": GRID,
            **changes,
        }
    )
    return read_layer(TRACK_CANDIDATES, folder / f"{track}.gpkg", "candidates")


def outline_paper(folder, track, tracks, **changes):
    """Outline by the density of Gi*."""
    outline_by_density(
        **{
            "points_paths": [str(folder / f"{name}.parquet") for name in tracks],
            "hotspots_paths": [str(folder / f"{name}_hotspots.parquet") for name in tracks],
            "outlines_path": str(folder / f"{track}.gpkg"),
            "tracks": list(tracks),
            "track": track,
            "radius_m": 200.0,
            "density": CUT,
            "threshold_mm_yr": 10.0,
            "significance": 0.01,
            "min_area_m2": 8000.0,
            "grid": GRID,
            **changes,
        }
    )
    return read_layer(TRACK_CANDIDATES, folder / f"{track}.gpkg", "candidates")


def write_errors(folder, track, background):
    """Estimate the errors of the rates of a track."""
    estimate_rate_errors(
        points_path=str(folder / f"{track}.parquet"),
        background_path=str(folder / f"{track}_background.tif") if background else None,
        errors_path=str(folder / f"{track}_rate_errors.parquet"),
        summary_path=str(folder / f"{track}_rate_errors.json"),
        wavelength_m=0.0554658,
    )


def merge(folder, tracks, *, terrain=True, background=True, seen=(), noise=()):
    for track in tracks:
        write_errors(folder, track, background)
    merge_candidates(
        outlines_paths=[str(folder / f"{track}.gpkg") for track in tracks],
        points_paths=[str(folder / f"{track}.parquet") for track in tracks],
        hotspots_paths=[str(folder / f"{track}_hotspots.parquet") for track in tracks],
        background_paths=[str(folder / f"{track}_background.tif") for track in tracks]
        if background
        else [],
        slope_path=str(folder / "slope.tif") if terrain else None,
        aspect_path=str(folder / "aspect.tif") if terrain else None,
        errors_paths=[str(folder / f"{track}_rate_errors.parquet") for track in tracks],
        error_summary_paths=[str(folder / f"{track}_rate_errors.json") for track in tracks],
        noise_paths=[str(path) for path in noise],
        visibility_paths={track: str(folder / f"{track}_visibility.tif") for track in seen},
        candidates_path=str(folder / "candidates.gpkg"),
        tracks=list(tracks),
        merging=MergeSettings(threshold_mm_yr=10.0, significance=0.01, min_overlap=0.25, fdr=0.05),
        decomposition=DecompositionSettings(
            min_points=2, shared_error_mm_yr=1.0, max_condition_number=4.0
        ),
        grid=GRID,
    )
    return read_layer(CANDIDATES, folder / "candidates.gpkg", "candidates")


def measure(folder, reference, **changes):
    measure_extraction(
        **{
            "candidates_path": str(folder / "candidates.gpkg"),
            "reference_paths": reference,
            "extraction_path": str(folder / "extraction.json"),
            "boundary": None,
            "bounds_m": AREA["bounds_m"],
            "crs": AREA["crs"],
            "resamples": 100,
            "seed": 0,
            **changes,
        }
    )
    return json.loads((folder / "extraction.json").read_text())
