"""StaMPS: each csv variant and the mat files give the same points."""

import datetime as dt

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from hotslope.errors import InputError
from hotslope.points.formats import read_points
from points_files import COUNT, CRS, EPOCHS, NAMES, lonlat, places, series, write

#: 4 January 2020 in MATLAB: datenum(2020, 1, 4).
FIRST_DAY = 737794


def days(taken_off: int = 0) -> list[int]:
    return [FIRST_DAY - taken_off + (date - EPOCHS[0]).days for date in EPOCHS]


def rows() -> str:
    velocity, displacement = series()
    lon, lat = lonlat()
    return "".join(
        f"{lon[n]:.8f},{lat[n]:.8f},{velocity[n]:.4f},"
        + ",".join(f"{value:.4f}" for value in displacement[n])
        + "\n"
        for n in range(COUNT)
    )


def check(points, displacement, dates):
    velocity, truth = series()
    assert dates == EPOCHS
    np.testing.assert_allclose(displacement, truth, atol=1e-3)
    np.testing.assert_allclose(points["velocity_mm_yr"], velocity, atol=1e-3)
    np.testing.assert_allclose(points["x_m"], places()[0], atol=0.01)
    assert points["point_id"].is_unique


CSV = {
    "names": "longitude,latitude,velocity," + ",".join(NAMES) + "\n",
    "names in capitals": "LON,LAT,VEL," + ",".join(f"D{name}" for name in NAMES) + "\n",
    "date numbers": "101.2,35.7,NaN," + ",".join(map(str, days())) + "\n",
    # writetable names the columns, and the script takes a day off for R.
    "visualizer": ",".join(f"export_res_{n}" for n in range(1, 16))
    + "\n101.2,35.7,NaN,"
    + ",".join(map(str, days(1)))
    + "\n",
}


@pytest.mark.parametrize("variant", CSV)
def test_csv_variants(tmp_path, variant):
    path = write(tmp_path, "stamps.csv", CSV[variant] + rows())
    check(*read_points(path, "stamps", crs=CRS))


def test_a_day_is_added_where_asked(tmp_path):
    path = write(tmp_path, "stamps.csv", CSV["date numbers"] + rows())
    dates = read_points(path, "stamps", crs=CRS, date_shift_days=1)[2]
    assert dates[0] == EPOCHS[0] + dt.timedelta(days=1)


def variables() -> dict[str, np.ndarray]:
    velocity, displacement = series()
    return {
        "ph_mm": displacement.astype("f4"),
        "lonlat": np.column_stack(lonlat()),
        "day": np.array(days(), dtype=np.float64)[:, None],
        "ph_disp": velocity.astype("f4")[:, None],
        "coh_ps": np.full((COUNT, 1), 0.8),
        "n_ps": np.array([[COUNT]]),
    }


def save_hdf5(path, contents: dict[str, np.ndarray]) -> None:
    """Version 7.3: HDF5 behind a text header, columns first."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, values in contents.items():
            file[name] = values.T
    with open(path, "r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64")


@pytest.mark.parametrize("save", [savemat, save_hdf5], ids=["version 5", "version 7.3"])
def test_mat_files_of_ps_plot(tmp_path, save):
    contents = variables()
    rate = {name: contents.pop(name) for name in ("ph_disp", "coh_ps")}
    save(tmp_path / "ps_plot_ts_v-do.mat", contents)
    save(tmp_path / "ps_plot_v-do.mat", rate)
    paths = [str(tmp_path / name) for name in ("ps_plot_ts_v-do.mat", "ps_plot_v-do.mat")]
    points, displacement, dates = read_points(paths, "stamps", crs=CRS)
    check(points, displacement, dates)
    np.testing.assert_allclose(points["coherence"], 0.8)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda v: v.pop("lonlat"), "no variable lonlat"),
        (lambda v: v.update(day=v["day"][:-1]), "11 dates for 12 columns"),
        (lambda v: v.update(day=v["day"] - 700000), "no MATLAB date number"),
        (lambda v: v.update(ph_disp=v["ph_disp"][:3]), "3 values for 40 points"),
        (lambda v: v.update(lonlat=v["lonlat"][:, ::-1]), "swapped"),
    ],
)
def test_mat_files_that_do_not_go_together(tmp_path, spoil, message):
    contents = variables()
    spoil(contents)
    savemat(tmp_path / "a.mat", contents)
    with pytest.raises(InputError, match=message):
        read_points(str(tmp_path / "a.mat"), "stamps", crs=CRS)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("101.2,35.7,NaN,1,2\n", "no MATLAB date number"),
        ("101.2,35.7\n", "2 columns where"),
        ("export_res_1,export_res_2\n", "2 columns where"),
        ("a,b,c\n", "no column for lon"),
        ("\n", "first line is empty"),
    ],
)
def test_csv_of_no_known_variant(tmp_path, header, message):
    path = write(tmp_path, "stamps.csv", header + "1,2\n")
    with pytest.raises(InputError, match=message):
        read_points(path, "stamps", crs=CRS)


def test_a_file_that_is_no_mat(tmp_path):
    path = write(tmp_path, "a.mat", b"not a mat file at all" * 20)
    with pytest.raises(InputError, match="no readable mat"):
        read_points(path, "stamps", crs=CRS)
