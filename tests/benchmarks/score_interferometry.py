"""Compare points and candidates made of the simulated interferograms with their truth.

    python tests/benchmarks/score_interferometry.py [folder of the run]

Ends with 1 where a figure misses its goal. Rates and heights are compared less the mean difference
of the scene, which is the atmosphere of its reference.
"""

import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import rasterio

TRACKS = ("descending", "ascending")
#: Slides that have to be found: area, rate along the line of sight, points on them.
MIN_AREA_M2, MIN_RATE_MM_YR, MIN_POINTS = 30_000, 15.0, 5
#: Half of a wavelength over the span of the series: a rate off by more has a whole cycle in it.
HALF_WAVE_MM = 27.7


def main(folder: Path) -> int:
    """Print the figures; return whether one misses its goal."""
    stack = folder / "resources" / "stack"
    figures, points = [], {}
    for track in TRACKS:
        points[track], found = score_track(folder, stack, track)
        figures += found
    figures += score_candidates(folder, stack, points)
    missed = False
    for name, value, low, high in figures:
        met = low <= value <= high
        missed |= not met
        print(f"{name:58} {value:10.3f}   {low:g} to {high:g}   {'' if met else 'MISSED'}")
    return int(missed)


def score_track(
    folder: Path, stack: Path, track: str
) -> tuple[pd.DataFrame, list[tuple[str, float, float, float]]]:
    """Compare a track's points with the truth."""
    table = pq.read_table(folder / "results" / "interferometry" / f"{track}.parquet").to_pandas()
    network = json.loads(
        (folder / "results" / "interferometry" / f"{track}_network.json").read_text()
    )
    with rasterio.open(stack / "truth.tif") as raster:
        rate, height = raster.read(TRACKS.index(track) + 1), raster.read(3)
        area_km2 = rate.size * raster.res[0] * raster.res[1] / 1e6
    row, column = table["point_id"].str.split("_", expand=True).astype(int).to_numpy().T
    table["true_mm_yr"] = rate[row, column]
    off = (table["velocity_mm_yr"] - table["true_mm_yr"]).to_numpy()
    error = off - off.mean()
    predicted = np.sqrt((table["velocity_std_mm_yr"] ** 2).mean())
    off = (table["height_correction_m"] - height[row, column]).to_numpy()
    lifted = off - off.mean()
    sure = table["height_correction_std_m"].to_numpy() <= 3.0
    dates = pd.to_datetime([each["date"] for each in network["dates"]])
    years = (dates - dates[0]).days.to_numpy() / 365.25
    series = table[[name for name in table if name.startswith("d_")]].to_numpy()
    residual = series - table["true_mm_yr"].to_numpy()[:, None] * years
    residual -= residual.mean(axis=0)
    residual -= residual.mean(axis=1, keepdims=True)
    cycles = np.abs(error) * years[-1] > HALF_WAVE_MM
    return table, [
        (f"{track}: RMSE of rates, mm/yr", float(error.std()), 0.0, 2.0),
        (f"{track}: RMSE over predicted standard error", float(error.std() / predicted), 0.8, 1.25),
        (f"{track}: share of points whose height error is below 3 m", float(sure.mean()), 0.0, 1.0),
        (f"{track}: RMSE of their heights, m", float(lifted[sure].std()), 0.0, 3.0),
        (f"{track}: share of points with a whole cycle", float(cycles.mean()), 0.0, 0.01),
        (f"{track}: RMSE of series, mm", float(residual.std()), 0.0, np.inf),
        (f"{track}: points per km2", len(table) / area_km2, 0.0, np.inf),
        (f"{track}: median coherence", float(table["coherence"].median()), 0.7, 1.0),
        (f"{track}: aliasing rate, mm/yr", network["aliasing_rate_mm_yr"], 0.0, np.inf),
    ]


def score_candidates(
    folder: Path, stack: Path, points: dict[str, pd.DataFrame]
) -> list[tuple[str, float, float, float]]:
    """Count slides that are found, and candidates where nothing moves."""
    slides = gpd.read_file(stack / "reference.gpkg")
    candidates = gpd.read_file(
        folder / "results" / "candidates" / "candidates.gpkg", layer="candidates"
    )
    wanted = []
    for _, slide in slides.iterrows():
        inside = {
            track: gpd.GeoSeries.from_xy(table["x_m"], table["y_m"]).within(slide.geometry).sum()
            for track, table in points.items()
        }
        seen = any(
            abs(slide[f"rate_mm_yr_{track}"]) >= MIN_RATE_MM_YR and inside[track] >= MIN_POINTS
            for track in points
        )
        wanted.append(seen and slide.geometry.area >= MIN_AREA_M2)
    wanted = np.array(wanted)
    found = np.array([candidates.intersects(each).any() for each in slides.geometry])
    false = ~candidates.intersects(slides.union_all())
    return [
        ("slides to be found", float(wanted.sum()), 1.0, np.inf),
        ("share of them that are candidates", float(found[wanted].mean()), 1.0, 1.0),
        ("candidates where nothing moves", float(false.sum()), 0.0, 0.0),
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
