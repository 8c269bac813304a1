"""The web map of a tiny area."""

from pathlib import Path

import numpy as np

from build_web_map import build_web_map
from maps_area import AREA, GRID, MODELS, TRACKS, series, write_coverage

ROOT = Path(__file__).parents[2]
PAGE = sorted(str(path) for path in (ROOT / "workflow" / "web").rglob("*") if path.is_file())


def write_series(area: Path) -> None:
    """Series and coverage, which the web map reads beside what `maps_area` writes."""
    series(area, TRACKS)
    classes = np.zeros(GRID.shape)
    classes[:9, :9] = 2
    write_coverage(area, classes)


def web_map(area: Path, target: Path, **changes: object) -> Path:
    """Build the web map in a folder and return its index."""
    options = {
        "landslides_path": str(area / "landslides.gpkg"),
        "series_path": str(area / "series.parquet"),
        "points_paths": [str(area / f"{track}.parquet") for track in TRACKS],
        "trends_paths": [str(area / f"{track}_trends.parquet") for track in TRACKS],
        "hotspots_paths": [str(area / f"{track}_hotspots.parquet") for track in TRACKS],
        "elevation_path": str(area / "elevation.tif"),
        "coverage_path": str(area / "coverage.tif"),
        "page_paths": PAGE,
        "index_path": str(target / "index.html"),
        "tracks": TRACKS,
        "models": MODELS,
        "significance": 0.01,
        **AREA,
        **changes,
    }
    build_web_map(**options)
    return target / "index.html"
