"""A track over an area of many tiles, the list of these tiles, and digests of files."""

import hashlib
import runpy
from pathlib import Path

import numpy as np
import pandas as pd

from hotslope.points.ordering import curve_order
from hotslope.points.tables import POINTS

ROOT = Path(__file__).parents[2]
RULES = runpy.run_path(str(ROOT / "workflow" / "rules" / "tiles.py"))
tile_windows, is_exact = RULES["tile_windows"], RULES["is_exact"]

BOUNDS_M = [700_003.0, 4_000_000.0, 703_000.0, 4_002_000.0]


def write_track(path: Path, number: int) -> None:
    """Noise, a slide across tiles, an empty corner, and points of equal place and velocity."""
    rng = np.random.default_rng(8)
    points = pd.DataFrame(np.nan, range(number), list(POINTS.schema.columns))
    x = rng.uniform(700_700, 703_000, number)
    y = rng.uniform(4_000_300, 4_002_000, number)
    if number:
        # On edges of tiles and cells, and doubled.
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
