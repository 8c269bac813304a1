"""Settings of the stage, as the config names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotslope.interferometry.point_estimates import Atmosphere
from hotslope.interferometry.stack_cells import Limits


@dataclass(frozen=True)
class Place:
    """A disc of ground that is taken for stable: longitude, latitude (WGS 84), radius in metres."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True)
class Settings:
    """Section `interferometry` of the config.

    Parameters
    ----------
    limits : Limits
        Of the network and of cells.
    min_coherence : float
        Temporal coherence below which a cell is no point.
    reference : Place or None
        Stable ground; None: chosen.
    atmosphere : Atmosphere or None
        How atmosphere is found; None: not removed.
    """

    limits: Limits
    min_coherence: float
    reference: Place | None
    atmosphere: Atmosphere | None

    @classmethod
    def of_config(cls, section: Mapping[str, Any]) -> "Settings":
        """Read the section, filled in and checked by its schema."""
        limits = Limits(
            section["max_perpendicular_baseline_m"],
            section["max_temporal_baseline_days"],
            section["min_interferogram_coherence"],
            section["join_pieces"],
        )
        place, air = section["reference"], section["atmosphere"]
        return cls(
            limits,
            section["min_coherence"],
            None if place == "auto" else Place(**place),
            None if air is None else Atmosphere(**air),
        )
