"""Points as viewers of persistent scatterers read them: their names of columns, mm."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from hotslope.columns import epoch_columns, epoch_date
from hotslope.files import ROW_GROUP_SIZE

GEOMETRY = "geometry"
#: Column of the points table → what InSAR Explorer and its kin look for, upper case.
NAMES = {
    "point_id": "CODE",
    "height_m": "HEIGHT",
    "velocity_mm_yr": "VEL",
    "velocity_std_mm_yr": "V_STDEV",
    "coherence": "COHERENCE",
}


def viewer_names(columns: list[str]) -> dict[str, str]:
    """Return column of the points table → column of the export, with one per epoch."""
    epochs = {name: f"D{epoch_date(name):%Y%m%d}" for name in epoch_columns(columns)}
    return NAMES | epochs


def viewer_batches(points: pq.ParquetFile) -> pa.RecordBatchReader:
    """Return the points of a table, its geometry last, some at a time."""
    names = viewer_names(points.schema_arrow.names) | {GEOMETRY: GEOMETRY}
    fields = [points.schema_arrow.field(name).with_name(new) for name, new in names.items()]
    schema = pa.schema([field.remove_metadata() for field in fields])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in points.iter_batches(ROW_GROUP_SIZE, columns=list(names), use_threads=False):
            yield pa.RecordBatch.from_arrays([batch.column(name) for name in names], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())
