"""Pictures of the mean displacement series, one per candidate, for the map tips of QGIS."""

from hotslope.jobs import job_log

import shutil
from pathlib import Path

import geopandas as gpd
from matplotlib.figure import Figure

from hotslope.candidates.tables import CANDIDATES
from hotslope.columns import CANDIDATE_ID
from hotslope.files import atomic_path
from hotslope.maps.series_chart import draw_series_chart
from hotslope.maps.style import apply_style
from hotslope.maps.tables import SERIES
from hotslope.schemas import read_layer

#: Size of a picture, in inches at 100 pixels to each.
WIDTH, HEIGHT_OF_TRACK = 4.8, 1.9
DPI = 100


def draw_series(
    *, candidates_path: str, series_path: str, pictures_folder: str, tracks: list[str]
) -> None:
    """Write ``{candidate_id}.png`` into a folder that holds nothing else."""
    candidates: gpd.GeoDataFrame = read_layer(
        CANDIDATES, candidates_path, "candidates", [CANDIDATE_ID]
    )
    series = dict(list(SERIES.read(series_path).groupby([CANDIDATE_ID, "track"], sort=False)))
    folder = Path(pictures_folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    apply_style()
    # One figure for all: making one takes longer than drawing it.
    height = HEIGHT_OF_TRACK * len(tracks)
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    figure.subplots_adjust(
        left=0.12, right=0.98, top=1 - 0.28 / height, bottom=0.3 / height, hspace=0.4
    )
    panels = figure.subplots(len(tracks), 1, squeeze=False)[:, 0]
    empty = SERIES.empty()
    for identifier in candidates[CANDIDATE_ID]:
        for axes, track in zip(panels, tracks, strict=True):
            rows = series.get((identifier, track), empty)
            draw_series_chart(axes, rows, f"{identifier}, {track}")
        with atomic_path(folder / f"{identifier}.png") as partial:
            figure.savefig(partial, format="png", dpi=DPI, metadata={"Software": None})


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        draw_series(
            candidates_path=snakemake.input.candidates,
            series_path=snakemake.input.series,
            pictures_folder=snakemake.output.pictures,
            tracks=snakemake.params.tracks,
        )
