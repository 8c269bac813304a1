"""Reliability of candidates: rates with errors, false discoveries, contradiction by a track."""

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from hotslope.candidates.contradiction import compare_tracks
from hotslope.candidates.false_discovery import noise_rates
from hotslope.candidates.grades import lowered
from hotslope.candidates.kinematics import TrackReference
from hotslope.candidates.noise_outlines import NoiseOutlines, strength_of
from hotslope.candidates.outlines import points_inside
from hotslope.candidates.point_attributes import mean_line_of_sight
from hotslope.candidates.tables import CONTRADICTED, ONE_TRACK, SEVERAL_TRACKS
from hotslope.motion.rate_errors import mean_rate_std
from hotslope.motion.variogram import Variogram

#: Factor by which contradiction raises the odds of noise against motion.
CONTRADICTION_ODDS = 1_000.0
#: A track with fewer points in a candidate cannot contradict it.
MIN_POINTS = 3


class TrackErrors(NamedTuple):
    """What is known of the errors of a track.

    Attributes
    ----------
    variogram : Variogram
        Its structure is the part that neighbouring points share.
    first_date, last_date : str or None
        Acquisitions, YYYY-MM-DD; None where there are no dates.
    ambiguity_mm_yr : float or None
        Rate at which the displacement between neighbouring dates is ambiguous; None where there
        are no dates.
    """

    variogram: Variogram
    first_date: str | None
    last_date: str | None
    ambiguity_mm_yr: float | None


class TrackRates(NamedTuple):
    """Mean rates of a track in candidates.

    Attributes
    ----------
    points : ndarray, int64, shape (candidates,)
        Points inside.
    rate_mm_yr, std_mm_yr : ndarray, float64, shape (candidates,)
        Mean rate relative to stable ground and its standard error; NaN without points.
    los : ndarray, float64, shape (candidates, 3)
        Mean line of sight; NaN where it is not known.
    sampling_std_mm_yr : ndarray, float64, shape (candidates,)
        Error of the mean because motion differs within a body and a track measures it at these
        points only: the scatter of their rates beyond their own errors over the root of their
        number; of a single point its whole rate; NaN without points.
    """

    points: np.ndarray
    rate_mm_yr: np.ndarray
    std_mm_yr: np.ndarray
    los: np.ndarray
    sampling_std_mm_yr: np.ndarray


def track_rates(
    polygons: np.ndarray, points: pd.DataFrame, reference: TrackReference, variogram: Variogram
) -> TrackRates:
    """Mean rate of the points of a track in each candidate, with its standard error.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (candidates,)
        Outlines.
    points : DataFrame
        From `hotslope.candidates.evidence.track_evidence`, with `uncorrelated_std_mm_yr`.
    reference : TrackReference
        Of all points of the track.
    variogram : Variogram
        Of the track.
    """
    count = len(polygons)
    x, y, rate, own = (
        points[name].to_numpy()
        for name in ("x_m", "y_m", "relative_mm_yr", "uncorrelated_std_mm_yr")
    )
    polygon, point = points_inside(polygons, x, y)
    number = np.bincount(polygon, minlength=count)
    sums = np.bincount(polygon, rate[point] - reference.stable_mm_yr, minlength=count)
    mean = np.divide(sums, number, out=np.full(count, np.nan), where=number > 0)
    parts = np.split(point, np.cumsum(number)[:-1]) if count else []
    std = [mean_rate_std(x[rows], y[rows], own[rows], variogram) for rows in parts]
    sight = mean_line_of_sight(polygon, count, points.iloc[point]).fillna(reference.sight)
    sampling = [_sampling_std(rate[rows] - reference.stable_mm_yr, own[rows]) for rows in parts]
    return TrackRates(
        number,
        mean,
        np.array(std, dtype=np.float64),
        sight.to_numpy(),
        np.array(sampling, dtype=np.float64),
    )


