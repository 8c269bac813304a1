"""Time classify_trends on two tracks of the published size; prints CPU seconds and memory."""

import datetime as dt
import resource
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow" / "scripts"))

from classify_trends import classify_trends
from hotslope.columns import epoch_column
from hotslope.files import ROW_GROUP_SIZE
from hotslope.schemas import POINTS

Process = get_context("spawn").Process
TRACKS = {"descending": (930_193, 39), "ascending": (811_419, 37)}


def main() -> None:
    """Simulate both tracks, then classify them; `pooled` or `none` is the first argument."""
    mode = sys.argv[1] if len(sys.argv) > 1 else "none"
    with tempfile.TemporaryDirectory() as folder:
        for name, size in TRACKS.items():
            # in a process of its own, whose memory does not count
            writer = Process(target=write_points, args=(Path(folder) / f"{name}.parquet", *size))
            writer.start()
            writer.join()
        memory, start = peak_mb(), time.process_time()
        for name in TRACKS:
            classify_trends(
                points_path=f"{folder}/{name}.parquet",
                trends_path=f"{folder}/{name}_trends.parquet",
                summary_path=f"{folder}/{name}_trends.json",
                significance=0.01,
                evidence_ratio=10.0,
                min_segment_epochs=5,
                autocorrelation=mode,
                gate="joint",
                annual="auto",
                wavelength_m=0.0555,
            )
        seconds = time.process_time() - start
        print(f"{mode}: {seconds:.2f} CPU s, peak memory + {peak_mb() - memory:.0f} MB")


def peak_mb() -> float:
    """Return the peak memory of this process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_points(path: Path, count: int, epochs: int) -> None:
    """Write lines with noise, one row group after the other."""
    rng = np.random.default_rng(1)
    names = [epoch_column(dt.date(2020, 1, 5) + dt.timedelta(12 * k)) for k in range(epochs)]
    columns = [("point_id", pa.string()), *((name, pa.float32()) for name in names)]
    schema = pa.schema(columns, POINTS.metadata())
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, count, ROW_GROUP_SIZE):
            rows = min(ROW_GROUP_SIZE, count - start)
            series = rng.normal(0, 8, (rows, 1)) * np.linspace(0, 1, epochs)
            series += rng.normal(0, 3, (rows, epochs))
            ids = pa.array([f"p{k:07d}" for k in range(start, start + rows)])
            arrays = [ids, *(pa.array(column.astype(np.float32)) for column in series.T)]
            writer.write_table(pa.table(arrays, schema=schema))


if __name__ == "__main__":
    main()
