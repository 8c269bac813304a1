"""The web map: a folder whose page opens from a disk, without network."""

from hotslope.jobs import job_log, unescaped

import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.colors import Colormap, to_hex, to_rgba
from matplotlib.image import imsave
from pyproj import CRS
from rasterio.enums import Resampling

from hotslope.change.tables import CHANGE, DIFFERENCES
from hotslope.change.tables import LAYER as CHANGE_LAYER
from hotslope.columns import CANDIDATE_ID, TREND, VELOCITY, X, Y
from hotslope.files import atomic_path, write_text
from hotslope.grid import given_bounds
from hotslope.maps.attributes import describe_attributes
from hotslope.maps.coverage import COVERAGE_CLASSES, COVERAGE_NAMES
from hotslope.maps.outcome import LANDSLIDE, NOT_CLASSIFIED, OTHER, judging_models, leading_model
from hotslope.maps.pixels import figure_grid
from hotslope.maps.point_tiles import point_tiles, quantised
from hotslope.maps.relief import hillshade
from hotslope.maps.scales import VELOCITY_SHARE, symmetric_limit
from hotslope.maps.style import (
    AWAY,
    DIVERGING,
    NEUTRAL,
    NOT_EVALUATED,
    OUTSIDE,
    PROBABILITY,
    TOWARD,
    TREND_GROUP_COLOURS,
)
from hotslope.maps.tables import LANDSLIDES_LAYER, SERIES
from hotslope.maps.web_data import (
    SERIES_BLOCK,
    changes_of,
    columns_of,
    outline,
    packed,
    point_codes,
    receive,
    series_of,
)
from hotslope.motion.tables import HOTSPOTS, TRENDS
from hotslope.points.tables import POINTS
from hotslope.rasters import read_for_figure
from hotslope.rows import check_same_points
from hotslope.schemas import read_layer

#: Pixels of relief and coverage along their longer edge, and the finest pixel, m.
IMAGE_PX = 2400
FINEST_PIXEL_M = 5.0
#: Colours of a scale.
RAMP_STEPS = 64
COLOURS: dict[str, Any] = {
    "class": {LANDSLIDE: to_hex(PROBABILITY(0.85)), OTHER: "#7fa7c9", NOT_CLASSIFIED: "#b5b5b5"},
    "confidence": {"high": "#1b7837", "medium": "#a6dba0", "low": "#f0f0e0"},
    "trend": TREND_GROUP_COLOURS,
    # In the order of the codes of `point_codes`.
    "spot": {
        "not significant": NEUTRAL,
        "hot": TOWARD,
        "cold": AWAY,
        "not evaluated": NOT_EVALUATED,
    },
    "unmeasured": dict(zip(COVERAGE_NAMES[1:], COVERAGE_CLASSES.colours[1:], strict=True)),
    "no_data": "#b5b5b5",
}


