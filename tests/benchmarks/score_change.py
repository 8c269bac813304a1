"""Score onsets and alerts on simulated bodies whose changes are known (docs/method/change.md).

    python tests/benchmarks/score_change.py --areas 12 --first-seed 91000
    python tests/benchmarks/score_change.py --areas 12 --first-seed 92000 --atmosphere rough

Each area has 264 points/km² on two tracks over four years, with the simulator's atmosphere and
noise of points, a step of the reference of each track, and bodies that are steady, seasonal, or
change their rate at a known time. Updates are runs on series that end earlier.
"""

import argparse
import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.stats import binomtest

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow" / "scripts"))

from hotslope.change.change_table import change_table
from hotslope.change.surroundings import difference_series, members_of
from hotslope.change.track_change import (
    BodyChange,
    ChangeSettings,
    TrackDesigns,
    body_change,
    control_inflation,
    control_places,
)
from hotslope.grid import Grid
from hotslope.motion.rate_errors import quiet_ground
from hotslope.motion.track_noise import sample_rows
from hotslope.motion.trends import resolve_noise
from hotslope.points.rates import regression_velocity
from hotslope.simulation.noise import ROUGHNESS, coloured_noise, make_atmosphere, phase_noise_mm

SIDE_M, DENSITY_KM2, CRS = 6000.0, 264.0, "EPSG:32647"
EPOCHS, REPEAT_DAYS, TRACKS = 122, 12, 2
SETTINGS = ChangeSettings(150.0, 10.0, 0.05, (200.0, 1000.0))
#: Updates end so many epochs before the last one.
UPDATES = (0, 3, 6, 9, 12, 15)
#: Kinds of bodies of an area: what changes, mm/yr, and how many days before the end.
ONSETS = [(10, 500), (10, 800), (20, 500), (20, 800), (-20, 650), (-10, 650)]
RECENT = [12.0, 16.0, 20.0, 25.0, 30.0, 40.0]
STEADY, SEASONAL = 14, 4


@dataclass(frozen=True)
class Truth:
    """What a body does: its rate, and a change of it."""

    kind: str
    rate_mm_yr: float
    change_mm_yr: float = 0.0
    before_end_days: float = 0.0


def bodies_of(rng: np.random.Generator) -> tuple[np.ndarray, list[Truth]]:
    """Draw discs that do not overlap, and what each does."""
    truths = [Truth("steady", -rng.uniform(12, 40)) for _ in range(STEADY)]
    truths += [Truth("seasonal", -rng.uniform(12, 30)) for _ in range(SEASONAL)]
    truths += [Truth("onset", -rng.uniform(5, 20), -change, days) for change, days in ONSETS]
    truths += [Truth("recent", -rng.uniform(12, 30), -change, 150.0) for change in RECENT]
    places: list[tuple[float, float, float]] = []
    while len(places) < len(truths):
        radius = rng.uniform(60, 160)
        x, y = rng.uniform(400, SIDE_M - 400, 2)
        if all(np.hypot(x - a, y - b) > radius + other + 60 for a, b, other in places):
            places.append((x, y, radius))
    discs = [shapely.Point(x, y).buffer(radius) for x, y, radius in places]
    return np.array(discs, dtype=object), truths


