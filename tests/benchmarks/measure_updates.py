"""Measure identities, alerts and onsets over five releases of simulated areas of known truth.

    python tests/benchmarks/measure_updates.py [--areas 12] [--rough] [--folder FOLDER]

Prints the second table of docs/method/change.md. Every area is simulated in five releases of 1080
days, 150 days apart; each release is joined with those before it, its candidates continue those of
the run before, and their changes are measured, by the scripts of the workflow with their defaults.
Leaves out areas that lie in the folder already: delete it after a change of the method. Seeds from
84,000 on served to choose nothing.
"""

import argparse
import itertools
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from candidate_rules import (
    CELL_SIZE_M,
    WAVELENGTH_M,
    Study,
    defaults,
    find_candidates,
    write_terrain,
)
from scipy.stats import binomtest

from classify_trends import classify_trends
from continue_identities import continue_identities
from hotslope.candidates.history import first_history
from hotslope.candidates.history_files import last_acquisition
from hotslope.candidates.place_codes import place_codes
from hotslope.candidates.tables import HISTORY
from hotslope.change.change_files import read_noise_correlation
from hotslope.change.rate_change import change_design, rate_change
from hotslope.change.tables import ACCELERATING, ALERT, CHANGE, LAYER
from hotslope.change.track_change import ChangeSettings
from hotslope.columns import DAYS_PER_YEAR
from hotslope.files import atomic_path
from hotslope.grid import Grid
from hotslope.schemas import read_layer
from hotslope.simulation.events import (
    EVENT_KINDS,
    LOST,
    ONSET,
    Event,
    EventSettings,
    displacement,
    draw_event,
)
from hotslope.simulation.histories import years_since
from hotslope.simulation.measurement import place_points
from hotslope.simulation.observation import point_rates
from hotslope.simulation.randomness import Purpose, generator
from hotslope.simulation.releases import FIRST_DAYS, ReleaseSettings
from hotslope.simulation.study_area import AreaSettings, StudyArea, build_study_area
from import_points import import_points
from measure_change import measure_change
from simulate_releases import simulate_releases

CRS = "EPSG:32647"
BOUNDS_M = [690_000, 3_980_000, 695_000, 3_985_000]
TRACKS = {"descending": (39.5, 192.0), "ascending": (37.0, 348.0)}
DENSITY_PER_KM2 = {"descending": 264.0, "ascending": 230.0}
BODIES_PER_KM2 = 0.75
RELEASES = ReleaseSettings(count=5, window_days=1080, update_days=150)
EVENTS = EventSettings(0.4, EVENT_KINDS, {"descending": 8.0})
FIRST_SEED, ROUGH_SEED = 84_000, 84_500
#: A body is seen by a candidate that shares so much of the smaller of both.
SHARED = 0.3
#: Candidates whose true change is smaller are stable, mm/yr.
STABLE_MM_YR = 2.0
#: Onsets have series of so many days on either side.
SIDE_DAYS = 360.0


class Truth(NamedTuple):
    """What truly happens.

    Attributes
    ----------
    study : StudyArea
        Ground and bodies.
    events : list of Event
        Of each body.
    outlines : ndarray of shapely geometry, shape (bodies,)
        Full outlines.
    """

    study: StudyArea
    events: list[Event]
    outlines: np.ndarray


