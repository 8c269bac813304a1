"""Tables of points."""

import pandera.pandas as pa

from hotslope.schemas import Table, number

POINTS = Table(
    "points",
    pa.DataFrameSchema(
        {
            "point_id": pa.Column("str", unique=True, description="identifier within the track"),
            "x_m": number("easting in the project CRS, m"),
            "y_m": number("northing in the project CRS, m"),
            "lon": number("longitude, WGS 84, degrees", pa.Check.in_range(-180, 360)),
            "lat": number("latitude, WGS 84, degrees", pa.Check.in_range(-90, 90)),
            "height_m": number("height of the scatterer, m", nullable=True),
            "velocity_mm_yr": number("line-of-sight velocity, mm/yr, + toward the sensor"),
            "velocity_std_mm_yr": number("its standard deviation, mm/yr", nullable=True),
            "coherence": number("temporal coherence", pa.Check.in_range(0, 1), nullable=True),
            "incidence_deg": number(
                "incidence from the vertical, degrees", pa.Check.in_range(0, 90), nullable=True
            ),
            "los_east": number("east part of the unit vector ground to sensor", nullable=True),
            "los_north": number("north part", nullable=True),
            "los_up": number("up part", nullable=True),
        }
    ),
)

#: Points that the coherence threshold dropped; a map of what was measured needs them.
DROPPED_POINTS = Table(
    "dropped points",
    pa.DataFrameSchema(
        {
            "x_m": number("easting in the project CRS, m"),
            "y_m": number("northing in the project CRS, m"),
            "velocity_mm_yr": number("line-of-sight velocity, mm/yr, + toward the sensor"),
            "coherence": number("temporal coherence", pa.Check.in_range(0, 1)),
        }
    ),
)
