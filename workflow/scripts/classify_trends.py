"""Classify the displacement series of a track by trend, row group by row group."""

from hotslope.jobs import job_log

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hotslope.columns import DAYS_PER_YEAR, POINT_ID, TREND, TREND_NAMES, epoch_columns, epoch_date
from hotslope.files import atomic_path, write_json
from hotslope.logs import Progress, logger
from hotslope.motion.decisions import NOT_SEPARABLE, STEP, DecisionRule
from hotslope.motion.epochs import MIN_EPOCHS, days_since_first, observe, season_separable
from hotslope.motion.flags import possible_unwrapping_errors, share_by_chance
from hotslope.motion.lag_one import median_lag_one
from hotslope.motion.noise_models import effective_epochs
from hotslope.motion.season import SEASON_MODELLED, SEASON_NOT_SEPARABLE
from hotslope.motion.tables import TRENDS
from hotslope.motion.track_noise import Noise, sample_rows
from hotslope.motion.trend_power import size_and_power
from hotslope.motion.trends import Trends, fit_trends, resolve_noise, three_classes
from hotslope.points.tables import POINTS

#: Points in memory at a time.
BATCH = 16_384
TRENDS_SCHEMA = pa.schema([(POINT_ID, pa.string()), (TREND, pa.int8())], TRENDS.metadata())


def classify_trends(
    *,
    points_path: str,
    trends_path: str,
    summary_path: str,
    significance: float,
    evidence_ratio: float,
    min_segment_epochs: int,
    autocorrelation: float | str,
    gate: str,
    annual: str,
    wavelength_m: float,
) -> None:
    """Write the trend code of every point, and a summary with size and power.

    With fewer than `MIN_EPOCHS` epochs no point has a class, and the summary has no calibration.
    """
    POINTS.check_kind(points_path)
    points = pq.ParquetFile(points_path, pre_buffer=False)
    epochs = epoch_columns(points.schema_arrow.names)
    dates = [epoch_date(name) for name in epochs]
    if len(dates) < MIN_EPOCHS:
        _write_without_classes(points, dates, trends_path, summary_path, wavelength_m)
        return
    days = days_since_first(dates, points_path)
    rule = DecisionRule(significance, evidence_ratio, gate)
    options: dict[str, Any] = {"min_segment_epochs": min_segment_epochs, "annual": annual}

    sample = _sample(points, epochs) if autocorrelation == "pooled" else None
    noise = resolve_noise(autocorrelation, sample, dates, **options)
    logger.info("noise: %s", [model.describe() for model in noise.models])

    tally = _Tally(wavelength_m)
    progress = Progress("points classified", points.metadata.num_rows)
    with (
        atomic_path(trends_path) as partial,
        pq.ParquetWriter(
            partial, TRENDS_SCHEMA, compression="zstd", use_dictionary=[TREND]
        ) as writer,
    ):
        for ids, table in _batches(points, epochs):
            trends = fit_trends(table, dates, rule=rule, noise=noise, **options)
            tally.add(trends)
            writer.write_table(pa.table([ids, trends.codes], schema=TRENDS_SCHEMA))
            progress.advance(len(table))

    separable = season_separable(days[-1]) and annual != "never"
    summary = {
        "epochs": len(dates),
        "first_date": str(dates[0]),
        "last_date": str(dates[-1]),
        "span_years": days[-1] / DAYS_PER_YEAR,
        "season": SEASON_MODELLED if separable else SEASON_NOT_SEPARABLE,
        "noise": {"autocorrelation": autocorrelation}
        | _describe(noise, days)
        | {"median_lag_one": _median_lag_one(sample, days, annual)},
        "calibration": [
            model.describe()
            | {"noise_std_mm": 3.0, "displacement_mm": 20.0}
            | size_and_power(dates, true_noise=model, noise=noise, rule=rule, **options)
            for model in noise.models
        ],
    }
    if tally.not_separable:
        logger.warning(
            "%d of %d points have no trend class: noise and motion are not separable in their "
            "series (too few epochs, or noise that is alike over too many)",
            tally.not_separable,
            points.metadata.num_rows,
        )
    write_json(summary_path, summary | tally.summary())


