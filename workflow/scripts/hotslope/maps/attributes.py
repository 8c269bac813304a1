"""Columns of the final layer as the web map shows them: stem, track or model, and group."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from hotslope.candidates.tables import IDENTITIES
from hotslope.exposure.tables import EXPOSURE
from hotslope.factors.catalogue import FACTORS
from hotslope.maps.fields import PER_MODEL, PER_TRACK, SHAPE, Field, describe_fields, split_owner
from hotslope.maps.tables import PRIORITY

_CLASSES = (
    "label", "kind", "inventory_id", "main_factors", "reasons", "prediction_set", "applicable",
    "strange", "dissimilarity",
)  # fmt: skip
_MOTION = ("downslope", "east", "up")


@dataclass(frozen=True)
class Attribute:
    """A column of the table of potential landslides.

    Parameters
    ----------
    name : str
        As in the table.
    stem : str
        Name without its track or model.
    of : str
        Track or model; empty where it has none.
    label : str
        Name in words.
    unit : str
        Empty for what has none.
    description : str
        Meaning; empty where the name says it.
    group : str
        ``identity``, ``class``, ``motion``, ``exposure``, ``shape``, ``factors`` or ``quality``.
    """

    name: str
    stem: str
    of: str
    label: str
    unit: str
    description: str
    group: str

    def as_dict(self) -> dict[str, str]:
        """Return the fields, for a page."""
        return asdict(self)


def describe_attributes(
    names: Sequence[str], tracks: list[str], models: list[str]
) -> list[Attribute]:
    """Describe columns, in their order.

    Parameters
    ----------
    names : sequence of str
        Columns of the table.
    tracks, models : list of str
        Whose names may end those of columns.
    """
    fields = describe_fields(names, tracks, models)
    return [_attribute(field, tracks, models) for field in fields.values()]


def _attribute(field: Field, tracks: list[str], models: list[str]) -> Attribute:
    stem, of = split_owner(field.name, tracks, models)
    return Attribute(
        name=field.name,
        stem=stem,
        of=of,
        label=field.alias.removesuffix(f" ({field.unit})"),
        unit="°" if field.unit == "degrees" else field.unit,
        description=field.description,
        group=_group(stem),
    )


def _group(stem: str) -> str:
    if stem in ("candidate_id", "tracks", *IDENTITIES.schema.columns):
        return "identity"
    if stem in EXPOSURE.schema.columns or stem in PRIORITY.schema.columns:
        return "exposure"
    if stem in _CLASSES or stem in PER_MODEL or stem.startswith("unsupervised_"):
        return "class"
    if stem in PER_TRACK or stem.split("_")[0] in _MOTION:
        return "motion"
    if stem in ("area_m2", *SHAPE):
        return "shape"
    return "factors" if stem in FACTORS else "quality"
