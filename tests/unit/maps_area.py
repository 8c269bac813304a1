"""A tiny area with all that the scripts of the maps read, or with nothing in its files."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotslope.candidates.tables import CANDIDATES, STABILITY
from hotslope.class_rasters import class_raster_by_rows
from hotslope.factors.tables import factor_table
from hotslope.files import write_csv, write_json, write_layers
from hotslope.grid import Grid
from hotslope.learning.tables import APPLICABILITY, LABELS, MAIN_FACTORS, PROBABILITIES
from hotslope.maps.coverage import COVERAGE_CLASSES
from hotslope.motion.tables import HOTSPOTS, TRENDS
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster
from map_potential_landslides import map_potential_landslides
from summarise_series import summarise_series

TRACKS = ["descending", "ascending"]
MODELS = ["cnn", "random_forest"]
VARIANTS = ["iou", "bandwidth", "threshold"]
BOUNDS = [690000.0, 3980000.0, 692000.0, 3981500.0]
CRS = "EPSG:32647"
GRID = Grid.from_bounds(BOUNDS, 25.0, CRS)
AREA = {"study_area_name": "tiny", "bounds_m": BOUNDS, "crs": CRS}
FACTORS = ["slope", "aspect", "elevation", "trend_linear", "trend_nonlinear"]


def write_coverage(folder: Path, classes: np.ndarray) -> Path:
    """Write the map of what was measured from the class of each cell."""
    path = folder / "coverage.tif"
    with class_raster_by_rows(path, COVERAGE_CLASSES, GRID, {}) as write:
        write(slice(0, GRID.shape[0]), classes)
    return path


def points_of_track(folder: Path, track: str, count: int, rng: np.random.Generator) -> None:
    identifiers = [f"{track}{number}" for number in range(count)]
    points = (
        POINTS.empty()
        .reindex(range(count))
        .assign(
            point_id=identifiers,
            x_m=rng.uniform(BOUNDS[0], BOUNDS[2], count),
            y_m=rng.uniform(BOUNDS[1], BOUNDS[3], count),
            lon=101.1,
            lat=35.9,
            velocity_mm_yr=rng.normal(0, 8, count),
        )
    )
    for days, epoch in enumerate(["d_20200103", "d_20200115", "d_20200127"]):
        points[epoch] = (points["velocity_mm_yr"] * days * 12 / 365.25).astype(np.float32)
    POINTS.write(folder / f"{track}.parquet", points.astype({"point_id": "str"}))
    trends = pd.DataFrame(
        {"point_id": identifiers, "trend": rng.integers(0, 6, count).astype(np.int8)}
    )
    TRENDS.write(folder / f"{track}_trends.parquet", trends.astype({"point_id": "str"}))
    write_json(folder / f"{track}_trends.json", {"season": "not separable"})
    z = rng.normal(0, 3, count)
    z[: count // 10] = np.nan
    p = np.where(np.isnan(z), np.nan, 0.5 * np.exp(-np.abs(z)))
    hotspots = pd.DataFrame(
        {"point_id": identifiers, "z": z, "p": p, "q": p, "neighbours": np.int32(3)}
    )
    hotspots = hotspots.astype({"point_id": "str", "neighbours": "int32"})
    HOTSPOTS.write(folder / f"{track}_hotspots.parquet", hotspots)
    signed = rng.normal(0, 1e-3, GRID.shape) if count else np.zeros(GRID.shape)
    signed[:10] = 0.0
    bands = {"signed": signed, "hot": np.maximum(signed, 0), "cold": np.maximum(-signed, 0)}
    write_raster(folder / f"{track}_density.tif", bands, GRID)


def candidates_with_all(folder: Path, count: int, rng: np.random.Generator) -> None:
    identifiers = pd.Series([f"PLC{number:04d}" for number in range(count)], dtype="str")
    x, y = rng.uniform(690200, 691800, count), rng.uniform(3980200, 3981300, count)
    frame = gpd.GeoDataFrame(
        {
            "candidate_id": identifiers,
            "tracks": pd.Series(["descending,ascending"] * count, dtype="str"),
            "grade": pd.Series(np.resize(list("ABCD"), count), dtype="str"),
            "area_m2": np.full(count, 100.0**2),
            "sign_descending": pd.Series(rng.choice(["away", "none"], count), dtype="str"),
            "sign_ascending": pd.Series(["toward"] * count, dtype="str"),
        },
        geometry=shapely.box(x, y, x + 100, y + 100),
        crs=CRS,
    )
    write_layers(folder / "candidates.gpkg", {"candidates": frame}, CANDIDATES.metadata())
    stability = dict.fromkeys(["stability", *(f"stability_{name}" for name in VARIANTS)], 0.5)
    levels = pd.Series(np.resize(["high", "medium", "low"], count), dtype="str")
    stability = pd.DataFrame({"candidate_id": identifiers, **stability, "confidence": levels})
    STABILITY.write(folder / "stability.parquet", stability if count else STABILITY.empty())
    aspect = pd.Series(rng.choice(["n", "s", "flat"], count), dtype="str")
    numbers = {name: rng.random(count) for name in FACTORS if name != "aspect"}
    factors = pd.DataFrame({"candidate_id": identifiers, "aspect": aspect, **numbers})
    factor_table(FACTORS).write(folder / "factors.parquet", factors)
    label = pd.Series(rng.choice([0, 1, None], count), dtype="Int8")
    kind = pd.Series(np.where(label.eq(1).fillna(False), "reactivated", ""), dtype="str")
    labels = pd.DataFrame({"candidate_id": identifiers, "label": label, "kind": kind})
    labels = labels.assign(inventory_id=kind, role=kind, x_m=x, y_m=y)
    LABELS.write(folder / "labels.parquet", labels)
    for model in MODELS:
        table = {"candidate_id": identifiers, "probability": rng.random(count)}
        models = np.full(count, 5, dtype=np.int32)
        calibrated = {
            "probability_calibrated": 0.4,
            "probability_low": 0.3,
            "probability_high": 0.5,
            "prediction_set": pd.Series(["either"] * count, dtype="str"),
        }
        probabilities = pd.DataFrame(
            {**table, "probability_std": 0.1, "n_models": models, **calibrated}
        )
        PROBABILITIES.write(folder / f"{model}.parquet", probabilities)
        write_json(folder / f"{model}.json", {"threshold": 0.5 if count else None})
        reasons = pd.Series([f"{model} +0.10"] * count, dtype="str")
        reasons = pd.DataFrame(
            {"candidate_id": identifiers, "main_factors": reasons, "reasons": reasons}
        )
        MAIN_FACTORS.write(folder / f"{model}_main_factors.parquet", reasons)


def write_area(folder: Path, count: int) -> Path:
    """All files that the scripts of the stage read, of so many points per track."""
    rng = np.random.default_rng(11)
    for track in TRACKS:
        points_of_track(folder, track, count, rng)
    candidates_with_all(folder, count // 50, rng)
    rows, columns = np.mgrid[0 : GRID.shape[0], 0 : GRID.shape[1]]
    elevation = 2000 + 200 * np.sin(rows / 9.0) * np.cos(columns / 7.0)
    write_raster(folder / "elevation.tif", {"elevation_m": elevation}, GRID)
    screening = {
        "factor": FACTORS,
        "gain_ratio": rng.random(len(FACTORS)),
        "null_95": 0.5,
        "kept": [True, False, True, True, True],
    }
    write_csv(folder / "screening.csv", pd.DataFrame(screening))
    curve = {"false_positive_rate": [0, 0.4, 1], "recall": [0, 0.7, 1], "threshold": [9, 0.5, 0]}
    curves = pd.concat([pd.DataFrame(curve).assign(model=model) for model in MODELS])
    write_csv(folder / "roc.csv", curves if count else curves[:0])
    metrics = {"model": MODELS, "metric": "auc", "value": 0.65, "low": 0.5, "high": 0.8}
    write_csv(folder / "test_metrics.csv", pd.DataFrame(metrics))
    landslides(folder, folder / "landslides.gpkg")
    return folder


def landslides(
    area: Path, target: Path, models: Sequence[str] = MODELS, exposure_path: str | None = None
) -> None:
    map_potential_landslides(
        candidates_path=str(area / "candidates.gpkg"),
        factors_path=str(area / "factors.parquet"),
        stability_path=str(area / "stability.parquet"),
        labels_path=str(area / "labels.parquet"),
        probabilities_paths=[str(area / f"{model}.parquet") for model in models],
        metrics_paths=[str(area / f"{model}.json") for model in models],
        main_factors_paths=[str(area / f"{model}_main_factors.parquet") for model in models],
        landslides_path=str(target),
        parquet_path=str(target.with_suffix(".parquet")),
        tracks=TRACKS,
        models=list(models),
        exposure_path=exposure_path,
    )


#: What is unlike training of the candidates to which a model of another area is not applicable.
STRANGE = "slope 61° (training: 4.2 to 38)"
APPLIED = "random_forest"


def apply_elsewhere(area: Path, target: Path, outside: Sequence[int]) -> None:
    """Map the candidates by a model of another area, not applicable to those of these numbers."""
    identifiers = gpd.read_file(area / "candidates.gpkg")["candidate_id"].astype("str")
    applicable = ~np.isin(np.arange(len(identifiers)), outside)
    judged = {
        "candidate_id": identifiers,
        "dissimilarity": np.where(applicable, 0.1, 3.0),
        "applicable": applicable,
        "strange": pd.Series([STRANGE] * len(identifiers), dtype="str").where(~applicable),
    }
    APPLICABILITY.write(area / "applicability.parquet", pd.DataFrame(judged))
    applied = {
        "model": APPLIED,
        "training_area": "guide",
        "rows": 90,
        "prevalence": 0.4,
        "candidates": len(identifiers),
        "outside": len(outside),
    }
    write_json(area / "applied.json", {"threshold": 0.5, "applied": applied})
    map_potential_landslides(
        candidates_path=str(area / "candidates.gpkg"),
        factors_path=str(area / "factors.parquet"),
        stability_path=str(area / "stability.parquet"),
        labels_path=None,
        probabilities_paths=[str(area / f"{APPLIED}.parquet")],
        metrics_paths=[str(area / "applied.json")],
        main_factors_paths=[str(area / f"{APPLIED}_main_factors.parquet")],
        applicability_path=str(area / "applicability.parquet"),
        landslides_path=str(target),
        parquet_path=str(target.with_suffix(".parquet")),
        tracks=TRACKS,
        models=[APPLIED],
    )


def series(area: Path, tracks: list[str]) -> None:
    summarise_series(
        candidates_path=str(area / "candidates.gpkg"),
        points_paths=[str(area / f"{track}.parquet") for track in tracks],
        trends_paths=[str(area / f"{track}_trends.parquet") for track in tracks],
        series_path=str(area / "series.parquet"),
        tracks=tracks,
        crs=CRS,
    )
