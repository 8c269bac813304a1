"""A small study area as a user has it: raw files that no rule makes, simulated once."""

from pathlib import Path

import yaml

from hotslope.simulation.study_area import AreaSettings
from runner import ROOT, merged
from simulate_area import simulate_area

BOUNDS_M = [690000, 3980000, 692000, 3982000]
#: Incidence and heading of the tracks (degrees), as in the demo's config.
TRACKS = {"descending": (39.5, 192.0), "ascending": (37.0, 348.0)}


def simulate(folder: Path, bodies_per_km2: float = 1.0) -> None:
    """Write the raw inputs of a small area into a folder.

    As many landslides as other bodies that move.
    """
    files = ("layers", "inventory", "reference", "truth")
    simulate_area(
        items_paths={name: str(folder / name / "items.txt") for name in TRACKS},
        table_paths={name: str(folder / name / "disp_tab.txt") for name in TRACKS},
        dem_path=str(folder / "dem.tif"),
        land_cover_path=str(folder / "land_cover.tif"),
        **{f"{name}_path": str(folder / f"{name}.gpkg") for name in files},
        settings=AreaSettings(
            crs="EPSG:32647",
            bounds_m=BOUNDS_M,
            seed=7,
            density_per_km2=dict.fromkeys(TRACKS, 264.0),
            incidence_deg={name: incidence for name, (incidence, _) in TRACKS.items()},
            heading_deg={name: heading for name, (_, heading) in TRACKS.items()},
            landslides_per_km2=bodies_per_km2,
            false_movers_per_km2=bodies_per_km2,
            fast_share=0.05,
        ),
        atmosphere="default",
        inventory_completeness=0.9,
        label_error=0.0,
    )


def small_config(*changes: dict) -> dict:
    """The demo's config on the small area, whose files are in inputs/, with changes."""
    text = (ROOT / "config" / "config.yaml").read_text(encoding="utf-8")
    config = yaml.safe_load(text.replace("resources/demo/", "inputs/"))
    del config["simulation"]
    small = {
        "study_area": {"name": "small", "bounds_m": BOUNDS_M},
        "models": {"logistic_regression": {}},
        "candidates": {"stability_replicas": 5},
    }
    for change in (small, *changes):
        config = merged(config, change)
    return config
