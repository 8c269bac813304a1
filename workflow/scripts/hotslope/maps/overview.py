"""A run in numbers: the tiles and the table of places of its page and of its report."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hotslope.columns import CANDIDATE_ID
from hotslope.maps.exposure_words import exposed_briefly
from hotslope.maps.first_places import RANK, ranked
from hotslope.maps.names import factors_in_words, percent, readable
from hotslope.maps.outcome import LANDSLIDE, judgement_column, leading_model
from hotslope.maps.run_summary import (
    counts_of,
    describe_extent,
    describe_moving,
    has_reference,
    measured_aucs,
)
from hotslope.maps.tables import PRIORITY_RANK


@dataclass(frozen=True)
class Tile:
    """A number of a run.

    Parameters
    ----------
    value, label, detail : str
        The number, what it counts, and what else is to say; the last may be empty.
    """

    value: str
    label: str
    detail: str = ""


@dataclass(frozen=True)
class Place:
    """A candidate in a table.

    Parameters
    ----------
    candidate_id : str
    cells : tuple of str
        In the order of `place_titles`.
    """

    candidate_id: str
    cells: tuple[str, ...]


def tiles_of_run(
    velocities: Mapping[str, np.ndarray],
    landslides: pd.DataFrame,
    models: list[str],
    threshold_mm_yr: float,
    measured_share: float,
) -> list[Tile]:
    """Count points, candidates and the ground that was measured.

    Parameters
    ----------
    velocities : mapping of str to ndarray, float64, shape (points,)
        Track → line-of-sight velocities, mm/yr.
    landslides : DataFrame
        Rows of layer `potential_landslides`.
    models : list of str
    threshold_mm_yr : float
        Speed from which a point counts as moving.
    measured_share : float
        Of the study area, 0 to 1.
    """
    tiles = []
    for track, velocity in velocities.items():
        detail = describe_moving(velocity, threshold_mm_yr) if velocity.size else ""
        tiles.append(Tile(f"{velocity.size:,}", f"points, {readable(track)}", detail))
    tiles.append(Tile(percent(measured_share), "of the ground measured"))
    grades = f"grades {counts_of(landslides['grade'])}" if len(landslides) else ""
    tiles.append(Tile(f"{len(landslides):,}", describe_extent(landslides), grades))
    if models:
        found = int((landslides["class"] == LANDSLIDE).sum())
        by = f"by {readable(str(leading_model(models)))}"
        tiles.append(Tile(f"{found:,}", "potential landslides", by))
    return tiles


def tiles_of_quality(
    extraction: Mapping[str, Any], test_metrics: pd.DataFrame | None, models: list[str]
) -> list[Tile]:
    """Give the accuracy of the outlines and of the leading model, where it was measured.

    Parameters
    ----------
    extraction : mapping
        Content of ``extraction.json``; values are None without a reference.
    test_metrics : DataFrame or None
        Content of ``test_metrics.csv``; None without models.
    models : list of str
    """
    tiles = []
    if has_reference(extraction):
        missing = f"{percent(extraction['missing'])} of the reference missed"
        tiles.append(Tile(percent(extraction["accuracy"]), "of outlined ground right", missing))
    for row in measured_aucs(test_metrics):
        if row["model"] == leading_model(models):
            name = f"AUC of {readable(row['model'])}"
            interval = f"{row['low']:.2f} to {row['high']:.2f} (95 %)"
            tiles.append(Tile(f"{row['value']:.2f}", name, f"{interval}, test set"))
    return tiles


def place_titles(
    tracks: list[str],
    models: list[str],
    judgement: str = "probability",
    *,
    exposure: bool = False,
) -> list[str]:
    """Titles of the table of places, but for the first column, the candidate.

    `judgement` is what candidates are given: a probability, a score, or `RANK` where no model
    judges them; `exposure` says whether it is known what is exposed.
    """
    judged = ["class", judgement] if models else []
    if judgement == RANK:
        judged = ["unsupervised rank"]
    velocities = [f"{readable(track)} (mm/yr)" for track in tracks]
    factors = ["main factors"] if models else []
    exposed = ["priority", "exposed"] if exposure else []
    return [*exposed, *judged, "grade", "area (ha)", *velocities, "p noise", *factors]


def places_of_run(landslides: pd.DataFrame, tracks: list[str], models: list[str]) -> list[Place]:
    """List all candidates in the order in which to look at them.

    Motion in each line of sight is the mean rate less background with its standard error.
    """
    judgement = judgement_column(landslides.columns, leading_model(models))
    places = []
    for row in ranked(landslides, models).to_dict("records"):
        rates = [_rate(row, track) for track in tracks]
        cells = [row["grade"], _number(row["area_m2"] / 1e4, ".3g"), *rates, _chance(row)]
        if RANK in row:
            cells = [str(row[RANK]), *cells]
            cells += [""] if models else []
        elif judgement:
            judged = _number(row[judgement], ".2f")
            cells = [row["class"], judged, *cells, factors_in_words(row["main_factors"]) or "-"]
        if PRIORITY_RANK in row:
            cells = [str(row[PRIORITY_RANK]), exposed_briefly(row), *cells]
        places.append(Place(row[CANDIDATE_ID], tuple(_words(cell) for cell in cells)))
    return places


def _rate(row: dict[Hashable, Any], track: str) -> str:
    """Rate of a candidate in one line of sight, with its standard error."""
    rate, std = (row.get(f"{name}_mm_yr_{track}") for name in ("rate", "rate_std"))
    error = f" ± {std:.1f}" if pd.notna(std) else ""
    return _number(rate, "+.1f") + error


def _chance(row: dict[Hashable, Any]) -> str:
    """Chance of a candidate to be noise."""
    chance = row.get("p_noise")
    return "<0.001" if pd.notna(chance) and chance < 0.001 else _number(chance, ".2g")


def _number(value: Any, form: str) -> str:
    return format(value, form) if pd.notna(value) else "-"


def _words(value: Any) -> str:
    return str(value) if pd.notna(value) else "-"
