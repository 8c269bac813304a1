"""Every configured dataset opened before the work begins."""

from hotslope.jobs import job_log

import logging
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from hotslope.candidates.history_files import read_previous
from hotslope.candidates.reference_outlines import layer_to_read, read_reference
from hotslope.crs import projected_crs
from hotslope.errors import InputError
from hotslope.exposure.layer_files import check_exposure
from hotslope.factors.catalogue import FACTORS
from hotslope.factors.layer_files import check_layers
from hotslope.files import write_json
from hotslope.grid import Bounds
from hotslope.interferometry.stack_checks import check_stack, stack_bounds
from hotslope.interferometry.stack_files import STACKED
from hotslope.learning.inventory_files import read_inventory
from hotslope.learning.labels import contradictions
from hotslope.learning.model_description import check_factors, read_description
from hotslope.places import absolute_paths, without_places
from hotslope.points.archives import require_file
from hotslope.points.boundaries import boundary_file
from hotslope.points.checksums import refuse_other_content
from hotslope.points.coordinates import Window
from hotslope.points.inputs import (
    LINES,
    POLYGONS,
    check_inventory,
    check_raster,
    check_vector,
    with_key,
)
from hotslope.points.layouts import listed
from hotslope.points.readers.egms_l3 import read_component
from hotslope.points.samples import refuse_copies, refuse_far
from hotslope.points.study import (
    SAMPLE_POINTS,
    check_bounds,
    check_scale,
    check_track,
    lonlat_corners,
    refuse_missing_bounds,
)
from hotslope.terrain.dem_files import check_dem, elevations_at
from hotslope.terrain.point_heights import compare_heights, judge_heights

#: Keys of section inventory by which it is read.
INVENTORY_OPTIONS = (
    "layer",
    "class_column",
    "positive_class",
    "kind_column",
    "role_column",
    "encoding",
)
#: About so many points of a track, at most, are compared with the DEM.
HEIGHT_POINTS = 2000

logger = logging.getLogger("hotslope")


def check_inputs(
    *,
    inputs_path: str,
    study_area: dict[str, Any],
    tracks: dict[str, Any],
    terrain: dict[str, Any],
    layers: dict[str, Any],
    inventory: dict[str, Any],
    reference: str | list[str] | None,
    reference_layer: str | None = None,
    egms_l3: dict[str, Any] | None = None,
    checksums: dict[str, str] | None = None,
    previous: str | None = None,
    beside_previous: list[str] | None = None,
    interferometry: dict[str, Any] | None = None,
    model: dict[str, Any] | None = None,
    exposure: dict[str, Any] | None = None,
) -> None:
    """Refuse what is missing or wrong by its config key; write what was found.

    `checksums` holds the SHA-256 that files must have, by path, and `interferometry` the settings
    by which tracks of interferograms are tried. `model` is a model that is applied: its ``path``,
    and ``factors``, ``classes`` and ``measures`` of the config, which it must fit.
    """
    for path, sha256 in (checksums or {}).items():
        refuse_other_content(require_file(path, "checksums"), sha256, path)
    crs = projected_crs(study_area["crs"])
    if not tracks:
        raise InputError("tracks", "there are none", "Describe at least one track of points")
    if study_area.get("bounds_m") is None:
        refuse_missing_bounds(study_area, tracks, crs, stack_bounds(tracks, interferometry, crs))
    study = check_bounds(study_area["bounds_m"], crs)
    scales, warnings = check_scale(study, crs)
    found: dict[str, Any] = {
        "study_area": {
            "crs": crs.to_string(),
            "bounds_m": list(study),
            "scales": scales,
            **lonlat_corners(study, crs),
        }
    }

    boundary, buffer_m = boundary_file(study_area.get("boundary"))
    if boundary is not None:
        kinds = POLYGONS if buffer_m is None else LINES
        found["boundary"] = check_vector(
            boundary, None, "study_area.boundary", study, crs, kinds, reach_m=buffer_m or 0.0
        )
    found["tracks"], samples, notes = _check_tracks(tracks, study, crs, interferometry)
    warnings += notes
    if terrain.get("dem") is not None:
        found["dem"], notes = _check_terrain(terrain, study, crs)
        warnings += notes
        for name, points in samples.items():
            compared, notes = _compare_heights(name, points, terrain["dem"], crs)
            found["tracks"][name]["heights"] = compared
            warnings += notes
    found["layers"], notes = check_layers(layers, study, crs)
    warnings += notes
    has_dem = terrain.get("dem") is not None
    found["exposure"], notes = check_exposure(exposure or {}, study, crs, has_dem=has_dem)
    warnings += notes
    learnt, notes = _check_learning(inventory, model, study, crs, {"terrain": terrain, **layers})
    found |= learnt
    warnings += notes
    found["reference"] = [
        check_vector(
            path,
            layer_to_read(path, reference_layer),
            "candidates.reference",
            study,
            crs,
            POLYGONS,
        )
        for path in ([reference] if isinstance(reference, str) else reference or [])
    ]
    for outlines in found["reference"]:
        # Read for its refusals only.
        read_reference(outlines["path"], crs.to_string(), reference_layer)
    _check_l3(egms_l3 or {}, crs)
    if previous is not None:
        history = read_previous(previous, beside_previous or [], crs.to_string(), study)
        found["previous"] = {"path": previous, "bodies": len(history)}
    for warning in warnings:
        logger.warning("%s", warning)
    given = [study_area, tracks, terrain, layers, inventory, reference, egms_l3, previous]
    given += [exposure]
    write_json(inputs_path, without_places({**found, "warnings": warnings}, absolute_paths(given)))


