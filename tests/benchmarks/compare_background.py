"""Compare background removal off and on, before Gi* and before rates, on simulated areas.

Prints the tables of docs/method/motion.md. Every step is a script of the workflow with its default
options; the areas are simulated for this purpose, from seeds that serve nothing else.
"""

import sys
import tempfile
from itertools import product
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

import candidate_rules as rules  # noqa: E402

from derive_morphometry import derive_morphometry  # noqa: E402
from hotslope.candidates.accuracy import extraction_accuracy  # noqa: E402
from hotslope.candidates.outlines import points_inside  # noqa: E402
from hotslope.motion.tables import HOTSPOTS  # noqa: E402
from hotslope.points.tables import POINTS  # noqa: E402
from hotslope.simulation.study_area import AreaSettings  # noqa: E402
from import_points import import_points  # noqa: E402
from prepare_dem import prepare_dem  # noqa: E402
from simulate_area import simulate_area  # noqa: E402

SEEDS = (7301, 7302, 7303)
ATMOSPHERES = ("default", "rough")
BACKGROUNDS = ("none", "modal")
AREA = {"bounds_m": [690_000, 3_980_000, 702_000, 3_990_000], "crs": "EPSG:32647"}
TRACKS = {
    "descending": {"incidence_deg": 39.5, "heading_deg": 192.0},
    "ascending": {"incidence_deg": 37.0, "heading_deg": 348.0},
}
SECTIONS = ("terrain", "simulation", "points", "hotspots", "candidates", "decomposition")
MEASURES = ("accuracy", "missing", "iou", "f1")
TERRAIN = ("elevation", "slope", "aspect", "plan_curvature", "profile_curvature", "tpi", "tri")


def main() -> None:
    """Simulate, run and print."""
    defaults = {section: rules.defaults(section) for section in SECTIONS}
    points, candidates = [], []
    for atmosphere, seed in product(ATMOSPHERES, SEEDS):
        with tempfile.TemporaryDirectory() as name:
            print(f"seed {seed}, {atmosphere} atmosphere", file=sys.stderr)
            area = {"atmosphere": atmosphere, "seed": seed}
            folder = Path(name)
            make_inputs(folder, defaults, atmosphere, seed)
            for hotspots in BACKGROUNDS:
                scored = defaults["hotspots"] | {"background": hotspots}
                for track in TRACKS:
                    paper = defaults["candidates"] | {"method": "paper"}
                    rules.measure_motion(study_of(folder), track, paper, scored)
                    row = describe_scores(folder, track, defaults["hotspots"]["significance"])
                    points.append({**area, "hotspots": hotspots, **row})
                for method, rates in (("rate", "none"), ("rate", "modal"), ("paper", "")):
                    changes = {"method": method, "background": rates}
                    row = extract(folder, defaults["candidates"] | changes, scored)
                    row |= {"hotspots": hotspots, "method": method, "candidates": rates}
                    candidates.append({**area, **row})
    print_means(points, ["atmosphere", "hotspots"])
    print_means(candidates, ["atmosphere", "method", "candidates", "hotspots"])
    spread = pd.DataFrame(candidates).query("method == 'rate' and candidates == 'modal'")
    print_means(spread, ["atmosphere", "seed", "hotspots"])


