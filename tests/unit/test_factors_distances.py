import numpy as np
import pytest
import shapely

from hotslope.factors.distances import distances_to_nearest, segments

BOX = np.array([shapely.box(0, 0, 10, 10)])


@pytest.mark.parametrize(
    ("wkt", "distance_m"),
    [
        ("LINESTRING (20 -5, 20 15)", 10.0),
        ("LINESTRING (13 14, 50 14)", 5.0),
        ("LINESTRING (5 -5, 5 15)", 0.0),
        ("LINESTRING (4 4, 6 6)", 0.0),
        ("LINESTRING (10 -5, 10 15)", 0.0),
        ("LINESTRING Z (20 -5 900, 20 15 900)", 10.0),
        ("MULTILINESTRING ((30 0, 30 9), (12 0, 12 9))", 2.0),
        ("POLYGON ((14 0, 20 0, 20 5, 14 0))", 4.0),
        ("POLYGON ((-5 -5, 15 -5, 15 15, -5 15, -5 -5))", 0.0),
    ],
)
def test_distance_from_the_edge(wkt: str, distance_m: float) -> None:
    targets = segments(np.array([shapely.from_wkt(wkt)]))
    assert distances_to_nearest(BOX, targets) == pytest.approx(distance_m)


def test_segments_do_not_join_lines() -> None:
    lines = np.array(
        [shapely.LineString([(0, 0), (1, 0), (1, 1)]), shapely.LineString([(5, 5), (6, 6)])]
    )
    parts = segments(np.append(lines, [None, shapely.LineString()]))
    assert shapely.to_wkt(parts, trim=True).tolist() == [
        "LINESTRING (0 0, 1 0)",
        "LINESTRING (1 0, 1 1)",
        "LINESTRING (5 5, 6 6)",
    ]


def test_nothing_to_measure() -> None:
    empty = segments(np.array([None], dtype=object))
    assert np.isnan(distances_to_nearest(BOX, empty)).all()
    line = segments(np.array([shapely.LineString([(0, 0), (1, 0)])]))
    assert distances_to_nearest(BOX[:0], line).shape == (0,)
