"""Measure size and power of the trend classes and write docs/trend_calibration.md."""

import datetime as dt
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from hotslope.motion.autocorrelation import Noise  # noqa: E402
from hotslope.motion.calibration import SIGNALS, ar1_noise, signal, size_and_power  # noqa: E402
from hotslope.motion.decisions import DecisionRule  # noqa: E402
from hotslope.motion.epochs import days_since_first  # noqa: E402
from hotslope.motion.trends import classify_trends, resolve_noise  # noqa: E402

DATES = [dt.date(2020, 1, 5) + dt.timedelta(days=12 * k) for k in range(39)]
DAYS = days_since_first(DATES)
SERIES = 20_000
SEED = 4951

INTRODUCTION = """# Size and power of the trend classes

Made by `python tests/benchmarks/calibrate_trends.py`; do not edit. 39 epochs every 12 days from
2020-01-05 to 2021-04-05, displacement of 20 mm over the span, breaks at its middle, {series}
series per entry, noise of standard deviation sigma and AR(1) autocorrelation rho over 12 days,
other options at their defaults. Entries in per cent: *noise* — pure noise called uncorrelated;
*line* — truly linear series called non-linear (the size); the others — series called non-linear
(the power).

`none` takes the noise for white; `pooled` (default) takes it from a sample of the track, here
lines of which one in twenty steps by 30 mm.
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
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "trend_calibration.md").write_text("".join(parts), encoding="utf-8")


def _header() -> str:
    names = [
        "rho",
        "rho taken",
        "sigma (mm)",
        "noise",
        "line",
        *(s.replace("_", " ") for s in SIGNALS),
    ]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"


def _row(rho: float, std_mm: float, noise: Noise) -> str:
    result = size_and_power(
        DATES,
        rho=rho,
        noise=noise,
        rule=DecisionRule(),
        noise_std_mm=std_mm,
        series=SERIES,
        seed=SEED,
    )
    taken = ", ".join(f"{value:.2f}" for value in noise.rho)
    cells = [f"{rho:g}", taken, f"{std_mm:g}", *(f"{100 * v:.1f}" for v in result.values())]
    return f"| {' | '.join(cells)} |\n"


def _track(rho: float, count: int, rng: np.random.Generator) -> np.ndarray:
    return 20.0 * signal("line", DAYS) + 3.0 * ar1_noise(count, DAYS, rho, 12.0, rng)


def _track_noise(rho: float) -> Noise:
    series = _track(rho, SERIES, np.random.default_rng(SEED))
    series[::20] += 30.0 * signal("step", DAYS)
    return resolve_noise("pooled", series, DATES)


def _mixed_row(rho: float) -> str:
    rng = np.random.default_rng(SEED)
    series = np.concatenate([_track(0.0, SERIES, rng), _track(rho, SERIES, rng)])
    steps = np.arange(len(series)) % 20 == 0
    series[steps] += 30.0 * signal("step", DAYS)
    noise = resolve_noise("pooled", series, DATES)
    nonlinear = classify_trends(series, DATES, autocorrelation=noise) > 1
    other = np.arange(len(series)) >= SERIES
    found = ", ".join(
        f"{r:.2f} ({100 * s:.0f} %)" for r, s in zip(noise.rho, noise.share, strict=True)
    )
    shares = [nonlinear[~steps & ~other], nonlinear[~steps & other], nonlinear[steps]]
    cells = [f"{rho:g}", found, *(f"{100 * np.mean(share):.1f}" for share in shares)]
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    main()
