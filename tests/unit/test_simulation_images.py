"""The simulated images: what they imply of motion, heights and coherence is the truth."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from scipy.spatial import cKDTree

from hotslope.grid import Grid
from hotslope.interferometry.geometry import height_sensitivity
from hotslope.simulation.images import LASTING_SHARE, PIXELS, Images, acquire
from hotslope.simulation.interferograms import (
    DECAY_DAYS,
    ORBIT_HEIGHT_M,
    ORBITS,
    REPEAT_DAYS,
    WAVELENGTH_M,
    Ground,
    simulate_ground,
)
from simulate_images import simulate_images

BOUNDS_M = [690000.0, 3980000.0, 692000.0, 3982000.0]
TRACK, COUNT = "ascending", 32


@pytest.fixture(scope="module")
def ground() -> Ground:
    return simulate_ground(Grid.from_bounds(BOUNDS_M, 40.0, "EPSG:32647"), 5, slides=2)


@pytest.fixture(scope="module")
def images(ground: Ground) -> Images:
    incidence_deg, heading_deg = ORBITS[TRACK]
    return acquire(ground, 1, 5, incidence_deg=incidence_deg, heading_deg=heading_deg, count=COUNT)


def by_cell(values: np.ndarray) -> np.ndarray:
    """Pixels of each cell along the last axis."""
    rows, columns = (size // PIXELS for size in values.shape[-2:])
    parted = values.reshape(*values.shape[:-2], rows, PIXELS, columns, PIXELS)
    return np.moveaxis(parted, -3, -2).reshape(*values.shape[:-2], rows, columns, PIXELS**2)


def interferogram(images: Images, earlier: int, later: int) -> np.ndarray:
    """Looks of each cell: earlier times conjugate of later image."""
    return by_cell(images.values[earlier] * images.values[later].conj()).sum(axis=-1)


def test_slides_move_in_the_interferograms_as_their_truth_says(ground, images):
    """Phase grows away from the sensor; the ground around each slide carries the atmosphere."""
    truth = ground.los_rate_mm_yr(*ORBITS[TRACK])
    x, y = np.meshgrid(ground.grid.x_centres_m(), ground.grid.y_centres_m())
    years = REPEAT_DAYS * (COUNT - 1) / 365.25
    found, expected = [], []
    for slide in ground.slides:
        inside = slide.holds(x, y)
        near = (np.hypot(x - slide.x_m, y - slide.y_m) < 350.0) & (truth == 0)
        phase = 0.0
        for index in range(COUNT - 1):
            looks = interferogram(images, index, index + 1)
            phase += np.angle(looks[inside].sum() * looks[near].sum().conj())
        found.append(-phase * WAVELENGTH_M / (4e-3 * np.pi) / years)
        expected.append(truth[inside].mean())
    # 3 mm of atmosphere differ little over 300 m, and 50 cells of 16 looks leave 0.05 rad per pair.
    np.testing.assert_allclose(found, expected, atol=4.0)
    assert np.abs(expected).max() > 15.0


def test_errors_of_heights_show_over_the_baselines(ground, images):
    """The phase of persistent scatterers over the baseline is that of a height error."""
    pixels = by_cell(images.values)
    brightest = np.abs(pixels).mean(axis=0).argmax(axis=-1)
    held = np.take_along_axis(pixels, brightest[None, ..., None], axis=-1)[..., 0]
    still = ground.persistent & (ground.los_rate_mm_yr(*ORBITS[TRACK]) == 0)
    scale = (
        height_sensitivity(np.array(ORBITS[TRACK][0]), ORBIT_HEIGHT_M) * 4e-3 * np.pi / WAVELENGTH_M
    )
    places = np.argwhere(still)
    # Of two that lie together, so that they share the atmosphere and the phase of the images.
    neighbour = cKDTree(places).query(places, k=2)[1][:, 1]
    steps = (held[:-1] * held[1:].conj())[:, still]
    arcs = np.angle(steps * steps[:, neighbour].conj())
    apart_m = np.diff(images.baseline_m)
    found_m = -(apart_m @ arcs) / (apart_m @ apart_m) / scale
    height_m = ground.height_error_m[still]
    true_m = height_m - height_m[neighbour]
    assert still.sum() > 100
    assert np.corrcoef(found_m, true_m)[0, 1] > 0.95
    assert np.polyfit(true_m, found_m, 1)[0] == pytest.approx(1.0, abs=0.1)


def test_coherence_of_distributed_scatterers_fades_as_it_should(ground, images):
    alone = ~ground.persistent & (ground.cover > 0.5)
    power = by_cell(np.abs(images.values) ** 2).mean(axis=(0, -1))
    assert power[alone].mean() == pytest.approx(1.0, abs=0.02)
    for lag in (1, 4, 12, 30):
        products = [
            interferogram(images, first, first + lag)[alone] for first in range(COUNT - lag)
        ]
        # Of all cells together; each image's phase, the same everywhere, drops out.
        squares = np.mean([np.abs(each / PIXELS**2) ** 2 for each in products])
        faded = LASTING_SHARE + (1 - LASTING_SHARE) * np.exp(-lag * REPEAT_DAYS / DECAY_DAYS)
        expected = (ground.cover[alone] * faded) ** 2
        # |mean of L products|² of unit power is γ² + 1 / L.
        assert squares == pytest.approx(expected.mean() + 1 / PIXELS**2, rel=0.08), lag


def test_persistent_scatterers_are_those_of_steady_amplitude(ground, images):
    amplitude = np.abs(images.values)
    steady = by_cell(amplitude.std(axis=0) / amplitude.mean(axis=0) < 0.25)
    assert steady.any(axis=-1)[ground.persistent].mean() > 0.95
    # Where coherence lasts, amplitudes do too: of other pixels few fall below the threshold.
    assert steady[~ground.persistent].mean() < 0.01


def simulated(folder: Path, seed: int = 5) -> Path:
    simulate_images(
        folder_paths={name: str(folder / name) for name in ORBITS},
        baselines_paths={name: str(folder / f"{name}.csv") for name in ORBITS},
        dem_path=str(folder / "dem.tif"),
        reference_path=str(folder / "reference.gpkg"),
        truth_path=str(folder / "truth.tif"),
        bounds_m=[690000.0, 3980000.0, 691000.0, 3981000.0],
        crs="EPSG:32647",
        cell_size_m=40.0,
        seed=seed,
        acquisitions=3,
        slides=1,
    )
    return folder


def test_files_hold_a_stack_on_one_grid(tmp_path):
    folder = simulated(tmp_path / "one")
    for track, first in (("descending", "20210105"), ("ascending", "20210110")):
        paths = sorted((folder / track).iterdir())
        assert paths[0].name == f"{first}.slc.tif"
        dates = (folder / f"{track}.csv").read_text().split()[1:]
        assert [line[:8] for line in dates] == [path.name[:8] for path in paths]
        for path in paths:
            with rasterio.open(path) as raster, rasterio.open(folder / "dem.tif") as dem:
                assert raster.dtypes == ("complex64",)
                assert (raster.shape, raster.transform) == (dem.shape, dem.transform)
                assert np.isfinite(raster.read(1)).all()
    with rasterio.open(folder / "truth.tif") as truth, rasterio.open(folder / "dem.tif") as dem:
        assert truth.bounds == dem.bounds
        assert truth.res[0] == PIXELS * dem.res[0]
    again, other = simulated(tmp_path / "two"), simulated(tmp_path / "three", seed=6)
    name = "ascending/20210110.slc.tif"
    assert (folder / name).read_bytes() == (again / name).read_bytes()
    assert (folder / name).read_bytes() != (other / name).read_bytes()
