"""Exports to be imported: one zip of the European Ground Motion Service, two of GAMMA's IPTA."""

import datetime as dt
import sys
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from bench_data import clustered_points
from bench_sizes import EGMS_EPOCHS, EGMS_POINTS, SEED, TRACKS
from pyproj import Transformer

#: Rows written at a time.
ROWS = 50_000
CRS = "EPSG:32647"


def _dates(epochs: int, interval_days: int) -> list[str]:
    first = dt.date(2015, 1, 5)
    return [f"{first + dt.timedelta(interval_days * k):%Y%m%d}" for k in range(epochs)]


def write_egms(folder: Path, share: float) -> None:
    """Write ``egms.zip``, the columns and decimals of release 2020–2024, and its csv beside it."""
    x, y, velocity = clustered_points(int(EGMS_POINTS * share))
    lon, lat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(x, y)
    number = len(x)
    rng = np.random.default_rng(SEED)

    def even(low: float, high: float, decimals: int) -> np.ndarray:
        return np.round(rng.uniform(low, high, number), decimals)

    columns = {
        "pid": [f"1W{k:08x}" for k in range(number)],
        "mp_type": np.zeros(number, dtype=np.int8),
        "latitude": np.round(lat, 6),
        "longitude": np.round(lon, 6),
        "easting": np.round(x, 2),
        "northing": np.round(y, 2),
        "height_ortho": even(0, 900, 1),
        "height_ellipse": even(40, 940, 1),
        "line": rng.integers(0, 1500, number),
        "pixel": rng.integers(0, 20000, number),
        "rmse_ts": even(1, 4, 1),
        "temporal_coherence": even(0.5, 1, 2),
        "amplitude_dispersion": even(0.1, 0.6, 2),
        "incidence_angle": even(35, 40, 2),
        "track_angle": np.full(number, -8.94),
        "los_east": np.full(number, -0.621),
        "los_north": np.full(number, -0.098),
        "los_up": np.full(number, 0.777),
        "mean_velocity": np.round(velocity, 1),
        "mean_velocity_std": even(0.1, 0.4, 1),
        "acceleration": even(-1, 1, 2),
        "acceleration_std": even(0, 0.3, 2),
        "seasonality": even(0, 3, 1),
        "seasonality_std": even(0.1, 0.5, 1),
        "gnss_velocity": even(-1, 1, 1),
    }
    with pa_csv.CSVWriter(
        folder / "egms.csv", _schema(columns, EGMS_EPOCHS), write_options=_options()
    ) as file:
        _write(file, columns, velocity, EGMS_EPOCHS, rng, 1.0, 1)
    with zipfile.ZipFile(folder / "egms.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "egms.csv", "EGMS_L2b_117_0227_IW2_VV_2020_2024_1.csv")


def write_gamma(folder: Path, share: float) -> None:
    """Write ``items.txt`` and ``disp_tab.txt`` of both published tracks, in metres."""
    for track, (points, epochs) in TRACKS.items():
        x, y, velocity = clustered_points(int(points * share))
        number = len(x)
        rng = np.random.default_rng(SEED)
        columns = {
            "pt": np.arange(1, number + 1),
            "col": rng.integers(0, 20000, number),
            "row": rng.integers(0, 1500, number),
            "easting": np.round(x, 2),
            "northing": np.round(y, 2),
            "height": np.round(rng.uniform(1900, 4000, number), 1),
            "rate": np.round(velocity / 1000, 6),
            "coherence": np.round(rng.uniform(0.7, 1.0, number), 3),
            "rate_sigma": np.round(rng.uniform(0.0003, 0.001, number), 6),
        }
        target = folder / track
        target.mkdir(exist_ok=True)
        schema = _schema(columns, epochs)
        (target / "items.txt").write_text("\n".join(schema.names) + "\n")
        options = _options(header=False)
        with pa_csv.CSVWriter(target / "disp_tab.txt", schema, write_options=options) as file:
            _write(file, columns, velocity, epochs, rng, 0.001, 5)


def _schema(columns: dict, epochs: int) -> pa.Schema:
    interval = 6 if epochs > 100 else 12
    fields = [(name, pa.array(values[:1]).type) for name, values in columns.items()]
    return pa.schema(fields + [(name, pa.float64()) for name in _dates(epochs, interval)])


def _options(header: bool = True) -> pa_csv.WriteOptions:
    return pa_csv.WriteOptions(include_header=header, quoting_style="none", quoting_header="none")


def _write(
    file: pa_csv.CSVWriter,
    columns: dict,
    velocity: np.ndarray,
    epochs: int,
    rng: np.random.Generator,
    unit: float,
    decimals: int,
) -> None:
    """Write rows whose series follow their velocity; `unit` is a millimetre in the file's unit."""
    years = np.arange(epochs) * (6 if epochs > 100 else 12) / 365.25
    for start in range(0, len(velocity), ROWS):
        part = slice(start, start + ROWS)
        series = velocity[part, None] * years + rng.normal(0.0, 3.0, (len(velocity[part]), epochs))
        values = np.round(series * unit, decimals)
        arrays = [pa.array(column[part]) for column in columns.values()]
        batch = pa.record_batch([*arrays, *map(pa.array, values.T)], _schema(columns, epochs))
        file.write_batch(batch)


def main(folder: Path, share: float) -> None:
    """Write what is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "egms.zip").exists():
        write_egms(folder, share)
    if not (folder / list(TRACKS)[-1] / "disp_tab.txt").exists():
        write_gamma(folder, share)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
