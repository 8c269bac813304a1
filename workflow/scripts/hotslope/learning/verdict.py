"""What the labels at hand can and cannot tell apart, on one page in words."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hotslope.learning.negatives import MEANINGS
from hotslope.learning.reliability import PAPER_DIFFERENCE, POWER
from hotslope.learning.suspicion import SUSPICIOUS_AUC

_TITLE = "# What these labels can and cannot tell apart"
#: When a range of the prior says nothing.
_PRIORS_NOTE = (
    "Estimates (Elkan & Noto 2008) that hold where mapped landslides are a random selection and "
    "scores are informative. With an AUC against the rest near 0.5 they approach 100%, whatever "
    "the share is, and say nothing."
)


def model_suspicions(summary: pd.DataFrame) -> pd.DataFrame:
    """Return models too good to be believed.

    Parameters
    ----------
    summary : DataFrame
        Content of ``validation_summary.csv``.

    Returns
    -------
    DataFrame
        As `hotslope.learning.suspicion.suspicions` returns it, ``kind`` being ``model``.
    """
    auc = summary[(summary["metric"] == "auc") & (summary["mean"] >= SUSPICIOUS_AUC)]
    rows = [
        {
            "kind": "model",
            "factor": None,
            "value": row["mean"],
            "words": (
                f"{row['model']} reaches an AUC of {row['mean']:.2f} in {row['strategy']} folds, "
                "more than slopes of mixed cause allow: look for a factor that was made with "
                "knowledge of the labels, and for copies of one slope under several names"
            ),
        }
        for row in auc.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["kind", "factor", "value", "words"])


def write_verdict(
    label: np.ndarray,
    quality: Mapping[str, Mapping[str, float]],
    calibrations: Mapping[str, Mapping[str, Any]],
    pairs: pd.DataFrame,
    summary: pd.DataFrame,
    shuffles: pd.DataFrame,
    suspicious: pd.DataFrame,
) -> str:
    """Return the page, Markdown.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
        Of the labelled candidates.
    quality : mapping
        Model → `brier_decomposition` and `rank_quality` of its out-of-fold probabilities.
    calibrations : mapping
        Model → content of its ``calibration.json``.
    pairs : DataFrame
        From `hotslope.learning.reliability.model_pairs`.
    summary, shuffles : DataFrame
        Content of ``validation_summary.csv`` and ``label_shuffles.csv``.
    suspicious : DataFrame
        From `suspicions` and `model_suspicions`.
    """
    slides = int(label.sum())
    sections = {
        "": [
            f"{label.size} labelled candidates: {slides} landslides, {label.size - slides} others."
        ],
        "## Suspicious": [f"- {words}" for words in suspicious["words"]]
        or ["Nothing: no factor or place alone gives the labels away, no model is near perfect."],
        "## Models": [*_models(summary, quality), "", *_pairs(pairs, label.size)],
        "## Probabilities": _probabilities(quality, calibrations),
        "## Places": _places(shuffles),
    }
    return _page(sections)


def write_score_verdict(
    label: np.ndarray,
    negatives: str,
    quality: Mapping[str, Mapping[str, float]],
    pairs: pd.DataFrame,
    summary: pd.DataFrame,
    shuffles: pd.DataFrame,
    suspicious: pd.DataFrame,
) -> str:
    """Return the page where the negatives are not mapped, Markdown.

    Parameters
    ----------
    negatives : str
        ``learning.negatives``: ``unlabelled`` or ``stable_ground``.
    quality : mapping
        Model → `hotslope.learning.unlabelled.positive_unlabelled_quality`; empty of stable ground.
    label, pairs, summary, shuffles, suspicious
        See `write_verdict`.
    """
    slides = int(label.sum())
    rows = {
        "unlabelled": "other candidates, of unknown class",
        "stable_ground": "pieces of ground at rest",
    }
    priors = [
        f"- {model}: between {found['prior_low']:.0%} and {found['prior_high']:.0%} of the "
        f"candidates are landslides (mapped: {found['labelled_share']:.0%}). AUC of mapped "
        f"landslides against the rest {found['auc_against_rest']:.2f}; of landslides against "
        f"others it would then be {found['auc_low']:.2f} to {found['auc_high']:.2f}."
        for model, found in quality.items()
        if found
    ]
    sections = {
        "": [
            f"{slides} mapped landslides, and {label.size - slides} {rows[negatives]} "
            f"(learning.negatives: {negatives}).",
            "",
            MEANINGS[negatives],
        ],
        "## Suspicious": [f"- {words}" for words in suspicious["words"]] or ["Nothing."],
        "## Models": [*_auc_table(summary), "", *_pairs(pairs, label.size)],
        "## Places": _places(shuffles),
    }
    if priors:
        sections["## How many landslides there are"] = [_PRIORS_NOTE, "", *priors]
    return _page(sections)


def _page(sections: Mapping[str, list[str]]) -> str:
    """Return the title and every section with its own."""
    parts = [_TITLE]
    for title, lines in sections.items():
        parts.append("\n".join([title, "", *lines] if title else lines))
    return "\n\n".join(parts) + "\n"


def _auc_table(summary: pd.DataFrame) -> list[str]:
    """Return a table of AUC and its interval by model and strategy."""
    lines = ["| model | folds | AUC |", "|---|---|---|"]
    for row in summary[summary["metric"] == "auc"].to_dict("records"):
        auc = f"{row['mean']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        lines.append(f"| {row['model']} | {row['strategy']} | {auc} |")
    return lines


def _models(summary: pd.DataFrame, quality: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return a table of AUC by strategy, and of average precision beside the prevalence."""
    auc = {
        (row["model"], row["strategy"]): row
        for row in summary[summary["metric"] == "auc"].to_dict("records")
    }
    lines = [
        "| model | AUC, stratified folds | AUC, spatial folds | average precision (prevalence) |",
        "|---|---|---|---|",
    ]
    for model, scores in quality.items():
        cells = []
        for strategy in ("stratified", "spatial"):
            row = auc.get((model, strategy))
            cells.append(
                f"{row['mean']:.2f} ({row['low']:.2f} to {row['high']:.2f})" if row else "-"
            )
        precision = f"{scores['average_precision']:.2f} ({scores['prevalence']:.2f})"
        lines.append(f"| {model} | {cells[0]} | {cells[1]} | {precision} |")
    return lines


