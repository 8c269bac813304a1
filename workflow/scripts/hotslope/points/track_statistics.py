"""Statistics of a track, as the method's source reports them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

#: Points slower than this count as stable in the source of the method; mm/yr.
STABLE_MM_YR = 10.0
#: Tracks with fewer points than this are sparse: a kernel of the rate holds too few of them.
SPARSE_DENSITY_PER_KM2 = 100.0
#: Histogram of velocities: 5 mm/yr bins, open at both ends.
HISTOGRAM_EDGES_MM_YR = np.arange(-100.0, 100.1, 5.0)
#: Cells that count as covered by a track where they hold a point, m.
_COVER_CELL_M = 500.0
_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def summarise(
    points: pd.DataFrame, displacement_mm: np.ndarray, dates: Sequence[dt.date], area_km2: float
) -> dict[str, Any]:
    """Return the statistics of the points that were kept.

    Parameters
    ----------
    points : DataFrame
        The points table.
    displacement_mm : ndarray, shape (points, epochs)
        NaN where missing.
    dates : sequence of datetime.date
        Acquisitions.
    area_km2 : float
        Area the points were kept from.
    """
    velocity = points["velocity_mm_yr"].to_numpy()
    return {
        "points": len(points),
        "area_km2": area_km2,
        "density_per_km2": len(points) / area_km2,
        "points_per_covered_m2": point_density_per_m2(
            points["x_m"].to_numpy(), points["y_m"].to_numpy()
        ),
        "share_within_10_mm_yr": _share(np.abs(velocity) <= STABLE_MM_YR),
        "velocity_mm_yr": _statistics(velocity),
        "histogram": _histogram(velocity),
        **describe_epochs(dates),
        "missing_displacement_share": _share(np.isnan(displacement_mm)),
    }


def describe_epochs(dates: Sequence[dt.date]) -> dict[str, Any]:
    """Return number and span of the acquisitions; null where there are too few."""
    gaps = np.diff([date.toordinal() for date in dates])
    return {
        "epochs": len(dates),
        "first_epoch": dates[0].isoformat() if dates else None,
        "last_epoch": dates[-1].isoformat() if dates else None,
        "span_days": (dates[-1] - dates[0]).days if dates else None,
        "median_interval_days": float(np.median(gaps)) if gaps.size else None,
        "longest_interval_days": int(gaps.max()) if gaps.size else None,
    }


def point_density_per_m2(x: np.ndarray, y: np.ndarray) -> float:
    """Points per m² of the ground that a track covers.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.

    Returns
    -------
    float
        Points per m² of the 500 m cells that hold a point; 0 without points.

    Notes
    -----
    Not per m² of the study area: a rectangle that reaches far beyond the swath, or over a
    lake, would widen the bandwidth where there are points. Cells of 500 m leave out gaps of
    that kind only; at 57 points/km², below which the automatic bandwidth is at its upper limit
    anyway, such a cell holds 14 points on average and is not empty by chance.
    """
    if x.size == 0:
        return 0.0
    columns = np.floor(x / _COVER_CELL_M).astype(np.int64)
    rows = np.floor(y / _COVER_CELL_M).astype(np.int64)
    width = int(np.ptp(columns)) + 1
    covered = np.unique((rows - rows.min()) * width + columns - columns.min()).size
    return float(x.size / (covered * _COVER_CELL_M**2))


def coherence_losses(
    velocity_mm_yr: np.ndarray, coherence: np.ndarray | None, min_coherence: float
) -> tuple[np.ndarray, dict[str, Any]]:
    """Tell which points the coherence filter keeps, and what it costs.

    Parameters
    ----------
    velocity_mm_yr : ndarray, shape (points,)
        Line-of-sight velocity.
    coherence : ndarray or None
        Temporal coherence; None where the file has none. Points without a value are kept.
    min_coherence : float
        Threshold.

    Returns
    -------
    keep : ndarray of bool
        Points with at least that coherence, or none known.
    report : dict
        Dropped, and fast among the dropped: coherence falls where motion is fast, so the
        filter bears on what is sought.
    """
    fast = np.abs(velocity_mm_yr) > STABLE_MM_YR
    unknown = np.full(len(velocity_mm_yr), True) if coherence is None else np.isnan(coherence)
    keep = unknown if coherence is None else unknown | (coherence >= min_coherence)
    return keep, {
        "min_coherence": min_coherence,
        "dropped": int((~keep).sum()),
        "dropped_share": _share(~keep),
        "fast_threshold_mm_yr": STABLE_MM_YR,
        "fast_dropped": int((~keep & fast).sum()),
        "fast_dropped_share": _share((~keep)[fast]),
        "kept_without_coherence": int(unknown.sum()),
    }


def _share(mask: np.ndarray) -> float:
    return float(mask.mean()) if mask.size else 0.0


def _statistics(velocity: np.ndarray) -> dict[str, float]:
    if velocity.size == 0:
        return {}
    quantiles = np.quantile(velocity, _QUANTILES)
    return {
        "min": float(velocity.min()),
        "max": float(velocity.max()),
        "mean": float(velocity.mean()),
        "standard_deviation": float(velocity.std()),
        **{f"q{int(q * 100):02d}": float(v) for q, v in zip(_QUANTILES, quantiles, strict=True)},
    }


def _histogram(velocity: np.ndarray) -> dict[str, list[float] | list[int] | int]:
    counts, edges = np.histogram(velocity, HISTOGRAM_EDGES_MM_YR)
    return {
        "edges_mm_yr": edges.tolist(),
        "counts": counts.tolist(),
        "below": int((velocity < edges[0]).sum()),
        "above": int((velocity > edges[-1]).sum()),
    }
