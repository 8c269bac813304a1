"""How much evidence for two lines truly linear series show, under a track's noise."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hotslope.motion.autocorrelation import full_design
from hotslope.motion.decisions import evidence_for_two_lines
from hotslope.motion.noise_models import NoiseModel
from hotslope.motion.trend_models import COLUMNS, DIMENSIONS, fit_series

#: Share of truly linear series that two lines may win.
LEVEL = 0.02
_SERIES = 4_000
_SEED = 1945


def draw_noise(
    model: NoiseModel, days: NDArray[np.float64], count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw noise of mean variance 1, shape (count, epochs)."""
    value, vector = np.linalg.eigh(model.correlation(days))
    factor = vector * np.sqrt(np.maximum(value, 0.0))
    return np.einsum("sk,ek->se", rng.standard_normal((count, len(days))), factor)


@lru_cache(maxsize=32)
def evidence_bar(
    model: NoiseModel, days: tuple[float, ...], annual: bool, min_segment_epochs: int
) -> float:
    """Return the evidence for two lines that 2 % of truly linear series exceed.

    Parameters
    ----------
    model : NoiseModel
        Noise of the series.
    days : tuple of float
        Acquisition times, days.
    annual : bool
        Whether the models hold an annual term.
    min_segment_epochs : int
        Epochs at least on each side of a break.

    Notes
    -----
    BIC is made for many epochs. Where the noise leaves few, the best of all breaks wins too
    often; a simulation under the noise itself says how often.
    """
    times = np.array(days)
    noise = draw_noise(model, times, _SERIES, np.random.default_rng(_SEED))
    fit = np.empty((_SERIES, COLUMNS))
    design = full_design(model, times, annual, min_segment_epochs)
    fit_series(noise, np.arange(_SERIES), design, fit)
    found = evidence_for_two_lines(fit, fit[:, DIMENSIONS].astype(np.int64))
    return float(np.quantile(found, 1.0 - LEVEL, method="lower"))
