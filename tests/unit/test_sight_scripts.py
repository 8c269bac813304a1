"""Scripts on lines of sight: visibility, east and up, coverage; and what they refuse."""

import json

import numpy as np
import pandas as pd
import pytest
import rasterio
from pyproj import Transformer

from decompose_motion import decompose_motion
from estimate_rate_errors import estimate_rate_errors
from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.map_distortion import distortion_on_grid
from hotslope.maps.coverage import COVERAGE_NAMES
from hotslope.points.tables import DROPPED_POINTS, POINTS
from hotslope.rasters import read_raster, write_raster
from hotslope.terrain.geometry import line_of_sight, sensitivity
from map_coverage import map_coverage
from map_visibility import map_visibility
from points_files import egms_text, write, write_zip

AREA = {"bounds_m": [500000, 4000000, 502000, 4001000], "cell_size_m": 20.0, "crs": "EPSG:32647"}
GRID = Grid.from_bounds(**AREA)
SIGHT = {"descending": line_of_sight(39.0, 192.0), "ascending": line_of_sight(37.0, 348.0)}
TRACKS = ["descending", "ascending"]
EAST, UP = 8.0, -5.0


def write_track(folder, track, *, offset=0.0, sight=True, west_of=502000.0):
    """Points every 25 m; a tenth of the area moves east and down, and there is no noise."""
    columns, rows = np.arange(500010, west_of, 25.0), np.arange(4000010, 4001000, 25.0)
    x, y = (part.ravel() for part in np.meshgrid(columns, rows))
    east, north, up = (float(part) for part in SIGHT[track])
    velocity = np.where(x < 500200, EAST * east + UP * up, 0.0) + offset
    frame = POINTS.empty().reindex(range(x.size))
    frame = frame.assign(point_id=[f"{track}{n}" for n in range(x.size)], x_m=x, y_m=y)
    frame = frame.assign(lon=100.0, lat=36.0, velocity_mm_yr=velocity)
    if sight:
        frame = frame.assign(los_east=east, los_north=north, los_up=up)
    POINTS.write(folder / f"{track}.parquet", frame.astype({"point_id": "str"}))
    dropped = pd.DataFrame({"x_m": [501900.0], "y_m": [4000500.0]})
    dropped = dropped.assign(velocity_mm_yr=30.0, coherence=0.4)
    DROPPED_POINTS.write(folder / f"{track}_dropped.parquet", dropped)


def write_dem(folder, slope_deg, aspect_deg):
    """A plane, 200 m wider than the study area on each side."""
    dem = GRID.grown(10)
    x, y = np.meshgrid(dem.x_centres_m() - 500000, dem.y_centres_m() - 4000000)
    azimuth = np.radians(aspect_deg)
    height = -np.tan(np.radians(slope_deg)) * (np.sin(azimuth) * x + np.cos(azimuth) * y)
    write_raster(folder / "dem.tif", {"elevation": 3000.0 + height}, dem)
    write_raster(folder / "slope.tif", {"slope": np.full(GRID.shape, slope_deg)}, GRID)


def see(folder, track):
    target = str(folder / f"{track}_visibility.tif")
    map_visibility(
        dem_path=str(folder / "dem.tif"),
        points_path=str(folder / f"{track}.parquet"),
        visibility_path=target,
        track=track,
        smoothing_m=100.0,
        **AREA,
    )
    return [read_raster(target, band)[0] for band in (1, 2, 3)]


def decompose(folder, tracks=TRACKS, **changes):
    settings = {
        "cell_size_m": 100.0,
        "min_points": 2,
        "shared_error_mm_yr": 1.0,
        "max_condition_number": 4.0,
        "reference": "stable",
        "stable_mm_yr": 3.0,
        "weights": "errors",
        "egms_l3": {},
        "bounds_m": AREA["bounds_m"],
        "crs": AREA["crs"],
        **changes,
    }
    for track in tracks:
        estimate_rate_errors(
            points_path=str(folder / f"{track}.parquet"),
            background_path=None,
            errors_path=str(folder / f"{track}_rate_errors.parquet"),
            summary_path=str(folder / f"{track}_rate_errors.json"),
            wavelength_m=0.0554658,
        )
    decompose_motion(
        points_paths=[str(folder / f"{track}.parquet") for track in tracks],
        errors_paths=[str(folder / f"{track}_rate_errors.parquet") for track in tracks],
        east_up_path=str(folder / "east_up.tif"),
        report_path=str(folder / "east_up.json"),
        tracks=list(tracks),
        **settings,
    )
    with rasterio.open(folder / "east_up.tif") as source:
        bands = dict(zip(source.descriptions, source.read(), strict=True))
    return bands, json.loads((folder / "east_up.json").read_text())


