"""Tables of exposure."""

import pandera.pandas as pa

from hotslope.schemas import NOT_NEGATIVE, Table, number

LAYER = "exposure"
#: What may be exposed, from the gravest on: keys of section ``exposure`` of the config.
BUILDINGS, ROADS, RIVERS = "buildings", "roads", "rivers"
OBJECTS = (BUILDINGS, ROADS, RIVERS)
#: Where nothing of these is on a candidate or in its reach.
NOTHING = "nothing"
#: Order of candidates by what is exposed.
EXPOSURE_RANK = "exposure_rank"
#: The rule of that order, to stand beside the number.
EXPOSURE_RULE = "buildings on it or in its reach, then metres of road, then of river"

#: Columns of an object are missing where its layer is not configured, those of the reach without a
#: DEM.
EXPOSURE = Table(
    "exposure",
    pa.DataFrameSchema(
        {
            "candidate_id": pa.Column("str", unique=True, description="candidate"),
            "exposed": pa.Column(
                "str",
                pa.Check.isin([*OBJECTS, NOTHING]),
                description="the gravest of what is on it or in its reach",
            ),
            EXPOSURE_RANK: pa.Column(
                "int64",
                pa.Check.ge(1),
                description=(
                    f"place by {EXPOSURE_RULE}, then by the distance to the nearest of them, "
                    "1 first; it says what is exposed, not how likely"
                ),
            ),
            "buildings_on_it": number("buildings on it", NOT_NEGATIVE, nullable=True),
            "buildings_in_reach": number("buildings below it", NOT_NEGATIVE, nullable=True),
            "nearest_building_m": number(
                "from its edge to the nearest building, m", NOT_NEGATIVE, nullable=True
            ),
            "roads_on_it_m": number("length of roads on it, m", NOT_NEGATIVE, nullable=True),
            "roads_in_reach_m": number("length of roads below it, m", NOT_NEGATIVE, nullable=True),
            "nearest_road_m": number(
                "from its edge to the nearest road, m", NOT_NEGATIVE, nullable=True
            ),
            "rivers_on_it_m": number("length of rivers on it, m", NOT_NEGATIVE, nullable=True),
            "rivers_in_reach_m": number(
                "length of rivers below it, which it could dam, m", NOT_NEGATIVE, nullable=True
            ),
            "nearest_river_m": number(
                "from its edge to the nearest river, m", NOT_NEGATIVE, nullable=True
            ),
            "reach_area_m2": number(
                "ground below it within the angle of reach, m²", NOT_NEGATIVE, nullable=True
            ),
            "reach_length_m": number(
                "from its edge to the farthest ground in its reach, m", NOT_NEGATIVE, nullable=True
            ),
            "reach_is_cut": pa.Column(
                "bool", description="the reach meets the edge of the DEM, and may be longer"
            ),
        }
    ),
)
