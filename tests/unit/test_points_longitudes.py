"""Longitude is cyclic: both conventions are read, and areas across 180 degrees."""

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

from hotslope.points.formats import read_points
from points_files import COUNT, NAMES, table_text, write

PLACES = {
    "California": ("EPSG:32610", (550000.0, 4150000.0, 553000.0, 4153000.0)),
    "Fiji": ("EPSG:32760", (817000.0, 8136000.0, 823000.0, 8142000.0)),
    "Qinghai": ("EPSG:32647", (700000.0, 3960000.0, 701000.0, 3961000.0)),
}


@pytest.mark.parametrize("convention", ["-180", "0-360"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("clipped", [True, False])
def test_points_of_either_convention_are_read(tmp_path, place, convention, clipped):
    crs, bounds = PLACES[place]
    rng = np.random.default_rng(7)
    x_m, y_m = (rng.uniform(bounds[i], bounds[i + 2], COUNT) for i in (0, 1))
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x_m, y_m)
    frame = pd.read_csv(write(tmp_path, "p.csv", table_text()))
    frame["lon"] = lon % 360 if convention == "0-360" else (lon + 180) % 360 - 180
    frame["lat"] = lat
    frame.to_csv(tmp_path / "q.csv", index=False)
    points, displacement_mm, _ = read_points(
        str(tmp_path / "q.csv"), "table", crs=crs, bounds_m=bounds if clipped else None
    )
    assert displacement_mm.shape == (COUNT, len(NAMES))
    np.testing.assert_allclose(points["x_m"], x_m, atol=0.01)
    np.testing.assert_allclose(points["y_m"], y_m, atol=0.01)
    assert points["lon"].between(-180, 180).all()
    if place == "Fiji":
        assert points["lon"].min() < -179 < 179 < points["lon"].max()
