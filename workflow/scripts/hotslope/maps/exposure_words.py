"""What is exposed to a candidate, in words."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hotslope.exposure.tables import BUILDINGS, EXPOSURE_RANK, EXPOSURE_RULE, NOTHING, RIVERS, ROADS
from hotslope.maps.names import counted
from hotslope.maps.tables import PRIORITY_RANK, PRIORITY_RULE

_STEMS = {BUILDINGS: "building", ROADS: "road", RIVERS: "river"}


def exposed_briefly(row: Mapping[Any, Any]) -> str:
    """Say how much of the gravest is on a candidate or in its reach, in a few words."""
    name = row["exposed"]
    if name == NOTHING:
        return "nothing exposed"
    total = sum(amount for amount in _amounts(row, name) if pd.notna(amount))
    return (
        counted(int(total), "building")
        if name == BUILDINGS
        else f"{total:,.0f} m of {_STEMS[name]}"
    )


def exposure_lines(row: Mapping[Any, Any]) -> list[str]:
    """Say what is on a candidate and below it, how far the nearest is, and by which rule it ranks.

    Parameters
    ----------
    row : mapping
        Row of layer `potential_landslides`; nothing is said where nothing may be exposed.
    """
    if "exposed" not in row:
        return []
    lines = []
    for name, stem in _STEMS.items():
        nearest_m = row.get(f"nearest_{stem}_m")
        if nearest_m is None or pd.isna(nearest_m):
            continue
        on_it, in_reach = _amounts(row, name)
        unit = "" if name == BUILDINGS else " m"
        words = [f"{on_it:,.0f}{unit} on it"]
        if pd.notna(in_reach):
            words.append(f"{in_reach:,.0f}{unit} in its reach")
        words.append(f"the nearest {nearest_m:,.0f} m away")
        lines.append(f"{name.capitalize()}: {', '.join(words)}")
    if pd.notna(row.get("reach_length_m")):
        cut = ", cut off at the edge of the DEM" if row["reach_is_cut"] else ""
        lines.append(f"Reach: {row['reach_length_m']:,.0f} m{cut}")
    lines.append(
        f"Priority {row[PRIORITY_RANK]}: {PRIORITY_RULE}. Exposure rank {row[EXPOSURE_RANK]}: "
        f"{EXPOSURE_RULE}"
    )
    return lines


def _amounts(row: Mapping[Any, Any], name: str) -> tuple[float, float]:
    """How much is on a candidate, and in its reach."""
    unit = "" if name == BUILDINGS else "_m"
    on_it, in_reach = (
        row.get(f"{name}_{where}{unit}", float("nan")) for where in ("on_it", "in_reach")
    )
    return on_it, in_reach
