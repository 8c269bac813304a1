"""What came out of a run, as a page of text."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hotslope.maps.files_to_open import FILES_TO_OPEN, SHEETS
from hotslope.maps.first_places import PRIORITY_NOTE, RANK, RANKING_NOTE
from hotslope.maps.names import percent, readable
from hotslope.maps.outcome import leading_model
from hotslope.maps.tables import PRIORITY_RANK
from hotslope.motion.background import SMOOTHING_M
from hotslope.points.track_statistics import SPARSE_DENSITY_PER_KM2

#: What an AUC is of, by ``learning.negatives``.
_AGAINST = {
    "mapped": "",
    "unlabelled": ", mapped landslides against those of unknown class",
    "stable_ground": ", mapped landslides against ground at rest",
}


def describe_points(velocities: Mapping[str, np.ndarray], threshold_mm_yr: float) -> list[str]:
    """Say how many points each track has and which share moves.

    Parameters
    ----------
    velocities : mapping of str to ndarray, float64, shape (points,)
        Track → line-of-sight velocities, mm/yr.
    threshold_mm_yr : float
        Speed from which a point counts as moving.
    """
    lines = []
    for track, velocity in velocities.items():
        if velocity.size == 0:
            lines.append(f"{track}: no points")
            continue
        lines.append(
            f"{track}: {velocity.size:,} points, {describe_moving(velocity, threshold_mm_yr)}"
        )
    return lines


def describe_moving(velocity_mm_yr: np.ndarray, threshold_mm_yr: float) -> str:
    """Say which share of some points, at least one, moves at the threshold or faster."""
    share = float(np.mean(np.abs(velocity_mm_yr) >= threshold_mm_yr))
    return f"{share:.1%} at {threshold_mm_yr:g} mm/yr or more"


def describe_candidates(
    landslides: pd.DataFrame, tracks: list[str], models: list[str]
) -> list[str]:
    """Say how many candidates there are, by track, class and grade.

    Parameters
    ----------
    landslides : DataFrame
        Rows of layer `potential_landslides`.
    tracks, models : list of str
    """
    lines = [f"{len(landslides):,} {describe_extent(landslides)}"]
    if landslides.empty:
        return lines
    seen = [f"{np.sum(landslides[f'sign_{track}'] != 'none'):,} by {track}" for track in tracks]
    lines.append(f"seen to move {', '.join(seen)}")
    if models:
        lines.append(f"classes of {leading_model(models)}: {counts_of(landslides['class'])}")
    lines.append(f"grades (A best): {counts_of(landslides['grade'])}")
    return lines


def describe_extent(landslides: pd.DataFrame) -> str:
    """Say on how much ground candidates are, to follow their number."""
    return f"candidates on {landslides['area_m2'].sum() / 1e6:.3g} km²"


def describe_coverage(shares: Mapping[str, float]) -> list[str]:
    """Say on which share of the ground motion was not measured, and why.

    Parameters
    ----------
    shares : mapping of str to float
        Class of `coverage.tif` in words → its share of the study area.
    """
    return [f"{percent(share)} of the ground: {name}" for name, share in shares.items() if share]


def describe_quality(
    extraction: Mapping[str, Any], test_metrics: pd.DataFrame | None, negatives: str = "mapped"
) -> list[str]:
    """Say how well outlines and models did, where that was measured.

    Parameters
    ----------
    extraction : mapping
        Content of ``extraction.json``; values are None without a reference.
    test_metrics : DataFrame or None
        Content of ``test_metrics.csv``; None without models.
    negatives : str, default "mapped"
        ``learning.negatives``.
    """
    lines = []
    if has_reference(extraction):
        lines.append(
            f"outlines beside the reference: accuracy {extraction['accuracy']:.2f}, "
            f"missing {extraction['missing']:.2f}"
        )
    for row in measured_aucs(test_metrics):
        interval = f"{row['low']:.2f} to {row['high']:.2f}"
        rows = f"test candidates{_AGAINST[negatives]}"
        lines.append(f"AUC of {row['model']} on {rows}: {row['value']:.2f} ({interval})")
    return lines


def describe_applied(applied: Mapping[str, Any]) -> str:
    """Say which model of another area was applied, and to how many candidates it does not apply.

    Parameters
    ----------
    applied : mapping
        From `hotslope.learning.applying.describe_application`, ``applied``.
    """
    return (
        f"probabilities by the {readable(applied['model'])} trained in "
        f"{applied['training_area']} on "
        f"{applied['rows']} candidates, {applied['prevalence']:.0%} of them landslides; not "
        f"checked in this area. {applied['outside']} of {applied['candidates']} candidates are "
        "unlike those that it was trained on and have no class (columns applicable, strange)"
    )


def has_reference(extraction: Mapping[str, Any]) -> bool:
    """Whether there were reference outlines to compare with."""
    return extraction.get("accuracy") is not None and extraction.get("missing") is not None


def measured_aucs(test_metrics: pd.DataFrame | None) -> list[dict[Hashable, Any]]:
    """List the AUCs on test candidates, with model and interval, where they are defined."""
    if test_metrics is None:
        return []
    aucs = test_metrics[test_metrics["metric"] == "auc"].dropna(subset="value")
    return aucs.to_dict("records")


def describe_limits(
    most_moves: Mapping[str, bool],
    smoothing_m: Mapping[str, float],
    density_per_km2: Mapping[str, float],
    truncated: int,
) -> list[str]:
    """Say where stable ground is not known, points are too sparse, or bodies may be wider.

    Parameters
    ----------
    most_moves : mapping of str to bool
        Track → whether more than a third of its ground moves.
    smoothing_m : mapping of str to float
        Track → standard deviation of the smoothing of its background; 0 where none is removed.
    density_per_km2 : mapping of str to float
        Track → points per km² of the ground that it covers; 0 without points.
    truncated : int
        Candidates of which the background may hold a part.
    """
    lines = [
        f"{track}: more than a third of the ground moves. No background is removed, and rates are "
        "relative to the reference of the processing: make sure that it is stable"
        for track, moves in most_moves.items()
        if moves
    ]
    lines += [
        f"{track}: the atmosphere is rough, so that the background is smoothed over {smooth:g} m "
        f"only. Bodies wider than about {2 * smooth:g} m may be taken for it: "
        f"candidates.background_smoothing_m: {SMOOTHING_M:g} keeps them, with the atmosphere"
        for track, smooth in smoothing_m.items()
        if 0 < smooth < SMOOTHING_M
    ]
    lines += [
        f"{track}: {density:.0f} points per km2 are sparse: rates are interpolated between "
        f"them, a body of {3 / density:.2f} km2 holds three points on average, and about a third "
        "of the moving ground is missed. Lower points.min_coherence, or take the outlines for "
        "places to look at"
        for track, density in density_per_km2.items()
        if 0 < density < SPARSE_DENSITY_PER_KM2
    ]
    if truncated:
        lines.append(
            f"{truncated} candidates may be parts of bodies wider than the smoothing of the "
            "background, which then holds some of their motion (may_be_truncated). "
            "candidates.background: none keeps it, with the residual atmosphere"
        )
    return lines


def warnings_of(
    landslides: pd.DataFrame,
    velocities: Mapping[str, np.ndarray],
    threshold_mm_yr: float,
    models: list[str],
    rejected: Mapping[str, int],
) -> list[str]:
    """Say what is missing, what was rejected, and which setting would change it."""
    lines = []
    if rejected:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(rejected.items()))
        lines.append(
            f"rejected (layer rejected of results/candidates/candidates.gpkg): {reasons}. The "
            "errors of the rates are in results/motion/{track}_rate_errors.json"
        )
    elif landslides.empty:
        speeds = np.abs(np.concatenate([*velocities.values(), np.empty(0)]))
        slow = float(np.mean(speeds < threshold_mm_yr)) if speeds.size else 1.0
        lines.append(
            f"no candidates: {slow:.1%} of the points are slower than {threshold_mm_yr:g} mm/yr. "
            "Lower candidates.stability_threshold_mm_yr to find slower slopes"
        )
    if PRIORITY_RANK in landslides and len(landslides):
        lines.append(PRIORITY_NOTE)
    if RANK in landslides and len(landslides):
        lines.append(RANKING_NOTE)
    if not models:
        lines.append("no model: give inventory.path and models to tell landslides from the rest")
    if (landslides.get("agreement", pd.Series(dtype="str")) == "no terrain").any():
        lines.append("no terrain: give terrain.dem to know slopes and which motion can be seen")
    return lines


def files_to_open(sheets: int) -> list[str]:
    """Name the files to open; the sheets of candidates only where there are any."""
    return [f"{path}: {words}" for path, words in FILES_TO_OPEN.items() if sheets or path != SHEETS]


def write_up(name: str, sections: Mapping[str, list[str]]) -> str:
    """Return the page: the name of the study area, then each section that has lines."""
    parts = [" ".join(name.split())]
    for title, lines in sections.items():
        if lines:
            parts.append("\n".join([title, *(f"  {line}" for line in lines)]))
    return "\n\n".join(parts) + "\n"


def counts_of(values: pd.Series) -> str:
    """Return how often each value occurs, values in order."""
    counts = values.value_counts().sort_index()
    return ", ".join(f"{count:,} {value}" for value, count in counts.items())
