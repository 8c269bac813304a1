"""How updates are scored: on tables of candidates whose truth is written by hand."""

import numpy as np
import pandas as pd
import pytest
import update_scores as updates
from measure_namings import run_places


def table(rows: list[dict]) -> pd.DataFrame:
    usual = {
        "body": -1,
        "event": "none",
        "shared_m2": 1.0,
        "level": "none",
        "true_change_mm_yr": 0.0,
        "change_std_mm_yr": 1.0,
    }
    frame = pd.DataFrame([usual | row for row in rows])
    return frame.assign(bodies=[str(body) if body >= 0 else "" for body in frame["body"]])


def test_identities_kept_lost_and_given_away():
    area = table(
        [
            {"candidate_id": "A", "release": 1, "body": 0},
            {"candidate_id": "A", "release": 2, "body": 0},
            # The larger part of body 1 keeps its identifier, then loses it to C.
            {"candidate_id": "B", "release": 1, "body": 1, "shared_m2": 5.0},
            {"candidate_id": "D", "release": 1, "body": 1, "shared_m2": 2.0},
            {"candidate_id": "C", "release": 2, "body": 1},
            # The identifier of body 2 goes to body 3.
            {"candidate_id": "E", "release": 1, "body": 2},
            {"candidate_id": "E", "release": 2, "body": 3},
            # Nothing is asked of bodies that lose coherence.
            {"candidate_id": "F", "release": 1, "body": 4, "event": "lost coherence"},
            {"candidate_id": "G", "release": 2, "body": 4, "event": "lost coherence"},
        ]
    )
    assert updates.identities([area]) == {"kept": (1, 2), "given to another body": (1, 7)}


def test_splits_and_merges_are_held_against_the_bodies():
    rows = [
        # Two bodies in one candidate, then in two: both parts split.
        {"release": 1, "bodies": "0 1"},
        {"release": 2, "bodies": "0", "status": "split"},
        {"release": 2, "bodies": "1", "status": "continued"},
        # Two candidates become one.
        {"release": 1, "bodies": "2"},
        {"release": 1, "bodies": "3"},
        {"release": 2, "bodies": "2 3", "status": "merged"},
        # One body in two parts, which then unite and lose another body.
        {"release": 1, "bodies": "4"},
        {"release": 1, "bodies": "4 5"},
        {"release": 2, "bodies": "4", "status": "split and merged"},
        {"release": 2, "bodies": "5", "status": "split"},
        # Nothing happens, and the status says otherwise; new ground has no past.
        {"release": 1, "bodies": "6"},
        {"release": 2, "bodies": "6", "status": "merged"},
        {"release": 2, "bodies": "7", "status": "new"},
        {"release": 2, "bodies": "", "status": "split"},
    ]
    area = pd.DataFrame([{"status": "first"} | row for row in rows])
    found = updates.namings([area, area])
    assert found["splits and merges named right"] == (8, 10)
    assert found["splits and merges named where bodies show none"] == (2, 10)


def test_alerts_by_true_change_and_over_updates():
    area = table(
        [
            {"candidate_id": "A", "release": 1, "level": "alert"},
            {"candidate_id": "A", "release": 2, "level": "alert", "true_change_mm_yr": -25.0},
            {"candidate_id": "B", "release": 2, "true_change_mm_yr": 21.0},
            {"candidate_id": "C", "release": 2, "true_change_mm_yr": 12.0},
            {"candidate_id": "D", "release": 2, "level": "alert", "true_change_mm_yr": 1.0},
            {"candidate_id": "D", "release": 3},
            {"candidate_id": "E", "release": 2},
            {"candidate_id": "F", "release": 2, "level": "not measured"},
        ]
    )
    found = updates.alerts([area])
    assert found["recall, 20 mm/yr and more"] == (1, 2)
    assert found["recall, 10 mm/yr and 3.7 standard errors and more"] == (1, 3)
    assert found["false alerts"] == (1, 3)
    assert updates.ever_false([area]) == (1, 2)


def test_onsets_without_a_date_count_as_missed():
    rows = [
        {"onset": "2020-01-02", "onset_low": "2019-12-01", "onset_high": "2020-02-01"},
        {"onset": "2020-02-01", "onset_low": "2020-01-15", "onset_high": "2020-03-01"},
        {"onset": None, "onset_low": None, "onset_high": None, "motion": "steady"},
    ]
    usual = {
        "candidate_id": "A",
        "release": 5,
        "event": "onset",
        "motion": "accelerating",
        "at_years": 730 / 365.25,
        "true_onset_mm_yr": -20.0,
    }
    area = table([usual | row for row in rows])
    found = updates.onsets([area], 15.0, 1e9)
    assert (found["count"], found["dated"], found["held"]) == (3, 2, 1)
    assert found["median"] == pytest.approx(30.0, abs=0.5)
    assert updates.onsets([area], 7.5, 15.0)["count"] == 0
    assert np.isnan(updates.onsets([area], 7.5, 15.0)["median"])


def test_splits_and_merges_of_outlines_that_move_are_named_right():
    table, agreement = run_places(8.0, 84_690)
    assert 0.75 < agreement < 0.92
    (right, true), (wrong, named) = updates.namings([table]).values()
    assert true > 500
    assert right >= 0.98 * true
    assert wrong <= 0.01 * named
