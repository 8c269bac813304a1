"""Binary point data of IPTA: byte order, record order, mask and itab."""

import numpy as np
import pytest

from hotslope.errors import InputError
from hotslope.points.formats import read_points
from points_files import BOUNDS_M, COUNT, CRS, EPOCHS, NAMES, lonlat, places, series, write

MASKED = 7


def files(folder, itab: str | None = None, records: np.ndarray | None = None) -> dict[str, str]:
    velocity, displacement = series()
    records = displacement.T / 1000 if records is None else records
    mask = np.ones(COUNT, dtype=np.uint8)
    mask[MASKED] = 0
    contents = {
        "plist": np.arange(2 * COUNT, dtype=">i4").tobytes(),
        "pdata": records.astype(">f4").tobytes(),
        "pmask": mask.tobytes(),
        "coordinates": np.column_stack(lonlat()).astype(">f4").tobytes(),
        "rate": (velocity / 1000).astype(">f4").tobytes(),
        "quality": np.full(COUNT, 0.85, dtype=">f4").tobytes(),
        "dates": "".join(f"rslc/{name}.rslc rslc/{name}.rslc.par\n" for name in NAMES),
    }
    if itab is not None:
        contents["itab"] = itab
    return {role: write(folder, role, content) for role, content in contents.items()}


def check(points, displacement, dates, truth):
    keep = np.arange(COUNT) != MASKED
    assert dates == EPOCHS
    assert points["point_id"].tolist() == [str(n + 1) for n in np.flatnonzero(keep)]
    np.testing.assert_allclose(displacement, truth[keep], atol=1e-4)
    np.testing.assert_allclose(points["velocity_mm_yr"], series()[0][keep], atol=1e-4)
    # float32 degrees at 101 degrees east are good to half a metre.
    np.testing.assert_allclose(points["x_m"], places()[0][keep], atol=0.5)
    np.testing.assert_allclose(points["coherence"], 0.85, atol=1e-6)
    assert points.attrs["left_out"] == {"masked": 1}


def test_a_record_per_date(tmp_path):
    check(*read_points(files(tmp_path), "gamma_ipta", crs=CRS), series()[1])


def test_itab_of_a_single_reference(tmp_path):
    """The third image is the reference and has no record; the records stand in another order."""
    truth = series()[1] - series()[1][:, [2]]
    images = [image for image in range(12) if image != 2]
    lines = [f"3 {image + 1} {len(images) - n} 1\n" for n, image in enumerate(images)]
    records = truth[:, images[::-1]].T / 1000
    path = files(tmp_path, "".join(lines) + "3 1 1 0\n", records)
    check(*read_points(path, "gamma_ipta", crs=CRS), truth)


def test_latitude_first(tmp_path):
    path = files(tmp_path)
    write(tmp_path, "coordinates", np.column_stack(lonlat()[::-1]).astype(">f8").tobytes())
    with pytest.raises(InputError, match="swap_coordinates: true"):
        read_points(path, "gamma_ipta", crs=CRS)
    points, _, _ = read_points(path, "gamma_ipta", crs=CRS, swap_coordinates=True)
    np.testing.assert_allclose(points["lon"], np.delete(lonlat()[0], MASKED))


def test_missing_values_are_gaps(tmp_path):
    path = files(tmp_path)
    records = np.fromfile(path["pdata"], ">f4").reshape(12, COUNT)
    records[5, 3] = -9999.0
    rate = np.fromfile(path["rate"], ">f4")
    rate[9] = -9999.0
    write(tmp_path, "pdata", records.tobytes())
    write(tmp_path, "rate", rate.tobytes())
    points, displacement, _ = read_points(path, "gamma_ipta", crs=CRS, missing_values=[-9999])
    assert np.argwhere(np.isnan(displacement)).tolist() == [[3, 5]]
    assert points["point_id"].iloc[3] == "4"
    assert "10" not in set(points["point_id"])
    assert points.attrs["cleaning"].points_without_velocity == 1


@pytest.mark.parametrize(
    ("role", "content", "message"),
    [
        ("plist", b"1 2\n3 4\n5", "not pairs of int32"),
        ("pdata", b"\0" * (4 * COUNT + 1), "no whole records"),
        ("pdata", b"\0" * (4 * COUNT * 11), "11 records for 12 dates"),
        ("pmask", b"\1" * (COUNT - 1), "39 bytes for 40 points"),
        ("pmask", b"\0" * COUNT, "masks all points"),
        ("coordinates", b"\0" * 12, "not pairs of float32"),
        ("dates", "one\n", "holds no date"),
        ("itab", "1 2 1\n", "not four whole numbers"),
        ("itab", "1 2 99 1\n", "record 99 of 12"),
        ("itab", "1 14 1 1\n", "image 14 of 12"),
        ("itab", "1 2 1 1\n2 3 2 1\n", "2 reference images"),
        ("itab", "1 2 1 1\n1 2 2 1\n", "network of pairs"),
        ("itab", "1 2 1 0\n", "0 reference images"),
    ],
)
def test_files_that_do_not_go_together(tmp_path, role, content, message):
    path = files(tmp_path) | {role: write(tmp_path, role, content)}
    with pytest.raises(InputError, match=message):
        read_points(path, "gamma_ipta", crs=CRS)


@pytest.mark.parametrize("bounds_m", [None, BOUNDS_M])
def test_a_place_that_the_project_crs_cannot_hold(tmp_path, bounds_m):
    degrees = np.column_stack(lonlat()).astype(">f4")
    degrees[3] = 0.0  # as where a pixel was not geocoded
    path = files(tmp_path) | {"coordinates": write(tmp_path, "coordinates", degrees.tobytes())}
    points, _, _ = read_points(path, "gamma_ipta", crs=CRS, bounds_m=bounds_m)
    assert len(points) == COUNT - 2
    assert "4" not in points["point_id"].to_numpy()


def test_a_role_that_is_missing_or_unknown(tmp_path):
    path = files(tmp_path)
    with pytest.raises(InputError, match="names no coordinates"):
        read_points({k: v for k, v in path.items() if k != "coordinates"}, "gamma_ipta", crs=CRS)
    with pytest.raises(InputError, match="pdat: is no role"):
        read_points(path | {"pdat": path["pdata"]}, "gamma_ipta", crs=CRS)
