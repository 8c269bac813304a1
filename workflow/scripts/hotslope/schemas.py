"""Schemas of the tables that cross stage borders; checked when read and before written."""

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
from hotslope.files import write_table, write_tables
from hotslope.rows import take_rows

if TYPE_CHECKING:
    import geopandas as gpd

#: Raised by one whenever a column changes its name, unit or meaning.
SCHEMA_VERSION = "1"
_VERSION_KEY = b"hotslope_schema"


@dataclass(frozen=True)
class Table:
    """A named table: its columns and whether further columns may stand beside them."""

    name: str
    schema: pa.DataFrameSchema

    def check(self, frame: pd.DataFrame, place: str) -> pd.DataFrame:
        """Return `frame` if it keeps the schema; otherwise raise an InputError with `place`."""
        present = [column for column in self.schema.columns if column in frame.columns]
        try:
            return self.schema.select_columns(present).validate(frame, lazy=True)
        except SchemaErrors as errors:
            case = errors.failure_cases.iloc[0]
            raise InputError(
                f"{place}, table {self.name}, column {case['column']}",
                f"{case['failure_case']!r} fails {case['check']}",
                "Remake the file or report this if hotslope made it",
            ) from None

    def read(
        self,
        path: str | Path,
        columns: list[str] | None = None,
        rows: np.ndarray | None = None,
    ) -> pd.DataFrame:
        """Read and check a Parquet file, all columns or those named, all rows or those given."""
        self._check_kind(path)
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
        self._check_kind(path)
        with pq.ParquetFile(path) as file:
            count = file.metadata.num_rows
            values = {
                name: np.empty(count, dtype=str(self.schema.columns[name].dtype))
                for name in columns
            }
            begin = 0
            for number in range(file.num_row_groups):
                group = file.read_row_group(number, columns, use_threads=False)
                frame = self.check(group.to_pandas(), str(path))
                for name in columns:
                    values[name][begin : begin + len(frame)] = frame[name]
                begin += len(frame)
        return pd.DataFrame(values, copy=False)

    def _check_kind(self, path: str | Path) -> None:
        """Raise an InputError where a file does not hold this table."""
        version = (pq.read_schema(path).metadata or {}).get(_VERSION_KEY, b"none").decode()
        if version != f"{self.name} {SCHEMA_VERSION}":
            raise InputError(
                str(path),
                f"holds {version!r}, not {self.name} {SCHEMA_VERSION}",
                "Delete it and run the workflow again",
            )

    def write(self, path: str | Path, frame: pd.DataFrame) -> None:
        """Check a frame and write it as Parquet."""
        missing = set(self.schema.columns) - set(frame.columns)
        if missing:
            raise InputError(str(path), f"lacks {sorted(missing)}", "Please report this")
        write_table(path, self.check(frame, str(path)), self.metadata())

    def write_parts(self, path: str | Path, frames: Iterator[pd.DataFrame]) -> None:
        """Check frame by frame and write them as one file, one row group each.

        The frames, at least one, must have `ROW_GROUP_SIZE` rows, but for the last: then the
        file has the bytes that `write` gives the whole, while one frame is in memory.
        """
        write_tables(path, (self.check(frame, str(path)) for frame in frames), self.metadata())

    def metadata(self) -> dict[str, str]:
        """Return what stands in the metadata of the table's files."""
        return {_VERSION_KEY.decode(): f"{self.name} {SCHEMA_VERSION}"}

    def empty(self) -> pd.DataFrame:
        """Return the valid empty table."""
        return pd.DataFrame(
            {
                name: pd.Series(dtype=str(column.dtype))
                for name, column in self.schema.columns.items()
            }
        )


