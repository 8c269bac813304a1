"""Factor tables of simulated areas, with bodies as candidates: what learning is compared on.

Factors of terrain and layers alone: without points, and so without shares of trends, an area takes
some ten seconds.
"""

import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml
from candidate_rules import (  # first: it puts the package on the path
    CELL_SIZE_M,
    ROOT,
    config_keys,
    defaults,
)

from derive_hydrology import derive_hydrology
from derive_morphometry import derive_morphometry
from extract_factors import extract_factors
from hotslope.candidates.tables import CANDIDATES
from hotslope.factors.tables import read_factors
from hotslope.files import write_layers
from hotslope.learning.sample import Sample, gather_sample
from hotslope.learning.tables import LABELS
from hotslope.simulation import carved_relief, geology
from hotslope.simulation.placement import intensities, possible_centres
from hotslope.simulation.study_area import AreaSettings, StudyArea, build_study_area
from label_candidates import label_candidates
from prepare_dem import prepare_dem
from simulate_area import simulate_area

CRS = "EPSG:32647"
BOUNDS_M = [690_000.0, 3_980_000.0, 702_000.0, 3_990_000.0]
#: Landslides per km², and as many other bodies: some 170 labelled candidates per area.
BODIES_PER_KM2 = 0.8
GRID: dict[str, Any] = {"bounds_m": BOUNDS_M, "cell_size_m": CELL_SIZE_M, "crs": CRS}
TERRAIN = (
    "elevation", "slope", "aspect", "plan_curvature", "profile_curvature", "tpi", "tri",
)  # fmt: skip
INCIDENCE_DEG = {"descending": 39.5, "ascending": 37.0}
HEADING_DEG = {"descending": 192.0, "ascending": 348.0}


#: Other ground than that of the default: modules of the simulator and their constants.
GROUNDS: dict[str, dict[Any, dict[str, float]]] = {
    "default": {},
    # High ranges of hard rock beside a narrow valley: steeper, higher, little soft rock.
    "high ranges": {carved_relief: {"UPLIFT_M": 17.0}, geology: {"FRONT_M": 1_100.0}},
    # A wide basin of loess and red beds: gentle, low, little hard rock.
    "wide basin": {
        carved_relief: {"UPLIFT_M": 7.0},
        geology: {"FRONT_M": 4_200.0, "BASIN_UPLIFT": 0.6},
    },
}
#: Share of the rows of the inventory that are in the wrong class.
LABEL_ERROR = 0.05
TABLES = ("labels.parquet", "factors.parquet", "chances.parquet")


def labelled_sample(seed: int, keep: Path | None = None, ground: str = "default") -> Sample:
    """Return factors and labels of the candidates of a simulated area that have a label.

    Parameters
    ----------
    seed : int
        Of the area.
    keep : Path or None
        Folder that keeps the tables, and where they are taken from if they are there.
    ground : str
        A key of `GROUNDS`.
    """
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) if keep is None else keep / str(seed)
        measure_area(folder, seed, ground)
        sample = gather_sample(
            read_factors(str(folder / "factors.parquet")),
            LABELS.read(folder / "labels.parquet"),
            default_factors(),
        )
    return sample.rows(sample.label >= 0)


def measure_area(folder: Path, seed: int, ground: str = "default") -> None:
    """Make the `TABLES` of an area in a folder, unless they are there."""
    if all((folder / name).exists() for name in TABLES):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, ExitStack() as stack:
        for module, constants in GROUNDS[ground].items():
            stack.enter_context(patch.multiple(module, **constants))
        _measure(Path(work), seed)
        for name in TABLES:
            (folder / name).write_bytes((Path(work) / name).read_bytes())


def default_factors() -> list[str]:
    """Return the default factors that need no points."""
    names = config_keys()["factors"]["default"]
    return [name for name in names if not name.startswith("trend_")]


def chance_of_landslide(study: StudyArea, seed: int, *, with_hidden: bool) -> np.ndarray:
    """Return the probability that a body is labelled a landslide, given its place.

    Parameters
    ----------
    study : StudyArea
    seed : int
        Of the area.
    with_hidden : bool
        See `hotslope.simulation.placement.intensities`. Without what is hidden, the order of the
        bodies is still the best that can be had from all causes that factors show: the hidden
        parts act alike everywhere.

    Returns
    -------
    ndarray of float64, shape (n_bodies,)
        Bodies of a kind over the area are spread as its intensity; of all that could lie in a
        place, the share that are landslides. Then some labels are wrong.
    """
    within = possible_centres(study.land, study.grid)
    grid = study.land.grid
    row, column = grid.rows_columns(
        np.array([body.x_m for body in study.bodies]), np.array([body.y_m for body in study.bodies])
    )
    slides, all_bodies = np.zeros(row.size), np.zeros(row.size)
    counts = Counter((body.kind, body.is_landslide) for body in study.bodies)
    fields = intensities(study.land, seed, with_hidden=with_hidden)
    for (kind, is_landslide), count in counts.items():
        expected = count * fields[kind][row, column] / fields[kind][within].sum()
        all_bodies += expected
        slides += expected * is_landslide
    chance = slides / all_bodies
    return chance * (1 - LABEL_ERROR) + (1 - chance) * LABEL_ERROR


