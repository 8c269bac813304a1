"""Points against libraries nobody here wrote."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from scipy.stats import linregress

from hotslope.files import write_arrow
from hotslope.points.geoparquet import point_wkb, points_table
from hotslope.points.ordering import hilbert_distance
from hotslope.points.rates import regression_velocity

DATES = [dt.date(2019, 1, 5) + dt.timedelta(days=int(day)) for day in np.arange(40) * 11.3]


def test_velocity_and_its_error_against_scipy_and_polyfit():
    rng = np.random.default_rng(3)
    years = np.array([(date - DATES[0]).days for date in DATES]) / 365.25
    series = rng.normal(0, 30, (200, 1)) * years + rng.normal(0, 4, (200, 40))
    velocity, error, _ = regression_velocity(series, DATES)
    np.testing.assert_allclose(velocity, np.polyfit(years, series.T, 1)[0], rtol=1e-9)
    np.testing.assert_allclose(error, [linregress(years, s).stderr for s in series], rtol=1e-9)
    series[rng.uniform(size=series.shape) < 0.2] = np.nan
    velocity, error, _ = regression_velocity(series, DATES)
    fits = [linregress(years[~np.isnan(s)], s[~np.isnan(s)]) for s in series]
    np.testing.assert_allclose(velocity, [fit.slope for fit in fits], rtol=1e-9)
    np.testing.assert_allclose(error, [fit.stderr for fit in fits], rtol=1e-9)


def test_hilbert_distance_against_geopandas():
    """Geopandas scales bounds to 0 … 2¹⁶ − 1 and cuts decimals, so whole numbers stay."""
    rng = np.random.default_rng(0)
    column, row = rng.integers(0, 2**16, (2, 2000))
    points = gpd.GeoSeries(gpd.points_from_xy(column, row))
    last = 2**16 - 1
    expected = points.hilbert_distance(total_bounds=(0, 0, last, last), level=16)
    np.testing.assert_array_equal(hilbert_distance(column, row, 16), expected)


def test_geometry_against_shapely():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1e7, 1e7, (2, 50))
    shapes = shapely.from_wkb(point_wkb(x, y).to_numpy(zero_copy_only=False))
    np.testing.assert_array_equal(shapely.get_coordinates(shapes), np.column_stack([x, y]))


def test_geoparquet_of_no_points_opens_in_geopandas(tmp_path):
    points = pd.DataFrame({name: pd.Series(dtype=float) for name in ("x_m", "y_m")})
    points.insert(0, "point_id", pd.Series(dtype=str))
    crs = pyproj.CRS("EPSG:32633")
    table = points_table(points, np.empty((0, 40), np.float32), DATES, crs, {})
    write_arrow(tmp_path / "empty.parquet", table)
    frame = gpd.read_parquet(tmp_path / "empty.parquet")
    assert len(frame) == 0
    assert frame.crs == crs
