"""Faults of GAMMA exports: items that do not fit, values, coordinates and quality."""

import numpy as np
import pytest

from hotslope.errors import InputError
from hotslope.points.formats import read_points
from points_faults import in_line, refusal
from points_files import BOUNDS_M, CRS, NAMES, gamma_files, gamma_items, gamma_table, lonlat, places


def test_gamma_needs_both_files(tmp_path):
    error = refusal(str(tmp_path), "gamma_ipta")
    assert "items" in error.remedy
    files = gamma_files(tmp_path)
    assert "no such file" in refusal({**files, "table": "nowhere.txt"}, "gamma_ipta").problem


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (gamma_items().replace("rate\n", "", 1), "no column for velocity"),
        (gamma_items().replace("easting", "whatever"), "x_m"),
        (gamma_items().replace("col\n", "row\n"), "'row'"),
        (gamma_items() + "20991231\n", "values where 22 columns"),
        (gamma_items().replace(NAMES[4], NAMES[3]), NAMES[3]),
        (gamma_items().replace(NAMES[4], "20190101"), "out of order"),
        ("\n\n", "names no columns"),
    ],
)
def test_items_that_do_not_fit(tmp_path, items, expected):
    assert expected in str(refusal(gamma_files(tmp_path, items), "gamma_ipta"))


def test_gamma_table_with_blanks_instead_of_commas(tmp_path):
    files = gamma_files(tmp_path, table=gamma_table().replace(",", ""))
    assert "blank" in refusal(files, "gamma_ipta").problem


def test_gamma_value_that_is_no_number(tmp_path):
    files = gamma_files(tmp_path, table=in_line(gamma_table(), 6, "0.85", "***"))
    error = refusal(files, "gamma_ipta")
    assert "line 6, column coherence" in error.place
    assert "'***'" in error.problem


def test_gamma_swapped_lon_lat_names_its_option(tmp_path):
    lon, lat = lonlat()
    items = gamma_items().replace("easting\nnorthing", "lat\nlon")
    files = gamma_files(tmp_path, items, gamma_table(lon, lat))
    assert "swap_coordinates: true" in refusal(files, "gamma_ipta").remedy
    points, _, _ = read_points(
        files, "gamma_ipta", crs=CRS, bounds_m=BOUNDS_M, swap_coordinates=True
    )
    np.testing.assert_allclose(points["lon"], lon, atol=1e-6)


def test_coordinates_outside_the_area_of_use(tmp_path):
    x_m, y_m = places()
    files = gamma_files(tmp_path, table=gamma_table(y_m, x_m))
    assert "area of use" in refusal(files, "gamma_ipta").problem


def test_a_coordinate_beyond_all_maps(tmp_path):
    x_m, y_m = places()
    x_m[3] = 1e300
    files = gamma_files(tmp_path, table=gamma_table(x_m, y_m))
    assert "area of use" in refusal(files, "gamma_ipta").problem


def test_geographic_crs_where_metres_are_needed(tmp_path):
    files = gamma_files(tmp_path)
    with pytest.raises(InputError, match="not projected"):
        read_points(files, "gamma_ipta", crs="EPSG:4326")


def test_phase_deviation_read_as_coherence(tmp_path):
    files = gamma_files(tmp_path, table=gamma_table().replace(" 0.85,", " 1.2,"))
    assert "phase_std" in refusal(files, "gamma_ipta").remedy
    points, _, _ = read_points(files, "gamma_ipta", crs=CRS, quality="phase_std")
    np.testing.assert_allclose(points["coherence"], np.exp(-0.72))


def test_number_for_no_rate(tmp_path):
    rate = gamma_items().split().index("rate")
    line = gamma_table().splitlines()[5]
    values = line.split(",")
    values[rate] = " -9999.0"
    error = refusal(
        gamma_files(tmp_path, table=in_line(gamma_table(), 6, line, ",".join(values))), "gamma_ipta"
    )
    assert "column rate" in error.place
    assert "-9999 stands for" in error.problem


def test_one_items_file_is_needed(tmp_path):
    files = gamma_files(tmp_path)
    error = refusal({**files, "items": [files["items"]]}, "gamma_ipta")
    assert "does not name the two files" in error.problem
