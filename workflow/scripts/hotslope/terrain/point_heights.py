"""Heights of points against the DEM: another unit, another datum, or no heights at all."""

from typing import NamedTuple

import numpy as np
import scipy

from hotslope.errors import InputError

#: Fewer points decide nothing.
MIN_POINTS = 30
#: Heights must spread so many times as wide as they scatter for the slope to be judged: where the
#: errors of heights and DEM differ, the slope is off by up to half the squared inverse.
MIN_SPREAD = 10.0
#: Slopes of DEM against heights in one unit.
ACCEPTED_SLOPE = (0.95, 1.05)
#: Metres per foot, and the share by which a slope may differ from it to be named so.
FOOT_M, FOOT_TOLERANCE = 0.3048, 0.1
#: Median differences that are reported, that the geoid explains, and that are refused, m.
REPORTED_M, GEOID_M, LARGEST_M = 10.0, 110.0, 150.0
#: A column that follows the DEM by less than this is a correction of heights, none itself, where
#: the DEM spreads more than `MIN_RELIEF_M`.
CORRECTION_SLOPE, MIN_RELIEF_M = 0.2, 5.0
#: Heights of points are off by less than this, m: what spreads more is relief.
HEIGHT_ERROR_M = 20.0
#: Correlation of DEM and heights of some relief below which they are not of the same ground.
UNRELATED = 0.5
#: Rasters that are taken for a DEM, with the greatest value that each can have.
DERIVED = (("slope, degrees", 90.0), ("hillshade", 255.0), ("aspect, degrees", 360.0))
#: What to do then.
ELEVATIONS = "give the elevations under terrain.dem: slope, aspect and the like are made of them"
#: Normal quantile of a two-sided interval of 99 %.
_Z99 = 2.576
#: Residuals beyond so many standard deviations are left out, and how often the line is fitted.
_OUTLIER, _FITS = 3.5, 5
#: Residuals of heights that were taken from the DEM itself, m.
_EXACT_M = 1e-3


class HeightComparison(NamedTuple):
    """How a DEM compares with the heights of points.

    Attributes
    ----------
    points : int
        Points with both.
    median_difference_m : float
        Of DEM less height.
    slope, slope_low, slope_high : float
        Of the DEM against heights, errors in both, with its interval of 99 %.
    spread_m, scatter_m : float
        Standard deviations of the heights, and about the line (perpendicular to it).
    is_correction : bool
        Whether the column hardly follows the DEM, and spreads less than it.
    correlation : float
        Of both; NaN where one of them is flat.
    dem_low_m, dem_high_m : float
        Least and greatest value of the DEM at the points.
    """

    points: int
    median_difference_m: float
    slope: float
    slope_low: float
    slope_high: float
    spread_m: float
    scatter_m: float
    is_correction: bool
    correlation: float
    dem_low_m: float
    dem_high_m: float

    @property
    def derived(self) -> str | None:
        """Which raster derived from a DEM it may be, by its values; None where it follows heights.

        An elevation follows the heights of points on the same ground, whatever its unit.
        """
        if not (self.correlation < UNRELATED and self.spread_m >= HEIGHT_ERROR_M):
            return None
        for name, highest in DERIVED:
            if self.dem_low_m >= 0 and self.dem_high_m <= highest:
                return name
        return None


def compare_heights(height_m: np.ndarray, elevation_m: np.ndarray) -> HeightComparison | None:
    """Compare heights of points with the DEM there; None where there are too few.

    Parameters
    ----------
    height_m, elevation_m : ndarray, shape (points,)
        Heights of points and of the DEM, m; NaN where unknown.

    Notes
    -----
    The line is the major axis of the points of both (total least squares with equal errors), less
    outliers; the interval of its angle is that of the principal axis of a normal sample.

    References
    ----------
    Anderson, T. W. (1963). Asymptotic theory for principal component analysis. Annals of
    Mathematical Statistics 34, 122-148.
    """
    known = np.isfinite(height_m) & np.isfinite(elevation_m)
    if known.sum() < MIN_POINTS:
        return None
    height, elevation = height_m[known], elevation_m[known]
    kept = np.ones(len(height), dtype=bool)
    for _ in range(_FITS):
        angle, error = _major_axis(height[kept], elevation[kept])
        residual = np.cos(angle) * elevation - np.sin(angle) * height
        centre = np.median(residual[kept])
        scatter = float(scipy.stats.median_abs_deviation(residual[kept], scale="normal"))
        kept = np.abs(residual - centre) <= max(_OUTLIER * scatter, _EXACT_M)
    ends = np.array([angle - _Z99 * error, angle + _Z99 * error])
    # Beyond the vertical the slope could be anything.
    low, high = np.tan(ends) if np.abs(ends).max() < np.pi / 2 else (-np.inf, np.inf)
    return HeightComparison(
        points=len(height),
        median_difference_m=float(np.median(elevation - height)),
        slope=float(np.tan(angle)),
        slope_low=float(low),
        slope_high=float(high),
        spread_m=float(np.std(height[kept])),
        scatter_m=scatter,
        is_correction=_is_correction(height, elevation),
        correlation=_correlation(height, elevation),
        dem_low_m=float(elevation.min()),
        dem_high_m=float(elevation.max()),
    )


