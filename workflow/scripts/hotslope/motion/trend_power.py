"""Size and power of the trend classes, by simulation on given dates."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hotslope.motion.decisions import LINEAR, NOT_SEPARABLE, UNCORRELATED, DecisionRule
from hotslope.motion.epochs import days_since_first
from hotslope.motion.noise_models import NoiseModel
from hotslope.motion.track_noise import Noise
from hotslope.motion.trends import fit_trends
from hotslope.motion.whitening import draw_noise

#: Signals of the power table, by the names of `signal`.
SIGNALS = ("quadratic", "bilinear", "step", "line_and_step")


def signal(name: str, days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a signal from 0 to 1 over the span, shape (epochs,); breaks at its middle."""
    time = days / days[-1]
    late = (time > 0.5).astype(float)
    shapes = {
        "none": np.zeros_like(time),
        "line": time,
        "quadratic": time**2,
        "bilinear": 2.0 * late * (time - 0.5),
        "step": late,
        "line_and_step": 0.5 * (time + late),
    }
    return shapes[name]


def size_and_power(
    dates: Sequence[dt.date],
    *,
    true_noise: NoiseModel,
    noise: Noise,
    rule: DecisionRule,
    noise_std_mm: float = 3.0,
    displacement_mm: float = 20.0,
    series: int = 2_000,
    seed: int = 4951,
    min_segment_epochs: int = 5,
    annual: str = "auto",
) -> dict[str, float]:
    """Simulate how often series get a wrong class (size), and the right one (power).

    Parameters
    ----------
    dates : sequence of datetime.date, shape (epochs,)
        Acquisition dates.
    true_noise : NoiseModel
        The noise of the series.
    noise : Noise
        What the classification takes the noise for.
    rule : DecisionRule
        Levels of the classification.
    noise_std_mm, displacement_mm : float
        Standard deviation of the noise, and displacement over the span, mm.
    series : int
        Series per kind.
    seed : int
        Of the simulation.
    min_segment_epochs, annual
        As in `hotslope.motion.trends.classify_trends`.

    Returns
    -------
    dict
        ``noise_trend``: share of pure noise called anything but uncorrelated; ``line_nonlinear``:
        share of lines called non-linear; ``not_separable``: share of lines without a class; per
        signal the share called non-linear. Shares are of all series.
    """
    days = days_since_first(dates)
    rng = np.random.default_rng(seed)
    codes = {}
    for name in ("none", "line", *SIGNALS):
        drawn = draw_noise(true_noise, days, series, rng)
        table = displacement_mm * signal(name, days) + noise_std_mm * drawn
        codes[name] = fit_trends(
            table,
            dates,
            rule=rule,
            noise=noise,
            min_segment_epochs=min_segment_epochs,
            annual=annual,
        ).codes
    result = {
        "noise_trend": float(np.mean(codes["none"] > UNCORRELATED)),
        "line_nonlinear": float(np.mean(codes["line"] > LINEAR)),
        "not_separable": float(np.mean(codes["line"] == NOT_SEPARABLE)),
    }
    return result | {name: float(np.mean(codes[name] > LINEAR)) for name in SIGNALS}
