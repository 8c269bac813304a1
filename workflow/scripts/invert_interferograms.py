"""Unwrapped interferograms of a track to points with rates, heights and series."""

from hotslope.jobs import job_log

import logging
from typing import Any

import numpy as np

from hotslope.columns import DAYS_PER_YEAR
from hotslope.crs import projected_crs
from hotslope.files import write_arrow, write_json
from hotslope.grid import given_bounds
from hotslope.interferometry.settings import Settings
from hotslope.interferometry.stack_cells import InterferogramStack
from hotslope.interferometry.stack_files import open_stack
from hotslope.interferometry.stack_points import (
    Sensor,
    make_points,
    with_place,
)
from hotslope.interferometry.stack_reference import find_reference
from hotslope.interferometry.tables import INTERFEROMETRIC_POINTS
from hotslope.points.coordinates import Window
from hotslope.points.geoparquet import points_table

logger = logging.getLogger("hotslope")


def invert_interferograms(
    *,
    source: dict[str, Any],
    points_path: str,
    network_path: str,
    track: str,
    crs: str,
    bounds_m: list[float],
    settings: dict[str, Any],
    wavelength_m: float,
    orbit_height_m: float,
    los_sign: int = 1,
    incidence_deg: float | None = None,
    thin: int = 1,
) -> None:
    """Invert the network, estimate rate and height per point; write points and network."""
    project = projected_crs(crs)
    chosen = Settings.of_config(settings)
    sensor = Sensor(wavelength_m, los_sign, incidence_deg, orbit_height_m)
    stack = open_stack(source, chosen.limits, f"tracks.{track}")
    window = Window(project, given_bounds(bounds_m), thin)
    reference = find_reference(stack, window, chosen.reference)
    found = make_points(stack, window, reference, sensor, chosen)
    # A column that the stack does not give is left out: an empty one would count as given.
    points = found.points[
        [name for name in INTERFEROMETRIC_POINTS.schema.columns if name in found.points]
    ]
    points = INTERFEROMETRIC_POINTS.check(points, f"tracks.{track}")
    metadata = INTERFEROMETRIC_POINTS.metadata()
    dates = list(stack.dates)
    table = points_table(points, found.series_mm, dates, project, metadata)
    write_arrow(points_path, table)
    gap_years = float(np.median(np.diff(stack.days))) / DAYS_PER_YEAR
    write_json(
        network_path,
        {
            "track": track,
            **_network(stack),
            "reference": with_place(found, window),
            "atmosphere_removed_mm": found.atmosphere_mm,
            "variance_factor": found.variance_factor,
            "cells": found.cells,
            "points": len(points),
            "median_velocity_std_mm_yr": float(points["velocity_std_mm_yr"].median()),
            # Neighbours that part by a quarter of the wavelength from one date to the next.
            "aliasing_rate_mm_yr": 250.0 * wavelength_m / gap_years,
        },
    )
    logger.info("%s: %d of %d cells are points", track, len(points), found.cells)


def _network(stack: InterferogramStack) -> dict[str, Any]:
    """Describe acquisitions and interferograms, those beyond the limits apart."""
    return {
        "dates": [
            {"date": str(date), "perpendicular_baseline_m": float(metres), "piece": int(piece)}
            for date, metres, piece in zip(stack.dates, stack.baseline_m, stack.pieces, strict=True)
        ],
        "interferograms": [[str(pair.reference), str(pair.secondary)] for pair in stack.pairs],
        "beyond_limits": [[str(pair.reference), str(pair.secondary)] for pair in stack.left_out],
    }


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        invert_interferograms(
            source=snakemake.params.source,
            points_path=snakemake.output.points,
            network_path=snakemake.output.network,
            track=snakemake.params.track,
            crs=snakemake.params.crs,
            bounds_m=snakemake.params.bounds_m,
            settings=snakemake.params.settings,
            wavelength_m=snakemake.params.wavelength_m,
            orbit_height_m=snakemake.params.orbit_height_m,
            los_sign=snakemake.params.los_sign,
            incidence_deg=snakemake.params.incidence_deg,
            thin=snakemake.params.thin,
        )
