"""Moving bodies: their outline, their inner profile and their motion in space."""

from dataclasses import dataclass

import numpy as np
from shapely import Polygon

#: Kinds of landslides and of false movers.
LANDSLIDE_KINDS = ("reactivated", "unstable slope")
FALSE_KINDS = ("erosion", "cultivation", "settlement", "mining", "artefact")
#: Steps of a drawn outline.
VERTICES = 96
_HARMONICS = np.array([1, 2, 3, 4, 5])


@dataclass(frozen=True)
class Body:
    """A body that moves, or seems to.

    Parameters
    ----------
    number : int
        Number in the study area.
    kind : str
        One of `LANDSLIDE_KINDS` or `FALSE_KINDS`.
    x_m, y_m : float
        Its centre.
    area_m2 : float
        Area inside its outline, up to its irregularity.
    axis_deg : float
        Azimuth of its long axis; of landslides the way down.
    elongation : float
        Length over width.
    wobble : ndarray, shape (2, 5)
        Cosine and sine parts of the irregularity of its outline.
    profile : float
        Exponent of the decline of motion from centre to edge: 2 a bowl, 6 a block.
    rate_mm_yr : float
        Rate of motion in space at the centre.
    slope_share : float
        1: along the slope; 0: vertical; between: a mixture.
    vertical_sign : int
        −1 sinks, +1 rises.
    seen_by : int
        −1: both orbits; else the only track (an artefact of its processing).
    catchment : int
        Catchment of its centre.
    """

    number: int
    kind: str
    x_m: float
    y_m: float
    area_m2: float
    axis_deg: float
    elongation: float
    wobble: np.ndarray
    profile: float
    rate_mm_yr: float
    slope_share: float
    vertical_sign: int
    seen_by: int
    catchment: int

    @property
    def is_landslide(self) -> bool:
        """Whether the body is a landslide."""
        return self.kind in LANDSLIDE_KINDS

    @property
    def reach_m(self) -> float:
        """Radius of a circle round the centre that holds the body, m."""
        return float(self.radius_m(np.linspace(0, 2 * np.pi, VERTICES)).max()) * 1.02

    def radius_m(self, angle: np.ndarray) -> np.ndarray:
        """Distance from centre to edge, m; angle in radians from the long axis."""
        half_width = np.sqrt(self.area_m2 / np.pi / self.elongation)
        half_length = half_width * self.elongation
        ellipse = (
            half_length
            * half_width
            / np.hypot(half_width * np.cos(angle), half_length * np.sin(angle))
        )
        turns = angle[..., None] * _HARMONICS
        return ellipse * (1 + np.cos(turns) @ self.wobble[0] + np.sin(turns) @ self.wobble[1])

    def relative_radius(self, x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
        """Distance from the centre in units of that of the edge: below 1 inside."""
        east, north = np.asarray(x_m) - self.x_m, np.asarray(y_m) - self.y_m
        angle = np.arctan2(east, north) - np.radians(self.axis_deg)
        return np.hypot(east, north) / self.radius_m(angle)

    def taper(self, x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
        """Motion relative to the centre: 1 there, 0.15 at the edge, 0 outside."""
        radius = self.relative_radius(x_m, y_m)
        return np.where(radius < 1, 1 - 0.85 * np.minimum(radius, 1) ** self.profile, 0.0)

    def outline(self) -> Polygon:
        """Polygon of the edge."""
        angle = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
        radius = self.radius_m(angle)
        azimuth = angle + np.radians(self.axis_deg)
        return Polygon(
            np.column_stack(
                [self.x_m + radius * np.sin(azimuth), self.y_m + radius * np.cos(azimuth)]
            )
        )


def draw_wobble(random: np.random.Generator, size: float = 0.09) -> np.ndarray:
    """Draw the irregularity of an outline, shape (2, 5): coarse waves larger than fine."""
    wobble = random.normal(0, size, (2, _HARMONICS.size)) / np.sqrt(_HARMONICS)
    return np.clip(wobble, -1.6 * size, 1.6 * size)


def motion_direction(
    slope_deg: np.ndarray, azimuth_deg: np.ndarray, slope_share: float, vertical_sign: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the unit vector of motion on given ground.

    Parameters
    ----------
    slope_deg, azimuth_deg : ndarray
        Ground; azimuth of the downslope direction, clockwise from north.
    slope_share : float
        1 along the slope, 0 vertical.
    vertical_sign : int
        Sign of the vertical part of what is not along the slope.

    Returns
    -------
    east, north, up : ndarray
    """
    slope, azimuth = np.radians(slope_deg), np.radians(azimuth_deg)
    east = slope_share * np.sin(azimuth) * np.cos(slope)
    north = slope_share * np.cos(azimuth) * np.cos(slope)
    up = -slope_share * np.sin(slope) + (1 - slope_share) * vertical_sign
    length = np.sqrt(east**2 + north**2 + up**2)
    return east / length, north / length, up / length


def line_of_sight_rate(
    body: Body,
    taper: np.ndarray,
    slope_deg: np.ndarray,
    azimuth_deg: np.ndarray,
    line_of_sight: tuple[np.ndarray, np.ndarray, np.ndarray],
    track: int,
) -> np.ndarray:
    """Rate of a body toward the sensor, mm/yr.

    Parameters
    ----------
    body : Body
        What moves.
    taper : ndarray, shape (n,)
        Motion relative to the body's centre.
    slope_deg, azimuth_deg : ndarray, shape (n,)
        Ground under the points.
    line_of_sight : tuple of ndarray
        East, north and up of the unit vector from the ground to the sensor.
    track : int
        Number of the track: an artefact shows in one only, whatever the geometry.
    """
    if body.kind == "artefact":
        seen = float(body.seen_by == track)
        return seen * body.vertical_sign * body.rate_mm_yr * taper
    direction = motion_direction(slope_deg, azimuth_deg, body.slope_share, body.vertical_sign)
    along = sum(part * look for part, look in zip(direction, line_of_sight, strict=True))
    return body.rate_mm_yr * taper * along
