"""What the sheet of a candidate says in words, from its row in layer `potential_landslides`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import shapely
from pyproj import CRS, Transformer

from hotslope.factors.catalogue import FACTORS
from hotslope.maps.exposure_words import exposure_lines
from hotslope.maps.fields import Field
from hotslope.maps.first_places import RANK
from hotslope.maps.names import SECTORS, counted, factors_in_words, readable
from hotslope.maps.outcome import judgement_column, judgement_word
from hotslope.maps.tables import PRIORITY_RANK

#: Agreement with motion down the slope, as an answer.
_FITS = {
    "consistent": "yes",
    "opposite": "no, it moves another way",
    "not visible": "not known, no track sees that direction well",
    "not on a slope": "not known, the ground is flat or faces several ways",
    "no terrain": "not known without a DEM",
}


def judgement_line(candidate: Mapping[str, Any], model: str | None) -> str:
    """Class, probability or score by the leading model, grade and confidence in a line."""
    words = []
    if isinstance(candidate.get("class"), str):
        words.append(candidate["class"])
    judgement = judgement_column(candidate, model)
    judged = candidate.get(judgement) if judgement else None
    if judgement and judged is not None and pd.notna(judged):
        words.append(f"{judgement_word(judgement)} {judged:.2f} ({readable(str(model))})")
    if not candidate.get("applicable", True):
        words.append("unlike what the model was trained on")
    if PRIORITY_RANK in candidate:
        words.append(f"priority {candidate[PRIORITY_RANK]}")
    if RANK in candidate:
        words.append(f"unsupervised rank {candidate[RANK]}")
    words.append(f"grade {candidate['grade']} (A best)")
    if isinstance(candidate.get("confidence"), str):
        words.append(f"confidence in the outline: {candidate['confidence']}")
    if isinstance(candidate.get("prediction_set"), str):
        words.append(f"prediction set: {candidate['prediction_set']}")
    words.append(f"{candidate['area_m2'] / 1e4:.3g} ha")
    return ", ".join(words)


def position_line(outline: shapely.Geometry, crs: str) -> str:
    """Give a point on the candidate in both kinds of coordinates."""
    point = shapely.point_on_surface(outline)
    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(point.x, point.y)
    sides = ("N" if lat >= 0 else "S", "E" if lon >= 0 else "W")
    return (
        f"On it: {abs(lat):.5f}° {sides[0]}, {abs(lon):.5f}° {sides[1]} (WGS 84); "
        f"{point.x:,.0f}, {point.y:,.0f} m ({CRS(crs).name})"
    )


def motion_lines(candidate: Mapping[str, Any], tracks: Sequence[str]) -> list[str]:
    """Velocities per track and derived from them."""
    lines = []
    for track in tracks:
        velocity = candidate.get(f"velocity_mm_yr_{track}")
        points = candidate.get(f"n_points_{track}")
        if velocity is None or pd.isna(velocity):
            lines.append(f"{readable(track)}: no points inside")
            continue
        count = ""
        if points is not None and pd.notna(points):
            count = f" ({counted(int(points), 'point')})"
        sense = "toward" if velocity > 0 else "away"
        lines.append(f"{readable(track)}: {velocity:+.1f} mm/yr, {sense}{count}")
    for stem, words in {
        "downslope": "down the slope",
        "east": "east",
        "up": "up",
    }.items():
        value, error = candidate.get(f"{stem}_mm_yr"), candidate.get(f"{stem}_std_mm_yr")
        if value is not None and pd.notna(value):
            spread = f" ± {error:.1f}" if error is not None and pd.notna(error) else ""
            against = ", that is up it" if stem == "downslope" and value < 0 else ""
            lines.append(f"{words}: {value:+.1f}{spread} mm/yr{against}")
    return lines


def _in_words(reasons: str) -> str:
    """Begin with a capital, and name the direction that a slope faces."""
    text = reasons[:1].upper() + reasons[1:]
    return re.sub(r"(?<=facing )[nesw]{1,2}\b", lambda sector: SECTORS[sector[0]], text)


def _measured(factor: str, value: Any, unit: str) -> str:
    """Write the value of a factor with its unit."""
    if isinstance(value, str):
        return SECTORS.get(value, value) if factor == "aspect" else value
    return f"{_three_digits(value)} {unit.replace('m2', 'm²')}".strip().replace(" degrees", "°")


def _three_digits(value: float) -> str:
    """Write a number to three digits, and thousands without an exponent."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def reason_lines(candidate: Mapping[str, Any], model: str | None) -> list[str]:
    """Say what changes the probability or score, whether the motion fits, what is exposed."""
    reasons = []
    if isinstance(candidate.get("main_factors"), str) and candidate["main_factors"]:
        changes = factors_in_words(candidate["main_factors"])
        judgement = judgement_column(candidate, model) or "probability"
        reasons.append(f"{judgement_word(judgement).capitalize()} moved most by: {changes}")
    if isinstance(candidate.get("reasons"), str) and candidate["reasons"]:
        reasons += [_in_words(part) for part in candidate["reasons"].split("; ")]
    if isinstance(candidate.get("agreement"), str):
        reasons.append(f"Does it fit motion down the slope: {_FITS[candidate['agreement']]}")
    if isinstance(candidate.get("kind"), str) and candidate["kind"]:
        reasons.append(f"Inventory: {candidate['kind']}")
    reasons += exposure_lines(candidate)
    return reasons


def factor_lines(candidate: Mapping[str, Any], fields: Mapping[str, Field]) -> list[str]:
    """List the factors that are known, with their units."""
    lines = []
    for factor in FACTORS:
        value = candidate.get(factor)
        if value is None or (not isinstance(value, str) and pd.isna(value)):
            continue
        unit = fields[factor].unit if factor in fields else ""
        title = fields[factor].alias.removesuffix(f" ({unit})")
        lines.append(f"{title}: {_measured(factor, value, unit)}")
    return lines
