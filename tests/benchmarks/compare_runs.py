"""Compare the results of one study area by two versions: ``compare_runs.py EARLIER LATER``.

EARLIER and LATER are results folders of finished runs. Prints the table of docs/BENCHMARKS.md.
"""

import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import rasterio

TERRAIN = (
    "elevation", "slope", "aspect", "plan_curvature", "profile_curvature", "tpi", "tri",
    "contributing_area", "spi", "twi",
)  # fmt: skip
#: Relative difference from which a cell differs.
TOLERANCE = 1e-6


def differing_share(earlier: Path, later: Path) -> float:
    """Share of the cells with data whose values differ."""
    with rasterio.open(earlier) as first, rasterio.open(later) as second:
        one, two = first.read(1, masked=True), second.read(1, masked=True)
    return float(np.ma.mean(np.abs(one - two) > TOLERANCE * np.abs(one)))


def common_ground(one: gpd.GeoSeries, two: gpd.GeoSeries) -> float:
    """Ground that two sets of outlines have in common, as a share of that of either."""
    first, second = one.union_all(), two.union_all()
    return float(first.intersection(second).area / first.union(second).area)


def both(folders: list[Path], name: str) -> list[Path]:
    """Return a file of each run."""
    return [folder / name for folder in folders]


def rows(folders: list[Path]) -> list[tuple[str, str]]:
    """Return what is compared, and how it differs."""
    found = []
    for path in sorted((folders[1] / "points").glob("*_summary.json")):
        track = path.name.removesuffix("_summary.json")
        counts = [
            pq.read_metadata(file).num_rows for file in both(folders, f"points/{track}.parquet")
        ]
        found.append((f"points of {track}", " and ".join(f"{count:,}" for count in counts)))
    for name in TERRAIN:
        share = differing_share(*both(folders, f"terrain/{name}.tif"))
        found.append((name, f"{100 * share:.1f} % of the cells differ"))
    outlines = [
        gpd.read_file(file, layer="candidates")
        for file in both(folders, "candidates/candidates.gpkg")
    ]
    ground = common_ground(*(frame.geometry for frame in outlines))
    counts = " and ".join(str(len(frame)) for frame in outlines)
    found.append(("candidates", f"{counts}, {100 * ground:.0f} % of the ground in common"))
    measured = [
        json.loads(file.read_text()) for file in both(folders, "candidates/extraction.json")
    ]
    found += [
        (name, " and ".join(f"{each[name]:.3f}" for each in measured))
        for name in ("accuracy", "missing", "iou", "f1")
    ]
    kept = [
        set(pd.read_csv(file).query("kept")["factor"])
        for file in both(folders, "learning/screening.csv")
    ]
    found.append(("factors left out since", ", ".join(sorted(kept[0] - kept[1]))))
    found.append(("factors kept since", ", ".join(sorted(kept[1] - kept[0]))))
    aucs = [
        pd.read_csv(file).query("metric == 'auc'").set_index("model")["value"]
        for file in both(folders, "learning/test_metrics.csv")
    ]
    return found + [
        (f"AUC of {model}", " and ".join(f"{each[model]:.2f}" for each in aucs))
        for model in aucs[1].index
    ]


def main() -> None:
    """Print the table."""
    folders = [Path(name) for name in sys.argv[1:3]]
    print("| | difference |\n|---|---|")
    for name, difference in rows(folders):
        print(f"| {name} | {difference} |")


if __name__ == "__main__":
    main()
