"""A stack of unwrapped interferograms from files to points, and what is refused of it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import rasterio
from rasterio.transform import Affine

import interferogram_stack as stack_files
from hotslope.crs import project_lonlat, projected_crs, unproject_lonlat
from hotslope.errors import InputError
from hotslope.interferometry import stack_checks
from hotslope.interferometry.stack_checks import check_stack
from hotslope.line_of_sight import line_of_sight
from import_points import import_points
from invert_interferograms import invert_interferograms

TRACK = {
    "pass": "descending",
    "format": "unwrapped",
    "incidence_deg": stack_files.INCIDENCE_DEG,
    "heading_deg": stack_files.HEADING_DEG,
    "wavelength_m": stack_files.WAVELENGTH_M,
    "orbit_height_m": stack_files.ORBIT_HEIGHT_M,
}
BOUNDS = tuple(stack_files.BOUNDS_M)


def check(points: dict, **changes: object) -> tuple:
    section = stack_files.SETTINGS | changes
    track = TRACK | {"points": points}
    crs = projected_crs(stack_files.CRS)
    return check_stack("mine", track, section, BOUNDS, crs)


def inverted(folder: Path, points: dict, los_sign: int = 1, **changes: object) -> tuple:
    invert_interferograms(
        source=points,
        points_path=str(folder / "points.parquet"),
        network_path=str(folder / "network.json"),
        track="mine",
        crs=stack_files.CRS,
        bounds_m=stack_files.BOUNDS_M,
        settings=stack_files.SETTINGS | changes,
        wavelength_m=stack_files.WAVELENGTH_M,
        orbit_height_m=stack_files.ORBIT_HEIGHT_M,
        los_sign=los_sign,
        incidence_deg=stack_files.INCIDENCE_DEG,
    )
    table = pq.read_table(folder / "points.parquet").to_pandas()
    return table, json.loads((folder / "network.json").read_text())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("stack")
    return folder, stack_files.write_stack(folder)


@pytest.fixture
def own(tmp_path: Path) -> dict:
    """A stack that a test may spoil."""
    return stack_files.write_stack(tmp_path)


def at_points(table: pd.DataFrame, values: np.ndarray) -> np.ndarray:
    cells = table["point_id"].str.split("_", expand=True).astype(int)
    return values[cells[0], cells[1]]


def test_points_have_the_rates_and_heights_of_the_truth(made, tmp_path):
    table, network = inverted(tmp_path, made[1])
    # All cells but those of the water.
    assert len(table) == stack_files.ROWS * stack_files.COLUMNS - 12
    assert network["points"] == len(table)
    error = table["velocity_mm_yr"] - at_points(table, stack_files.rate_mm_yr())
    assert abs(error.mean()) < 0.5
    assert 0.8 < error.std() / np.sqrt((table["velocity_std_mm_yr"] ** 2).mean()) < 1.25
    height = table["height_correction_m"] - at_points(table, stack_files.height_error_m())
    height -= height.mean()
    assert 0.8 < height.std() / np.sqrt((table["height_correction_std_m"] ** 2).mean()) < 1.25
    np.testing.assert_allclose(table["height_m"], 2000 + table["height_correction_m"])
    assert (table["coherence"] > 0.99).all()
    assert len(network["interferograms"]) == 2 * stack_files.COUNT - 3
    assert network["dates"][3]["date"] == str(stack_files.DATES[3])
    found = [row["perpendicular_baseline_m"] for row in network["dates"]]
    np.testing.assert_allclose(np.diff(found), np.diff(stack_files.BASELINE_M), atol=0.01)


def test_the_points_are_a_table_that_import_points_reads(made, tmp_path):
    table, _ = inverted(tmp_path, made[1])
    import_points(
        source=str(tmp_path / "points.parquet"),
        format="table",
        options={},
        points_path=str(tmp_path / "clean.parquet"),
        summary_path=str(tmp_path / "summary.json"),
        track="mine",
        pass_direction="descending",
        crs=stack_files.CRS,
        bounds_m=stack_files.BOUNDS_M,
        min_coherence=0.7,
        incidence_deg=stack_files.INCIDENCE_DEG,
        heading_deg=stack_files.HEADING_DEG,
    )
    summary = json.loads((tmp_path / "summary.json").read_text())
    clean = pq.read_table(tmp_path / "clean.parquet").to_pandas()
    assert summary["epochs"] == stack_files.COUNT
    assert summary["velocity_check"]["agrees"]
    los = line_of_sight(stack_files.INCIDENCE_DEG, stack_files.HEADING_DEG)
    vectors = clean[["los_east", "los_north", "los_up"]]
    np.testing.assert_allclose(vectors, np.tile(los, (len(clean), 1)), atol=1e-9)
    both = clean.merge(table, on="point_id", suffixes=("", "_before"))
    assert len(both) == len(table)
    np.testing.assert_allclose(both["velocity_mm_yr"], both["velocity_mm_yr_before"])


def test_opposite_sign_turns_rates_and_heights(made, tmp_path):
    table, _ = inverted(tmp_path, made[1])
    turned, _ = inverted(tmp_path, made[1], los_sign=-1)
    np.testing.assert_allclose(turned["velocity_mm_yr"], -table["velocity_mm_yr"], atol=1e-9)
    correction = -table["height_correction_m"]
    np.testing.assert_allclose(turned["height_correction_m"], correction, atol=1e-9)


def test_reference_given_is_at_rest(made, tmp_path):
    x, y = np.array([stack_files.WEST_M + 1000.0]), np.array([stack_files.NORTH_M - 1200.0])
    lon, lat = (float(v[0]) for v in unproject_lonlat(x, y, projected_crs(stack_files.CRS)))
    place = {"lon": lon, "lat": lat, "radius_m": 150.0}
    table, network = inverted(tmp_path, made[1], reference=place, atmosphere=None)
    near = np.hypot(table["x_m"] - x, table["y_m"] - y) <= 150
    # The place moves, and so the ground that rests seems to.
    assert abs(table.loc[near, "velocity_mm_yr"].mean()) < 1e-6
    assert table["velocity_mm_yr"].median() == pytest.approx(40.0, abs=2.0)
    assert network["reference"]["points"] == int(near.sum())
    found = project_lonlat(*(np.array([network["reference"][k]]) for k in ("lon", "lat")),
                           projected_crs(stack_files.CRS))  # fmt: skip
    assert np.hypot(found[0] - x, found[1] - y) < 60


def test_pieces_are_joined_by_the_rate_where_asked(tmp_path):
    points = stack_files.write_stack(tmp_path, skip=(7,))
    with pytest.raises(InputError) as caught:
        check(points)
    assert "2 pieces: 2021-01-05 to 2021-03-18 (7 acquisitions)" in str(caught.value)
    found, _, _ = check(points, join_pieces=True)
    assert found["pieces_of_the_network"] == 2
    table, _ = inverted(tmp_path, points, join_pieces=True)
    moving = at_points(table, stack_files.rate_mm_yr()) < 0
    gap = table.loc[moving, "velocity_mm_yr"].mean() - table.loc[~moving, "velocity_mm_yr"].mean()
    assert gap == pytest.approx(-40.0, abs=4.0)


def test_sound_stack_passes_with_its_counts(made):
    found, warnings, points = check(made[1])
    assert found["epochs"] == stack_files.COUNT
    assert found["interferograms"] == 2 * stack_files.COUNT - 3
    assert warnings == []
    assert len(points) == 468
    _, warnings, _ = check(made[1], max_temporal_baseline_days=12)
    assert any("are left out" in each for each in warnings)
    assert any("no loops" in each for each in warnings)


def test_phases_that_may_be_wrapped_are_told(own, tmp_path):
    for path in (tmp_path / "stack").glob("*.unw.tif"):
        with rasterio.open(path) as raster:
            values = raster.read(1)
        stack_files.write_raster(path, np.angle(np.exp(1j * values)).astype("f4"))
    _, warnings, _ = check(own, min_coherence=0.0)
    assert any("between -π and π" in each for each in warnings)


def refused(points: dict, **changes: object) -> str:
    with pytest.raises(InputError) as caught:
        check(points, **changes)
    return str(caught.value)


def test_roles_that_are_missing_or_unknown(made):
    points = made[1]
    assert "names no baselines" in refused({k: v for k, v in points.items() if k != "baselines"})
    assert "names no coherence" in refused({k: v for k, v in points.items() if k != "coherence"})
    assert "is no role" in refused(points | {"dem": points["height"]})
    assert "only east of east, north, up" in refused(points | {"east": points["height"]})
    assert "no mapping" in refused("folder")


def test_one_interferogram_without_its_coherence(own, tmp_path):
    pair = stack_files.name_of((3, 5))
    (tmp_path / "stack" / f"{pair}.geo.cc.tif").unlink()
    assert f"no coherence of {pair}" in refused(own)


def test_raster_of_another_grid(own, tmp_path):
    name = tmp_path / "stack" / f"{stack_files.name_of((3, 5))}.geo.unw.tif"
    values = np.zeros((stack_files.ROWS, stack_files.COLUMNS), dtype="f4")
    stack_files.write_raster(name, values, west_m=stack_files.WEST_M + 50)
    message = refused(own)
    assert name.name in message
    assert "another grid" in message


def test_pair_named_backwards_or_twice(own, tmp_path):
    folder = tmp_path / "stack"
    good = folder / f"{stack_files.name_of((3, 5))}.geo.unw.tif"
    twin = folder / f"again_{good.name}"
    twin.write_bytes(good.read_bytes())
    assert "are both of" in refused(own)
    twin.unlink()
    good.rename(folder / f"{stack_files.name_of((5, 3))}.geo.unw.tif")
    assert "backwards" in refused(own)


def test_conjugated_interferogram_is_named(own, tmp_path):
    name = tmp_path / "stack" / f"{stack_files.name_of((6, 7))}.geo.unw.tif"
    with rasterio.open(name) as raster:
        values = raster.read(1)
    stack_files.write_raster(name, -values)
    message = refused(own)
    assert name.name in message
    assert "conjugated" in message


def test_reference_in_water_or_outside(made):
    x, y = np.array([stack_files.WEST_M + 100.0]), np.array([stack_files.NORTH_M - 100.0])
    lon, lat = (float(v[0]) for v in unproject_lonlat(x, y, projected_crs(stack_files.CRS)))
    for lon_deg in (lon, lon + 1):
        place = {"lon": lon_deg, "lat": lat, "radius_m": 120.0}
        message = refused(made[1], reference=place)
        assert message.startswith("interferometry.reference")
        assert "there is no data" in message


def test_no_point_above_the_threshold_names_the_highest(made, tmp_path):
    with pytest.raises(InputError, match=r"none of 480 cells.*the highest is 1\.00"):
        inverted(tmp_path, made[1], min_coherence=1.0)
    assert "none of 480 cells" in refused(made[1], min_coherence=1.0)
    assert "is coherent in all" in refused(made[1], min_interferogram_coherence=0.9)
    assert not (tmp_path / "points.parquet").exists()


def test_limits_that_leave_too_few_acquisitions(made):
    assert "with 0 acquisitions of the 8 needed" in refused(made[1], max_temporal_baseline_days=10)


def test_incidence_is_needed_and_cells_in_the_study_area(made):
    track = TRACK | {"points": made[1], "incidence_deg": None, "heading_deg": None}
    crs = projected_crs(stack_files.CRS)
    with pytest.raises(InputError, match="heights need the incidence"):
        check_stack("mine", track, stack_files.SETTINGS, BOUNDS, crs)
    elsewhere = tuple(value + 50_000 for value in BOUNDS)
    with pytest.raises(InputError, match="no cell lies in the study area"):
        check_stack("mine", TRACK | {"points": made[1]}, stack_files.SETTINGS, elsewhere, crs)


def test_missing_incidence_is_refused_also_where_a_sample_holds_no_point(made, monkeypatch):
    monkeypatch.setattr(stack_checks, "SAMPLE_CELLS", 100)
    found, _, points = check(made[1], min_coherence=1.0)
    assert found["interferograms"] == 2 * stack_files.COUNT - 3
    assert points.empty
    track = TRACK | {"points": made[1], "incidence_deg": None, "heading_deg": None}
    settings = stack_files.SETTINGS | {"min_coherence": 1.0}
    with pytest.raises(InputError, match="heights need the incidence"):
        check_stack("mine", track, settings, BOUNDS, projected_crs(stack_files.CRS))


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"incidence": np.radians(39.0)}, "radians"),
        ({"look_theta": 51.0, "look_phi": -12.0}, "not the elevation of the sensor in radians"),
        ({"east": 0.6, "north": 0.1, "up": 0.3}, "no unit vector"),
    ],
)
def test_angles_in_another_unit(made, tmp_path, values, problem):
    full = np.ones((stack_files.ROWS, stack_files.COLUMNS), dtype="f4")
    # What is no cell of the stack may be filled with 0.
    full[stack_files.WATER] = 0.0
    files = {
        role: stack_files.write_raster(tmp_path / f"{role}.tif", full * np.float32(value))
        for role, value in values.items()
    }
    assert problem in refused(made[1] | files)


def test_points_without_loops_have_the_coherence_of_their_residuals(own, tmp_path):
    for pair in stack_files.pairs():
        if pair[1] - pair[0] == 2:
            path = tmp_path / "stack" / f"{stack_files.name_of(pair)}.geo.cc.tif"
            with rasterio.open(path) as raster:
                values = raster.read(1)
            values[20:] = 0.1
            stack_files.write_raster(path, values)
    table, _ = inverted(tmp_path, own)
    chained = at_points(table, np.arange(stack_files.ROWS)[:, None] + np.zeros(20)) >= 20
    assert (table.loc[chained, "interferograms"] == stack_files.COUNT - 1).all()
    assert (table.loc[chained, "coherence"] == table.loc[chained, "residual_coherence"]).all()
    assert (table.loc[chained, "coherence"] < 1.0).all()
    assert (table.loc[~chained, "coherence"] > table.loc[~chained, "residual_coherence"]).all()


def test_longitudes_of_another_turn_are_those_of_the_study_area(own, tmp_path):
    crs = projected_crs(stack_files.CRS)
    corner = np.array([stack_files.WEST_M]), np.array([stack_files.NORTH_M])
    west_deg, north_deg = (float(value[0]) for value in unproject_lonlat(*corner, crs))
    tables = []
    for turn_deg in (0.0, -360.0):
        for path in tmp_path.rglob("*.tif"):
            with rasterio.open(path, "r+") as raster:
                raster.crs = "EPSG:4326"
                raster.transform = Affine(0.001, 0, west_deg + turn_deg, 0, -0.0008, north_deg)
        tables.append(inverted(tmp_path, own)[0].drop(columns="geometry"))
    assert len(tables[0]) > 300
    pd.testing.assert_frame_equal(*tables)


def test_coherence_of_whole_numbers_and_beyond_one(own, tmp_path):
    folder = tmp_path / "stack"
    full = np.full((stack_files.ROWS, stack_files.COLUMNS), 204, dtype="u1")
    for path in folder.glob("*.cc.tif"):
        stack_files.write_raster(path, full)
    _, _, points = check(own)
    np.testing.assert_allclose(points["mean_coherence"], 0.8)
    stack_files.write_raster(next(folder.glob("*.cc.tif")), full.astype("f4"))
    assert "coherence reaches from 204 to 204" in refused(own)


@pytest.mark.parametrize("roles", [("east", "north", "up"), ("look_theta", "look_phi")])
def test_lines_of_sight_come_with_the_stack(made, tmp_path, roles):
    los = line_of_sight(stack_files.INCIDENCE_DEG, stack_files.HEADING_DEG)
    look = (np.arcsin(los[2]), np.arctan2(los[1], los[0]))
    values = dict(
        zip(("east", "north", "up", "look_theta", "look_phi"), (*los, *look), strict=True)
    )
    full = np.ones((stack_files.ROWS, stack_files.COLUMNS), dtype="f4")
    files = {
        role: stack_files.write_raster(tmp_path / f"{role}.tif", full * np.float32(values[role]))
        for role in roles
    }
    track = TRACK | {"points": made[1] | files, "incidence_deg": None, "heading_deg": None}
    found, _, points = check_stack(
        "mine", track, stack_files.SETTINGS, BOUNDS, projected_crs(stack_files.CRS)
    )
    assert found["line_of_sight"] == "file"
    vectors = points[["los_east", "los_north", "los_up"]]
    np.testing.assert_allclose(vectors, np.tile(los, (len(points), 1)), atol=1e-6)
    np.testing.assert_allclose(points["incidence_deg"], stack_files.INCIDENCE_DEG, atol=1e-4)


def test_masked_cells_are_no_points(made, tmp_path):
    shown = np.ones((stack_files.ROWS, stack_files.COLUMNS), dtype="u1")
    shown[20:] = 0
    mask = stack_files.write_raster(tmp_path / "mask.tif", shown)
    table, _ = inverted(tmp_path, made[1] | {"mask": mask})
    rows = table["point_id"].str.split("_").str[0].astype(int)
    assert rows.max() == 19
    assert len(table) == 20 * stack_files.COLUMNS - 12