def run_area(seed: int, atmosphere: str, path: Path) -> None:
    """Simulate an area and run its five releases; write a row per candidate and release."""
    settings = AreaSettings(
        CRS,
        list(BOUNDS_M),
        seed,
        DENSITY_PER_KM2,
        {name: angles[0] for name, angles in TRACKS.items()},
        {name: angles[1] for name, angles in TRACKS.items()},
        BODIES_PER_KM2,
        BODIES_PER_KM2,
        0.05,
    )
    study = build_study_area(settings)
    events = [draw_event(body, EVENTS, RELEASES.span_years, seed) for body in study.bodies]
    truth = Truth(study, events, np.array([body.outline() for body in study.bodies]))
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        simulate_releases(
            items_paths=_export_paths(base, "items.txt"),
            table_paths=_export_paths(base, "disp_tab.txt"),
            events_path=str(base / "events.parquet"),
            area=settings,
            atmosphere=atmosphere,
            events=EVENTS,
            releases=RELEASES,
        )
        parts = [run_release(base, number, truth, seed) for number in range(1, RELEASES.count + 1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as partial:
        pd.concat(parts, ignore_index=True).to_parquet(partial)


def _export_paths(base: Path, file: str) -> dict[str, list[str]]:
    """Files of the exports of all releases, by track."""
    return {
        track: [str(base / f"export_{n + 1}" / track / file) for n in range(RELEASES.count)]
        for track in TRACKS
    }


def run_release(base: Path, number: int, truth: Truth, seed: int) -> pd.DataFrame:
    """Run one release, joined with those before; return a row per candidate, with its truth."""
    study = Study(base / f"run_{number}", tuple(TRACKS), list(BOUNDS_M), CRS, has_terrain=True)
    study.folder.mkdir()
    write_terrain(study, truth.study.land.dem_m, truth.study.land.dem_grid)
    for track, (incidence_deg, heading_deg) in TRACKS.items():
        exports = [
            {
                "items": str(base / f"export_{n}" / track / "items.txt"),
                "table": str(base / f"export_{n}" / track / "disp_tab.txt"),
            }
            for n in range(1, number + 1)
        ]
        import_points(
            source={"releases": exports} if number > 1 else exports[0],
            format="gamma_ipta",
            options={},
            points_path=study.path(f"{track}.parquet"),
            summary_path=study.path(f"{track}_summary.json"),
            track=track,
            pass_direction=track,
            crs=CRS,
            bounds_m=study.bounds_m,
            min_coherence=0.7,
            incidence_deg=incidence_deg,
            heading_deg=heading_deg,
        )
    candidates = find_candidates(study)
    previous = base / f"run_{number - 1}" if number > 1 else None
    _give_identities(study, candidates, previous)
    trends = {key: value for key, value in defaults("trends").items() if key != "method"}
    for track in TRACKS:
        classify_trends(
            points_path=study.path(f"{track}.parquet"),
            trends_path=study.path(f"{track}_trends.parquet"),
            summary_path=study.path(f"{track}_trends.json"),
            wavelength_m=WAVELENGTH_M,
            **trends,
        )
    change = defaults("change")
    measure_change(
        candidates_path=study.path("candidates.gpkg"),
        points_paths=study.paths(".parquet"),
        background_paths=study.paths("_background.tif"),
        error_summary_paths=study.paths("_rate_errors.json"),
        trends_summary_paths=study.paths("_trends.json"),
        previous_path=None,
        beside_paths=[],
        change_path=study.path("change.gpkg"),
        series_path=study.path("differences.parquet"),
        tracks=list(TRACKS),
        settings=ChangeSettings(**change),
        grid=Grid.from_bounds(BOUNDS_M, CELL_SIZE_M, CRS),
    )
    found = read_layer(CHANGE, study.path("change.gpkg"), LAYER)
    return _with_truth(found, study, number, truth, seed)


def _give_identities(study: Study, candidates: gpd.GeoDataFrame, previous: Path | None) -> None:
    """Begin the history of the candidates, or continue that of the run before."""
    file, history = study.path("candidates.gpkg"), study.path("history.parquet")
    errors = study.paths("_rate_errors.json")
    if previous is None:
        outlines = candidates.geometry.to_numpy()
        ids = candidates["candidate_id"].tolist()
        codes = place_codes(outlines, CRS)
        HISTORY.write(history, first_history(ids, codes, outlines, last_acquisition(errors)))
        return
    merged = study.path("merged.gpkg")
    Path(file).rename(merged)
    continue_identities(
        merged_path=merged,
        error_summary_paths=errors,
        previous_path=str(previous / "candidates.gpkg"),
        beside_paths=[str(previous / "history.parquet")],
        candidates_path=file,
        history_path=history,
        grid=Grid.from_bounds(BOUNDS_M, CELL_SIZE_M, CRS),
    )


def _with_truth(
    found: gpd.GeoDataFrame, study: Study, number: int, truth: Truth, seed: int
) -> pd.DataFrame:
    """Say of each candidate which body it sees, and how its rate has truly changed."""
    outlines = found.geometry.to_numpy()
    shared = shapely.area(shapely.intersection(outlines[:, None], truth.outlines[None, :]))
    enough = shared >= SHARED * np.minimum(
        shapely.area(outlines)[:, None], shapely.area(truth.outlines)[None, :]
    )
    body = np.where(enough.any(axis=1), np.where(enough, shared, 0.0).argmax(axis=1), -1)
    window = RELEASES.windows()[number - 1]
    change_mm_yr = np.zeros(len(found))
    onset_mm_yr = np.zeros(len(found))
    for name, track in truth.study.tracks.items():
        dates = RELEASES.dates(track.number, seed)
        years = years_since(dates, FIRST_DAYS[0])
        years = years[years <= window.last_years]
        days = (years - years[0]) * DAYS_PER_YEAR
        correlation = read_noise_correlation(study.path(f"{name}_trends.json"), np.round(days))
        design = change_design(days, correlation)
        points = place_points(
            truth.study.land,
            truth.study.grid,
            track.density_per_km2,
            track.incidence_deg,
            track.heading_deg,
            generator(seed, Purpose.POINTS, track.number),
        )
        body_of, rate = point_rates(truth.study.bodies, truth.study.land, points, track)
        shapes = [displacement(event, years) for event in truth.events]
        shapes = np.vstack([*shapes, np.zeros(years.size)])
        for row, outline in enumerate(outlines):
            inside = shapely.contains_xy(outline, points["x_m"], points["y_m"])
            if inside.sum() < 3:
                continue
            series = (rate[inside, None] * shapes[body_of[inside]]).mean(axis=0)
            begin_day = days[-1] - defaults("change")["window_days"]
            true = float(rate_change(series[None], design, begin_day).change_mm_yr[0])
            if abs(true) > abs(change_mm_yr[row]):
                change_mm_yr[row] = true
            if name == found["track"].iloc[row] and body[row] >= 0:
                event = truth.events[body[row]]
                own = rate[inside & (body_of == body[row])]
                if event.kind == ONSET and own.size:
                    onset_mm_yr[row] = (event.after - event.before) * own.mean()
    kinds = np.array([*(event.kind for event in truth.events), "none"])
    at = np.array([*(event.at_years for event in truth.events), np.nan])
    table = pd.DataFrame(found.drop(columns="geometry"))
    return table.assign(
        release=number,
        body=body,
        bodies=[" ".join(str(number) for number in np.flatnonzero(row)) for row in enough],
        event=kinds[body],
        at_years=at[body],
        true_change_mm_yr=change_mm_yr,
        true_onset_mm_yr=onset_mm_yr,
        shared_m2=shared.max(axis=1, initial=0.0),
    )


def identities(areas: list[pd.DataFrame]) -> dict[str, tuple[int, int]]:
    """Count bodies that keep their identifier over all releases, and identifiers given away.

    A body has the identifier of the candidate that shares most ground with it; bodies that lose
    coherence, or are seen in one release only, are left out. An identifier is given away if its
    candidate covers other bodies than before, and none of those.
    """
    kept, bodies, away, ids = 0, 0, 0, 0
    for area in areas:
        seen = area[(area["body"] >= 0) & (area["event"] != LOST)]
        main = seen.sort_values("shared_m2").groupby(["body", "release"])["candidate_id"].last()
        for _, names in main.groupby(level="body"):
            if len(names) > 1:
                bodies += 1
                kept += len(set(names)) == 1
        for _, rows in area.sort_values("release").groupby("candidate_id"):
            covered = [set(names.split()) for names in rows["bodies"] if names]
            ids += bool(covered)
            away += any(not one & two for one, two in itertools.pairwise(covered))
    return {"kept": (kept, bodies), "given to another body": (away, ids)}


def alerts(areas: list[pd.DataFrame]) -> dict[str, tuple[int, int]]:
    """Count changes that raised an alert, by their true size, and alerts of stable candidates."""
    every = pd.concat(areas)
    every = every[(every["release"] > 1) & (every["level"] != "not measured")]
    raised = every["level"] == ALERT
    true = every["true_change_mm_yr"].abs()
    clear = true >= np.maximum(10.0, 3.7 * every["change_std_mm_yr"])
    groups = {
        "recall, 20 mm/yr and more": true >= 20,
        "recall, 10 mm/yr and 3.7 standard errors and more": clear,
        "recall, 10 to 20 mm/yr": (true >= 10) & (true < 20),
        "recall, 5 to 10 mm/yr": (true >= 5) & (true < 10),
        "false alerts": true < STABLE_MM_YR,
    }
    return {name: (int((raised & of).sum()), int(of.sum())) for name, of in groups.items()}


def ever_false(areas: list[pd.DataFrame]) -> tuple[int, int]:
    """Count candidates, stable in all updates, that had an alert in any of them."""
    raised, count = 0, 0
    for area in areas:
        updates = area[(area["release"] > 1) & (area["level"] != "not measured")]
        for _, rows in updates.groupby("candidate_id"):
            if (rows["true_change_mm_yr"].abs() < STABLE_MM_YR).all():
                count += 1
                raised += bool((rows["level"] == ALERT).any())
    return raised, count


def onsets(areas: list[pd.DataFrame], low: float, high: float) -> dict[str, Any]:
    """Median error, days, and coverage of the intervals of onsets in the last release."""
    last = pd.concat([area[area["release"] == RELEASES.count] for area in areas])
    side = SIDE_DAYS / DAYS_PER_YEAR
    size = last["true_onset_mm_yr"].abs()
    chosen = last[
        (last["event"] == ONSET)
        & last["at_years"].between(side, RELEASES.span_years - side)
        & (size >= low)
        & (size < high)
    ]
    dated = chosen[chosen["motion"] == ACCELERATING]

    def years(column: str) -> np.ndarray:
        return (pd.to_datetime(dated[column]) - pd.Timestamp(FIRST_DAYS[0])).dt.days.to_numpy() / (
            DAYS_PER_YEAR
        )

    at = dated["at_years"].to_numpy()
    error = np.full(len(chosen), np.inf)
    error[: len(dated)] = np.abs(years("onset") - at) * DAYS_PER_YEAR
    held = (years("onset_low") <= at) & (at <= years("onset_high"))
    return {
        "count": len(chosen),
        "dated": len(dated),
        "median": float(np.median(error)) if len(chosen) else np.nan,
        "held": int(held.sum()),
    }


def share(count: int, of: int) -> str:
    """Return a share with its 95 % interval and its counts."""
    if not of:
        return "none to count"
    interval = binomtest(count, of).proportion_ci(method="wilson")
    numbers = (count / of, interval.low, interval.high)
    share, low, high = (f"{number:.3f}" for number in numbers)
    return f"{share} ({low} to {high}), {count} of {of}"


def main() -> None:
    """Run the areas that are missing, and print the table of those that are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=12)
    parser.add_argument("--rough", action="store_true", help="rough atmosphere instead")
    parser.add_argument("--folder", type=Path, default=Path("results/experiments/updates"))
    options = parser.parse_args()
    first = ROUGH_SEED if options.rough else FIRST_SEED
    paths = [options.folder / f"{seed}.parquet" for seed in range(first, first + options.areas)]
    for path in paths:
        if not path.exists():
            run_area(int(path.stem), "rough" if options.rough else "default", path)
            print(path.stem, file=sys.stderr, flush=True)
    areas = [pd.read_parquet(path) for path in paths if path.exists()]
    print(
        f"| {len(areas)} areas of 25 km², {'rough' if options.rough else 'default'} air | value |"
    )
    print("|---|---|")
    for name, counts in identities(areas).items():
        print(f"| identifiers {name} | {share(*counts)} |")
    for name, counts in alerts(areas).items():
        print(f"| {name} | {share(*counts)} |")
    print(
        f"| stable candidates with an alert in any of four updates | {share(*ever_false(areas))} |"
    )
    for low, high in ((15.0, 1e9), (7.5, 15.0)):
        found = onsets(areas, low, high)
        sizes = f"{low:g} mm/yr and more" if high > 1e6 else f"{low:g} to {high:g} mm/yr"
        print(
            f"| onset, {sizes}: median error, days (not dated: infinite); 90 % interval holds it | "
            f"{found['median']:.0f} ({found['dated']} of {found['count']} dated); "
            f"{share(found['held'], found['dated'])} |"
        )


if __name__ == "__main__":
    main()
