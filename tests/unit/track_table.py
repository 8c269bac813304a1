"""A points table that lies along the curve of its points, and digests of files."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from hotslope.points.ordering import curve_order
from hotslope.points.tables import POINTS


def write_track(path: Path, number: int) -> None:
    """Noise, a slide, an empty corner, and points of equal place and velocity."""
    rng = np.random.default_rng(8)
    points = pd.DataFrame(np.nan, range(number), list(POINTS.schema.columns))
    x = rng.uniform(700_700, 703_000, number)
    y = rng.uniform(4_000_300, 4_002_000, number)
    if number:
        # On edges of cells, and doubled.
        x[: number // 4] = 700_000 + 12.5 * np.round((x[: number // 4] - 700_000) / 12.5)
        x[1], y[1] = x[0], y[0]
        x[2], y[2] = 700_004.0, 4_000_001.0
    order = curve_order(x, y, np.arange(number))
    x, y = x[order], y[order]
    body = np.hypot(x - 701_700, y - 4_001_200) < 250
    points["x_m"], points["y_m"] = x, y
    points["point_id"] = pd.Series([f"p{i}" for i in range(number)], dtype="str")
    points["velocity_mm_yr"] = np.round(rng.normal(0, 2, number) - 30.0 * body, 1)
    points["lon"], points["lat"] = 101.0, 36.0
    POINTS.write(path, points)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
