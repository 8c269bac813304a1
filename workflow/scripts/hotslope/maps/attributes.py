"""What the columns of the map's table are called, measured in, and which of them go together."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from hotslope.candidates.tables import CANDIDATES, STABILITY
from hotslope.factors.catalogue import FACTORS
from hotslope.maps.charts import readable

#: Endings of names that state a unit, longest first.
_UNITS = {"_mm_yr": "mm/yr", "_m2": "m²", "_deg": "°", "_mm": "mm", "_m": "m"}
_FACTOR_UNITS = {"degree": "°", "m2/m": "m²/m", "class": "", "share": ""}
#: Columns that every track or model has, with a meaning that no table's schema states.
_PER_TRACK = {
    "sign": "sense of motion along the line of sight",
    "n_points": "points inside",
    "n_moving": "points beyond the stability threshold, of either sense",
    "velocity_mm_yr": "median velocity of the points inside, + toward the sensor",
    "velocity_p05_mm_yr": "5 % quantile of the velocities",
    "velocity_p95_mm_yr": "95 % quantile of the velocities",
    "sensitivity": "share of downslope motion that the track sees, + toward the sensor",
    "downslope_mm_yr": "velocity straight down the slope by this track alone, + down",
    "hidden_share": "share of the area in layover or shadow",
    "r_index": "mean R-index of the ground",
}
_PER_MODEL = {
    "probability": "probability of being a landslide",
    "probability_std": "standard deviation of the probability over models",
    "class": "class by the model's threshold",
}
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
    names: Iterable[str], tracks: list[str], models: list[str]
) -> list[Attribute]:
    """Describe columns, in their order.

    Parameters
    ----------
    names : iterable of str
        Columns of the table.
    tracks, models : list of str
        Whose names may end those of columns.
    """
    return [_attribute(name, tracks, models) for name in names]


def _attribute(name: str, tracks: list[str], models: list[str]) -> Attribute:
    stem, of = _split(name, tracks, models)
    label = readable(_without_unit(stem))
    return Attribute(
        name=name,
        stem=stem,
        of=of,
        label=f"{label}, {readable(of)}" if of else label,
        unit=_unit(stem),
        description=_description(stem, of in tracks, of in models),
        group=_group(stem, of in tracks, of in models),
    )


def _split(name: str, tracks: list[str], models: list[str]) -> tuple[str, str]:
    """Part a name into its stem and the track or model that it ends with, the longest first."""
    stems = {**dict.fromkeys(tracks, _PER_TRACK), **dict.fromkeys(models, _PER_MODEL)}
    for owner in sorted(stems, key=len, reverse=True):
        stem = name.removesuffix(f"_{owner}")
        if stem != name and stem in stems[owner]:
            return stem, owner
    return name, ""


def _unit(stem: str) -> str:
    if stem in FACTORS:
        return _FACTOR_UNITS.get(FACTORS[stem].unit, FACTORS[stem].unit)
    return next((unit for ending, unit in _UNITS.items() if stem.endswith(ending)), "")


def _without_unit(stem: str) -> str:
    if stem in FACTORS:
        return stem
    return next((stem.removesuffix(ending) for ending in _UNITS if stem.endswith(ending)), stem)


def _description(stem: str, of_track: bool, of_model: bool) -> str:
    if of_track:
        return _PER_TRACK[stem]
    if of_model:
        return _PER_MODEL[stem]
    if stem in FACTORS:
        return FACTORS[stem].description
    for table in (CANDIDATES, STABILITY):
        if stem in table.schema.columns:
            return str(table.schema.columns[stem].description or "")
    return ""


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
