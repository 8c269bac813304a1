"""What really moves, and what a mapper would draw: truth, reference and inventory."""

import dataclasses

import geopandas as gpd
import numpy as np
from affine import Affine
from rasterio import features
from shapely import MultiPolygon, union_all
from shapely.geometry import shape as to_shape

from hotslope.grid import Grid
from hotslope.line_of_sight import line_of_sight
from hotslope.simulation.bodies import LANDSLIDE_KINDS, Body, line_of_sight_rate
from hotslope.simulation.landscape import Landscape
from hotslope.simulation.measurement import incidence
from hotslope.simulation.observation import Track, ground_under
from hotslope.simulation.placement import FALSE_SHARES, REACTIVATED_SHARE
from hotslope.simulation.randomness import Purpose, generator

#: Rate along the line of sight at which ground counts as moving, mm/yr (paper: ± 10).
MOVING_MM_YR = 10.0
#: Smallest outline that a mapper of motion would draw, m².
SMALLEST_M2 = 4_000.0
RASTER_M = 12.5


def _window_rates(
    body: Body, land: Landscape, area: Grid, tracks: list[Track]
) -> tuple[np.ndarray, float, float]:
    """Rates of a body on a small raster, shape (tracks, rows, columns), and its corner."""
    half = int(np.ceil(body.reach_m / RASTER_M)) + 1
    left = np.floor(body.x_m / RASTER_M) * RASTER_M - half * RASTER_M
    top = np.ceil(body.y_m / RASTER_M) * RASTER_M + half * RASTER_M
    steps = (np.arange(2 * half) + 0.5) * RASTER_M
    x_m, y_m = (part.ravel() for part in np.meshgrid(left + steps, top - steps))
    slope, azimuth = ground_under(body, land, x_m, y_m)
    taper = body.taper(x_m, y_m)
    rates = []
    for track in tracks:
        angle = incidence(x_m, y_m, area, track.incidence_deg, track.heading_deg)
        look = line_of_sight(angle, track.heading_deg)
        rates.append(line_of_sight_rate(body, taper, slope, azimuth, look, track.number))
    return np.array(rates).reshape(len(tracks), steps.size, steps.size), left, top


