"""Tables of the simulation."""

import pandera.pandas as pa

from hotslope.schemas import DAY, Table, number
from hotslope.simulation.events import EVENT_KINDS, REFERENCE_STEP, STEADY

#: What truly happens: a row per body, then one per track whose reference steps.
EVENTS = Table(
    "simulated events",
    pa.DataFrameSchema(
        {
            "body_id": pa.Column(
                "int64", pa.Check.ge(-1), description="number of the body; -1 for a whole track"
            ),
            "track": pa.Column("str", description="track that steps; empty for bodies"),
            "event": pa.Column(
                "str",
                pa.Check.isin([*EVENT_KINDS, STEADY, REFERENCE_STEP]),
                description="kind of event",
            ),
            "date": pa.Column("str", DAY, nullable=True, description="day on which it begins"),
            "failure_date": pa.Column(
                "str", DAY, nullable=True, description="day of failure, after all acquisitions"
            ),
            "rate_before_mm_yr": number(
                "rate in space at the centre on the first day of all releases", nullable=True
            ),
            "rate_after_mm_yr": number("the same on the last day", nullable=True),
            "amplitude_mm": number("amplitude of a season in space", nullable=True),
            "step_mm": number("step of the reference, + toward the sensor", nullable=True),
        }
    ),
)
