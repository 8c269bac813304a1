"""Each terrain script on a small DEM of two dipping planes."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from derive_hydrology import derive_hydrology
from derive_morphometry import SHAPE_CELL_BYTES, derive_morphometry
from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.map_distortion import distortion_on_grid
from hotslope.rasters import grid_of, read_raster, write_raster
from prepare_dem import prepare_dem

GRID = {
    "bounds_m": [700_000, 4_000_000, 701_000, 4_000_800],
    "cell_size_m": 12.5,
    "crs": "EPSG:32647",
}
SHAPES = ["elevation", "slope", "aspect", "plan_curvature", "profile_curvature", "tpi", "tri"]


def write_dem(path: Path, cell_size_m: float = 12.5, **profile: object) -> str:
    """A plane that falls 0.4 to the west, 500 m wider than the area on each side."""
    size = round(2000 / cell_size_m)
    x_m = (np.arange(size) + 0.5) * cell_size_m
    elevation_m = np.tile(1000.0 + 0.4 * x_m, (size, 1)).astype("float32")
    defaults = {
        "driver": "GTiff",
        "height": size,
        "width": size,
        "count": 1,
        "dtype": "float32",
        "crs": "EPSG:32647",
        "transform": Affine(cell_size_m, 0, 699_500, 0, -cell_size_m, 4_001_400),
        "nodata": -9999.0,
    }
    with rasterio.open(path, "w", **{**defaults, **profile}) as target:
        target.write(elevation_m, 1)
    return str(path)


@pytest.mark.parametrize("cell_size_m", [12.5, 10.0])
def test_terrain_of_a_plane(tmp_path: Path, cell_size_m: float) -> None:
    dem = write_dem(tmp_path / "source.tif", cell_size_m)
    prepared = str(tmp_path / "dem.tif")
    prepare_dem(dem_path=dem, prepared_path=prepared, margin_m=300, **GRID)
    assert grid_of(prepared).cell_size_m == cell_size_m
    assert grid_of(prepared).bounds_m == (699_700, 3_999_700, 701_300, 4_001_100)
    with rasterio.open(prepared) as source:
        assert source.dtypes == ("float64",)

    paths = {name: str(tmp_path / f"{name}.tif") for name in SHAPES}
    derive_morphometry(
        dem_path=prepared,
        output_paths=paths,
        tpi_window_m=210,
        tri="wilson",
        strip_memory_mb=512,
        **GRID,
    )
    water = {
        f"{name}_path": str(tmp_path / f"{name}.tif")
        for name in ("contributing_area", "spi", "twi")
    }
    derive_hydrology(dem_path=prepared, slope_floor_deg=0.1, strip_memory_mb=512, **water, **GRID)

    # Float32 of the files, and of the engine for slope and aspect.
    study = Grid.from_bounds(GRID["bounds_m"], GRID["cell_size_m"], GRID["crs"])
    convergence_deg = distortion_on_grid(study, slice(0, study.shape[0])).convergence_deg
    expected = {"slope": np.degrees(np.arctan(0.4)), "aspect": 270.0 + convergence_deg}
    expected |= {"tpi": 0.0}
    expected |= {"plan_curvature": 0.0, "profile_curvature": 0.0, "tri": 0.4 * cell_size_m * 6 / 8}
    for name, value in expected.items():
        values, grid = read_raster(paths[name])
        assert grid.bounds_m == tuple(GRID["bounds_m"])
        np.testing.assert_allclose(values, value, rtol=1e-4, atol=1e-3, err_msg=name)
    area_m = read_raster(water["contributing_area_path"])[0]
    np.testing.assert_allclose(read_raster(water["spi_path"])[0], 0.4 * area_m, rtol=1e-5)
    # Resampling the logarithm is not the logarithm of the resampled, by little on a plane.
    np.testing.assert_allclose(read_raster(water["twi_path"])[0], np.log(area_m / 0.4), atol=1e-3)
    with rasterio.open(paths["plan_curvature"]) as source:
        assert source.units == ("1/m",)
        assert "+ = divergent" in source.tags()["description"]


@pytest.mark.parametrize("tri", ["wilson", "paper"])
def test_memory_for_strips_changes_no_byte_of_the_shapes(tmp_path: Path, tri: str) -> None:
    dem = Grid("EPSG:32647", Affine(12.5, 0, 699_500, 0, -12.5, 4_001_400), (160, 160))
    elevation_m = np.random.default_rng(3).normal(1000.0, 5.0, dem.shape).cumsum(axis=1)
    elevation_m[70:72, 90] = np.nan
    write_raster(tmp_path / "dem.tif", {"elevation": elevation_m}, dem)
    contents = []
    # All rows at once, 24 and 1.
    for strip_memory_mb in (512.0, 24 * 160 * SHAPE_CELL_BYTES / 1e6, 0.001):
        paths = {name: str(tmp_path / f"{name}_{strip_memory_mb}.tif") for name in SHAPES}
        derive_morphometry(
            dem_path=str(tmp_path / "dem.tif"),
            output_paths=paths,
            tpi_window_m=210,
            tri=tri,
            strip_memory_mb=strip_memory_mb,
            **GRID,
        )
        contents.append({name: Path(path).read_bytes() for name, path in paths.items()})
    assert np.isnan(read_raster(paths["tpi"])[0]).any()
    for name in SHAPES:
        assert contents[0][name] == contents[1][name] == contents[2][name], name


@pytest.mark.parametrize("rows", [24, 7])
def test_tpi_of_strips_is_that_of_the_whole_but_for_rounding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    dem = Grid("EPSG:32647", Affine(12.5, 0, 699_500, 0, -12.5, 4_001_400), (160, 160))
    elevation_m = np.random.default_rng(3).normal(1000.0, 5.0, dem.shape).cumsum(axis=1)
    write_raster(tmp_path / "dem.tif", {"elevation": elevation_m}, dem)
    values = []
    for height in (512, rows):
        monkeypatch.setattr("derive_morphometry.BLOCK_CELLS", height)
        paths = {name: str(tmp_path / f"{name}_{height}.tif") for name in SHAPES}
        derive_morphometry(
            dem_path=str(tmp_path / "dem.tif"),
            output_paths=paths,
            tpi_window_m=210,
            tri="wilson",
            strip_memory_mb=512,
            **GRID,
        )
        values.append(read_raster(paths["tpi"])[0])
    np.testing.assert_allclose(values[1], values[0], rtol=1e-6, atol=1e-6)


def test_memory_for_strips_changes_no_byte_of_the_hydrology(tmp_path: Path) -> None:
    dem = Grid("EPSG:32647", Affine(12.5, 0, 699_500, 0, -12.5, 4_001_400), (160, 160))
    elevation_m = np.random.default_rng(3).normal(1000.0, 5.0, dem.shape).cumsum(axis=1)
    elevation_m[70:72, 90] = elevation_m[:9, :20] = np.nan
    write_raster(tmp_path / "dem.tif", {"elevation": elevation_m}, dem)
    contents = []
    # All rows at once; 31 for the flow and 15 for the indices; the fewest there can be.
    for strip_memory_mb in (512.0, 1.0, 0.001):
        paths = {
            f"{name}_path": str(tmp_path / f"{name}_{strip_memory_mb}.tif")
            for name in ("contributing_area", "spi", "twi")
        }
        derive_hydrology(
            dem_path=str(tmp_path / "dem.tif"),
            slope_floor_deg=0.1,
            strip_memory_mb=strip_memory_mb,
            **paths,
            **GRID,
        )
        contents.append([Path(path).read_bytes() for path in paths.values()])
    assert contents[0] == contents[1] == contents[2]
    assert np.isnan(read_raster(paths["twi_path"])[0]).any()


def test_dem_that_is_cut_short(tmp_path: Path) -> None:
    dem = Path(write_dem(tmp_path / "source.tif", 12.5))
    dem.write_bytes(dem.read_bytes()[: dem.stat().st_size // 2])
    with pytest.raises(InputError, match=r"source\.tif \(terrain\.dem\): is damaged or cut short"):
        prepare_dem(dem_path=str(dem), prepared_path=str(tmp_path / "d.tif"), margin_m=100, **GRID)
    assert not (tmp_path / "d.tif").exists()


# rasterio itself multiplies transforms in the way that affine is about to retire.
@pytest.mark.filterwarnings("ignore:Use .@. matmul:PendingDeprecationWarning")
def test_geographic_dem_is_warped(tmp_path: Path) -> None:
    size = 120
    dem = write_dem(
        tmp_path / "source.tif",
        2000 / size,
        crs="EPSG:4326",
        transform=Affine(2 / 3600, 0, 101.20, 0, -2 / 3600, 36.15),
    )
    prepared = str(tmp_path / "dem.tif")
    prepare_dem(dem_path=dem, prepared_path=prepared, margin_m=100, **GRID)
    elevation_m, grid = read_raster(prepared)
    assert grid.crs == "EPSG:32647"
    assert 45 < grid.cell_size_m < 62  # 2 arc seconds at 36° N: 62 m by 50 m
    assert np.isfinite(elevation_m).all()


def prepared_plane(tmp_path: Path, values: np.ndarray, **profile: object) -> np.ndarray:
    """Elevations that prepare_dem makes of a raster in the place of `write_dem`'s."""
    scale, offset = profile.pop("scale", 1.0), profile.pop("offset", 0.0)
    dem = write_dem(tmp_path / "source.tif", **{"dtype": values.dtype, **profile})
    with rasterio.open(dem, "r+") as target:
        target.write(values, 1)
        target.scales, target.offsets = (scale,), (offset,)
    prepared = str(tmp_path / "dem.tif")
    prepare_dem(dem_path=dem, prepared_path=prepared, margin_m=100, **GRID)
    return read_raster(prepared)[0]