def build_web_map(
    *,
    landslides_path: str,
    series_path: str,
    points_paths: list[str],
    trends_paths: list[str],
    hotspots_paths: list[str],
    raster_paths: dict[str, str | None],
    change_paths: dict[str, str] | None,
    page_paths: list[str],
    index_path: str,
    tracks: list[str],
    models: list[str],
    significance: float,
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Write the page and, as scripts that it loads, its data.

    The lists of paths of points, trends and hot spots are in the order of `tracks`; `raster_paths`
    has ``elevation``, None without a DEM, and ``coverage``; `change_paths` has ``change``
    (GeoPackage) and ``series``, and is None where no change is measured; `page_paths` are all files
    of the page as it is kept with the workflow, its `index.html` among them.
    """
    folder = Path(index_path).parent
    data = folder / "data"
    for old in (data, folder / "page"):
        shutil.rmtree(old, ignore_errors=True)
    _copy_page(page_paths, folder)

    bounds = given_bounds(bounds_m)
    square = bounds[:2], max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    landslides = gpd.read_file(landslides_path, layer=LANDSLIDES_LAYER).to_crs(crs)
    velocities, described = [], []
    for track, points_path, trends_path, hotspots_path in zip(
        tracks, points_paths, trends_paths, hotspots_paths, strict=True
    ):
        points = _read_points(points_path, trends_path, hotspots_path, significance)
        tiles = _write_tiles(data / "points" / track, track, points, *square)
        velocities.append(points[VELOCITY].to_numpy())
        described.append({"name": track, "points": len(points), "tiles": tiles})
    meta = {
        "study_area_name": study_area_name,
        "crs_name": CRS(crs).name,
        "bounds_m": bounds,
        "square": {"origin_m": square[0], "edge_m": square[1]},
        "tracks": described,
        "leading_model": leading_model(judging_models(landslides, models)),
        "attributes": [
            attribute.as_dict()
            for attribute in describe_attributes(
                [name for name in landslides.columns if name != "geometry"], tracks, models
            )
        ],
        "series_block": SERIES_BLOCK,
        "velocity_limit_mm_yr": symmetric_limit(np.concatenate(velocities), VELOCITY_SHARE),
        "ramps": {"probability": _ramp(PROBABILITY), "velocity": _ramp(DIVERGING)},
        "colours": COLOURS | ({"outside": OUTSIDE} if "applicable" in landslides else {}),
        "change": change_paths is not None,
        **_write_images(data, raster_paths, bounds, crs),
    }
    table = pd.DataFrame(landslides.drop(columns="geometry"))
    outlines = [outline(geometry, square[0]) for geometry in landslides.geometry]
    write_text(data / "meta.js", receive("meta", meta))
    write_text(data / "candidates.js", receive("candidates", columns_of(table), outlines))
    identifiers = table[CANDIDATE_ID].tolist()
    of_candidate = SERIES.read(series_path).groupby(CANDIDATE_ID, sort=False)
    series = {str(one): series_of(rows) for one, rows in of_candidate}
    _write_blocks(data, "series", series, identifiers)
    if change_paths is not None:
        change = read_layer(CHANGE, change_paths["change"], CHANGE_LAYER)
        changes = changes_of(change, DIFFERENCES.read(change_paths["series"]))
        _write_blocks(data, "change", changes, identifiers)
    # Last: a page is there only when all that it loads is.
    shutil.copyfile(_index_of(page_paths), index_path)


def _index_of(page_paths: list[str]) -> Path:
    (index,) = (Path(path) for path in page_paths if Path(path).name == "index.html")
    return index


def _copy_page(page_paths: list[str], folder: Path) -> None:
    """Copy all files of the page but its index, in their folders."""
    index = _index_of(page_paths)
    for path in map(Path, page_paths):
        if path != index:
            target = folder / path.relative_to(index.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _read_points(
    points_path: str, trends_path: str, hotspots_path: str, significance: float
) -> pd.DataFrame:
    """Read where points lie, how fast they are, and a code of their trend and hot spot."""
    points = POINTS.read_numbers(points_path, [X, Y, VELOCITY])
    trends = TRENDS.read_numbers(trends_path, [TREND])
    hotspots = HOTSPOTS.read_numbers(hotspots_path, ["z", "q"])
    for path in (trends_path, hotspots_path):
        check_same_points(points_path, path)
    return points.assign(code=point_codes(trends[TREND].to_numpy(), hotspots, significance))


def _write_tiles(
    folder: Path, track: str, points: pd.DataFrame, origin_m: tuple[float, ...], edge_m: float
) -> dict[str, int]:
    """Write the tiles of a track; return how many points each holds, by its name."""
    x = (points[X].to_numpy() - origin_m[0]) / edge_m
    y = (points[Y].to_numpy() - origin_m[1]) / edge_m
    tenths = np.clip(np.rint(points[VELOCITY].to_numpy() * 10), -32_768, 32_767).astype("<i2")
    code = points["code"].to_numpy()
    counts = {}
    for tile in point_tiles(x, y):
        members = tile.members
        text = packed(
            quantised(x[members], tile.level, tile.column),
            quantised(y[members], tile.level, tile.row),
            tenths[members],
            code[members],
        )
        write_text(folder / f"{tile.name}.js", receive("tile", track, tile.name, text))
        counts[tile.name] = len(members)
    return counts


def _write_images(
    folder: Path,
    raster_paths: dict[str, str | None],
    bounds_m: tuple[float, float, float, float],
    crs: str,
) -> dict[str, Any]:
    """Write relief and coverage as pictures; return whether there is relief, and their bounds."""
    west, south, east, north = bounds_m
    pixel_m = max(max(east - west, north - south) / IMAGE_PX, FINEST_PIXEL_M)
    grid = figure_grid(bounds_m, crs, max(round((east - west) / pixel_m), 1))
    elevation_path, coverage_path = raster_paths["elevation"], str(raster_paths["coverage"])
    if elevation_path:
        elevation_m = read_for_figure(elevation_path, grid, Resampling.cubic)
        shade = hillshade(elevation_m, grid.cell_size_m)
        known = np.isfinite(shade)
        grey = np.rint(255 * np.where(known, shade, 0.0)).astype(np.uint8)
        opaque = np.where(known, 255, 0).astype(np.uint8)
        _write_image(folder / "relief.png", np.dstack([grey, grey, grey, opaque]))
    classes = read_for_figure(coverage_path, grid, Resampling.mode)
    tints = [to_rgba(tint, COVERAGE_CLASSES.opacity) for tint in COVERAGE_CLASSES.colours[1:]]
    palette = np.array([(0.0, 0.0, 0.0, 0.0), *tints])
    code = np.where(np.isfinite(classes), classes, 0).astype(np.int64)
    _write_image(folder / "unmeasured.png", np.rint(255 * palette[code]).astype(np.uint8))
    return {"relief": bool(elevation_path), "image_bounds_m": grid.bounds_m}


def _write_image(path: Path, rgba: np.ndarray) -> None:
    with atomic_path(path) as partial:
        imsave(partial, rgba, format="png", metadata={"Software": None})  # type: ignore[dict-item]


def _write_blocks(data: Path, kind: str, content: dict[str, Any], identifiers: list[str]) -> None:
    """Write what is known of candidates, so many to a file, in the order of the candidates."""
    for block, begin in enumerate(range(0, len(identifiers), SERIES_BLOCK)):
        wanted = identifiers[begin : begin + SERIES_BLOCK]
        found = {one: content[one] for one in wanted if one in content}
        write_text(data / kind / f"{block}.js", receive(kind, block, found))


def _ramp(colours: Colormap) -> list[str]:
    return [to_hex(colours(share)) for share in np.linspace(0.0, 1.0, RAMP_STEPS)]


if __name__ == "__main__":
    page = Path(snakemake.scriptdir).resolve().parent / "web"
    with job_log(snakemake.log[0]):
        build_web_map(
            landslides_path=snakemake.input.landslides,
            series_path=snakemake.input.series,
            points_paths=snakemake.input.points,
            trends_paths=snakemake.input.trends,
            hotspots_paths=snakemake.input.hotspots,
            raster_paths={
                "elevation": snakemake.input.get("elevation"),
                "coverage": snakemake.input.coverage,
            },
            change_paths={
                "change": snakemake.input.change,
                "series": snakemake.input.differences,
            }
            if snakemake.input.change
            else None,
            page_paths=[str(path) for path in sorted(page.rglob("*")) if path.is_file()],
            index_path=snakemake.output.index,
            tracks=snakemake.params.tracks,
            models=snakemake.params.models,
            significance=snakemake.params.significance,
            study_area_name=unescaped(snakemake.params.study_area_name),
            bounds_m=snakemake.params.bounds_m,
            crs=unescaped(snakemake.params.crs),
        )