def _check_tracks(
    tracks: dict[str, Any], study: Bounds, crs: CRS, interferometry: dict[str, Any] | None
) -> tuple[dict[str, Any], dict[str, pd.DataFrame], list[str]]:
    """Read the first points of every track; return what they are, the points, and warnings."""
    found, samples, warnings = {}, {}, []
    for name, track in tracks.items():
        key = f"tracks.{name}"
        if track["format"] == STACKED:
            found[name], notes, samples[name] = with_key(
                key, check_stack, name, track, interferometry, study, crs
            )
        else:
            found[name], notes, samples[name] = with_key(key, check_track, name, track, crs)
        warnings += notes
        refuse_far(name, samples[name], study, crs)
    refuse_copies(samples)
    return found, samples, warnings


def _check_terrain(
    terrain: dict[str, Any], study: Bounds, crs: CRS
) -> tuple[dict[str, Any], list[str]]:
    """Open the DEM and read it at the study area; return what was found, and warnings."""
    key, dem = "terrain.dem", terrain["dem"]
    found = check_raster(dem, key, study, crs)
    share = found["covered_share"]
    warnings = [f"{key}: covers {share:.1%} of the study area"] if share < 1 else []
    elevations, notes = check_dem(dem, key, study, terrain.get("margin_m", 0.0), crs)
    return found | elevations, warnings + notes


def _check_l3(egms_l3: dict[str, Any], crs: CRS) -> None:
    """Open the level L3 data that the decomposition is compared with, for their refusals only."""
    for component, path in egms_l3.items():
        if path is not None:
            read_component(path, component, Window(crs, None), SAMPLE_POINTS)


def _contradictions(inventory: dict[str, Any], crs: CRS) -> list[str]:
    """Read the inventory as the labels do, for its refusals; warn of slopes of two classes."""
    options: dict[str, Any] = {key: inventory.get(key) for key in INVENTORY_OPTIONS}
    options["positive_class"] = options["positive_class"] or []
    pairs = contradictions(read_inventory(inventory["path"], crs, **options))
    if not pairs:
        return []
    shown = listed([f"{slide} and {other}" for slide, other in pairs], 3)
    return [
        f"inventory: {len(pairs):,} landslides share more than half of their area with a slope of "
        f"another class ({shown}); the larger overlap with a candidate decides"
    ]


def _check_learning(
    inventory: dict[str, Any],
    model: dict[str, Any] | None,
    study: Bounds,
    crs: CRS,
    sources: dict[str, Any],
) -> tuple[dict[str, Any], list[str]]:
    """Open the inventory, or refuse a model that does not fit; return what was found, warnings.

    `sources` has the sections of the config by which factors are measured: ``terrain``, layers.
    """
    if inventory.get("path") is not None:
        found, notes = check_inventory(inventory, study, crs)
        return {"inventory": found}, notes + _contradictions(inventory, crs)
    if model is None:
        return {}, []
    described = read_description(model["path"])
    available = [name for name in model["factors"] if _has_source(name, sources)]
    check_factors(described, available, model["classes"], model["measures"])
    return {"model": {"model": described["model"], **described["training_area"]}}, []


def _has_source(factor: str, sources: dict[str, Any]) -> bool:
    """Whether the config gives the dataset that a factor is measured on."""
    section, *names = FACTORS[factor].source.split(".")
    if section == "layers":
        return bool((sources.get(names[0]) or {}).get("path"))
    return section != "terrain" or sources["terrain"].get("dem") is not None


def _compare_heights(
    name: str, points: pd.DataFrame, dem: str, crs: CRS
) -> tuple[dict[str, Any] | None, list[str]]:
    """Compare the first heights of a track with the DEM; return what was found, and warnings."""
    if "height_m" not in points:
        return None, []
    some = points.iloc[:: len(points) // HEIGHT_POINTS + 1]
    x_m, y_m, height_m = (some[column].to_numpy() for column in ("x_m", "y_m", "height_m"))
    compared = compare_heights(height_m, elevations_at(dem, x_m, y_m, crs))
    if compared is None:
        return None, []
    notes = judge_heights(compared, f"tracks.{name}", f"terrain.dem {dem}")
    shown = compared._asdict()
    return {key: value if np.isfinite(value) else None for key, value in shown.items()}, notes


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        check_inputs(
            inputs_path=snakemake.output.inputs,
            study_area=snakemake.params.study_area,
            tracks=snakemake.params.tracks,
            terrain=snakemake.params.terrain,
            layers=snakemake.params.layers,
            inventory=snakemake.params.inventory,
            reference=snakemake.params.reference,
            reference_layer=snakemake.params.reference_layer,
            egms_l3=snakemake.params.egms_l3,
            checksums=snakemake.params.checksums,
            previous=snakemake.params.previous,
            beside_previous=snakemake.params.beside_previous,
            interferometry=snakemake.params.interferometry,
            model=snakemake.params.model,
            exposure=snakemake.params.exposure,
        )
