"""A velocity column compared with regression through the series: unit, sign, relation."""

from dataclasses import asdict, dataclass

import numpy as np
import scipy

from hotslope.errors import InputError
from hotslope.points.layouts import phase_to_mm
from hotslope.points.unit_faults import IN_MM, Units, explain_ratio, is_unit_ratio

#: Slope over its standard error from which a point counts as clearly moving.
CLEAR_MOTION = 5.0
#: Fewer clearly moving points decide nothing.
MIN_CLEAR_POINTS = 3
#: A velocity column may differ from regression by models with season or acceleration.
ACCEPTED_RATIO = (0.5, 2.0)
#: Interquartile range of the ratio over its median below which one factor explains it.
TIGHT = 0.5
#: Share of clearly moving points from which a ratio that scatters is a contradiction; below,
#: the column may stem from a longer series than the file holds.
MANY_CLEAR = 0.2
#: Correlation of column and regression from which they measure the same motion, with another
#: reference, season or weights.
RELATED = 0.8
#: Correlation from which both come from the same series: then their slope is that of their units,
#: though nothing may move clearly. Other errors in either flatten the slope less than that.
SAME_SERIES = 0.95
#: Spread of the column over spread of the regression that only a wrong unit explains. Noise
#: of a short series widens the regression, so the lower limit lies farther off.
UNIT_SPREAD = (1 / 200, 30.0)
#: Where all series are this quiet (mm), or this loud, they are in another unit.
QUIET_NOISE_MM, QUIET_RATE_MM_YR, LOUD_RATE_MM_YR = 0.05, 0.5, 3000.0
#: Wavelengths of radar bands, m, of which those of all satellites differ by less than the
#: tolerance.
BANDS_M = {"X": 0.0311, "C": 0.0555, "S": 0.0938, "L": 0.2362}
BAND_TOLERANCE = 0.06


@dataclass(frozen=True)
class VelocityCheck:
    """How a velocity column compares with regression through the series.

    Parameters
    ----------
    clear_points : int
        Points with clear motion.
    clear_share : float
        Their share of all points.
    median_ratio : float or None
        Median of column over regression at the faster half of these; None where they are
        too few to tell.
    ratio_scatter : float or None
        Interquartile range of that ratio over its median's size.
    spread_ratio : float or None
        Median absolute deviation of the column over that of the regression, all points.
    noise_mm : float or None
        Median standard deviation of the regression residuals.
    slope, offset_mm_yr, correlation : float or None
        Of the line through column against regression, all points.
    """

    clear_points: int
    clear_share: float
    median_ratio: float | None
    ratio_scatter: float | None
    spread_ratio: float | None
    noise_mm: float | None
    slope: float | None = None
    offset_mm_yr: float | None = None
    correlation: float | None = None

    @property
    def related(self) -> bool:
        """Whether one line explains most of the column, as where another reference is taken."""
        return bool(self.correlation is not None and self.correlation >= RELATED)

    def relation(self) -> str:
        """Say how the column follows from the regression."""
        if self.slope is None:
            return "they are not related"
        return (
            f"over all points: column = {self.slope:.2f} * regression {self.offset_mm_yr:+.2f} "
            f"mm/yr, correlation {self.correlation:.2f}"
        )

    @property
    def agrees(self) -> bool | None:
        """Whether the column follows the series; None where nothing moves clearly."""
        if self.median_ratio is None or self.ratio_scatter is None:
            return None
        low, high = ACCEPTED_RATIO
        return low <= self.median_ratio <= high and self.ratio_scatter < TIGHT

    def as_dict(self) -> dict[str, int | float | bool | None]:
        """Return the fields for JSON."""
        return {**asdict(self), "agrees": self.agrees}


