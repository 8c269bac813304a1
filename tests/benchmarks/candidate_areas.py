"""Simulated areas of every kind on which candidate rules are compared."""

import dataclasses
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import candidate_rules  # first: it puts the package on the path
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from scipy.ndimage import gaussian_filter1d

from hotslope.columns import epoch_columns
from hotslope.files import atomic_path
from hotslope.grid import Grid
from hotslope.simulation.bodies import Body
from hotslope.simulation.histories import acquisition_dates, years_since
from hotslope.simulation.landscape import Landscape, build_landscape
from hotslope.simulation.measurement import place_points
from hotslope.simulation.noise import ROUGHNESS
from hotslope.simulation.observation import (
    Track,
    draw_shapes,
    name_histories,
    observe,
    velocity_of,
)
from hotslope.simulation.placement import place_bodies
from hotslope.simulation.random_fields import power_law_field, sample
from hotslope.simulation.randomness import Purpose, generator
from hotslope.simulation.raw_inputs import write_items, write_points
from hotslope.simulation.study_area import WAVELENGTH_M
from hotslope.simulation.truth import MOVING_MM_YR, describe_bodies

CRS = "EPSG:32647"
CORNER_M = (690_000, 3_980_000)
#: Incidence and heading of the tracks, and points per km² at the published density.
GEOMETRY = {"descending": (39.5, 192.0), "ascending": (37.0, 348.0)}
DENSITY_PER_KM2 = {"descending": 264.0, "ascending": 230.0}
#: Longest wave of the atmosphere that a kind of area adds, and cells of its fields, m.
DELAY_M = 4_000.0
DELAY_CELL_M = 125.0
#: Bodies faster than this are sped up where a kind of area asks for fast bodies, mm/yr.
FAST_FROM_MM_YR = 15.0


@dataclass(frozen=True)
class AreaKind:
    """What a kind of area changes of the simulation's defaults.

    Parameters
    ----------
    seeds : tuple of int
        Seeds of its areas.
    size_km : float
        Edge of the square area.
    bodies_per_km2 : float
        Density of landslides, and of false movers too.
    density_factor : float
        Factor of the density of points.
    atmosphere : str
        See `hotslope.simulation.noise.ROUGHNESS`.
    area_factor : float
        Factor of the areas of bodies.
    speed_factor : float
        Factor of the rates of bodies faster than `FAST_FROM_MM_YR`.
    wide_radius_m, wide_mm_yr : float
        One more body, a disc in the middle that moves alike in all its points and in both
        lines of sight; no disc with radius 0.
    delay_mm, drift_mm_yr : float
        Standard deviations of residual atmosphere beside `atmosphere`: of the delay at each epoch
        and of a delay that grows linearly, both alike over up to `DELAY_M`.
    delay_mm_km, drift_mm_yr_km : float
        Delay that grows with height: standard deviation over the epochs of its increase per km,
        and the part of it that is linear in time.
    epochs : int or None
        Epochs that are kept, from the first on; None keeps all.
    filter_epochs : float
        Standard deviation of a Gaussian filter of the series, in epochs; 0 filters nothing.
    has_series : bool
        Whether points have series, or velocities only.
    """

    seeds: tuple[int, ...]
    size_km: float = 8.0
    bodies_per_km2: float = 0.375
    density_factor: float = 1.0
    atmosphere: str = "default"
    area_factor: float = 1.0
    speed_factor: float = 1.0
    wide_radius_m: float = 0.0
    wide_mm_yr: float = 0.0
    delay_mm: float = 0.0
    drift_mm_yr: float = 0.0
    delay_mm_km: float = 0.0
    drift_mm_yr_km: float = 0.0
    epochs: int | None = None
    filter_epochs: float = 0.0
    has_series: bool = True

    @property
    def bounds_m(self) -> list[float]:
        """Bounds of its areas, m."""
        left, bottom = CORNER_M
        return [left, bottom, left + 1_000 * self.size_km, bottom + 1_000 * self.size_km]

    @property
    def disc(self) -> shapely.Polygon:
        """Outline of the wide body; empty where there is none."""
        left, bottom, right, top = self.bounds_m
        middle = shapely.Point((left + right) / 2, (bottom + top) / 2)
        return middle.buffer(self.wide_radius_m, quad_segs=64)


