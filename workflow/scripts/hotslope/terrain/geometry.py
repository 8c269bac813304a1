"""Which ground motion a line of sight can measure: the public names.

`line_of_sight` from angles, `downslope_velocity` from one track, `decompose_east_up` from
several, and `visibility` of the ground from a track. A script that needs one of them alone may
import it from its own module, so that an edit of the others does not run its rule again.
"""

from hotslope.line_of_sight import line_of_sight, mean_line_of_sight, track_line_of_sight, turned
from hotslope.terrain.downslope import downslope_velocity, sensitivity
from hotslope.terrain.east_up import EastUp, decompose_east_up
from hotslope.terrain.visibility import (
    LAYOVER,
    SHADOW,
    VISIBLE,
    Visibility,
    sight_rows,
    visibility,
)

__all__ = [
    "LAYOVER",
    "SHADOW",
    "VISIBLE",
    "EastUp",
    "Visibility",
    "decompose_east_up",
    "downslope_velocity",
    "line_of_sight",
    "mean_line_of_sight",
    "sensitivity",
    "sight_rows",
    "track_line_of_sight",
    "turned",
    "visibility",
]
