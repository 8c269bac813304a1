"""Every script of the stage on a tiny area: valid pictures, same bytes twice, empty inputs."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from hotslope.candidates.accuracy import extraction_accuracy
from hotslope.candidates.tables import STABILITY
from hotslope.factors.tables import factor_table
from hotslope.files import write_csv, write_json, write_layers
from hotslope.grid import Grid
from hotslope.learning.tables import LABELS, MAIN_FACTORS, PROBABILITIES
from hotslope.maps.outcome import LANDSLIDE, OTHER
from hotslope.maps.style import NEUTRAL, WIDTH_PX
from hotslope.motion.tables import HOTSPOTS, TRENDS
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster
from map_potential_landslides import map_potential_landslides
from plot_candidates import plot_candidates
from plot_correlation import plot_correlation
from plot_density import plot_density
from plot_extraction import plot_extraction
from plot_hotspots import plot_hotspots
from plot_information_gain import plot_information_gain
from plot_potential_landslides import plot_potential_landslides
from plot_radius import plot_radius
from plot_radius_sensitivity import plot_radius_sensitivity
from plot_roc import plot_roc
from plot_trends import plot_trends
from plot_velocity import plot_velocity

TRACKS = ["descending", "ascending"]
MODELS = ["cnn", "random_forest"]
VARIANTS = ["iou", "bandwidth", "threshold"]
BOUNDS = [690000.0, 3980000.0, 692000.0, 3981500.0]
CRS = "EPSG:32647"
GRID = Grid.from_bounds(BOUNDS, 25.0, CRS)
AREA = {"study_area_name": "tiny", "bounds_m": BOUNDS, "crs": CRS}
FACTORS = ["slope", "aspect", "elevation", "trend_linear", "trend_nonlinear"]


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
    POINTS.write(folder / f"{track}.parquet", points.astype({"point_id": "str"}))
    # In another order than the points: the figures go by identifier.
    backward = identifiers[::-1]
    trends = pd.DataFrame(
        {"point_id": backward, "trend": rng.integers(0, 6, count).astype(np.int8)}
    )
    TRENDS.write(folder / f"{track}_trends.parquet", trends.astype({"point_id": "str"}))
    write_json(folder / f"{track}_trends.json", {"season": "not separable"})
    z = rng.normal(0, 3, count)
    z[: count // 10] = np.nan
    p = np.where(np.isnan(z), np.nan, 0.5 * np.exp(-np.abs(z)))
    hotspots = pd.DataFrame(
        {"point_id": backward, "z": z, "p": p, "q": p, "neighbours": np.int32(3)}
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
            "area_m2": np.full(count, 100.0**2),
            "sign_descending": pd.Series(rng.choice(["away", "none"], count), dtype="str"),
            "sign_ascending": pd.Series(["toward"] * count, dtype="str"),
        },
        geometry=shapely.box(x, y, x + 100, y + 100),
        crs=CRS,
    )
    write_layers(folder / "candidates.gpkg", {"candidates": frame})
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
        probabilities = pd.DataFrame({**table, "probability_std": 0.1, "n_models": models})
        PROBABILITIES.write(folder / f"{model}.parquet", probabilities)
        write_json(folder / f"{model}.json", {"threshold": 0.5 if count else None})
        reasons = pd.Series([f"{model} +0.10"] * count, dtype="str")
        reasons = pd.DataFrame({"candidate_id": identifiers, "main_factors": reasons})
        MAIN_FACTORS.write(folder / f"{model}_main_factors.parquet", reasons)


@pytest.fixture(scope="module", params=[600, 0], ids=["points", "empty"])
def area(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("points" if request.param else "empty")
    rng = np.random.default_rng(11)
    for track in TRACKS:
        points_of_track(folder, track, request.param, rng)
    candidates_with_all(folder, request.param // 50, rng)
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
    write_csv(folder / "roc.csv", curves if request.param else curves[:0])
    metrics = {"model": MODELS, "metric": "auc", "value": 0.65, "low": 0.5, "high": 0.8}
    write_csv(folder / "test_metrics.csv", pd.DataFrame(metrics))
    landslides(folder, folder / "landslides.gpkg")
    return folder


def landslides(area: Path, target: Path) -> None:
    map_potential_landslides(
        candidates_path=str(area / "candidates.gpkg"),
        factors_path=str(area / "factors.parquet"),
        stability_path=str(area / "stability.parquet"),
        labels_path=str(area / "labels.parquet"),
        probabilities_paths=[str(area / f"{model}.parquet") for model in MODELS],
        metrics_paths=[str(area / f"{model}.json") for model in MODELS],
        main_factors_paths=[str(area / f"{model}_main_factors.parquet") for model in MODELS],
        landslides_path=str(target),
        models=MODELS,
    )


def per_track(area: Path, ending: str) -> list[str]:
    return [str(area / f"{track}{ending}") for track in TRACKS]


def velocity(area: Path, target: str, elevation: str | None) -> None:
    paths = per_track(area, ".parquet")
    plot_velocity(
        points_paths=paths, elevation_path=elevation, figure_path=target, tracks=TRACKS, **AREA
    )


def trends(area: Path, target: str, elevation: str | None) -> None:
    plot_trends(
        points_paths=per_track(area, ".parquet"),
        trends_paths=per_track(area, "_trends.parquet"),
        summaries_paths=per_track(area, "_trends.json"),
        elevation_path=elevation,
        figure_path=target,
        tracks=TRACKS,
        **AREA,
    )


def hotspots(area: Path, target: str, elevation: str | None) -> None:
    plot_hotspots(
        points_paths=per_track(area, ".parquet"),
        hotspots_paths=per_track(area, "_hotspots.parquet"),
        elevation_path=elevation,
        figure_path=target,
        tracks=TRACKS,
        significance=0.05,
        **AREA,
    )


def density(area: Path, target: str, elevation: str | None) -> None:
    paths = per_track(area, "_density.tif")
    plot_density(
        density_paths=paths, elevation_path=elevation, figure_path=target, tracks=TRACKS, **AREA
    )


def candidates(area: Path, target: str, elevation: str | None) -> None:
    plot_candidates(
        candidates_path=str(area / "candidates.gpkg"),
        stability_path=str(area / "stability.parquet"),
        elevation_path=elevation,
        figure_path=target,
        tracks=TRACKS,
        **AREA,
    )


def coverage(area: Path) -> str:
    """Every class of what was measured, in stripes."""
    path = area / "coverage.tif"
    rows, _ = np.indices(GRID.shape)
    write_raster(path, {"class": rows // 12 % 5.0, "tracks": rows * 0.0}, GRID)
    return str(path)


def potential(area: Path, target: str, elevation: str | None) -> None:
    plot_potential_landslides(
        landslides_path=str(area / "landslides.gpkg"),
        coverage_path=coverage(area),
        elevation_path=elevation,
        figure_path=target,
        models=MODELS,
        **AREA,
    )


def extraction(area: Path, target: str, elevation: str | None) -> None:
    """References: half of the candidates, shifted, and one that nothing covers."""
    candidates = gpd.read_file(area / "candidates.gpkg")
    shifted = candidates.translate(30, 0)[: len(candidates) // 2]
    far = gpd.GeoSeries([shapely.box(691850, 3981350, 691990, 3981490)], crs=CRS)
    reference = pd.concat([shifted, far], ignore_index=True) if len(candidates) else shifted
    reference.to_crs("EPSG:4326").to_file(f"{target}.gpkg")
    # NaN is null in the workflow's file.
    measured = extraction_accuracy(candidates, reference, resamples=100)
    shares = {name: None if value != value else value for name, value in measured.items()}
    Path(f"{target}.json").write_text(json.dumps({**shares, "intervals": {}}), encoding="utf-8")
    plot_extraction(
        candidates_path=str(area / "candidates.gpkg"),
        reference_paths=[f"{target}.gpkg"],
        extraction_path=f"{target}.json",
        elevation_path=elevation,
        figure_path=target,
        boundary=None,
        **AREA,
    )


def correlation(area: Path, target: str, _: str | None) -> None:
    plot_correlation(
        factors_path=str(area / "factors.parquet"),
        figure_path=target,
        factors=FACTORS,
        max_correlation=0.7,
        study_area_name="tiny",
    )


def information_gain(area: Path, target: str, _: str | None) -> None:
    path = str(area / "screening.csv")
    plot_information_gain(screening_path=path, figure_path=target, study_area_name="tiny")


def roc(area: Path, target: str, _: str | None) -> None:
    plot_roc(
        roc_path=str(area / "roc.csv"),
        test_metrics_path=str(area / "test_metrics.csv"),
        figure_path=target,
        models=MODELS,
        study_area_name="tiny",
    )


def radius(area: Path, target: str, _: str | None) -> None:
    for number, track in enumerate(TRACKS):
        chosen = {"distance_m": [100, 150, 200], "radius_m": 150.0, "reason": "because"}
        chosen |= (
            {"is_peak": True, "z": [1, 9, 3]} if number else {"is_peak": False, "z": [None] * 3}
        )
        write_json(area / f"{track}_radius.json", chosen)
    paths = per_track(area, "_radius.json")
    plot_radius(radius_paths=paths, figure_path=target, tracks=TRACKS, study_area_name="tiny")


def radius_sensitivity(area: Path, target: str, _: str | None) -> None:
    some = area.name.startswith("points")
    columns = {"candidates": 5, "area_m2": 4e5, "candidates_per_km2": 12.5}
    none = {"candidates": 0, "area_m2": 0.0, "candidates_per_km2": None}
    rows = [
        {"method": method, "radius_m": radius_m, **(columns if some else none)}
        for method in ("rate", "paper")
        for radius_m in (100, 200)
    ]
    write_csv(area / "sensitivity.csv", pd.DataFrame(rows))
    plot_radius_sensitivity(
        sensitivity_path=str(area / "sensitivity.csv"),
        figure_path=target,
        radius_m=200 if some else "auto",
        study_area_name="tiny",
    )


FIGURES = [
    velocity, trends, hotspots, density, candidates, extraction, potential, correlation,
    information_gain, roc, radius, radius_sensitivity,
]  # fmt: skip


@pytest.mark.parametrize("figure", FIGURES)
def test_figure_is_drawn_alike_twice(
    area: Path, tmp_path: Path, figure: Callable[[Path, str, str | None], None]
) -> None:
    elevation = str(area / "elevation.tif")
    figure(area, str(tmp_path / "first.png"), elevation)
    assert imread(tmp_path / "first.png").shape[1] == WIDTH_PX
    if area.name.startswith("points"):
        figure(area, str(tmp_path / "second.png"), elevation)
        assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()


def test_terrain_is_shaded_below(area: Path, tmp_path: Path) -> None:
    candidates(area, str(tmp_path / "bare.png"), None)
    candidates(area, str(tmp_path / "shaded.png"), str(area / "elevation.tif"))
    inside = (slice(200, 900), slice(300, 1200), slice(0, 3))
    bare, shaded = imread(tmp_path / "bare.png")[inside], imread(tmp_path / "shaded.png")[inside]
    assert np.mean(shaded != bare) > 0.8


def test_figures_show_their_inputs(area: Path, tmp_path: Path) -> None:
    """Colours of the scale are in the picture where there are points, and only there."""
    velocity(area, str(tmp_path / "velocity.png"), None)
    # The left panel without its frame; the ground is grey there.
    picture = imread(tmp_path / "velocity.png")[130:500, 120:700, :3]
    coloured = np.ptp(picture, axis=2) > 0.2
    has_points = POINTS.read(area / "descending.parquet", ["x_m"]).shape[0] > 0
    assert (coloured.mean() > 0.02) == has_points


def test_geopackage_holds_everything_and_its_style(area: Path, tmp_path: Path) -> None:
    table = gpd.read_file(area / "landslides.gpkg", layer="potential_landslides")
    expected = gpd.read_file(area / "candidates.gpkg", layer="candidates")
    assert list(table["candidate_id"]) == list(expected["candidate_id"])
    assert set(expected.columns) | set(FACTORS) | {"label", "kind"} <= set(table.columns)
    forest = pd.read_parquet(area / "random_forest.parquet")
    np.testing.assert_array_equal(table["probability_random_forest"], forest["probability"])
    landslide = (forest["probability"] >= 0.5).map({True: LANDSLIDE, False: OTHER})
    assert list(table["class"]) == list(landslide)
    assert list(table.columns[:4]) == [
        "candidate_id", "class", "probability_random_forest", "main_factors",
    ]  # fmt: skip
    assert (table["main_factors"] == "random_forest +0.10").all()
    connection = sqlite3.connect(area / "landslides.gpkg")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    (style,) = connection.execute(
        "SELECT styleQML FROM layer_styles WHERE f_table_name = 'potential_landslides' "
        "AND useAsDefault = 1"
    ).fetchone()
    connection.close()
    assert 'attr="probability_random_forest"' in style
    layers = pyogrio.list_layers(area / "landslides.gpkg")
    assert layers[0][0] == "potential_landslides"
    landslides(area, tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == (area / "landslides.gpkg").read_bytes()


def test_without_models_candidates_are_shown_unclassified(area: Path, tmp_path: Path) -> None:
    map_potential_landslides(
        candidates_path=str(area / "candidates.gpkg"),
        factors_path=str(area / "factors.parquet"),
        stability_path=None,
        labels_path=None,
        probabilities_paths=[],
        metrics_paths=[],
        main_factors_paths=[],
        landslides_path=str(tmp_path / "bare.gpkg"),
        models=[],
    )
    table = gpd.read_file(tmp_path / "bare.gpkg", layer="potential_landslides")
    assert set(table["class"]) <= {"not classified"}
    assert not [name for name in table if name.startswith(("probability", "label", "stability"))]
    plot_candidates(
        candidates_path=str(area / "candidates.gpkg"),
        stability_path=None,
        elevation_path=None,
        figure_path=str(tmp_path / "candidates.png"),
        tracks=TRACKS,
        **AREA,
    )
    assert imread(tmp_path / "candidates.png").shape[1] == WIDTH_PX
    plot_potential_landslides(
        landslides_path=str(tmp_path / "bare.gpkg"),
        coverage_path=coverage(area),
        elevation_path=None,
        figure_path=str(tmp_path / "bare.png"),
        models=[],
        **AREA,
    )
    picture = imread(tmp_path / "bare.png")
    assert picture.shape[1] == WIDTH_PX
    # The legend has the colour that the candidates have.
    legend = picture[-250:, :, :3].reshape(-1, 3)
    assert np.isclose(legend, to_rgb(NEUTRAL), atol=0.01).all(axis=1).any()
