"""Where bodies occur, by causes, and what they are like."""

from dataclasses import dataclass

import numpy as np

from hotslope.grid import Grid
from hotslope.simulation import cover
from hotslope.simulation.bodies import FALSE_KINDS, Body, draw_wobble
from hotslope.simulation.landscape import Landscape
from hotslope.simulation.random_fields import power_law_field
from hotslope.simulation.randomness import Purpose, generator

#: Shares of the kinds of landslides (reactivated) and of false movers.
REACTIVATED_SHARE = 0.25
FALSE_SHARES = dict(zip(FALSE_KINDS, (0.42, 0.26, 0.14, 0.08, 0.10), strict=True))
#: Standard deviation of the catchments' effect on the log odds of landslides.
CATCHMENT_EFFECT = 1.3
#: Bodies keep this far from each other, and from the border of the area, m.
GAP_M = 60.0
BORDER_M = 150.0
#: Tries to find room for a body before it is given up.
TRIES = 60


@dataclass(frozen=True)
class Profile:
    """What the bodies of a kind are like: medians and spreads."""

    area_m2: float
    rate_mm_yr: float
    elongation: float
    slope_share: tuple[float, float]
    rising_share: float


PROFILES = {
    "reactivated": Profile(125_000, 50, 1.7, (1.0, 1.0), 0.0),
    "unstable slope": Profile(78_000, 50, 1.8, (1.0, 1.0), 0.0),
    "erosion": Profile(78_000, 34, 1.7, (0.2, 0.8), 0.0),
    "cultivation": Profile(84_000, 28, 1.4, (0.0, 0.25), 0.15),
    "settlement": Profile(84_000, 26, 1.3, (0.0, 0.1), 0.0),
    "mining": Profile(72_000, 38, 1.3, (0.0, 0.4), 0.0),
    "artefact": Profile(96_000, 20, 1.4, (0.0, 0.0), 0.5),
}


def intensities(land: Landscape, seed: int, *, with_hidden: bool = True) -> dict[str, np.ndarray]:
    """Relative probability that a body of a kind is centred in a cell.

    Parameters
    ----------
    land : Landscape
        The ground.
    seed : int
        Seed of the study area.
    with_hidden : bool
        False leaves out what no factor shows. To judge what can be learnt; bodies are always
        placed with it.

    Returns
    -------
    dict of str to ndarray, shape ``land.grid.shape``

    Notes
    -----
    Landslides prefer slopes of 25–35°, weak rock, undercut banks, faults and moist
    exposures; each kind of false mover has its own causes. The causes overlap, above all
    those of erosion, and half of the contrast comes from what no factor shows: patches and
    a random effect per catchment, which neighbours share.
    """
    slope, weakness = land.slope_deg, land.weakness
    random = generator(seed, Purpose.PLACEMENT, 0)
    hidden = power_law_field(land.grid.shape, land.grid.cell_size_m, 3.0, 2_500, random)
    effects = catchment_effects(land.catchment, seed)[0] * CATCHMENT_EFFECT
    river = np.exp(-land.river_distance_m / 350)
    fault = np.exp(-land.fault_distance_m / 600)
    road = np.exp(-land.road_distance_m / 300)
    moist = np.cos(np.radians(land.azimuth_deg - 50))
    steep = 0.095 * (np.minimum(slope, 33) - 20) - 0.12 * np.maximum(slope - 38, 0)
    tilled, built = land.cover == cover.CROPS, land.settlement_radii < 2.0
    bare = land.cover == cover.BARE
    logs = {
        "reactivated": 0.7 * steep + 1.1 * weakness + 1.8 * river + 0.9 * fault + 0.6 * moist,
        "unstable slope": steep + 0.9 * weakness + 1.2 * river + 0.9 * fault + 1.0 * moist,
        "erosion": 0.7 * steep + 0.2 * weakness + 0.5 * river + 0.7 * bare - 0.5 * moist,
        "cultivation": 2.2 * tilled + 0.2 * weakness + 0.03 * slope,
        "settlement": 3.0 * built + 0.8 * tilled + 0.8 * road,
        "mining": 1.6 * road + 0.5 * bare - 0.4 * weakness,
        "artefact": (land.elevation_m - land.elevation_m.mean()) / 400 + 0.02 * slope,
    }
    floor = {"reactivated": 6, "unstable slope": 9, "erosion": 7, "artefact": 8}
    for kind, log in logs.items():
        sign = 1.0 if kind in ("reactivated", "unstable slope") else -0.6
        if with_hidden:
            log = log + sign * (0.6 * hidden + effects)
        allowed = (slope > floor.get(kind, 0)) & (land.cover != cover.WATER)
        logs[kind] = np.where(allowed, np.exp(log), 0.0)
    return logs


def possible_centres(land: Landscape, area: Grid) -> np.ndarray:
    """Return where a body may be centred, bool, shape ``land.grid.shape``."""
    left, bottom, right, top = area.bounds_m
    x_m, y_m = land.grid.x_centres_m(), land.grid.y_centres_m()
    return ((x_m > left + BORDER_M) & (x_m < right - BORDER_M))[None, :] & (
        (y_m > bottom + BORDER_M) & (y_m < top - BORDER_M)
    )[:, None]


