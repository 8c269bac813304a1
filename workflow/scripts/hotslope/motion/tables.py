"""Tables of motion per point."""

import pandera.pandas as pa

from hotslope.schemas import NOT_NEGATIVE, Table, number

TRENDS = Table(
    "trends",
    pa.DataFrameSchema(
        {
            "point_id": pa.Column("str", unique=True, description="identifier within the track"),
            "trend": pa.Column(
                "int8",
                pa.Check.in_range(-1, 5),
                description="code into columns.TREND_NAMES; -1: not separable from noise",
            ),
        }
    ),
)

RATE_ERRORS = Table(
    "rate errors",
    pa.DataFrameSchema(
        {
            "point_id": pa.Column("str", unique=True, description="identifier within the track"),
            "rate_std_mm_yr": number("standard error of the rate, mm/yr", NOT_NEGATIVE),
            "uncorrelated_std_mm_yr": number("its part of the point alone, mm/yr", NOT_NEGATIVE),
            "correlated_std_mm_yr": number("its part shared with neighbours, mm/yr", NOT_NEGATIVE),
        }
    ),
)

HOTSPOTS = Table(
    "hotspots",
    pa.DataFrameSchema(
        {
            "point_id": pa.Column("str", unique=True, description="identifier within the track"),
            "z": number("Gi* as z score; NaN where not evaluated", nullable=True),
            "p": number("two-sided p", pa.Check.in_range(0, 1), nullable=True),
            "q": number("p corrected over the track", pa.Check.in_range(0, 1), nullable=True),
            "neighbours": pa.Column(
                "int32", pa.Check.ge(1), description="points within the radius, itself included"
            ),
        }
    ),
)