def _correlation(height: np.ndarray, elevation: np.ndarray) -> float:
    if not np.ptp(height) or not np.ptp(elevation):
        return np.nan
    return float(np.corrcoef(height, elevation)[0, 1])


def _major_axis(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the angle of the major axis and its standard error, radians."""
    (xx, xy), (_, yy) = np.cov(x, y)
    angle = 0.5 * np.arctan2(2.0 * xy, xx - yy)
    gap = np.hypot(xx - yy, 2.0 * xy)
    product = max(xx * yy - xy * xy, 0.0)
    return float(angle), float(np.sqrt(product / len(x)) / gap) if gap else np.pi / 2


def _is_correction(height: np.ndarray, elevation: np.ndarray) -> bool:
    """Whether heights follow the DEM by less than `CORRECTION_SLOPE`, at the level of 99 %.

    Where they have relief, and more than the DEM, it is the DEM that is none.
    """
    (xx, xy), (_, yy) = np.cov(height, elevation)
    if np.sqrt(yy) < MIN_RELIEF_M or xx > max(yy, HEIGHT_ERROR_M**2):
        return False
    error = np.sqrt(max(xx * yy - xy * xy, 0.0) / (len(height) - 2)) / yy
    return bool(xy / yy + _Z99 * error < CORRECTION_SLOPE)


def judge_heights(found: HeightComparison, place: str, dem: str) -> list[str]:
    """Return warnings about the heights of a track, compared with the DEM.

    Parameters
    ----------
    found : HeightComparison
        What was found.
    place, dem : str
        The track and the DEM, as messages name them.

    Raises
    ------
    InputError
        Another unit, or a difference that no datum explains.
    """
    difference = found.median_difference_m
    if found.is_correction:
        return [
            f"{place}: height_m hardly follows {dem} (their median difference is "
            f"{difference:.0f} m): it seems to be a correction of heights, not a height"
        ]
    shown = (
        f"{dem} follows the heights of {found.points:,} points with a slope of {found.slope:.3f} "
        f"({found.slope_low:.3f} to {found.slope_high:.3f}) and a median difference of "
        f"{difference:+.0f} m"
    )
    contradicts = found.spread_m >= max(MIN_SPREAD * found.scatter_m, MIN_RELIEF_M) and (
        found.slope_high < ACCEPTED_SLOPE[0] or found.slope_low > ACCEPTED_SLOPE[1]
    )
    if contradicts or abs(difference) > LARGEST_M:
        cause, remedy = _cause(found)
        raise InputError(f"{place}: height_m", f"{shown}{cause}", remedy)
    if found.derived is not None:
        return [f"{place}: {shown}{_looks_derived(found)}; {ELEVATIONS}"]
    if abs(difference) < REPORTED_M:
        return []
    cause = "the geoid is the likely cause" if abs(difference) < GEOID_M else "another datum"
    return [
        f"{place}: {shown}: {cause} (one of them above the ellipsoid, the other above sea level); "
        "nothing is corrected"
    ]


def _looks_derived(found: HeightComparison) -> str:
    """Say which raster the DEM looks like."""
    return (
        f": with a correlation of {found.correlation:.2f} they are not of the same ground, and the "
        f"DEM's values, {found.dem_low_m:g} to {found.dem_high_m:g}, are like those of a raster of "
        f"{found.derived}"
    )


def _cause(found: HeightComparison) -> tuple[str, str]:
    """Return the likely cause of a contradiction, and the remedy."""
    slope = found.slope
    if found.derived is not None:
        return _looks_derived(found), ELEVATIONS[0].upper() + ELEVATIONS[1:]
    if abs(slope / FOOT_M - 1.0) < FOOT_TOLERANCE:
        return ": the heights are in feet", "Convert the heights of the points to metres"
    if abs(slope * FOOT_M - 1.0) < FOOT_TOLERANCE:
        return (
            ": the DEM is in feet",
            "Convert it to metres (gdal_calc.py --calc 'A*0.3048'), or declare its scale "
            "(gdal_edit.py -scale 0.3048)",
        )
    return "", "Check unit, datum and CRS of the DEM and the column of the heights"