def describe_bodies(
    bodies: list[Body],
    histories: list[str],
    land: Landscape,
    area: Grid,
    tracks: dict[str, Track],
    *,
    moving_mm_yr: float = MOVING_MM_YR,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Full outlines of all bodies, and the parts whose motion can be seen.

    Parameters
    ----------
    bodies, histories : list
        Bodies and the shapes of their histories.
    land, area : Landscape, Grid
        Ground and study area.
    tracks : dict of str to Track
        Geometry by name.
    moving_mm_yr : float
        Least rate along a line of sight at which ground counts as moving, mm/yr.

    Returns
    -------
    bodies : GeoDataFrame
        One row per body: ``body_id``, ``is_landslide``, ``kind``, ``rate_mm_yr`` in space,
        ``direction_deg`` (downslope azimuth at the centre), ``slope_share`` (1 along the slope,
        0 vertical), ``history``, ``catchment``, and per track ``los_mm_yr_<track>``, the
        rate of largest size along the line of sight, with its sign.
    motion : GeoDataFrame
        ``body_id`` and the ground that moves at `moving_mm_yr` or more in at least one
        track; no row for bodies that nowhere do.
    """
    rows, outlines, moving_ids, moving = [], [], [], []
    for body, name in zip(bodies, histories, strict=True):
        rates, left, top = _window_rates(body, land, area, list(tracks.values()))
        flat = rates.reshape(len(tracks), -1)
        peaks = flat[np.arange(len(tracks)), np.abs(flat).argmax(axis=1)]
        _, azimuth = ground_under(body, land, np.array([body.x_m]), np.array([body.y_m]))
        rows.append(
            {
                "body_id": body.number,
                "is_landslide": body.is_landslide,
                "kind": body.kind,
                "rate_mm_yr": body.rate_mm_yr,
                "direction_deg": float(azimuth[0]),
                "slope_share": body.slope_share,
                "history": name,
                "catchment": body.catchment,
            }
            | {f"los_mm_yr_{track}": peak for track, peak in zip(tracks, peaks, strict=True)}
        )
        outlines.append(body.outline())
        fast = (np.abs(rates) >= moving_mm_yr).any(axis=0).astype(np.uint8)
        if fast.any():
            transform = Affine(RASTER_M, 0, left, 0, -RASTER_M, top)
            pieces = features.shapes(fast, mask=fast == 1, transform=transform)
            moving.append(union_all([to_shape(piece) for piece, _ in pieces]))
            moving_ids.append(body.number)
    columns = ["body_id", "is_landslide", "kind", "rate_mm_yr", "direction_deg", "slope_share"]
    columns += ["history", "catchment", *(f"los_mm_yr_{track}" for track in tracks)]
    table = {column: [row[column] for row in rows] for column in columns}
    return (
        gpd.GeoDataFrame(table, geometry=outlines, crs=area.crs),
        gpd.GeoDataFrame({"body_id": moving_ids}, geometry=moving, crs=area.crs),
    )


def reference_outlines(motion: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Outlines of high deformation as an expert draws them: smooth, none tiny."""
    drawn = []
    for part in motion.geometry:
        smooth = part.buffer(15).buffer(-25).buffer(10).simplify(4)
        pieces = smooth.geoms if isinstance(smooth, MultiPolygon) else [smooth]
        drawn += [piece for piece in pieces if piece.area >= SMALLEST_M2]
    return gpd.GeoDataFrame({"reference_id": np.arange(len(drawn))}, geometry=drawn, crs=motion.crs)


def map_inventory(
    bodies: list[Body], completeness: float, label_error: float, crs: str, seed: int
) -> gpd.GeoDataFrame:
    """Inventory of a field survey: some bodies missing, some misjudged, outlines by hand.

    Parameters
    ----------
    bodies : list of Body
        What there is.
    completeness : float
        Probability that a body is in the inventory.
    label_error : float
        Probability that its class is wrong.
    crs : str
        CRS of the study area.
    seed : int
        Seed of the study area.

    Returns
    -------
    GeoDataFrame
        ``inventory_id``, ``class`` (``potential landslide`` or ``other``), ``kind``.
    """
    classes, kinds, outlines = [], [], []
    for body in bodies:
        random = generator(seed, Purpose.INVENTORY, body.number)
        mapped, misjudged = random.uniform(size=2) < (completeness, label_error)
        if not mapped:
            continue
        kind = _mistaken(body, random) if misjudged else body.kind
        classes.append("potential landslide" if kind in LANDSLIDE_KINDS else "other")
        kinds.append(kind)
        outlines.append(_redrawn(body, random).outline().simplify(3))
    return gpd.GeoDataFrame(
        {"inventory_id": np.arange(len(kinds)), "class": classes, "kind": kinds},
        geometry=outlines,
        crs=crs,
    )


def _mistaken(body: Body, random: np.random.Generator) -> str:
    if body.is_landslide:
        return str(random.choice(list(FALSE_SHARES), p=list(FALSE_SHARES.values())))
    shares = [REACTIVATED_SHARE, 1 - REACTIVATED_SHARE]
    return str(random.choice(LANDSLIDE_KINDS, p=shares))


def _redrawn(body: Body, random: np.random.Generator) -> Body:
    """Return the body as another hand would outline it."""
    shift = 0.07 * np.sqrt(body.area_m2) * random.standard_normal(2)
    return dataclasses.replace(
        body,
        x_m=body.x_m + shift[0],
        y_m=body.y_m + shift[1],
        area_m2=body.area_m2 * random.uniform(0.8, 1.3),
        axis_deg=body.axis_deg + random.normal(0, 6),
        wobble=body.wobble + random.normal(0, 0.03, body.wobble.shape),
    )
