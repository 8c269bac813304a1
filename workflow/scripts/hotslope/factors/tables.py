"""Table of conditioning factors."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pyarrow.parquet as pq

from hotslope.files import write_table
from hotslope.schemas import NOT_NEGATIVE, SHARE, Table, number


def _class(description: str, *checks: pa.Check) -> pa.Column:
    return pa.Column("str", list(checks), nullable=True, description=description)


#: Which factors a file holds depends on the configuration; see `factor_table`.
_FACTOR_COLUMNS = {
    "slope": number("mean slope, degrees", pa.Check.in_range(0, 90), nullable=True),
    "aspect": _class(
        "facing of the mean downslope vector",
        pa.Check.isin(["n", "ne", "e", "se", "s", "sw", "w", "nw", "flat"]),
    ),
    "plan_curvature": number("mean, 1/m, + = divergent", nullable=True),
    "profile_curvature": number("mean, 1/m, + = concave", nullable=True),
    "elevation": number("mean, m", nullable=True),
    "twi": number("median of ln(As / tan slope), ln(m)", nullable=True),
    "spi": number("95th percentile of As tan(slope), m²/m", pa.Check.ge(0), nullable=True),
    "tpi": number("mean height above the surroundings, m", nullable=True),
    "tri": number("mean ruggedness, m", pa.Check.ge(0), nullable=True),
    "lithology": _class("class of the largest area"),
    "land_use": _class("class of the largest area"),
    "distance_to_faults": number("from the edge, m; 0 if crossed", NOT_NEGATIVE, nullable=True),
    "distance_to_rivers": number("from the edge, m; 0 if crossed", NOT_NEGATIVE, nullable=True),
    "distance_to_roads": number("from the edge, m; 0 if crossed", NOT_NEGATIVE, nullable=True),
    "trend_uncorrelated": number("share of the points inside", SHARE, nullable=True),
    "trend_linear": number("share of the points inside", SHARE, nullable=True),
    "trend_nonlinear": number("share of the points inside", SHARE, nullable=True),
    "aspect_resultant": number("1: all one way, 0: cancelling", SHARE, nullable=True),
    "lithology_share": number("share of the class in the mapped area", SHARE, nullable=True),
    "land_use_share": number("share of the class in the mapped area", SHARE, nullable=True),
    "n_trend_points": pa.Column("int64", pa.Check.ge(0), description="points of all tracks inside"),
}

#: In the metadata of a file whose columns are not those of the catalogue.
_GIVEN = {"factors": "given"}


def factor_table(names: list[str]) -> Table:
    """Return the table of factors that has the columns `names` beside ``candidate_id``.

    Parameters
    ----------
    names : list of str
        Factors and their side columns; others are ignored.
    """
    identity = pa.Column("str", unique=True, description="candidate of the candidates layer")
    present = {name: column for name, column in _FACTOR_COLUMNS.items() if name in names}
    return Table("factors", pa.DataFrameSchema({"candidate_id": identity, **present}))


def write_given_factors(path: str | Path, table: pd.DataFrame) -> None:
    """Write factors of another source, whose columns mean what they mean there."""
    write_table(path, table, factor_table([]).metadata() | _GIVEN)


def is_given(path: str | Path) -> bool:
    """Whether the factors of a file are of another source, see `write_given_factors`."""
    metadata = pq.read_schema(path).metadata or {}
    return {key: metadata.get(key.encode(), b"").decode() for key in _GIVEN} == _GIVEN


def read_factors(path: str | Path) -> pd.DataFrame:
    """Read and check a factor table, whichever factors it holds."""
    return factor_table([] if is_given(path) else pq.read_schema(path).names).read(path)
