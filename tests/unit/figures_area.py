"""The figures of a tiny area."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotslope.candidates.accuracy import extraction_accuracy
from hotslope.files import write_csv, write_json
from hotslope.maps.coverage import COVERAGE_NAMES
from hotslope.rasters import write_raster
from maps_area import AREA, CRS, FACTORS, GRID, MODELS, TRACKS, write_coverage
from plot_candidates import plot_candidates
from plot_hotspots import plot_hotspots
from plot_learning import plot_learning
from plot_motion import plot_motion
from plot_potential_landslides import plot_potential_landslides
from plot_radius_sensitivity import plot_radius_sensitivity
from plot_study_area import plot_study_area


def per_track(area: Path, ending: str) -> list[str]:
    return [str(area / f"{track}{ending}") for track in TRACKS]


def motion(area: Path, target: Path, elevation: str | None) -> None:
    plot_motion(
        points_paths=per_track(area, ".parquet"),
        trends_paths=per_track(area, "_trends.parquet"),
        summaries_paths=per_track(area, "_trends.json"),
        elevation_path=elevation,
        velocity_path=str(target / "velocity.png"),
        trends_path=str(target / "trends.png"),
        tracks=TRACKS,
        **AREA,
    )


def hotspots(area: Path, target: Path, elevation: str | None) -> None:
    """With the radius of hot spots chosen: for one track by a peak, for the other by none."""
    for number, track in enumerate(TRACKS):
        chosen = {"distance_m": [100, 150, 200], "radius_m": 150.0, "reason": "because"}
        chosen |= (
            {"is_peak": True, "z": [1, 9, 3]} if number else {"is_peak": False, "z": [None] * 3}
        )
        write_json(area / f"{track}_radius.json", chosen)
    plot_hotspots(
        points_paths=per_track(area, ".parquet"),
        hotspots_paths=per_track(area, "_hotspots.parquet"),
        density_paths=per_track(area, "_density.tif"),
        radius_paths=per_track(area, "_radius.json"),
        elevation_path=elevation,
        hotspots_path=str(target / "hotspots.png"),
        density_path=str(target / "density.png"),
        radius_path=str(target / "radius.png"),
        tracks=TRACKS,
        significance=0.05,
        **AREA,
    )


def candidates(area: Path, target: Path, elevation: str | None) -> None:
    """References: half of the candidates, shifted, and one that nothing covers."""
    candidates = gpd.read_file(area / "candidates.gpkg")
    shifted = candidates.translate(30, 0)[: len(candidates) // 2]
    far = gpd.GeoSeries([shapely.box(691850, 3981350, 691990, 3981490)], crs=CRS)
    reference = pd.concat([shifted, far], ignore_index=True) if len(candidates) else shifted
    reference.to_crs("EPSG:4326").to_file(target / "reference.gpkg")
    # NaN is null in the workflow's file.
    measured = extraction_accuracy(candidates, reference, resamples=100)
    shares = {name: None if value != value else value for name, value in measured.items()}
    write_json(target / "extraction.json", {**shares, "intervals": {}})
    plot_candidates(
        candidates_path=str(area / "candidates.gpkg"),
        stability_path=str(area / "stability.parquet"),
        reference_paths=[str(target / "reference.gpkg")],
        measured_path=str(target / "extraction.json"),
        elevation_path=elevation,
        figure_path=str(target / "candidates.png"),
        extraction_path=str(target / "extraction.png"),
        tracks=TRACKS,
        boundary=None,
        **AREA,
    )


def coverage(area: Path) -> dict[str, str]:
    """Every class of what was measured, in stripes, and its share."""
    rows, _ = np.indices(GRID.shape)
    path = write_coverage(area, rows // 12 % len(COVERAGE_NAMES))
    write_json(area / "coverage.json", {"shares": dict.fromkeys(COVERAGE_NAMES, 0.2)})
    return {"coverage_path": str(path), "shares_path": str(area / "coverage.json")}


def potential(area: Path, target: Path, elevation: str | None) -> None:
    plot_potential_landslides(
        landslides_path=str(area / "landslides.gpkg"),
        **coverage(area),
        elevation_path=elevation,
        figure_path=str(target / "potential_landslides.png"),
        models=MODELS,
        **AREA,
    )


def learning(area: Path, target: Path, _: str | None) -> None:
    plot_learning(
        factors_path=str(area / "factors.parquet"),
        screening_path=str(area / "screening.csv"),
        roc_path=str(area / "roc.csv"),
        test_metrics_path=str(area / "test_metrics.csv"),
        correlation_path=str(target / "correlation.png"),
        information_gain_path=str(target / "information_gain.png"),
        roc_figure_path=str(target / "roc.png"),
        factors=FACTORS,
        max_correlation=0.7,
        models=MODELS,
        study_area_name="tiny",
    )


def radius_sensitivity(area: Path, target: Path, _: str | None) -> None:
    some = area.name.startswith("points")
    columns = {"candidates": 5, "area_m2": 4e5, "candidates_per_km2": 12.5}
    none = {"candidates": 0, "area_m2": 0.0, "candidates_per_km2": None}
    rows = [
        {"method": method, "radius_m": radius_m, **(columns if some else none)}
        for method in ("rate", "paper")
        for radius_m in (100, 200)
    ]
    write_csv(area / "sensitivity.csv", pd.DataFrame(rows))
    plot_radius_sensitivity(
        sensitivity_path=str(area / "sensitivity.csv"),
        figure_path=str(target / "radius_sensitivity.png"),
        radius_m=200 if some else "auto",
        study_area_name="tiny",
    )


def study_area(area: Path, target: Path, elevation: str | None) -> None:
    """With every kind of layer: polygons with a unit that no class names, codes, lines."""
    left, bottom, right, top = GRID.bounds_m
    middle = (left + right) / 2
    halves = [shapely.box(left, bottom, middle, top), shapely.box(middle, bottom, right, top)]
    units = gpd.GeoDataFrame({"unit": ["花岗岩", "unnamed"]}, geometry=halves, crs=CRS)
    units.to_file(target / "rocks.gpkg")
    road = shapely.LineString([(left, bottom), (right, top)])
    gpd.GeoSeries([road], crs=CRS).to_file(target / "roads.gpkg")
    rows, _ = np.indices(GRID.shape)
    codes = (rows // 40 % 3).astype(np.uint8)
    write_raster(target / "cover.tif", {"class": codes}, GRID)
    slope = target / "slope.tif"
    write_raster(slope, {"slope": rows / 10.0}, GRID)
    lithology = {"column": "unit", "classes": {"花岗岩": "hard rock"}}
    plot_study_area(
        points_paths=per_track(area, ".parquet"),
        terrain_paths=[str(slope)] if elevation else [],
        elevation_path=elevation,
        study_area_path=str(target / "study_area.png"),
        factors_path=str(target / "factors.png"),
        tracks=TRACKS,
        names=["slope", "lithology", "land_use", "distance_to_roads", "trend_linear"],
        layers={
            "lithology": {"path": str(target / "rocks.gpkg"), "layer": None, **lithology},
            "land_use": {"path": str(target / "cover.tif"), "classes": {0: "grass", 1: "bare"}},
            "roads": {"path": str(target / "roads.gpkg"), "layer": None},
            "faults": None,
        },
        boundary=str(target / "rocks.gpkg"),
        **AREA,
    )
