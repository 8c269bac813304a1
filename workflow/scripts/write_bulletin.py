"""Write the bulletin of what has changed: a page, a PDF and a record for machines."""

from hotslope.jobs import job_log, unescaped

import base64
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.image import imread

from hotslope.candidates.tables import HISTORY
from hotslope.change.tables import CHANGE, DIFFERENCES, LAYER
from hotslope.exposure.tables import EXPOSURE
from hotslope.exposure.tables import LAYER as EXPOSED
from hotslope.files import write_json, write_text
from hotslope.maps.bulletin import (
    MOST_ROWS,
    describe_bodies,
    notes_of,
    ranked,
    reading_of,
    record_of,
    rows_of,
    tiles_of,
    titles_of,
    with_exposure,
)
from hotslope.maps.bulletin_sheet import draw_bulletin
from hotslope.maps.change_figure import draw_change
from hotslope.maps.figure_file import save_figure, save_page
from hotslope.maps.pages import render_page
from hotslope.schemas import read_layer


def write_bulletin(
    *,
    change_path: str,
    series_path: str,
    history_path: str | None,
    exposure_path: str | None,
    template_path: str,
    results_paths: dict[str, str],
    settings: dict[str, Any],
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Write `page` (HTML), `sheet` (PDF), `record` (JSON) and `picture` (PNG) of `results_paths`.

    `history_path` is None where no earlier run is named, `exposure_path` where no layer of what
    may be exposed is.
    """
    change = read_layer(CHANGE, change_path, LAYER).to_crs(crs)
    if exposure_path:
        change = with_exposure(change, read_layer(EXPOSURE, exposure_path, EXPOSED))
    history = HISTORY.read(history_path) if history_path else None
    name = " ".join(study_area_name.split())
    chosen = ranked(change)
    west, south, east, north = bounds_m
    figure = draw_change(
        name, (west, south, east, north), change, chosen, DIFFERENCES.read(series_path)
    )
    save_figure(results_paths["picture"], figure)
    about = _about(change, history)
    rows = rows_of(chosen.head(MOST_ROWS))
    left = len(chosen) - len(rows)
    bodies = describe_bodies(history) if history is not None else []
    picture = Path(results_paths["picture"])
    encoded = base64.b64encode(picture.read_bytes()).decode("ascii")
    tiles, notes, titles = tiles_of(change, history), notes_of(change), titles_of(change)
    reading = reading_of(settings, exposure=exposure_path is not None)
    values = {
        "name": name,
        "about": about,
        "notes": notes,
        "tiles": tiles,
        "titles": titles,
        "rows": rows,
        "more": f"{left:,} more in bulletin.json and change.gpkg." if left else "",
        "bodies": bodies,
        "reading": reading,
        "picture": f"data:image/png;base64,{encoded}",
    }
    write_text(results_paths["page"], render_page(template_path, **values))
    remarks = [
        ("Note", notes),
        ("Since the earlier run", bodies),
        ("How to read it", reading),
    ]
    sheet = draw_bulletin(name, about, tiles, titles, rows, imread(picture), remarks)
    save_page(results_paths["sheet"], sheet)
    write_json(results_paths["record"], record_of(name, change, history, settings))


def _about(change: pd.DataFrame, history: pd.DataFrame | None) -> str:
    """Say of which days the bulletin is, and since when."""
    ends = change["window_end"].dropna()
    begins = change["window_begin"].dropna()
    days = f"{begins.min()} to {ends.max()}" if len(ends) else "no days"
    before = None if history is None else history["first_seen"].dropna()
    since = f", candidates known since {before.min()}" if before is not None and len(before) else ""
    return f"Change of rate within {days}{since}. Made by hotslope."


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        write_bulletin(
            change_path=snakemake.input.change,
            series_path=snakemake.input.series,
            history_path=snakemake.input.history or None,
            exposure_path=next(iter(snakemake.input.exposure), None),
            template_path=str(
                Path(snakemake.scriptdir).resolve().parent / "report" / "pages" / "bulletin.html"
            ),
            results_paths=dict(snakemake.output.items()),
            settings=snakemake.params.settings,
            study_area_name=unescaped(snakemake.params.study_area_name),
            bounds_m=snakemake.params.bounds_m,
            crs=unescaped(snakemake.params.crs),
        )
