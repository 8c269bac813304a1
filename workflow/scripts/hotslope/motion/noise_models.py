"""Models of the noise in displacement series: correlation over the actual dates.

Every model is a correlated part and a white part, V = (1 − w) C + w I, over the acquisition
dates: AR(1), the moving average of a filter in time, or a power law.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotslope.columns import DAYS_PER_YEAR

AR1, FILTER, POWER_LAW = "ar1", "filter", "power_law"
#: Names of their parameters in summaries.
_PARAMETERS = {AR1: "rho", FILTER: "width_epochs", POWER_LAW: "power"}
#: A test needs this many effective epochs: below, noise that wanders and motion look alike.
MIN_EFFECTIVE_EPOCHS = 12.0


@dataclass(frozen=True)
class NoiseModel:
    """Correlation of the noise of a series in time.

    Attributes
    ----------
    kind : {"ar1", "filter", "power_law"}
        AR(1); white noise smoothed by a Gaussian of all dates, as filters in time do; or noise
        whose spectrum falls with a power of the frequency.
    parameter : float
        Autocorrelation over `step_days`; standard deviation of the Gaussian in units of
        `step_days`; or the power, 1 (flicker noise) or 2 (random walk).
    white : float
        Share of white noise in the variance.
    step_days : float
        The track's median time gap, days.
    """

    kind: str
    parameter: float
    white: float
    step_days: float

    def correlation(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return V, shape (epochs, epochs); its mean variance is 1.

        Parameters
        ----------
        days : ndarray, shape (epochs,)
            Increasing acquisition times, days.
        """
        coloured = {AR1: _ar1, FILTER: _filtered, POWER_LAW: _power_law}[self.kind]
        matrix = coloured(days / self.step_days, self.parameter)
        return (1.0 - self.white) * matrix + self.white * np.eye(len(days))

    def describe(self) -> dict[str, Any]:
        """Return the model as it is reported in summaries."""
        return {
            "kind": self.kind,
            _PARAMETERS[self.kind]: self.parameter,
            "white_share": self.white,
        }

    @classmethod
    def described(cls, description: dict[str, Any], step_days: float) -> "NoiseModel":
        """Return the model that `describe` describes."""
        kind = description["kind"]
        parameter = float(description[_PARAMETERS[kind]])
        return cls(kind, parameter, float(description["white_share"]), step_days)


def _ar1(time: NDArray[np.float64], rho: float) -> NDArray[np.float64]:
    """Correlation ρ^gap."""
    return np.eye(len(time)) if rho == 0.0 else rho ** np.abs(time[:, None] - time)


def _filtered(time: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """White noise averaged with Gaussian weights that sum to 1 over the dates there are."""
    weight = np.exp(-0.5 * ((time[:, None] - time) / width) ** 2)
    weight /= weight.sum(axis=1, keepdims=True)
    matrix = np.einsum("ik,jk->ij", weight, weight)
    return matrix / np.mean(np.diag(matrix))


def _power_law(time: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    """Random walk, or flicker noise as a sum of AR(1) of time constants in equal ratios.

    Scaled to mean variance 1 about the mean, which is all that models with an intercept see.
    """
    gap = np.abs(time[:, None] - time)
    if power == 2.0:
        matrix = np.minimum(time[:, None], time) - time[0] + 1.0
    else:
        scales = np.geomspace(0.5, 10.0 * gap.max(), 24)
        matrix = np.exp(-gap[None] / scales[:, None, None]).mean(axis=0)
    return matrix / (np.mean(np.diag(matrix)) - matrix.mean())


def effective_epochs(correlation: NDArray[np.float64]) -> float:
    """Return 1 + (Σ λ)² / Σ λ², with λ the eigenvalues of the covariance about the mean.

    The number of independent epochs that carry as much: n for white noise, less for noise that
    is alike in neighbouring epochs.
    """
    mean = correlation.mean(axis=0)
    about = correlation - mean - mean[:, None] + mean.mean()
    return float(1.0 + np.trace(about) ** 2 / np.sum(about**2))


def rate_error(correlation: NDArray[np.float64], days: NDArray[np.float64]) -> float:
    """Return the standard error (per year) of a least-squares rate in noise of unit variance.

    Parameters
    ----------
    correlation : ndarray, shape (epochs, epochs)
        Of the noise.
    days : ndarray, shape (epochs,)
        Acquisition times, days.
    """
    years = (days - days.mean()) / DAYS_PER_YEAR
    weight = years / np.sum(years**2)
    return float(np.sqrt(np.einsum("i,ij,j->", weight, correlation, weight)))
