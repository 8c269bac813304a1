"""One small raster of motion, written as the product of several processors.

What the points must be is known here; how each file is laid out is that of the tool named.
"""

from pathlib import Path

import h5py
import numpy as np
import rasterio
from pyproj import CRS, Transformer
from rasterio.transform import Affine

from points_files import EPOCHS, NAMES

PROJECT_CRS = "EPSG:32647"
ROWS, COLUMNS = 6, 8
#: Outer corner and cell of the projected grid, metres, and of that in degrees.
WEST_M, NORTH_M, CELL_M = 700000.0, 3961000.0, 100.0
WEST_DEG, NORTH_DEG, CELL_DEG = 101.2, 35.75, 0.001
MASKED, ZERO, EMPTY, GAPS = (0, 0), (0, 1), (0, 2), (1, 1)
LEFT_OUT = (MASKED, ZERO, EMPTY)
INCIDENCE_DEG = np.broadcast_to(np.linspace(33.0, 45.0, COLUMNS), (ROWS, COLUMNS))
#: Direction from the ground to the sensor, clockwise from north: of a right-looking satellite
#: that heads for 192°.
SENSOR_DEG = 102.0
HEIGHT_M = 2000.0 + np.arange(ROWS * COLUMNS, dtype=np.float64).reshape(ROWS, COLUMNS)
COHERENCE = np.linspace(0.71, 0.95, ROWS * COLUMNS).reshape(ROWS, COLUMNS)


def line_of_sight() -> np.ndarray:
    """East, north and up from the ground to the sensor, shape (3, rows, columns)."""
    level = np.sin(np.radians(INCIDENCE_DEG))
    return np.stack(
        [
            level * np.sin(np.radians(SENSOR_DEG)),
            level * np.cos(np.radians(SENSOR_DEG)),
            np.cos(np.radians(INCIDENCE_DEG)),
        ]
    )


def years() -> np.ndarray:
    return np.array([(date - EPOCHS[0]).days for date in EPOCHS]) / 365.25


def velocity_mm_yr() -> np.ndarray:
    return np.linspace(-60.0, 35.0, ROWS * COLUMNS).reshape(ROWS, COLUMNS)


def displacement_mm(gaps: bool = True) -> np.ndarray:
    """Shape (epochs, rows, columns), 0 at the first date; NaN and zeros as they come."""
    rng = np.random.default_rng(3)
    values = velocity_mm_yr() * years()[:, None, None] + rng.normal(0, 1.0, (12, ROWS, COLUMNS))
    values[0] = 0.0
    values[(slice(None), *ZERO)] = 0.0
    values[(slice(None), *EMPTY)] = np.nan
    if gaps:
        values[(slice(10, None), *GAPS)] = np.nan
    return values


def mask() -> np.ndarray:
    shown = np.ones((ROWS, COLUMNS), dtype=bool)
    shown[MASKED] = False
    return shown


def kept() -> np.ndarray:
    keep = np.ones((ROWS, COLUMNS), dtype=bool)
    for cell in LEFT_OUT:
        keep[cell] = False
    return keep


def centres(geographic: bool) -> tuple[np.ndarray, np.ndarray]:
    """Easting and northing of the cell centres in the project CRS, shape (rows, columns)."""
    west, north, cell = (WEST_DEG, NORTH_DEG, CELL_DEG) if geographic else (WEST_M, NORTH_M, CELL_M)
    x, y = np.meshgrid(
        west + cell * (np.arange(COLUMNS) + 0.5), north - cell * (np.arange(ROWS) + 0.5)
    )
    if not geographic:
        return x, y
    return Transformer.from_crs("EPSG:4326", PROJECT_CRS, always_xy=True).transform(x, y)


def mintpy_attributes() -> dict[str, str]:
    return {
        "X_FIRST": str(WEST_DEG),
        "Y_FIRST": str(NORTH_DEG),
        "X_STEP": str(CELL_DEG),
        "Y_STEP": str(-CELL_DEG),
        "X_UNIT": "degrees",
        "Y_UNIT": "degrees",
        "LENGTH": str(ROWS),
        "WIDTH": str(COLUMNS),
        "HEADING": "-168.0",
        "ORBIT_DIRECTION": "DESCENDING",
        "NO_DATA_VALUE": "none",
    }


