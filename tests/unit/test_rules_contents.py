"""Raw inputs are known by their content, all their parts included, whatever their dates."""

import os
import sys
from pathlib import Path

import pytest
from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow" / "rules"))

from config_schema import check_keys
from contents import Contents, parts_of


def written(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def digest(folder: Path, file: str) -> str:
    """The digest as a new run finds it."""
    return Contents(folder / "memory.json").digest(file)


def test_parts_of_a_shapefile_a_geopackage_and_a_folder(tmp_path):
    shape = written(tmp_path / "slides.shp", "a")
    parts = [written(tmp_path / f"slides.{suffix}", suffix) for suffix in ("dbf", "shx", "cpg")]
    written(tmp_path / "other.dbf", "b")
    assert parts_of(shape) == [shape, *parts]
    package = written(tmp_path / "points.gpkg", "c")
    assert parts_of(package) == [package]
    log = written(tmp_path / "points.gpkg-wal", "d")
    assert parts_of(package) == [package, log]
    deep = written(tmp_path / "store.zarr" / "a" / "0.0", "e")
    assert parts_of(str(tmp_path / "store.zarr")) == [deep]


def test_parts_of_a_virtual_raster(tmp_path):
    tile = written(tmp_path / "tiles" / "a.tif", "a")
    far = written(tmp_path / "b.tif", "b")
    vrt = written(
        tmp_path / "dem.vrt",
        "<VRTDataset><VRTRasterBand>"
        '<SimpleSource><SourceFilename relativeToVRT="1">tiles/a.tif</SourceFilename>'
        "</SimpleSource>"
        f"<SimpleSource><SourceFilename>{far}</SourceFilename></SimpleSource>"
        "</VRTRasterBand></VRTDataset>",
    )
    assert parts_of(vrt) == [vrt, tile, far]
    assert parts_of(written(tmp_path / "torn.vrt", "<VRT")) == [str(tmp_path / "torn.vrt")]


@pytest.mark.parametrize("part", ["dbf", "shx"])
def test_digest_follows_every_part_with_its_date_kept(tmp_path, part):
    shape = written(tmp_path / "slides.shp", "a")
    other = Path(written(tmp_path / f"slides.{part}", "before"))
    before, times = digest(tmp_path, shape), other.stat()
    other.write_text("beforf")
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert digest(tmp_path, shape) != before


def test_files_exchanged_by_their_names_have_each_others_digest(tmp_path):
    first, second = written(tmp_path / "a" / "p.csv", "1"), written(tmp_path / "b" / "p.csv", "2")
    before = digest(tmp_path, first), digest(tmp_path, second)
    (tmp_path / "a").rename(tmp_path / "c")
    (tmp_path / "b").rename(tmp_path / "a")
    (tmp_path / "c").rename(tmp_path / "b")
    assert (digest(tmp_path, first), digest(tmp_path, second)) == before[::-1]


def test_touched_file_has_the_same_digest_and_an_untouched_one_is_not_read(tmp_path, monkeypatch):
    file = written(tmp_path / "p.csv", "1")
    before = digest(tmp_path, file)
    os.utime(file, (1, 1))
    assert digest(tmp_path, file) == before

    def refuse(*_):
        raise AssertionError("read again")

    monkeypatch.setattr("contents.hashlib.file_digest", refuse)
    assert digest(tmp_path, file) == before


def test_memory_that_is_damaged_or_cannot_be_written_is_done_without(tmp_path):
    file = written(tmp_path / "p.csv", "1")
    before = digest(tmp_path, file)
    written(tmp_path / "memory.json", "{")
    assert digest(tmp_path, file) == before
    assert Contents(tmp_path / "p.csv" / "memory.json").digest(file) == before


def test_key_given_twice_is_refused_with_both_lines(tmp_path):
    text = "study_area: {crs: a}\ntracks:\n  a: {pass: b}\n  c: {}\n  a: {pass: d}\n"
    with pytest.raises(WorkflowError) as caught:
        check_keys(written(tmp_path / "my.yaml", text))
    assert "config tracks.a: is given twice, in lines 3 and 5 of" in str(caught.value)
    assert "Keep one of them." in str(caught.value)


def test_section_given_twice_is_refused(tmp_path):
    text = "hotspots: {radius_m: 100}\ndensity: {}\nhotspots: {radius_m: 200}\n"
    with pytest.raises(WorkflowError, match="hotspots: is given twice, in lines 1 and 3"):
        check_keys(written(tmp_path / "my.yaml", text))


def test_anchors_and_keys_of_one_name_in_two_sections_are_taken(tmp_path):
    text = "a: &common {x: 1}\nb: {<<: *common, y: 2}\nc: {x: [{z: 1}, {z: 2}]}\n"
    check_keys(written(tmp_path / "my.yaml", text))
    check_keys(written(tmp_path / "torn.yaml", "a: [1"))


def test_config_that_unfolds_without_measure_is_refused(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    path = written(tmp_path / "bomb.yaml", "\n".join(lines))
    with pytest.raises(WorkflowError, match="more than 1,000,000 values through its aliases"):
        check_keys(path)


def test_config_that_holds_itself_is_refused(tmp_path):
    path = written(tmp_path / "self.yaml", "factors: &all [slope, *all]")
    with pytest.raises(WorkflowError, match="through its aliases"):
        check_keys(path)
