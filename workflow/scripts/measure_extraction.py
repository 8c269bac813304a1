"""Measure how well the candidates match reference outlines."""

import math
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from hotslope.candidates.accuracy import extraction_accuracy
from hotslope.crs import projected_crs
from hotslope.errors import InputError
from hotslope.files import write_json
from hotslope.logs import job_log
from hotslope.points.boundaries import boundary_file, read_boundary
from hotslope.points.vectors import vector_info
from hotslope.schemas import CANDIDATES, read_layer


def measure_extraction(
    *,
    candidates_path: str,
    reference_paths: list[str],
    extraction_path: str,
    boundary: str | dict[str, Any] | None,
    bounds_m: list[float],
    crs: str,
    resamples: int,
    seed: int,
) -> None:
    """Compare candidates with the reference outlines inside the study area.

    Without a reference the file says so; shares that are not defined are null.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates")
    if not reference_paths:
        write_json(
            extraction_path,
            {
                "measured": False,
                "note": "No reference outlines: candidates.reference is null.",
                "counts": {"candidates": len(candidates)},
                "areas": {"extracted_m2": float(candidates.union_all().area)},
            },
        )
        return
    reference = pd.concat(
        [_read_reference(path, crs) for path in reference_paths],
        ignore_index=True,
    )
    reference = reference.clip(_study_area(bounds_m, boundary, crs))
    measured = extraction_accuracy(candidates, reference, resamples=resamples, seed=seed)
    if not measured["counts"]["references"]:
        measured["note"] = "No reference outline lies in the study area."
    write_json(
        extraction_path,
        _without_nan({"measured": True, "reference": reference_paths, **measured}),
    )


def _read_reference(path: str, crs: str) -> gpd.GeoSeries:
    """Read reference polygons in the project CRS."""
    vector_info(path, None, "candidates.reference")
    frame = gpd.read_file(path)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(path, "holds no geometry", "Give outlines as polygons")
    kinds = set(frame.geom_type.dropna()) - {"Polygon", "MultiPolygon"}
    if kinds:
        raise InputError(path, f"holds {sorted(kinds)}", "Give outlines as polygons")
    return frame.geometry.to_crs(projected_crs(crs)).make_valid()


def _study_area(
    bounds_m: list[float], boundary: str | dict[str, Any] | None, crs: str
) -> shapely.Geometry:
    """Return the ground that was looked at: bounds, and boundary where there is one."""
    area = shapely.box(*bounds_m)
    path, buffer_m = boundary_file(boundary)
    if path is None:
        return area
    return area.intersection(read_boundary(path, buffer_m, projected_crs(crs)))


def _without_nan(content: Any) -> Any:
    """Replace NaN by None in nested dicts and lists."""
    if isinstance(content, dict):
        return {key: _without_nan(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_without_nan(value) for value in content]
    return None if isinstance(content, float) and math.isnan(content) else content


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        measure_extraction(
            candidates_path=snakemake.input.candidates,
            reference_paths=list(snakemake.input.reference),
            extraction_path=snakemake.output.extraction,
            boundary=snakemake.params.boundary,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
        )
