"""The QGIS project in QGIS itself: layers, aliases, map tips, and the print layout."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from maps_area import APPLIED, BOUNDS, CRS, TRACKS, apply_elsewhere, write_area
from qgis_area import qgis_project, write_outlines

pytestmark = [pytest.mark.qgis]

#: The Python that Debian installs python3-qgis for.
PYTHON = "/usr/bin/python3"
NAME = "<b>tiny</b> & 滑坡"


def opened(area: Path, **changes: object) -> dict:
    """Write the project of an area, move it, and open it in QGIS."""
    probe = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    if probe.returncode:
        if os.environ.get("CI"):
            pytest.fail("python3-qgis is not installed")
        pytest.skip("python3-qgis is not installed (Debian: apt install python3-qgis)")
    write_outlines(area)
    project = qgis_project(area, area / "maps" / "hotslope.qgz", study_area_name=NAME, **changes)
    # Elsewhere: paths are relative.
    moved = area.rename(area.with_name("moved folder"))
    script = Path(__file__).with_name("open_project.py")
    run = subprocess.run(
        [PYTHON, str(script), str(moved / project.relative_to(area)), str(moved)],
        env={"PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen", "HOME": str(moved)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (moved / "report.json").exists(), run.stderr
    return {"folder": moved, **json.loads((moved / "report.json").read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict:
    return opened(write_area(tmp_path_factory.mktemp("area"), 600))


def test_it_opens_with_every_layer(report: dict) -> None:
    assert report["read"] is True
    assert report["title"] == f"{NAME}: potential landslides"
    assert report["crs"] == CRS
    assert len(report["layers"]) == 3 + 3 * len(TRACKS)
    assert [layer["name"] for layer in report["layers"] if not layer["valid"]] == []
    assert {layer["crs"] for layer in report["layers"]} == {CRS}


def test_layers_are_grouped_and_styled(report: dict) -> None:
    found = [(layer["group"], layer["renderer"], layer["shown"]) for layer in report["layers"]]
    assert found == [
        ("Map", "QgsGraduatedSymbolRenderer", True),
        *[("Outlines per track", "QgsCategorizedSymbolRenderer", False)] * 2,
        *[("Motion", "QgsGraduatedSymbolRenderer", False)] * 2,
        *[("Motion", "QgsSingleBandPseudoColorRenderer", False)] * 2,
        ("Ground", "QgsPalettedRasterRenderer", True),
        ("Ground", "QgsHillshadeRenderer", True),
    ]
    assert report["layers"][0]["legend"] == 5


def test_columns_have_names_and_tips_show_the_series(report: dict) -> None:
    landslides = report["layers"][0]
    assert landslides["aliases"]["area_m2"] == "Area (m²)"
    assert "PLC0000" in landslides["tip"]
    (picture,) = (report["folder"] / "maps" / "series").glob("PLC0000.svg")
    assert f'src="file:///{picture}"' in landslides["tip"]
    # White ground, lines, bands and letters.
    assert report["colours_of_tip"] > 20


def test_the_print_layout_shows_the_study_area(report: dict) -> None:
    assert report["exported"] == [report["success"]] * 2
    west, south, east, north = report["extent"]
    assert np.all(np.array([west, south]) <= BOUNDS[:2])
    assert np.all(np.array([east, north]) >= BOUNDS[2:])
    assert (report["folder"] / "layout.png").stat().st_size > 50_000
    assert (report["folder"] / "layout.pdf").read_bytes().startswith(b"%PDF")


def test_candidates_unlike_training_are_hatched(tmp_path: Path) -> None:
    area = write_area(tmp_path / "area", 150)
    apply_elsewhere(area, area / "landslides.gpkg", [1])
    fills = opened(area, models=[APPLIED])["layers"][0]["fills"]
    assert len(fills) == 3
    assert fills["PLC0001"] == "#555555"
    assert "#555555" not in (fills["PLC0000"], fills["PLC0002"])
