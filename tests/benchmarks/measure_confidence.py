"""Does the confidence in an outline say how well it matches the ground?

    python tests/benchmarks/measure_confidence.py FOLDER...

Each folder holds a finished run on a simulated area (`snakemake --directory FOLDER
--configfile config/config.yaml seed.yaml -- results/candidates/stability.parquet`). Prints, per
confidence and pooled over the folders: candidates, share that is true (a tenth of it moves, as
in extraction.json), mean IoU with the moving ground that it touches, and the rank correlation
of the columns with that IoU.
"""

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.stats import spearmanr

MEASURES = ["stability", "stability_iou", "stability_bandwidth", "stability_threshold"]


def matches(folder: Path) -> pd.DataFrame:
    """Stability of the candidates of a run beside what is true of each."""
    results = folder / "results" / "candidates"
    candidates = gpd.read_file(results / "candidates.gpkg", layer="candidates")
    reference = gpd.read_file(folder / "resources" / "demo" / "reference.gpkg").geometry.to_numpy()
    outlines = candidates.geometry.to_numpy()
    touched = [
        shapely.union_all(reference[shapely.intersects(reference, outline)]) for outline in outlines
    ]
    common = shapely.area(shapely.intersection(outlines, touched))
    table = pd.read_parquet(results / "stability.parquet")
    return table.assign(
        true=common >= 0.1 * shapely.area(outlines),
        iou=common / shapely.area(shapely.union(outlines, touched)),
        grade=candidates["grade"],
    )


def main(folders: list[str]) -> None:
    """Print both tables."""
    table = pd.concat([matches(Path(folder)) for folder in folders], ignore_index=True)
    for column in ("confidence", "grade"):
        groups = table.groupby(column)
        shown = groups.agg(candidates=("iou", "size"), true=("true", "mean"), iou=("iou", "mean"))
        print(shown.round(2).to_string(), end="\n\n")
    for name in MEASURES:
        correlation = spearmanr(table[name], table["iou"]).statistic
        print(f"{name:20} rank correlation with IoU {np.round(correlation, 2)}")


if __name__ == "__main__":
    main(sys.argv[1:])
