"""Tables that cross stage borders: checked when read and before written.

The tables themselves stand beside the stage that makes them, in its `tables.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow.parquet as pq
from pandera.errors import SchemaErrors

from hotslope.errors import InputError
from hotslope.files import write_layers, write_table, write_tables
from hotslope.rows import take_rows

if TYPE_CHECKING:
    import geopandas as gpd

_VERSION_KEY = "hotslope_schema"


@dataclass(frozen=True)
class Table:
    """A named table: its columns and whether further columns may stand beside them.

    The edition is raised by one whenever a column is added or changes its name, unit or meaning.
    """

    name: str
    schema: pa.DataFrameSchema
    edition: int = 1

    def check(self, frame: pd.DataFrame, place: str) -> pd.DataFrame:
        """Return `frame` if it keeps the schema; otherwise raise an InputError with `place`."""
        present = [column for column in self.schema.columns if column in frame.columns]
        try:
            return self.schema.select_columns(present).validate(frame, lazy=True)
        except SchemaErrors as errors:
            case = errors.failure_cases.iloc[0]
            value = case["failure_case"]
            value = value.item() if isinstance(value, np.generic) else value
            raise InputError(
                f"{place}, table {self.name}, column {case['column']}",
                f"{value!r} fails {case['check']}",
                "Remake the file or report this if hotslope made it",
            ) from None

    def read(
        self,
        path: str | Path,
        columns: list[str] | None = None,
        rows: np.ndarray | None = None,
    ) -> pd.DataFrame:
        """Read and check a Parquet file, all columns or those named, all rows or those given."""
        self.check_kind(path)
        if rows is None:
            table = pq.read_table(path, columns=columns, use_pandas_metadata=True)
        else:
            table = take_rows(path, columns, rows)
        frame = table.to_pandas()
        missing = set(columns or self.schema.columns) - set(frame.columns)
        if missing:
            raise InputError(str(path), f"lacks {sorted(missing)}", "Remake the file")
        return self.check(frame, str(path))

    def read_numbers(self, path: str | Path, columns: list[str]) -> pd.DataFrame:
        """Read and check columns of numbers, row group by row group.

        The same frame as that of `read`, in the memory of its columns alone.
        """
        count = pq.read_metadata(path).num_rows
        values = {
            name: np.empty(count, dtype=str(self.schema.columns[name].dtype)) for name in columns
        }
        for rows, frame in self.read_in_parts(path, columns):
            for name in columns:
                values[name][rows] = frame[name]
        return pd.DataFrame(values, copy=False)

    def read_in_parts(
        self, path: str | Path, columns: list[str]
    ) -> Iterator[tuple[slice, pd.DataFrame]]:
        """Read and check columns, one row group at a time, with the rows that it is."""
        self.check_kind(path)
        begin = 0
        with pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                group = file.read_row_group(number, columns, use_threads=False)
                rows = slice(begin, begin + group.num_rows)
                yield rows, self.check(group.to_pandas(), str(path))
                begin = rows.stop

    def check_kind(self, path: str | Path) -> None:
        """Raise an InputError where a Parquet file does not hold this table."""
        metadata = pq.read_schema(path).metadata or {}
        self.check_version(metadata.get(_VERSION_KEY.encode(), b"none").decode(), path)

    def check_version(self, version: str, path: str | Path) -> None:
        """Raise an InputError where `version`, from a file's metadata, is not this table's."""
        if version != self.version:
            raise InputError(
                str(path),
                f"holds {version!r}, not {self.version}",
                "Delete it and run the workflow again",
            )

    def write(self, path: str | Path, frame: pd.DataFrame) -> None:
        """Check a frame and write it as Parquet."""
        write_table(path, self.complete(frame, str(path)), self.metadata())

    def complete(self, frame: pd.DataFrame, place: str) -> pd.DataFrame:
        """Return `frame` if it has every column and keeps the schema; else raise an InputError."""
        missing = set(self.schema.columns) - set(frame.columns)
        if missing:
            raise InputError(place, f"lacks {sorted(missing)}", "Please report this")
        return self.check(frame, place)

    def write_parts(self, path: str | Path, frames: Iterator[pd.DataFrame]) -> None:
        """Check frame by frame and write them as one file, one row group each.

        The frames, at least one, must have `ROW_GROUP_SIZE` rows, but for the last: then the
        file has the bytes that `write` gives the whole, while one frame is in memory.
        """
        write_tables(path, (self.check(frame, str(path)) for frame in frames), self.metadata())

    @property
    def version(self) -> str:
        """What files of this table say of themselves."""
        return f"{self.name} {self.edition}"

    def metadata(self) -> dict[str, str]:
        """Return what stands in the metadata of the table's files."""
        return {_VERSION_KEY: self.version}

    def empty(self) -> pd.DataFrame:
        """Return the valid empty table."""
        return pd.DataFrame(
            {
                name: pd.Series(dtype=str(column.dtype))
                for name, column in self.schema.columns.items()
            }
        )


#: Of shares and of distances.
SHARE = pa.Check.in_range(0, 1)
NOT_NEGATIVE = pa.Check.ge(0)
#: Of dates as text.
DAY = pa.Check.str_matches(r"^\d{4}-\d\d-\d\d$")


def number(description: str, *checks: pa.Check, nullable: bool = False) -> pa.Column:
    """Return a column of float64; the description says meaning and unit."""
    return pa.Column("float64", list(checks), nullable=nullable, description=description)


def read_layer(
    table: Table, path: str | Path, layer: str, needed: list[str] | None = None
) -> "gpd.GeoDataFrame":
    """Read and check one layer of a GeoPackage; an empty one gets the table's dtypes back.

    Each column of the table must be there, or each of the `needed` where these are given.
    """
    import geopandas as gpd  # two seconds, which steps without polygons save
    import pyogrio

    metadata = pyogrio.read_info(path, layer=layer)["layer_metadata"] or {}
    table.check_version(metadata.get(_VERSION_KEY, "none"), path)
    frame = gpd.read_file(path, layer=layer)
    missing = set(table.schema.columns if needed is None else needed) - set(frame.columns)
    if missing:
        raise InputError(str(path), f"lacks {sorted(missing)}", "Delete it and run again")
    if frame.empty:
        columns = table.schema.columns.items()
        frame = frame.astype({name: c.dtype.type for name, c in columns if name in frame})
    return table.check(frame, str(path))


def write_layer(table: Table, path: str | Path, layer: str, frame: "gpd.GeoDataFrame") -> None:
    """Check a frame and write it as the one layer of a GeoPackage."""
    write_layers(path, {layer: table.complete(frame, str(path))}, table.metadata())
