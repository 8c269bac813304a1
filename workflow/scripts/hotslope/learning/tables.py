"""Tables of labels, roles and probabilities, and the columns of the stage's csv files."""

import pandas as pd
import pandera.pandas as pa

from hotslope.learning.columns import METRICS, SETS
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
                "str",
                nullable=True,
                description="layer/row, or layer/row/part, of the polygon; copies share it",
            ),
            "role": pa.Column("str", nullable=True, description="role that the inventory gives"),
            "x_m": number("centroid's easting in the project CRS, m"),
            "y_m": number("centroid's northing in the project CRS, m"),
        }
    ),
)

CATCHMENTS = Table(
    "catchments",
    pa.DataFrameSchema(
        {
            "candidate_id": _CANDIDATE,
            "catchment": pa.Column(
                "int64",
                pa.Check.ge(0),
                description="number of the catchment of the centroid; 0 where the DEM has no data",
            ),
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
            "reasons": pa.Column(
                "str",
                description="values that speak most for a landslide, and against; see main_factors",
            ),
        }
    ),
)

APPLICABILITY = Table(
    "applicability",
    pa.DataFrameSchema(
        {
            "candidate_id": _CANDIDATE,
            "dissimilarity": number(
                "distance from the nearest training candidate of the model, in factors weighted by "
                "their importance, over the mean distance of training candidates",
                pa.Check.ge(0),
            ),
            "applicable": pa.Column(
                "bool",
                description="whether the model, of another area, is applicable to the candidate",
            ),
            "strange": pa.Column(
                "str",
                nullable=True,
                description="values unlike those of the candidates that the model was trained on",
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
            "probability_calibrated": number(
                "probability of being a landslide, calibrated on rows the model did not see",
                SHARE,
                nullable=True,
            ),
            "probability_low": number(
                "lower probability of Venn-Abers calibration", SHARE, nullable=True
            ),
            "probability_high": number(
                "upper probability of Venn-Abers calibration", SHARE, nullable=True
            ),
            "prediction_set": pa.Column(
                "str",
                pa.Check.isin(list(SETS.values())),
                nullable=True,
                description=(
                    "classes that cannot be excluded at learning.set_confidence; either: do not "
                    "know; missing where a class has fewer than 10 labels"
                ),
            ),
        }
    ),
)

#: Columns of the stage's csv files; without rows where no model is trained.
COLUMNS = {
    "screening": [
        "factor", "bins", "missing", "gain_ratio", "null_mean", "null_95", "p",
        "strongest_association", "strongest_partner", "vif", "kept", "reason", "stability",
    ],
    "folds": ["strategy", "repeat", "fold", "n_train", "n_test", *METRICS],
    "validation": ["model", "strategy", "repeat", "fold", "n_train", "n_test", *METRICS],
    "test_metrics": ["model", "metric", "value", "low", "high"],
    "summary": ["model", "strategy", "metric", "mean", "low", "high", "folds"],
    "comparison": ["first", "second", "rows", "test", "difference", "low", "high", "p"],
    "importance": ["factor", "importance", "low", "high", "folds"],
    "dependence": ["factor", "low", "high", "category", "rows", "probability"],
    "paper_table": [
        "model", "metric", "value", "low", "high", "mean", "least", "greatest", "repeats",
    ],
    "roc": ["model", "false_positive_rate", "recall", "threshold"],
    "shuffles": ["null", "shuffle", "strategy", "auc"],
    "suspicions": ["kind", "factor", "value", "words"],
    "calibration_curve": ["model", "probability", "share"],
    "precision_recall": ["model", "recall", "precision", "threshold"],
}  # fmt: skip


def empty_table(name: str) -> pd.DataFrame:
    """Return a table of `COLUMNS` without rows."""
    return pd.DataFrame(columns=COLUMNS[name])


def no_probabilities(labels: pd.DataFrame) -> pd.DataFrame:
    """Return `PROBABILITIES` of the candidates of `LABELS` where no model was trained."""
    return (
        PROBABILITIES.empty()
        .reindex(labels.index)
        .assign(candidate_id=labels["candidate_id"], n_models=0)
        .astype({"n_models": "int32", "prediction_set": "str"})
    )


def no_main_factors(labels: pd.DataFrame) -> pd.DataFrame:
    """Return `MAIN_FACTORS` of the candidates of `LABELS` where no model was trained."""
    texts = {"main_factors": "", "reasons": ""}
    return labels[["candidate_id"]].assign(**texts).astype(dict.fromkeys(texts, "str"))
