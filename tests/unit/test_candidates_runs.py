"""Regions found in runs of cells are those of the raster."""

import numpy as np
import pytest
import shapely
from scipy.ndimage import gaussian_filter

from hotslope.candidates.outlines import region_outlines
from hotslope.candidates.regions import label_regions, select_regions
from hotslope.candidates.runs import find_runs, label_run_regions
from hotslope.grid import Grid


def random_senses(rng: np.random.Generator) -> np.ndarray:
    """Cells toward (+1), away (-1) or neither, in patches of random size."""
    shape = tuple(rng.integers(1, 50, 2))
    field = gaussian_filter(rng.normal(size=shape), rng.uniform(0.1, 2.5))
    limit = np.quantile(np.abs(field), rng.uniform(0, 1))
    return (field >= limit).astype(np.int8) - (field <= -limit).astype(np.int8)


@pytest.mark.parametrize(("min_cells", "opening_cells"), [(1, 0), (4, 0), (4, 1)])
def test_regions_in_runs_are_those_of_the_raster(min_cells, opening_cells) -> None:
    rng = np.random.default_rng(7)
    for _ in range(60):
        senses = random_senses(rng)
        height = int(rng.integers(1, 20))
        strips = (senses[top : top + height] for top in range(0, len(senses), height))
        runs = find_runs(strips)
        for sign in (1, -1):
            options = {"min_cells": min_cells, "opening_cells": opening_cells}
            labels, count = label_regions(senses == sign, senses == -sign, **options)
            found = label_run_regions(runs, sign, senses.shape, **options)
            assert found.count == count
            rows, columns = np.indices(senses.shape)
            np.testing.assert_array_equal(found[rows, columns], labels)
            keep = rng.random(count) < 0.5
            np.testing.assert_array_equal(
                found.selected(keep)[rows, columns], select_regions(labels, keep)[0]
            )
            grid = Grid.from_bounds([0, 0, senses.shape[1], senses.shape[0]], 1, "EPSG:32647")
            outlines = region_outlines(labels, grid.transform)
            assert shapely.equals_exact(
                region_outlines(found, grid.transform), outlines, tolerance=0
            ).all()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # A hole is filled, but not where the ground in it moves the other way.
        (["+++", "+.+", "+++"], ["111", "111", "111"]),
        (["+++", "+-+", "+++"], ["111", "101", "111"]),
        # Open to the edge, or only through a corner: cells of a hole touch by edges.
        (["+++", "+..", "+++"], ["111", "100", "111"]),
        (["++.", "+.+", "+++"], ["110", "111", "111"]),
        # Regions touch at corners, and are numbered by their first rows.
        (["..+", ".+.", "..."], ["001", "010", "000"]),
        (["..+", "+.+", "+.."], ["001", "201", "200"]),
        (["...", "...", "..."], ["000", "000", "000"]),
    ],
)
def test_regions_in_runs(cells, expected) -> None:
    codes = {"+": 1, "-": -1, ".": 0}
    senses = np.array([[codes[cell] for cell in row] for row in cells], dtype=np.int8)
    found = label_run_regions(find_runs([senses]), 1, senses.shape, min_cells=1, opening_cells=0)
    rows, columns = np.indices(senses.shape)
    assert ["".join(map(str, row)) for row in found[rows, columns]] == expected
