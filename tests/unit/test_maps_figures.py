"""Every figure of a tiny area: valid pictures, same bytes twice, empty inputs."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from figures_area import (
    candidates,
    coverage,
    hotspots,
    learning,
    motion,
    per_track,
    potential,
    radius_sensitivity,
    study_area,
)
from hotslope.maps.factor_figure import (
    DISTANCE_STEP,
    codes_on_grid,
    distance_on_grid,
    units_on_grid,
)
from hotslope.maps.layout import MapLayout
from hotslope.maps.panels import NOTE_PT, map_figure, note
from hotslope.maps.style import NEUTRAL, WIDTH_PX
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster
from map_potential_landslides import map_potential_landslides
from maps_area import AREA, CRS, GRID, TRACKS, write_area
from plot_candidates import plot_candidates
from plot_motion import plot_motion
from plot_potential_landslides import plot_potential_landslides


@pytest.fixture(scope="module", params=[600, 0], ids=["points", "empty"])
def area(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("points" if request.param else "empty")
    return write_area(folder, request.param)


FIGURES = {
    study_area: ["study_area", "factors"],
    motion: ["velocity", "trends"],
    hotspots: ["hotspots", "density", "radius"],
    candidates: ["candidates", "extraction"],
    potential: ["potential_landslides"],
    learning: ["correlation", "information_gain", "roc"],
    radius_sensitivity: ["radius_sensitivity"],
}


@pytest.mark.parametrize("draw", FIGURES)
def test_figures_are_drawn_alike_twice(
    area: Path, tmp_path: Path, draw: Callable[[Path, Path, str | None], None]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        draw(area, folder, str(area / "elevation.tif"))
    assert {path.stem for path in first.glob("*.png")} == set(FIGURES[draw])
    for path in first.glob("*.png"):
        assert imread(path).shape[1] == WIDTH_PX
        assert path.read_bytes() == (second / path.name).read_bytes()


def test_figures_are_written_as_drawings_too(area: Path, tmp_path: Path) -> None:
    """Alike twice; only those whose names are asked for."""
    names = ["velocity.pdf", "velocity.svg", "trends.pdf"]
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        plot_motion(
            points_paths=per_track(area, ".parquet"),
            trends_paths=per_track(area, "_trends.parquet"),
            summaries_paths=per_track(area, "_trends.json"),
            elevation_path=None,
            velocity_path=str(tmp_path / folder / "velocity.png"),
            trends_path=str(tmp_path / folder / "trends.png"),
            tracks=TRACKS,
            vector_paths=[str(tmp_path / folder / name) for name in names],
            **AREA,
        )
    found = {path.name: path for path in (tmp_path / "first").iterdir()}
    assert set(found) == {"velocity.png", "trends.png", *names}
    assert found["velocity.pdf"].read_bytes().startswith(b"%PDF")
    assert ET.parse(found["velocity.svg"]).getroot().tag.endswith("svg")
    for name in names:
        assert found[name].read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_factors_are_read_on_the_pixels_of_a_panel(tmp_path: Path) -> None:
    left, bottom, right, top = GRID.bounds_m
    middle = (left + right) / 2
    halves = [shapely.box(left, bottom, middle, top), shapely.box(middle, bottom, right, top)]
    units = gpd.GeoDataFrame({"unit": ["a", "b"]}, geometry=halves, crs=CRS)
    west = GRID.x_centres_m() < middle
    found = units_on_grid(units, {"a": "soft"}, GRID)
    assert found.names == ["soft"]
    assert (found.codes == np.where(west, 0, -1)).all()
    assert units_on_grid(units, None, GRID).names == ["a", "b"]
    assert units_on_grid(units, {"c": "hard"}, GRID).names == []
    codes = (np.where(west, 7, 9) * np.ones(GRID.shape)).astype(np.uint8)
    write_raster(tmp_path / "cover.tif", {"class": codes}, GRID)
    found = codes_on_grid(str(tmp_path / "cover.tif"), {9: "bare", 8: "water"}, GRID)
    assert found.names == ["bare"]
    assert (found.codes == np.where(west, -1, 0)).all()
    line = np.array([shapely.LineString([(left, bottom), (left, top)])])
    places_m = GRID.x_centres_m()[DISTANCE_STEP // 2 :: DISTANCE_STEP]
    np.testing.assert_allclose(distance_on_grid(line, GRID)[0], places_m - left)


def test_terrain_is_shaded_below(area: Path, tmp_path: Path) -> None:
    inside = (slice(200, 900), slice(300, 1200), slice(0, 3))
    pictures = []
    for name, elevation in {"bare": None, "shaded": str(area / "elevation.tif")}.items():
        (tmp_path / name).mkdir()
        candidates(area, tmp_path / name, elevation)
        pictures.append(imread(tmp_path / name / "candidates.png")[inside])
    bare, shaded = pictures
    assert np.mean(shaded != bare) > 0.8


def test_figures_show_their_inputs(area: Path, tmp_path: Path) -> None:
    """Colours of the scale are in the picture where there are points, and only there."""
    motion(area, tmp_path, None)
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
        parquet_path=str(tmp_path / "bare.parquet"),
        tracks=TRACKS,
        models=[],
    )
    table = gpd.read_file(tmp_path / "bare.gpkg", layer="potential_landslides")
    assert set(table["class"]) <= {"not classified"}
    assert not [name for name in table if name.startswith(("probability", "label", "stability"))]
    plot_candidates(
        candidates_path=str(area / "candidates.gpkg"),
        stability_path=None,
        reference_paths=[],
        measured_path=None,
        elevation_path=None,
        figure_path=str(tmp_path / "candidates.png"),
        extraction_path=None,
        tracks=TRACKS,
        boundary=None,
        **AREA,
    )
    assert imread(tmp_path / "candidates.png").shape[1] == WIDTH_PX
    plot_potential_landslides(
        landslides_path=str(tmp_path / "bare.gpkg"),
        **coverage(area),
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


@pytest.mark.parametrize("words", [10, 40])
def test_notes_stay_inside_the_figure(words: int) -> None:
    layout = MapLayout.of_area(GRID.bounds_m, CRS, panels=1, legend_px=60)
    maps = map_figure(layout, "demo", ["descending"])
    note(maps, "candidate " * words)
    written = maps.figure.texts[-1]
    extent = written.get_window_extent()
    assert extent.x0 > 0
    assert extent.x1 < maps.figure.bbox.width
    assert (written.get_fontsize() == NOTE_PT) == (words == 10)
