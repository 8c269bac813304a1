"""Both candidate rules on a simulated area made by others, against fixed figures.

The figures (accuracy, missing, IoU, F1, both tracks united) come with the area; they were
measured by another implementation on a raster of 12.5 m. A tolerance of 0.04 covers what the
method leaves open: how points on the rim of a region count, and the raster.
"""

import os
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from hotslope.candidates.accuracy import extraction_accuracy
from hotslope.candidates.cut import density_cut, moving_share_of
from hotslope.candidates.density_rule import density_regions, sense_densities
from hotslope.candidates.outlines import region_outlines
from hotslope.candidates.rate_rule import rate_regions
from hotslope.crs import project_lonlat
from hotslope.grid import Grid
from hotslope.motion.background import CELL_SIZE_M, long_wave_background, sample_background
from hotslope.motion.correction import corrected_p
from hotslope.motion.hotspots import getis_ord_star
from hotslope.motion.rate import automatic_bandwidth_m, local_rate
from hotslope.points.track_statistics import point_density_per_m2

TOLERANCE = 0.04
THRESHOLD_MM_YR = 10.0
BOUNDS_M = [742000, 3962000, 756000, 3974000]
PROJECT_CRS = "EPSG:32647"
GRID = Grid.from_bounds(BOUNDS_M, 12.5, PROJECT_CRS)
NAMES = ("accuracy", "missing", "iou", "f1")


@pytest.fixture(scope="module")
def folder():
    """The benchmark area, where the real data are."""
    if "HOTSLOPE_REAL_DATA" not in os.environ:
        if "CI" in os.environ:
            pytest.fail("HOTSLOPE_REAL_DATA is not set")
        pytest.skip("HOTSLOPE_REAL_DATA is not set")
    return Path(os.environ["HOTSLOPE_REAL_DATA"]) / "benchmark_area"


@pytest.fixture(scope="module")
def reference(folder):
    return gpd.read_file(folder / "reference_high_deformation.gpkg")


@pytest.fixture(scope="module")
def tracks(folder):
    """Points of both tracks with Gi* and the velocity less the background."""
    return [_track(folder, name) for name in ("desc", "asc")]


def _track(folder, name):
    with zipfile.ZipFile(folder / f"points_{name}.zip") as archive:
        raw = pd.read_csv(archive.open(f"points_{name}.csv"))
    raw = raw[raw["temporal_coherence"] >= 0.7]
    x, y = project_lonlat(raw["longitude"].to_numpy(), raw["latitude"].to_numpy(), CRS(PROJECT_CRS))
    velocity = raw["mean_velocity"].to_numpy()
    z, p, _ = getis_ord_star(x, y, velocity, 200.0)
    coarse = Grid.from_bounds(BOUNDS_M, CELL_SIZE_M, PROJECT_CRS)
    background = sample_background(coarse, long_wave_background(x, y, velocity, coarse), x, y)
    return pd.DataFrame(
        {
            "x_m": x,
            "y_m": y,
            "velocity_mm_yr": velocity,
            "relative_mm_yr": velocity - background,
            "z": z,
            "q": corrected_p(p, "fdr"),
        }
    )


def _united(labels, reference):
    """Four figures of all regions of both tracks and senses."""
    outlines = np.concatenate([region_outlines(regions, GRID.transform) for regions in labels])
    assert shapely.is_valid(outlines).all()
    measured = extraction_accuracy(gpd.GeoSeries(outlines, crs=PROJECT_CRS), reference)
    return [measured[name] for name in NAMES]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("median", [0.91, 0.19, 0.76, 0.86]), ("mean", [0.88, 0.15, 0.76, 0.86])],
)
def test_rate_rule(tracks, reference, statistic, expected):
    labels = []
    for points in tracks:
        x, y, relative = (points[name].to_numpy() for name in ("x_m", "y_m", "relative_mm_yr"))
        rate, _ = local_rate(
            x,
            y,
            relative,
            automatic_bandwidth_m(point_density_per_m2(x, y)),
            GRID,
            threshold_mm_yr=THRESHOLD_MM_YR,
            statistic=statistic,
        )
        labels += [
            rate_regions(
                rate,
                GRID,
                points,
                sign,
                threshold_mm_yr=THRESHOLD_MM_YR,
                significance=0.01,
                min_points=3,
                min_cells=52,
                opening_cells=1,
            )
            for sign in (1, -1)
        ]
    np.testing.assert_allclose(_united(labels, reference), expected, atol=TOLERANCE)


@pytest.mark.parametrize(
    ("least_speed_mm_yr", "expected"),
    [(THRESHOLD_MM_YR, [0.68, 0.36, 0.49, 0.66]), (0.0, [0.42, 0.60, 0.26, 0.41])],
)
def test_paper_rule(tracks, reference, least_speed_mm_yr, expected):
    densities = [sense_densities(points, 200.0, GRID, least_speed_mm_yr) for points in tracks]
    share = max(
        moving_share_of(points["velocity_mm_yr"].to_numpy(), THRESHOLD_MM_YR) for points in tracks
    )
    cut = density_cut(np.max(densities, axis=(0, 1)), "area", None, share)
    labels = [
        regions
        for hot, cold in densities
        for regions in density_regions(hot, cold, cut, min_cells=52).values()
    ]
    # Nothing is left open here but the raster: nearer than the tolerance above.
    np.testing.assert_allclose(_united(labels, reference), expected, atol=0.01)