@dataclass(frozen=True)
class Truth:
    """Reference outlines.

    Attributes
    ----------
    bodies : GeoSeries
        Full outlines of all bodies.
    motion : GeoSeries
        The ground that moves at 10 mm/yr or more in a line of sight.
    moving : GeoSeries
        The ground that moves at half of that, without artefacts of the processing.
    artefacts : GeoSeries
        Outlines of these.
    landslides : GeoSeries
        Full outlines of the landslides among the bodies.
    """

    bodies: gpd.GeoSeries
    motion: gpd.GeoSeries
    moving: gpd.GeoSeries
    artefacts: gpd.GeoSeries
    landslides: gpd.GeoSeries


def simulate(kind: AreaKind, seed: int, folder: Path) -> tuple[candidate_rules.Study, Truth]:
    """Simulate an area and import its points, as the workflow does, into `folder`."""
    bounds_m = kind.bounds_m
    area = Grid.from_bounds(bounds_m, candidate_rules.CELL_SIZE_M, CRS)
    tracks = {
        name: Track(number, *GEOMETRY[name], WAVELENGTH_M, density * kind.density_factor)
        for number, (name, density) in enumerate(DENSITY_PER_KM2.items())
    }
    land = build_landscape(area, seed)
    count = round(kind.bodies_per_km2 * kind.size_km**2)
    placed = place_bodies(
        land, area, count, count, 0.05, len(tracks), seed, area_factor=kind.area_factor
    )
    bodies = [_sped_up(body, kind.speed_factor) for body in placed]
    histories = name_histories(bodies, land, seed)
    study = candidate_rules.Study(folder, tuple(tracks), bounds_m, CRS, has_terrain=True)
    candidate_rules.write_terrain(study, land.dem_m, land.dem_grid)
    for track in tracks:
        _measure(study, kind, track, tracks, bodies, histories, land, area, seed)
    outlines, motion = describe_bodies(bodies, histories, land, area, tracks)
    artefact = (outlines["kind"] == "artefact").to_numpy()
    real = [body for body, not_real in zip(bodies, artefact, strict=True) if not not_real]
    names = [name for name, not_real in zip(histories, artefact, strict=True) if not not_real]
    _, moving = describe_bodies(real, names, land, area, tracks, moving_mm_yr=MOVING_MM_YR / 2)
    references = [_with_disc(frame, kind) for frame in (outlines, motion, moving)]
    landslides = outlines.geometry[outlines["is_landslide"]]
    return study, Truth(*references, outlines.geometry[artefact], landslides)


def _sped_up(body: Body, factor: float) -> Body:
    """Return the body with its rate multiplied if it is not slow."""
    if body.rate_mm_yr <= FAST_FROM_MM_YR:
        return body
    return dataclasses.replace(body, rate_mm_yr=factor * body.rate_mm_yr)


def _with_disc(frame: gpd.GeoDataFrame, kind: AreaKind) -> gpd.GeoSeries:
    """Outlines inside the area, with the wide body's where there is one."""
    outlines = [*frame.geometry, *([kind.disc] if kind.wide_radius_m else [])]
    return gpd.GeoSeries(outlines, crs=CRS).clip(shapely.box(*kind.bounds_m))


