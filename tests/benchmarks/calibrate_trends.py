"""Measure size and power of the trend classes and write docs/trend_calibration.md."""

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from simulated_noise import ar1_noise  # noqa: E402

from hotslope.motion.decisions import DecisionRule  # noqa: E402
from hotslope.motion.epochs import days_since_first  # noqa: E402
from hotslope.motion.noise_models import AR1, NoiseModel, effective_epochs  # noqa: E402
from hotslope.motion.track_noise import Noise  # noqa: E402
from hotslope.motion.trend_power import SIGNALS, signal, size_and_power  # noqa: E402
from hotslope.motion.trends import classify_trends, resolve_noise  # noqa: E402

DATES = [dt.date(2020, 1, 5) + dt.timedelta(days=12 * k) for k in range(39)]
DAYS = days_since_first(DATES)
LONG_DATES = [dt.date(2020, 1, 5) + dt.timedelta(days=12 * k) for k in range(71)]
LONG_DAYS = days_since_first(LONG_DATES)
LONG_SHAPE = (10_000, 71)
SERIES = 10_000
SEED = 4951

INTRODUCTION = """# Size and power of the trend classes

Made by `python tests/benchmarks/calibrate_trends.py`; do not edit. 39 epochs every 12 days from
2020-01-05 to 2021-04-05, displacement of 20 mm over the span, breaks at its middle, {series}
series per entry, noise of standard deviation sigma and AR(1) autocorrelation rho over 12 days,
other options at their defaults. Entries in per cent of all series: *noise* — pure noise called a
trend; *line* — truly linear series called non-linear (both are sizes); *no class* — linear series
whose class is not separable from noise; the others — series called non-linear (the power).

`none` takes the noise for white; `pooled` (default) takes it from a sample of the track, here
lines of which one in twenty steps by 30 mm.
"""
REAL = """
## Noise as processors leave it

71 epochs every 12 days, sigma = 3 mm, series of noise and lines of 20 mm/yr; a step or a bend is
15 mm, five standard deviations, in one series of four. Per cent of all series.

| noise | model found | effective epochs | noise | line | no class | bend | step |
|---|---|---|---|---|---|---|---|
"""
MIXED = """
## A track of two kinds of noise

Half of the series with rho = 0, half with the rho named; sigma = 3 mm; one in twenty steps by
30 mm.

| rho of the other half | noise classes found | line, rho = 0 | line, other half | step |
|---|---|---|---|---|
"""


def main() -> None:
    """Write the tables."""
    parts = [INTRODUCTION.format(series=f"{SERIES:,}")]
    for mode in ("none", "pooled"):
        parts.append(f"\n## autocorrelation: {mode}\n\n{_header()}")
        for rho in (0.0, 0.3, 0.5, 0.7):
            noise = _track_noise(rho) if mode == "pooled" else Noise.single(0.0, 12.0)
            parts.extend(_row(rho, std, noise) for std in (2.0, 3.0, 5.0, 8.0))
    parts.append(MIXED)
    parts.extend(_mixed_row(rho) for rho in (0.3, 0.5, 0.7))
    parts.append(REAL)
    parts.extend(_real_row(name) for name in REAL_NOISE)
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "trend_calibration.md").write_text("".join(parts), encoding="utf-8")


def _header() -> str:
    names = [
        "rho",
        "rho taken",
        "sigma (mm)",
        "noise",
        "line",
        "no class",
        *(s.replace("_", " ") for s in SIGNALS),
    ]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"


def _row(rho: float, std_mm: float, noise: Noise) -> str:
    result = size_and_power(
        DATES,
        true_noise=NoiseModel(AR1, rho, 0.0, 12.0),
        noise=noise,
        rule=DecisionRule(),
        noise_std_mm=std_mm,
        series=SERIES,
        seed=SEED,
    )
    taken = ", ".join(_taken(model) for model in noise.models)
    cells = [f"{rho:g}", taken, f"{std_mm:g}", *(f"{100 * v:.1f}" for v in result.values())]
    return f"| {' | '.join(cells)} |\n"


def _taken(model: NoiseModel) -> str:
    """Parameter of a noise model, with the share of white noise where there is some."""
    white = f" + {100 * model.white:.0f} % white" if model.white > 0.0 else ""
    return f"{model.parameter:.2f}{white}"


def _track(rho: float, count: int, rng: np.random.Generator) -> np.ndarray:
    return 20.0 * signal("line", DAYS) + 3.0 * ar1_noise(count, DAYS, rho, 12.0, rng)


def _track_noise(rho: float) -> Noise:
    series = _track(rho, SERIES, np.random.default_rng(SEED))
    series[::20] += 30.0 * signal("step", DAYS)
    return resolve_noise("pooled", series, DATES)


def _smoothed(width: float) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: gaussian_filter1d(rng.standard_normal(LONG_SHAPE), width, mode="reflect")


def _walk(step: float) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: (
        step * rng.standard_normal(LONG_SHAPE).cumsum(axis=1) + rng.standard_normal(LONG_SHAPE)
    )


REAL_NOISE: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "white": lambda rng: rng.standard_normal(LONG_SHAPE),
    "AR(1) 0.5": lambda rng: ar1_noise(LONG_SHAPE[0], LONG_DAYS, 0.5, 12.0, rng),
    "smoothed, 2 epochs": _smoothed(2.0),
    "smoothed, 3 epochs": _smoothed(3.0),
    "smoothed, 5 epochs": _smoothed(5.0),
    "white + random walk, steps of 0.1": _walk(0.1),
    "white + random walk, steps of 0.5": _walk(0.5),
}


def _real_row(name: str) -> str:
    drawn = REAL_NOISE[name](np.random.default_rng(SEED))
    series = 3.0 * drawn / drawn.std()
    noise = resolve_noise("pooled", series, LONG_DATES)
    line = classify_trends(series + 20.0 * LONG_DAYS / 365.25, LONG_DATES)
    flat = classify_trends(series, LONG_DATES)
    shares = [np.mean(flat > 0), np.mean(line > 1), np.mean(line < 0)]
    for shape in ("bilinear", "step"):
        moved = series.copy()
        moved[::4] += 15.0 * signal(shape, LONG_DAYS)
        shares.append(np.mean(classify_trends(moved, LONG_DATES)[::4] > 1))
    found = ", ".join(f"{model.kind} {_taken(model)}" for model in noise.models)
    effective = ", ".join(
        f"{effective_epochs(model.correlation(LONG_DAYS)):.0f}" for model in noise.models
    )
    cells = [name, found, effective, *(f"{100 * share:.1f}" for share in shares)]
    return f"| {' | '.join(cells)} |\n"


def _mixed_row(rho: float) -> str:
    rng = np.random.default_rng(SEED)
    series = np.concatenate([_track(0.0, SERIES, rng), _track(rho, SERIES, rng)])
    steps = np.arange(len(series)) % 20 == 0
    series[steps] += 30.0 * signal("step", DAYS)
    noise = resolve_noise("pooled", series, DATES)
    nonlinear = classify_trends(series, DATES, autocorrelation=noise) > 1
    other = np.arange(len(series)) >= SERIES
    found = ", ".join(
        f"{_taken(m)} ({100 * s:.0f} %)" for m, s in zip(noise.models, noise.share, strict=True)
    )
    shares = [nonlinear[~steps & ~other], nonlinear[~steps & other], nonlinear[steps]]
    cells = [f"{rho:g}", found, *(f"{100 * np.mean(share):.1f}" for share in shares)]
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    main()
