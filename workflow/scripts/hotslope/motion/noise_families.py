"""Families of noise models from which the noise of a track is chosen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotslope.motion.noise_models import AR1, FILTER, POWER_LAW, NoiseModel

#: Autocorrelations at which the likelihood is evaluated.
GRID = np.linspace(0.0, 0.95, 20)
#: The same beside white noise, which hides a low autocorrelation, and shares of that noise.
SLOW_GRID = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
WHITE_SHARES = (0.3, 0.5, 0.7, 0.85)
#: Widths of filters in median time gaps, and shares of white noise added after the filter.
WIDTHS = np.arange(0.5, 6.01, 0.25)
FILTER_WHITE_SHARES = (1e-4, 1e-3, 1e-2, 0.1)
#: Power laws, which shorter series do not separate from motion; shares of white noise beside them.
POWERS = (1.0, 2.0)
MIN_POWER_LAW_EPOCHS = 100
POWER_WHITE_SHARES = (0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.98)


@dataclass(frozen=True)
class Family:
    """Noise models that differ in one number.

    Attributes
    ----------
    name : str
        Name in summaries.
    models : tuple of NoiseModel
        Increasingly correlated.
    values : ndarray, shape (models,)
        The number, in units in which neighbouring models are about alike everywhere.
    bounded : bool
        Whether the last model is only where the search ends.
    """

    name: str
    models: tuple[NoiseModel, ...]
    values: NDArray[np.float64]
    bounded: bool

    def between(self, value: float) -> NoiseModel:
        """Return the model at a value, interpolated between those that were tried."""
        kind, step_days = self.models[0].kind, self.models[0].step_days
        parameter = np.interp(value, self.values, [model.parameter for model in self.models])
        white = np.interp(value, self.values, [model.white for model in self.models])
        return NoiseModel(kind, float(parameter), float(white), step_days)


def noise_families(epochs: int, step_days: float) -> list[Family]:
    """Return the families of models to choose from, simplest first."""
    families = [
        Family("ar1", tuple(NoiseModel(AR1, float(r), 0.0, step_days) for r in GRID), GRID, True)
    ]
    for white in WHITE_SHARES:
        slow = tuple(NoiseModel(AR1, rho, white, step_days) for rho in SLOW_GRID)
        # the more white noise, the less an autocorrelation matters
        values = (1.0 - white) * np.array(SLOW_GRID)
        families.append(Family(f"ar1 + {white:.0%} white", slow, values, True))
    for white in FILTER_WHITE_SHARES:
        wide = tuple(NoiseModel(FILTER, float(w), white, step_days) for w in WIDTHS)
        # the correlation of neighbours grows with the logarithm of the width
        values = 0.5 * np.log(WIDTHS)
        families.append(Family(f"filter + {white:g} white", wide, values, True))
    shares = np.array(POWER_WHITE_SHARES[::-1])
    for power in POWERS if epochs >= MIN_POWER_LAW_EPOCHS else POWERS[1:]:
        laws = tuple(NoiseModel(POWER_LAW, power, float(w), step_days) for w in shares)
        families.append(Family(f"power law {power:g} + white", laws, 1.0 - shares, False))
    return families
