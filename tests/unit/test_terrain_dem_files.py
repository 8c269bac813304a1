"""DEM files as check_inputs judges them, before any work."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS

from hotslope.errors import InputError
from hotslope.terrain.dem_files import check_dem

UTM = CRS.from_epsg(32647)
BOUNDS_M = (700_000.0, 4_000_000.0, 701_000.0, 4_000_800.0)
TRANSFORM = Affine(10.0, 0, 699_500, 0, -10.0, 4_001_400)


def dem(path: Path, values: np.ndarray, **profile: object) -> str:
    defaults = {"crs": "EPSG:32647", "transform": TRANSFORM, "count": 1, "dtype": values.dtype}
    shape = {"height": values.shape[0], "width": values.shape[1]}
    with rasterio.open(path, "w", driver="GTiff", **shape, **{**defaults, **profile}) as target:
        target.write(values, 1)
    return str(path)


def ground(value: float = 1500.0) -> np.ndarray:
    return np.random.default_rng(1).normal(value, 20.0, (200, 200)).astype(np.float32)


def test_sound_dem_is_described(tmp_path: Path) -> None:
    path = dem(tmp_path / "dem.tif", ground())
    found, warnings = check_dem(path, "terrain.dem", BOUNDS_M, 100.0, UTM)
    assert 1400.0 < found["lowest_m"] < 1450.0
    assert 1550.0 < found["highest_m"] < 1600.0
    assert found["share_without_data"] == 0.0
    assert warnings == []


def test_gaps_in_the_study_area_are_reported(tmp_path: Path) -> None:
    values = ground()
    values[100:110, 100:110] = np.nan
    values[0, 0] = np.nan
    path = dem(tmp_path / "dem.tif", values)
    found, warnings = check_dem(path, "terrain.dem", BOUNDS_M, 600.0, UTM)
    assert found["share_without_data"] == pytest.approx(100 / 8000)
    assert warnings == [
        f"terrain.dem: {path} has no data in 1.2% of its cells in the study area; terrain is "
        "missing there"
    ]


def voided(value: float, *cells: slice) -> np.ndarray:
    values = ground()
    values[cells] = value
    return values


@pytest.mark.parametrize(
    ("values", "profile", "message"),
    [
        (voided(0.0, slice(90, 110), slice(90, 100)), {}, "200 cells of exactly 0 m"),
        (voided(-9999.0, slice(90, 91), slice(90, 91)), {}, "-9999, not between"),
        (np.full((200, 200), np.nan, np.float32), {}, "no elevation in the study area"),
        # Beside the study area all is well.
        (voided(np.nan, slice(50, 150), slice(40, 160)), {}, "no elevation in the study area"),
        (
            ground(),
            {"crs": "EPSG:4326", "transform": Affine(1e-4, 0, 237.5, 0, -1e-4, 37.5)},
            r"longitudes 237\.5 to 237\.52, .* -a_ullr -122\.5 37\.5 -122\.48",
        ),
        (ground(), {"crs": None}, "has no CRS"),
        (ground(), {"count": 2}, "has 2 bands"),
        (ground(9000.0), {}, "not between -500 and 9000 m"),
    ],
    ids=["zeros", "sentinel", "empty", "hollow", "eastward", "crs", "bands", "feet"],
)
def test_no_dem_is_refused_with_file_and_key(
    tmp_path: Path, values: np.ndarray, profile: dict, message: str
) -> None:
    path = dem(tmp_path / "dem.tif", values, **profile)
    with pytest.raises(InputError, match=message) as refusal:
        check_dem(path, "terrain.dem", BOUNDS_M, 300.0, UTM)
    assert str(refusal.value).startswith(f"{path} (terrain.dem): ")


def test_cells_far_from_the_study_area_do_not_matter(tmp_path: Path) -> None:
    values = ground()
    values[:10, :10] = -9999.0
    path = dem(tmp_path / "dem.tif", values)
    assert check_dem(path, "terrain.dem", BOUNDS_M, 100.0, UTM)[1] == []
    with pytest.raises(InputError, match="-9999"):
        check_dem(path, "terrain.dem", BOUNDS_M, 600.0, UTM)


@pytest.mark.parametrize("degrees", [30.0, 90.0, 180.0])
def test_turned_dems_are_judged_at_the_study_area(tmp_path: Path, degrees: float) -> None:
    around = Affine.translation(700_500, 4_000_400) @ Affine.rotation(degrees)
    transform = around @ Affine.scale(10.0, -10.0) @ Affine.translation(-100, -100)
    values = ground()
    values[98:102, 98:102] = 0.0
    path = dem(tmp_path / "dem.tif", values, transform=transform)
    with pytest.raises(InputError, match=r"16 cells of exactly 0 m.*row 98, column 98"):
        check_dem(path, "terrain.dem", BOUNDS_M, 0.0, UTM)
