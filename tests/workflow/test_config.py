"""The config is checked before any job; a fault is told in one line that names the key."""

import re
from pathlib import Path

import pytest
import yaml

from runner import ROOT, Run, merged

DEMO = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))

FAULTS = {
    "nearly a key": (
        {"hotspots": {"raduis_m": 100}},
        ["config hotspots", "Did you mean 'radius_m' for 'raduis_m'?", "Allowed keys: "],
    ),
    "braces in a path": (
        {"terrain": {"dem": "frame {017}/dem.tif"}},
        ["terrain.dem", "'frame {017}/dem.tif' holds braces", "Rename the file or folder"],
    ),
    "markup in a path": (
        {"terrain": {"dem": "a</script><script>.tif"}},
        ["terrain.dem", "holds < or >", "Rename the file or folder"],
    ),
    "a path with a bell": ({"terrain": {"dem": "a\u0007b.tif"}}, ["terrain.dem", "control"]),
    "a pattern for files": (
        {"tracks": {"ascending": {"points": {"items": "a.txt", "table": "in/*.txt"}}}},
        ["tracks.ascending.points", "no file"],
    ),
    "one file for two tracks": (
        {"tracks": {"ascending": {"points": DEMO["tracks"]["descending"]["points"]}}},
        ["tracks.descending.points", "is also a file of tracks.ascending", "its own pass"],
    ),
    "unknown section": ({"hotspot": {"radius_m": 100}}, ["hotspot", "hotspots"]),
    "unknown key": ({"hotspots": {"radius": 100}}, ["config hotspots", "'radius'", "radius_m"]),
    "wrong type": (
        {"hotspots": {"radius_m": "far"}},
        ["hotspots.radius_m", "'far'", "Allowed: auto; or number at least 1."],
    ),
    "cells of a millimetre": (
        {"density": {"cell_size_m": 0.001}},
        ["density.cell_size_m", "1.2e+14 cells", "larger cells"],
    ),
    "cells larger than the area": (
        {"decomposition": {"cell_size_m": 20000}},
        ["decomposition.cell_size_m", "larger than the study area of 12000 by 10000 m"],
    ),
    "a radius beyond the area": (
        {"hotspots": {"radius_m": 1e9}},
        ["hotspots.radius_m", "1e+09 m is more than the study area", "nothing could stand out"],
    ),
    "a radius of nothing": ({"hotspots": {"radius_m": 1e-6}}, ["hotspots.radius_m", "at least 1"]),
    "a reach beyond the area": (
        {"coverage": {"reach_m": 1e7}},
        ["coverage.reach_m", "all of it would count as measured"],
    ),
    "a bandwidth of a millimetre": (
        {"candidates": {"bandwidth_m": 0.001}},
        ["candidates.bandwidth_m", "at least 1"],
    ),
    "a seed beyond 32 bits": (
        {"learning": {"seed": 2**32}},
        ["learning.seed", "at most 4294967295"],
    ),
    "a learning rate without end": (
        {"models": {"cnn": {"learning_rate": 1e300}}},
        ["models.cnn.learning_rate", "at most 1"],
    ),
    "phase without its wavelength": (
        {
            "tracks": {
                "ascending": {
                    "format": "table",
                    "points": "config/config.yaml",
                    "displacement_unit": "rad",
                }
            }
        },
        ["tracks.ascending", "'wavelength_m' is a required property"],
    ),
    "below the range": ({"hotspots": {"significance": -1}}, ["hotspots.significance", "above 0"]),
    "too few values": (
        {"study_area": {"bounds_m": [690000, 3980000]}},
        ["study_area.bounds_m", "with at least 4 values"],
    ),
    "west, east, south, north": (
        {"study_area": {"bounds_m": [690000, 694000, 3980000, 3984000]}},
        ["west, south, east, north", "[690000, 3980000, 694000, 3984000] may be meant"],
    ),
    "not a number": ({"hotspots": {"radius_m": float("nan")}}, ["hotspots.radius_m", "nan"]),
    "infinite": ({"hotspots": {"radius_m": float("inf")}}, ["hotspots.radius_m", "inf"]),
    "gigabytes": ({"scale": {"strip_memory_mb": 0.5}}, ["scale.strip_memory_mb", "1"]),
    "not among the choices": (
        {"candidates": {"method": "best"}},
        ["candidates.method", "'best'", "rate"],
    ),
    "track name": ({"tracks": {"Track 1": DEMO["tracks"]["ascending"]}}, ["tracks", "Track 1"]),
    "option of another format": (
        {"tracks": {"ascending": {"delimiter": ";"}}},
        ["tracks.ascending", "delimiter"],
    ),
    "typo among options of the format": (
        {"tracks": {"ascending": {"velocity_units": "mm"}}},
        ["tracks.ascending", "'velocity_units'", "swap_coordinates, velocity_from, velocity_unit"],
    ),
    "option of the format": (
        {"tracks": {"ascending": {"velocity_unit": "mm/yr"}}},
        ["tracks.ascending.velocity_unit", "'mm/yr'", "Allowed: mm, cm, m"],
    ),
    "format": (
        {"tracks": {"ascending": {"format": "gamma"}}},
        ["tracks.ascending.format", "'gamma'"],
    ),
    "radar images": (
        {"tracks": {"ascending": {"format": "slc"}}},
        ["tracks.ascending.format", "'slc' is not read", "format: unwrapped"],
    ),
    "missing file": ({"terrain": {"dem": "no/dem.tif"}}, ["terrain.dem", "'no/dem.tif'"]),
    "missing points": (
        {"tracks": {"ascending": {"points": {"items": "a.txt", "table": "b.txt"}}}},
        ["tracks.ascending.points", "'a.txt'"],
    ),
    "missing layer": (
        {"layers": {"roads": {"path": "$NOWHERE/roads.gpkg"}}},
        ["layers.roads.path", "roads.gpkg"],
    ),
    "boundary without a width": (
        {"study_area": {"boundary": {"line": "a.gpkg"}}},
        ["study_area.boundary", "'buffer_m'"],
    ),
    "boundary with a misspelt key": (
        {"study_area": {"boundary": {"line": "a.gpkg", "buffer_m": 9, "bufer_m": 9}}},
        ["study_area.boundary", "'bufer_m'", "buffer_m"],
    ),
    "catchments without a DEM": (
        {"terrain": {"dem": None}, "validation": {"blocks": "catchments"}},
        ["validation.blocks", "catchments are found in a DEM", "give terrain.dem"],
    ),
    "unknown factor": ({"factors": ["slope", "steepness"]}, ["factors", "steepness", "slope"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run.here(tmp_path_factory.mktemp("config"))


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_one_line_that_names_the_key(run: Run, fault: str) -> None:
    change, words = FAULTS[fault]
    config = run.config("faulty", merged(DEMO, change))
    result = run.snakemake("--dry-run", "--configfile", config)
    assert result.returncode != 0
    lines = [line for line in result.stdout.splitlines() if "hotslope: config" in line]
    assert len(lines) == 1, result.stdout
    for word in words:
        assert word in lines[0]
    assert "Traceback" not in result.stdout
    assert list(run.folder.glob("results/*")) == []


def test_required_section_is_named(run: Run) -> None:
    config = run.config("tracks_only", {"tracks": DEMO["tracks"]})
    result = run.snakemake("--dry-run", "--configfile", config)
    assert result.returncode != 0
    assert "study_area" in result.stdout


def test_users_config_sees_nothing_of_the_demo(run: Run, tmp_path: Path) -> None:
    points = tmp_path / "mine.csv"
    points.write_text("pid\n", encoding="utf-8")
    config = run.config(
        "mine",
        {
            "study_area": {"crs": "EPSG:32633", "bounds_m": [0, 0, 1000, 1000]},
            "tracks": {"mine": {"pass": "ascending", "format": "egms", "points": str(points)}},
        },
    )
    result = run.snakemake("--dry-run", "--configfile", config)
    assert result.returncode == 0, result.stdout
    assert "resources/demo" not in result.stdout
    assert "descending" not in result.stdout
    planned = run.planned(config)
    assert "simulate_area" not in planned
    assert not planned & {"derive_morphometry", "label_candidates", "train_model", "plot_learning"}
    assert {"import_points", "find_hotspots", "extract_factors"} <= planned


def test_without_lines_of_sight_candidates_still_come(run: Run) -> None:
    """Angles missing: nothing that needs them is planned, and asking for it is possible."""
    blind = {"tracks": {track: {"heading_deg": None} for track in ("ascending", "descending")}}
    config = run.config("blind", merged(DEMO, blind))
    planned = run.planned(config)
    assert {"merge_candidates", "map_coverage", "plot_potential_landslides"} <= planned
    assert not planned & {"map_visibility", "decompose_motion"}
    one = {"tracks": {"ascending": {"heading_deg": None}}}
    config = run.config("one", merged(DEMO, one))
    assert "decompose_motion" not in run.planned(config)
    assert "map_visibility" in run.planned(config)
    asked = run.snakemake("--dry-run", "results/motion/east_up.tif", "--configfile", config)
    assert "decompose_motion" in asked.stdout, asked.stdout


def test_lines_of_sight_may_be_in_the_files_of_any_format(run: Run, tmp_path: Path) -> None:
    """Each format with the files that hold its lines of sight, and without."""
    layers = {
        "mintpy": ["timeseries", "geometry"],
        "licsbas": ["cum", "east", "north", "up"],
        "sarvey": ["timeseries", "network", "geometry", "stack"],
        "opera_disp": ["granules", "line_of_sight"],
        "dolphin": ["displacement", "line_of_sight"],
        "hyp3": ["displacement", "look_theta", "look_phi"],
        "unwrapped": ["interferograms", "east", "north", "up"],
    }
    tracks = {}
    for format, roles in layers.items():
        for name, kept in ((format, roles), (f"blind_{format}", roles[:1])):
            files = {role: tmp_path / f"{name}_{role}.h5" for role in kept}
            for file in files.values():
                file.touch()
            points = {role: str(file) for role, file in files.items()}
            tracks[name] = {"pass": "ascending", "format": format, "points": points}
    (tmp_path / "all.he5").touch()
    he5 = {"pass": "descending", "format": "mintpy", "points": str(tmp_path / "all.he5")}
    config = run.config("sights", {**DEMO, "tracks": {**tracks, "he5": he5}})
    planned = run.snakemake("--dry-run", "--configfile", config).stdout
    seen = set(re.findall(r"^    output: results/terrain/(\w+)_visibility.tif", planned, re.M))
    assert seen == {*layers, "he5"}, planned


def test_without_a_dem_visibility_is_not_planned(run: Run) -> None:
    config = run.config("flat", merged(DEMO, {"terrain": {"dem": None}}))
    planned = run.planned(config)
    assert "map_visibility" not in planned
    assert {"map_coverage", "decompose_motion", "merge_candidates"} <= planned


def test_the_paper_scale_has_the_published_size_and_leaves_the_demo_alone(run: Run) -> None:
    paper = yaml.safe_load((ROOT / "config" / "paper_scale.yaml").read_text(encoding="utf-8"))
    simulation = paper["simulation"]
    km2 = simulation["size_km"][0] * simulation["size_km"][1]
    counts = {track: round(n * km2) for track, n in simulation["density_per_km2"].items()}
    assert counts == {"descending": 930_193, "ascending": 811_419}
    assert round(simulation["landslides_per_km2"] * km2) == 300
    configs = [str(run.project / "config" / f"{name}.yaml") for name in ("config", "paper_scale")]
    result = run.snakemake("--dry-run", "--configfile", *configs)
    assert result.returncode == 0, result.stdout
    assert "resources/paper_scale/ascending/disp_tab.txt" in result.stdout
    assert "resources/demo" not in result.stdout
    assert {"simulate_area", "train_model"} <= run.planned(*configs)


def test_the_releases_of_the_demo_follow_each_other(run: Run) -> None:
    folder = run.project / "config" / "update"
    asked = ("results/candidates/history.parquet", "results/change/bulletin.html")
    for number in (1, 2, 3):
        configs = [str(folder / "area.yaml"), str(folder / f"release_{number}.yaml")]
        if number > 1:
            settings = yaml.safe_load(Path(configs[1]).read_text(encoding="utf-8"))
            assert settings["previous"] == f"results_{number - 1}"
            for track in settings["tracks"].values():
                assert len(track["points"]["releases"]) == number
            earlier = run.folder / settings["previous"] / "candidates"
            earlier.mkdir(parents=True)
            (earlier / "candidates.gpkg").touch()
        planned = run.planned(*configs, arguments=asked)
        assert {"simulate_releases", "import_points", "write_bulletin"} <= planned
        assert ("continue_identities" in planned) == (number > 1)
        assert "train_model" not in planned
