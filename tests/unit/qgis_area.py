"""The QGIS project of a tiny area, with all files that it names."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from build_qgis_project import build_qgis_project
from export_hotspots import export_hotspots
from hotslope.candidates.tables import TRACK_CANDIDATES
from hotslope.files import write_layers
from maps_area import AREA, CRS, MODELS, TRACKS
from web_area import write_series


def write_outlines(area: Path) -> None:
    """Outlines per track, which the project shows beside what `maps_area` writes."""
    write_series(area)
    write_hotspots(area)
    for track in TRACKS:
        signs = pd.Series(["toward", "away"], dtype="str")
        boxes = [shapely.box(x, 3980500, x + 90, 3980590) for x in (690500, 691000)]
        frame = gpd.GeoDataFrame({"sign": signs}, geometry=boxes, crs=CRS)
        write_layers(area / f"{track}.gpkg", {"candidates": frame}, TRACK_CANDIDATES.metadata())


def write_hotspots(area: Path, **changes: object) -> Path:
    """Export the moving points of the area."""
    options = {
        "points_paths": [str(area / f"{track}.parquet") for track in TRACKS],
        "trends_paths": [str(area / f"{track}_trends.parquet") for track in TRACKS],
        "hotspots_paths": [str(area / f"{track}_hotspots.parquet") for track in TRACKS],
        "target_path": str(area / "hotspots.gpkg"),
        "tracks": TRACKS,
        "significance": 0.01,
        "threshold_mm_yr": 10.0,
        "crs": CRS,
        **changes,
    }
    export_hotspots(**options)
    return area / "hotspots.gpkg"


def qgis_project(area: Path, target: Path, **changes: object) -> Path:
    """Write the project of the area and return its path."""
    options = {
        "landslides_path": str(area / "landslides.gpkg"),
        "hotspots_path": str(area / "hotspots.gpkg"),
        "outlines_paths": [str(area / f"{track}.gpkg") for track in TRACKS],
        "density_paths": [str(area / f"{track}_density.tif") for track in TRACKS],
        "coverage_path": str(area / "coverage.tif"),
        "elevation_path": str(area / "elevation.tif"),
        "series_path": str(area / "series.parquet"),
        "pictures_folder": str(area / "maps" / "series"),
        "project_path": str(target),
        "tracks": TRACKS,
        "models": MODELS,
        **AREA,
        **changes,
    }
    build_qgis_project(**options)
    return target
