"""What a line of sight can and cannot say about the ground: the public names.

`line_of_sight` from angles, `downslope_velocity` from one track, `decompose_east_up` from
several, and `visibility` of the ground from a track. Each stands in a module of its own, so that
an edit of one remakes only what uses it.
"""

from hotslope.terrain.downslope import downslope_velocity, sensitivity
from hotslope.terrain.east_up import EastUp, decompose_east_up
from hotslope.terrain.sight import line_of_sight, mean_line_of_sight
from hotslope.terrain.visibility import Visibility, visibility

__all__ = [
    "EastUp",
    "Visibility",
    "decompose_east_up",
    "downslope_velocity",
    "line_of_sight",
    "mean_line_of_sight",
    "sensitivity",
    "visibility",
]
