"""Choice of the family that describes the noise of a track, among those that fit about as well."""

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from hotslope.motion.epochs import Observed
from hotslope.motion.independence import independent_share
from hotslope.motion.noise_families import MIN_POWER_LAW_EPOCHS, Family, noise_families
from hotslope.motion.noise_mixture import Mixture, log_evidence, mixture
from hotslope.motion.noise_models import POWER_LAW, NoiseModel, rate_error

#: Share of the series left out at each end where families are compared: what moves is not noise.
TRIMMED = 0.3
#: Families whose log-likelihoods differ by less explain a track equally well.
RIVAL = 2.0


class FittedFamily(NamedTuple):
    """A family, and the shares of its models in a track."""

    family: Family
    mixture: Mixture

    @property
    def model(self) -> NoiseModel:
        """The model at the mean of the distribution."""
        return self.family.between(float(self.mixture.noise_share @ self.family.values))


def choose_family(
    displacement_mm: NDArray[np.floating],
    rows: NDArray[np.int64],
    observed: Observed,
    days: NDArray[np.float64],
    step_days: float,
    min_segment_epochs: int,
) -> tuple[FittedFamily, tuple[str, ...]]:
    """Choose the likeliest family, or of its rivals the one with the largest error of a rate.

    Parameters
    ----------
    displacement_mm, rows, observed, days, min_segment_epochs
        As in `hotslope.motion.noise_mixture.log_evidence`.
    step_days : float
        The track's median time gap, days.

    Returns
    -------
    chosen : FittedFamily
    rivals : tuple of str
        Names of the other families that explain the series as well.
    """
    fitted = [
        FittedFamily(
            family,
            mixture(
                log_evidence(
                    displacement_mm, rows, observed, family.models, days, min_segment_epochs
                )
            ),
        )
        for family in noise_families(len(days), step_days)
    ]
    rivals = _rivals(fitted, displacement_mm[rows], days)
    errors = [_relative_rate_error(fitted[k].model, days) for k in rivals]
    chosen = int(rivals[int(np.argmax(errors))])
    return fitted[chosen], tuple(fitted[k].family.name for k in rivals if k != chosen)


def _rivals(
    fitted: list[FittedFamily],
    displacement_mm: NDArray[np.floating],
    days: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Positions of the families that are about as likely as the likeliest."""
    each = np.array([one.mixture.log_likelihood for one in fitted])
    likelihoods = len(displacement_mm) * scipy.stats.trim_mean(each - each[0], TRIMMED, axis=1)
    most = int(np.argmax(likelihoods))
    scale = independent_share(displacement_mm, fitted[most].model.correlation(days))
    rivals = np.flatnonzero(scale * (likelihoods[most] - likelihoods) < RIVAL)
    if len(days) < MIN_POWER_LAW_EPOCHS:  # only where nothing else fits as well
        laws = np.array([one.family.models[0].kind == POWER_LAW for one in fitted])
        return np.array([most]) if laws[most] else rivals[~laws[rivals]]
    return rivals


def _relative_rate_error(model: NoiseModel, days: NDArray[np.float64]) -> float:
    """Error of a rate for residuals about the line of a given size."""
    correlation = model.correlation(days)
    basis, _ = np.linalg.qr(np.column_stack([np.ones(len(days)), days - days.mean()]))
    left = np.trace(correlation) - np.einsum("ik,ij,jk->", basis, correlation, basis)
    return rate_error(correlation, days) / float(np.sqrt(max(left, 1e-12) / len(days)))