METRES = np.tile(1000.0 + 0.4 * 12.5 * (np.arange(160) + 0.5), (160, 1))


# rasterio itself multiplies transforms in the way that affine is about to retire.
@pytest.mark.filterwarnings("ignore:Use .@. matmul:PendingDeprecationWarning")
@pytest.mark.parametrize(
    "warped",
    [{}, {"transform": Affine(0, 12.5, 699_500, 12.5, 0, 3_999_400)}],
    ids=["kept", "warped"],
)
def test_scale_and_offset_are_applied(tmp_path: Path, warped: dict) -> None:
    stored = np.round((METRES - 800.0) * 10.0).astype(np.int16)
    stored[80, 80] = -32768
    stored = stored.T if warped else stored
    elevation_m = prepared_plane(tmp_path, stored, nodata=-32768, scale=0.1, offset=800.0, **warped)
    assert np.isnan(elevation_m).any()
    falls = np.diff(elevation_m, axis=1)
    np.testing.assert_allclose(falls[np.isfinite(falls)], 5.0, atol=0.3)
    assert 1000.0 < np.nanmin(elevation_m) < np.nanmax(elevation_m) < 1800.0


def test_undeclared_nan_is_a_gap(tmp_path: Path) -> None:
    values = METRES.copy()
    values[70:75, 80:90] = np.nan
    values[100, 100] = np.inf
    elevation_m = prepared_plane(tmp_path, values, nodata=None)
    assert np.isnan(elevation_m).sum() == 51