def compare_velocity(
    velocity_mm_yr: np.ndarray,
    regression_mm_yr: np.ndarray,
    standard_error_mm_yr: np.ndarray,
    residual_mm: np.ndarray,
) -> VelocityCheck:
    """Compare a velocity column with regression at the clearly moving points.

    Notes
    -----
    Motion is judged by slope over standard error, which has no unit: in the wrong unit a
    threshold in mm/yr would find no point to judge by. Of the clear points the faster half
    decides, because a reference shared by all series (a constant in the column) distorts
    slow ones most.
    """
    clear = np.abs(regression_mm_yr) > CLEAR_MOTION * standard_error_mm_yr
    clear &= np.isfinite(velocity_mm_yr) & (regression_mm_yr != 0)
    count = int(clear.sum())
    median = scatter = None
    if count >= MIN_CLEAR_POINTS:
        speed = np.abs(regression_mm_yr[clear])
        fast = speed >= np.median(speed)
        ratio = velocity_mm_yr[clear][fast] / regression_mm_yr[clear][fast]
        low, median, high = (float(value) for value in np.quantile(ratio, [0.25, 0.5, 0.75]))
        scatter = (high - low) / abs(median) if median else None
    noise = residual_mm[np.isfinite(residual_mm)]
    return VelocityCheck(
        clear_points=count,
        clear_share=count / max(len(clear), 1),
        median_ratio=median,
        ratio_scatter=scatter,
        spread_ratio=_spread_ratio(velocity_mm_yr, regression_mm_yr),
        noise_mm=float(np.median(noise)) if noise.size else None,
        **_line(velocity_mm_yr, regression_mm_yr),
    )


def _line(velocity_mm_yr: np.ndarray, regression_mm_yr: np.ndarray) -> dict[str, float]:
    """Return slope, offset and correlation of the column against the regression."""
    both = np.isfinite(velocity_mm_yr) & np.isfinite(regression_mm_yr)
    column, regression = velocity_mm_yr[both], regression_mm_yr[both]
    if len(column) < MIN_CLEAR_POINTS or not np.ptp(column) or not np.ptp(regression):
        return {}
    line = scipy.stats.linregress(regression, column)
    return {
        "slope": float(line.slope),
        "offset_mm_yr": float(line.intercept),
        "correlation": float(line.rvalue),
    }


def _spread_ratio(velocity_mm_yr: np.ndarray, regression_mm_yr: np.ndarray) -> float | None:
    both = np.isfinite(velocity_mm_yr) & np.isfinite(regression_mm_yr)
    if both.sum() < MIN_CLEAR_POINTS:
        return None
    column, regression = (
        float(scipy.stats.median_abs_deviation(values[both]))
        for values in (velocity_mm_yr, regression_mm_yr)
    )
    return column / regression if column and regression else None


def refuse_contradiction(
    check: VelocityCheck, place: str, velocity_from: str = "column", units: Units = IN_MM
) -> None:
    """Raise an InputError where the velocity column contradicts the series.

    Parameters
    ----------
    check : VelocityCheck
        What was found.
    place : str
        The file or files.
    velocity_from : {"column", "series"}
        Which of them is used. Where it is the series, the column may differ in sign or have no
        relation; another unit is refused all the same, since the series may be the one at fault.
    units : Units
        By which the file was read.

    Raises
    ------
    InputError
        Another unit, another sign, or no relation though the points move clearly.

    Notes
    -----
    A wrong unit or sign leaves the ratio tight. Where it scatters, the column may come from
    a longer series than the file holds; then only a spread that no series explains is refused.
    """
    column_used = velocity_from == "column"
    ratio, scatter, spread = check.median_ratio, check.ratio_scatter, check.spread_ratio
    if column_used and ratio == 0.0:
        raise InputError(
            place,
            f"the velocity column is 0 where {check.clear_points} series move clearly",
            "Check which columns are mapped, or set velocity_from: series",
        )
    if ratio is not None and scatter is not None and scatter < TIGHT:
        _refuse_factor(ratio, check.clear_points, place, units, column_used)
    elif _scaled(check):
        problem, remedy = explain_ratio(check.slope or 0.0, units)
        raise InputError(place, f"{check.relation()}: {problem}", remedy)
    elif spread is not None and not UNIT_SPREAD[0] <= spread <= UNIT_SPREAD[1]:
        raise InputError(
            place,
            f"velocities spread {spread:.2g} times as wide as the regression through the series: "
            "the unit of one of them is wrong",
            "Set velocity_unit and displacement_unit (mm, cm or m), or leave out the column",
        )
    elif (
        column_used and scatter is not None and check.clear_share > MANY_CLEAR and not check.related
    ):
        raise InputError(
            place,
            f"the velocity column contradicts the series: its ratio to the regression scatters by "
            f"{scatter:.2g} of its median at {check.clear_points} clearly moving points; "
            f"{check.relation()}",
            "Check which columns are mapped, or set velocity_from: series",
        )


