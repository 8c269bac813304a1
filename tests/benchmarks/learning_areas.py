"""Factor tables of simulated areas, with bodies as candidates: what learning is compared on.

Factors of terrain and layers alone: without points, and so without shares of trends, an area takes
some ten seconds.
"""

import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
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


def labelled_sample(seed: int, keep: Path | None = None) -> Sample:
    """Return factors and labels of the candidates of a simulated area that have a label.

    Parameters
    ----------
    seed : int
        Of the area.
    keep : Path or None
        Folder that keeps the tables, and where they are taken from if they are there.
    """
    folder = None if keep is None else keep / str(seed)
    if folder is not None and (folder / "factors.parquet").exists():
        return _sample(folder)
    with tempfile.TemporaryDirectory() as work:
        _measure(Path(work), seed)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for name in ("labels.parquet", "factors.parquet"):
                (folder / name).write_bytes((Path(work) / name).read_bytes())
        return _sample(Path(work))


def _sample(folder: Path) -> Sample:
    sample = gather_sample(
        read_factors(str(folder / "factors.parquet")),
        LABELS.read(folder / "labels.parquet"),
        _default_factors(),
    )
    return sample.rows(sample.label >= 0)


def _default_factors() -> list[str]:
    """Return the default factors that need no points."""
    names = config_keys()["factors"]["default"]
    return [name for name in names if not name.startswith("trend_")]


def _measure(work: Path, seed: int) -> None:
    """Simulate an area and describe its bodies, by the scripts of the workflow."""
    tracks = list(INCIDENCE_DEG)
    simulation = defaults("simulation") | {
        "landslides_per_km2": BODIES_PER_KM2,
        "false_movers_per_km2": BODIES_PER_KM2,
    }
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
        crs=CRS,
        bounds_m=BOUNDS_M,
        seed=seed,
        density_per_km2=dict.fromkeys(tracks, 1.0),
        incidence_deg=INCIDENCE_DEG,
        heading_deg=HEADING_DEG,
        **{
            name: simulation[name]
            for name in (
                "landslides_per_km2", "false_movers_per_km2", "fast_share", "atmosphere",
                "inventory_completeness", "label_error",
            )
        },
    )  # fmt: skip
    _derive_terrain(work)
    bodies = gpd.read_file(work / "truth.gpkg", layer="bodies")
    names = [f"c{number:04d}" for number in bodies["body_id"]]
    outlines = gpd.GeoDataFrame({"candidate_id": names}, geometry=bodies.geometry, crs=CRS)
    write_layers(work / "candidates.gpkg", {"candidates": outlines}, CANDIDATES.metadata())
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
        **GRID,
    )
    derive_hydrology(
        dem_path=dem,
        contributing_area_path=str(work / "contributing_area.tif"),
        spi_path=str(work / "spi.tif"),
        twi_path=str(work / "twi.tif"),
        slope_floor_deg=settings["slope_floor_deg"],
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
        names=_default_factors(),
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
