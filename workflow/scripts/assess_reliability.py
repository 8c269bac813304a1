"""Say how far probabilities can be trusted, and what these labels can and cannot tell apart."""

from hotslope.jobs import job_log

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hotslope.files import write_csv, write_json, write_text
from hotslope.learning.negatives import MEANINGS
from hotslope.learning.reliability import (
    brier_decomposition,
    calibration_points,
    model_pairs,
    precision_recall_points,
    rank_quality,
)
from hotslope.learning.tables import LABELS, PROBABILITIES, empty_table
from hotslope.learning.unlabelled import positive_unlabelled_quality
from hotslope.learning.verdict import model_suspicions, write_score_verdict, write_verdict


def assess_reliability(
    *,
    labels_path: str,
    probabilities_paths: list[str],
    calibration_paths: list[str],
    validation_summary_path: str,
    shuffles_path: str,
    suspicions_path: str,
    reliability_path: str,
    verdict_path: str,
    calibration_curve_path: str,
    precision_recall_path: str,
    models: list[str],
    negatives: str = "mapped",
) -> None:
    """Write scores and curves of out-of-fold probabilities, and a page in words.

    Paths come in the order of `models`.
    """
    labels = LABELS.read(labels_path).set_index("candidate_id")["label"].dropna()
    probabilities = {
        model: PROBABILITIES.read(path).set_index("candidate_id").loc[labels.index, "probability"]
        for model, path in zip(models, probabilities_paths, strict=True)
    }
    calibrations: dict[str, dict[str, Any]] = {
        model: json.loads(Path(path).read_text(encoding="utf-8"))
        for model, path in zip(models, calibration_paths, strict=True)
    }
    notes = {calibration["note"] for calibration in calibrations.values()}
    judged = np.all([values.notna() for values in probabilities.values()], axis=0)
    label = labels.to_numpy(dtype=np.int64)[judged]
    if min(np.sum(label == 1), np.sum(label == 0)) < 2:
        note = next(iter(notes - {None}), "No labelled candidate has a probability.")
        write_json(reliability_path, {"note": note, "suspicions": []})
        write_csv(calibration_curve_path, empty_table("calibration_curve"))
        write_csv(precision_recall_path, empty_table("precision_recall"))
        write_text(verdict_path, f"# What these labels can tell\n\n{note}\n")
        return
    scores = {model: values.to_numpy()[judged] for model, values in probabilities.items()}
    pairs = model_pairs(label, scores)
    summary = pd.read_csv(validation_summary_path)
    found = pd.concat([model_suspicions(summary), pd.read_csv(suspicions_path)], ignore_index=True)
    if negatives != "mapped":
        write_csv(calibration_curve_path, empty_table("calibration_curve"))
        write_csv(precision_recall_path, empty_table("precision_recall"))
        quality = {
            model: positive_unlabelled_quality(label, values) if negatives == "unlabelled" else {}
            for model, values in scores.items()
        }
        write_json(
            reliability_path,
            {
                "rows": int(label.size),
                "negatives": negatives,
                "models": quality,
                "pairs": _records(pairs),
                "suspicions": found["words"].tolist(),
                "note": MEANINGS[negatives],
            },
        )
        verdict = write_score_verdict(
            label, negatives, quality, pairs, summary, pd.read_csv(shuffles_path), found
        )
        write_text(verdict_path, verdict)
        return
    quality = {
        model: brier_decomposition(label, values) | rank_quality(label, values)
        for model, values in scores.items()
    }
    write_json(
        reliability_path,
        {
            "rows": int(label.size),
            "models": {
                model: quality[model] | {"calibration": calibrations[model]} for model in models
            },
            "pairs": _records(pairs),
            "suspicions": found["words"].tolist(),
            "note": None,
        },
    )
    write_csv(calibration_curve_path, _curves(calibration_points, label, scores))
    write_csv(precision_recall_path, _curves(precision_recall_points, label, scores))
    verdict = write_verdict(
        label, quality, calibrations, pairs, summary, pd.read_csv(shuffles_path), found
    )
    write_text(verdict_path, verdict)


def _records(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return the rows of a table for JSON: None where a value is missing."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _curves(points: Any, label: np.ndarray, scores: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return the points of the curves of all models, with a column ``model``."""
    parts = [points(label, values) for values in scores.values()]
    return pd.concat(parts, keys=scores, names=["model"]).reset_index(level="model")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        assess_reliability(
            labels_path=snakemake.input.labels,
            probabilities_paths=list(snakemake.input.probabilities),
            calibration_paths=list(snakemake.input.calibrations),
            validation_summary_path=snakemake.input.summary,
            shuffles_path=snakemake.input.shuffles,
            suspicions_path=snakemake.input.suspicions,
            reliability_path=snakemake.output.reliability,
            verdict_path=snakemake.output.verdict,
            calibration_curve_path=snakemake.output.calibration_curve,
            precision_recall_path=snakemake.output.precision_recall,
            models=snakemake.params.models,
            negatives=snakemake.params.negatives,
        )
