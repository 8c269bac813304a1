"""Make several releases of a simulated area whose bodies change, and the truth of their events."""

from hotslope.jobs import job_log

import datetime as dt
import logging
from contextlib import ExitStack
from typing import Any

import numpy as np
import pandas as pd

from hotslope.columns import DAYS_PER_YEAR
from hotslope.simulation.bodies import Body
from hotslope.simulation.events import (
    DECELERATION,
    FAILURE,
    LOST,
    ONSET,
    REFERENCE_STEP,
    Event,
    EventSettings,
    displacement,
    draw_event,
    draw_step,
    rate,
)
from hotslope.simulation.histories import years_since
from hotslope.simulation.measurement import place_points
from hotslope.simulation.noise import ROUGHNESS
from hotslope.simulation.observation import observe
from hotslope.simulation.randomness import Purpose, generator
from hotslope.simulation.raw_inputs import points_file, write_items
from hotslope.simulation.releases import FIRST_DAYS, ReleaseSettings, release
from hotslope.simulation.study_area import AreaSettings, build_study_area
from hotslope.simulation.tables import EVENTS

logger = logging.getLogger("hotslope")


def simulate_releases(
    *,
    items_paths: dict[str, list[str]],
    table_paths: dict[str, list[str]],
    events_path: str,
    area: AreaSettings,
    atmosphere: str,
    events: EventSettings,
    releases: ReleaseSettings,
) -> None:
    """Simulate the area over a longer time, and write each release of each track.

    Parameters whose type is a dict are keyed by track name; paths are in the order of the releases.
    """
    study = build_study_area(area)
    drawn = [draw_event(body, events, releases.span_years, area.seed) for body in study.bodies]
    rows = [
        _body_row(body, event, releases.span_years)
        for body, event in zip(study.bodies, drawn, strict=True)
    ]
    lost_years = np.array([e.at_years if e.kind == LOST else np.inf for e in drawn])
    left, bottom, right, top = study.grid.bounds_m
    middle_m = (0.5 * (left + right), 0.5 * (bottom + top))
    for name, track in study.tracks.items():
        dates = releases.dates(track.number, area.seed)
        years = years_since(dates, FIRST_DAYS[0])
        shapes = np.array([displacement(event, years) for event in drawn])
        step_mm = draw_step(track.number, events.reference_step_mm.get(name, 0.0), years, area.seed)
        if step_mm.any():
            rows.append(_step_row(name, dates, step_mm))
        points = place_points(
            study.land,
            study.grid,
            track.density_per_km2,
            track.incidence_deg,
            track.heading_deg,
            generator(area.seed, Purpose.POINTS, track.number),
        )
        windows = releases.windows()
        for window, items_path in zip(windows, items_paths[name], strict=True):
            seen = np.flatnonzero(window.holds(years))
            write_items(items_path, [dates[place] for place in seen])
        chunks = observe(
            study.bodies,
            shapes.reshape(len(drawn), years.size),
            study.land,
            study.grid,
            points,
            track,
            years,
            ROUGHNESS[atmosphere],
            area.seed,
        )
        with ExitStack() as stack:
            files = [stack.enter_context(points_file(path)) for path in table_paths[name]]
            for chunk, (members, displacement_mm) in enumerate(chunks):
                for window, file in zip(windows, files, strict=True):
                    own = release(
                        members, displacement_mm, chunk, years, window, middle_m, lost_years,
                        step_mm, track.number, area.seed,
                    )  # fmt: skip
                    file.write(*own)
        for window, file in zip(windows, files, strict=True):
            logger.info("%s, release %d: %d points", name, window.number, file.count)
    EVENTS.write(events_path, pd.DataFrame(rows, columns=list(EVENTS.schema.columns)))


def _body_row(body: Body, event: Event, span_years: float) -> dict[str, Any]:
    """Say what happens to a body, in its own units."""
    first, last = body.rate_mm_yr * rate(event, np.array([0.0, span_years]))
    begins = event.kind in (ONSET, FAILURE, DECELERATION, LOST)
    fails = event.kind == FAILURE
    return {
        "body_id": body.number,
        "track": "",
        "event": event.kind,
        "date": _date(event.at_years) if begins else None,
        "failure_date": _date(event.at_years + event.time_years) if fails else None,
        "rate_before_mm_yr": float(first),
        "rate_after_mm_yr": float(last),
        "amplitude_mm": body.rate_mm_yr * event.amplitude_years,
        "step_mm": np.nan,
    }


def _step_row(track: str, dates: list[dt.date], step_mm: np.ndarray) -> dict[str, Any]:
    """Say when the reference of a track steps: at its first acquisition after the step."""
    return {
        "body_id": -1,
        "track": track,
        "event": REFERENCE_STEP,
        "date": dates[int(np.flatnonzero(step_mm)[0])].isoformat(),
        "failure_date": None,
        "rate_before_mm_yr": np.nan,
        "rate_after_mm_yr": np.nan,
        "amplitude_mm": np.nan,
        "step_mm": float(step_mm[-1]),
    }


def _date(years: float) -> str:
    """Return the day that lies so many years after the first acquisition of any track."""
    return (FIRST_DAYS[0] + dt.timedelta(days=round(years * DAYS_PER_YEAR))).isoformat()


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        simulate_releases(
            items_paths={
                "descending": list(snakemake.output.descending_items),
                "ascending": list(snakemake.output.ascending_items),
            },
            table_paths={
                "descending": list(snakemake.output.descending_tables),
                "ascending": list(snakemake.output.ascending_tables),
            },
            events_path=snakemake.output.events,
            area=AreaSettings(**snakemake.params.area),
            atmosphere=snakemake.params.atmosphere,
            events=EventSettings(**snakemake.params.events),
            releases=ReleaseSettings(**snakemake.params.releases),
        )