def _pairs(pairs: pd.DataFrame, n_rows: int) -> list[str]:
    """Say which pairs differ, and how many labels would be needed to see a small difference."""
    lines = []
    for row in pairs.to_dict("records"):
        if np.isnan(row["rows_needed"]):
            lines.append(_no_spread(row))
            continue
        better = "differ" if row["p"] < 0.05 else "cannot be told apart"
        lines.append(
            f"- {row['first']} and {row['second']} {better}: AUC {row['difference']:+.2f} "
            f"(p = {row['p']:.2f}, not corrected for the number of pairs). {n_rows} labels show "
            f"a difference of {row['detectable']:.2f} or more with a probability of {POWER:.0%}; "
            f"one of {PAPER_DIFFERENCE:g} needs about {row['rows_needed']:,.0f} labels "
            f"(probability now {row['power']:.0%})."
        )
    return lines


def _no_spread(row: Mapping[Hashable, Any]) -> str:
    """Say what is known of a pair whose difference is the same for every candidate."""
    unknown = "how many labels would tell them apart cannot be estimated."
    if row["difference"] == 0:
        return (
            f"- {row['first']} and {row['second']} rank the labelled candidates alike: "
            f"these labels show no difference, and {unknown}"
        )
    return (
        f"- {row['first']} and {row['second']} differ: AUC {row['difference']:+.2f}, the same for "
        f"every labelled candidate; {unknown}"
    )


def _probabilities(
    quality: Mapping[str, Mapping[str, float]], calibrations: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Say what the Brier score is made of, how probabilities are calibrated, what sets hold."""
    lines = []
    for model, scores in quality.items():
        calibration = calibrations[model]
        lines.append(
            f"- {model}: Brier score {scores['brier']:.3f} = {scores['miscalibration']:.3f} "
            f"miscalibration - {scores['discrimination']:.3f} discrimination + "
            f"{scores['uncertainty']:.3f} (the share of landslides alone); "
            f"calibration: {calibration['method']}."
        )
        for strategy, sets in (calibration["sets"] or {}).items():
            if None not in sets.values():
                lines.append(
                    f"  In {strategy} folds, sets at {calibration['set_confidence']:.0%} hold "
                    f"{sets['coverage_landslides']:.0%} of the landslides and "
                    f"{sets['coverage_others']:.0%} of the others; {sets['single']:.0%} of the "
                    "sets are a single class, for the rest the model cannot tell."
                )
        if calibration["note"]:
            lines.append(f"  {calibration['note']}")
    return lines


def _places(shuffles: pd.DataFrame) -> list[str]:
    """Say what models learn of labels without meaning."""
    words = {
        "shuffled": "Labels shuffled among slopes (0.50 without a leak)",
        "shifted": "Labels whose pattern is shifted in space (above 0.50: places are learnt)",
    }
    lines = []
    for null, text in words.items():
        part = shuffles[shuffles["null"] == null].groupby("strategy", sort=False)["auc"].mean()
        values = ", ".join(f"{strategy} {auc:.2f}" for strategy, auc in part.items())
        lines.append(f"- {text}: mean AUC {values}.")
    return lines