def _hdf5(path: Path, attributes: dict[str, str], **datasets: np.ndarray) -> str:
    with h5py.File(path, "w") as file:
        file.attrs.update(attributes)
        for name, values in datasets.items():
            file[name] = values
    return str(path)


def write_mintpy(folder: Path) -> dict[str, str]:
    shared = mintpy_attributes()
    rate = velocity_mm_yr() / 1000
    rate[ZERO] = 0.0
    series = (displacement_mm() / 1000).astype("f4")
    return {
        "timeseries": _hdf5(
            folder / "geo_timeseries.h5",
            {**shared, "FILE_TYPE": "timeseries", "UNIT": "m"},
            timeseries=series,
            date=np.array(NAMES, dtype="S8"),
            bperp=np.zeros(12, dtype="f4"),
        ),
        "velocity": _hdf5(
            folder / "geo_velocity.h5",
            {**shared, "FILE_TYPE": "velocity", "UNIT": "m/year"},
            velocity=rate.astype("f4"),
            velocityStd=np.full((ROWS, COLUMNS), 0.0004, dtype="f4"),
        ),
        "geometry": _hdf5(
            folder / "geo_geometryRadar.h5",
            {**shared, "FILE_TYPE": "geometry"},
            height=HEIGHT_M.astype("f4"),
            incidenceAngle=INCIDENCE_DEG.astype("f4"),
            azimuthAngle=np.full((ROWS, COLUMNS), -SENSOR_DEG, dtype="f4"),
        ),
        "temporal_coherence": _hdf5(
            folder / "geo_temporalCoherence.h5", shared, temporalCoherence=COHERENCE.astype("f4")
        ),
        "mask": _hdf5(folder / "geo_maskTempCoh.h5", shared, mask=mask()),
    }


def write_hdfeos5(folder: Path) -> str:
    group = "HDFEOS/GRIDS/timeseries/"
    path = folder / "S1_IW_128_0593_0597_20200104_20200924.he5"
    with h5py.File(path, "w") as file:
        numeric = {"wavelength": 0.0555, "relative_orbit": 128, "prf": 1717.0}
        file.attrs.update({**mintpy_attributes(), **numeric})
        series = file.create_dataset(
            group + "observation/displacement",
            data=(displacement_mm() / 1000).astype("f4"),
            chunks=(1, 3, 4),
            compression="lzf",
        )
        series.attrs.update({"Units": "meters", "_FillValue": np.float32(0)})
        file[group + "observation/date"] = np.array(NAMES, dtype="S8")
        file[group + "quality/temporalCoherence"] = COHERENCE.astype("f4")
        file[group + "quality/mask"] = mask()
        file[group + "geometry/height"] = HEIGHT_M.astype("f4")
        file[group + "geometry/incidenceAngle"] = INCIDENCE_DEG.astype("f4")
        file[group + "geometry/azimuthAngle"] = np.full((ROWS, COLUMNS), -SENSOR_DEG, dtype="f4")
    return str(path)


def write_licsbas(folder: Path) -> dict[str, str]:
    """cum.h5, whose corner is a cell centre, and flat layers without header."""
    cum = folder / "cum.h5"
    rate = velocity_mm_yr()
    rate[EMPTY] = np.nan
    with h5py.File(cum, "w") as file:
        file["imdates"] = np.array([int(name) for name in NAMES], dtype=np.int32)
        file["cum"] = displacement_mm().astype("f4")
        file["vel"] = rate.astype("f4")
        file["coh_avg"] = (COHERENCE / 4).astype("f4")
        file["corner_lon"], file["post_lon"] = WEST_DEG + CELL_DEG / 2, CELL_DEG
        file["corner_lat"], file["post_lat"] = NORTH_DEG - CELL_DEG / 2, -CELL_DEG
        file["refarea"] = "1:2/1:2"
    paths = {"cum": str(cum)}
    east, north, up = line_of_sight()
    flat = {"east": east, "north": north, "height": HEIGHT_M, "mask": mask()}
    for role, values in flat.items():
        path = folder / f"{role}.geo"
        values.astype("<f4").tofile(path)
        paths[role] = str(path)
    paths["up"] = write_geotiff(folder / "U.geo.tif", up, geographic=True)
    return paths


