"""The simulated area: determinism, truth and measurement agree, files as a user has them."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio

from configuration import simulated_bounds
from hotslope.errors import InputError
from hotslope.simulation.study_area import AreaSettings
from simulate_area import simulate_area

REPOSITORY = Path(__file__).parents[2]
TRACKS = ("descending", "ascending")
SETTINGS = {
    "crs": "EPSG:32647",
    "bounds_m": [690000, 3980000, 692000, 3982000],
    "seed": 7,
    "density_per_km2": {"descending": 600, "ascending": 500},
    "incidence_deg": {"descending": 39.5, "ascending": 37.0},
    "heading_deg": {"descending": 192.0, "ascending": 348.0},
    "landslides_per_km2": 1.0,
    "false_movers_per_km2": 1.0,
    "fast_share": 0.05,
}
MEASURED = {"atmosphere": "default", "inventory_completeness": 0.9, "label_error": 0.05}


def simulate(folder: Path, measured: dict = MEASURED, **changes) -> Path:
    files = {
        name: str(folder / file)
        for name, file in (
            ("dem_path", "dem.tif"),
            ("layers_path", "layers.gpkg"),
            ("land_cover_path", "land_cover.tif"),
            ("inventory_path", "inventory.gpkg"),
            ("reference_path", "reference.gpkg"),
            ("truth_path", "truth.gpkg"),
        )
    }
    simulate_area(
        items_paths={track: str(folder / track / "items.txt") for track in TRACKS},
        table_paths={track: str(folder / track / "disp_tab.txt") for track in TRACKS},
        **files,
        settings=AreaSettings(**(SETTINGS | changes)),
        **measured,
    )
    return folder


def read_track(folder: Path, track: str) -> pd.DataFrame:
    names = (folder / track / "items.txt").read_text().split()
    values = np.loadtxt(folder / track / "disp_tab.txt", delimiter=",", ndmin=2)
    return pd.DataFrame(values, columns=names)


@pytest.fixture(scope="module")
def area(tmp_path_factory) -> Path:
    return simulate(tmp_path_factory.mktemp("area"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_gives_the_same_bytes(area, tmp_path):
    first, again = contents(area), contents(simulate(tmp_path))
    assert len(first) == 10
    assert [name for name in first if first[name] != again[name]] == []


def test_another_seed_gives_another_area(area, tmp_path):
    other = contents(simulate(tmp_path, seed=8))
    first = contents(area)
    changing = [name for name in first if not name.endswith("reference.gpkg")]
    # Epochs are drawn too, so that even items.txt changes.
    assert [name for name in changing if first[name] == other[name]] == []


@pytest.mark.parametrize(
    ("track", "epochs", "density"), [("descending", 39, 600), ("ascending", 37, 500)]
)
def test_tables_read_back_with_numpy(area, track, epochs, density):
    points = read_track(area, track)
    dates = [name for name in points if re.fullmatch(r"\d{8}", name)]
    assert list(points)[:9] == [
        "pt", "col", "row", "easting", "northing", "height", "rate", "coherence", "rate_sigma",
    ]  # fmt: skip
    assert len(dates) == epochs
    assert len(points) == density * 4
    assert np.isfinite(points.to_numpy()).all()
    assert points["pt"].tolist() == list(range(1, len(points) + 1))
    assert points["easting"].between(690000, 692000).all()
    assert points["northing"].between(3980000, 3982000).all()
    assert points["coherence"].between(0, 1).all()
    assert (points[dates[0]] == 0).all()
    years = (pd.to_datetime(dates) - pd.Timestamp(dates[0])).days.to_numpy() / 365.25
    slope = np.polyfit(years, points[dates].to_numpy().T, 1)[0]
    # Series are printed to 0.01 mm, rates to 0.001 mm/yr.
    assert np.abs(slope - points["rate"]).max() < 2e-5


def test_points_move_as_their_body_does(area):
    bodies = gpd.read_file(area / "truth.gpkg", layer="bodies")
    bodies = bodies[bodies["rate_mm_yr"] < 99]
    checked = 0
    for track in TRACKS:
        points = read_track(area, track)
        where = gpd.points_from_xy(points["easting"], points["northing"], crs=bodies.crs)
        for body in bodies.itertuples():
            peak = getattr(body, f"los_mm_yr_{track}")
            velocity = points.loc[where.within(body.geometry.buffer(-30)), "rate"] * 1_000
            if len(velocity) < 8 or abs(peak) < 15:
                continue
            checked += 1
            # Taper and changing slope keep the mean between a third and all of the peak.
            assert 0.25 < velocity.median() / peak < 1.15
        stable = points[~where.within(bodies.union_all().buffer(20))]
        assert (stable["rate"].abs() * 1_000 < 10).mean() > 0.95
    assert checked >= 3


def test_rasters_cover_the_area_with_a_margin(area):
    for name, cell in (("dem.tif", 12.5), ("land_cover.tif", 10.0)):
        with rasterio.open(area / name) as source:
            assert source.res == (cell, cell)
            assert source.crs.to_epsg() == 32647
            assert tuple(source.bounds) == (688000, 3978000, 694000, 3984000)
            values = source.read(1)
        if cell == 12.5:
            assert 1_500 < values.min() < values.max() < 4_000
        else:
            assert set(np.unique(values)) <= {1, 2, 5, 7, 8, 11}


def test_layers_are_valid_and_cover_the_ground(area):
    lithology = gpd.read_file(area / "layers.gpkg", layer="lithology")
    assert lithology.is_valid.all()
    # Simplified as a coverage: no gap and no overlap.
    assert lithology.area.sum() == pytest.approx(lithology.union_all().area, rel=1e-6)
    for layer in ("faults", "rivers", "roads"):
        lines = gpd.read_file(area / "layers.gpkg", layer=layer)
        assert set(lines.geom_type) == {"LineString"}


def test_demo_config_names_every_unit_and_cover():
    import yaml

    from hotslope.simulation import cover
    from hotslope.simulation.geology import UNITS

    layers = yaml.safe_load((REPOSITORY / "config/config.yaml").read_text())["layers"]
    group = {0: "hard", 1: "sub-hard", 2: "sub-soft", 3: "soft"}
    expected = {unit: group[weakness] for unit, weakness in UNITS.items()}
    assert layers["lithology"]["classes"] == expected
    codes = {cover.WATER, cover.TREES, cover.CROPS, cover.BUILT, cover.BARE, cover.RANGELAND}
    assert set(layers["land_use"]["classes"]) == codes


def test_inventory_is_complete_and_right_when_asked(tmp_path):
    folder = simulate(tmp_path, MEASURED | {"inventory_completeness": 1.0, "label_error": 0.0})
    truth = gpd.read_file(folder / "truth.gpkg", layer="bodies")
    inventory = gpd.read_file(folder / "inventory.gpkg", layer="inventory")
    assert inventory["kind"].tolist() == truth["kind"].tolist()
    assert ((inventory["class"] == "potential landslide") == truth["is_landslide"]).all()
    # Another hand: near the truth, not on it.
    shared = inventory.intersection(truth.geometry).area / inventory.union(truth.geometry).area
    assert shared.between(0.4, 0.97).all()


def test_label_errors_swap_classes(tmp_path):
    folder = simulate(tmp_path, MEASURED | {"inventory_completeness": 1.0, "label_error": 1.0})
    truth = gpd.read_file(folder / "truth.gpkg", layer="bodies")
    inventory = gpd.read_file(folder / "inventory.gpkg", layer="inventory")
    assert ((inventory["class"] == "other") == truth["is_landslide"]).all()


def test_area_without_bodies(tmp_path):
    folder = simulate(tmp_path, landslides_per_km2=0, false_movers_per_km2=0)
    assert len(gpd.read_file(folder / "truth.gpkg", layer="bodies")) == 0
    assert list(gpd.read_file(folder / "inventory.gpkg"))[:3] == ["inventory_id", "class", "kind"]
    assert len(gpd.read_file(folder / "reference.gpkg")) == 0
    rates = read_track(folder, "descending")["rate"]
    assert (rates.abs() < 0.010).mean() > 0.99


def test_no_other_stage_reads_the_truth():
    for rules in (REPOSITORY / "workflow/rules").glob("*.smk"):
        if rules.name != "simulation.smk":
            assert "truth.gpkg" not in rules.read_text(), rules
            assert "events.parquet" not in rules.read_text(), rules
    for script in (REPOSITORY / "workflow/scripts").rglob("*.py"):
        if script.name != "simulate_area.py":
            assert "truth.gpkg" not in script.read_text(), script
            assert "events.parquet" not in script.read_text(), script


def test_without_bounds_there_is_no_place_for_it(tmp_path):
    with pytest.raises(InputError, match=r"study_area\.bounds_m"):
        simulate(tmp_path, bounds_m=None)


def test_a_strip_is_too_small(tmp_path):
    with pytest.raises(InputError, match=r"simulation\.size_km: 2000 by 500 m is too small"):
        simulate(tmp_path, bounds_m=[690000, 3980000, 692000, 3980500])


@pytest.mark.parametrize(
    ("bounds_m", "size_km", "expected"),
    [
        ([690000, 3980000, 691000, 3981000], None, [690000, 3980000, 691000, 3981000]),
        ([690000, 3980000, 691000, 3981000], [12, 2.5], [690000, 3980000, 702000, 3982500]),
        (None, [12, 10], None),
    ],
)
def test_the_config_tells_the_bounds(bounds_m, size_km, expected):
    settings = {"study_area": {"bounds_m": bounds_m}, "simulation": {"size_km": size_km}}
    assert simulated_bounds(settings) == expected
