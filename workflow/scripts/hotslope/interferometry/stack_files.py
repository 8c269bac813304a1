"""Stacks of unwrapped interferograms with their coherence, opened and checked."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hotslope.errors import InputError
from hotslope.interferometry.baselines import read_baselines
from hotslope.interferometry.network import network_pieces, within_limits
from hotslope.interferometry.pair_files import name_of, rasters_by_pair
from hotslope.interferometry.stack_cells import LAYERS, InterferogramStack, Limits
from hotslope.points.cells import CellGrid
from hotslope.points.coordinates import check_extent
from hotslope.points.geotiffs import GeoTiff, layer
from hotslope.points.layouts import listed
from hotslope.points.pairs import Pair
from hotslope.points.roles import check_roles, file_list, single_files

#: The format of such stacks in the config.
STACKED = "unwrapped"
#: Roles of the files of a track; the first three are needed.
RASTERS = ("interferograms", "coherence")
BASELINES = "baselines"
ROLES = (*RASTERS, BASELINES, *LAYERS, "line_of_sight", "mask")
#: Fewer acquisitions do not separate a rate, a height and noise.
MIN_DATES = 8


def open_stack(points: Any, limits: Limits, key: str) -> InterferogramStack:
    """Open the rasters of a stack and check all that their cells are not needed for.

    Parameters
    ----------
    points : mapping
        Role → file, folder or list: `ROLES`.
    limits : Limits
    key : str
        Config key of the track, ``tracks.<track>``.

    Raises
    ------
    InputError
        Roles or coherences that are missing, rasters of another grid, pairs given twice or named
        backwards, acquisitions without baseline, too few acquisitions, or a network in pieces.
    """
    if not isinstance(points, Mapping):
        raise InputError(
            f"{key}.points",
            "is no mapping of roles to files",
            f"Write interferograms:, coherence: and baselines: with their files; also "
            f"{listed(ROLES[3:])}",
        )
    check_roles(points, ROLES, (*RASTERS, BASELINES), STACKED, f"{key}.points")
    phases = rasters_by_pair(points["interferograms"], "interferograms", key)
    coherences = rasters_by_pair(points["coherence"], "coherence", key)
    lacking = sorted(set(phases) - set(coherences))
    if lacking:
        raise InputError(
            f"{key}.points.coherence",
            f"no coherence of {listed([name_of(dates) for dates in lacking], 6)}",
            "Add it, or leave out these interferograms",
        )
    every = sorted({date for dates in phases for date in dates})
    baseline_m = read_baselines(file_list(points[BASELINES]), every)
    used = _used(phases, every, baseline_m, limits, key)
    pairs = tuple(phases[dates] for dates in sorted(phases) if dates in used)
    dates = sorted({date for pair in used for date in pair})
    at = {date: index for index, date in enumerate(dates)}
    positions = np.array([(at[pair.reference], at[pair.secondary]) for pair in pairs])
    pieces = network_pieces(positions, len(dates))
    grid = GeoTiff(pairs[0].path).grid()
    check_extent(grid.extent, grid.crs, grid.place, "the CRS of the file")
    return InterferogramStack(
        key=key,
        grid=grid,
        pairs=pairs,
        left_out=tuple(phases[dates] for dates in sorted(phases) if dates not in used),
        dates=tuple(dates),
        positions=positions,
        baseline_m=baseline_m[[every.index(date) for date in dates]],
        pieces=_accepted(pieces, dates, limits, key),
        phases={pair.path: layer(pair.path, grid) for pair in pairs},
        coherence={
            pair.path: layer(coherences[pair.reference, pair.secondary].path, grid)
            for pair in pairs
        },
        layers=_layers(points, grid, key),
        limits=limits,
    )


def _layers(points: Mapping[str, Any], grid: CellGrid, key: str) -> dict[str, GeoTiff]:
    """Open the layers beside the stack."""
    for together in (("look_theta", "look_phi"), ("east", "north", "up")):
        given = [role for role in together if role in points]
        if given and len(given) < len(together):
            raise InputError(
                f"{key}.points", f"only {listed(given)} of {listed(together)}", "Give all or none"
            )
    beside = {role: file for role, file in points.items() if role not in (*RASTERS, BASELINES)}
    return {
        role: layer(file, grid, 3 if role == "line_of_sight" else 1)
        for role, file in single_files(beside, f"{key}.points").items()
    }


def _used(
    phases: Mapping[tuple[dt.date, dt.date], Pair],
    every: Sequence[dt.date],
    baseline_m: np.ndarray,
    limits: Limits,
    key: str,
) -> set[tuple[dt.date, dt.date]]:
    """Return the pairs within the limits."""
    listed_pairs = sorted(phases)
    at = {date: index for index, date in enumerate(every)}
    span_days = np.array([(later - first).days for first, later in listed_pairs])
    across_m = np.array([baseline_m[at[b]] - baseline_m[at[a]] for a, b in listed_pairs])
    keep = within_limits(
        span_days,
        across_m,
        max_perpendicular_baseline_m=limits.max_perpendicular_baseline_m,
        max_temporal_baseline_days=limits.max_temporal_baseline_days,
    )
    used = {pair for pair, kept in zip(listed_pairs, keep, strict=True) if kept}
    dates = Counter(date for pair in used for date in pair)
    if len(dates) < MIN_DATES:
        raise InputError(
            f"{key}.points.interferograms",
            f"{len(used)} of {len(phases)} interferograms keep the limits of "
            f"{limits.max_perpendicular_baseline_m:g} m and "
            f"{limits.max_temporal_baseline_days:g} days, with {len(dates)} acquisitions of the "
            f"{MIN_DATES} needed",
            "Give more interferograms, or raise interferometry.max_perpendicular_baseline_m or "
            "max_temporal_baseline_days",
        )
    return used


def _accepted(pieces: np.ndarray, dates: Sequence[dt.date], limits: Limits, key: str) -> np.ndarray:
    """Return the pieces of the network if it may have so many; else name them."""
    count = int(pieces.max()) + 1
    if count == 1 or limits.join_pieces:
        return pieces
    spans = []
    for piece in range(count):
        inside = [date for date, own in zip(dates, pieces, strict=True) if own == piece]
        spans.append(f"{inside[0]} to {inside[-1]} ({len(inside)} acquisitions)")
    raise InputError(
        f"{key}.points.interferograms",
        f"the network is in {count} pieces: {listed(spans, 4)}",
        "Add interferograms between them, raise interferometry.max_temporal_baseline_days or "
        "max_perpendicular_baseline_m, or set interferometry.join_pieces: true to join them by "
        "each point's rate",
    )
