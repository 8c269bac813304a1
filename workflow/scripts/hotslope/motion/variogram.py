"""Variogram of rates: size and range of the error that neighbouring points share."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import scipy
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist

#: Edges of the lag classes, m.
LAG_EDGES_M = np.array(
    [0, 50, 100, 150, 200, 300, 400, 600, 800, 1200, 1600, 2400, 3200, 4800, 6400], dtype=np.float64
)
#: Pairs nearer than this join focal points to all points, farther ones join focal points, m.
_SHORT_M = 400.0
#: Focal points of the longer lags, and approximate number of pairs of the shorter ones.
_FOCAL_POINTS = 2_000
_SHORT_PAIRS = 1_000_000
#: A lag class with fewer pairs is left out.
MIN_PAIRS = 30
#: Ranges that are tried, m.
RANGES_M = np.geomspace(50.0, 5_000.0, 41)
#: Shapes of correlation that are tried.
SHAPES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exponential": lambda u: np.exp(-u),
    "matern": lambda u: (1.0 + u) * np.exp(-u),
}


class LagClasses(NamedTuple):
    """Empirical variogram.

    Attributes
    ----------
    lag_m : ndarray, float64, shape (classes,)
        Mean distance of the pairs.
    semivariance : ndarray, float64, shape (classes,)
        Half the mean squared difference, (mm/yr)².
    pairs : ndarray, int64, shape (classes,)
        Number of pairs, at least `MIN_PAIRS`.
    """

    lag_m: np.ndarray
    semivariance: np.ndarray
    pairs: np.ndarray


@dataclass(frozen=True)
class Variogram:
    """Nugget and structure: γ(h) = nugget + sill (1 − ρ(h / range)).

    Attributes
    ----------
    nugget : float
        Variance of the part that is uncorrelated between points, (mm/yr)².
    sill : float
        Variance of the part that neighbouring points share, (mm/yr)²; 0 where there is none.
    range_m : float
        Scale of its correlation, m.
    shape : {"exponential", "matern"}
        Correlation ρ(u): exp(−u); or (1 + u) exp(−u), Matérn's of smoothness 3/2, which is
        as smooth at short distances as residual atmosphere.
    """

    nugget: float
    sill: float
    range_m: float
    shape: str = "exponential"

    def correlation(self, distance_m: np.ndarray) -> np.ndarray:
        """Return the correlation of the structured part at distances."""
        return SHAPES[self.shape](distance_m / self.range_m)

    def covariance(self, distance_m: np.ndarray) -> np.ndarray:
        """Return the covariance of the structured part at distances, (mm/yr)²."""
        return self.sill * self.correlation(distance_m)


def empirical_variogram(places_m: np.ndarray, value: np.ndarray) -> LagClasses:
    """Half the mean squared difference of values by distance (Matheron's estimator).

    Parameters
    ----------
    places_m : ndarray, float64, shape (points, 2)
        Projected coordinates, m.
    value : ndarray, float64, shape (points,)
        Rate less background, mm/yr.

    Returns
    -------
    LagClasses
        Of `LAG_EDGES_M`; of many points, a sample of the pairs, the same for the same points.

    References
    ----------
    .. [1] Matheron, G. (1963). Principles of geostatistics. Economic Geology 58, 1246–1266.
    """
    classes = LAG_EDGES_M.size - 1
    counts, lags, squares = (np.zeros(classes) for _ in range(3))
    if len(places_m) >= 2:
        near, far = _short_pairs(places_m, value), _long_pairs(places_m, value)
        for distance, difference in (near, far):
            place = np.searchsorted(LAG_EDGES_M, distance, side="right") - 1
            known = (place >= 0) & (place < classes)
            place = place[known]
            counts += np.bincount(place, minlength=classes)
            lags += np.bincount(place, distance[known], minlength=classes)
            squares += np.bincount(place, difference[known] ** 2, minlength=classes)
    kept = counts >= MIN_PAIRS
    number = counts[kept]
    return LagClasses(lags[kept] / number, squares[kept] / (2 * number), number.astype(np.int64))


def fit_variogram(empirical: LagClasses) -> Variogram:
    """Fit nugget and structure by weighted least squares.

    Parameters
    ----------
    empirical : LagClasses
        At least one class, or the variogram is 0.

    Returns
    -------
    Variogram

    Notes
    -----
    Squared misfits weigh √pairs / γ²: the weights of Cressie (1985), but with the root of the
    number of pairs, because pairs that share points are not independent. For a given shape and
    range the fit is linear in nugget and sill, neither of which may be negative; shapes and
    ranges are tried one by one.

    References
    ----------
    .. [1] Cressie, N. (1985). Fitting variogram models by weighted least squares. Mathematical
       Geology 17, 563–586.
    """
    lag, semivariance, pairs = empirical
    if not semivariance.any():
        return Variogram(0.0, 0.0, float(RANGES_M[0]))
    weight = np.sqrt(np.sqrt(pairs)) / np.maximum(semivariance, 1e-3 * semivariance.max())
    best = (np.inf, Variogram(0.0, 0.0, float(RANGES_M[0])))
    for shape, range_m in product(SHAPES, RANGES_M):
        design = np.column_stack([np.ones(lag.size), 1.0 - SHAPES[shape](lag / range_m)])
        (nugget, sill), misfit = scipy.optimize.nnls(
            design * weight[:, None], semivariance * weight
        )
        if misfit < best[0] * (1 - 1e-9):
            best = misfit, Variogram(float(nugget), float(sill), float(range_m), shape)
    return best[1]


def _focal(count: int, most: int) -> np.ndarray:
    """Rows taken evenly from all, which lie along a space-filling curve."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def _short_pairs(places: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance and difference of pairs nearer than `_SHORT_M`."""
    area_m2 = max(float(np.prod(np.ptp(places, axis=0))), 1.0)
    expected = min(value.size * np.pi * _SHORT_M**2 / area_m2, value.size)
    focal = _focal(value.size, max(int(_SHORT_PAIRS / max(expected, 1.0)), 100))
    found = cKDTree(places[focal]).sparse_distance_matrix(
        cKDTree(places), _SHORT_M, output_type="ndarray"
    )
    first, second = focal[found["i"]], found["j"]
    once = (first < second) | ~np.isin(second, focal)  # each pair, not from both of its points
    return found["v"][once], (value[first] - value[second])[once]


def _long_pairs(places: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance and difference of pairs of a sample at `_SHORT_M` and beyond."""
    sample = _focal(value.size, _FOCAL_POINTS)
    distance = pdist(places[sample])
    difference = pdist(value[sample, None], "cityblock")
    far = (distance >= _SHORT_M) & (distance < LAG_EDGES_M[-1])
    return distance[far], difference[far]