def track_of(
    number: int, seed: int, atmosphere: str, discs: np.ndarray, truths: list[Truth]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Simulate one track: places, days and series."""
    rng = np.random.default_rng([seed, number])
    count = int(DENSITY_KM2 * SIDE_M**2 / 1e6)
    x, y = rng.uniform(0, SIDE_M, (2, count))
    days = np.arange(EPOCHS) * float(REPEAT_DAYS) + 5.0 * number
    years = (days - days[0]) / 365.25
    grid = Grid.from_bounds([0, 0, SIDE_M, SIDE_M], 250.0, CRS)
    delay = make_atmosphere(grid, years, ROUGHNESS[atmosphere], number, seed)
    series = delay.at(x, y, np.full(count, 2200.0)).astype(np.float64)
    deviation = phase_noise_mm(rng.uniform(0.75, 0.97, count), 0.0555)
    series += coloured_noise(deviation, rng.uniform(0.25, 0.6, count), np.ones(EPOCHS - 1), rng)
    series += 15.0 * (np.arange(EPOCHS) >= EPOCHS - 6)  # a step of the reference
    for disc, truth in zip(discs, truths, strict=True):
        inside = shapely.contains_xy(disc, x, y)
        motion = truth.rate_mm_yr * years
        since = np.maximum(days - days[-1] + truth.before_end_days, 0.0)
        motion += truth.change_mm_yr * since / 365.25
        if truth.kind == "seasonal":
            motion += 4.0 * np.sin(2 * np.pi * years + 1.0)
        series[inside] += (1.0, 0.7)[number] * motion
    return x, y, days, series


def measure(
    tracks: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]],
    discs: np.ndarray,
    epochs: int,
) -> tuple[pd.DataFrame, dict[str, list[BodyChange | None]]]:
    """Measure one update: the table, and what each track shows."""
    others = shapely.union_all(discs)
    changes: dict[str, list[BodyChange | None]] = {}
    dates, counts = {}, {}
    for number, (x, y, all_days, all_series) in enumerate(tracks):
        days, series = all_days[:epochs], all_series[:, :epochs]
        name = f"track_{number}"
        dates[name] = [dt.date(2020, 1, 3) + dt.timedelta(days=float(day)) for day in days]
        rate, _, _ = regression_velocity(series, dates[name])
        quiet = quiet_ground(rate, most_moves=False)
        noise = resolve_noise(
            "pooled",
            series[sample_rows(len(series))],
            dates[name],
            min_segment_epochs=5,
            annual="auto",
        )
        relative = days - days[0]
        correlation = np.sum(
            [
                share * model.correlation(relative)
                for share, model in zip(noise.share, noise.models, strict=True)
            ],
            axis=0,
        )
        designs = TrackDesigns(relative, correlation, SETTINGS.window_days)
        radius_m = float(np.sqrt(np.median(shapely.area(discs)) / np.pi))
        controls = control_places(x, y, quiet, others, radius_m)
        inflation, _ = control_inflation(
            np.stack([series_of(disc, others, x, y, quiet, series) for disc in controls]), designs
        )
        rows = [series_of(disc, others, x, y, quiet, series) for disc in discs]
        changes[name] = [body_change(row, designs, inflation) for row in rows]
        counts[name] = ([9] * len(discs), [9] * len(discs))
    ids = [f"PLC{number:04d}" for number in range(len(discs))]
    candidates = gpd.GeoDataFrame({"candidate_id": ids}, geometry=discs, crs=CRS)
    return change_table(candidates, dates, changes, counts, SETTINGS), changes


def series_of(
    disc: shapely.Geometry,
    others: shapely.Geometry,
    x: np.ndarray,
    y: np.ndarray,
    quiet: np.ndarray,
    series: np.ndarray,
) -> np.ndarray:
    """Difference series of a body; NaN where it has too few points."""
    found = members_of(disc, others, x, y, quiet, SETTINGS.ring_m)
    if min(found.inside.size, found.around.size) < 3:
        return np.full(series.shape[1], np.nan)
    rows = np.concatenate(found)
    return difference_series(series[rows], np.arange(rows.size) < found.inside.size)


def score_area(seed: int, atmosphere: str) -> list[dict[str, object]]:
    """Score every body of an area, at every update."""
    discs, truths = bodies_of(np.random.default_rng([seed, 99]))
    tracks = [track_of(number, seed, atmosphere, discs, truths) for number in range(TRACKS)]
    rows: list[dict[str, object]] = []
    for back in UPDATES:
        table, _ = measure(tracks, discs, EPOCHS - back)
        for truth, row in zip(truths, table.to_dict("records"), strict=True):
            if back and truth.kind not in ("steady", "seasonal"):
                continue
            rows.append(
                {
                    "seed": seed,
                    "kind": truth.kind,
                    "true_mm_yr": abs(truth.change_mm_yr),
                    "level": row["level"],
                    "std_mm_yr": row["change_std_mm_yr"],
                    "motion": row["motion"],
                    **onset_scores(truth, row),
                }
            )
    return rows


def onset_scores(truth: Truth, row: dict[str, object]) -> dict[str, object]:
    """Error of the onset, days, and whether its interval holds it."""
    if truth.kind != "onset" or not isinstance(row["onset_low"], str):
        return {"error_days": np.nan, "covered": np.nan}
    end = dt.date.fromisoformat(str(row["window_end"]))
    true = end - dt.timedelta(days=truth.before_end_days)
    found, low, high = (
        dt.date.fromisoformat(str(row[name])) for name in ("onset", "onset_low", "onset_high")
    )
    return {"error_days": abs((found - true).days), "covered": float(low <= true <= high)}


def report(rows: pd.DataFrame) -> None:
    """Print the figures as a table in Markdown."""
    print("| what | value | of |\n|---|---|---|")
    measured = rows[rows["level"] != "not measured"]
    for size in (10.0, 20.0):
        chosen = measured[(measured["kind"] == "onset") & (measured["true_mm_yr"] == size)]
        known = chosen["error_days"].notna()
        print(f"| onset at {size:g} mm/yr: found | {known.mean():.2f} | {len(chosen)} |")
        print(f"| median error, days | {chosen['error_days'].median():.0f} | {known.sum()} |")
        print(f"| 90 % interval holds it | {chosen['covered'].mean():.2f} | {known.sum()} |")
    recent = measured[measured["kind"] == "recent"]
    alerts = recent["level"] == "alert"
    large = recent["true_mm_yr"] >= 20
    clear = recent["true_mm_yr"] >= np.maximum(10.0, 3.7 * recent["std_mm_yr"])
    for name, chosen in (("20 mm/yr or more", large), ("max(10, 3.7 standard errors)", clear)):
        print(f"| recall of changes of {name} | {alerts[chosen].mean():.2f} | {chosen.sum()} |")
    for size, group in recent.groupby("true_mm_yr"):
        share = (group["level"] == "alert").mean()
        print(f"| recall at {size:g} mm/yr | {share:.2f} | {len(group)} |")
    print(f"| median standard error, mm/yr | {recent['std_mm_yr'].median():.1f} | {len(recent)} |")
    for kind in ("steady", "seasonal"):
        group = measured[measured["kind"] == kind]
        hits = int((group["level"] == "alert").sum())
        low, high = binomtest(hits, len(group)).proportion_ci(method="exact")
        interval = f"{100 * low:.2f} to {100 * high:.2f} %"
        print(f"| false alerts, {kind} | {hits} ({interval}) | {len(group)} |")
    steady = measured[measured["kind"] == "steady"]
    print(f"| steady called steady | {(steady['motion'] == 'steady').mean():.2f} | {len(steady)} |")


def main() -> None:
    """Score areas of seeds in a row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--areas", type=int, default=12)
    parser.add_argument("--first-seed", type=int, default=91000)
    parser.add_argument("--atmosphere", choices=list(ROUGHNESS), default="default")
    arguments = parser.parse_args()
    rows = []
    for number in range(arguments.areas):
        rows += score_area(arguments.first_seed + number, arguments.atmosphere)
        print(f"area {number + 1} of {arguments.areas}", file=sys.stderr)
    report(pd.DataFrame(rows))


if __name__ == "__main__":
    main()
