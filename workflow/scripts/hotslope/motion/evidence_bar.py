"""How much evidence for two lines truly linear series show, under a track's noise."""

from functools import lru_cache

import numpy as np

from hotslope.motion.decisions import evidence_for_two_lines
from hotslope.motion.designs import noise_design
from hotslope.motion.noise_models import NoiseModel
from hotslope.motion.trend_models import COLUMNS, DIMENSIONS, fit_series
from hotslope.motion.whitening import draw_noise

#: Share of truly linear series that two lines may win.
LEVEL = 0.02
_SERIES = 4_000
_SEED = 1945


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
    often; a simulation under the noise itself gives the frequency.
    """
    times = np.array(days)
    noise = draw_noise(model, times, _SERIES, np.random.default_rng(_SEED))
    fit = np.empty((_SERIES, COLUMNS))
    design = noise_design(model, times, annual, min_segment_epochs)
    fit_series(noise, np.arange(_SERIES), design, fit)
    found = evidence_for_two_lines(fit, fit[:, DIMENSIONS].astype(np.int64))
    return float(np.quantile(found, 1.0 - LEVEL, method="lower"))