def _scaled(check: VelocityCheck) -> bool:
    """Whether the column is the regression of the same series in another unit."""
    if check.slope is None or check.correlation is None or check.spread_ratio is None:
        return False
    same = abs(check.correlation) >= SAME_SERIES
    return same and is_unit_ratio(check.slope) and is_unit_ratio(check.spread_ratio)


def _refuse_factor(ratio: float, points: int, place: str, units: Units, column_used: bool) -> None:
    low, high = ACCEPTED_RATIO
    shown = f"{ratio:.3g} times the regression through the series ({points} moving points)"
    if low <= ratio <= high:
        return
    if low <= -ratio <= high:
        if not column_used:
            return
        raise InputError(
            place,
            f"the velocity column is {shown}: the signs are opposite",
            "Set velocity_from: series, and los_sign: -1 if the series count away as positive",
        )
    _refuse_phase(ratio, shown, place)
    if is_unit_ratio(ratio):
        problem, remedy = explain_ratio(ratio, units)
        raise InputError(place, f"the velocity column is {shown}: {problem}", remedy)
    if column_used:
        raise InputError(
            place,
            f"the velocity column is {shown}: they contradict each other",
            "Check which columns are mapped, or set velocity_from: series",
        )


def _refuse_phase(ratio: float, shown: str, place: str) -> None:
    """Raise an InputError where the ratio is that of millimetres to radians of a radar band."""
    for band, wavelength_m in BANDS_M.items():
        if abs(abs(ratio) / phase_to_mm(wavelength_m) - 1.0) < BAND_TOLERANCE:
            sign = "" if ratio < 0 else ", velocity_from: series and los_sign: -1"
            raise InputError(
                place,
                f"the velocity column is {shown}: {'-' if ratio < 0 else ''}λ/4π of {band} band "
                "in mm, so the series are phase in radians",
                f"Set displacement_unit: rad{sign} (format table) with wavelength_m, "
                f"{wavelength_m} for {band} band",
            )
        if abs(abs(ratio) * phase_to_mm(wavelength_m) - 1.0) < BAND_TOLERANCE:
            raise InputError(
                place,
                f"the velocity column is {shown}: {'-' if ratio < 0 else ''}4π/λ of {band} band, "
                "so it is phase in radians per year",
                "Map another velocity column, or leave it out",
            )


def refuse_unit(velocity_mm_yr: np.ndarray, residual_mm: np.ndarray, place: str) -> None:
    """Raise an InputError where velocity and series are both in another unit than said."""
    speed = np.abs(velocity_mm_yr[np.isfinite(velocity_mm_yr)])
    noise = residual_mm[np.isfinite(residual_mm)]
    # Nothing can be said where nothing moves at all.
    if speed.size < MIN_CLEAR_POINTS or noise.size < MIN_CLEAR_POINTS or speed.max() == 0:
        return
    if np.median(noise) < QUIET_NOISE_MM and np.quantile(speed, 0.99) < QUIET_RATE_MM_YR:
        raise InputError(
            place,
            f"all points are stiller than radar can measure (99 % below "
            f"{np.quantile(speed, 0.99):.2g} mm/yr, noise {np.median(noise):.2g} mm): "
            "metres read as millimetres",
            "Set velocity_unit and displacement_unit to m",
        )
    if np.median(speed) > LOUD_RATE_MM_YR:
        raise InputError(
            place,
            f"half of the points move faster than {np.median(speed):,.0f} mm/yr: millimetres "
            "read as metres",
            "Set velocity_unit and displacement_unit to mm",
        )
