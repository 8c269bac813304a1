"""What a trained model is, in words, for whoever receives its folder."""

from collections.abc import Mapping
from typing import Any

#: Metrics on the card.
METRICS = {
    "auc": "AUC",
    "brier": "Brier score",
    "recall_at_target_recall": "recall",
    "precision_at_target_recall": "precision",
    "specificity_at_target_recall": "specificity",
}


def model_card(described: Mapping[str, Any]) -> str:
    """Return the card as Markdown.

    Parameters
    ----------
    described : mapping
        Content of ``model.json``.
    """
    if "note" in described:
        return f"# No model\n\n{described['note']}\n"
    area, rows = described["training_area"], described["rows"]
    lines = [
        f"# {described['model']}, trained in {area['name']}",
        "",
        "A hotslope model that tells landslides from other movement by the conditioning factors of "
        "a candidate. To apply it to another area, set `learning: {model: path/to/this/folder}`.",
        "",
        "| | |",
        "|---|---|",
        f"| training area | {_place(area)} |",
        f"| training candidates | {rows['train']}, {described['prevalence']:.0%} of them "
        "landslides |",
        f"| calibrated on | {rows['validation'] + rows['test']} candidates that it did not train "
        "on |",
        f"| threshold of the class | {described['threshold']:.3f}, for a recall of "
        f"{described['target_recall']:g} |",
        f"| area of applicability | dissimilarity index up to "
        f"{described['applicability']['threshold']:.3f} |",
        f"| licence | {described['licence'] or 'not stated: ask whoever trained it'} |",
        f"| software | hotslope {described['hotslope']}, "
        f"{', '.join(f'{name} {number}' for name, number in described['software'].items())} |",
        "",
        f"## On {rows['test']} test candidates of the training area",
        "",
        "| metric | value | 95 % interval |",
        "|---|---|---|",
    ]
    lines += [
        f"| {METRICS[row['metric']]} | {_number(row['value'])} | "
        f"{_number(row['low'])} to {_number(row['high'])} |"
        for row in described["test"]
        if row["metric"] in METRICS
    ]
    lines += [
        "",
        "Recall, precision and specificity are at the threshold. In another area expect less: the "
        "probabilities assume its share of landslides, and rows beyond the area of applicability "
        "are flagged.",
        "",
        "## Factors",
        "",
        "| factor | unit | training values | used | weight |",
        "|---|---|---|---|---|",
    ]
    for name in described["order"]:
        factor = described["factors"][name]
        values = ", ".join(factor["classes"] or ()) or (
            f"{factor['range'][0]:.4g} to {factor['range'][1]:.4g}" if factor["range"] else "none"
        )
        lines.append(
            f"| {name} | {factor['unit'] or 'not stated'} | {values} | "
            f"{'yes' if factor['used'] else 'no'} | {factor['weight']:.3f} |"
        )
    lines += [
        "",
        "To pass the model on, copy this file, `model.json` and `fitted/`. `model.json` is all of "
        "this for machines, with the bins; `fitted/training.parquet` holds the factors of the "
        "training candidates, without their places. Nothing here is a pickle.",
        "",
    ]
    return "\n".join(lines)


def _place(area: Mapping[str, Any]) -> str:
    """Say where the training candidates lie."""
    if area["areas"]:
        return f"{area['name']}: {', '.join(area['areas'])}"
    corners = ", ".join(f"{value:.0f}" for value in area["bounds_m"])
    return f"{area['name']}, {area['crs']}, centroids within {corners}"


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"
