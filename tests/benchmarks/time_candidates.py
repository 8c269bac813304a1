"""Time the candidates of two tracks of the published size; prints CPU seconds and memory."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import candidate_rules  # noqa: E402

from hotslope.grid import Grid  # noqa: E402
from hotslope.points.tables import POINTS  # noqa: E402
from hotslope.rasters import write_raster  # noqa: E402
from hotslope.terrain.geometry import line_of_sight  # noqa: E402

TRACKS = {"descending": (930_193, 39.5, 192.0), "ascending": (811_419, 37.0, 348.0)}
#: 3,516 km² as in Zhang et al. (2023), and as many candidates.
BOUNDS_M = [690_000, 3_940_000, 764_000, 3_987_500]
BODIES = 606
CRS = "EPSG:32647"
#: Run by itself in a fresh process, so that time and memory hold nothing else.
PART = """
import sys
sys.path[:0] = [{here!r}]
from pathlib import Path
import candidate_rules as rules
study = rules.Study(Path({folder!r}), {tracks!r}, {bounds!r}, {crs!r}, True)
settings, hotspots = rules.defaults("candidates"), rules.defaults("hotspots")
{call}
"""
CALLS = {
    "hot spots, background, rate": "rules.measure_motion(study, {track!r}, settings, hotspots)",
    "outlines": "rules.outline(study, {track!r}, settings, hotspots)",
}
MERGE = "rules.merge(study, settings, hotspots)"


def main() -> None:
    """Make two tracks, then time each script in a process of its own, imports included."""
    with tempfile.TemporaryDirectory() as folder:
        study = candidate_rules.Study(Path(folder), tuple(TRACKS), BOUNDS_M, CRS, True)
        write_study(study)
        total = 0.0
        for name, call in CALLS.items():
            for track in TRACKS:
                seconds = timed(study, f"{name}, {track}", call.format(track=track))
                total += seconds if name == "outlines" else 0.0
        total += timed(study, "merge_candidates", MERGE)
        print(f"outlines of both tracks and merging: {total:.1f} CPU s")


def timed(study: candidate_rules.Study, name: str, call: str) -> float:
    """Run a call in a process of its own; print and return its CPU seconds."""
    code = PART.format(
        here=str(HERE),
        folder=str(study.folder),
        tracks=study.tracks,
        bounds=study.bounds_m,
        crs=study.crs,
        call=call + "\nimport resource as r\nprint(r.getrusage(r.RUSAGE_SELF).ru_maxrss / 1024)",
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    memory_mb = float(done.stdout.split()[-1])
    wall = time.perf_counter() - start
    print(f"{name}: {seconds:.1f} CPU s, {wall:.1f} s, {memory_mb:.0f} MB", flush=True)
    return seconds


def write_study(study: candidate_rules.Study) -> None:
    """Write points with noise and bodies, and a slope that faces west."""
    random = np.random.default_rng(1)
    left, bottom, right, top = BOUNDS_M
    middle = random.uniform([left, bottom], [right, top], (BODIES, 2))
    radius = np.sqrt(random.lognormal(np.log(80_000), 0.65, BODIES) / np.pi)
    speed = random.lognormal(np.log(30), 0.5, BODIES)
    grid = Grid.from_bounds(**study.grid)
    for name, value in (("slope", 20.0), ("aspect", 270.0)):
        values = random.normal(value, 5, grid.shape).astype(np.float32)
        write_raster(study.path(f"{name}.tif"), {name: values}, grid)
    for sign, (track, (count, *angles)) in zip((-1, 1), TRACKS.items(), strict=True):
        x, y = random.uniform(left, right, count), random.uniform(bottom, top, count)
        rate = random.normal(0, 2.5, count)
        order = np.argsort(x)
        for (east, north), reach, most in zip(middle, radius, speed, strict=True):
            first, last = np.searchsorted(x[order], [east - reach, east + reach])
            near = order[first:last]
            inside = near[np.hypot(x[near] - east, y[near] - north) < reach]
            rate[inside] += sign * most
        los = dict(zip(("los_east", "los_north", "los_up"), line_of_sight(*angles), strict=True))
        points = POINTS.empty().reindex(range(count))
        points = points.assign(x_m=x, y_m=y, lon=100.0, lat=36.0, velocity_mm_yr=rate, **los)
        points["point_id"] = pd.array([f"{number:07d}" for number in range(count)], dtype="str")
        POINTS.write(study.path(f"{track}.parquet"), points)


if __name__ == "__main__":
    main()
