"""Text of Shapefiles that declare their encoding, or do not."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from hotslope.encodings import text_encoding
from hotslope.errors import InputError

KEY = "layers.lithology"
LANGUAGE_BYTE = 29


def shapefile(
    folder: Path, units: list[str], encoding: str, declared: bool = False, language: int = 0
) -> str:
    boxes = [shapely.box(i, 0, i + 1, 1) for i in range(len(units))]
    frame = gpd.GeoDataFrame({"unit": units}, geometry=boxes, crs="EPSG:32647")
    frame.to_file(folder / "map.shp", encoding=encoding)
    if not declared:
        (folder / "map.cpg").unlink()
    table = bytearray((folder / "map.dbf").read_bytes())
    table[LANGUAGE_BYTE] = language
    (folder / "map.dbf").write_bytes(table)
    return str(folder / "map.shp")


@pytest.mark.parametrize(
    ("units", "encoding", "declared", "given", "expected"),
    [
        (["granite", "loess"], "GBK", False, None, None),
        (["花岗岩", "黄土"], "GBK", True, None, None),
        (["花岗岩", "黄土"], "GBK", False, "GB18030", "GB18030"),
        (["花岗岩", "黄土"], "UTF-8", False, None, "UTF-8"),
        (["Löß", "Grünschiefer"], "UTF-8", False, None, "UTF-8"),
        (["Löss", "Grünschiefer"], "ISO-8859-1", False, None, "ISO-8859-1"),
        (["Гранит", "Лёсс"], "cp1251", False, "cp1251", "cp1251"),
    ],
)
@pytest.mark.parametrize("language", [0x00, 0x57])
def test_what_is_declared_or_plain_is_read(
    tmp_path: Path,
    units: list[str],
    encoding: str,
    declared: bool,
    given: str | None,
    expected: str | None,
    language: int,
) -> None:
    path = shapefile(tmp_path, units, encoding, declared, language)
    found = text_encoding(path, None, "unit", given, KEY)
    assert found == expected
    assert gpd.read_file(path, encoding=found)["unit"].tolist() == units


@pytest.mark.parametrize(
    ("units", "encoding", "readings"),
    [
        (["granite", "黄土"], "GBK", ["'»ÆÍÁ' (ISO-8859-1)", "'黄土' (GB18030)"]),
        (["Гранит"], "cp1251", ["'Ãðàíèò' (ISO-8859-1)", "'Гранит' (cp1251)"]),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_both(
    tmp_path: Path, units: list[str], encoding: str, readings: list[str]
) -> None:
    path = shapefile(tmp_path, units, encoding)
    with pytest.raises(InputError) as refusal:
        text_encoding(path, None, "unit", None, KEY)
    for part in [path, "declares no encoding", "'unit'", *readings, f"Set {KEY}.encoding", ".cpg"]:
        assert part in str(refusal.value)


def test_wrong_encodings_are_refused(tmp_path: Path) -> None:
    path = shapefile(tmp_path, ["花岗岩"], "GBK")
    with pytest.raises(InputError, match=r"layers\.lithology\.encoding: 'klingon' is no known"):
        text_encoding(path, None, "unit", "klingon", KEY)
    with pytest.raises(InputError, match=r"encoding: 'UTF-8' cannot decode .*map\.shp"):
        text_encoding(path, None, "unit", "UTF-8", KEY)


def test_geopackages_hold_unicode(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"unit": ["花岗岩"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:32647"
    )
    frame.to_file(tmp_path / "map.gpkg")
    assert text_encoding(str(tmp_path / "map.gpkg"), None, "unit", None, KEY) is None
