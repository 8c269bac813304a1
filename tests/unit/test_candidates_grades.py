"""Labels of candidates: agreement with the slope, and grades."""

import numpy as np
import pytest

from hotslope.candidates.grades import agreement, lowered, quality_grade
from hotslope.line_of_sight import line_of_sight

#: Gradients point downhill, east and north: so gentle that both sensors see motion down them.
EAST = (0.25, 0.0)
#: Below 5°.
GENTLE = (0.08, 0.0)
#: An ascending sensor looks east, a descending one west: down a slope that faces east is away
#: from the first and toward the second.
LOS = np.array([line_of_sight(38.0, 348.0), line_of_sight(38.0, 192.0)], dtype=float)


@pytest.mark.parametrize(
    ("gradient", "sign", "expected"),
    [
        (EAST, (-1, 1), "consistent"),
        (EAST, (-1, 0), "consistent"),
        (EAST, (0, 1), "consistent"),
        (EAST, (1, 0), "opposite"),
        (EAST, (0, -1), "opposite"),
        (EAST, (-1, -1), "opposite"),
        (EAST, (0, 0), "not visible"),
        (GENTLE, (1, -1), "not on a slope"),
        ((np.nan, np.nan), (-1, 1), "no terrain"),
    ],
)
def test_agreement_with_motion_down_the_slope(gradient, sign, expected):
    found = agreement(np.array([gradient]), np.array([sign]), LOS[None])
    assert found.tolist() == [expected]


def grade(tracks=2, moving=10, significant=0.5, agrees="consistent", truncated=False):
    return quality_grade(
        tracks=np.array([tracks]),
        n_moving=np.array([moving]),
        share_significant=np.array([significant]),
        agreement=np.array([agrees]),
        may_be_truncated=np.array([truncated]),
    ).tolist()[0]


@pytest.mark.parametrize(
    "weakness",
    [
        {"tracks": 1},
        {"moving": 9},
        {"significant": 0.49},
        {"significant": np.nan},
        {"agrees": "opposite"},
        {"truncated": True},
    ],
)
def test_each_weakness_takes_one_grade(weakness):
    assert grade() == "A"
    assert grade(**weakness) == "B"


@pytest.mark.parametrize("agrees", ["not visible", "not on a slope", "no terrain"])
def test_what_is_not_seen_is_no_weakness(agrees):
    assert grade(agrees=agrees) == "A"


def test_weaknesses_add_up_to_d():
    assert grade(tracks=1, truncated=True) == "C"
    assert grade(tracks=1, moving=9, truncated=True) == "D"
    assert grade(1, 9, 0.0, "opposite", truncated=True) == "D"


def test_grades_of_contradicted_candidates():
    grades = lowered(np.array(["A", "B", "C", "D", "A"]), np.array([True] * 4 + [False]))
    assert grades.tolist() == ["C", "C", "D", "D", "A"]
