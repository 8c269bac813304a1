"""Contributing area against a priority flood and FD8 written out cell by cell, and whitebox.

The reference below shares no code with the product: depressions are filled by a queue of cells
(Barnes et al. 2014), and flow is shared out from the highest cell to the lowest. The terrain engine
does both on the whole DEM at once.
"""

import heapq
import time
from collections.abc import Iterator

import numpy as np
import pytest
from scipy import ndimage

from hotslope.terrain.engine import loaded
from hotslope.terrain.filling import FLAT_RISE_M, fill_depressions
from hotslope.terrain.hydrology import (
    specific_contributing_area,
    stream_power_index,
    topographic_wetness_index,
)

CELL_M = 12.5
SHAPE = (50, 66)
#: Heights of the blocks that a DEM is divided into: from the lowest possible to all of it.
BLOCK_ROWS = [2, 3, 7, 16, 25, 49, 50]


def neighbours(cell: tuple[int, int], shape: tuple[int, int]) -> Iterator[tuple[int, int, float]]:
    """Yield row, column and distance in cells of the up to eight neighbours."""
    row, column = cell
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            inside = 0 <= row + down < shape[0] and 0 <= column + right < shape[1]
            if inside and (down or right):
                yield row + down, column + right, float(np.hypot(down, right))


def outlets(elevation_m: np.ndarray) -> np.ndarray:
    """Cells with data beside the outside: beyond the raster, or a gap joined to it."""
    gaps, _ = ndimage.label(
        np.isnan(np.pad(elevation_m, 1, constant_values=np.nan)), np.ones((3, 3))
    )
    outside = ndimage.binary_dilation(gaps == gaps[0, 0], np.ones((3, 3)))[1:-1, 1:-1]
    return outside & ~np.isnan(elevation_m)


def flooded(elevation_m: np.ndarray) -> np.ndarray:
    """The lowest surface on which every cell has a lower neighbour or is an outlet."""
    filled = np.where(outlets(elevation_m), elevation_m, np.inf)
    queue = [(filled[cell], cell) for cell in zip(*np.nonzero(np.isfinite(filled)), strict=True)]
    heapq.heapify(queue)
    while queue:
        level, cell = heapq.heappop(queue)
        for row, column, _ in neighbours(cell, filled.shape):
            raised = max(elevation_m[row, column], level + FLAT_RISE_M)
            if raised < filled[row, column]:
                filled[row, column] = raised
                heapq.heappush(queue, (raised, (row, column)))
    return filled


def accumulated(elevation_m: np.ndarray) -> np.ndarray:
    """Specific contributing area in m²/m, cell by cell from the highest down."""
    filled = flooded(elevation_m)
    cells = np.ones(filled.shape)
    for flat in np.argsort(-filled, axis=None, kind="stable"):
        cell = tuple(int(index) for index in np.unravel_index(flat, filled.shape))
        if not np.isfinite(filled[cell]):
            continue
        lower = [
            (row, column, ((filled[cell] - filled[row, column]) / distance) ** 1.1)
            for row, column, distance in neighbours(cell, filled.shape)
            if filled[row, column] < filled[cell]
        ]
        total = sum(share for _, _, share in lower)
        for row, column, share in lower:
            cells[row, column] += cells[cell] * share / total
    return np.where(np.isnan(elevation_m), np.nan, cells * CELL_M)


def by_engine(elevation_m: np.ndarray) -> np.ndarray:
    """Specific contributing area in m²/m by whitebox, which fills by Wang and Liu."""
    with loaded(elevation_m, CELL_M) as surface:
        filled = surface.hydrology(
            "fill_depressions_wang_and_liu", fix_flats=True, flat_increment=FLAT_RISE_M
        )
        area_m = filled.hydrology("fd8_flow_accum", out_type="sca", exponent=1.1).values()
    return np.where(np.isnan(elevation_m), np.nan, area_m)


def hills(seed: int = 1) -> np.ndarray:
    """Rough ground of some 100 m of relief whose window cuts every valley."""
    noise = np.random.default_rng(seed).normal(size=SHAPE)
    ground = ndimage.gaussian_filter(noise, 6) * 800 + ndimage.gaussian_filter(noise, 1.5) * 15
    return 1000.0 + ground - 0.5 * np.arange(SHAPE[0])[:, None]


def with_gap(elevation_m: np.ndarray, rows: slice, columns: slice) -> np.ndarray:
    holed = elevation_m.copy()
    holed[rows, columns] = np.nan
    return holed


def lake() -> np.ndarray:
    """Hills around a level lake in their lowest hollow."""
    ground = hills()
    row, column = np.unravel_index(np.argmin(ground[15:-15, 15:-15]), (20, 36))
    level = ground[row + 15, column + 15] + 12.0
    near, _ = ndimage.label(ground < level)
    return np.where(near == near[row + 15, column + 15], level, ground)


def bowl_with_one_outlet() -> np.ndarray:
    """A basin whose rim is open at a single cell, far below the floor."""
    ground = np.maximum(hills(), 900.0)
    ground[[0, -1], :] = ground[:, [0, -1]] = 1500.0
    ground[30, -1] = 700.0
    return ground


def joined_gap() -> np.ndarray:
    """A gap that reaches the edge through two corners of cells only."""
    holed = with_gap(np.round(hills()), slice(2, 14), slice(30, 43))
    holed[1, 29] = holed[0, 28] = np.nan
    return holed


def winding_valley() -> np.ndarray:
    """A trench that runs to and fro over the whole DEM between high walls, from end to end."""
    ground = np.full(SHAPE, 1500.0)
    ground[1:-1, 1::2] = 900.0
    for turn, column in enumerate(range(2, SHAPE[1] - 1, 2)):
        ground[-2 if turn % 2 else 1, column] = 900.0
    ground[-1, 1] = 890.0
    return ground