# The plane of `write_dem` on grids whose cells are not square and north up.
@pytest.mark.filterwarnings("ignore:Use .@. matmul:PendingDeprecationWarning")
@pytest.mark.parametrize(
    "transform",
    [
        Affine(12.5, 0, 699_500, 0, 12.5, 3_999_400),
        Affine(25.0, 0, 699_000, 0, -10.0, 4_001_300),
        Affine.translation(700_500, 4_000_400)
        @ Affine.rotation(30)
        @ Affine.scale(12.5, -12.5)
        @ Affine.translation(-100, -100),
        Affine(0, 12.5, 699_500, 12.5, 0, 3_999_400),
    ],
    ids=["south up", "oblong", "rotated", "turned by a quarter"],
)
def test_any_grid_gives_the_same_ground(tmp_path: Path, transform: Affine) -> None:
    rows, columns = np.meshgrid(np.arange(200) + 0.5, np.arange(200) + 0.5, indexing="ij")
    x_m = transform.a * columns + transform.b * rows + transform.c
    y_m = transform.d * columns + transform.e * rows + transform.f
    ground_m = 1000.0 + 0.4 * (x_m - 699_500) + 0.1 * (y_m - 4_000_000)
    elevation_m = prepared_plane(
        tmp_path, ground_m.astype(np.float32), transform=transform, height=200, width=200
    )
    grid = grid_of(tmp_path / "dem.tif")
    oblong = (abs(transform.a), abs(transform.e)) == (25.0, 10.0)
    assert oblong or grid.cell_size_m == pytest.approx(12.5, abs=0.01)
    expected_m = (
        1000.0
        + 0.4 * (grid.x_centres_m() - 699_500)
        + 0.1 * (grid.y_centres_m()[:, None] - 4_000_000)
    )
    assert np.isfinite(elevation_m).mean() > 0.95
    known = np.isfinite(elevation_m)
    np.testing.assert_allclose(elevation_m[known], expected_m[known], atol=2e-3)


@pytest.mark.parametrize(
    ("value", "cells", "message"),
    [
        (0.0, (slice(60, 80), slice(60, 90)), r"600 cells of exactly 0 m.*-a_nodata 0"),
        (0.0, (slice(60, 61), slice(60, 61)), r"1 cells of exactly 0 m"),
        (1.0, (slice(60, 80), slice(60, 90)), r"600 cells of exactly 1 m.*-a_nodata 1"),
        (-9999.0, (slice(60, 61), slice(60, 61)), r"elevation -9999.*declare it"),
    ],
)
@pytest.mark.parametrize("south_up", [False, True])
def test_undeclared_nodata_is_refused_before_warping(
    tmp_path: Path, value: float, cells: tuple, message: str, south_up: bool
) -> None:
    values = METRES.copy()
    values[cells] = value
    turned = {"transform": Affine(12.5, 0, 699_500, 0, 12.5, 3_999_400)} if south_up else {}
    with pytest.raises(InputError, match=message):
        prepared_plane(tmp_path, values, nodata=None, **turned)
    assert not (tmp_path / "dem.tif").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"crs": None}, "has no CRS"),
        ({"crs": "EPSG:32647+6360"}, "heights in 'US survey foot'"),
        ({"count": 3}, "has 3 bands"),
        ({"transform": Affine(12.5, 0, 100_000, 0, -12.5, 4_001_400)}, "no elevation in the study"),
    ],
)
def test_wrong_dems_are_refused(tmp_path: Path, change: dict, message: str) -> None:
    dem = write_dem(tmp_path / "source.tif", **change)
    with pytest.raises(InputError, match=message):
        prepare_dem(dem_path=dem, prepared_path=str(tmp_path / "dem.tif"), margin_m=0, **GRID)
    assert not (tmp_path / "dem.tif").exists()
