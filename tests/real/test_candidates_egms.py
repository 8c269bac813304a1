"""Candidates on real noise: a stable island as it is, and with bodies of known motion added."""

import os
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from candidate_rules import Study, find_candidates
from pyproj import CRS

from hotslope.candidates.accuracy import extraction_accuracy
from hotslope.crs import project_lonlat
from import_points import import_points

FOLDER = os.environ.get("HOTSLOPE_REAL_DATA")
if FOLDER is None and not os.environ.get("CI"):
    pytest.skip("HOTSLOPE_REAL_DATA is not set", allow_module_level=True)
DATA = Path(FOLDER or "HOTSLOPE_REAL_DATA is not set") / "egms_ustica"
FILES = {
    "descending": "EGMS_L2b_022_0845_IW2_VV_2020_2024_1",
    "ascending": "EGMS_L2b_117_0227_IW2_VV_2020_2024_1",
}
PROJECT_CRS = "EPSG:32633"
BOUNDS_M = [339000, 4283500, 344500, 4288000]
SEEDS = (1, 2, 3)
BODIES = 8
#: Bodies keep this far from each other: the kernel of the rate reaches about 100 m.
GAP_M = 250.0


@pytest.fixture(scope="module")
def delivered():
    """Tables of both tracks as delivered, with projected coordinates beside."""
    tables = {}
    for track, name in FILES.items():
        with zipfile.ZipFile(DATA / f"{name}.zip") as archive:
            table = pd.read_csv(archive.open(f"{name}.csv"), dtype={"pid": str})
        x, y = project_lonlat(
            table["longitude"].to_numpy(), table["latitude"].to_numpy(), CRS(PROJECT_CRS)
        )
        tables[track] = table, x, y
    return tables


def candidates_of(folder: Path, sources: dict[str, Path]) -> gpd.GeoDataFrame:
    for track, source in sources.items():
        import_points(
            source=str(source),
            format="egms",
            options={},
            points_path=str(folder / f"{track}.parquet"),
            summary_path=str(folder / f"{track}_summary.json"),
            track=track,
            pass_direction=track,
            crs=PROJECT_CRS,
            bounds_m=BOUNDS_M,
            min_coherence=0.7,
        )
    study = Study(folder, tuple(sources), BOUNDS_M, PROJECT_CRS, has_terrain=False)
    return find_candidates(study)


def draw_bodies(seed: int, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    """Discs on the island of 0.02–0.3 km² that move 12–60 mm/yr, in either sense per track."""
    random = np.random.default_rng(seed)
    bodies = []
    while len(bodies) < BODIES:
        middle = random.integers(x.size)
        radius = np.sqrt(np.exp(random.uniform(*np.log([0.02e6, 0.3e6]))) / np.pi)
        free = all(
            np.hypot(x[middle] - one["x"], y[middle] - one["y"]) > radius + one["radius"] + GAP_M
            for one in bodies
        )
        if free:
            senses = random.choice([-1.0, 1.0], 2)
            rates = np.exp(random.uniform(*np.log([12.0, 60.0]))) * senses
            bodies.append(
                {"x": x[middle], "y": y[middle], "radius": radius}
                | dict(zip(FILES, rates, strict=True))
            )
    return pd.DataFrame(bodies)


def with_motion(
    table: pd.DataFrame, x: np.ndarray, y: np.ndarray, bodies: pd.DataFrame, track: str
) -> tuple[pd.DataFrame, np.ndarray]:
    """Add the bodies' motion to series and velocities; body of each point, −1 outside all."""
    body = np.full(x.size, -1)
    for number, one in bodies.iterrows():
        body[np.hypot(x - one["x"], y - one["y"]) <= one["radius"]] = number
    rate = np.where(body >= 0, bodies[track].to_numpy()[body], 0.0)
    epochs = [name for name in table.columns if name.isdigit()]
    days = pd.to_datetime(epochs, format="%Y%m%d")
    years = ((days - days[0]).days / 365.25).to_numpy()
    moved = table.copy()
    moved[epochs] += np.outer(rate, years)
    moved["mean_velocity"] += rate
    return moved, body


def test_the_island_as_it_is_has_hardly_a_candidate(tmp_path):
    found = candidates_of(tmp_path, {track: DATA / f"{name}.zip" for track, name in FILES.items()})
    assert len(found) <= 2


def test_bodies_of_known_motion_are_found(tmp_path, delivered):
    every_candidate, every_body, held = [], [], []
    for place, seed in enumerate(SEEDS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        bodies = draw_bodies(seed, *delivered["descending"][1:])
        sources, points = {}, np.zeros(BODIES, dtype=int)
        for track, (table, x, y) in delivered.items():
            moved, body = with_motion(table, x, y, bodies, track)
            points += np.bincount(body[body >= 0], minlength=BODIES)
            sources[track] = folder / f"{FILES[track]}.csv"
            moved.to_csv(sources[track], index=False)
        found = candidates_of(folder, sources)
        outlines = shapely.buffer(shapely.points(bodies["x"], bodies["y"]), bodies["radius"])
        # Side by side, so that all islands are measured as one.
        every_candidate.append(found.geometry.translate(1e5 * place))
        every_body.append(gpd.GeoSeries(outlines, crs=PROJECT_CRS).translate(1e5 * place))
        held.append(points >= 5)
    candidates, truth = pd.concat(every_candidate), pd.concat(every_body)
    enough = truth[np.concatenate(held)]
    assert len(enough) >= 20
    assert extraction_accuracy(candidates, enough)["objects_found"] >= 0.85
    assert extraction_accuracy(candidates, truth)["accuracy"] >= 0.75
