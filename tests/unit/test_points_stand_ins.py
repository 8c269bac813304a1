"""Numbers that mark a missing value in binary files, refused with their place and a remedy."""

import h5py
import numpy as np
import pytest
from scipy.io import savemat

import raster_products as products
import test_points_gamma_binary as gamma_binary
import test_points_stamps as stamps
from hotslope.errors import InputError
from hotslope.points.formats import read_points
from points_files import COUNT, CRS, NAMES, write

CELL = (3, 4)


def in_hdf5(path: str, dataset: str, index, value: float) -> None:
    with h5py.File(path, "r+") as file:
        values = file[dataset][()]
        values[index] = value
        file[dataset][...] = values


def mintpy(folder, series: bool, value: float):
    path = products.write_mintpy(folder)
    if series:
        in_hdf5(path["timeseries"], "timeseries", (5, *CELL), value)
    else:
        in_hdf5(path["velocity"], "velocity", CELL, value)
    return "mintpy", path


def licsbas(folder, series: bool, value: float):
    path = products.write_licsbas(folder)
    in_hdf5(path["cum"], "cum" if series else "vel", (5, *CELL) if series else CELL, value)
    return "licsbas", path


def mat(folder, series: bool, value: float):
    contents = stamps.variables()
    contents["ph_mm" if series else "ph_disp"][3, 5 if series else 0] = value
    savemat(folder / "a.mat", contents)
    return "stamps", str(folder / "a.mat")


def gamma(folder, series: bool, value: float):
    path = gamma_binary.files(folder)
    role = "pdata" if series else "rate"
    values = np.fromfile(path[role], ">f4")
    values[5 * COUNT + 3 if series else 3] = value
    write(folder, role, values.tobytes())
    return "gamma_ipta", path


@pytest.mark.parametrize("value", [-9999.0, 32767.0, -99999.0, -999.0])
@pytest.mark.parametrize("series", [True, False], ids=["series", "velocity"])
@pytest.mark.parametrize("writer", [mintpy, licsbas, mat, gamma])
def test_a_number_for_nothing_in_a_binary_file_is_refused(tmp_path, writer, series, value):
    format, path = writer(tmp_path, series, value)
    with pytest.raises(InputError) as caught:
        read_points(path, format, crs=CRS)
    error = caught.value
    assert "stands for a missing value" in error.problem
    assert f"column {NAMES[5]}" in error.place or "column velocity_mm_yr" in error.place
    assert f"missing_values: [{value:g}]" in error.remedy
    assert "NaN" in error.remedy
