"""The simulated stack: what it writes, and that its truth comes back."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pytest
import rasterio
import shapely
from PIL import Image

from hotslope.simulation.interferograms import ORBITS
from invert_interferograms import invert_interferograms
from plot_network import plot_network
from simulate_stack import simulate_stack

BOUNDS_M = [690000.0, 3980000.0, 693000.0, 3983000.0]
WAVELENGTH_M = 0.0554658


def simulated(folder: Path, seed: int = 3) -> Path:
    simulate_stack(
        folder_paths={name: str(folder / name) for name in ORBITS},
        baselines_paths={name: str(folder / f"{name}.csv") for name in ORBITS},
        dem_path=str(folder / "dem.tif"),
        reference_path=str(folder / "reference.gpkg"),
        truth_path=str(folder / "truth.tif"),
        bounds_m=BOUNDS_M,
        crs="EPSG:32647",
        cell_size_m=60.0,
        seed=seed,
        acquisitions=24,
        slides=3,
    )
    return folder


def inverted(stack: Path, folder: Path, track: str) -> Path:
    incidence_deg, _ = ORBITS[track]
    invert_interferograms(
        source={
            "interferograms": str(stack / track),
            "coherence": str(stack / track),
            "baselines": str(stack / f"{track}.csv"),
            "height": str(stack / "dem.tif"),
        },
        points_path=str(folder / f"{track}.parquet"),
        network_path=str(folder / f"{track}.json"),
        track=track,
        crs="EPSG:32647",
        bounds_m=BOUNDS_M,
        settings={
            "max_perpendicular_baseline_m": 160,
            "max_temporal_baseline_days": 30,
            "min_interferogram_coherence": 0.3,
            "min_coherence": 0.7,
            "reference": "auto",
            "atmosphere": {"space_m": 500, "time_days": 90},
            "join_pieces": False,
        },
        wavelength_m=WAVELENGTH_M,
        orbit_height_m=693_000.0,
        incidence_deg=incidence_deg,
    )
    return folder / f"{track}.parquet"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("simulated"))


def test_points_come_back_with_errors_as_large_as_predicted(stack, tmp_path):
    for number, track in enumerate(ORBITS, start=1):
        table = pq.read_table(inverted(stack, tmp_path, track)).to_pandas()
        with rasterio.open(stack / "truth.tif") as raster:
            rate, height = raster.read(number), raster.read(3)
        row, column = table["point_id"].str.split("_", expand=True).astype(int).to_numpy().T
        for value, error, truth in (
            ("velocity_mm_yr", "velocity_std_mm_yr", rate),
            ("height_correction_m", "height_correction_std_m", height),
        ):
            off = table[value] - truth[row, column]
            ratio = (off - off.mean()).std() / np.sqrt((table[error] ** 2).mean())
            assert 0.6 < ratio < 1.4, (track, value)
        moving = np.abs(rate[row, column]) > 15
        assert moving.sum() > 10
        slope = np.polyfit(rate[row, column], table["velocity_mm_yr"], 1)[0]
        assert slope == pytest.approx(1.0, abs=0.15)


def test_same_seed_gives_the_same_stack_and_another_another(stack, tmp_path):
    again = simulated(tmp_path / "again")
    other = simulated(tmp_path / "other", seed=4)
    name = next((stack / "ascending").glob("*.unw.tif")).relative_to(stack)
    assert (again / name).read_bytes() == (stack / name).read_bytes()
    assert (other / "truth.tif").read_bytes() != (stack / "truth.tif").read_bytes()


def test_network_is_in_one_piece_and_baselines_do_not_follow_time(stack, tmp_path):
    inverted(stack, tmp_path, "descending")
    network = json.loads((tmp_path / "descending.json").read_text())
    assert {row["piece"] for row in network["dates"]} == {0}
    assert len(network["dates"]) == 24
    metres = [row["perpendicular_baseline_m"] for row in network["dates"]]
    assert np.std(metres) > 40
    assert abs(np.corrcoef(metres, np.arange(24))[0, 1]) < 0.5


def test_reference_holds_the_rates_that_each_orbit_sees(stack):
    slides = gpd.read_file(stack / "reference.gpkg")
    assert len(slides) == 3
    assert (slides.area > 30_000).all()
    with rasterio.open(stack / "truth.tif") as raster:
        truth = dict(zip(ORBITS, raster.read([1, 2]), strict=True))
        rows, columns = np.indices(raster.shape).reshape(2, -1)
        x, y = (np.reshape(each, raster.shape) for each in raster.xy(rows, columns))
    # Drawn with corners, an outline is up to a quarter of a metre within its ellipse.
    inside = [shapely.contains_xy(each, x, y) for each in slides.buffer(0.25)]
    for track, rate in truth.items():
        assert np.array_equal(rate != 0, np.any(inside, axis=0))
        means = [rate[each].mean() for each in inside]
        np.testing.assert_allclose(slides[f"rate_mm_yr_{track}"], means, atol=1e-3)


def test_rates_are_those_of_ground_that_moves_downslope(stack):
    """Sensors east (descending) and west of the ground, and slopes, worked out anew."""
    with rasterio.open(stack / "dem.tif") as raster:
        north, east = np.gradient(raster.read(1).astype(float), -60.0, 60.0)
    with rasterio.open(stack / "truth.tif") as raster:
        truth = dict(zip(ORBITS, raster.read([1, 2]), strict=True))
    steepness = np.hypot(east, north)
    downslope = np.stack([-east, -north, -(steepness**2)]) / (steepness * np.hypot(1, steepness))
    for track, side in (("descending", 1.0), ("ascending", -1.0)):
        incidence_deg, heading_deg = ORBITS[track]
        level = np.sin(np.radians(incidence_deg))
        # The sensor lies to the left of its flight, abreast of the ground.
        azimuth = np.radians(heading_deg - 90.0)
        sight = (
            level * np.sin(azimuth),
            level * np.cos(azimuth),
            np.cos(np.radians(incidence_deg)),
        )
        assert np.sign(sight[0]) == side
        seen = np.einsum("i,irc->rc", sight, downslope)
        clear = (truth[track] != 0) & (np.abs(seen) > 0.3)
        assert clear.sum() > 10
        rate = truth[track][clear] / seen[clear]
        assert rate.min() > 35 * 0.85
        assert rate.max() < 70 * 1.15


def test_figure_of_networks_marks_pieces_and_what_is_left_out(stack, tmp_path):
    inverted(stack, tmp_path, "descending")
    whole = json.loads((tmp_path / "descending.json").read_text())
    parted = json.loads(json.dumps(whole))
    parted["interferograms"], parted["beyond_limits"] = whole["interferograms"][::2], [
        *whole["interferograms"][1::2], ["1999-01-01", "1999-01-13"],
    ]  # fmt: skip
    for index, row in enumerate(parted["dates"]):
        row["piece"] = int(index > 12)
    (tmp_path / "parted.json").write_text(json.dumps(parted))
    pictures = {}
    for name in ("descending", "parted"):
        plot_network(
            network_paths=[str(tmp_path / f"{name}.json")],
            figure_path=str(tmp_path / f"{name}.png"),
            study_area_name="here",
        )
        pictures[name] = np.asarray(Image.open(tmp_path / f"{name}.png").convert("RGB"))
    orange = np.all(pictures["parted"] == (230, 159, 0), axis=2).sum()
    assert orange > 100
    assert np.all(pictures["descending"] == (230, 159, 0), axis=2).sum() == 0
