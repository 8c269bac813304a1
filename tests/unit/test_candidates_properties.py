"""What must not change candidates, or change them in a known way: the whole way from points."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from candidate_rules import Study, find_candidates

from hotslope.points.tables import POINTS
from hotslope.terrain.geometry import line_of_sight

BOUNDS = [500000, 4000000, 504000, 4003000]
CRS = "EPSG:32647"
GEOMETRY = {"descending": (39.5, 192.0), "ascending": (37.0, 348.0)}
#: Centre, radius and rates in both lines of sight: two seen by both, one by each alone.
BODIES = [
    (1000, 1000, 200, -30.0, 25.0),
    (2800, 900, 150, -18.0, -20.0),
    (1200, 2300, 180, 40.0, 0.0),
    (3000, 2200, 160, 0.0, -35.0),
]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("properties")
    random = np.random.default_rng(12)
    for number, (track, angles) in enumerate(GEOMETRY.items()):
        x, y = random.uniform(0, 4000, 3200), random.uniform(0, 3000, 3200)
        rate = random.normal(0, 2.0, x.size)
        for centre_x, centre_y, radius, *rates in BODIES:
            rate += np.where(np.hypot(x - centre_x, y - centre_y) < radius, rates[number], 0.0)
        los = dict(zip(("los_east", "los_north", "los_up"), line_of_sight(*angles), strict=True))
        points = POINTS.empty().reindex(range(x.size))
        points = points.assign(x_m=500000 + x, y_m=4000000 + y, velocity_mm_yr=rate, **los)
        points["point_id"] = pd.array([f"{track}{place}" for place in range(x.size)], dtype="str")
        POINTS.write(folder / f"{track}.parquet", points.fillna({"lon": 100.0, "lat": 36.0}))
    return Study(folder, tuple(GEOMETRY), BOUNDS, CRS, has_terrain=False)


@pytest.fixture(scope="module")
def found(study):
    candidates = find_candidates(study)
    assert len(candidates) == len(BODIES)
    return candidates


def changed(study, folder, change):
    """Run on points whose velocities `change` makes of points and track."""
    for track in study.tracks:
        points = POINTS.read(study.path(f"{track}.parquet"))
        moved = points.assign(velocity_mm_yr=change(points, track))
        POINTS.write(folder / f"{track}.parquet", moved)
    return find_candidates(replace(study, folder=folder))


def same_ground(one, other):
    """Common ground of two sets as a share of both."""
    first, second = one.union_all(), other.union_all()
    return first.intersection(second).area / first.union(second).area


def test_a_constant_changes_no_outline(study, found, tmp_path):
    """As of another reference point: the background takes it off, but for rounding."""
    constant = {"descending": 6.0, "ascending": -4.0}
    moved = changed(study, tmp_path, lambda p, track: p["velocity_mm_yr"] + constant[track])
    assert len(moved) == len(found)
    assert same_ground(moved, found) > 0.97
    assert moved["sign_descending"].tolist() == found["sign_descending"].tolist()


def test_a_ramp_changes_hardly_an_outline(study, found, tmp_path):
    """As of an orbit error of 1 mm/yr per km."""
    moved = changed(
        study, tmp_path, lambda p, _: p["velocity_mm_yr"] + (p["x_m"] - BOUNDS[0]) / 1000
    )
    assert len(moved) == len(found)
    assert same_ground(moved, found) > 0.85


def test_flipped_velocities_flip_the_signs_only(study, found, tmp_path):
    moved = changed(study, tmp_path, lambda p, _: -p["velocity_mm_yr"])
    other = {"toward": "away", "away": "toward", "none": "none"}
    for track in study.tracks:
        assert moved[f"sign_{track}"].tolist() == found[f"sign_{track}"].map(other).tolist()
        np.testing.assert_allclose(
            moved[f"velocity_mm_yr_{track}"], -found[f"velocity_mm_yr_{track}"]
        )
    assert same_ground(moved, found) > 0.99
    assert moved["n_moving_descending"].tolist() == found["n_moving_descending"].tolist()


def test_order_of_tracks_changes_nothing_but_the_order(study, found):
    swapped = find_candidates(replace(study, tracks=study.tracks[::-1]))
    assert shapely.equals(swapped.geometry.to_numpy(), found.geometry.to_numpy()).all()
    names = found["tracks"].str.split(",").map(sorted)
    assert swapped["tracks"].str.split(",").map(sorted).tolist() == names.tolist()
    for column in ("candidate_id", "agreement", "grade", "sign_ascending", "n_points_descending"):
        assert swapped[column].tolist() == found[column].tolist()


@pytest.mark.parametrize("track", GEOMETRY)
def test_without_a_track_the_other_keeps_its_outlines(study, found, track):
    alone = find_candidates(replace(study, tracks=(track,)))
    seen = found[found[f"sign_{track}"] != "none"]
    assert len(alone) == len(seen) == 3
    assert shapely.covers(seen.geometry.to_numpy(), alone.geometry.to_numpy()).all()
    assert alone[f"sign_{track}"].tolist() == seen[f"sign_{track}"].tolist()
