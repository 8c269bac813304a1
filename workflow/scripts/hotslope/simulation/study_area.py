"""A simulated study area: ground, bodies and the tracks that see them, from one set of numbers."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.map_distortion import distortion_on_grid
from hotslope.simulation.bodies import Body
from hotslope.simulation.landscape import DEM_CELL_M, Landscape, build_landscape
from hotslope.simulation.observation import Track
from hotslope.simulation.placement import place_bodies

#: Wavelength of Sentinel-1, m.
WAVELENGTH_M = 0.0554658


@dataclass(frozen=True)
class AreaSettings:
    """What a study area is made of, by the names of the config; dicts are keyed by track.

    The area fills `bounds_m`; its DEM and layers reach beyond them.
    """

    crs: str
    bounds_m: list[float] | None
    seed: int
    density_per_km2: dict[str, float]
    incidence_deg: dict[str, float]
    heading_deg: dict[str, float]
    landslides_per_km2: float
    false_movers_per_km2: float
    fast_share: float


class StudyArea(NamedTuple):
    """Grid of the area at the DEM's cell size, the ground, what moves, and tracks by name."""

    grid: Grid
    land: Landscape
    bodies: list[Body]
    tracks: dict[str, Track]

    @property
    def km2(self) -> float:
        """Area, km²."""
        return float(np.prod(self.grid.shape) * self.grid.cell_size_m**2 / 1e6)


def build_study_area(settings: AreaSettings) -> StudyArea:
    """Make ground and bodies.

    Raises
    ------
    InputError
        No bounds, or an area too small for the ground to have rivers and fronts.
    """
    if settings.bounds_m is None:
        raise InputError(
            "study_area.bounds_m",
            "is missing, and with it where the simulated area lies",
            "Give [xmin, ymin, xmax, ymax] in metres of study_area.crs",
        )
    grid = Grid.from_bounds(settings.bounds_m, DEM_CELL_M, settings.crs)
    south_north_m, west_east_m = np.multiply(grid.shape, DEM_CELL_M)
    if min(west_east_m, south_north_m) < 1_000:
        raise InputError(
            "simulation.size_km",
            f"{west_east_m:g} by {south_north_m:g} m is too small",
            "Give at least 1 km on each side",
        )
    # Bodies move along the axes of the grid; satellites fly by true north.
    middle = slice(grid.shape[0] // 2, grid.shape[0] // 2 + 1)
    turn_deg = float(np.median(distortion_on_grid(grid, middle).convergence_deg))
    tracks = {
        name: Track(
            number,
            settings.incidence_deg[name],
            settings.heading_deg[name] - turn_deg,
            WAVELENGTH_M,
            density,
        )
        for number, (name, density) in enumerate(settings.density_per_km2.items())
    }
    land = build_landscape(grid, settings.seed)
    km2 = np.prod(grid.shape) * DEM_CELL_M**2 / 1e6
    bodies = place_bodies(
        land,
        grid,
        round(settings.landslides_per_km2 * km2),
        round(settings.false_movers_per_km2 * km2),
        settings.fast_share,
        len(tracks),
        settings.seed,
    )
    return StudyArea(grid, land, bodies, tracks)