def make_inputs(folder: Path, defaults: dict[str, dict], atmosphere: str, seed: int) -> None:
    """Simulate an area; import its points and derive its terrain."""
    simulation = defaults["simulation"]
    bodies = ("landslides_per_km2", "false_movers_per_km2", "fast_share")
    simulate_area(
        items_paths={track: str(folder / f"{track}_items.txt") for track in TRACKS},
        table_paths={track: str(folder / f"{track}_table.txt") for track in TRACKS},
        dem_path=str(folder / "raw_dem.tif"),
        layers_path=str(folder / "layers.gpkg"),
        land_cover_path=str(folder / "cover.tif"),
        inventory_path=str(folder / "inventory.gpkg"),
        reference_path=str(folder / "reference.gpkg"),
        truth_path=str(folder / "truth.gpkg"),
        settings=AreaSettings(
            **AREA,
            seed=seed,
            density_per_km2={"descending": 264, "ascending": 230},
            incidence_deg={track: sight["incidence_deg"] for track, sight in TRACKS.items()},
            heading_deg={track: sight["heading_deg"] for track, sight in TRACKS.items()},
            **{name: simulation[name] for name in bodies},
        ),
        atmosphere=atmosphere,
        inventory_completeness=simulation["inventory_completeness"],
        label_error=simulation["label_error"],
    )
    for track, sight in TRACKS.items():
        import_points(
            source={
                "items": str(folder / f"{track}_items.txt"),
                "table": str(folder / f"{track}_table.txt"),
            },
            format="gamma_ipta",
            options={},
            points_path=str(folder / f"{track}.parquet"),
            summary_path=str(folder / f"{track}.json"),
            track=track,
            pass_direction=track,
            min_coherence=defaults["points"]["min_coherence"],
            **AREA,
            **sight,
        )
    prepare_dem(
        dem_path=str(folder / "raw_dem.tif"),
        prepared_path=str(folder / "dem.tif"),
        margin_m=defaults["terrain"]["margin_m"],
        **study_of(folder).grid,
    )
    derive_morphometry(
        dem_path=str(folder / "dem.tif"),
        output_paths={name: str(folder / f"{name}.tif") for name in TERRAIN},
        tpi_window_m=defaults["terrain"]["tpi_window_m"],
        tri=defaults["terrain"]["tri"],
        strip_memory_mb=rules.defaults("scale")["strip_memory_mb"],
        **study_of(folder).grid,
    )


def study_of(folder: Path) -> rules.Study:
    """Return the area as the scripts of the workflow are run on it."""
    return rules.Study(folder, tuple(TRACKS), AREA["bounds_m"], AREA["crs"], True)


def describe_scores(folder: Path, track: str, significance: float) -> dict[str, float]:
    """Shares of significant points, and of points in true bodies, in per cent."""
    points = POINTS.read(folder / f"{track}.parquet", ["x_m", "y_m"])
    hotspots = HOTSPOTS.read(folder / f"{track}_hotspots.parquet", ["q"])
    significant = hotspots["q"].to_numpy() <= significance
    bodies = gpd.read_file(folder / "truth.gpkg", layer="bodies").geometry.to_numpy()
    inside = np.zeros(len(points), dtype=bool)
    inside[points_inside(bodies, points["x_m"].to_numpy(), points["y_m"].to_numpy())[1]] = True
    return {
        "points in bodies": 100 * inside.mean(),
        "significant": 100 * significant.mean(),
        "significant that lie in bodies": 100 * inside[significant].mean(),
        "in bodies that are significant": 100 * significant[inside].mean(),
    }


def extract(folder: Path, settings: dict, hotspots: dict) -> dict:
    """Outline, merge and measure the candidates of the area."""
    study = study_of(folder)
    for track in TRACKS:
        rules.measure_motion(study, track, settings, hotspots)
    for track in TRACKS:
        rules.outline(study, track, settings, hotspots)
    rules.merge(study, settings, hotspots)
    candidates = gpd.read_file(folder / "candidates.gpkg", layer="candidates")
    reference = gpd.read_file(folder / "reference.gpkg")
    measured = extraction_accuracy(candidates, reference, resamples=1)
    objects = {name: measured[name] for name in ("objects_found", "objects_true")}
    return {name: measured[name] for name in MEASURES} | objects


def print_means(rows: list[dict] | pd.DataFrame, groups: list[str]) -> None:
    """Print means over areas, and over tracks where there are any, as a Markdown table."""
    table = pd.DataFrame(rows)
    columns = [name for name in table.columns if pd.api.types.is_float_dtype(table[name])]
    means = table.groupby(groups, sort=False)[columns].mean().reset_index()
    print("|", " | ".join(means.columns), "|")
    print("|" + "---|" * len(means.columns))
    for row in means.itertuples(index=False):
        cells = [
            f"{cell:.1f}"
            if isinstance(cell, float) and cell > 1
            else f"{cell:.3f}"
            if isinstance(cell, float)
            else str(cell)
            for cell in row
        ]
        print("|", " | ".join(cells), "|")
    print()


if __name__ == "__main__":
    main()
