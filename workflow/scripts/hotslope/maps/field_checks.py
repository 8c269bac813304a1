"""What to check on the ground, from what is known of a candidate."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

#: Asked of every candidate.
ALWAYS = (
    "Scarps and cracks at the upper edge; bulges at the foot; tilted trees, poles and walls.",
    "Springs, wet ground, ponds; whether water runs into cracks.",
    "Houses, roads and channels on the slope and in its path, and their damage.",
)
#: Nearer than this a river or road may act on the slope, m.
NEAR_M = 100.0
_AGREEMENT = {
    "opposite": "The tracks do not fit motion down the slope: look for subsidence, uplift, works.",
    "not visible": "No track sees motion down this slope well: its velocity is uncertain.",
    "not on a slope": "The ground is flat or faces several ways: look for subsidence and fill.",
}
_GRADES = {
    "C": "Few points or tracks support it: confirm that the ground moves at all.",
    "D": "Few points or tracks support it: confirm that the ground moves at all.",
}


def field_checks(candidate: Mapping[str, Any], tracks: list[str]) -> list[str]:
    """List what to check for one candidate.

    Parameters
    ----------
    candidate : mapping
        Row of layer `potential_landslides`; what is missing asks for nothing.
    tracks : list of str
    """
    checks = list(ALWAYS)
    checks += [_AGREEMENT.get(_word(candidate, "agreement"), "")]
    checks += [_GRADES.get(_word(candidate, "grade"), "")]
    if _word(candidate, "confidence") == "low":
        checks.append("The outline depends on the settings: walk its edges and map them.")
    if candidate.get("may_be_truncated") is True:
        checks.append("The outline may be too small: the body may reach beyond it.")
    if _number(candidate, "trend_nonlinear") >= 0.3:
        checks.append("Motion changes in time: look for fresh signs; ask about rain and water.")
    if _number(candidate, "distance_to_rivers", far=True) < NEAR_M:
        checks.append("A river is near: look for erosion of the foot.")
    if _number(candidate, "distance_to_roads", far=True) < NEAR_M:
        checks.append("A road is near: look at cuts, fills and the road surface.")
    if any(_number(candidate, f"hidden_share_{track}") >= 0.3 for track in tracks):
        checks.append("Part of it is in layover or shadow of a track: no point there is no proof.")
    return [check for check in checks if check]


def _word(candidate: Mapping[str, Any], name: str) -> str:
    value = candidate.get(name)
    return value if isinstance(value, str) else ""


def _number(candidate: Mapping[str, Any], name: str, *, far: bool = False) -> float:
    """Return a number; where it is missing, one that asks for nothing."""
    value = candidate.get(name)
    missing = float("inf") if far else 0.0
    return missing if value is None or pd.isna(value) else float(value)
