"""Standard errors of rates: an uncorrelated part of each point, and a part neighbours share."""

from typing import Any, NamedTuple

import numpy as np
import scipy
from scipy.spatial.distance import pdist

from hotslope.motion.background import WINDOW_MM_YR, clipped_mode, most_moves
from hotslope.motion.variogram import LagClasses, Variogram, empirical_variogram, fit_variogram

#: Points within this many standard deviations of the middle are quiet ground.
QUIET = 3.0
#: Standard errors of files are rounded; smaller ones than this count as this much, mm/yr.
LEAST_STD_MM_YR = 0.1
#: Covariances of more points than this are averaged over a sample of this many.
_MOST_POINTS = 400


class RateErrors(NamedTuple):
    """Errors of the rates of a track.

    Attributes
    ----------
    own_std_mm_yr : ndarray, float64, shape (points,)
        Uncorrelated part of each point, mm/yr.
    scale : float
        What the standard errors given were multiplied by; 1 where none were given.
    given : bool
        Whether the points have standard errors.
    variogram : Variogram
        Of quiet ground; its structure is the part that neighbours share.
    classes : LagClasses
        What it was fitted to.
    quiet_share : float
        Share of the points that are quiet ground.
    most_moves : bool
        See `hotslope.motion.background.most_moves`.
    """

    own_std_mm_yr: np.ndarray
    scale: float
    given: bool
    variogram: Variogram
    classes: LagClasses
    quiet_share: float
    most_moves: bool

    @property
    def shared_std_mm_yr(self) -> float:
        """Part that neighbouring points share, mm/yr."""
        return float(np.sqrt(self.variogram.sill))

    def columns(self, rows: slice) -> dict[str, np.ndarray]:
        """Return what `hotslope.motion.tables.RATE_ERRORS` says of some points."""
        own, shared = self.own_std_mm_yr[rows], self.shared_std_mm_yr
        return {
            "rate_std_mm_yr": (own**2 + shared**2) ** 0.5,
            "uncorrelated_std_mm_yr": own,
            "correlated_std_mm_yr": np.full(own.shape, shared),
        }

    def describe(self) -> dict[str, Any]:
        """Return the entries of the track's summary."""
        count = self.own_std_mm_yr.size
        own = float(np.median(self.own_std_mm_yr)) if count else None
        shared = self.shared_std_mm_yr
        total = float(np.sqrt(own**2 + shared**2)) if own is not None else None
        return {
            "points": count,
            "rate_std_mm_yr": total,
            "uncorrelated_std_mm_yr": own,
            "correlated_std_mm_yr": shared,
            "correlation_range_m": self.variogram.range_m,
            "correlation_shape": self.variogram.shape,
            "nugget_mm2_yr2": self.variogram.nugget,
            "sill_mm2_yr2": self.variogram.sill,
            "standard_errors_given": self.given,
            "factor_of_given_errors": self.scale,
            "quiet_share": self.quiet_share,
            "most_moves": self.most_moves,
            "points_that_help": points_that_help(own, shared),
            "variogram": {
                name: part.tolist()
                for name, part in zip(
                    ("lag_m", "semivariance_mm2_yr2", "pairs"), self.classes, strict=True
                )
            },
        }


class QuietGround(NamedTuple):
    """The points of a track that are quiet ground.

    Attributes
    ----------
    quiet : ndarray of bool, shape (points,)
        Which of all points they are, see `quiet_ground`.
    places_m : ndarray, float64, shape (quiet points, 2)
        Their projected coordinates.
    rate_mm_yr : ndarray, float64, shape (quiet points,)
        Their velocity less background.
    most_moves : bool
        See `hotslope.motion.background.most_moves`.
    """

    quiet: np.ndarray
    places_m: np.ndarray
    rate_mm_yr: np.ndarray
    most_moves: bool


def quiet_points(x: np.ndarray, y: np.ndarray, rate_mm_yr: np.ndarray) -> QuietGround:
    """Select the quiet points of a track.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.
    rate_mm_yr : ndarray, float64, shape (points,)
        Velocity less background.

    Returns
    -------
    QuietGround
    """
    moves = most_moves(x, y, rate_mm_yr)
    quiet = quiet_ground(rate_mm_yr, moves)
    places_m = np.empty((int(quiet.sum()), 2))
    places_m[:, 0], places_m[:, 1] = x[quiet], y[quiet]
    return QuietGround(quiet, places_m, rate_mm_yr[quiet], moves)