def _measure(work: Path, seed: int) -> None:
    """Simulate an area and describe its bodies, by the scripts of the workflow."""
    tracks = list(INCIDENCE_DEG)
    simulation = defaults("simulation")
    settings = AreaSettings(
        crs=CRS,
        bounds_m=BOUNDS_M,
        seed=seed,
        density_per_km2=dict.fromkeys(tracks, 1.0),
        incidence_deg=INCIDENCE_DEG,
        heading_deg=HEADING_DEG,
        landslides_per_km2=BODIES_PER_KM2,
        false_movers_per_km2=BODIES_PER_KM2,
        fast_share=simulation["fast_share"],
    )
    simulate_area(
        items_paths={track: str(work / f"{track}_items.txt") for track in tracks},
        table_paths={track: str(work / f"{track}_table.txt") for track in tracks},
        **{
            f"{name}_path": str(work / file)
            for name, file in {
                "dem": "dem_raw.tif",
                "layers": "layers.gpkg",
                "land_cover": "land_cover.tif",
                "inventory": "inventory.gpkg",
                "reference": "reference.gpkg",
                "truth": "truth.gpkg",
            }.items()
        },
        settings=settings,
        atmosphere=simulation["atmosphere"],
        inventory_completeness=simulation["inventory_completeness"],
        label_error=LABEL_ERROR,
    )
    _derive_terrain(work)
    study = build_study_area(settings)
    names = [f"c{body.number:04d}" for body in study.bodies]
    outlines = gpd.GeoDataFrame(
        {"candidate_id": names}, geometry=[body.outline() for body in study.bodies], crs=CRS
    )
    write_layers(work / "candidates.gpkg", {"candidates": outlines}, CANDIDATES.metadata())
    chances = {
        "all_causes": chance_of_landslide(study, seed, with_hidden=True),
        "shown_causes": chance_of_landslide(study, seed, with_hidden=False),
    }
    pd.DataFrame({"candidate_id": names} | chances).to_parquet(work / "chances.parquet")
    _describe(work)


def _derive_terrain(work: Path) -> None:
    settings = defaults("terrain")
    dem = str(work / "dem.tif")
    prepare_dem(
        dem_path=str(work / "dem_raw.tif"),
        prepared_path=dem,
        margin_m=settings["margin_m"],
        **GRID,
    )
    derive_morphometry(
        dem_path=dem,
        output_paths={name: str(work / f"{name}.tif") for name in TERRAIN},
        tpi_window_m=settings["tpi_window_m"],
        tri=settings["tri"],
        strip_memory_mb=defaults("scale")["strip_memory_mb"],
        **GRID,
    )
    derive_hydrology(
        dem_path=dem,
        contributing_area_path=str(work / "contributing_area.tif"),
        spi_path=str(work / "spi.tif"),
        twi_path=str(work / "twi.tif"),
        slope_floor_deg=settings["slope_floor_deg"],
        strip_memory_mb=defaults("scale")["strip_memory_mb"],
        **GRID,
    )


def _describe(work: Path) -> None:
    """Write factors and labels of the candidates, with the layers as the demo has them."""
    demo = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
    layers = {
        name: {"column": None, "layer": None, "classes": None}
        | options
        | {"path": str(work / Path(options["path"]).name)}
        for name, options in demo["layers"].items()
    }
    extract_factors(
        candidates_path=str(work / "candidates.gpkg"),
        terrain_paths=[str(work / f"{name}.tif") for name in (*TERRAIN, "spi", "twi")],
        points_paths=[],
        trends_paths=[],
        summaries_paths=[],
        factors_path=str(work / "factors.parquet"),
        report_path=str(work / "factors.json"),
        names=default_factors(),
        layers=layers,
        crs=CRS,
        flat_slope_deg=defaults("terrain")["flat_slope_deg"],
    )
    label_candidates(
        candidates_path=str(work / "candidates.gpkg"),
        inventory_path=str(work / "inventory.gpkg"),
        labels_path=str(work / "labels.parquet"),
        summary_path=str(work / "labels.json"),
        layer="inventory",
        class_column="class",
        positive_class="potential landslide",
        kind_column=None,
        role_column=None,
        min_overlap=0.3,
        folds=5,
    )
