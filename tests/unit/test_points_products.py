"""The same raster of motion as the product of each processor: the same points."""

import h5py
import numpy as np
import pytest

import raster_products as products
from hotslope.errors import InputError
from hotslope.points.formats import read_points
from points_files import EPOCHS

WRITERS = {
    "mintpy": products.write_mintpy,
    "licsbas": products.write_licsbas,
    "opera_disp": products.write_opera,
    "dolphin": products.write_dolphin,
    "hyp3": products.write_hyp3,
}
GEOGRAPHIC = {"mintpy", "licsbas"}
FROM_SERIES = {"opera_disp", "dolphin", "hyp3"}
#: Cells masked, without data and of zeros alone: dolphin declares 0 as no data, and OPERA
#: recommends no cell without data.
LEFT_OUT = {"dolphin": (1, 2, 0), "opera_disp": (2, 0, 1)}


def expect(points, displacement, dates, geographic: bool, coherence: bool = True) -> None:
    keep = products.kept()
    x_m, y_m = products.centres(geographic)
    assert dates == EPOCHS
    names = [f"{row}_{column}" for row, column in zip(*np.nonzero(keep), strict=True)]
    assert points["point_id"].tolist() == names
    np.testing.assert_allclose(points["x_m"], x_m[keep], atol=0.01)
    np.testing.assert_allclose(points["y_m"], y_m[keep], atol=0.01)
    truth = products.displacement_mm()[:, keep].T
    np.testing.assert_allclose(displacement, truth, atol=0.001)
    np.testing.assert_allclose(points["height_m"], products.HEIGHT_M[keep])
    for part, name in enumerate(("los_east", "los_north", "los_up")):
        vector = products.line_of_sight()[part]
        np.testing.assert_allclose(points[name], vector[keep], atol=1e-6)
    if coherence:
        np.testing.assert_allclose(points["coherence"], products.COHERENCE[keep], atol=1e-6)


@pytest.mark.parametrize("format", WRITERS)
def test_cells_become_points(tmp_path, format):
    path = WRITERS[format](tmp_path)
    points, displacement, dates = read_points(path, format, crs=products.PROJECT_CRS)
    expect(points, displacement, dates, format in GEOGRAPHIC, format != "licsbas")
    counts = LEFT_OUT.get(format, (1, 1, 1))
    reasons = ("masked", "no_data", "all_zero")
    assert points.attrs["left_out"] == dict(zip(reasons, counts, strict=True))
    assert points.attrs["velocity_from"] == ("series" if format in FROM_SERIES else "column")
    tolerance = 3.0 if format in FROM_SERIES else 0.001
    truth = products.velocity_mm_yr()[products.kept()]
    np.testing.assert_allclose(points["velocity_mm_yr"], truth, atol=tolerance)


@pytest.mark.parametrize("format", WRITERS)
def test_bounds_and_thinning_keep_the_same_cells(tmp_path, format):
    path = WRITERS[format](tmp_path)
    every, series, _ = read_points(path, format, crs=products.PROJECT_CRS)
    x_m, y_m = products.centres(format in GEOGRAPHIC)
    bounds = (x_m[0, 2] - 1, y_m[4, 0] - 1, x_m[0, 6] + 1, y_m[1, 0] + 1)
    some, displacement, _ = read_points(
        path, format, crs=products.PROJECT_CRS, bounds_m=bounds, thin=2
    )
    inside = every["x_m"].between(bounds[0], bounds[2]) & every["y_m"].between(bounds[1], bounds[3])
    cells = every["point_id"].str.split("_", expand=True).astype(int)
    wanted = (inside & (cells % 2 == 0).all(axis=1)).to_numpy()
    assert 0 < wanted.sum() < inside.sum()
    assert some["point_id"].tolist() == every["point_id"][wanted].tolist()
    np.testing.assert_array_equal(displacement, series[wanted])


@pytest.mark.parametrize("format", WRITERS)
def test_a_study_area_elsewhere(tmp_path, format):
    path = WRITERS[format](tmp_path)
    elsewhere = (100000.0, 3960000.0, 101000.0, 3961000.0)
    with pytest.raises(InputError, match="lies in the study area"):
        read_points(path, format, crs=products.PROJECT_CRS, bounds_m=elsewhere)


@pytest.mark.parametrize("format", WRITERS)
def test_a_sample_of_a_product(tmp_path, format):
    path = WRITERS[format](tmp_path)
    points, _, dates = read_points(path, format, crs=products.PROJECT_CRS, max_points=5)
    assert len(points) >= 5
    assert dates == EPOCHS


def test_blocks_do_not_change_the_points(tmp_path, monkeypatch):
    paths = {format: tmp_path / format for format in WRITERS}
    for format, folder in paths.items():
        folder.mkdir()
        path = WRITERS[format](folder)
        with monkeypatch.context() as patch:
            whole, series, _ = read_points(path, format, crs=products.PROJECT_CRS)
            patch.setattr("hotslope.points.cells._BLOCK_BYTES", 1)
            parts, pieces, _ = read_points(path, format, crs=products.PROJECT_CRS)
        assert whole.equals(parts)
        np.testing.assert_array_equal(series, pieces)