def catchment_effects(catchment: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two independent standard normal numbers per catchment, as rasters.

    The first moves the odds of landslides, the second the kind of displacement history
    (see `hotslope.simulation.histories`).
    """
    names, position = np.unique(catchment, return_inverse=True)
    random = generator(seed, Purpose.CATCHMENTS)
    effects = random.standard_normal((2, names.size))
    return tuple(effects[:, position.reshape(catchment.shape)])


def draw_kinds(landslides: int, false_movers: int, random: np.random.Generator) -> list[str]:
    """Kinds of all bodies in a random order; the shares of kinds are as fixed as they can be."""
    reactivated = round(REACTIVATED_SHARE * landslides)
    kinds = ["reactivated"] * reactivated + ["unstable slope"] * (landslides - reactivated)
    edges = np.round(np.cumsum([0.0, *FALSE_SHARES.values()]) * false_movers).astype(int)
    for kind, first, last in zip(FALSE_SHARES, edges, edges[1:], strict=False):
        kinds += [kind] * int(last - first)
    return [kinds[index] for index in random.permutation(len(kinds))]


def draw_rate(kind: str, fast_share: float, random: np.random.Generator) -> float:
    """Rate of a body, mm/yr: log-normal, and a few landslides of 100–300 mm/yr."""
    median = PROFILES[kind].rate_mm_yr
    rate = float(np.clip(median * np.exp(0.65 * random.standard_normal()), 4, 99))
    fast = random.uniform() < fast_share and kind in ("reactivated", "unstable slope")
    speed = float(random.uniform(100, 300))
    return speed if fast else rate


def _draw_body(
    number: int, kind: str, fast_share: float, area_factor: float, seed: int, tracks: int
) -> Body:
    """Draw a body without its place."""
    random = generator(seed, Purpose.BODIES, number)
    profile = PROFILES[kind]
    return Body(
        number=number,
        kind=kind,
        x_m=0.0,
        y_m=0.0,
        area_m2=area_factor
        * float(np.clip(profile.area_m2 * np.exp(random.normal(0, 0.65)), 1e4, 4e5)),
        axis_deg=float(random.uniform(0, 360)),
        elongation=float(np.clip(profile.elongation * np.exp(random.normal(0, 0.25)), 1, 3.5)),
        wobble=draw_wobble(random),
        profile=float(random.uniform(2, 6)),
        rate_mm_yr=draw_rate(kind, fast_share, random),
        slope_share=float(random.uniform(*profile.slope_share)),
        vertical_sign=1 if random.uniform() < profile.rising_share else -1,
        seen_by=int(random.integers(tracks)) if kind == "artefact" else -1,
        catchment=-1,
    )


def place_bodies(
    land: Landscape,
    area: Grid,
    landslides: int,
    false_movers: int,
    fast_share: float,
    tracks: int,
    seed: int,
    *,
    area_factor: float = 1.0,
) -> list[Body]:
    """Draw the bodies of a study area; none overlap.

    Parameters
    ----------
    land : Landscape
        The ground.
    area : Grid
        The study area; centres keep within it.
    landslides, false_movers : int
        Numbers wanted; fewer where there is no room.
    fast_share : float
        Share of landslides that move 100–300 mm/yr.
    tracks : int
        Number of tracks.
    seed : int
        Seed of the study area.
    area_factor : float
        Factor of the area of every body, for experiments with large ones.
    """
    x_m, y_m = land.grid.x_centres_m(), land.grid.y_centres_m()
    within = possible_centres(land, area)
    cumulated = {
        kind: np.cumsum(np.where(within, field, 0.0))
        for kind, field in intensities(land, seed).items()
    }
    placed: list[Body] = []
    circles = np.empty((landslides + false_movers, 3))
    kinds = draw_kinds(landslides, false_movers, generator(seed, Purpose.PLACEMENT, 1))
    for number, kind in enumerate(kinds):
        if cumulated[kind][-1] <= 0:
            continue
        body = _draw_body(number, kind, fast_share, area_factor, seed, tracks)
        random = generator(seed, Purpose.PLACEMENT, 2, number)
        draws = random.uniform(0, cumulated[kind][-1], TRIES)
        cells = np.searchsorted(cumulated[kind], draws, side="right")
        rows, columns = np.divmod(cells, land.grid.shape[1])
        x, y = x_m[columns], y_m[rows]
        near = circles[: len(placed)]
        gaps = np.hypot(x[:, None] - near[:, 0], y[:, None] - near[:, 1]) - near[:, 2]
        room = np.flatnonzero((gaps > body.reach_m + GAP_M).all(axis=1))
        if room.size == 0:
            continue
        row, column = int(rows[room[0]]), int(columns[room[0]])
        placed.append(_settle(body, land, row, column))
        circles[len(placed) - 1] = (placed[-1].x_m, placed[-1].y_m, body.reach_m)
    return placed


def _settle(body: Body, land: Landscape, row: int, column: int) -> Body:
    """Put a body into a cell; what follows the slope points down it."""
    follows = body.slope_share > 0.15
    fields = {
        **vars(body),
        "x_m": float(land.grid.x_centres_m()[column]),
        "y_m": float(land.grid.y_centres_m()[row]),
        "catchment": int(land.catchment[row, column]),
    }
    if follows:
        fields["axis_deg"] = float(land.azimuth_deg[row, column])
    return Body(**fields)
