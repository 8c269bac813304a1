"""What each column of the final layers means: alias, unit, description and allowed values.

Meanings come from the schemas of the tables that the columns are made in, so that the
GeoPackage, the web map and the documentation say the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandera.pandas as pa

from hotslope.candidates.tables import CANDIDATES, IDENTITIES, RANKING, STABILITY
from hotslope.columns import CANDIDATE_ID
from hotslope.exposure.tables import EXPOSURE, EXPOSURE_RANK
from hotslope.factors.catalogue import FACTORS, SIDE_COLUMNS
from hotslope.factors.tables import factor_table
from hotslope.learning.tables import APPLICABILITY, LABELS, MAIN_FACTORS, PROBABILITIES
from hotslope.maps.names import readable
from hotslope.maps.outcome import LANDSLIDE, NOT_CLASSIFIED, OTHER
from hotslope.maps.tables import PRIORITY, PRIORITY_RANK

#: Ends of column names → unit. Names without such an end are counts, shares, classes or words.
UNITS = {
    "mm_yr": "mm/yr",
    "m2": "m²",
    "m": "m",
    "deg": "degrees",
}
_CLASSES = (LANDSLIDE, OTHER, NOT_CLASSIFIED)
#: Columns of every track: name without the track → meaning.
PER_TRACK = {
    "sign": "sense of motion along the line of sight of the track",
    "n_points": "points of the track inside",
    "n_moving": "points of the track inside that move beyond the threshold, in either sense",
    "velocity_mm_yr": "median line-of-sight velocity of the points inside, + toward the sensor",
    "velocity_p05_mm_yr": "5 % quantile of the line-of-sight velocity",
    "velocity_p95_mm_yr": "95 % quantile of the line-of-sight velocity",
    "rate_mm_yr": "mean line-of-sight rate of the points inside, less the background",
    "rate_std_mm_yr": "standard error of that mean, with what neighbouring points share",
    "sensitivity": "share of motion straight down the slope that the track sees, + toward",
    "downslope_mm_yr": "velocity straight down the slope that would give the track's velocity",
    "hidden_share": "share of the area in layover or shadow of the track",
    "r_index": "mean sensitivity index of the track's view, 1 best",
}
#: Columns of every model.
PER_MODEL = {
    "probability": "probability of being a landslide: mean over models that never saw its label",
    "probability_std": "standard deviation of the probability over those models",
    "probability_calibrated": "probability of being a landslide, calibrated out of fold",
    "probability_low": "lower probability of Venn-Abers calibration",
    "probability_high": "upper probability of Venn-Abers calibration",
    "score": "resemblance to mapped landslides, 0 to 1, no probability: mean over models",
    "score_std": "standard deviation of the score over those models",
    "class": "class by the threshold of the model",
}
_CHOICES = {"sign": ("toward", "away", "none"), "class": _CLASSES}
#: First columns of the table: who, where, class, why, how far to trust it.
_FIRST = (
    CANDIDATE_ID,
    "tracks",
    "area_m2",
    "class",
    "applicable",
    "strange",
    "dissimilarity",
    "prediction_set",
    "probability",
    "probability_std",
    "probability_calibrated",
    "probability_low",
    "probability_high",
    "score",
    "score_std",
    "unsupervised_rank",
    "unsupervised_score",
    PRIORITY_RANK,
    EXPOSURE_RANK,
    "exposed",
    "label",
    "kind",
    "inventory_id",
    "main_factors",
    "reasons",
    "agreement",
    "grade",
    "evidence",
    "p_noise",
    "q_noise",
    "confidence",
)
_MOTION = ("downslope", "east", "up_", "sign_", "velocity", "rate_")
#: What is on candidates and in their reach.
EXPOSED = tuple(
    name for name in EXPOSURE.schema.columns if name not in (CANDIDATE_ID, EXPOSURE_RANK, "exposed")
)
SHAPE = (
    "length_m",
    "elongation",
    "orientation_deg",
    "compactness",
    "mean_slope_deg",
    "mean_aspect_deg",
    "orientation_to_aspect_deg",
)


@dataclass(frozen=True)
class Field:
    """A column of a layer.

    Parameters
    ----------
    name : str
        Of the column.
    alias : str
        Readable name, with the unit.
    description : str
        Meaning.
    unit : str
        Empty for counts, shares, classes and words.
    choices : tuple of str
        Values that it can have; empty where they are not listed.
    """

    name: str
    alias: str
    description: str
    unit: str
    choices: tuple[str, ...] = ()


def describe_fields(
    columns: Sequence[str], tracks: Sequence[str], models: Sequence[str]
) -> dict[str, Field]:
    """Describe columns of the layers of candidates and potential landslides.

    Parameters
    ----------
    columns : sequence of str
        Names of columns, without the geometry.
    tracks, models : sequence of str
        Names that columns may end with.

    Raises
    ------
    KeyError
        A column that no table has.
    """
    known = _known_columns()
    return {name: _field(name, known, tracks, models) for name in columns}


def describe_columns(columns: Mapping[str, pa.Column]) -> dict[str, Field]:
    """Describe columns of any table as its schema does.

    Parameters
    ----------
    columns : mapping of str to pandera Column
        Name → column of the schema.
    """
    return {
        name: Field(
            name,
            _alias(name, unit_of(name)),
            column.description or "",
            unit_of(name),
            _choices(column),
        )
        for name, column in columns.items()
    }


def tidy_order(columns: Sequence[str], leading: str | None) -> list[str]:
    """Order columns: who, where, class, why, motion, exposure, shape, factors, quality, models.

    Parameters
    ----------
    columns : sequence of str
    leading : str or None
        Model whose probability belongs to the class.
    """
    judged = ("probability", "score")
    first = [f"{name}_{leading}" if name.startswith(judged) else name for name in _FIRST]
    factors = [*FACTORS, *SIDE_COLUMNS]

    def rank(name: str) -> tuple[int, int]:
        if name in first:
            return 0, first.index(name)
        if name in SHAPE:
            return 3, SHAPE.index(name)
        if name in EXPOSED:
            return 2, EXPOSED.index(name)
        if name in factors:
            return 4, factors.index(name)
        if name.startswith((*judged, "class_")):
            return 6, 0
        return (1 if name.startswith(_MOTION) else 5), 0

    return sorted(columns, key=rank)


def split_owner(name: str, tracks: Sequence[str], models: Sequence[str]) -> tuple[str, str]:
    """Split a column's name into its stem and the track or model that it ends with.

    Of several that fit the longest is taken; the second is empty where none fits.
    """
    for owners, stems in ((tracks, PER_TRACK), (models, PER_MODEL)):
        for owner in sorted(owners, key=len, reverse=True):
            stem = name.removesuffix(f"_{owner}")
            if stem != name and stem in stems:
                return stem, owner
    return name, ""


def _known_columns() -> dict[str, pa.Column]:
    """Return the columns of all tables that the layers are made from."""
    factors = factor_table([*FACTORS, *SIDE_COLUMNS])
    known: dict[str, pa.Column] = {}
    learnt = (LABELS, PROBABILITIES, MAIN_FACTORS, APPLICABILITY, RANKING)
    exposed = (EXPOSURE, PRIORITY)
    for table in (*learnt, *exposed, STABILITY, IDENTITIES, factors, CANDIDATES):
        known |= table.schema.columns
    return known


def _field(
    name: str, known: dict[str, pa.Column], tracks: Sequence[str], models: Sequence[str]
) -> Field:
    if name == "class":
        meaning = "class by the leading model"
        return Field(name, "Class", meaning, "", _CLASSES)
    if name in known:
        column = known[name]
        unit = _factor_unit(name) if name in FACTORS else unit_of(name)
        description = column.description
        if name in FACTORS:
            factor = FACTORS[name]
            description = f"{factor.description} ({factor.method})"
        return Field(name, _alias(name, unit), description, unit, _choices(column))
    stem, owner = split_owner(name, tracks, models)
    if not owner:
        raise KeyError(f"no table describes column {name!r}: add it to its schema, or to PER_TRACK")
    unit = unit_of(stem)
    description = f"{(PER_TRACK | PER_MODEL)[stem]} ({owner})"
    alias = _alias(stem, unit, owner.replace("_", " "))
    return Field(name, alias, description, unit, _CHOICES.get(stem, ()))


def unit_of(name: str) -> str:
    """Return the unit that a column's name ends with."""
    return next((unit for end, unit in UNITS.items() if name.endswith(f"_{end}")), "")


def _factor_unit(name: str) -> str:
    """Return the unit of a factor; classes and shares have none."""
    unit = FACTORS[name].unit
    return {"class": "", "share": "", "degree": "degrees"}.get(unit, unit)


def _alias(name: str, unit: str, owner: str = "") -> str:
    """Return a readable name of a column, with its owner and its unit."""
    end = next((end for end in UNITS if name.endswith(f"_{end}")), None)
    base = name.removesuffix(f"_{end}") if end else name
    words = readable(base)
    text = words[:1].upper() + words[1:]
    text = f"{text}, {owner}" if owner else text
    return f"{text} ({unit})" if unit else text


def _choices(column: pa.Column) -> tuple[str, ...]:
    """Return the values that a schema's `isin` allows, of text columns."""
    for check in column.checks:
        allowed = (check.statistics or {}).get("allowed_values")
        if allowed and all(isinstance(value, str) for value in allowed):
            return tuple(allowed)
    return ()