def scattered_gaps() -> np.ndarray:
    """A third of the ground is unknown, in pieces of every size, some of them at the edge."""
    random = np.random.default_rng(6)
    return np.where(random.random(SHAPE) < 0.33, np.nan, np.round(hills()))


GROUND = {
    "as it comes": hills(),
    "whole metres": np.round(hills()),
    "decimetres": np.round(hills() * 10.0) / 10.0,
    "sea at 0 m": np.maximum(np.round(hills() - 1000.0), 0.0),
    "lake": lake(),
    "hole inside": with_gap(np.round(hills()), slice(24, 31), slice(30, 41)),
    "hole of one cell": with_gap(np.round(hills()), slice(24, 25), slice(30, 31)),
    "hole at the edge": with_gap(np.round(hills()), slice(0, 16), slice(30, 43)),
    "hole joined to the edge by corners": joined_gap(),
    "below the sea": np.round(hills() - 1300.0),
    "plateau": np.full(SHAPE, 7.0),
    "single outlet": bowl_with_one_outlet(),
    "winding valley": winding_valley(),
    "scattered gaps": scattered_gaps(),
    "dipping plane in metres": np.round(
        np.add.outer(-0.3 * np.arange(SHAPE[0]), 0.1 * np.arange(SHAPE[1]))
    ),
}


@pytest.mark.parametrize("name", GROUND)
def test_contributing_area_and_indices(name: str) -> None:
    elevation_m = GROUND[name]
    expected_m = accumulated(elevation_m)
    area_m = specific_contributing_area(elevation_m, CELL_M)
    np.testing.assert_allclose(area_m, expected_m, rtol=1e-9)
    slope_deg = np.random.default_rng(5).uniform(0.0, 60.0, SHAPE)
    tangent = np.tan(np.radians(np.maximum(slope_deg, 0.1)))
    spi = stream_power_index(area_m, slope_deg, 0.1)
    twi = topographic_wetness_index(area_m, slope_deg, 0.1)
    np.testing.assert_allclose(spi, expected_m * tangent, rtol=1e-6)
    np.testing.assert_allclose(twi, np.log(expected_m / tangent), rtol=1e-6)


@pytest.mark.parametrize("name", GROUND)
def test_blocks_of_rows_have_the_levels_of_the_flood(name: str) -> None:
    elevation_m = GROUND[name]
    expected_m = np.where(np.isnan(elevation_m), np.inf, flooded(elevation_m))
    for block_rows in BLOCK_ROWS:
        level_m = np.full(SHAPE, np.inf)
        fill_depressions(elevation_m, level_m, block_rows)
        ground_m = np.where(np.isnan(elevation_m), np.inf, level_m)
        np.testing.assert_array_equal(ground_m, expected_m, err_msg=str(block_rows))


@pytest.mark.parametrize("name", GROUND)
def test_blocks_of_rows_have_the_areas_of_the_whole(name: str) -> None:
    whole_m = specific_contributing_area(GROUND[name], CELL_M)
    for block_rows in BLOCK_ROWS:
        area_m = specific_contributing_area(GROUND[name], CELL_M, block_rows=block_rows)
        np.testing.assert_array_equal(area_m, whole_m, err_msg=str(block_rows))


@pytest.mark.parametrize("name", GROUND)
def test_area_is_that_of_the_engine(name: str) -> None:
    area_m = specific_contributing_area(GROUND[name], CELL_M, block_rows=16)
    np.testing.assert_allclose(area_m, by_engine(GROUND[name]), rtol=1e-9)


def test_large_area_is_that_of_the_engine() -> None:
    noise = np.random.default_rng(4).normal(size=(900, 700))
    ground = ndimage.gaussian_filter(noise, 30) * 20_000 + ndimage.gaussian_filter(noise, 2) * 20
    ground = np.maximum(np.round(ground, 1), -150.0)
    ground[300:340, 200:260] = ground[880:, 500:] = np.nan
    area_m = specific_contributing_area(ground, CELL_M, block_rows=90)
    np.testing.assert_allclose(area_m, by_engine(ground), rtol=1e-9)


@pytest.mark.parametrize("name", GROUND)
def test_all_water_leaves_through_outlets(name: str) -> None:
    """What the cells without a lower neighbour receive is the whole of the ground."""
    elevation_m = GROUND[name]
    cells = specific_contributing_area(elevation_m, CELL_M) / CELL_M
    filled = np.where(np.isnan(elevation_m), np.inf, flooded(elevation_m))
    lowest = ndimage.minimum_filter(filled, 3, mode="nearest") == filled
    ends = lowest & np.isfinite(filled)
    assert np.all(outlets(elevation_m)[ends])
    np.testing.assert_allclose(cells[ends].sum(), np.isfinite(elevation_m).sum(), rtol=1e-9)


def test_sea_costs_no_more_than_land() -> None:
    side = 1500
    noise = np.random.default_rng(2).normal(size=(side, side))
    land = ndimage.gaussian_filter(noise, 20) * 2000 + np.linspace(-500, 350, side)[:, None]
    coast = np.maximum(land, 0.0)
    assert np.count_nonzero(coast == 0.0) > 1_000_000

    def cpu_s(elevation_m: np.ndarray) -> float:
        start = time.process_time()
        specific_contributing_area(elevation_m, CELL_M)
        return time.process_time() - start

    land_s = min(cpu_s(land) for _ in range(2))
    coast_s = min(cpu_s(coast) for _ in range(2))
    assert coast_s <= 2.0 * land_s, (coast_s, land_s)