@dataclass
class _Tally:
    """Counts over all batches of a track."""

    wavelength_m: float
    counts: np.ndarray = field(default_factory=lambda: np.zeros(len(TREND_NAMES), np.int64))
    too_few_epochs: int = 0
    not_separable: int = 0
    flagged: int = 0
    by_chance: float = 0.0

    def add(self, trends: Trends) -> None:
        """Count a batch."""
        step = (trends.codes, trends.jump_mm, trends.jump_std_mm, self.wavelength_m)
        classes = trends.codes[trends.codes > NOT_SEPARABLE]
        self.not_separable += len(trends.codes) - len(classes)
        self.counts += np.bincount(classes, minlength=len(TREND_NAMES))
        self.too_few_epochs += int(np.sum(trends.epochs == 0))
        self.flagged += int(np.sum(possible_unwrapping_errors(*step)))
        self.by_chance += float(np.sum(share_by_chance(step[0], *step[2:])))

    def summary(self) -> dict[str, Any]:
        """Return counts and shares; shares are null where there is nothing to share."""
        total = int(self.counts.sum())
        points = total + self.not_separable
        steps = int(self.counts[STEP:].sum())
        codes = np.repeat(np.arange(len(TREND_NAMES)), self.counts)
        return {
            "points": points,
            "counts": dict(zip(TREND_NAMES, self.counts.tolist(), strict=True)),
            "shares": three_classes(codes) if total else None,
            "not_separable": self.not_separable,
            "too_few_epochs": self.too_few_epochs,
            "possible_unwrapping_errors": {
                "half_wavelength_mm": 500.0 * self.wavelength_m,
                "count": self.flagged,
                "share": self.flagged / total if total else None,
                "share_of_steps": self.flagged / steps if steps else None,
                "share_of_steps_by_chance": self.by_chance / steps if steps else None,
                "nonlinear_share_without": (
                    (int(self.counts[2:].sum()) - self.flagged) / total if total else None
                ),
            },
        }


def _write_without_classes(
    points: pq.ParquetFile,
    dates: list[dt.date],
    trends_path: str,
    summary_path: str,
    wavelength_m: float,
) -> None:
    """Write that no point has a trend class."""
    count = points.metadata.num_rows
    ids = points.read([POINT_ID]).column(POINT_ID).cast(pa.string())
    codes = np.full(count, NOT_SEPARABLE, np.int8)
    with atomic_path(trends_path) as partial:
        table = pa.table([ids, codes], schema=TRENDS_SCHEMA)
        pq.write_table(table, partial, compression="zstd", use_dictionary=[TREND])
    tally = _Tally(wavelength_m, not_separable=count, too_few_epochs=count)
    logger.warning(
        "no trend classes: %d epochs, and %d are needed; factors of trends are missing",
        len(dates),
        MIN_EPOCHS,
    )
    write_json(
        summary_path,
        {
            "epochs": len(dates),
            "first_date": str(dates[0]) if dates else None,
            "last_date": str(dates[-1]) if dates else None,
            "span_years": (dates[-1] - dates[0]).days / DAYS_PER_YEAR if dates else 0.0,
            "season": SEASON_NOT_SEPARABLE,
            "noise": None,
            "calibration": [],
        }
        | tally.summary(),
    )


def _batches(points: pq.ParquetFile, epochs: list[str]) -> Iterator[tuple[pa.Array, np.ndarray]]:
    """Yield point ids and displacements (mm, float32, points × epochs)."""
    columns = [POINT_ID, *epochs]
    for batch in points.iter_batches(BATCH, columns=columns, use_threads=False):
        table = np.empty((batch.num_rows, len(epochs)), np.float32)
        for k, name in enumerate(epochs):
            table[:, k] = batch.column(name).to_numpy(zero_copy_only=False)
        yield batch.column(POINT_ID).cast(pa.string()), table


def _sample(points: pq.ParquetFile, epochs: list[str]) -> np.ndarray:
    """Displacements of the sample from which the noise of the track is estimated."""
    rows = sample_rows(points.metadata.num_rows)
    parts = [np.empty((0, len(epochs)), np.float32)]
    start = 0
    for _, table in _batches(points, epochs):
        parts.append(table[rows[(rows >= start) & (rows < start + len(table))] - start])
        start += len(table)
    return np.concatenate(parts)


def _describe(noise: Noise, days: np.ndarray) -> dict[str, Any]:
    """Describe the noise of the track for its summary."""
    classes = zip(noise.models, noise.share, noise.at_bound, strict=True)
    return {
        "lag_days": noise.step_days,
        "classes": [
            model.describe()
            | {
                "share": share,
                "at_bound": at_bound,
                "effective_epochs": effective_epochs(model.correlation(days)),
            }
            for model, share, at_bound in classes
        ],
        "rivals": noise.rivals,
    }


def _median_lag_one(sample: np.ndarray | None, days: np.ndarray, annual: str) -> float | None:
    """Median lag-one autocorrelation of the complete series of the sample, if there are any."""
    return None if sample is None else median_lag_one(sample, observe(sample, days, annual), days)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        classify_trends(
            points_path=snakemake.input.points,
            trends_path=snakemake.output.trends,
            summary_path=snakemake.output.summary,
            significance=snakemake.params.significance,
            evidence_ratio=snakemake.params.evidence_ratio,
            min_segment_epochs=snakemake.params.min_segment_epochs,
            autocorrelation=snakemake.params.autocorrelation,
            gate=snakemake.params.gate,
            annual=snakemake.params.annual,
            wavelength_m=snakemake.params.wavelength_m,
        )