def rate_errors(ground: QuietGround, std_mm_yr: np.ndarray) -> RateErrors:
    """Estimate both parts of the error of the rates of a track.

    Parameters
    ----------
    ground : QuietGround
        Quiet points of the track.
    std_mm_yr : ndarray, float64, shape (points,)
        Standard errors of the velocities as processing gave them, or NaN.

    Returns
    -------
    RateErrors

    Notes
    -----
    Standard errors of a regression assume white noise in a series and do not separate what its
    neighbours share, so that only their ratios are used. Their size is that of the
    nugget: what does not cancel between neighbouring points is uncorrelated in space, whatever
    its correlation in time. The rest of the sill is shared, so that the variance of quiet ground
    is counted once.
    """
    quiet = ground.quiet
    classes = empirical_variogram(ground.places_m, ground.rate_mm_yr)
    variogram = fit_variogram(classes)
    known = np.isfinite(std_mm_yr)
    given = bool(known.any())
    relative = np.ones(quiet.size)
    if given:
        middle = float(np.median(std_mm_yr[known]))
        relative = np.maximum(np.where(known, std_mm_yr, middle), LEAST_STD_MM_YR)
    mean_square = float(np.mean(relative[quiet] ** 2)) if quiet.any() else 1.0
    scale = float(np.sqrt(variogram.nugget / mean_square))
    return RateErrors(
        scale * relative,
        scale if given else 1.0,
        given,
        variogram,
        classes,
        float(quiet.mean()) if quiet.size else 0.0,
        ground.most_moves,
    )


def quiet_ground(rate_mm_yr: np.ndarray, most_moves: bool) -> np.ndarray:
    """Whether points are within `QUIET` robust standard deviations of the median rate.

    Parameters
    ----------
    rate_mm_yr : ndarray, float64, shape (points,)
        Velocity less background.
    most_moves : bool
        Whether most of the ground moves, so that this deviation would be that of the motion: then
        points within 8 mm/yr of the clipped modal rate are taken.

    Returns
    -------
    ndarray of bool, shape (points,)

    Notes
    -----
    The bound follows the noise of the track: it leaves out 0.3 % of normal noise, however large,
    and most of what moves.
    """
    if not rate_mm_yr.size:
        return np.zeros(0, dtype=bool)
    if most_moves:
        return np.abs(rate_mm_yr - clipped_mode(rate_mm_yr)) <= WINDOW_MM_YR
    spread = float(scipy.stats.median_abs_deviation(rate_mm_yr, scale="normal"))
    return np.abs(rate_mm_yr - np.median(rate_mm_yr)) <= QUIET * spread


def points_that_help(own_std_mm_yr: float | None, shared_std_mm_yr: float) -> int | None:
    """Return the number of points from which the shared part dominates the error of a mean.

    None where nothing is shared: then each further point helps.
    """
    if own_std_mm_yr is None or shared_std_mm_yr == 0:
        return None
    return max(int(np.ceil((own_std_mm_yr / shared_std_mm_yr) ** 2)), 1)


def mean_rate_std(
    x: np.ndarray, y: np.ndarray, own_std_mm_yr: np.ndarray, variogram: Variogram
) -> float:
    """Return the standard error of the mean rate of some points, √(w′Cw) with equal weights.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.
    own_std_mm_yr : ndarray, float64, shape (points,)
        Uncorrelated part of each point.
    variogram : Variogram
        Its structure is the part that they share.

    Returns
    -------
    float
        mm/yr; NaN without points.

    Notes
    -----
    C = diag(own²) + sill · ρ(d/range), ρ that of the variogram. Of many points the second part
    is averaged over `_MOST_POINTS` of them, taken at even steps.
    """
    count = x.size
    if count == 0:
        return float("nan")
    own = float(np.sum(own_std_mm_yr**2)) / count**2
    rows = np.linspace(0, count - 1, min(count, _MOST_POINTS)).astype(np.int64)
    pairs = variogram.covariance(pdist(np.column_stack([x[rows], y[rows]])))
    shared = (rows.size * variogram.sill + 2.0 * float(pairs.sum())) / rows.size**2
    return float(np.sqrt(own + shared))
