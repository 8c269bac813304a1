"""Inputs given by their address: fetched whole, compared with their checksum, or refused."""

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from runner import Run, merged
from test_inputs import MINE, write_points

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("storage")]

TARGETS = ("results/points/inputs.json", "results/points/mine.parquet")
POINTS = "results/points/mine.parquet"
#: User and password of the web server.
ME = "me:secret"


class CuttingServer(SimpleHTTPRequestHandler):
    """Serves a folder; below /cut/ only half of each file, below /private/ only to `ME`."""

    def send_head(self):
        known = self.headers.get("Authorization") == f"Basic {b64encode(ME.encode()).decode()}"
        if self.path.startswith("/private/") and not known:
            self.send_error(401)
            return None
        return super().send_head()

    def translate_path(self, path: str) -> str:
        return super().translate_path(re.sub("^/(cut|private)/", "/", path))

    def copyfile(self, source, outputfile) -> None:
        content = source.read()
        whole = not self.path.startswith("/cut/")
        outputfile.write(content if whole else content[: len(content) // 2])

    def log_message(self, *arguments) -> None:
        pass


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with points, as it is served."""
    folder = tmp_path_factory.mktemp("served")
    write_points(folder / "points.csv")
    return folder


@pytest.fixture(scope="module")
def web(served: Path) -> Iterator[str]:
    """Address of a server of that folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(CuttingServer, directory=str(served)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run.here(tmp_path_factory.mktemp("storage"))


@pytest.fixture
def run(project: Run, tmp_path: Path) -> Run:
    """A fresh working folder."""
    return Run(project.project, tmp_path)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def asking(run: Run, points: str, change: dict | None = None) -> tuple[str, ...]:
    """Arguments of a run that reads its points from there."""
    config = merged(MINE, {"tracks": {"mine": {"points": points}}})
    return ("--configfile", run.config("mine", merged(config, change or {})))


def told(output: str) -> list[str]:
    """What hotslope says, each once; a refused download is tried twice."""
    lines = re.findall(r"^hotslope: (?!no model).+$", output, re.MULTILINE)
    return list(dict.fromkeys(lines))


def files(folder: Path) -> set[str]:
    """Files of a working folder, beside logs and notes of Snakemake and of the rule files."""
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    notes = ("metadata", "log", "incomplete", "hotslope_digests.json")
    kept = (*(f".snakemake/{name}" for name in notes), "results/logs")
    return {name for name in names if not name.startswith(kept)} - {"mine.yaml"}


@pytest.fixture(scope="module")
def expected(project: Run, served: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The points table of the same file, given by its path."""
    run = Run(project.project, tmp_path_factory.mktemp("local"))
    result = run.snakemake(POINTS, "--cores", "1", *asking(run, str(served / "points.csv")))
    assert result.returncode == 0, result.stdout
    return (run.folder / POINTS).read_bytes()


def test_an_address_on_the_web_serves_as_a_path_does(
    run: Run, web: str, served: Path, expected: bytes
) -> None:
    address = f"http://{web}/points.csv"
    # Upper case, as some tools print it.
    right = {"checksums": {address: digest(served / "points.csv").upper()}}
    arguments = asking(run, address, right)
    result = run.snakemake(*TARGETS, "--cores", "1", *arguments)
    assert result.returncode == 0, result.stdout
    assert (run.folder / POINTS).read_bytes() == expected
    copy = run.folder / f"resources/remote/http/{web}/points.csv"
    assert digest(copy) == digest(served / "points.csv")

    again = run.snakemake(*TARGETS, "--dry-run", *arguments)
    assert "Nothing to be done" in again.stdout, again.stdout
    later = time.time() + 60
    os.utime(served / "points.csv", (later, later))
    again = run.snakemake(*TARGETS, "--dry-run", *arguments)
    assert "fetch_input" in again.stdout, again.stdout


def test_a_cut_connection_leaves_nothing(run: Run, web: str) -> None:
    address = f"http://{web}/cut/points.csv"
    result = run.snakemake(*TARGETS, "--cores", "1", *asking(run, address))
    assert result.returncode != 0
    assert f"Failed to retrieve storage object from {address}" in result.stdout
    assert files(run.folder) == set()


def test_half_a_file_of_a_killed_run_is_not_taken_for_the_whole(
    run: Run, web: str, served: Path, expected: bytes
) -> None:
    """Snakemake alone takes it: it is there, and younger than its source."""
    os.utime(served / "points.csv", (1_700_000_000, 1_700_000_000))
    half = run.folder / f".snakemake/storage/http/{web}/points.csv"
    half.parent.mkdir(parents=True)
    half.write_bytes((served / "points.csv").read_bytes()[:300])
    address = f"http://{web}/points.csv"
    result = run.snakemake(*TARGETS, "--cores", "1", *asking(run, address))
    assert result.returncode == 0, result.stdout
    assert len(told(result.stdout)) == 1, result.stdout
    assert f"{address}: 300 bytes came of" in result.stdout
    assert (run.folder / POINTS).read_bytes() == expected


@pytest.mark.parametrize("remote", [True, False], ids=["address", "path"])
def test_another_content_is_refused(run: Run, web: str, served: Path, remote: bool) -> None:
    points = f"http://{web}/points.csv" if remote else str(served / "points.csv")
    meant = "0123456789abcdef" * 4
    result = run.snakemake(
        TARGETS[0], "--cores", "1", *asking(run, points, {"checksums": {points: meant}})
    )
    assert result.returncode != 0
    assert len(told(result.stdout)) == 1, result.stdout
    for word in (f"checksums, {points}", digest(served / "points.csv"), meant, "correct checksums"):
        assert word in told(result.stdout)[0]
    assert files(run.folder) == set()


def test_a_file_that_is_not_there_is_named(run: Run, web: str) -> None:
    address = f"http://{web}/nothing.csv"
    result = run.snakemake(*TARGETS, "--cores", "1", *asking(run, address))
    assert result.returncode != 0
    assert address in result.stdout
    assert files(run.folder) == set()


def test_a_password_comes_from_netrc(
    run: Run, web: str, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://{web}/private/points.csv"
    arguments = ("--cores", "1", *asking(run, address))
    copy = f"resources/remote/http/{web}/private/points.csv"
    result = run.snakemake(copy, *arguments)
    assert result.returncode != 0
    assert files(run.folder) == set()
    netrc = run.folder / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    result = run.snakemake(copy, *arguments)
    assert result.returncode == 0, result.stdout
    assert digest(run.folder / copy) == digest(served / "points.csv")
    assert "secret" not in result.stdout


ADDRESSES = {
    "another scheme": ("ftp://host/points.csv", ["tracks.mine.points", "ftp://", "https://"]),
    "a password": ("https://me:secret@host/points.csv", ["tracks.mine.points", "netrc"]),
    "a token": ("https://host/points.csv?id=secret", ["tracks.mine.points", "by hand"]),
    "a folder": ("s3://bucket/points/", ["tracks.mine.points", "one by one"]),
    "a way out": ("s3://bucket/../points.csv", ["tracks.mine.points", "one by one"]),
    "a wildcard": ("s3://bucket/{track}.csv", ["tracks.mine.points", "wildcards"]),
    "no file": ("https://host", ["tracks.mine.points", "no address"]),
}


@pytest.mark.parametrize("fault", ADDRESSES)
def test_an_address_that_cannot_serve_is_refused_before_any_job(run: Run, fault: str) -> None:
    address, words = ADDRESSES[fault]
    result = run.snakemake("--dry-run", *asking(run, address))
    assert result.returncode != 0
    lines = [line for line in result.stdout.splitlines() if "hotslope: config" in line]
    assert len(lines) == 1, result.stdout
    for word in words:
        assert word in lines[0]
    assert "secret" not in result.stdout


CHECKSUMS = {
    "of no input": ({"other.csv": "0" * 64}, ["checksums", "'other.csv'", "no input"]),
    "too short": ({"points.csv": "abc"}, ["checksums.points.csv", "'abc'"]),
}


@pytest.mark.parametrize("fault", CHECKSUMS)
def test_a_checksum_of_nothing_is_refused(run: Run, fault: str) -> None:
    checksums, words = CHECKSUMS[fault]
    write_points(run.folder / "points.csv")
    result = run.snakemake("--dry-run", *asking(run, "points.csv", {"checksums": checksums}))
    assert result.returncode != 0
    lines = [line for line in result.stdout.splitlines() if "hotslope: config" in line]
    assert len(lines) == 1, result.stdout
    for word in words:
        assert word in lines[0]


# --- object storage --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bucket(served: Path) -> Iterator[str]:
    """Address of a server that speaks S3, with the points in a bucket."""
    pytest.importorskip("moto")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        put(f"{endpoint}/survey", b"", tries=60)
        put(f"{endpoint}/survey/insar/points.csv", (served / "points.csv").read_bytes())
        yield endpoint
    finally:
        server.terminate()
        server.wait(10)


def put(address: str, content: bytes, tries: int = 1) -> None:
    """Put an object, or wait for the server to be there."""
    # A form, which it would be by default, the server would take apart.
    kind = {"Content-Type": "application/octet-stream"}
    request = urllib.request.Request(address, content, kind, method="PUT")
    for attempt in range(tries):
        try:
            with urllib.request.urlopen(request, timeout=10):
                return
        except urllib.error.URLError:
            if attempt == tries - 1:
                raise
            time.sleep(0.5)


def test_an_object_of_a_bucket_serves_as_a_path_does(
    run: Run, bucket: str, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SNAKEMAKE_STORAGE_S3_ENDPOINT_URL", bucket)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of_the_environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "never_in_a_config")
    arguments = asking(run, "s3://survey/insar/points.csv")
    result = run.snakemake(*TARGETS, "--cores", "1", *arguments)
    assert result.returncode == 0, result.stdout
    assert (run.folder / POINTS).read_bytes() == expected
    assert (run.folder / "resources/remote/s3/survey/insar/points.csv").exists()
    assert "never_in_a_config" not in result.stdout
    written = [path.read_bytes() for path in run.folder.rglob("*") if path.is_file()]
    assert not any(b"never_in_a_config" in content for content in written)

    shutil.rmtree(run.folder / "resources")
    missing = run.snakemake(
        *TARGETS, "--cores", "1", "--forceall", *asking(run, "s3://survey/insar/nothing.csv")
    )
    assert missing.returncode != 0
    assert "s3://survey/insar/nothing.csv" in missing.stdout
    assert not (run.folder / "resources").exists()
