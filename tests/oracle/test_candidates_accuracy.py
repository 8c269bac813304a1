"""Extraction accuracy against scikit-learn's scores of rasterised outlines."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from rasterio.features import rasterize
from sklearn.metrics import f1_score, jaccard_score, precision_score, recall_score

from hotslope.candidates.accuracy import extraction_accuracy


def discs(generator, number):
    x, y = generator.uniform(100, 900, (2, number))
    radius = generator.uniform(20, 80, number)
    return gpd.GeoSeries(shapely.points(x, y), crs="EPSG:32647").buffer(radius)


@pytest.mark.parametrize("seed", [1, 2])
def test_areas_are_pixel_scores(seed):
    generator = np.random.default_rng(seed)
    candidates, reference = discs(generator, 25), discs(generator, 20)
    measured = extraction_accuracy(candidates, reference, resamples=100)
    found, true = (
        rasterize(shapes, out_shape=(1000, 1000), transform=Affine(1, 0, 0, 0, -1, 1000)).ravel()
        for shapes in (candidates, reference)
    )
    expected = {
        "accuracy": precision_score(true, found),
        "missing": 1 - recall_score(true, found),
        "iou": jaccard_score(true, found),
        "f1": f1_score(true, found),
    }
    # Cells of 1 m on discs of 20 to 80 m: a rim of half a cell is at most some per mille.
    for name, value in expected.items():
        assert measured[name] == pytest.approx(value, abs=2e-3)