def cover(folder, seen=TRACKS, terrain=True):
    map_coverage(
        points_paths=[str(folder / f"{track}.parquet") for track in TRACKS],
        dropped_paths=[str(folder / f"{track}_dropped.parquet") for track in TRACKS],
        visibility_paths={track: str(folder / f"{track}_visibility.tif") for track in seen},
        slope_path=str(folder / "slope.tif") if terrain else None,
        coverage_path=str(folder / "coverage.tif"),
        measuring_path=str(folder / "tracks_measuring.tif"),
        shares_path=str(folder / "coverage.json"),
        tracks=TRACKS,
        reach_m=100.0,
        **AREA,
    )
    bands = [read_raster(folder / name)[0] for name in ("coverage.tif", "tracks_measuring.tif")]
    shares = json.loads((folder / "coverage.json").read_text())["shares"]
    counted = [np.mean(bands[0] == code) for code in range(len(COVERAGE_NAMES))]
    np.testing.assert_allclose([shares[name] for name in COVERAGE_NAMES], counted)
    return bands


@pytest.mark.parametrize(
    ("slope", "aspect", "track", "kind"),
    [
        (20.0, 270.0, "ascending", 0),
        (45.0, 270.0, "ascending", 1),
        (45.0, 270.0, "descending", 0),
        (60.0, 90.0, "ascending", 2),
    ],
)
def test_visibility_of_a_plane(tmp_path, slope, aspect, track, kind):
    write_track(tmp_path, track)
    write_dem(tmp_path, slope, aspect)
    classes, index, seen = see(tmp_path, track)
    assert (classes == kind).all()
    # The plane falls along the grid, the line of sight counts from true north.
    aspect = aspect + distortion_on_grid(GRID, slice(0, GRID.shape[0])).convergence_deg
    np.testing.assert_allclose(seen, sensitivity(slope, aspect, SIGHT[track]), atol=1e-5)
    assert (index == 0).all() if kind else (index > 0).all()