def _number(description: str, *checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column("float64", list(checks), nullable=nullable, description=description)


POINTS = Table(
    "points",
    pa.DataFrameSchema(
        {
            "point_id": pa.Column("str", unique=True, description="identifier within the track"),
            "x_m": _number("easting in the project CRS, m"),
            "y_m": _number("northing in the project CRS, m"),
            "lon": _number("longitude, WGS 84, degrees", pa.Check.in_range(-180, 360)),
            "lat": _number("latitude, WGS 84, degrees", pa.Check.in_range(-90, 90)),
            "height_m": _number("height of the scatterer, m", nullable=True),
            "velocity_mm_yr": _number("line-of-sight velocity, mm/yr, + toward the sensor"),
            "velocity_std_mm_yr": _number("its standard deviation, mm/yr", nullable=True),
            "coherence": _number("temporal coherence", pa.Check.in_range(0, 1), nullable=True),
            "incidence_deg": _number(
                "incidence from the vertical, degrees", pa.Check.in_range(0, 90), nullable=True
            ),
            "los_east": _number("east part of the unit vector ground to sensor", nullable=True),
            "los_north": _number("north part", nullable=True),
            "los_up": _number("up part", nullable=True),
        }
    ),
)

#: Points that the coherence threshold dropped; a map of what was measured needs them.
DROPPED_POINTS = Table(
    "dropped points",
    pa.DataFrameSchema(
        {
            "x_m": _number("easting in the project CRS, m"),
            "y_m": _number("northing in the project CRS, m"),
            "velocity_mm_yr": _number("line-of-sight velocity, mm/yr, + toward the sensor"),
            "coherence": _number("temporal coherence", pa.Check.in_range(0, 1)),
        }
    ),
)

TRENDS = Table(
    "trends",
    pa.DataFrameSchema(
        {
            "point_id": pa.Column("str", unique=True, description="identifier within the track"),
            "trend": pa.Column(
                "int8", pa.Check.in_range(0, 5), description="code into columns.TREND_NAMES"
            ),
        }
    ),
)

HOTSPOTS = Table(
    "hotspots",
    pa.DataFrameSchema(
        {
            "point_id": pa.Column("str", unique=True, description="identifier within the track"),
            "z": _number("Gi* as z score; NaN where not evaluated", nullable=True),
            "p": _number("two-sided p", pa.Check.in_range(0, 1), nullable=True),
            "q": _number("p corrected over the track", pa.Check.in_range(0, 1), nullable=True),
            "neighbours": pa.Column(
                "int32", pa.Check.ge(1), description="points within the radius, itself included"
            ),
        }
    ),
)

_OUTLINE_COLUMNS = {
    "area_m2": _number("area, m²", pa.Check.gt(0)),
    "compactness": _number("4π·area / perimeter², 1 for a disc", pa.Check.in_range(0, 1)),
    "share_significant": _number(
        "share of the points in significant spots of the outline's sense",
        pa.Check.in_range(0, 1),
        nullable=True,
    ),
    "mean_z": _number("mean Gi* of the points as z score", nullable=True),
    "may_be_truncated": pa.Column(
        "bool", description="the removed background may hold part of a wide body's motion"
    ),
}

TRACK_CANDIDATES = Table(
    "track candidates",
    pa.DataFrameSchema(
        {
            "outline_id": pa.Column("str", unique=True, description="{track}_0001, …"),
            "track": pa.Column("str", description="name of the track"),
            "sign": pa.Column(
                "str",
                pa.Check.isin(["toward", "away"]),
                description="sense of motion along the line of sight",
            ),
            "n_points": pa.Column("int64", pa.Check.ge(0), description="points inside"),
            "n_moving": pa.Column(
                "int64", pa.Check.ge(0), description="points beyond the threshold in that sense"
            ),
            "velocity_mm_yr": _number("median of the points inside, mm/yr", nullable=True),
            "velocity_p05_mm_yr": _number("5 % quantile, mm/yr", nullable=True),
            "velocity_p95_mm_yr": _number("95 % quantile, mm/yr", nullable=True),
            **_OUTLINE_COLUMNS,
            "los_east": _number("mean line of sight, ground to sensor: east", nullable=True),
            "los_north": _number("north part", nullable=True),
            "los_up": _number("up part", nullable=True),
        }
    ),
)

#: Missing where there is no DEM, no line of sight, or too few points.
_SHAPE_COLUMNS = {
    "length_m": _number("long side of the smallest rectangle around it, m", pa.Check.gt(0)),
    "elongation": _number("long over short side of that rectangle", pa.Check.ge(1 - 1e-9)),
    "orientation_deg": _number(
        "azimuth of the long side; none where round", pa.Check.in_range(0, 180), nullable=True
    ),
    "mean_slope_deg": _number(
        "slope of the mean gradient, degrees", pa.Check.in_range(0, 90), nullable=True
    ),
    "mean_aspect_deg": _number(
        "downslope azimuth of the mean gradient", pa.Check.in_range(0, 360), nullable=True
    ),
    "orientation_to_aspect_deg": _number(
        "0: long side down the slope, 90: across", pa.Check.in_range(0, 90), nullable=True
    ),
}
_MOTION_COLUMNS = {
    "downslope_mm_yr": _number(
        "velocity straight down the slope that fits the tracks, mm/yr, + down", nullable=True
    ),
    "downslope_std_mm_yr": _number("its standard deviation, mm/yr", pa.Check.ge(0), nullable=True),
    "east_mm_yr": _number("eastward velocity, north set to 0, mm/yr", nullable=True),
    "east_std_mm_yr": _number("its standard deviation, mm/yr", pa.Check.ge(0), nullable=True),
    "up_mm_yr": _number("upward velocity, north set to 0, mm/yr", nullable=True),
    "up_std_mm_yr": _number("its standard deviation, mm/yr", pa.Check.ge(0), nullable=True),
}

#: Beside these, per track: `sign_{track}` (toward, away, none), `n_points_{track}`,
#: `n_moving_{track}` (either sense), `velocity_mm_yr_{track}` (median of the points inside),
#: `velocity_p05_mm_yr_{track}`, `velocity_p95_mm_yr_{track}`; `sensitivity_{track}` (s·l: share
#: of downslope motion that the track sees, + toward), `downslope_mm_yr_{track}`,
#: `hidden_share_{track}` (share of the area in layover or shadow) and `r_index_{track}` (mean).
CANDIDATES = Table(
    "candidates",
    pa.DataFrameSchema(
        {
            "candidate_id": pa.Column(
                "str", unique=True, description="PLC0001, … from north to south, west to east"
            ),
            "tracks": pa.Column("str", description="tracks with an outline, separated by commas"),
            "agreement": pa.Column(
                "str",
                pa.Check.isin(
                    ["consistent", "opposite", "not visible", "not on a slope", "no terrain"]
                ),
                description="whether the signs are those of motion down the slope",
            ),
            "grade": pa.Column(
                "str", pa.Check.isin(list("ABCD")), description="how well it is measured"
            ),
            "n_outlines": pa.Column(
                "int64", pa.Check.ge(1), description="outlines of single tracks that it unites"
            ),
            **_OUTLINE_COLUMNS,
            **_SHAPE_COLUMNS,
            **_MOTION_COLUMNS,
        }
    ),
)

_SHARE = pa.Check.in_range(0, 1)
_DISTANCE = pa.Check.ge(0)

STABILITY = Table(
    "stability",
    pa.DataFrameSchema(
        {
            "candidate_id": pa.Column("str", unique=True, description="candidate"),
            "stability": _number("share of replicas that hold it", _SHARE),
            "stability_iou": _number("mean IoU with the replicas", _SHARE),
            "stability_bandwidth": _number("least IoU, bandwidth ± 25 %", _SHARE),
            "stability_threshold": _number("least IoU, threshold ± 2 mm/yr", _SHARE),
            "confidence": pa.Column(
                "str",
                pa.Check.isin(["high", "medium", "low"]),
                description="how far the outline can be trusted",
            ),
        }
    ),
)


def _class(description: str, *checks: pa.Check) -> pa.Column:
    return pa.Column("str", list(checks), nullable=True, description=description)


#: Which factors a file holds depends on the configuration; see `factor_table`.
_FACTOR_COLUMNS = {
    "slope": _number("mean slope, degrees", pa.Check.in_range(0, 90), nullable=True),
    "aspect": _class(
        "facing of the mean downslope vector",
        pa.Check.isin(["n", "ne", "e", "se", "s", "sw", "w", "nw", "flat"]),
    ),
    "plan_curvature": _number("mean, 1/m, + = divergent", nullable=True),
    "profile_curvature": _number("mean, 1/m, + = concave", nullable=True),
    "elevation": _number("mean, m", nullable=True),
    "twi": _number("median of ln(As / tan slope), ln(m)", nullable=True),
    "spi": _number("95th percentile of As tan(slope), m²/m", pa.Check.ge(0), nullable=True),
    "tpi": _number("mean height above the surroundings, m", nullable=True),
    "tri": _number("mean ruggedness, m", pa.Check.ge(0), nullable=True),
    "lithology": _class("class of the largest area"),
    "land_use": _class("class of the largest area"),
    "distance_to_faults": _number("from the edge, m; 0 if crossed", _DISTANCE, nullable=True),
    "distance_to_rivers": _number("from the edge, m; 0 if crossed", _DISTANCE, nullable=True),
    "distance_to_roads": _number("from the edge, m; 0 if crossed", _DISTANCE, nullable=True),
    "trend_uncorrelated": _number("share of the points inside", _SHARE, nullable=True),
    "trend_linear": _number("share of the points inside", _SHARE, nullable=True),
    "trend_nonlinear": _number("share of the points inside", _SHARE, nullable=True),
    "aspect_resultant": _number("1: all one way, 0: cancelling", _SHARE, nullable=True),
    "lithology_share": _number("share of the class in the mapped area", _SHARE, nullable=True),
    "land_use_share": _number("share of the class in the mapped area", _SHARE, nullable=True),
    "n_trend_points": pa.Column("int64", pa.Check.ge(0), description="points of all tracks inside"),
}


def factor_table(names: list[str]) -> Table:
    """Return the table of factors that has the columns `names` beside ``candidate_id``.

    Parameters
    ----------
    names : list of str
        Factors and the columns that stand beside them; others are ignored.
    """
    identity = pa.Column("str", unique=True, description="candidate of the candidates layer")
    present = {name: column for name, column in _FACTOR_COLUMNS.items() if name in names}
    return Table("factors", pa.DataFrameSchema({"candidate_id": identity, **present}))


def read_factors(path: str | Path) -> pd.DataFrame:
    """Read and check a factor table, whichever factors it holds."""
    return factor_table(pq.read_schema(path).names).read(path)


_LABEL = pa.Column("int8", pa.Check.isin([0, 1]), description="1 landslide, 0 not")
_CANDIDATE = pa.Column("str", unique=True, description="candidate of the candidates layer")

LABELS = Table(
    "labels",
    pa.DataFrameSchema(
        {
            "candidate_id": _CANDIDATE,
            "label": pa.Column(
                "Int8",
                pa.Check.isin([0, 1]),
                nullable=True,
                description="1 landslide, 0 not, missing where no inventory polygon covers it",
            ),
            "kind": pa.Column("str", nullable=True, description="kind of landslide"),
            "inventory_id": pa.Column(
                "str", nullable=True, description="layer/row of the polygon; copies share it"
            ),
            "role": pa.Column("str", nullable=True, description="role that the inventory gives"),
            "x_m": _number("centroid's easting in the project CRS, m"),
            "y_m": _number("centroid's northing in the project CRS, m"),
        }
    ),
)

SPLIT = Table(
    "split",
    pa.DataFrameSchema(
        {
            "candidate_id": _CANDIDATE,
            "role": pa.Column(
                "str",
                pa.Check.isin(["train", "validation", "test"]),
                description="what a labelled candidate serves for",
            ),
        }
    ),
)

PREDICTIONS = Table(
    "predictions",
    pa.DataFrameSchema(
        {
            "candidate_id": _CANDIDATE,
            "label": _LABEL,
            "probability": _number("of being a landslide", _SHARE),
        }
    ),
)

PROBABILITIES = Table(
    "probabilities",
    pa.DataFrameSchema(
        {
            "candidate_id": _CANDIDATE,
            "probability": _number(
                "mean over models that never saw the candidate's label", _SHARE, nullable=True
            ),
            "probability_std": _number(
                "standard deviation over those models", pa.Check.ge(0), nullable=True
            ),
            "n_models": pa.Column("int32", pa.Check.ge(0), description="number of those models"),
            "class": pa.Column(
                "str", nullable=True, description="at the threshold of the target recall"
            ),
        }
    ),
)


def read_layer(table: Table, path: str | Path, layer: str) -> "gpd.GeoDataFrame":
    """Read and check one layer of a GeoPackage; an empty one gets the table's dtypes back."""
    import geopandas as gpd  # two seconds, which steps without polygons save

    frame = gpd.read_file(path, layer=layer)
    missing = set(table.schema.columns) - set(frame.columns)
    if missing:
        raise InputError(str(path), f"lacks {sorted(missing)}", "Delete it and run again")
    if frame.empty:
        frame = frame.astype(
            {name: column.dtype.type for name, column in table.schema.columns.items()}
        )
    return table.check(frame, str(path))
