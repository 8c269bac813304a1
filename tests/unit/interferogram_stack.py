"""A small stack of unwrapped interferograms with known motion, written as files."""

import datetime as dt
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import Affine

CRS = "EPSG:32647"
WEST_M, NORTH_M, CELL_M = 700000.0, 3961000.0, 100.0
ROWS, COLUMNS = 24, 20
BOUNDS_M = [WEST_M, NORTH_M - ROWS * CELL_M, WEST_M + COLUMNS * CELL_M, NORTH_M]
WAVELENGTH_M, INCIDENCE_DEG, HEADING_DEG, ORBIT_HEIGHT_M = 0.0555, 39.0, 192.0, 693_000.0
COUNT, REPEAT_DAYS = 14, 12
DATES = [dt.date(2021, 1, 5) + dt.timedelta(REPEAT_DAYS * i) for i in range(COUNT)]
BASELINE_M = 60.0 * np.random.default_rng(5).standard_normal(COUNT)
#: Cells without data in all interferograms.
WATER = (slice(0, 3), slice(0, 4))
#: R of a satellite at 693 km over ground that it sees at 39 degrees, m (law of cosines).
SLANT_RANGE_M = 857_847.0

SETTINGS = {
    "max_perpendicular_baseline_m": 1000,
    "max_temporal_baseline_days": 30,
    "min_interferogram_coherence": 0.3,
    "min_coherence": 0.7,
    "reference": "auto",
    "atmosphere": {"space_m": 500, "time_days": 90},
    "join_pieces": False,
}


def rate_mm_yr() -> np.ndarray:
    """A body of −40 mm/yr on ground that rests."""
    rate = np.zeros((ROWS, COLUMNS))
    rate[10:15, 8:13] = -40.0
    return rate


def height_error_m() -> np.ndarray:
    return np.random.default_rng(7).normal(0.0, 8.0, (ROWS, COLUMNS))


def displacement_mm() -> np.ndarray:
    """Apparent displacement of each date, shape (dates, rows, columns)."""
    years = REPEAT_DAYS * np.arange(COUNT) / 365.25
    per_metre = 1000.0 / (SLANT_RANGE_M * np.sin(np.radians(INCIDENCE_DEG)))
    return (
        rate_mm_yr() * years[:, None, None]
        + per_metre * BASELINE_M[:, None, None] * height_error_m()
        + np.random.default_rng(8).normal(0.0, 1.0, (COUNT, ROWS, COLUMNS))
    )


def pairs(skip: tuple[int, ...] = ()) -> list[tuple[int, int]]:
    """Neighbours and next but one; none that bridges the dates in `skip` and those before."""
    return [
        (i, j)
        for i in range(COUNT)
        for j in (i + 1, i + 2)
        if j < COUNT and not any(i < cut <= j for cut in skip)
    ]


def write_raster(path: Path, values: np.ndarray, west_m: float = WEST_M) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=COLUMNS,
        height=ROWS,
        count=1,
        dtype=str(values.dtype),
        crs=CRS,
        transform=Affine(CELL_M, 0, west_m, 0, -CELL_M, NORTH_M),
    ) as raster:
        raster.write(values, 1)
    return str(path)


def name_of(pair: tuple[int, int]) -> str:
    return f"{DATES[pair[0]]:%Y%m%d}_{DATES[pair[1]]:%Y%m%d}"


def write_stack(folder: Path, skip: tuple[int, ...] = ()) -> dict[str, str]:
    """Write the stack by the names of LiCSAR; return roles and files."""
    phase = -4e-3 * np.pi / WAVELENGTH_M * displacement_mm()
    random = np.random.default_rng(9)
    coherence = np.full((ROWS, COLUMNS), 0.8, dtype="f4")
    coherence[WATER] = 0.0
    for first, later in pairs(skip):
        values = (phase[later] - phase[first] + random.uniform(-3, 3)).astype("f4")
        values[WATER] = 0.0
        stem = folder / "stack" / name_of((first, later))
        write_raster(stem.with_suffix(".geo.unw.tif"), values)
        write_raster(stem.with_suffix(".geo.cc.tif"), coherence)
    rows = [f"{date:%Y%m%d},{metres:.3f}" for date, metres in zip(DATES, BASELINE_M, strict=True)]
    (folder / "baselines.csv").write_text("\n".join(["date,perpendicular_m", *rows]) + "\n")
    height = np.full((ROWS, COLUMNS), 2000.0, dtype="f4")
    return {
        "interferograms": str(folder / "stack"),
        "coherence": str(folder / "stack"),
        "baselines": str(folder / "baselines.csv"),
        "height": write_raster(folder / "dem.tif", height),
    }