@pytest.mark.parametrize("track", TRACKS)
def test_visibility_by_strips_is_that_of_the_whole(tmp_path, monkeypatch, track):
    write_track(tmp_path, track)
    rng = np.random.default_rng(9)
    # The DEM begins south of the first strip and reaches beyond the study area in the south.
    dem = GRID.grown(4).window(slice(24, 58), slice(0, 108))
    ground = 2000.0 + rng.normal(0, 12, dem.shape)
    ground[10:12, 30:50] = np.nan
    write_raster(tmp_path / "dem.tif", {"elevation": ground}, dem)
    whole = see(tmp_path, track)
    monkeypatch.setattr("map_visibility.BLOCK_CELLS", 8)
    strips = see(tmp_path, track)
    assert {0, 1, 2} <= set(whole[0][np.isfinite(whole[0])])
    for one, other in zip(strips, whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_no_line_of_sight_is_refused_with_the_key(tmp_path):
    write_track(tmp_path, "ascending", sight=False)
    write_track(tmp_path, "descending")
    write_dem(tmp_path, 20.0, 90.0)
    with pytest.raises(InputError, match=r"tracks\.ascending\.heading_deg"):
        see(tmp_path, "ascending")
    with pytest.raises(InputError, match=r"tracks\.ascending\.heading_deg"):
        decompose(tmp_path)
    assert not (tmp_path / "ascending_visibility.tif").exists()


def test_east_and_up_come_back_whatever_the_reference_points(tmp_path):
    write_track(tmp_path, "descending", offset=4.0)
    write_track(tmp_path, "ascending", offset=-2.5)
    bands, report = decompose(tmp_path)
    for name, rate in (("east_mm_yr", EAST), ("up_mm_yr", UP)):
        np.testing.assert_allclose(bands[name][:, :2], rate, atol=1e-4)
        np.testing.assert_allclose(bands[name][:, 2:], 0.0, atol=1e-4)
    found = {name: row["offset_removed_mm_yr"] for name, row in report["tracks"].items()}
    assert found == pytest.approx({"descending": 4.0, "ascending": -2.5})
    assert bands["points_ascending"].min() >= 12
    as_delivered, _ = decompose(tmp_path, reference="none")
    assert abs(as_delivered["up_mm_yr"][:, 2:]).min() > 0.5


#: The area, moved to where level L3 is.
IN_EUROPE = "EPSG:32633"


def l3_text(rate: float) -> str:
    """Level L3 on cells of 100 m of EPSG:3035 that cover the area; the west of it moves."""
    project = Transformer.from_crs("EPSG:3035", IN_EUROPE, always_xy=True)
    xmin, ymin, xmax, ymax = project.transform_bounds(*AREA["bounds_m"], direction="INVERSE")
    x, y = np.meshgrid(np.arange(xmin // 100, xmax // 100 + 1) * 100 + 50.0,
                       np.arange(ymin // 100, ymax // 100 + 1) * 100 + 50.0)  # fmt: skip
    east, _ = project.transform(x, y)
    lines = ["pid,easting,northing,height,mean_velocity,20200104"]
    for row, (one, other) in enumerate(zip(x.ravel(), y.ravel(), strict=True)):
        velocity = rate if east.ravel()[row] < 500200 else 0.0
        lines.append(f"L{row},{one:.0f},{other:.0f},2000,{velocity:.1f},0.0")
    return "\n".join(lines) + "\n"


def test_east_and_up_are_compared_with_level_l3(tmp_path):
    for track in TRACKS:
        write_track(tmp_path, track)
    zipped = "EGMS_L3_E45N23_100km_U_2019_2023_1"
    east = write(tmp_path, "east.csv", l3_text(EAST + 1.5))
    up = write_zip(tmp_path, f"{zipped}.zip", {f"{zipped}.csv": l3_text(UP)})
    bands, report = decompose(tmp_path, crs=IN_EUROPE, egms_l3={"east": east, "up": [up]})
    found = report["egms_l3"]
    assert found["up"]["cells"] > 150
    assert found["up"]["median_difference_mm_yr"] == pytest.approx(0.0, abs=1e-4)
    # Cells of the two grids at the edge of what moves differ.
    assert found["up"]["correlation"] > 0.8
    np.testing.assert_allclose(np.nanmin(bands["egms_up_mm_yr"]), UP)
    np.testing.assert_allclose(np.nanmax(bands["egms_east_mm_yr"]), EAST + 1.5)
    difference = (bands["east_mm_yr"] - bands["egms_east_mm_yr"])[:, 0]
    np.testing.assert_allclose(difference[np.isfinite(difference)], -1.5, atol=1e-4)
    with pytest.raises(InputError, match="named as the up component"):
        decompose(tmp_path, crs=IN_EUROPE, egms_l3={"east": up})
    track = write(tmp_path, "track.csv", egms_text())
    with pytest.raises(InputError, match="level L2: motion along a line of sight"):
        decompose(tmp_path, crs=IN_EUROPE, egms_l3={"east": None, "up": track})


def test_level_l3_of_another_place_is_reported(tmp_path, caplog):
    for track in TRACKS:
        write_track(tmp_path, track)
    text = "pid,easting,northing,mean_velocity\nL1,4500050,2300050,1.0\n"
    l3 = write(tmp_path, "l3.csv", text)
    bands, report = decompose(tmp_path, crs=IN_EUROPE, egms_l3={"east": l3})
    assert report["egms_l3"]["east"]["cells"] == 0
    assert report["egms_l3"]["east"]["correlation"] is None
    assert np.isnan(bands["egms_east_mm_yr"]).all()
    assert "decomposition.egms_l3.east: no cell lies in the study area" in caplog.text


def test_cells_of_one_track_alone_stay_empty(tmp_path):
    write_track(tmp_path, "descending")
    write_track(tmp_path, "ascending", west_of=501000.0)
    bands, _ = decompose(tmp_path)
    assert np.isnan(bands["east_mm_yr"][:, 11:]).all()
    assert np.isfinite(bands["east_mm_yr"][:, :9]).all()
    assert bands["points_descending"][:, 11:].min() > 0
    alone, empty = decompose(tmp_path, tracks=["descending"])
    assert np.isnan(alone["up_mm_yr"]).all()
    assert empty["east_mm_yr"] is None
    assert empty["tracks"]["descending"]["stable_velocity_mm_yr"] is None


def test_coverage_of_a_slope(tmp_path):
    write_dem(tmp_path, 45.0, 270.0)
    for track in TRACKS:
        write_track(tmp_path, track, west_of=501000.0)
        see(tmp_path, track)
    classes, tracks = cover(tmp_path)
    # Layover in the ascending track; the descending one sees, and has points in the west.
    assert (classes[:, :50] == 0).all()
    assert (tracks[:, :50] == 1).all()
    # Dropped points 100 m around (501900, 4000500); beyond them nothing.
    assert classes[25, 95] == 3
    assert classes[25, 75] == 1
    bare, both = cover(tmp_path, seen=[], terrain=False)
    assert (both[:, :50] == 2).all()
    assert bare[25, 95] == 3


def test_coverage_names_blind_slopes(tmp_path):
    write_dem(tmp_path, 12.0, 0.0)
    for track in TRACKS:
        write_track(tmp_path, track)
        see(tmp_path, track)
    assert (cover(tmp_path)[0] == 4).all()
    write_raster(tmp_path / "slope.tif", {"slope": np.full(GRID.shape, 3.0)}, GRID)
    assert (cover(tmp_path)[0] == 0).all()