def _sampling_std(rate_mm_yr: np.ndarray, own_std_mm_yr: np.ndarray) -> float:
    """Error of a mean of points at which the motion differs; see `TrackRates`."""
    if rate_mm_yr.size < 2:
        return float(np.abs(rate_mm_yr).sum()) if rate_mm_yr.size else np.nan
    beyond = np.var(rate_mm_yr, ddof=1) - np.mean(own_std_mm_yr**2)
    return float(np.sqrt(max(beyond, 0.0) / rate_mm_yr.size))


def body_strengths(
    outlines: gpd.GeoDataFrame,
    body: np.ndarray,
    count: int,
    points: dict[str, pd.DataFrame],
    references: dict[str, TrackReference],
    errors: dict[str, TrackErrors],
) -> np.ndarray:
    """Strength of the strongest outline of each body; float64, shape (bodies,).

    Parameters
    ----------
    outlines : GeoDataFrame
        Rows of `hotslope.candidates.tables.TRACK_CANDIDATES` of all tracks.
    body : ndarray of int64, shape (outlines,)
        Body 0 … count - 1 of each.
    count : int
        Number of bodies.
    points, references, errors
        Per track, as in `track_rates`.

    Notes
    -----
    The strongest outline, not all together: where outlines of noise are many they merge too,
    and together would be stronger than any of them. With the strongest, at most as many bodies
    of noise as outlines of noise reach any strength.
    """
    strength = np.zeros(count)
    for track, frame in points.items():
        own = (outlines["track"] == track).to_numpy()
        polygons = outlines.geometry.to_numpy()[own]
        found = track_rates(polygons, frame, references[track], errors[track].variogram)
        np.maximum.at(strength, body[own], strength_of(found.rate_mm_yr, found.std_mm_yr))
    return strength


def assess_candidates(
    candidates: gpd.GeoDataFrame,
    strength: np.ndarray,
    gradients: np.ndarray,
    rates: dict[str, TrackRates],
    errors: dict[str, TrackErrors],
    noise: Sequence[NoiseOutlines],
) -> gpd.GeoDataFrame:
    """Add rates with their errors, the chance of noise, and contradiction by another track.

    Parameters
    ----------
    candidates : GeoDataFrame
        From `hotslope.candidates.candidate_table.describe_candidates`.
    strength : ndarray, float64, shape (candidates,)
        From `body_strengths`.
    gradients : ndarray, float64, shape (candidates, 2)
        Mean downslope gradient below; NaN without terrain.
    rates : dict of str to TrackRates
        Per track.
    errors : dict of str to TrackErrors
        Per track.
    noise : sequence of NoiseOutlines
        One per track; none where noise was not drawn.

    Returns
    -------
    GeoDataFrame
        With `strength`, `q_noise`, `p_noise` (NaN where noise was not drawn), `evidence`,
        `rate_is_lower_bound`, a lower `grade` where contradicted, and per track
        `rate_mm_yr_{track}` and `rate_std_mm_yr_{track}`; and with `contradicted_by`, names of
        tracks separated by commas, which `split_rejected` takes for its reasons.
    """
    table = candidates.copy()
    for track, found in rates.items():
        table[f"rate_mm_yr_{track}"] = found.rate_mm_yr
        table[f"rate_std_mm_yr_{track}"] = found.std_mm_yr
    table["strength"] = np.where(np.isfinite(strength), strength, np.nan)
    unknown = np.full(len(table), np.nan)
    table["q_noise"], table["p_noise"] = (
        noise_rates(noise, strength) if noise else (unknown, unknown)
    )
    against = contradicting_tracks(table, gradients, rates, errors)
    several = table["tracks"].str.contains(",").to_numpy(dtype=bool)
    table["contradicted_by"] = pd.array(against, dtype="str")
    table["evidence"] = np.select(
        [np.array(against, dtype=object) != "", several],
        [CONTRADICTED, SEVERAL_TRACKS],
        default=ONE_TRACK,
    )
    table["rate_is_lower_bound"] = aliased(table, errors)
    table["grade"] = lowered(
        table["grade"].to_numpy(), table["evidence"].to_numpy() == CONTRADICTED
    )
    return table


