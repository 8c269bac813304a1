"""Files taken for whole, or not."""

import hashlib
from pathlib import Path

import pytest

from fetch_input import fetch_input
from hotslope.errors import InputError
from hotslope.points.checksums import refuse_incomplete, refuse_other_content, sha256_of

#: SHA-256 of "abc" and of nothing: FIPS 180-4, example values of NIST.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "staged").mkdir()
    path = tmp_path / "staged" / "abc.txt"
    path.write_bytes(b"abc")
    return path


def test_digests_are_the_published_ones(file: Path) -> None:
    assert sha256_of(file) == ABC
    file.write_bytes(b"")
    assert sha256_of(file) == NOTHING


@pytest.mark.parametrize("given", [ABC, ABC.upper()])
def test_the_same_content_passes(file: Path, given: str) -> None:
    refuse_other_content(file, given, "abc.txt")


def test_another_content_is_told_with_both_digests(file: Path) -> None:
    with pytest.raises(InputError) as error:
        refuse_other_content(file, NOTHING, "https://host/abc.txt")
    assert error.value.place == "checksums, https://host/abc.txt"
    assert ABC in error.value.problem
    assert NOTHING in error.value.problem


@pytest.mark.parametrize(("told", "whole"), [(3, True), (0, True), (4, False), (2, False)])
def test_length_is_compared_where_one_is_told(file: Path, told: int, whole: bool) -> None:
    if whole:
        refuse_incomplete(file, told, "s3://bucket/abc.txt")
        return
    with pytest.raises(InputError, match=f"3 bytes came of {told}"):
        refuse_incomplete(file, told, "s3://bucket/abc.txt")


def fetch(file: Path, size_bytes: int, sha256: str | None) -> Path:
    target = file.parent.parent / "inputs" / "abc.txt"
    fetch_input(
        fetched_path=str(file),
        input_path=str(target),
        address="s3://bucket/abc.txt",
        size_bytes=size_bytes,
        sha256=sha256,
    )
    return target


# A checksum outweighs a length: servers that pack files tell the length of the parcel.
@pytest.mark.parametrize(("size_bytes", "sha256"), [(3, None), (0, None), (2, ABC)])
def test_a_whole_file_is_put_among_the_inputs(
    file: Path, size_bytes: int, sha256: str | None
) -> None:
    target = fetch(file, size_bytes, sha256)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == ABC
    assert [path.name for path in target.parent.iterdir()] == ["abc.txt"]


@pytest.mark.parametrize(("size_bytes", "sha256"), [(4, None), (3, NOTHING)])
def test_what_is_refused_is_removed_so_that_it_is_fetched_again(
    file: Path, size_bytes: int, sha256: str | None
) -> None:
    with pytest.raises(InputError):
        fetch(file, size_bytes, sha256)
    assert not file.exists()
    assert not (file.parent.parent / "inputs").exists()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "staged" / "burst").mkdir(parents=True)
    with pytest.raises(InputError, match="is a folder"):
        fetch(tmp_path / "staged" / "burst", 3, None)
    assert not (tmp_path / "staged" / "burst").exists()