def write_geotiff(
    path: Path, values: np.ndarray, geographic: bool = False, nodata: float | None = None
) -> str:
    west, north, cell = (WEST_DEG, NORTH_DEG, CELL_DEG) if geographic else (WEST_M, NORTH_M, CELL_M)
    bands = values[None] if values.ndim == 2 else values
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=COLUMNS,
        height=ROWS,
        count=len(bands),
        dtype="float32",
        crs="EPSG:4326" if geographic else PROJECT_CRS,
        transform=Affine(cell, 0, west, 0, -cell, north),
        nodata=nodata,
    ) as raster:
        raster.write(bands.astype("f4"))
    return str(path)


def write_dolphin(folder: Path) -> dict:
    """Rasters of all dates but the first, metres; what is masked or the reference is 0."""
    series = np.nan_to_num(displacement_mm() / 1000)
    series[:, ~mask()] = 0.0
    (folder / "timeseries").mkdir()
    for index in range(1, 12):
        name = f"{NAMES[0]}_{NAMES[index]}.tif"
        write_geotiff(folder / "timeseries" / name, series[index], nodata=0)
    return {
        "displacement": str(folder / "timeseries"),
        "temporal_coherence": write_geotiff(folder / "temporal_coherence.tif", COHERENCE),
        "line_of_sight": write_geotiff(folder / "los_enu.tif", line_of_sight()),
        "height": write_geotiff(folder / "dem.tif", HEIGHT_M),
        "mask": write_geotiff(folder / "mask.tif", mask().astype("f4")),
    }


def write_hyp3(folder: Path) -> dict:
    """Pairs that follow each other, metres toward the sensor; look angles of GAMMA."""
    series = displacement_mm() / 1000
    paths = []
    for first, second in zip(range(11), range(1, 12), strict=True):
        name = f"S1AA_{NAMES[first]}T231455_{NAMES[second]}T231455_VVP024_INT80_G_ueF_1A2B_los_disp"
        step = series[second] - series[first]
        paths.append(write_geotiff(folder / f"{name}.tif", step, nodata=np.nan))
    phi = np.full((ROWS, COLUMNS), np.radians((90 - SENSOR_DEG) % 360))
    return {
        "displacement": paths,
        "look_theta": write_geotiff(folder / "lv_theta.tif", np.radians(90 - INCIDENCE_DEG)),
        "look_phi": write_geotiff(folder / "lv_phi.tif", phi),
        "coherence": write_geotiff(folder / "corr.tif", COHERENCE),
        "height": write_geotiff(folder / "dem.tif", HEIGHT_M),
        "mask": write_geotiff(folder / "water_mask.tif", mask().astype("f4")),
    }


def write_opera(folder: Path, skip: int | None = None) -> dict:
    """Granules whose reference moves after every fourth; layout of DISP-S1."""
    series = displacement_mm() / 1000
    granules = []
    for index in range(1, 12):
        begin = (index - 1) // 4 * 4
        if index == skip:
            continue
        times = f"{NAMES[begin]}T140755Z_{NAMES[index]}T140756Z"
        path = folder / f"OPERA_L3_DISP-S1_IW_F11116_VV_{times}_v1.0_20250408T163512Z.nc"
        step = series[index] - series[begin]
        good = mask() & np.isfinite(step)
        with h5py.File(path, "w") as file:
            file["x"] = WEST_M + CELL_M * (np.arange(COLUMNS) + 0.5)
            file["y"] = NORTH_M - CELL_M * (np.arange(ROWS) + 0.5)
            file["spatial_ref"] = 0
            file["spatial_ref"].attrs["crs_wkt"] = CRS.from_user_input(PROJECT_CRS).to_wkt()
            file["displacement"] = step.astype("f4")
            file["short_wavelength_displacement"] = (step / 2).astype("f4")
            # What is not recommended still has values.
            file["recommended_mask"] = good.astype("u1")
            file["temporal_coherence"] = COHERENCE.astype("f4")
        granules.append(str(path))
    return {
        "granules": granules,
        "line_of_sight": write_geotiff(folder / "line_of_sight_enu.tif", line_of_sight()),
        "height": write_geotiff(folder / "dem.tif", HEIGHT_M),
    }
