"""Every configured dataset opened before the work begins."""

from hotslope.jobs import job_log

import logging
from typing import Any

from hotslope.candidates.references import read_reference
from hotslope.crs import projected_crs
from hotslope.errors import InputError
from hotslope.factors.layer_files import check_layers
from hotslope.files import write_json
from hotslope.points.archives import require_file
from hotslope.points.boundaries import boundary_file
from hotslope.points.checksums import refuse_other_content
from hotslope.points.inputs import (
    LINES,
    POLYGONS,
    check_inventory,
    check_raster,
    check_vector,
    with_key,
)
from hotslope.points.study import check_bounds, check_scale, check_track, refuse_missing_bounds
from hotslope.terrain.dem_files import check_dem

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
    checksums: dict[str, str] | None = None,
) -> None:
    """Refuse what is missing or wrong by its config key; write what was found.

    `checksums` holds the SHA-256 that files must have, by path.
    """
    for path, sha256 in (checksums or {}).items():
        refuse_other_content(require_file(path, "checksums"), sha256, path)
    crs = projected_crs(study_area["crs"])
    if not tracks:
        raise InputError("tracks", "there are none", "Describe at least one track of points")
    if study_area.get("bounds_m") is None:
        refuse_missing_bounds(study_area, tracks, crs)
    study = check_bounds(study_area["bounds_m"], crs)
    scales, warnings = check_scale(study, crs)
    found: dict[str, Any] = {
        "study_area": {"crs": crs.to_string(), "bounds_m": list(study), "scales": scales}
    }

    boundary, buffer_m = boundary_file(study_area.get("boundary"))
    if boundary is not None:
        kinds = POLYGONS if buffer_m is None else LINES
        found["boundary"] = check_vector(
            boundary, None, "study_area.boundary", study, crs, kinds, reach_m=buffer_m or 0.0
        )
    found["tracks"] = {}
    for name, track in tracks.items():
        key = f"tracks.{name}"
        found["tracks"][name], notes = with_key(key, check_track, name, track, crs)
        warnings += notes
    if terrain.get("dem") is not None:
        found["dem"] = check_raster(terrain["dem"], "terrain.dem", study, crs)
        share = found["dem"]["covered_share"]
        if share < 1:
            warnings.append(f"terrain.dem: covers {share:.1%} of the study area")
        elevations, notes = check_dem(
            terrain["dem"], "terrain.dem", study, terrain.get("margin_m", 0.0), crs
        )
        found["dem"] |= elevations
        warnings += notes
    found["layers"], notes = check_layers(layers, study, crs)
    warnings += notes
    if inventory.get("path") is not None:
        found["inventory"], notes = check_inventory(inventory, study, crs)
        warnings += notes
    found["reference"] = [
        check_vector(path, None, "candidates.reference", study, crs, POLYGONS)
        for path in ([reference] if isinstance(reference, str) else reference or [])
    ]
    for outlines in found["reference"]:
        # Read for its refusals only.
        read_reference(outlines["path"], crs.to_string())
    for warning in warnings:
        logger.warning("%s", warning)
    write_json(inputs_path, {**found, "warnings": warnings})


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
            checksums=snakemake.params.checksums,
        )
