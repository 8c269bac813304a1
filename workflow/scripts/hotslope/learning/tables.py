"""Tables of labels, roles and probabilities."""

import pandera.pandas as pa

from hotslope.schemas import SHARE, Table, number

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
            "x_m": number("centroid's easting in the project CRS, m"),
            "y_m": number("centroid's northing in the project CRS, m"),
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
            "probability": number("of being a landslide", SHARE),
        }
    ),
)

MAIN_FACTORS = Table(
    "main factors",
    pa.DataFrameSchema(
        {
            "candidate_id": _CANDIDATE,
            "main_factors": pa.Column(
                "str", description="factors that move the probability most, and by how much"
            ),
        }
    ),
)

PROBABILITIES = Table(
    "probabilities",
    pa.DataFrameSchema(
        {
            "candidate_id": _CANDIDATE,
            "probability": number(
                "mean over models that never saw the candidate's label", SHARE, nullable=True
            ),
            "probability_std": number(
                "standard deviation over those models", pa.Check.ge(0), nullable=True
            ),
            "n_models": pa.Column("int32", pa.Check.ge(0), description="number of those models"),
        }
    ),
)
