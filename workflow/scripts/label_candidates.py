"""Label candidates by the inventory polygons that they overlap."""

from hotslope.jobs import job_log

import geopandas as gpd

from hotslope.candidates.tables import CANDIDATES
from hotslope.encodings import layer_encoding
from hotslope.errors import InputError
from hotslope.files import write_json
from hotslope.learning.labels import label_by_overlap, read_classes, summarise_labels
from hotslope.learning.tables import LABELS
from hotslope.points.vectors import layer_names
from hotslope.schemas import read_layer


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
) -> None:
    """Write label, kind, inventory polygon and centroid of every candidate, and their counts.

    Labels too few for as many `folds` are reported here, where all that learns begins.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", ["candidate_id"])
    present = layer_names(inventory_path, "inventory")
    if layer is not None and layer not in present:
        raise InputError(
            "inventory.layer", f"{inventory_path} has no layer {layer!r}", f"Choose among {present}"
        )
    names = [layer] if layer is not None else present
    texts = [class_column, kind_column, role_column]
    layers = {
        name: _read_layer(inventory_path, name, candidates.crs, encoding, texts) for name in names
    }
    inventory = read_classes(
        layers,
        class_column=class_column,
        positive_class=[positive_class] if isinstance(positive_class, str) else positive_class,
        kind_column=kind_column,
        role_column=role_column,
    )
    labels = label_by_overlap(candidates, inventory, min_overlap=min_overlap)
    centroids = candidates.geometry.centroid
    labels["x_m"] = centroids.x.to_numpy()
    labels["y_m"] = centroids.y.to_numpy()
    summary = summarise_labels(labels, folds)
    LABELS.write(labels_path, labels)
    write_json(summary_path, summary)


def _read_layer(
    path: str, name: str, crs: object, encoding: str | None, texts: list[str | None]
) -> gpd.GeoDataFrame:
    frame = gpd.read_file(
        path, layer=name, encoding=layer_encoding(path, name, texts, encoding, "inventory")
    )
    if frame.crs is None:
        raise InputError(
            "inventory.path", f"{path}, layer {name!r}, has no CRS", "Assign its CRS in a GIS"
        )
    return frame.to_crs(crs)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        label_candidates(
            candidates_path=snakemake.input.candidates,
            inventory_path=snakemake.input.inventory,
            labels_path=snakemake.output.labels,
            summary_path=snakemake.output.summary,
            layer=snakemake.params.layer,
            class_column=snakemake.params.class_column,
            positive_class=snakemake.params.positive_class,
            kind_column=snakemake.params.kind_column,
            role_column=snakemake.params.role_column,
            encoding=snakemake.params.encoding,
            min_overlap=snakemake.params.min_overlap,
            folds=snakemake.params.folds,
        )
