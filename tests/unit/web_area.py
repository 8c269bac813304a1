"""The web map of a tiny area."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from build_web_map import build_web_map
from hotslope.change.tables import CHANGE, DIFFERENCES, LAYER
from hotslope.schemas import write_layer
from maps_area import AREA, GRID, MODELS, TRACKS, series, write_coverage

ROOT = Path(__file__).parents[2]
PAGE = sorted(str(path) for path in (ROOT / "workflow" / "web").rglob("*") if path.is_file())


def write_series(area: Path) -> None:
    """Series and coverage, which the web map reads beside what `maps_area` writes."""
    series(area, TRACKS)
    classes = np.zeros(GRID.shape)
    classes[:9, :9] = 2
    write_coverage(area, classes)


def write_change(area: Path) -> dict[str, str]:
    """An alert with an onset of every candidate but the last, which is not measured."""
    candidates = gpd.read_file(area / "candidates.gpkg", layer="candidates")
    count = len(candidates)
    measured = np.arange(count) < count - 1
    texts = {
        "level": ["alert"] * (count - 1) + ["not measured"],
        "track": "descending",
        "motion": "accelerating",
        "window_begin": "2020-05-01",
        "window_end": "2020-09-28",
        "onset": "2020-05-14",
        "onset_low": "2020-05-02",
        "onset_high": "2020-05-26",
        "season": "modelled",
        "status": "continued",
    }
    numbers = {"change_mm_yr": -24.0, "change_std_mm_yr": 3.0, "rate_before_mm_yr": -8.0}
    numbers |= {"p_noise_change": 0.002, "p_change": 1e-6, "q_change": 1e-5, "p_family": 1e-3}
    table = CHANGE.empty().reindex(range(count)).assign(**(texts if count else {}))
    table = table.assign(candidate_id=candidates["candidate_id"].to_numpy(), **numbers)
    table = table.assign(n_inside=4, n_around=90, tests=count)
    table.loc[~measured, list(numbers)] = np.nan
    table = table.astype(CHANGE.empty().dtypes.to_dict())
    geometry = candidates.geometry.to_numpy()
    write_layer(
        CHANGE,
        area / "change.gpkg",
        LAYER,
        gpd.GeoDataFrame(table, geometry=geometry, crs=candidates.crs),
    )
    dates = pd.date_range("2019-01-03", "2020-09-28", freq="12D").strftime("%Y-%m-%d")
    bend = np.maximum(np.arange(len(dates)) - 42, 0)
    parts = [
        pd.DataFrame(
            {
                "candidate_id": name,
                "track": "descending",
                "date": dates,
                "difference_mm": -0.26 * np.arange(len(dates)) - 0.8 * bend,
            }
        )
        for name in table["candidate_id"][measured]
    ]
    series = pd.concat([DIFFERENCES.empty(), *parts], ignore_index=True)
    kinds = DIFFERENCES.empty().dtypes.to_dict()
    DIFFERENCES.write(area / "differences.parquet", series.astype(kinds))
    return {"change": str(area / "change.gpkg"), "series": str(area / "differences.parquet")}


def web_map(area: Path, target: Path, **changes: object) -> Path:
    """Build the web map in a folder and return its index."""
    options = {
        "landslides_path": str(area / "landslides.gpkg"),
        "series_path": str(area / "series.parquet"),
        "points_paths": [str(area / f"{track}.parquet") for track in TRACKS],
        "trends_paths": [str(area / f"{track}_trends.parquet") for track in TRACKS],
        "hotspots_paths": [str(area / f"{track}_hotspots.parquet") for track in TRACKS],
        "raster_paths": {
            "elevation": str(area / "elevation.tif"),
            "coverage": str(area / "coverage.tif"),
        },
        "change_paths": None,
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
