"""Small study areas of one sliding body each, in places and shapes that are out of the ordinary."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
import shapely
from pyproj import Transformer
from rasterio.transform import from_origin
from rasterio.warp import Resampling, calculate_default_transform, reproject

from hotslope.terrain.geometry import line_of_sight

SIZE_M = 1500.0
BODY_RADIUS_M = 160.0
#: Downslope (mm/yr), toward the east.
SPEED_MM_YR = 60.0
SLOPE_DEG = 20.0
#: Pass, incidence and heading (degrees) by the name of a track.
TRACKS = {
    "ascending": ("ascending", 37.0, 348.0),
    "descending": ("descending", 39.5, 192.0),
    "steep": ("descending", 31.0, 193.0),
}


@dataclass(frozen=True)
class AwkwardArea:
    """How a study area is made.

    Parameters
    ----------
    crs : str
    corner_m : tuple of float
        Its south-west corner.
    tracks : tuple of str
        Among `TRACKS`.
    dem_cell_m : float
    dem_crs : str, optional
        Where the DEM is in another CRS than the area.
    base_m : float
        Elevation of the western edge (m), from which the ground falls to the east.
    number : int
        Points per track.
    epochs : int
    speed_mm_yr : float
    body : tuple of float
        Centre of the body within the area (m).
    places : function, optional
        Of the coordinates of the points within the area (m): what becomes of them.
    ground : function, optional
        Of the elevations and of the coordinates within the area: what becomes of them.
    settings : dict
        Of the config.
    """

    crs: str = "EPSG:32647"
    corner_m: tuple[float, float] = (700_000.0, 3_960_000.0)
    tracks: tuple[str, ...] = ("descending",)
    dem_cell_m: float = 12.5
    dem_crs: str | None = None
    base_m: float = 2500.0
    number: int = 600
    epochs: int = 30
    speed_mm_yr: float = SPEED_MM_YR
    body: tuple[float, float] = (750.0, 750.0)
    places: Callable[[np.ndarray], np.ndarray] | None = None
    ground: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] | None = None
    settings: dict = field(default_factory=dict)

    @property
    def bounds_m(self) -> list[float]:
        """Its bounds in its CRS."""
        x, y = self.corner_m
        return [x, y, x + SIZE_M, y + SIZE_M]

    @property
    def outline(self) -> shapely.Geometry:
        """The body, in the CRS of the area."""
        x, y = self.corner_m
        return shapely.Point(x + self.body[0], y + self.body[1]).buffer(BODY_RADIUS_M)


def write_area(area: AwkwardArea, folder: Path) -> dict:
    """Write points and DEM of an area; return its config."""
    folder.mkdir(parents=True)
    write_dem(area, folder / "dem.tif")
    for seed, track in enumerate(area.tracks):
        write_points(area, track, folder / f"{track}.csv", seed)
    return {
        "study_area": {"crs": area.crs, "bounds_m": area.bounds_m},
        "tracks": {
            track: {
                "pass": TRACKS[track][0],
                "format": "table",
                "points": f"inputs/{track}.csv",
                "incidence_deg": TRACKS[track][1],
                "heading_deg": TRACKS[track][2],
            }
            for track in area.tracks
        },
        "terrain": {"dem": "inputs/dem.tif", "margin_m": 200},
        "candidates": {"noise_fields": 0, "stability_replicas": 0},
        **area.settings,
    }


def write_dem(area: AwkwardArea, path: Path) -> None:
    """Write a plane that falls to the east, 400 m beyond the area."""
    beyond = 400.0
    cells = round((SIZE_M + 2 * beyond) / area.dem_cell_m)
    centres = (np.arange(cells) + 0.5) * area.dem_cell_m - beyond
    east, north = np.meshgrid(centres, centres[::-1])
    elevation = elevation_of(area, east)
    if area.ground is not None:
        elevation = area.ground(elevation, east, north)
    x, y = area.corner_m
    transform = from_origin(x - beyond, y + SIZE_M + beyond, area.dem_cell_m, area.dem_cell_m)
    profile = {
        "driver": "GTiff",
        "width": cells,
        "height": cells,
        "count": 1,
        "dtype": "float32",
        "crs": area.crs,
        "transform": transform,
        "nodata": -9999.0,
    }
    elevation = np.where(np.isnan(elevation), -9999.0, elevation).astype("float32")
    if area.dem_crs is not None:
        elevation, profile = warped(elevation, profile, area.dem_crs)
    with rasterio.open(path, "w", **profile) as target:
        target.write(elevation, 1)


def warped(elevation: np.ndarray, profile: dict, crs: str) -> tuple[np.ndarray, dict]:
    """Warp a DEM to another CRS."""
    height, width = elevation.shape
    bounds = rasterio.transform.array_bounds(height, width, profile["transform"])
    transform, columns, rows = calculate_default_transform(
        profile["crs"], crs, width, height, *bounds
    )
    target = np.full((rows, columns), -9999.0, dtype="float32")
    reproject(
        elevation,
        target,
        src_transform=profile["transform"],
        src_crs=profile["crs"],
        dst_transform=transform,
        dst_crs=crs,
        src_nodata=-9999.0,
        dst_nodata=-9999.0,
        resampling=Resampling.bilinear,
    )
    return target, profile | {
        "crs": crs, "transform": transform, "width": columns, "height": rows
    }  # fmt: skip


def elevation_of(area: AwkwardArea, east: np.ndarray) -> np.ndarray:
    """Return the elevation of places within the area (m)."""
    return area.base_m - np.tan(np.radians(SLOPE_DEG)) * east


def write_points(area: AwkwardArea, track: str, path: Path, seed: int) -> None:
    """Write the points of a track as a table with longitudes and latitudes."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, SIZE_M, (area.number, 2))
    if area.places is not None:
        places = area.places(places)
    number = len(places)
    _, incidence, heading = TRACKS[track]
    los = np.array(line_of_sight(incidence, heading))
    slope = np.radians(SLOPE_DEG)
    seen = los @ [np.cos(slope), 0.0, -np.sin(slope)]
    inside = np.hypot(*(places - area.body).T) < BODY_RADIUS_M
    years = np.arange(area.epochs) * 12 / 365.25
    series = rng.normal(0, 2, (number, area.epochs))
    series += area.speed_mm_yr * seen * inside[:, None] * years
    if area.epochs > 2:
        velocity = np.polyfit(years, series.T, 1)[0]
    else:
        velocity = area.speed_mm_yr * seen * inside + rng.normal(0, 1, number)
    to_degrees = Transformer.from_crs(area.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(*(places + area.corner_m).T)
    table = pd.DataFrame(
        {
            "point_id": [f"p{place}" for place in range(number)],
            "lon": np.round(lon, 8),
            "lat": np.round(lat, 8),
            "height_m": elevation_of(area, places[:, 0]).round(2),
            "velocity_mm_yr": velocity.round(3),
            "coherence": 0.9,
        }
    )
    dates = pd.date_range("2020-01-01", periods=area.epochs, freq="12D").strftime("%Y%m%d")
    pd.concat([table, pd.DataFrame(series.round(3), columns=dates)], axis=1).to_csv(
        path, index=False
    )


def hole(elevation: np.ndarray, east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Take the elevations of the middle of the area away, which holds a part of the body."""
    inside = np.hypot(east - 780, north - 750) < 60
    return np.where(inside, np.nan, elevation)


def on_cell_borders(places: np.ndarray) -> np.ndarray:
    """Move places onto corners of cells of 12.5 m."""
    return np.unique(12.5 * np.round(places / 12.5), axis=0)


def thrice(places: np.ndarray) -> np.ndarray:
    """Repeat a third of the places: three points at each."""
    return np.repeat(places[::3], 3, axis=0)


def at_one_place(places: np.ndarray) -> np.ndarray:
    """Put all points at one place."""
    return np.full_like(places, SIZE_M / 2)


FOUND = {
    "southern hemisphere": AwkwardArea(crs="EPSG:32719", corner_m=(350_000, 6_300_000)),
    "border of two UTM zones": AwkwardArea(corner_m=(770_800, 3_960_000)),
    "across 180 degrees": AwkwardArea(crs="EPSG:32660", corner_m=(833_270, 0)),
    "across the equator": AwkwardArea(crs="EPSG:32647", corner_m=(700_000, -750)),
    "north of the Arctic Circle": AwkwardArea(crs="EPSG:32633", corner_m=(500_000, 7_700_000)),
    "national CRS": AwkwardArea(crs="EPSG:2056", corner_m=(2_600_000, 1_150_000)),
    "across and below sea level": AwkwardArea(
        crs="EPSG:32636", corner_m=(735_000, 3_480_000), base_m=300
    ),
    "DEM of 2 m": AwkwardArea(dem_cell_m=2),
    "DEM of 90 m": AwkwardArea(dem_cell_m=90),
    "DEM in degrees": AwkwardArea(dem_cell_m=30, dem_crs="EPSG:4326"),
    "hole in the DEM within the body": AwkwardArea(ground=hole),
    "three tracks, two of one pass": AwkwardArea(tracks=("ascending", "descending", "steep")),
    "two tracks of one pass": AwkwardArea(tracks=("descending", "steep")),
    "points at identical places": AwkwardArea(places=thrice, number=900),
    "points on corners of cells": AwkwardArea(places=on_cell_borders),
    "few epochs": AwkwardArea(epochs=6, speed_mm_yr=300),
    "body on the edge of the area": AwkwardArea(body=(1480, 750)),
}
NOTHING = {
    "ground at rest": AwkwardArea(speed_mm_yr=0),
}
