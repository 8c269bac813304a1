"""Tables of the maps."""

import pandera.pandas as pa

from hotslope.columns import TREND_GROUPS
from hotslope.schemas import DAY, Table, number

#: Layer of everything known about each candidate.
LANDSLIDES_LAYER = "potential_landslides"
#: Column of the order in which to look at candidates, where something may be exposed.
PRIORITY_RANK = "priority_rank"
#: The rule of that order, to stand beside the number.
PRIORITY_RULE = (
    "sum of the place by probability (or score, unsupervised rank or area) and of exposure_rank, "
    "least first"
)

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

#: Only where a layer of what may be exposed is configured.
PRIORITY = Table(
    "priority",
    pa.DataFrameSchema(
        {
            PRIORITY_RANK: pa.Column(
                "int64",
                pa.Check.ge(1),
                description=f"order in which to look, 1 first: {PRIORITY_RULE}; no probability",
            )
        }
    ),
)
