"""A stack tried on a sample of its cells, before all of them are inverted."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.interferometry.contradictions import agreement_with_others, conjugated
from hotslope.interferometry.settings import Settings
from hotslope.interferometry.stack_cells import InterferogramStack
from hotslope.interferometry.stack_files import STACKED, open_stack
from hotslope.interferometry.stack_points import (
    Sensor,
    design_of,
    make_points,
)
from hotslope.interferometry.stack_reference import find_reference
from hotslope.points.checks import check_points
from hotslope.points.coordinates import Window
from hotslope.points.layouts import listed
from hotslope.points.sight import sight_points
from hotslope.points.study import sight_of
from hotslope.points.track_statistics import describe_epochs

#: About so many cells are tried at most.
SAMPLE_CELLS = 20_000
#: Correlation of time and baseline from which rates and heights mix.
MAX_CORRELATION = 0.8


def sensor_of(track: Mapping[str, Any]) -> Sensor:
    """Return the sensor of a configured track."""
    return Sensor(
        track["wavelength_m"],
        track.get("los_sign", 1),
        track.get("incidence_deg"),
        track["orbit_height_m"],
    )


def check_stack(
    name: str, track: Mapping[str, Any], section: Mapping[str, Any], study: Bounds, crs: CRS
) -> tuple[dict[str, Any], list[str], pd.DataFrame]:
    """Open the stack of a track and invert a sample; return what it is, warnings, and points.

    Raises
    ------
    InputError
        What is missing or wrong in the stack: its files, its network, its reference, or an
        interferogram whose sign is opposite to that of the others.
    """
    key = f"tracks.{name}"
    settings = Settings.of_config(section)
    stack = open_stack(track["points"], settings.limits, key)
    window = Window(crs, study)
    step = _sample_step(stack, window)
    blocks = list(stack.blocks(window, step))
    sample = pd.concat([each.points for each in blocks])
    phase = np.concatenate([each.phase_rad for each in blocks])
    sensor = sensor_of(track)
    # Refused here: of a sample without points, it would not come to light below.
    sensor.incidence(sample, key)
    origin = sight_points(sample, sight_of(track), key)
    reference = find_reference(stack, window, settings.reference, step)
    _refuse_conjugated(phase - reference.phase_rad, stack)
    try:
        points = make_points(stack, window, reference, sensor, settings, step).points
    except InputError:
        if step == 1:
            raise
        # Points may lie between the cells of the sample.
        points = sample.assign(velocity_mm_yr=np.nan).iloc[:0]
    check_points(points, np.empty((len(points), 0)), f"{key}.points")
    points.attrs["place"] = stack.grid.place
    found = {
        "columns": sorted(points.columns),
        **describe_epochs(list(stack.dates)),
        "line_of_sight": origin,
        "interferograms": len(stack.pairs),
        "interferograms_beyond_limits": len(stack.left_out),
        "pieces_of_the_network": int(stack.pieces.max()) + 1,
    }
    return found, _warnings(stack, phase, key, origin), points


def stack_bounds(
    tracks: Mapping[str, Mapping[str, Any]], section: Mapping[str, Any] | None, crs: CRS
) -> dict[str, Bounds]:
    """Return the bounds of the interferograms of each track that has some, in a CRS."""
    if section is None:
        return {}
    limits = Settings.of_config(section).limits
    return {
        name: open_stack(track["points"], limits, f"tracks.{name}").bounds(crs)
        for name, track in tracks.items()
        if track["format"] == STACKED
    }


def _sample_step(stack: InterferogramStack, window: Window) -> int:
    rows, columns = stack.rows_and_columns(window)
    return int(np.ceil(np.sqrt(max(rows.size * columns.size, 1) / SAMPLE_CELLS)))


def _refuse_conjugated(phase_rad: np.ndarray, stack: InterferogramStack) -> None:
    """Raise an InputError where an interferogram has the sign opposite to the others."""
    agreement = agreement_with_others(phase_rad, stack.positions, len(stack.dates))
    wrong = conjugated(agreement)
    if wrong.size:
        raise InputError(
            stack.pairs[wrong[0]].path,
            "follows what the other interferograms predict with the opposite sign (correlation "
            f"{agreement[wrong[0]]:.2f}): it is conjugated, or has the dates of another",
            "Make all interferograms as earlier times conjugate of later acquisition",
        )


def _warnings(stack: InterferogramStack, phase_rad: np.ndarray, key: str, origin: str) -> list[str]:
    warnings = []
    if np.nanmax(np.abs(phase_rad)) <= 3.1416:
        warnings.append(
            f"{key}: all phases lie between -π and π; wrapped interferograms cannot be inverted"
        )
    left = {date for pair in stack.left_out for date in (pair.reference, pair.secondary)}
    lost = [str(date) for date in sorted(left.difference(stack.dates))]
    if stack.left_out:
        warnings.append(
            f"{key}: {len(stack.left_out)} of {len(stack.left_out) + len(stack.pairs)} "
            "interferograms are beyond interferometry.max_perpendicular_baseline_m or "
            "max_temporal_baseline_days and are left out"
            + (f", with the acquisitions {listed(lost, 6)}" if lost else "")
        )
    if not stack.has_loops:
        warnings.append(
            f"{key}: the network has no loops, so that errors of unwrapping cannot be seen; the "
            "coherence of points is that of their residuals"
        )
    correlation = design_of(stack).correlation()
    if abs(correlation) > MAX_CORRELATION:
        warnings.append(
            f"{key}: baselines follow time (correlation {correlation:.2f}), so that rates and "
            "heights are hardly separable: their standard errors are large"
        )
    if origin == "none":
        warnings.append(
            f"{key}: no line of sight; set incidence_deg and heading_deg for visibility, "
            "downslope velocity and the sense of motion"
        )
    return warnings
