"""Measure how the rate of each candidate has changed, and since when."""

from hotslope.jobs import job_log

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotslope.candidates.history_files import read_previous
from hotslope.candidates.tables import CANDIDATES
from hotslope.change.change_files import (
    read_dates,
    read_differences,
    read_ground,
    read_noise_correlation,
)
from hotslope.change.change_table import change_table, count_earlier_tests, outline_changes
from hotslope.change.tables import CHANGE, DIFFERENCES, LAYER
from hotslope.change.track_change import (
    BodyChange,
    ChangeSettings,
    TrackDesigns,
    body_change,
    control_inflation,
    control_places,
)
from hotslope.columns import CANDIDATE_ID
from hotslope.grid import Grid
from hotslope.logs import Progress
from hotslope.schemas import read_layer, write_layer

logger = logging.getLogger("hotslope")


class TrackChanges(NamedTuple):
    """Changes of all candidates in one track, None where it has no series there."""

    dates: list[dt.date]
    changes: list[BodyChange | None]
    inside: list[int]
    around: list[int]
    series_mm: np.ndarray


def measure_change(
    *,
    candidates_path: str,
    points_paths: list[str],
    background_paths: list[str],
    error_summary_paths: list[str],
    trends_summary_paths: list[str],
    previous_path: str | None,
    beside_paths: list[str],
    change_path: str,
    series_path: str,
    tracks: list[str],
    settings: ChangeSettings,
    grid: Grid,
) -> None:
    """Write a row per candidate, and the series that it was measured from.

    The lists of paths are in the order of `tracks`; `background_paths` is empty where no
    background was removed. `previous_path` and `beside_paths` are of the earlier run, whose
    outlines show which ground a body has gained and lost.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates")
    rejected = read_layer(CANDIDATES, candidates_path, "rejected", [CANDIDATE_ID])
    outlines = candidates.geometry.to_numpy()
    others = shapely.union_all([*outlines, *rejected.geometry])
    backgrounds: Sequence[str | None] = background_paths or [None] * len(tracks)
    found = {
        track: _track_changes(track, outlines, others, settings, points, background, errors, trends)
        for track, points, background, errors, trends in zip(
            tracks,
            points_paths,
            backgrounds,
            error_summary_paths,
            trends_summary_paths,
            strict=True,
        )
    }
    table = change_table(
        candidates,
        {track: each.dates for track, each in found.items()},
        {track: each.changes for track, each in found.items()},
        {track: (each.inside, each.around) for track, each in found.items()},
        settings,
    )
    if previous_path is not None:
        history = read_previous(previous_path, beside_paths, grid.crs, grid.bounds_m)
        table = outline_changes(count_earlier_tests(table, history), history)
    for level, count in table["level"].value_counts(sort=False).items():
        logger.info("%s: %d", level, count)
    write_layer(CHANGE, change_path, LAYER, table)
    DIFFERENCES.write(series_path, _series_table(candidates, found))


def _track_changes(
    track: str,
    outlines: np.ndarray,
    others: shapely.Geometry,
    settings: ChangeSettings,
    points_path: str,
    background_path: str | None,
    error_summary_path: str,
    trends_summary_path: str,
) -> TrackChanges:
    """Measure the changes that one track shows."""
    dates = read_dates(points_path)
    days = np.array([(date - dates[0]).days for date in dates], dtype=np.float64)
    correlation = read_noise_correlation(trends_summary_path, days)
    count = len(outlines)
    if correlation is None or not count:
        if count:
            logger.warning("%s: its noise is not known, so no change is measured", track)
        nothing: list[Any] = [None] * count
        return TrackChanges(dates, nothing, [0] * count, [0] * count, np.zeros((count, 0)))
    ground = read_ground(points_path, background_path, error_summary_path)
    series_mm, members = read_differences(points_path, ground, outlines, others, settings.ring_m)
    radius_m = float(np.sqrt(np.median(shapely.area(outlines)) / np.pi))
    places = control_places(ground.x, ground.y, ground.quiet, others, radius_m)
    controls_mm, _ = read_differences(points_path, ground, places, others, settings.ring_m)
    designs = TrackDesigns(days, correlation, settings.window_days)
    inflation, controls = control_inflation(controls_mm, designs)
    logger.info("%s: standard errors times %.2f by %d control bodies", track, inflation, controls)
    changes = []
    progress = Progress(f"candidates of {track} measured", count)
    for series in series_mm:
        changes.append(body_change(series, designs, inflation))
        progress.advance()
    sizes = [(each.inside.size, each.around.size) for each in members]
    return TrackChanges(
        dates, changes, [one for one, _ in sizes], [other for _, other in sizes], series_mm
    )


def _series_table(candidates: gpd.GeoDataFrame, found: dict[str, TrackChanges]) -> pd.DataFrame:
    """Return the difference series as a table, candidate by candidate."""
    ids = candidates[CANDIDATE_ID].to_numpy()
    parts = []
    for track, each in found.items():
        number, epoch = np.nonzero(np.isfinite(each.series_mm))
        dates = np.array([date.isoformat() for date in each.dates], dtype=object)
        parts.append(
            pd.DataFrame(
                {
                    "number": number,
                    "candidate_id": ids[number],
                    "track": track,
                    "date": dates[epoch],
                    "difference_mm": each.series_mm[number, epoch],
                }
            )
        )
    table = pd.concat(parts).sort_values("number", kind="stable").drop(columns="number")
    return table.astype(dict.fromkeys(["candidate_id", "track", "date"], "str"))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        measure_change(
            candidates_path=snakemake.input.candidates,
            points_paths=list(snakemake.input.points),
            background_paths=list(snakemake.input.backgrounds),
            error_summary_paths=list(snakemake.input.error_summaries),
            trends_summary_paths=list(snakemake.input.trends),
            previous_path=snakemake.input.previous or None,
            beside_paths=list(snakemake.input.beside),
            change_path=snakemake.output.change,
            series_path=snakemake.output.series,
            tracks=snakemake.params.tracks,
            settings=ChangeSettings(**snakemake.params.settings),
            grid=Grid.from_bounds(**snakemake.params.grid),
        )
