"""SARvey: exports, and HDF5 files whose height phase is taken off."""

import geopandas as gpd
import h5py
import numpy as np
import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.points.formats import read_points
from points_files import COUNT, CRS, EPOCHS, NAMES, lonlat, places, series

WAVELENGTH_M = 0.0555
SHAPE = (5, 8)


def export() -> gpd.GeoDataFrame:
    """Columns of sarvey_export 1.3, cut to ten characters."""
    velocity, displacement = series()
    frame = pd.DataFrame({"point_id": np.arange(COUNT) + 7, "velocity": velocity})
    frame["coherence"], frame["omega"], frame["st_consist"] = 0.9, 0.9, 1.5
    frame["dem_error"], frame["dem"] = 3.0, 2000.0
    for index, name in enumerate(NAMES):
        frame[f"D{name}"] = displacement[:, index]
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(*places()), crs=CRS)


@pytest.mark.parametrize("name", ["p2_coh70.gpkg", "p2_coh70.shp"])
def test_exports(tmp_path, name):
    export().to_file(tmp_path / name)
    points, displacement, dates = read_points(str(tmp_path / name), "sarvey", crs=CRS)
    velocity, truth = series()
    assert dates == EPOCHS
    assert points["point_id"].tolist() == [str(n + 7) for n in range(COUNT)]
    np.testing.assert_allclose(points["velocity_mm_yr"], velocity, atol=1e-6)
    np.testing.assert_allclose(displacement, truth, atol=1e-4)
    np.testing.assert_allclose(points["x_m"], places()[0])
    assert points["height_m"].eq(2000.0).all()
    assert points["coherence"].eq(0.9).all()


def write_hdf5(folder) -> dict[str, str]:
    """Layout of p2_coh…_ts.h5 and the files beside it; each point has a height error."""
    _, displacement = series()
    rng = np.random.default_rng(5)
    baseline_m = rng.normal(0, 60, len(EPOCHS))
    error_mm = np.outer(rng.normal(0, 0.05, COUNT), baseline_m)
    cells = np.array([(n // SHAPE[1], n % SHAPE[1]) for n in range(COUNT)])
    grids = {
        "longitude": lonlat()[0].reshape(SHAPE),
        "latitude": lonlat()[1].reshape(SHAPE),
        "height": np.full(SHAPE, 2000.0),
        "incidenceAngle": np.full(SHAPE, 39.0),
        "azimuthAngle": np.full(SHAPE, -102.0),
    }
    contents = {
        "timeseries": {
            "phase": (displacement + error_mm) / 1000 * 4 * np.pi / WAVELENGTH_M,
            "coord_xy": cells,
            "point_id": np.arange(COUNT),
        },
        "network": {
            "pbase": baseline_m,
            "dates": np.array([date.isoformat() for date in EPOCHS], dtype="S10"),
        },
        "geometry": grids,
        "stack": {"slc": np.zeros(3)},
    }
    paths = {}
    for role, datasets in contents.items():
        paths[role] = str(folder / f"{role}.h5")
        with h5py.File(paths[role], "w") as file:
            file.attrs["WAVELENGTH"] = str(WAVELENGTH_M)
            for name, values in datasets.items():
                file[name] = values
    return paths


def test_hdf5_files(tmp_path):
    points, displacement, dates = read_points(write_hdf5(tmp_path), "sarvey", crs=CRS)
    velocity, truth = series()
    assert dates == EPOCHS
    np.testing.assert_allclose(points["x_m"], places()[0], atol=0.01)
    # What of the noise follows the baselines goes with the height error.
    assert np.abs(displacement - truth).max() < 4.0
    assert np.std(displacement - truth) < 0.6
    np.testing.assert_allclose(points["velocity_mm_yr"], velocity, atol=8.0)
    assert points.attrs["velocity_check"]["agrees"]
    # 102 degrees clockwise from north, to a sensor 39 degrees off the vertical.
    np.testing.assert_allclose(points["los_east"], 0.6156, atol=1e-4)
    np.testing.assert_allclose(points["los_north"], -0.1308, atol=1e-4)
    np.testing.assert_allclose(points["los_up"], 0.7771, atol=1e-4)


def test_phases_alone_are_not_enough(tmp_path):
    path = write_hdf5(tmp_path)["timeseries"]
    with pytest.raises(InputError, match="files beside them"):
        read_points(path, "sarvey", crs=CRS)


def test_points_outside_the_geometry(tmp_path):
    paths = write_hdf5(tmp_path)
    with h5py.File(paths["timeseries"], "r+") as file:
        file["coord_xy"][3] = (99, 0)
    with pytest.raises(InputError, match="outside its 5 x 8 cells"):
        read_points(paths, "sarvey", crs=CRS)


@pytest.mark.parametrize("baseline_m", [np.inf, np.nan, 1e30])
def test_baselines_that_are_none(tmp_path, baseline_m):
    paths = write_hdf5(tmp_path)
    with h5py.File(paths["network"], "r+") as file:
        file["pbase"][2] = baseline_m
    with pytest.raises(InputError, match=r"dataset pbase: .* is no perpendicular baseline"):
        read_points(paths, "sarvey", crs=CRS)


def test_infinite_incidence_angles(tmp_path):
    paths = write_hdf5(tmp_path)
    with h5py.File(paths["geometry"], "r+") as file:
        file["incidenceAngle"][:] = np.inf
    with pytest.raises(InputError, match=r"incidence_deg.*lies outside 0 to 90"):
        read_points(paths, "sarvey", crs=CRS)
