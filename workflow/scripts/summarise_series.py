"""Mean displacement series of every candidate, per track and group of trend classes."""

from hotslope.jobs import job_log

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from hotslope.candidates.outlines import points_inside
from hotslope.candidates.tables import CANDIDATES
from hotslope.columns import CANDIDATE_ID, TREND, TREND_GROUPS, X, Y, epoch_columns, epoch_date
from hotslope.maps.joins import read_points_with
from hotslope.maps.series import from_start, mean_and_spread, trend_groups
from hotslope.maps.tables import SERIES
from hotslope.motion.tables import TRENDS
from hotslope.points.tables import POINTS
from hotslope.schemas import read_layer


def summarise_series(
    *,
    candidates_path: str,
    points_paths: list[str],
    trends_paths: list[str],
    series_path: str,
    tracks: list[str],
    crs: str,
) -> None:
    """Write one row per candidate, track, group of trends and date that has a displacement.

    The lists of paths are in the order of `tracks`.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", [CANDIDATE_ID]).to_crs(crs)
    tables = [
        _track_series(candidates.geometry.to_numpy(), points, trends).assign(track=track)
        for track, points, trends in zip(tracks, points_paths, trends_paths, strict=True)
    ]
    series = pd.concat([table for table in tables if len(table)] or [SERIES.empty()])
    if len(series):
        series = series.sort_values("number", kind="stable")
        identifiers = candidates[CANDIDATE_ID].to_numpy()
        series[CANDIDATE_ID] = identifiers[series["number"].to_numpy(dtype=np.int64)]
        texts = [CANDIDATE_ID, "track", "trend", "date"]
        series = series[list(SERIES.schema.columns)].astype(dict.fromkeys(texts, "str"))
    SERIES.write(series_path, series)


def _track_series(polygons: np.ndarray, points_path: str, trends_path: str) -> pd.DataFrame:
    """Series of one track; `number` counts the candidates."""
    places = read_points_with(points_path, TRENDS, trends_path, [TREND])
    polygon, point = points_inside(polygons, places[X].to_numpy(), places[Y].to_numpy())
    epochs = epoch_columns(pq.read_schema(points_path).names)
    if not epochs:
        return SERIES.empty()
    rows = np.unique(point)
    displacement_mm = from_start(POINTS.read(points_path, epochs, rows).to_numpy(dtype=np.float64))
    trend = trend_groups(places[TREND].to_numpy())[point]
    count, mean_mm, std_mm = mean_and_spread(
        displacement_mm[np.searchsorted(rows, point)],
        polygon * len(TREND_GROUPS) + trend,
        len(polygons) * len(TREND_GROUPS),
    )
    cell, epoch = np.nonzero(count)
    dates = np.array([epoch_date(name).isoformat() for name in epochs], dtype=object)
    return pd.DataFrame(
        {
            "number": cell // len(TREND_GROUPS),
            "trend": np.array(TREND_GROUPS, dtype=object)[cell % len(TREND_GROUPS)],
            "date": dates[epoch],
            "n_points": count[cell, epoch],
            "mean_mm": mean_mm[cell, epoch],
            "std_mm": std_mm[cell, epoch],
        }
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        summarise_series(
            candidates_path=snakemake.input.candidates,
            points_paths=snakemake.input.points,
            trends_paths=snakemake.input.trends,
            series_path=snakemake.output.series,
            tracks=snakemake.params.tracks,
            crs=snakemake.params.crs,
        )