def _measure(
    study: candidate_rules.Study,
    kind: AreaKind,
    name: str,
    tracks: dict[str, Track],
    bodies: list[Body],
    histories: list[str],
    land: Landscape,
    area: Grid,
    seed: int,
) -> None:
    """Write the points of a track as an export, and import them."""
    track = tracks[name]
    dates = {
        number: acquisition_dates(number, seed)[: kind.epochs] for number in range(len(tracks))
    }
    every = sorted(date for epochs in dates.values() for date in epochs)
    random = generator(seed, Purpose.POINTS, track.number)
    points = place_points(
        land, area, track.density_per_km2, track.incidence_deg, track.heading_deg, random
    )
    rough = ROUGHNESS[kind.atmosphere]
    epochs = dates[track.number]
    shapes = draw_shapes(bodies, histories, epochs, (every[0], every[-1]), seed)
    since_first = years_since(epochs, every[0])
    chunks = observe(bodies, shapes, land, area, points, track, since_first, rough, seed)
    years = years_since(epochs, epochs[0])
    with tempfile.TemporaryDirectory() as export:
        items, table = f"{export}/items.txt", f"{export}/disp_tab.txt"
        write_items(items, epochs)
        moved = _moved(chunks, kind, years)
        at_rest_m = float(land.dem_m.mean())
        disturbed = _disturbed(moved, kind, area, track, years, at_rest_m, seed)
        write_points(table, _filtered(disturbed, kind, years))
        source = {"items": items, "table": table}
        candidate_rules.import_track(study, name, source, track.incidence_deg, track.heading_deg)
    if not kind.has_series:
        _drop_series(study.path(f"{name}.parquet"))


def _moved(
    chunks: Iterator[tuple[pd.DataFrame, np.ndarray]], kind: AreaKind, years: np.ndarray
) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Add the motion of the wide body to points and series."""
    for points, series_mm in chunks:
        inside = shapely.contains_xy(kind.disc, points["x_m"], points["y_m"])
        rate = np.where(inside, kind.wide_mm_yr, 0.0)
        velocity = points["velocity_mm_yr"] + rate
        yield points.assign(velocity_mm_yr=velocity), series_mm + rate[:, None] * years


def _disturbed(
    chunks: Iterator[tuple[pd.DataFrame, np.ndarray]],
    kind: AreaKind,
    area: Grid,
    track: Track,
    years: np.ndarray,
    at_rest_m: float,
    seed: int,
) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Add the atmosphere of the kind of area to points and series; none at a height at rest."""
    if not (kind.delay_mm or kind.drift_mm_yr or kind.delay_mm_km or kind.drift_mm_yr_km):
        yield from chunks
        return
    grid = Grid.from_bounds(list(area.bounds_m), DELAY_CELL_M, area.crs).grown(2)
    random = np.random.default_rng([seed, track.number, 15])
    fields = [
        power_law_field(grid.shape, grid.cell_size_m, 11 / 3, DELAY_M, random)
        for _ in range(years.size + 1)
    ]
    delays_mm_km = kind.delay_mm_km * random.standard_normal(years.size)
    for points, series_mm in chunks:
        x, y = points["x_m"].to_numpy(), points["y_m"].to_numpy()
        drift, *delays = (sample(field, grid, x, y) for field in fields)
        added = kind.delay_mm * np.stack(delays, axis=1)
        added += kind.drift_mm_yr * drift[:, None] * years
        height_km = (points["height_m"].to_numpy()[:, None] - at_rest_m) / 1_000
        added += height_km * (delays_mm_km + kind.drift_mm_yr_km * years)
        series_mm = series_mm + added - added[:, :1]
        velocity, error = velocity_of(series_mm, years)
        yield points.assign(velocity_mm_yr=velocity, velocity_std_mm_yr=error), series_mm


def _filtered(
    chunks: Iterator[tuple[pd.DataFrame, np.ndarray]], kind: AreaKind, years: np.ndarray
) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Smooth the series, as some processors do."""
    for points, series_mm in chunks:
        if kind.filter_epochs:
            series_mm = gaussian_filter1d(series_mm, kind.filter_epochs, axis=1)
            velocity, error = velocity_of(series_mm, years)
            points = points.assign(velocity_mm_yr=velocity, velocity_std_mm_yr=error)
        yield points, series_mm


def _drop_series(points_path: str) -> None:
    """Leave velocities only, as `import_points` does of a file without series."""
    table = pq.read_table(points_path)
    with atomic_path(points_path) as partial:
        pq.write_table(table.drop_columns(epoch_columns(table.column_names)), partial)
