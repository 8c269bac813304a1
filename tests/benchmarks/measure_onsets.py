"""Measure how changes of rate and their onsets are found on simulated series of known truth.

    python tests/benchmarks/measure_onsets.py

Prints the table of docs/method/change.md: 150 acquisitions over 1800 days, AR(1) noise of 0.3 with
20 % white noise, standard deviation 1 mm, which is that of the mean of a body.
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow" / "scripts"))

from hotslope.change.onset import Search, find_onset, onset_search
from hotslope.change.rate_change import change_design, kinks, rate_change
from hotslope.change.tables import STEADY
from hotslope.columns import DAYS_PER_YEAR
from hotslope.motion.noise_models import NoiseModel

DAYS = np.arange(0.0, 1800.0, 12.0)
CORRELATION = NoiseModel("ar1", 0.3, 0.2, 12.0).correlation(DAYS)
WINDOW_DAYS = 150.0
#: Series without change, and series of each change of rate.
QUIET, CHANGED = 40_000, 2000
CHANGES_MM_YR = (20.0, 10.0, 5.0)
RATE_MM_YR = -8.0
#: Between these days rates change.
FIRST_DAY, LAST_DAY = 400.0, 1400.0
SEED = 20


def noise(count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw noise, shape (count, epochs), mm."""
    return (np.linalg.cholesky(CORRELATION) @ rng.standard_normal((DAYS.size, count))).T


def onset_errors(
    change_mm_yr: float, search: Search, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the median error of the onset, days, and the share of intervals that hold it.

    A series in which no onset is found has an infinite error and no interval.
    """
    begins = rng.uniform(FIRST_DAY, LAST_DAY, CHANGED)
    bends = kinks(DAYS, begins).T
    series_mm = RATE_MM_YR * DAYS / DAYS_PER_YEAR - change_mm_yr * bends + noise(CHANGED, rng)
    found = [find_onset(each, search) for each in series_mm]
    days = np.array([onset.day for onset in found])
    held = [
        onset.low_day <= begin <= onset.high_day for onset, begin in zip(found, begins, strict=True)
    ]
    error = np.nan_to_num(np.abs(days - begins), nan=np.inf)
    return float(np.median(error)), float(np.mean(held))


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(SEED)
    design = change_design(DAYS, CORRELATION)
    search = onset_search(design)
    p = rate_change(noise(QUIET, rng), design, DAYS[-1] - WINDOW_DAYS).p_values()
    errors, held = zip(
        *(onset_errors(change, search, rng) for change in CHANGES_MM_YR), strict=True
    )
    steady = noise(CHANGED, rng) + RATE_MM_YR * DAYS / DAYS_PER_YEAR
    kinds = Counter(find_onset(each, search).motion for each in steady)
    wrong = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if kind != STEADY)
    share = 1.0 - kinds[STEADY] / CHANGED
    sizes = ", ".join(f"{change:g}" for change in CHANGES_MM_YR)
    print("| what | value |")
    print("|---|---|")
    print(
        f"| p < 0.05 and p < 0.001 without change, {QUIET:,} series | "
        f"{np.mean(p < 0.05):.3f}, {np.mean(p < 0.001):.4f} |"
    )
    print(
        f"| median error of the onset at {sizes} mm/yr, {CHANGED:,} series each, days | "
        f"{', '.join(f'{error:.0f}' for error in errors)} |"
    )
    print(f"| 90 % interval holds it | {', '.join(f'{each:.2f}' for each in held)} |")
    print(f"| steady series called otherwise, {CHANGED:,} | {100 * share:.1f} % ({wrong}) |")


if __name__ == "__main__":
    main()
