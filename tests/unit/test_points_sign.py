"""The sign convention, from exports to east: ground that moves east comes back as moving east.

v = l · u, with l from the ground to the sensor: a body moving east moves toward a sensor in the
east (descending, looking to the right) and away from one in the west (ascending).
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import points_files
import raster_products as products
from hotslope.line_of_sight import line_of_sight
from hotslope.points.formats import read_points
from hotslope.terrain.geometry import decompose_east_up
from points_files import CRS, egms_text, gamma_files, table_text, write

#: Heading of a pass, and where the ground sees its sensor, clockwise from north.
HEADINGS_DEG = {"descending": 192.0, "ascending": 348.0}
SENSORS_DEG = {"descending": 102.0, "ascending": 258.0}
EAST_MM_YR = 20.0
PER_POINT = ("gamma_ipta", "egms", "table")
RASTERS: dict[str, Callable[[Path], object]] = {
    "mintpy": products.write_mintpy,
    "licsbas": products.write_licsbas,
    "opera_disp": products.write_opera,
    "dolphin": products.write_dolphin,
    "hyp3": products.write_hyp3,
}


def read_raster_product(
    folder: Path, format: str, direction: str, patch: pytest.MonkeyPatch
) -> pd.DataFrame:
    """Write ground that moves east as the product of a pass, and read it."""
    attributes = products.mintpy_attributes() | {
        "HEADING": str(HEADINGS_DEG[direction] - 360),
        "ORBIT_DIRECTION": direction.upper(),
    }
    patch.setattr(products, "SENSOR_DEG", SENSORS_DEG[direction])
    patch.setattr(products, "mintpy_attributes", lambda: attributes)
    patch.setattr(products, "velocity_mm_yr", lambda: EAST_MM_YR * products.line_of_sight()[0])
    points, _, _ = read_points(RASTERS[format](folder), format, crs=products.PROJECT_CRS)
    return points


def read_point_export(
    folder: Path, format: str, direction: str, patch: pytest.MonkeyPatch
) -> pd.DataFrame:
    """Write points that move east as an export of a pass, and read it with its line of sight."""
    los = line_of_sight(39.0, HEADINGS_DEG[direction])
    years = np.array([(date - points_files.EPOCHS[0]).days for date in points_files.EPOCHS])
    velocity = np.full(points_files.COUNT, EAST_MM_YR * los[0])
    moved = velocity[:, None] * years / 365.25
    patch.setattr(points_files, "series", lambda: (velocity, moved))
    if format == "gamma_ipta":
        points, _, _ = read_points(gamma_files(folder), format, crs=CRS)
    elif format == "egms":
        vector = ",".join(f"{part:.3f}" for part in los)
        text = egms_text().replace("-0.604,-0.117,0.788", vector)
        points, _, _ = read_points(write(folder, "egms.csv", text), format, crs=CRS)
        return points
    else:
        path = write(folder, "points.csv", table_text())
        points, _, _ = read_points(path, format, crs=CRS)
    return points.assign(los_east=los[0], los_north=los[1], los_up=float(los[2]))


@pytest.mark.parametrize("format", [*PER_POINT, *RASTERS])
def test_ground_that_moves_east_comes_back_as_moving_east(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    read = read_point_export if format in PER_POINT else read_raster_product
    velocities, sights = [], []
    for direction in HEADINGS_DEG:
        folder = tmp_path / direction
        folder.mkdir()
        points = read(folder, format, direction, monkeypatch)
        velocity = points["velocity_mm_yr"].to_numpy()
        # Toward the sensor is positive: the descending one is in the east.
        assert (np.sign(velocity) == (1 if direction == "descending" else -1)).all()
        velocities.append(velocity)
        sights.append(points[["los_east", "los_north", "los_up"]].to_numpy().mean(axis=0))
    size = min(map(len, velocities))
    found = decompose_east_up(
        np.stack([each[:size] for each in velocities]), [tuple(sight) for sight in sights]
    )
    # Noise of the series, and of a line of sight that varies within the scene.
    assert np.median(found.east) == pytest.approx(EAST_MM_YR, abs=1.0)
    assert np.median(found.up) == pytest.approx(0.0, abs=1.0)