def test_hdfeos5_of_mintpy(tmp_path):
    points, displacement, dates = read_points(
        products.write_hdfeos5(tmp_path), "mintpy", crs=products.PROJECT_CRS
    )
    expect(points, displacement, dates, geographic=True)
    assert points.attrs["velocity_from"] == "series"
    assert points.attrs["left_out"] == {"masked": 1, "no_data": 1, "all_zero": 1}


def test_a_date_that_occurs_twice(tmp_path):
    path = products.write_licsbas(tmp_path)
    with h5py.File(path["cum"], "r+") as file:
        file["imdates"][5] = file["imdates"][4]
    with pytest.raises(InputError, match=f"{products.NAMES[4]} occurs twice"):
        read_points(path, "licsbas", crs=products.PROJECT_CRS)


def test_a_value_beyond_its_type_is_refused_with_its_point(tmp_path):
    path = products.write_dolphin(tmp_path)
    last = max((tmp_path / "timeseries").glob("*.tif"))
    values = products.displacement_mm()[-1] / 1000
    values[2, 3] = 3e38
    products.write_geotiff(last, np.nan_to_num(values), nodata=0)
    with pytest.raises(InputError, match="point 2_3, column displacement: the value is infinite"):
        read_points(path, "dolphin", crs=products.PROJECT_CRS)


def test_an_attribute_that_is_not_utf8(tmp_path):
    path = products.write_opera(tmp_path)
    for granule in tmp_path.rglob("*.nc"):
        with h5py.File(granule, "r+") as file:
            file["spatial_ref"].attrs["crs_wkt"] = b"\xff"
    with pytest.raises(InputError, match="attribute crs_wkt: cannot be read"):
        read_points(path, "opera_disp", crs=products.PROJECT_CRS)


def test_a_granule_that_bridges_two_references_is_missed(tmp_path):
    path = products.write_opera(tmp_path, skip=4)
    with pytest.raises(InputError, match="no other product ends on") as caught:
        read_points(path, "opera_disp", crs=products.PROJECT_CRS)
    assert "bridges" in caught.value.remedy


def test_a_gap_in_a_bridging_granule_goes_on(tmp_path):
    path = products.write_opera(tmp_path)
    with h5py.File(path["granules"][3], "r+") as file:
        file["recommended_mask"][2, 3] = 0
    points = read_points(path, "opera_disp", crs=products.PROJECT_CRS)[0]
    # Epochs 4 and on build on it: too few are left, and the cell is no point.
    assert "2_3" not in set(points["point_id"])
    assert len(points) == products.kept().sum() - 1


def test_a_network_of_pairs_is_no_series(tmp_path):
    path = products.write_hyp3(tmp_path)
    again = tmp_path / "S1AA_20200104T231455_20200221T231455_VVP048_INT80_G_ueF_2B3C_los_disp.tif"
    path["displacement"].append(products.write_geotiff(again, products.displacement_mm()[2]))
    with pytest.raises(InputError, match="a network of pairs is no series"):
        read_points(path, "hyp3", crs=products.PROJECT_CRS)


def test_a_layer_of_another_grid(tmp_path):
    path = products.write_dolphin(tmp_path)
    path["height"] = products.write_geotiff(tmp_path / "degrees.tif", products.HEIGHT_M, True)
    with pytest.raises(InputError, match="has another grid"):
        read_points(path, "dolphin", crs=products.PROJECT_CRS)


@pytest.mark.parametrize(
    ("format", "role"), [("dolphin", "height"), ("opera_disp", "line_of_sight"), ("mintpy", "mask")]
)
def test_several_files_of_a_layer(tmp_path, format, role):
    path = WRITERS[format](tmp_path)
    path[role] = [path[role], path[role]]
    with pytest.raises(InputError, match=f"points.{role}: 2 files. Give one file"):
        read_points(path, format, crs=products.PROJECT_CRS)


def test_look_angles_in_degrees(tmp_path):
    path = products.write_hyp3(tmp_path)
    path["look_theta"] = products.write_geotiff(
        tmp_path / "degrees.tif", 90 - products.INCIDENCE_DEG
    )
    with pytest.raises(InputError, match="not the elevation of the sensor in radians"):
        read_points(path, "hyp3", crs=products.PROJECT_CRS)


@pytest.mark.parametrize(
    ("role", "spoil", "message"),
    [
        ("timeseries", lambda file: file.attrs.pop("X_FIRST"), "radar coordinates"),
        ("timeseries", lambda file: file.attrs.update(UNIT="radian"), "no unit of displacement"),
        ("velocity", lambda file: file.attrs.update(Y_FIRST="36.75"), "grid than geo_timeseries"),
        ("geometry", lambda file: file.attrs.update(X_STEP="0.002"), "grid than geo_timeseries"),
        ("geometry", lambda file: file.pop("incidenceAngle"), "no dataset incidenceAngle"),
        ("mask", lambda file: file.attrs.update(X_FIRST="west"), "'west' is no number"),
    ],
)
def test_files_of_mintpy_that_do_not_go_together(tmp_path, role, spoil, message):
    path = products.write_mintpy(tmp_path)
    with h5py.File(path[role], "r+") as file:
        spoil(file)
    with pytest.raises(InputError, match=message):
        read_points(path, "mintpy", crs=products.PROJECT_CRS)