def aliased(table: gpd.GeoDataFrame, errors: dict[str, TrackErrors]) -> np.ndarray:
    """Whether points of a candidate exceed half the ambiguous rate of their track; bool."""
    beyond = np.zeros(len(table), dtype=bool)
    for track, known in errors.items():
        if known.ambiguity_mm_yr is None:
            continue
        for quantile in ("p05", "p95"):
            speed = table[f"velocity_{quantile}_mm_yr_{track}"].abs().to_numpy()
            beyond |= speed > 0.5 * known.ambiguity_mm_yr
    return beyond


def contradicting_tracks(
    table: gpd.GeoDataFrame,
    gradients: np.ndarray,
    rates: dict[str, TrackRates],
    errors: dict[str, TrackErrors],
) -> list[str]:
    """Names of the tracks that contradict each candidate, separated by commas."""
    against: list[list[str]] = [[] for _ in range(len(table))]
    for other, seen in rates.items():
        contradicts = np.zeros(len(table), dtype=bool)
        silent = (table[f"sign_{other}"] == "none").to_numpy() & (seen.points >= MIN_POINTS)
        supported = np.zeros(len(table), dtype=bool)
        for track, found in rates.items():
            if track == other or not dates_overlap(errors[track], errors[other]):
                continue
            outlined = (table[f"sign_{track}"] != "none").to_numpy() & silent
            compared = compare_tracks(
                (found.rate_mm_yr, seen.rate_mm_yr),
                tuple(np.hypot(one.std_mm_yr, one.sampling_std_mm_yr) for one in (found, seen)),
                (found.los, seen.los),
                gradients,
            ).contradicted()
            contradicts |= outlined & compared
            supported |= outlined & ~compared
        for row in np.flatnonzero(contradicts & ~supported):
            against[row].append(other)
    return [",".join(names) for names in against]


def dates_overlap(first: TrackErrors, second: TrackErrors) -> bool:
    """Whether the acquisitions of two tracks have days in common; unknown ones do not."""
    starts = first.first_date, second.first_date
    ends = first.last_date, second.last_date
    if None in starts or None in ends:
        return False
    return max(map(str, starts)) < min(map(str, ends))


def rejection_reasons(table: gpd.GeoDataFrame, fdr: float) -> np.ndarray:
    """Return why candidates are rejected; empty text where they are not.

    Parameters
    ----------
    table : GeoDataFrame
        From `assess_candidates`.
    fdr : float
        Largest `q_noise` of a candidate.

    Returns
    -------
    ndarray of str, shape (candidates,)

    Notes
    -----
    A contradicted candidate is rejected where noise is likely once its odds are multiplied by
    `CONTRADICTION_ODDS`. One far above the noise of its track is kept with its label: more
    likely, the direction of its motion is not among the plausible ones.
    """
    p = table["p_noise"].to_numpy()
    noise_after_all = p / (p + (1 - p) / CONTRADICTION_ODDS)  # Bayes' rule
    contradicted = (table["evidence"].to_numpy() == CONTRADICTED) & (noise_after_all > fdr)
    by = table["contradicted_by"].to_numpy(dtype=str)
    noise = table["q_noise"].to_numpy() > fdr
    like_noise = f"not told from noise: q_noise above {fdr:g}"
    return np.where(
        noise, like_noise, np.where(contradicted, np.char.add("at rest in track ", by), "")
    )


def split_rejected(
    table: gpd.GeoDataFrame, reasons: np.ndarray
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Separate kept candidates from rejected ones, and number both anew.

    Returns
    -------
    kept : GeoDataFrame
        PLC0001, … in their order.
    rejected : GeoDataFrame
        REJ0001, … in their order, with their `reason`.
    """
    out = reasons != ""
    table = table.drop(columns="contradicted_by")
    kept, rejected = table[~out].reset_index(drop=True), table[out].reset_index(drop=True)
    for frame, prefix in ((kept, "PLC"), (rejected, "REJ")):
        numbers = [f"{prefix}{number:04d}" for number in range(1, len(frame) + 1)]
        frame["candidate_id"] = pd.array(numbers, dtype="str")
    rejected["reason"] = pd.array(reasons[out], dtype="str")
    return kept, rejected
