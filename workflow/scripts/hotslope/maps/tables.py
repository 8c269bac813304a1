"""Tables of the maps."""

import pandera.pandas as pa

from hotslope.columns import TREND_GROUPS
from hotslope.schemas import DAY, Table, number

#: Layer of everything known about each candidate.
LANDSLIDES_LAYER = "potential_landslides"

SERIES = Table(
    "series",
    pa.DataFrameSchema(
        {
            "candidate_id": pa.Column("str", description="candidate"),
            "track": pa.Column("str", description="name of the track"),
            "trend": pa.Column(
                "str",
                pa.Check.isin(TREND_GROUPS),
                description="group of trend classes",
            ),
            "date": pa.Column("str", DAY, description="acquisition"),
            "n_points": pa.Column(
                "int64", pa.Check.ge(1), description="points with a displacement on this date"
            ),
            "mean_mm": number("mean displacement of the points, mm, + toward the sensor"),
            "std_mm": number("standard deviation between the points, mm", pa.Check.ge(0)),
        }
    ),
)
