"""Which values of the keys of the config are tried, and in which of the small runs.

Numbers, choices and switches are drawn from what the schema allows, near their defaults. Keys
that name files, columns or places have values that mean something in the small runs.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rerun_cases import UNCHANGED
from runner import merged
from small_area import BOUNDS_M
from small_runs import AREAS, INPUTS, Area, read_config

#: Where keys are tried: by key, or else by section.
PLACES = {
    "study_area": "one track",
    "tracks": "one track",
    "tracks.table": "table of points",
    "tracks.unwrapped": "interferograms",
    "simulation": "simulated",
    "simulation.releases": "releases",
    "simulation.events": "releases",
    "interferometry": "interferograms",
    "points": "one track",
    "terrain": "one track",
    "trends": "one track",
    "hotspots": "one track",
    "density": "one track",
    "candidates": "one track",
    "candidates.points": "density",
    "candidates.cut": "density",
    "candidates.cut_value": "density",
    "candidates.min_overlap": "two tracks",
    "decomposition": "two tracks",
    "layers": "one track",
    "factors": "one track",
    "exposure": "one track",
    "inventory": "labels",
    "factor_table": "given table",
    "learning": "given table",
    "learning.negatives": "labels",
    "binning": "given table",
    "screening": "given table",
    "split": "given table",
    "models": "all models",
    "models.logistic_regression": "given table",
    "validation": "given table",
    "coverage": "one track",
    "maps": "one track",
    "previous": "one track",
    "change": "earlier run",
    "scale": "one track",
    "checksums": "one track",
}
#: Keys that are not tried, and why.
UNTRIED = {
    **UNCHANGED,
    "tracks.licsbas.coherence": "no small run has a track of this format",
    "tracks.stamps.date_shift_days": "no small run has a track of this format",
    "tracks.opera_disp.displacement": "no small run has a track of this format",
    "tracks.opera_disp.masked": "no small run has a track of this format",
}
WEST, SOUTH, EAST, NORTH = BOUNDS_M
#: What is tried of keys that name files, columns or places, or whose values depend on others.
LISTED: dict[str, list[Any]] = {
    "study_area.name": ["贵德 <b>{x} $5 and $6</b>"],
    "study_area.crs": ["EPSG:32648"],
    "study_area.bounds_m": [[WEST, SOUTH, EAST, NORTH - 500]],
    "tracks.pass": ["ascending"],
    "tracks.format": ["table"],
    "tracks.points": [
        {
            "items": f"{INPUTS}/ascending/items.txt",
            "table": f"{INPUTS}/ascending/disp_tab.txt",
        }
    ],
    "tracks.incidence_deg": [36.0, 42.0],
    "tracks.heading_deg": [189.0, 196.0],
    "tracks.gamma_ipta.coordinates_crs": ["EPSG:32647", "EPSG:32648"],
    "tracks.gamma_ipta.missing_values": [[-9999]],
    "tracks.table.displacement_prefix": ["d_", ""],
    "tracks.table.coordinates_crs": ["EPSG:32647", "EPSG:32648"],
    "tracks.table.delimiter": [";"],
    "tracks.table.decimal": ["."],
    "tracks.table.encoding": ["cp1252"],
    "tracks.table.layer": ["points"],
    "tracks.table.missing_values": [[-9999]],
    "simulation.size_km": [[2, 2.5], [2.5, 2]],
    "simulation.releases.count": [2, 4],
    "simulation.events.kinds": [["onset"], ["failure", "seasonal"]],
    "interferometry.reference": [{"lon": 101.12, "lat": 35.96}],
    "interferometry.atmosphere": [None, {"space_m": 300}, {"time_days": 60}],
    "terrain.dem": [None, f"{INPUTS}/dem_other.tif"],
    "trends.autocorrelation": ["none", 0.2],
    "hotspots.radius_m": ["auto", 150, 260.5],
    "hotspots.sensitivity_radii_m": [[100, 200]],
    "density.radius_m": [150, 310],
    "density.cell_size_m": [10, 20, 25],
    "candidates.cut_value": [0.8, 0.95],
    "candidates.cut": ["area"],
    "candidates.bandwidth_m": [120, 250],
    "candidates.background_smoothing_m": [700, 3000],
    "candidates.reference": [
        None,
        f"{INPUTS}/inventory.gpkg",
        [f"{INPUTS}/reference.gpkg", f"{INPUTS}/inventory.gpkg"],
    ],
    "candidates.reference_layer": ["reference"],
    "decomposition.egms_l3.east": [f"{INPUTS}/inventory.gpkg"],
    "decomposition.egms_l3.up": [f"{INPUTS}/inventory.gpkg"],
    "layers.lithology.path": [None],
    "layers.lithology.layer": ["roads"],
    "layers.lithology.column": ["lithology", None],
    "layers.lithology.encoding": ["UTF-8"],
    "layers.lithology.classes": [None, {"Indosinian granite": "soft"}],
    "layers.land_use.path": [None],
    "layers.land_use.classes": [None, {11: "bare"}],
    "layers.faults.path": [None, f"{INPUTS}/line.gpkg"],
    "layers.faults.layer": ["roads", "rivers"],
    "layers.rivers.path": [None],
    "layers.rivers.layer": ["roads", "faults"],
    "layers.roads.path": [None],
    "layers.roads.layer": ["faults", "rivers"],
    "exposure.buildings.path": [f"{INPUTS}/inventory.gpkg"],
    "exposure.buildings.layer": ["inventory"],
    "exposure.roads.path": [f"{INPUTS}/line.gpkg"],
    "exposure.roads.layer": ["roads"],
    "exposure.rivers.path": [f"{INPUTS}/line.gpkg"],
    "exposure.rivers.layer": ["rivers"],
    "factors": [["slope", "aspect"], ["elevation", "lithology", "trend_linear"]],
    "inventory.path": [None, f"{INPUTS}/reference.gpkg"],
    "inventory.layer": [None],
    "inventory.class_column": ["kind"],
    "inventory.positive_class": ["other", ["potential landslide", "erosion"]],
    "inventory.encoding": ["UTF-8"],
    "inventory.kind_column": [None, "class"],
    "inventory.role_column": ["kind"],
    "factor_table.path": [f"{INPUTS}/factors_other.csv"],
    "factor_table.x_column": ["x2"],
    "factor_table.y_column": ["y2"],
    "factor_table.class_column": ["kind"],
    "factor_table.positive_class": ["other"],
    "factor_table.group_column": ["ridge"],
    "factor_table.factors": [["steepness", "wetness", "rock"], ["height", "wetness"]],
    "learning.licence": ["CC-BY-4.0"],
    "maps.site_sheets": [0, 3],
    "maps.vector_figures": [["svg"], ["pdf"]],
    "previous": [f"{INPUTS}/earlier"],
    "change.ring_m": [[100, 600], [300, 1500]],
    "scale.strip_memory_mb": [1, 64],
    "validation.block_size_m": [1500, 4000],
    "validation.buffer_m": [100, 500],
}
#: Settings that a key needs beside it.
BESIDE = {
    "tracks.table.displacement_unit": {"tracks": {"mine": {"wavelength_m": 0.0555}}},
    "study_area.boundary.line": {"study_area": {"boundary": {"buffer_m": 500}}},
    "study_area.boundary.buffer_m": {"study_area": {"boundary": {"line": f"{INPUTS}/line.gpkg"}}},
}


@dataclass(frozen=True)
class Key:
    """A key of the config, where it is tried, and what the schema says of it."""

    name: str
    path: tuple[str, ...]
    area: str
    described: dict


def all_keys() -> list[Key]:
    """List every key that is tried."""
    schema = read_config("config.schema.yaml")
    found = []
    for section, described in schema["properties"].items():
        if section == "tracks":
            continue
        found += [key(path, path, leaf) for path, leaf in leaves(described, (section,))]
    tracks = schema["properties"]["tracks"]["additionalProperties"]
    for path, leaf in leaves(tracks, ()):
        found.append(key(("tracks", *path), ("tracks", "*", *path), leaf))
    for choice in tracks["allOf"]:
        form = choice["if"]["properties"]["format"]["const"]
        for path, leaf in leaves(choice["then"], ()):
            found.append(key(("tracks", form, *path), ("tracks", "*", *path), leaf))
    return [each for each in found if each.name not in UNTRIED]


def key(named: tuple[str, ...], path: tuple[str, ...], described: dict) -> Key:
    """Find the area in which a key is tried, and the place of the key in its config."""
    name = ".".join(named)
    beginnings = [".".join(named[:length]) for length in range(len(named), 0, -1)]
    area = next((PLACES[each] for each in beginnings if each in PLACES), None)
    if area is None:
        raise ValueError(f"{name}: say in PLACES in which small run it is tried")
    steps = tuple(AREAS[area].track if step == "*" else step for step in path)
    return Key(name, steps, area, described)


def leaves(described: dict, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict]]:
    """Yield the keys below a part of the schema that have no keys of their own."""
    # A boundary may be a file, or a line and a width.
    if "properties" not in described or path == ("study_area", "boundary"):
        yield path, described
    for name, part in (described.get("properties") or {}).items():
        yield from leaves(part, (*path, name))


def drawn_value(key: Key, config: dict, rng: np.random.Generator) -> Any:
    """Draw a value of a key other than the one it has."""
    now = value_at(config, key.path, key.described.get("default"))
    if key.name.startswith("tracks.table.columns."):
        return f"other_{key.path[-1]}"
    if key.name == "study_area.boundary":
        return f"{INPUTS}/boundary.gpkg"
    if key.name == "study_area.boundary.line":
        return f"{INPUTS}/line.gpkg"
    values = LISTED.get(key.name) or key.described.get("enum")
    if values is None and key.described.get("type") == "boolean":
        values = [True, False]
    if values is None:
        if key.described.get("type") not in ("number", "integer"):
            raise ValueError(
                f"{key.name}: say in LISTED which values are tried, or in UNTRIED why none"
            )
        return drawn_number(key.described, now, rng)
    others = [value for value in values if value != now]
    return others[rng.integers(len(others))]


def drawn_number(described: dict, now: float | None, rng: np.random.Generator) -> float:
    """Draw a number between half and twice the present one, within the bounds of the schema."""
    least = described.get("minimum", described.get("exclusiveMinimum", 0))
    most = described.get("maximum", described.get("exclusiveMaximum", np.inf))
    whole = described["type"] == "integer"
    start = now or (500 if now is None else min(most, 2) / 4)
    for _ in range(100):
        drawn = start * 2 ** rng.uniform(-1, 1)
        drawn = round(drawn) if whole else float(f"{drawn:.3g}")
        if least < drawn < most and drawn != now:
            return drawn
    return (least or 1) * 2 if whole else (least + start) / 2


def value_at(config: dict, path: tuple[str, ...], default: Any) -> Any:
    """Return what a config has at a key, or its default."""
    for step in path:
        if not isinstance(config, dict) or step not in config:
            return default
        config = config[step]
    return config


def nested(path: tuple[str, ...], value: Any) -> dict:
    """Return a change of a config that sets one key."""
    for step in reversed(path):
        value = {step: value}
    return value


def drawn_change(
    key: Key, area: Area, rng: np.random.Generator, folder: Path
) -> tuple[Any, Callable[[dict], dict]]:
    """Draw a value of a key; return it, and how it changes the config of the area."""
    if key.name == "checksums":
        content = hashlib.sha256((folder / INPUTS / "dem.tif").read_bytes()).hexdigest()
        value: Any = {f"{INPUTS}/dem.tif": content}
    elif key.name == "simulation.name":
        return "other", renamed_simulation
    else:
        value = drawn_value(key, area.config, rng)
    change = merged(BESIDE.get(key.name, {}), nested(key.path, value))
    return value, lambda config: merged(config, change)


def renamed_simulation(config: dict) -> dict:
    """Return the config of an area that is simulated in another folder."""
    text = json.dumps(config).replace("resources/demo/", "resources/other/")
    return merged(json.loads(text), {"simulation": {"name": "other"}})
