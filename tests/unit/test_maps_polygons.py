import numpy as np
import pytest
import shapely

from hotslope.maps.polygons import SMALLEST_PX, polygon_collection, polygon_path, visible_outlines


def test_holes_stay_holes_and_coordinates_scale() -> None:
    ring = shapely.box(0, 0, 3000, 3000).difference(shapely.box(1000, 1000, 2000, 2000))
    path = polygon_path(ring, 0.001)
    assert path.get_extents().bounds == (0.0, 0.0, 3.0, 3.0)
    # Outer ring and hole run in opposite senses, so that filling leaves the hole out.
    outer, hole = path.to_polygons()
    assert signed_area(outer) * signed_area(hole) < 0
    assert abs(signed_area(outer) + signed_area(hole)) == 8.0


def signed_area(points: np.ndarray) -> float:
    x, y = points[:, 0], points[:, 1]
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def test_every_part_of_a_multipolygon_is_drawn() -> None:
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)])
    assert len(polygon_path(parts, 1.0).to_polygons()) == 2


def test_no_polygons_make_an_empty_collection() -> None:
    assert polygon_collection(np.array([]), 1.0).get_paths() == []
    assert len(polygon_path(shapely.Polygon(), 1.0).vertices) == 0


def test_what_a_figure_cannot_show_becomes_a_disc():
    small, large = shapely.box(0, 0, 10, 10), shapely.box(100, 100, 900, 900)
    (disc, same), replaced = visible_outlines(np.array([small, large]), pixel_m=5.0)
    assert replaced
    assert same is large
    assert disc.centroid.distance(small.centroid) < 1e-6
    assert np.sqrt(disc.area / np.pi) == pytest.approx(SMALLEST_PX * 5.0 / 2, rel=0.01)
    assert not visible_outlines(np.array([large]), pixel_m=5.0)[1]
    assert not visible_outlines(np.empty(0, dtype=object), pixel_m=5.0)[1]
