"""The ground on which bodies are placed: relief, rocks, water, people, in one piece."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from rasterio import features
from scipy import ndimage
from shapely import LineString, Point, coverage_simplify
from shapely.geometry import shape as to_shape

from hotslope.grid import Grid
from hotslope.simulation import carved_relief, cover, geology, roads
from hotslope.simulation.drainage import label_catchments, trace_streams
from hotslope.simulation.random_fields import downslope, nearest, resample
from hotslope.simulation.randomness import Purpose, generator

#: Ground made beyond the area on each side, m: for distances, filters and drainage.
MARGIN_M = 2_000.0
DEM_CELL_M = 12.5
#: Cell of the landscape's own grid, m; relief is refined from here to the DEM.
CELL_M = 50.0
#: Drained area at which a mapped river begins, and that of the reaches of catchments.
RIVER_AREA_M2 = 0.8e6
CATCHMENT_AREA_M2 = 3.0e6
FLOOD_PLAIN_M = 220.0
#: Standard deviation of the filter that gives the slope bodies follow, m.
SMOOTHING_M = 75.0


@dataclass(frozen=True)
class Landscape:
    """Rasters of the ground.

    On `grid` (50 m): `slope_deg` and `azimuth_deg` of the ground smoothed over 75 m
    (azimuth of the downslope direction), `fall_east` and `fall_north` the same as a vector (m
    per m, positive where the ground falls that way), `weakness` of the rock (0 hard … 3 soft),
    `cover` (Esri codes), distances in metres, `settlement_radii` (distance from the nearest
    settlement in its radii), `catchment` labels. On `dem_grid` (12.5 m): `dem_m` and
    `dem_cover`. `layers` holds lithology, faults, rivers and roads as frames.
    """

    grid: Grid
    elevation_m: np.ndarray
    slope_deg: np.ndarray
    azimuth_deg: np.ndarray
    fall_east: np.ndarray
    fall_north: np.ndarray
    weakness: np.ndarray
    cover: np.ndarray
    river_distance_m: np.ndarray
    fault_distance_m: np.ndarray
    road_distance_m: np.ndarray
    settlement_radii: np.ndarray
    catchment: np.ndarray
    dem_grid: Grid
    dem_m: np.ndarray
    dem_cover: np.ndarray
    layers: dict[str, gpd.GeoDataFrame]


def line_distance(lines: list[LineString], grid: Grid) -> np.ndarray:
    """Distance of each cell from the nearest line, m, float32; 1e5 where there is none."""
    if not lines:
        return np.full(grid.shape, 1e5, dtype=np.float32)
    crossed = features.rasterize(
        lines, out_shape=grid.shape, transform=grid.transform, all_touched=True, dtype="uint8"
    )
    away = ndimage.distance_transform_edt(crossed == 0) * grid.cell_size_m
    return away.astype(np.float32)


def _frame(grid: Grid, lines: list[LineString], kinds: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"kind": kinds}, geometry=lines, crs=grid.crs)


def _lithology(units: np.ndarray, grid: Grid) -> gpd.GeoDataFrame:
    """Polygons of rock units, drawn as a geologist draws them: without stairs."""
    # 4-connected, so that no polygon touches itself in a corner.
    pairs = list(features.shapes(units.astype(np.uint8), transform=grid.transform))
    polygons = np.array([to_shape(polygon) for polygon, _ in pairs], dtype=object)
    names = list(geology.UNITS)
    frame = gpd.GeoDataFrame(
        {"unit": [names[int(value)] for _, value in pairs]},
        geometry=coverage_simplify(polygons, 1.5 * grid.cell_size_m),
        crs=grid.crs,
    )
    return frame[~frame.geometry.is_empty].reset_index(drop=True)


def _rivers(
    grid: Grid, drainage: tuple[np.ndarray, np.ndarray, np.ndarray], main: LineString
) -> tuple[list[LineString], list[str]]:
    """Draw the main river and tributaries; those that reach its flood plain are led to it."""
    _, receivers, area = drainage
    x_m, y_m = grid.x_centres_m(), grid.y_centres_m()
    lines, kinds = [main], ["main"]
    for reach in trace_streams(receivers, area, RIVER_AREA_M2):
        row, column = np.divmod(reach, grid.shape[1])
        vertices = np.column_stack([x_m[column], y_m[row]])
        line = roads.smooth_line(vertices)
        mouth = Point(vertices[-1])
        if receivers[reach[-1]] == reach[-1] and main.distance(mouth) < 2 * FLOOD_PLAIN_M:
            end = main.interpolate(main.project(mouth))
            line = LineString([*line.coords, (end.x, end.y)])
        lines.append(line)
        kinds.append("tributary")
    return lines, kinds


def build_landscape(area: Grid, seed: int) -> Landscape:
    """Make the ground of a study area, with a margin around it.

    Parameters
    ----------
    area : Grid
        The study area at the DEM's cell size.
    seed : int
        Seed of the study area.
    """
    dem_grid = area.grown(round(MARGIN_M / area.cell_size_m))
    # Two cells more than the DEM, so that interpolation never leaves the coarse grid.
    grid = Grid.from_bounds(list(dem_grid.bounds_m), CELL_M, area.crs).grown(2)
    course = carved_relief.river_course(grid.x_centres_m(), area, generator(seed, Purpose.RIVER))
    offset = carved_relief.river_offset(grid, course)
    floor = np.abs(offset) < FLOOD_PLAIN_M
    distance = geology.front_distance(offset, grid, generator(seed, Purpose.STRATA, 0))
    units = geology.rock_units(distance, floor, grid, generator(seed, Purpose.STRATA, 1))
    eastward = grid.bounds_m[2] - grid.x_centres_m()
    floor_height = carved_relief.OUTLET_HEIGHT_M + carved_relief.RIVER_GRADIENT * eastward
    elevation, drainage = carved_relief.carve(
        carved_relief.UPLIFT_M * geology.uplift_share(distance),
        geology.erodibility(units),
        np.where(floor, floor_height[None, :], np.nan),
        CELL_M,
        generator(seed, Purpose.RELIEF, 0),
    )
    dem = carved_relief.refine(elevation, grid, dem_grid, generator(seed, Purpose.RELIEF, 1))
    smooth = ndimage.gaussian_filter(elevation, SMOOTHING_M / CELL_M)
    slope, azimuth = downslope(smooth, CELL_M)

    settlements = cover.place_settlements(slope, offset, grid, generator(seed, Purpose.SETTLEMENTS))
    dem_slope, dem_azimuth = downslope(ndimage.gaussian_filter(dem, 2.0), dem_grid.cell_size_m)
    dem_cover = cover.classify_cover(
        dem,
        dem_slope,
        dem_azimuth,
        resample(offset, grid, dem_grid),
        cover.settlement_distance(settlements, dem_grid),
        dem_grid,
        generator(seed, Purpose.COVER),
    )
    main = LineString(np.column_stack([grid.x_centres_m(), course])[::2])
    rivers, ranks = _rivers(grid, drainage, main)
    faults, kinds = geology.fault_lines(
        grid, grid.x_centres_m(), course, generator(seed, Purpose.FAULTS)
    )
    streets, classes = roads.plan_roads(slope, offset, settlements, grid)
    bank = np.where(offset > 0, 1, 0) + 2 * (grid.x_centres_m() // 2_500).astype(int)[None, :]
    catchment = label_catchments(*drainage, (bank - bank.min()).ravel(), CATCHMENT_AREA_M2)
    return Landscape(
        grid=grid,
        elevation_m=elevation,
        slope_deg=slope,
        azimuth_deg=azimuth,
        fall_east=np.tan(np.radians(slope)) * np.sin(np.radians(azimuth)),
        fall_north=np.tan(np.radians(slope)) * np.cos(np.radians(azimuth)),
        weakness=geology.WEAKNESS[units],
        cover=nearest(dem_cover, dem_grid, grid),
        river_distance_m=line_distance(rivers, grid),
        fault_distance_m=line_distance(faults, grid),
        road_distance_m=line_distance(streets, grid),
        settlement_radii=cover.settlement_distance(settlements, grid),
        catchment=catchment.reshape(grid.shape),
        dem_grid=dem_grid,
        dem_m=dem,
        dem_cover=dem_cover,
        layers={
            "lithology": _lithology(units, grid),
            "faults": _frame(grid, faults, kinds),
            "rivers": _frame(grid, rivers, ranks),
            "roads": _frame(grid, streets, classes),
        },
    )
