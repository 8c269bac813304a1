"""Points and series of the size of a published track, made once and kept for later runs."""

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.ndimage import gaussian_filter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from bench_sizes import SEED, TRACKS, extent_m  # noqa: E402

from hotslope.columns import POINT_ID, epoch_column  # noqa: E402
from hotslope.files import PARQUET, ROW_GROUP_SIZE  # noqa: E402
from hotslope.points.ordering import curve_order  # noqa: E402
from hotslope.points.tables import POINTS  # noqa: E402

# How points cluster. ASSUME: a track covers about half of its area (the rest is forest, water,
# shadow and layover), and clusters inside it as real points do. Of those of the European Ground
# Motion Service on Ustica a point has 2.7 times the neighbours within 100 m, and 1.9 times
# those within 200 m, that it would have at the mean density of the 500 m cells that hold points.
COVERED = 0.5
COVER_SCALE_M = 2_000.0
OUTCROP_M = (50.0, 120.0)
POINTS_PER_OUTCROP = 25
CLUSTERED = 0.8

#: Share of the series of each kind, change over the span and noise (standard deviations, mm).
KINDS = {"line": 0.9, "bend": 0.05, "step": 0.05}
CHANGE_MM, NOISE_MM = 8.0, 3.0


def clustered_points(number: int, seed: int = SEED) -> np.ndarray:
    """x, y (m) and velocity (mm/yr) of clustered points in the order of a points table.

    Returns
    -------
    ndarray, float64, shape (3, number)
    """
    rng = np.random.default_rng(seed)
    left, bottom, right, top = extent_m(number)
    width, height = right - left, top - bottom
    covered = _cover(width, height, rng)
    size = rng.lognormal(0.0, 1.0, max(number // POINTS_PER_OUTCROP, 1))
    outcrop_x, outcrop_y = _scatter(size.size, width, height, covered, rng)
    member = rng.choice(size.size, int(CLUSTERED * number), p=size / size.sum())
    reach = rng.uniform(*OUTCROP_M, size.size)[member]
    lone_x, lone_y = _scatter(number - member.size, width, height, covered, rng)
    x = np.r_[outcrop_x[member] + reach * rng.normal(size=member.size), lone_x]
    y = np.r_[outcrop_y[member] + reach * rng.normal(size=member.size), lone_y]
    x = left + np.clip(x, 0.0, width - 1e-3)
    y = bottom + np.clip(y, 0.0, height - 1e-3)
    velocity = rng.normal(-1.0, 4.0, number)
    velocity[: member.size] += rng.normal(0.0, 3.0, size.size)[member]
    order = curve_order(x, y, np.arange(number))
    return np.stack([x, y, velocity])[:, order]


def _cover(width: float, height: float, rng: np.random.Generator) -> np.ndarray:
    """Which cells of a quarter of the cover's scale hold points."""
    cell = COVER_SCALE_M / 4
    noise = rng.normal(size=(int(height / cell) + 2, int(width / cell) + 2))
    field = gaussian_filter(noise, COVER_SCALE_M / 2 / cell, mode="reflect")
    return field < np.quantile(field, COVERED)


def _scatter(
    number: int, width: float, height: float, covered: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Points evenly in the covered cells."""
    rows, columns = np.nonzero(covered)
    cell = COVER_SCALE_M / 4
    at = rng.integers(0, rows.size, number)
    x = (columns[at] + rng.random(number)) * cell
    y = (rows[at] + rng.random(number)) * cell
    return np.minimum(x, width), np.minimum(y, height)


def write_series(path: Path, number: int, epochs: int) -> None:
    """Write displacement series as a points table, one row group after the other."""
    rng = np.random.default_rng(SEED)
    names = [epoch_column(dt.date(2020, 1, 5) + dt.timedelta(12 * k)) for k in range(epochs)]
    columns = [(POINT_ID, pa.string()), *((name, pa.float32()) for name in names)]
    schema = pa.schema(columns, POINTS.metadata())
    with pq.ParquetWriter(path, schema, **PARQUET) as writer:
        for start in range(0, number, ROW_GROUP_SIZE):
            rows = min(ROW_GROUP_SIZE, number - start)
            ids = pa.array([f"p{k:07d}" for k in range(start, start + rows)])
            series = _series(rows, epochs, rng).astype(np.float32)
            writer.write_table(pa.table([ids, *map(pa.array, series.T)], schema=schema))


def _series(rows: int, epochs: int, rng: np.random.Generator) -> np.ndarray:
    time = np.linspace(0.0, 1.0, epochs)
    bend, step = np.maximum(time - 0.5, 0.0) * 2, (time > 0.5).astype(float)
    shapes = np.stack([time, bend, step])
    kind = rng.choice(len(KINDS), rows, p=list(KINDS.values()))
    change = rng.normal(0.0, CHANGE_MM, (rows, 1))
    return shapes[kind] * change + rng.normal(0.0, NOISE_MM, (rows, epochs))


def main(folder: Path, sizes: list[int], share: float) -> None:
    """Write what is not there yet: points of each size, and both tracks of series."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        if not (folder / f"points_{size}.npy").exists():
            np.save(folder / f"points_{size}.npy", clustered_points(size))
    for track, (number, epochs) in TRACKS.items():
        if not (folder / f"{track}.parquet").exists():
            write_series(folder / f"{track}.parquet", int(number * share), epochs)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(size) for size in sys.argv[3:]], float(sys.argv[2]))
