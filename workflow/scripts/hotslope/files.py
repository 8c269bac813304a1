"""Writers that never leave half a file, and give the same bytes for the same content."""

import errno
import json
import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hotslope.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.figure import Figure

#: Written into GeoPackages instead of the time of day, so that equal content has equal bytes.
PINNED_DATE = "2000-01-01T00:00:00Z"
#: Parquet row group: small enough to stream, large enough to compress.
ROW_GROUP_SIZE = 65_536
#: How every table is packed. A small dictionary keeps what repeats (rounded displacements) as
#: short as a large one does; numbers that never repeat leave it early, which makes their
#: columns a quarter smaller and three times quicker to write.
PARQUET: dict[str, Any] = {"compression": "zstd", "dictionary_pagesize_limit": 65_536}
#: What every partial file has in its name, and the name's parts.
PARTIAL = ".partial"
PARTIAL_NAME = re.compile(
    rf"\.(?P<stem>.+)\.(?P<host>[^.]+)-(?P<process>\d+)-[^-.]+{re.escape(PARTIAL)}(?P<suffix>.*)"
)
#: How texts begin that spreadsheets evaluate; signs also begin numbers and ranges.
FORMULA = re.compile(r"[=@\t\r]|[+-].*[(|!=@]", re.DOTALL)
#: A partial file of another host that is older than this has no writer any more (s).
ABANDONED_S = 86_400
#: With less free space than this where a file could not be written, the disk is full (bytes).
FULL_BELOW = 1 << 20


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path in the same folder and rename it to `path` on success.

    The temporary name (``.stem.host-process-job.partial.suffix``: GDAL wants the suffix at the
    end) is the writer's own, since a job may outlive the Snakemake that started it and write
    beside its successor. What dead writers of the same file left is removed first. A link is
    replaced, never written through.

    Raises
    ------
    OSError
        `ENOSPC` where the disk is full, whatever the library that wrote says of it: GDAL and
        SQLite report a transaction that failed.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(path)
    job = os.environ.get("SLURM_JOB_ID", "0")
    owner = f"{_host()}-{os.getpid()}-{job}"
    partial = path.with_name(f".{path.stem}.{owner}{PARTIAL}{path.suffix}")
    partial.unlink(missing_ok=True)
    try:
        yield partial
    except BaseException as error:
        # Asked before the partial file makes room again.
        full = shutil.disk_usage(path.parent).free < FULL_BELOW
        partial.unlink(missing_ok=True)
        told = isinstance(error, InputError) or getattr(error, "errno", None) == errno.ENOSPC
        if full and isinstance(error, Exception) and not told:
            raise OSError(errno.ENOSPC, f"No space left on device: {error}", str(path)) from error
        raise
    partial.replace(path)


def _host() -> str:
    """Name this machine, without dots: they separate the parts of a partial file's name."""
    return socket.gethostname().replace(".", "_")


def _remove_abandoned(path: Path) -> None:
    """Remove what dead writers of `path` left, with what GDAL or SQLite keep beside it."""
    for left in path.parent.iterdir():
        match = PARTIAL_NAME.fullmatch(left.name)
        if (
            match
            and match["stem"] == path.stem
            and match["suffix"].startswith(path.suffix)
            and _is_abandoned(left, match["host"], int(match["process"]))
        ):
            left.unlink(missing_ok=True)


def _is_abandoned(partial: Path, host: str, process: int) -> bool:
    """Whether nobody writes a partial file any more.

    Of processes of other hosts nothing is known; after a day they count as dead.
    """
    if host != _host():
        try:
            return time.time() - partial.stat().st_mtime > ABANDONED_S
        except FileNotFoundError:
            return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # alive, of another user
    return False


def write_arrow(path: str | Path, table: pa.Table) -> None:
    """Write an Arrow table as Parquet (zstd)."""
    with atomic_path(path) as partial:
        pq.write_table(table, partial, row_group_size=ROW_GROUP_SIZE, **PARQUET)


def write_table(path: str | Path, table: pd.DataFrame, metadata: dict[str, str]) -> None:
    """Write a frame as Parquet without its index, `metadata` in the file's own."""
    write_arrow(path, _arrow(table, metadata))


def write_tables(
    path: str | Path, tables: Iterator[pd.DataFrame], metadata: dict[str, str]
) -> None:
    """Write frames, at least one, one after the other as one Parquet file.

    Each makes a row group of its own: with `ROW_GROUP_SIZE` rows in all but the last, the
    file has the bytes that `write_table` gives all of them together.
    """
    first = _arrow(next(tables), metadata)
    with atomic_path(path) as partial, pq.ParquetWriter(partial, first.schema, **PARQUET) as file:
        file.write_table(first)
        for table in tables:
            file.write_table(_arrow(table, metadata))


def _arrow(table: pd.DataFrame, metadata: dict[str, str]) -> pa.Table:
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    return arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), **metadata})


def write_text(path: str | Path, text: str) -> None:
    """Write a text in UTF-8."""
    with atomic_path(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_csv(path: str | Path, table: pd.DataFrame) -> None:
    """Write a frame as CSV, full precision, no index.

    Names and texts that a spreadsheet would take for a formula get an apostrophe in front, which
    spreadsheets read as the mark of a text: names of classes and columns come from others' files.
    """
    texts = table.select_dtypes(exclude=["number", "bool"])
    safe = table.assign(**{str(name): texts[name].map(_as_text) for name in texts})
    with atomic_path(path) as partial:
        safe.rename(columns=_as_text).to_csv(partial, index=False, lineterminator="\n")


def _as_text(value: Any) -> Any:
    """Return a text as a spreadsheet shows it, and anything else as it is."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def write_json(path: str | Path, content: Any) -> None:
    """Write JSON with sorted keys; NaN and infinity are refused."""
    write_text(path, json.dumps(content, indent=2, sort_keys=True, allow_nan=False) + "\n")


def write_layers(
    path: str | Path,
    layers: "dict[str, gpd.GeoDataFrame]",
    metadata: dict[str, str] | None = None,
) -> None:
    """Write a GeoPackage of one or more layers, each with `metadata`, with pinned dates.

    Layers without rows are of polygons, as all that may be empty are: a layer of unknown geometry
    cannot be styled.
    """
    os.environ["OGR_CURRENT_DATE"] = PINNED_DATE
    with atomic_path(path) as partial:
        for name, frame in layers.items():
            frame.to_file(
                partial,
                layer=name,
                driver="GPKG",
                engine="pyogrio",
                index=False,
                layer_metadata=metadata,
                geometry_type="Polygon" if frame.empty else None,
            )


def write_figure(path: str | Path, figure: "Figure") -> None:
    """Write a figure as PNG without dates or software versions."""
    with atomic_path(path) as partial:
        figure.savefig(partial, format="png", dpi=150, metadata={"Software": None})
