"""Label candidates by the inventory polygons that they overlap."""

from hotslope.jobs import job_log, unescaped

import logging

from hotslope.candidates.tables import CANDIDATES
from hotslope.files import write_json
from hotslope.learning.inventory_files import read_inventory
from hotslope.learning.labels import label_by_overlap, summarise_labels
from hotslope.learning.tables import LABELS
from hotslope.schemas import read_layer

logger = logging.getLogger("hotslope")


def label_candidates(
    *,
    candidates_path: str,
    inventory_path: str,
    labels_path: str,
    summary_path: str,
    layer: str | None,
    class_column: str | None,
    positive_class: str | list[str],
    kind_column: str | None,
    role_column: str | None,
    min_overlap: float,
    folds: int,
    encoding: str | None = None,
    negatives: str = "mapped",
) -> None:
    """Write label, kind, inventory polygon and centroid of every candidate, and their counts.

    Labels too few for as many `folds` are reported here, where all that learns begins.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", ["candidate_id"])
    inventory = read_inventory(
        inventory_path,
        candidates.crs,
        layer=layer,
        class_column=class_column,
        positive_class=positive_class,
        kind_column=kind_column,
        role_column=role_column,
        encoding=encoding,
    )
    for sentence in inventory.attrs["merged"]:
        logger.warning("inventory.class_column: %s", sentence)
    labels = label_by_overlap(candidates, inventory, min_overlap=min_overlap)
    centroids = candidates.geometry.centroid
    labels["x_m"] = centroids.x.to_numpy()
    labels["y_m"] = centroids.y.to_numpy()
    summary = summarise_labels(labels, folds, negatives)
    LABELS.write(labels_path, labels)
    write_json(summary_path, summary)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        label_candidates(
            candidates_path=snakemake.input.candidates,
            inventory_path=snakemake.input.inventory,
            labels_path=snakemake.output.labels,
            summary_path=snakemake.output.summary,
            layer=unescaped(snakemake.params.layer),
            class_column=unescaped(snakemake.params.class_column),
            positive_class=unescaped(snakemake.params.positive_class),
            kind_column=unescaped(snakemake.params.kind_column),
            role_column=unescaped(snakemake.params.role_column),
            encoding=unescaped(snakemake.params.encoding),
            min_overlap=snakemake.params.min_overlap,
            folds=snakemake.params.folds,
            negatives=snakemake.params.negatives,
        )
