"""Change of rate of a series in its last days, by generalised least squares."""

from typing import NamedTuple

import numpy as np
import scipy
from scipy.linalg import solve_triangular

from hotslope.columns import DAYS_PER_YEAR
from hotslope.motion.designs import annual_terms
from hotslope.motion.epochs import season_separable

#: Fewer epochs within the window, or in all, say nothing of a change.
MIN_WINDOW_EPOCHS = 4
MIN_EPOCHS = 12


class ChangeDesign(NamedTuple):
    """Whitened, orthonormal design of the epochs of a series.

    Attributes
    ----------
    days : ndarray, shape (epochs,)
        Acquisition times, days.
    factor : ndarray, shape (epochs, epochs)
        Lower Cholesky factor of the correlation of the noise.
    base : ndarray, shape (epochs, terms)
        Whitened intercept, rate and, where it is separable, season, orthonormal.
    triangle : ndarray, shape (terms, terms)
        Whitened terms = base · triangle.
    season : bool
        Whether the base has an annual sine and cosine.
    """

    days: np.ndarray
    factor: np.ndarray
    base: np.ndarray
    triangle: np.ndarray
    season: bool

    def whitened(self, columns: np.ndarray) -> np.ndarray:
        """Return columns, shape (epochs, n), with noise of unit variance."""
        return solve_triangular(self.factor, columns, lower=True)

    def beside(self, columns: np.ndarray) -> np.ndarray:
        """Return whitened columns less what the base explains of them."""
        white = self.whitened(columns)
        return white - self.base @ (self.base.T @ white)

    @property
    def terms(self) -> int:
        """Number of terms of the base."""
        return self.base.shape[1]


class RateChange(NamedTuple):
    """Change of rate in the last days of series.

    Attributes
    ----------
    before_mm_yr, change_mm_yr, std_mm_yr : ndarray, float64, shape (series,)
        Rate before the window, how much larger it is within, and the standard error of that.
    degrees : int
        Degrees of freedom of the standard error.
    """

    before_mm_yr: np.ndarray
    change_mm_yr: np.ndarray
    std_mm_yr: np.ndarray
    degrees: int

    def p_values(self, inflation: float = 1.0) -> np.ndarray:
        """Return two-sided p of Student's t, with standard errors times `inflation`."""
        return 2.0 * scipy.stats.t.sf(
            np.abs(self.change_mm_yr / self.std_mm_yr) / inflation, self.degrees
        )


def change_design(days: np.ndarray, correlation: np.ndarray) -> ChangeDesign:
    """Build the design of epochs under a correlation of the noise.

    Parameters
    ----------
    days : ndarray, float64, shape (epochs,)
        Increasing acquisition times, days.
    correlation : ndarray, float64, shape (epochs, epochs)
        Of the noise.
    """
    season = bool(season_separable(days[-1] - days[0]))
    years = (days - days[0]) / DAYS_PER_YEAR
    columns = [np.ones(days.size), years, *(annual_terms(days) if season else ())]
    factor = np.linalg.cholesky(correlation)
    white = solve_triangular(factor, np.column_stack(columns), lower=True)
    base, triangle = np.linalg.qr(white)
    return ChangeDesign(days, factor, base, triangle, season)


def kinks(days: np.ndarray, at_days: np.ndarray) -> np.ndarray:
    """Years since each time, 0 before it; shape (epochs, times)."""
    return np.maximum(days[:, None] - at_days, 0.0) / DAYS_PER_YEAR


def rate_change(series_mm: np.ndarray, design: ChangeDesign, begin_day: float) -> RateChange:
    """Estimate how the rate from a day on differs from that before.

    Parameters
    ----------
    series_mm : ndarray, float64, shape (series, epochs)
        Complete series, mm.
    design : ChangeDesign
        Of their epochs.
    begin_day : float
        Begin of the window, on the scale of the days of the design.

    Notes
    -----
    y(t) = a + b t + season + c max(t − t₀, 0) + noise, t₀ the begin of the window: the line bends
    there without a step. The variance of the noise is that of the residuals.
    """
    own = design.whitened(kinks(design.days, np.array([begin_day])))
    explained = design.base.T @ own
    kink = (own - design.base @ explained)[:, 0]
    length = float(kink @ kink)
    white = design.whitened(series_mm.T)
    dots = design.base.T @ white
    change = kink @ white / length
    rest = np.einsum("es,es->s", white, white) - np.einsum("ks,ks->s", dots, dots)
    degrees = design.days.size - design.terms - 1
    variance = np.maximum(rest - length * change**2, 0.0) / degrees
    terms = np.linalg.solve(design.triangle, dots - explained * change)
    return RateChange(terms[1], change, np.sqrt(variance / length), degrees)
