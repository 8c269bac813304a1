"""Time the curve from which hotspots.radius_m: auto is chosen, at the size of a large track."""

import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from hotslope.motion.distance_band import DISTANCES_M  # noqa: E402
from hotslope.motion.moran import moran_curve  # noqa: E402

POINTS = 930_193
SIDE_M = 59_296.0  # 3,516 km², the study area of Zhang et al. (2023)
CLUSTERS, CLUSTER_M = 4_000, 300.0
REPEATS = 5


def main() -> None:
    """Print the median CPU time, warm, of points of which half lie in clusters."""
    rng = np.random.default_rng(4951)
    x, y = rng.uniform(0, SIDE_M, (2, POINTS))
    centres = rng.uniform(0, SIDE_M, (CLUSTERS, 2))[rng.integers(0, CLUSTERS, POINTS // 2)]
    x[: POINTS // 2], y[: POINTS // 2] = (centres + rng.normal(0, CLUSTER_M, centres.shape)).T
    value = rng.normal(0, 4, POINTS)
    curve = moran_curve(x, y, value, DISTANCES_M)
    seconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        moran_curve(x, y, value, DISTANCES_M)
        seconds.append(time.process_time() - start)
    print(
        f"{POINTS:,} points, {len(DISTANCES_M)} distances up to {DISTANCES_M[-1]:g} m, "
        f"{curve.neighbours[-1]:.0f} neighbours each: {np.median(seconds):.2f} CPU-s"
    )


if __name__ == "__main__":
    main()
