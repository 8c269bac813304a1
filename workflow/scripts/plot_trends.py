"""Figure: trend classes of the displacement series of every track."""

from hotslope.jobs import job_log

import numpy as np
from matplotlib.patches import Patch
from rasterio.enums import Resampling

from hotslope.columns import TREND, X, Y
from hotslope.files import write_figure
from hotslope.maps.joins import read_points_with
from hotslope.maps.layout import MapLayout
from hotslope.maps.panels import draw_classes, map_figure, note, say_none, strip_legend
from hotslope.maps.pixels import commonest_per_pixel, dot_radius_px
from hotslope.maps.style import TREND_COLOURS
from hotslope.motion.season import tracks_without_season
from hotslope.motion.tables import TRENDS
from hotslope.rasters import read_for_figure

#: Uncorrelated, linear and everything else: what the method promises to tell apart.
CLASSES = list(TREND_COLOURS)


def plot_trends(
    *,
    points_paths: list[str],
    trends_paths: list[str],
    summaries_paths: list[str],
    elevation_path: str | None,
    figure_path: str,
    tracks: list[str],
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Draw one panel per track with the share of each class in its title."""
    layout = MapLayout.of_area(bounds_m, crs, len(tracks), legend_px=92)
    elevation = (
        read_for_figure(elevation_path, layout.grid, Resampling.cubic) if elevation_path else None
    )
    tables = [
        read_points_with(points, TRENDS, trends, [TREND])
        for points, trends in zip(points_paths, trends_paths, strict=True)
    ]
    codes = [np.minimum(table[TREND].to_numpy(dtype=np.int64), 2) for table in tables]
    titles = [f"{track}: {_shares(code)}" for track, code in zip(tracks, codes, strict=True)]
    maps = map_figure(layout, f"{study_area_name}: trends of displacement", titles, elevation)
    # One size of dots in all panels, or the sparser track would look the denser.
    radius = dot_radius_px(max(map(len, tables)), layout.grid)
    for axes, table, code in zip(maps.axes, tables, codes, strict=True):
        if table.empty:
            say_none(axes, "no points")
            continue
        image = commonest_per_pixel(
            table[X].to_numpy(), table[Y].to_numpy(), code, len(CLASSES), layout.grid, radius
        )
        draw_classes(axes, layout, image, list(TREND_COLOURS.values()))
    handles = [Patch(facecolor=colour, label=name) for name, colour in TREND_COLOURS.items()]
    strip_legend(maps, handles, columns=len(handles))
    remarks = ["Most frequent class of the points in each pixel. No colour: no point."]
    if unclear := tracks_without_season(summaries_paths):
        remarks.append(f"Season not separable, may pass for a bend: {', '.join(unclear)}.")
    note(maps, "\n".join(remarks))
    write_figure(figure_path, maps.figure)


def _shares(codes: np.ndarray) -> str:
    """Shares of the classes in words."""
    if codes.size == 0:
        return "no points"
    shares = np.bincount(codes, minlength=len(CLASSES)) / codes.size
    return ", ".join(f"{share:.0%} {name}" for name, share in zip(CLASSES, shares, strict=True))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_trends(
            points_paths=list(snakemake.input.points),
            trends_paths=list(snakemake.input.trends),
            summaries_paths=list(snakemake.input.summaries),
            elevation_path=snakemake.input.get("elevation"),
            figure_path=snakemake.output.figure,
            tracks=snakemake.params.tracks,
            study_area_name=snakemake.params.study_area_name,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
        )
