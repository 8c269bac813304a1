"""Files of tables say which table they hold, and no other file is taken for one."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
import pytest
from shapely import box

from hotslope.errors import InputError
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
