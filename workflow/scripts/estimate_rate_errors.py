"""Standard errors of the rates of a track: an uncorrelated part per point, and a shared part."""

from hotslope.jobs import job_log

import logging

import pyarrow.parquet as pq

from hotslope.columns import epoch_columns, epoch_date
from hotslope.files import write_json
from hotslope.motion.ambiguity import describe_dates
from hotslope.motion.rate_errors import RateErrors, quiet_points, rate_errors
from hotslope.motion.tables import RATE_ERRORS
from hotslope.motion.track_files import read_rates, read_smoothing_m, write_beside_points
from hotslope.points.tables import POINTS

logger = logging.getLogger("hotslope")


def estimate_rate_errors(
    *,
    points_path: str,
    background_path: str | None,
    errors_path: str,
    summary_path: str,
    wavelength_m: float,
) -> None:
    """Write the errors of every point, and a summary of the track.

    Parameters
    ----------
    points_path : str
        Points of a track.
    background_path : str or None
        Their background velocity, a raster; None where none is removed.
    errors_path : str
        Table to write, see `hotslope.motion.tables.RATE_ERRORS`.
    summary_path : str
        Summary to write: both parts, their variogram, and how many points help; the smoothing of
        the background, 0 where none is removed; first and last date, and the rates at which
        neighbouring dates are ambiguous.
    wavelength_m : float
        Of the radar, m.
    """
    ground = quiet_points(*read_rates(points_path, background_path))
    given = POINTS.read_numbers(points_path, ["velocity_std_mm_yr"])["velocity_std_mm_yr"]
    errors = rate_errors(ground, given.to_numpy())
    write_beside_points(RATE_ERRORS, points_path, errors_path, errors.columns)
    dates = [epoch_date(name) for name in epoch_columns(pq.read_schema(points_path).names)]
    smoothing = {"background_smoothing_m": read_smoothing_m(background_path)}
    write_json(summary_path, errors.describe() | smoothing | describe_dates(dates, wavelength_m))
    _report(errors)


def _report(errors: RateErrors) -> None:
    """Log the errors, and the number of points beyond which averaging no longer helps."""
    summary = errors.describe()
    if not summary["points"]:
        return
    logger.info(
        "standard error of a rate: %.2f mm/yr of the point alone, %.2f mm/yr shared by neighbours",
        summary["uncorrelated_std_mm_yr"],
        summary["correlated_std_mm_yr"],
    )
    helpful = summary["points_that_help"]
    if helpful is not None:
        logger.info(
            "within %.0f m, a mean over more than %d points is hardly more accurate",
            summary["correlation_range_m"],
            helpful,
        )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        estimate_rate_errors(
            points_path=snakemake.input.points,
            background_path=snakemake.input.background or None,
            errors_path=snakemake.output.errors,
            summary_path=snakemake.output.summary,
            wavelength_m=snakemake.params.wavelength_m,
        )
