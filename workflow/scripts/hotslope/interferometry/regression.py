"""Two-dimensional regression per point: rate over time, height error over baseline."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Design:
    """What the series of all points are regressed on.

    Parameters
    ----------
    years : ndarray, shape (dates,)
        Acquisition times, years.
    baseline_m : ndarray, shape (dates,)
        Perpendicular baselines, m.
    pieces : ndarray of int, shape (dates,)
        Piece of the network of each acquisition; each has a constant of its own.
    """

    years: np.ndarray
    baseline_m: np.ndarray
    pieces: np.ndarray

    def matrix(self) -> np.ndarray:
        """Return time, baseline, and one constant per piece, shape (dates, 2 + pieces)."""
        constants = self.pieces[:, None] == np.arange(self.pieces.max() + 1)
        return np.column_stack([self.years, self.baseline_m, constants.astype(np.float64)])

    def estimator(self) -> np.ndarray:
        """Return the linear functions of a series that are its rate and slope, shape (2, dates)."""
        return np.linalg.pinv(self.matrix())[:2]

    def projector(self) -> np.ndarray:
        """Return the matrix that makes residuals of a series, shape (dates, dates)."""
        matrix = self.matrix()
        return np.eye(len(matrix)) - matrix @ np.linalg.pinv(matrix)

    def correlation(self) -> float:
        """Return the correlation of time and baseline within the pieces: how far they mix.

        1 where baselines do not differ, and heights cannot be estimated.
        """
        constants = self.matrix()[:, 2:]
        projected = np.eye(len(constants)) - constants @ np.linalg.pinv(constants)
        time, baseline = projected @ self.years, projected @ self.baseline_m
        spread = np.linalg.norm(baseline)
        if spread <= 1e-9 * np.linalg.norm(self.baseline_m):
            return 1.0
        return float(time @ baseline / (np.linalg.norm(time) * spread))


@dataclass(frozen=True)
class PairNoise:
    """What noise of the interferograms alone does to the estimates of each point, mm².

    Parameters
    ----------
    variance : ndarray, shape (points, 2)
        Variance of rate and slope that it causes.
    trace : ndarray, shape (points,)
        Sum of squared residuals that it leaves.
    """

    variance: np.ndarray
    trace: np.ndarray


@dataclass(frozen=True)
class Regression:
    """Result of `regress`, by point.

    Parameters
    ----------
    rate_mm_yr, slope_mm_m : ndarray, float64, shape (points,)
        Change per year, and per metre of perpendicular baseline.
    rate_std_mm_yr, slope_std_mm_m : ndarray, float64, shape (points,)
        Their standard errors.
    residual_mm : ndarray, float64, shape (points, dates)
    """

    rate_mm_yr: np.ndarray
    slope_mm_m: np.ndarray
    rate_std_mm_yr: np.ndarray
    slope_std_mm_m: np.ndarray
    residual_mm: np.ndarray


def regress(
    displacement_mm: np.ndarray, design: Design, pair_noise: PairNoise | None = None
) -> Regression:
    """Fit rate and height error to each series by least squares.

    Parameters
    ----------
    displacement_mm : ndarray, shape (points, dates)
        Complete series.
    design : Design
        Times, baselines and pieces.
    pair_noise : PairNoise, optional
        Noise that interferograms do not share; default: none, all noise is that of acquisitions.

    Returns
    -------
    Regression

    Notes
    -----
    Noise of acquisitions (scatterers, atmosphere) has equal variance at all dates. Noise of
    interferograms (decorrelation) adds up from pair to pair along the network, so that it hides
    in the residuals and shows in the rates. With V₂ its part of the variance and T₂ of the
    squared residuals, the variance is V₂ + max(RSS − T₂, 0) / (n − p) (X'X)⁻¹.
    """
    matrix = design.matrix()
    inverse = np.linalg.pinv(matrix)
    found = displacement_mm @ inverse.T
    residual = displacement_mm - found @ matrix.T
    noise = pair_noise or PairNoise(np.zeros((len(found), 2)), np.zeros(len(found)))
    squares = np.einsum("ij,ij->i", residual, residual)
    freedom = max(len(matrix) - np.linalg.matrix_rank(matrix), 1)
    own = np.maximum(squares - noise.trace, 0.0) / freedom
    spread = np.diag(inverse @ inverse.T)[:2]
    rate_std, slope_std = np.sqrt(noise.variance + own[:, None] * spread).T
    return Regression(found[:, 0], found[:, 1], rate_std, slope_std, residual)


def residual_coherence(residual_mm: np.ndarray, wavelength_m: float) -> np.ndarray:
    """Return |mean exp(i 4π r / λ)| of the residuals r of each series, 0 to 1.

    Parameters
    ----------
    residual_mm : ndarray, shape (points, dates)
    wavelength_m : float
        Radar wavelength, m.
    """
    return np.abs(np.exp(1j * (4e-3 * np.pi / wavelength_m) * residual_mm).mean(axis=1))
