"""Every figure of a tiny area: valid pictures, same bytes twice, empty inputs."""

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from hotslope.candidates.accuracy import extraction_accuracy
from hotslope.files import write_csv, write_json
from hotslope.maps.style import NEUTRAL, WIDTH_PX
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster
from map_potential_landslides import map_potential_landslides
from maps_area import AREA, CRS, FACTORS, GRID, MODELS, TRACKS, write_area
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


@pytest.fixture(scope="module", params=[600, 0], ids=["points", "empty"])
def area(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("points" if request.param else "empty")
    return write_area(folder, request.param)


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
