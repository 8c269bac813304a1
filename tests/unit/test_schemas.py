"""Files of tables say which table they hold, and no other file is taken for one."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from shapely import box

from hotslope.candidates.tables import CANDIDATES, STABILITY, TRACK_CANDIDATES
from hotslope.errors import InputError
from hotslope.factors.tables import factor_table
from hotslope.files import write_layers
from hotslope.schemas import Table, number, read_layer, write_layer

FIELDS = Table(
    "fields",
    pa.DataFrameSchema({"field_id": pa.Column("str"), "area_m2": number("area", pa.Check.gt(0))}),
)
FORESTS = Table("forests", FIELDS.schema)


@pytest.fixture
def fields() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"field_id": ["f1", "f2"], "area_m2": [1.0, 4.0]},
        geometry=[box(0, 0, 1, 1), box(2, 0, 4, 2)],
        crs="EPSG:32647",
    )


def test_a_layer_comes_back_as_it_was_written(tmp_path: Path, fields: gpd.GeoDataFrame) -> None:
    path = tmp_path / "fields.gpkg"
    write_layer(FIELDS, path, "fields", fields)
    again = read_layer(FIELDS, path, "fields")
    pd.testing.assert_frame_equal(again[list(fields)], fields, check_like=True)
    assert again.crs == fields.crs


def test_an_empty_layer_keeps_its_types(tmp_path: Path, fields: gpd.GeoDataFrame) -> None:
    path = tmp_path / "fields.gpkg"
    write_layer(FIELDS, path, "fields", fields[:0])
    again = read_layer(FIELDS, path, "fields")
    assert again.empty
    assert again["area_m2"].dtype == "float64"


def test_the_same_layer_has_the_same_bytes(tmp_path: Path, fields: gpd.GeoDataFrame) -> None:
    paths = [tmp_path / "one.gpkg", tmp_path / "two.gpkg"]
    for path in paths:
        write_layer(FIELDS, path, "fields", fields)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("metadata", [None, FORESTS.metadata(), {"hotslope_schema": "fields 0"}])
def test_a_layer_of_another_kind_or_version_is_refused(
    tmp_path: Path, fields: gpd.GeoDataFrame, metadata: dict[str, str] | None
) -> None:
    path = tmp_path / "fields.gpkg"
    write_layers(path, {"fields": fields}, metadata)
    held = (metadata or {}).get("hotslope_schema", "none")
    with pytest.raises(InputError, match=rf"fields\.gpkg.*'{held}', not fields 1.*Delete it"):
        read_layer(FIELDS, path, "fields")


def test_a_table_of_another_kind_is_refused(tmp_path: Path, fields: gpd.GeoDataFrame) -> None:
    path = tmp_path / "fields.parquet"
    FORESTS.write(path, pd.DataFrame(fields.drop(columns="geometry")))
    with pytest.raises(InputError, match="'forests 1', not fields 1"):
        FIELDS.read(path)


def test_a_table_without_metadata_is_refused(tmp_path: Path, fields: gpd.GeoDataFrame) -> None:
    path = tmp_path / "fields.parquet"
    pd.DataFrame(fields.drop(columns="geometry")).to_parquet(path)
    with pytest.raises(InputError, match="'none', not fields 1"):
        FIELDS.read(path)


def test_nothing_incomplete_or_wrong_is_written(tmp_path: Path, fields: gpd.GeoDataFrame) -> None:
    path = tmp_path / "fields.gpkg"
    with pytest.raises(InputError, match=r"lacks \['area_m2'\]"):
        write_layer(FIELDS, path, "fields", fields.drop(columns="area_m2"))
    with pytest.raises(InputError, match=r"column area_m2.*-1.0 fails greater_than\(0\)"):
        write_layer(FIELDS, path, "fields", fields.assign(area_m2=-1.0))
    assert not path.exists()


SHARES = ([0.0, 1.0], [-0.001, 1.001])
FACTORS = factor_table(
    [
        *("slope", "tri", "spi", "twi", "aspect", "distance_to_faults", "distance_to_rivers"),
        *("distance_to_roads", "trend_uncorrelated", "trend_linear", "trend_nonlinear"),
        *("aspect_resultant", "lithology_share", "land_use_share"),
    ]
)


@pytest.mark.parametrize(
    ("table", "columns", "missing", "right", "wrong"),
    [
        (CANDIDATES, ["share_significant", "q_noise", "p_noise"], True, *SHARES),
        (CANDIDATES, ["compactness"], False, *SHARES),
        (CANDIDATES, ["area_m2", "length_m"], False, [0.001], [0.0]),
        (CANDIDATES, ["elongation"], False, [1.0, 8.0], [0.999]),
        (CANDIDATES, ["mean_slope_deg"], True, [0.0, 90.0], [-0.1, 90.1]),
        (CANDIDATES, ["orientation_to_aspect_deg"], True, [0.0, 90.0], [-0.1, 90.1]),
        (CANDIDATES, ["orientation_deg"], True, [0.0, 180.0], [-0.1, 180.1]),
        (CANDIDATES, ["mean_aspect_deg"], True, [0.0, 360.0], [-0.1, 360.1]),
        (CANDIDATES, ["east_std_mm_yr", "up_std_mm_yr", "strength"], True, [0.0, 9.0], [-0.1]),
        (CANDIDATES, ["downslope_std_mm_yr"], True, [0.0], [-0.1]),
        (CANDIDATES, ["mean_z", "downslope_mm_yr", "east_mm_yr", "up_mm_yr"], True, [-9.0], []),
        (CANDIDATES, ["n_outlines"], False, [1], [0]),
        (CANDIDATES, ["candidate_id"], False, ["PLC0001", "PLC0002"], []),
        (TRACK_CANDIDATES, ["n_points", "n_moving"], False, [0, 1], [-1]),
        (TRACK_CANDIDATES, ["velocity_mm_yr", "velocity_p05_mm_yr"], True, [-1.0], []),
        (TRACK_CANDIDATES, ["velocity_p95_mm_yr", "los_east"], True, [-1.0], []),
        (TRACK_CANDIDATES, ["los_north", "los_up"], True, [-1.0], []),
        (STABILITY, ["stability", "stability_iou"], False, *SHARES),
        (STABILITY, ["stability_bandwidth", "stability_threshold"], False, *SHARES),
        (FACTORS, ["slope"], True, [0.0, 90.0], [-0.1, 90.1]),
        (FACTORS, ["tri", "spi"], True, [0.0, 9.0], [-0.1]),
        (FACTORS, ["distance_to_faults", "distance_to_rivers"], True, [0.0, 9.0], [-0.1]),
        (FACTORS, ["distance_to_roads"], True, [0.0, 9.0], [-0.1]),
        (FACTORS, ["trend_uncorrelated", "trend_linear", "trend_nonlinear"], True, *SHARES),
        (FACTORS, ["aspect_resultant", "lithology_share", "land_use_share"], True, *SHARES),
        (FACTORS, ["twi"], True, [-3.0], []),
    ],
)
def test_columns_keep_to_what_is_possible(
    table: Table, columns: list[str], missing: bool, right: list, wrong: list
) -> None:
    for column in columns:
        assert column in table.schema.columns  # others are not checked
        table.check(pd.DataFrame({column: right}), "here")
        for value in wrong:
            with pytest.raises(InputError, match=rf"{column}.*fails"):
                table.check(pd.DataFrame({column: [right[0], value]}), "here")
        if missing:
            table.check(pd.DataFrame({column: [np.nan]}), "here")


@pytest.mark.parametrize("column", ["compactness", "area_m2", "length_m", "elongation"])
def test_measures_of_an_outline_are_always_known(column: str) -> None:
    with pytest.raises(InputError, match=column):
        CANDIDATES.check(pd.DataFrame({column: [np.nan]}), "here")


@pytest.mark.parametrize("table", [CANDIDATES, STABILITY, FACTORS])
def test_a_candidate_has_one_row(table: Table) -> None:
    with pytest.raises(InputError, match="candidate_id"):
        table.check(pd.DataFrame({"candidate_id": ["PLC0001", "PLC0001"]}), "here")


def test_an_outline_has_one_row() -> None:
    with pytest.raises(InputError, match="outline_id"):
        TRACK_CANDIDATES.check(pd.DataFrame({"outline_id": ["a_0001", "a_0001"]}), "here")
