"""Columns of the final layer as a page shows them: whose they are and which go together."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from hotslope.factors.catalogue import FACTORS
from hotslope.maps.fields import PER_MODEL, PER_TRACK, Field, describe_fields

_CLASSES = ("class", "label", "kind", "inventory_id", "main_factors")
_QUALITY = ("grade", "agreement", "may_be_truncated", "confidence")
_MOTION = ("downslope", "east", "up")
_SHAPES = (
    "area_m2",
    "compactness",
    "length_m",
    "elongation",
    "orientation_deg",
    "orientation_to_aspect_deg",
    "mean_slope_deg",
    "mean_aspect_deg",
)


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
        ``identity``, ``class``, ``motion``, ``shape``, ``factors`` or ``quality``.
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
    stem, of = _split(field.name, tracks, models)
    return Attribute(
        name=field.name,
        stem=stem,
        of=of,
        label=field.alias.removesuffix(f" ({field.unit})"),
        unit="°" if field.unit == "degrees" else field.unit,
        description=field.description,
        group=_group(stem, of in tracks, of in models),
    )


def _split(name: str, tracks: list[str], models: list[str]) -> tuple[str, str]:
    """Part a name into its stem and the track or model that it ends with, the longest first."""
    stems = {**dict.fromkeys(tracks, PER_TRACK), **dict.fromkeys(models, PER_MODEL)}
    for owner in sorted(stems, key=len, reverse=True):
        stem = name.removesuffix(f"_{owner}")
        if stem != name and stem in stems[owner]:
            return stem, owner
    return name, ""


def _group(stem: str, of_track: bool, of_model: bool) -> str:
    if stem in ("candidate_id", "tracks"):
        return "identity"
    if of_model or stem in _CLASSES or stem.startswith("prediction_set"):
        return "class"
    if of_track or stem.split("_")[0] in _MOTION:
        return "motion"
    if stem in _SHAPES:
        return "shape"
    return "factors" if stem in FACTORS else "quality"
