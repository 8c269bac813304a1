"""Which outlines are one body: truth table of slopes, signs and tracks."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine

from hotslope.candidates.candidate_table import body_table, join_outlines
from hotslope.candidates.merging import number_bodies, overlapping_pairs
from hotslope.candidates.sense import expected_sense, faces_apart, mean_gradient
from hotslope.grid import Grid
from hotslope.terrain.geometry import line_of_sight

GRID = Grid("EPSG:32647", Affine(10, 0, 0, 0, -10, 1000), (100, 100))
LOS = {
    "ascending": np.array(line_of_sight(37.0, 348.0)),
    "ascending_far": np.array(line_of_sight(44.0, 347.0)),
    "descending": np.array(line_of_sight(39.5, 192.0)),
}
SQUARE = shapely.box(300, 300, 600, 600)
WEST, EAST, NORTH, SOUTH = 270.0, 90.0, 0.0, 180.0


def outlines(*rows):
    """Outlines of (track, sign, polygon)."""
    tracks = [row[0] for row in rows]
    return gpd.GeoDataFrame(
        {
            "track": tracks,
            "sign": [row[1] for row in rows],
            "may_be_truncated": False,
            **{
                name: [LOS[track][part] for track in tracks]
                for part, name in enumerate(["los_east", "los_north", "los_up"])
            },
        },
        geometry=[row[2] for row in rows],
        crs=GRID.crs,
    )


def plane(slope_deg, aspect_deg):
    return np.full(GRID.shape, float(slope_deg)), np.full(GRID.shape, float(aspect_deg))


def bodies(frame, terrain=(None, None), min_overlap=0.25):
    body = join_outlines(frame, *terrain, GRID, min_overlap)
    return body.tolist(), body_table(frame, body, *terrain, GRID)[0]


@pytest.mark.parametrize(
    ("aspect", "slope", "ascending", "descending", "one", "label"),
    [
        (WEST, 15, "toward", "away", True, "consistent"),
        (EAST, 15, "away", "toward", True, "consistent"),
        # On a steep slope toward the sensor, motion runs across its line of sight.
        (WEST, 30, "away", "away", True, "consistent"),
        (NORTH, 25, "away", "away", True, "consistent"),
        # Contrary to the slope: nothing explains both.
        (WEST, 15, "away", "toward", False, "opposite"),
        (EAST, 15, "toward", "away", False, "opposite"),
        (NORTH, 25, "toward", "away", False, None),
        # Vertical motion, even where the slope expects something else.
        (WEST, 15, "away", "away", True, "opposite"),
        (WEST, 15, "toward", "toward", True, "opposite"),
        # Flat: only vertical motion.
        (WEST, 2, "away", "away", True, "not on a slope"),
        (WEST, 2, "toward", "away", False, "not on a slope"),
        # Blind to a gentle slope toward the south: any pair of signs.
        (SOUTH, 12, "toward", "away", True, "not visible"),
        (SOUTH, 12, "away", "away", True, "not visible"),
    ],
)
def test_two_tracks_on_one_slope(aspect, slope, ascending, descending, one, label):
    frame = outlines(("ascending", ascending, SQUARE), ("descending", descending, SQUARE))
    body, table = bodies(frame, plane(slope, aspect))
    assert (body == [0, 0]) == one
    if label is not None:
        assert set(table["agreement"]) == {label}


def test_neighbours_across_a_ridge_stay_two_bodies():
    """Each slide is seen by both tracks; outlines overlap at the ridge by a third."""
    west, east = shapely.box(300, 300, 540, 600), shapely.box(460, 300, 700, 600)
    slope, aspect = plane(15, WEST)
    aspect[:, 50:] = EAST
    frame = outlines(
        ("ascending", "toward", west),
        ("ascending", "away", east),
        ("descending", "away", west),
        ("descending", "toward", east),
    )
    body, table = bodies(frame, (slope, aspect))
    assert body == [0, 1, 0, 1]
    assert table["sign_ascending"].tolist() == ["toward", "away"]
    assert table["sign_descending"].tolist() == ["away", "toward"]
    assert table["agreement"].tolist() == ["consistent", "consistent"]
    # The contrary chains: blind union would join all four.
    away_only = outlines(("ascending", "away", east), ("descending", "away", west))
    assert bodies(away_only, (slope, aspect))[0] == [0, 1]
    toward_only = outlines(("ascending", "toward", west), ("descending", "toward", east))
    assert bodies(toward_only, (slope, aspect))[0] == [0, 1]


def test_no_body_holds_both_signs_of_a_track():
    """Two bodies of one track on a large one of the other: the larger overlap wins."""
    large = shapely.box(200, 200, 800, 600)
    frame = outlines(
        ("ascending", "away", shapely.box(200, 200, 500, 600)),
        ("ascending", "toward", shapely.box(600, 200, 800, 600)),
        ("descending", "away", large),
    )
    body, table = bodies(frame)
    assert body == [0, 1, 0]
    assert table["agreement"].tolist() == ["no terrain", "no terrain"]


def test_three_tracks_make_one_body_and_same_view_must_agree():
    frame = outlines(
        ("ascending", "toward", SQUARE),
        ("ascending_far", "toward", SQUARE),
        ("descending", "away", SQUARE),
    )
    body, table = bodies(frame, plane(15, WEST))
    assert body == [0, 0, 0]
    assert table.filter(like="sign_").iloc[0].tolist() == ["toward", "toward", "away"]
    # Against the slope, but two tracks of one pass that agree see one motion.
    same_view = outlines(("ascending", "away", SQUARE), ("ascending_far", "away", SQUARE))
    assert bodies(same_view, plane(15, WEST))[0] == [0, 0]
    contrary = outlines(("ascending", "away", SQUARE), ("ascending_far", "toward", SQUARE))
    assert bodies(contrary)[0] == [0, 1]


def test_one_track_only():
    frame = outlines(("ascending", "toward", SQUARE), ("ascending", "away", SQUARE.buffer(-50)))
    body, table = bodies(frame, plane(15, WEST))
    assert body == [0, 1]
    assert table["agreement"].tolist() == ["consistent", "opposite"]
    assert table["candidate_id"].tolist() == ["PLC0001", "PLC0002"]


def test_touching_and_small_overlaps_do_not_join():
    track = np.array([0, 1, 1])
    polygons = np.array([SQUARE, shapely.box(600, 300, 800, 600), shapely.box(100, 300, 340, 600)])
    first, second, _, share = overlapping_pairs(polygons, track, 0.1)
    assert (first.tolist(), second.tolist()) == ([0], [2])
    np.testing.assert_allclose(share, 40 / 240)
    assert overlapping_pairs(polygons, track, 0.2)[0].size == 0


def test_candidates_are_numbered_from_north_west():
    places = [(0, 0), (500, 0), (500, 500), (0, 500)]
    frame = outlines(
        *[("ascending", "away", shapely.box(x, y, x + 100, y + 100)) for x, y in places]
    )
    table = bodies(frame)[1]
    assert shapely.bounds(table.geometry.to_numpy())[:, :2].tolist() == [
        [0, 500],
        [500, 500],
        [0, 0],
        [500, 0],
    ]


def test_line_of_sight_expects_what_geometry_says():
    """East and west by the horizontal, steep north by the vertical part; flat is blind."""
    gradient = np.array([[-0.25, 0.0], [0.25, 0.0], [0.0, 0.5], [0.0, 0.0], [np.nan, np.nan]])
    ascending = np.tile(LOS["ascending"], (5, 1))
    descending = np.tile(LOS["descending"], (5, 1))
    assert expected_sense(gradient, ascending).tolist() == [1, -1, -1, 0, 0]
    assert expected_sense(gradient, descending).tolist() == [-1, 1, -1, 0, 0]
    assert expected_sense(gradient, np.full((5, 3), np.nan)).tolist() == [0] * 5


def test_mean_gradient_averages_vectors():
    slope = np.array([[45.0, 45.0, np.nan, 30.0]])
    aspect = np.array([[350.0, 10.0, 90.0, np.nan]])
    everywhere = np.ones(slope.shape, dtype=bool)
    pair = everywhere.copy()
    pair[0, 2:] = False
    east, north = mean_gradient(slope, aspect, pair)
    assert (east, north) == pytest.approx((0.0, np.cos(np.radians(10))))
    # A cell without aspect is flat, one without slope has no terrain.
    assert mean_gradient(slope, aspect, everywhere)[1] == pytest.approx(2 / 3 * north)
    assert np.isnan(mean_gradient(slope, aspect, ~everywhere)).all()


def test_bodies_of_nothing():
    none = np.empty(0, dtype=np.int64)
    assert number_bodies(0, none, none, none.astype(float), none, none).size == 0
    body, table = bodies(outlines(), plane(15, WEST))
    assert body == []
    assert len(table) == 0
    assert isinstance(table["candidate_id"].dtype, pd.StringDtype)


def test_subsidence_joins_outlines_that_share_little_ground():
    """Away in both against the slope: no more common ground is asked for than of any pair."""
    rim = shapely.box(500, 300, 800, 600)
    for sign, one in (("away", True), ("toward", False)):
        frame = outlines(("ascending", sign, SQUARE), ("descending", sign, rim))
        body, _ = bodies(frame, plane(15, WEST))
        assert (body == [0, 0]) == one


def test_gentle_slopes_side_by_side_do_not_face_apart():
    apart = np.array([[0.2, 0.0], [0.01, 0.0], [0.2, 0.0]])
    other = np.array([[-0.2, 0.0], [-0.01, 0.0], [-0.01, 0.0]])
    assert faces_apart(apart, other).tolist() == [True, False, False]
