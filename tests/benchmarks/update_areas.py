"""Simulated areas of known truth, run through several releases by the scripts of the workflow."""

import tempfile
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from candidate_rules import (  # first: it puts the package on the path
    CELL_SIZE_M,
    WAVELENGTH_M,
    Study,
    defaults,
    find_candidates,
    import_track,
    write_terrain,
)

from classify_trends import classify_trends
from continue_identities import continue_identities
from hotslope.candidates.history import first_history
from hotslope.candidates.history_files import last_acquisition
from hotslope.candidates.place_codes import place_codes
from hotslope.candidates.tables import HISTORY
from hotslope.change.change_files import read_noise_correlation
from hotslope.change.rate_change import change_design, rate_change
from hotslope.change.tables import CHANGE, LAYER
from hotslope.change.track_change import ChangeSettings
from hotslope.columns import DAYS_PER_YEAR
from hotslope.files import atomic_path
from hotslope.grid import Grid
from hotslope.schemas import read_layer
from hotslope.simulation.events import (
    EVENT_KINDS,
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
from measure_change import measure_change
from simulate_releases import simulate_releases

CRS = "EPSG:32647"
BOUNDS_M = [690_000, 3_980_000, 695_000, 3_985_000]
TRACKS = {"descending": (39.5, 192.0), "ascending": (37.0, 348.0)}
DENSITY_PER_KM2 = {"descending": 264.0, "ascending": 230.0}
BODIES_PER_KM2 = 0.75
RELEASES = ReleaseSettings(count=5, window_days=1080, update_days=150)
EVENTS = EventSettings(0.4, EVENT_KINDS, {"descending": 8.0})
#: A body is seen by a candidate that shares so much of the smaller of both.
SHARED = 0.3


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
        source = {"releases": exports} if number > 1 else exports[0]
        import_track(study, track, source, incidence_deg, heading_deg)
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
    change_mm_yr, onset_mm_yr = np.zeros(len(found)), np.zeros(len(found))
    for track in truth.study.tracks:
        change, onset = _in_track(outlines, body, study, number, track, truth, seed)
        change_mm_yr = np.where(np.abs(change) > np.abs(change_mm_yr), change, change_mm_yr)
        onset_mm_yr = np.where(found["track"] == track, onset, onset_mm_yr)
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


def _in_track(
    outlines: np.ndarray,
    body: np.ndarray,
    study: Study,
    number: int,
    name: str,
    truth: Truth,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return how the rate of each candidate truly changes in a track, and by an onset, mm/yr.

    The first as the change of rate is measured, but on series without noise; both 0 where fewer
    than three points are inside.
    """
    track = truth.study.tracks[name]
    years = years_since(RELEASES.dates(track.number, seed), FIRST_DAYS[0])
    years = years[years <= RELEASES.windows()[number - 1].last_years]
    days = (years - years[0]) * DAYS_PER_YEAR
    correlation = read_noise_correlation(study.path(f"{name}_trends.json"), np.round(days))
    design = change_design(days, correlation)
    begin_day = days[-1] - defaults("change")["window_days"]
    points = place_points(
        truth.study.land,
        truth.study.grid,
        track.density_per_km2,
        track.incidence_deg,
        track.heading_deg,
        generator(seed, Purpose.POINTS, track.number),
    )
    body_of, rate = point_rates(truth.study.bodies, truth.study.land, points, track)
    shapes = np.vstack([*(displacement(event, years) for event in truth.events), 0.0 * years])
    change_mm_yr, onset_mm_yr = np.zeros(len(outlines)), np.zeros(len(outlines))
    for row, outline in enumerate(outlines):
        inside = shapely.contains_xy(outline, points["x_m"], points["y_m"])
        if inside.sum() < 3:
            continue
        series = (rate[inside, None] * shapes[body_of[inside]]).mean(axis=0)
        change_mm_yr[row] = rate_change(series[None], design, begin_day).change_mm_yr[0]
        event = truth.events[body[row]] if body[row] >= 0 else None
        own = rate[inside & (body_of == body[row])]
        if event is not None and event.kind == ONSET and own.size:
            onset_mm_yr[row] = (event.after - event.before) * own.mean()
    return change_mm_yr, onset_mm_yr
