"""Figure: line-of-sight velocity of every track."""

from hotslope.jobs import job_log

import numpy as np
from rasterio.enums import Resampling

from hotslope.columns import VELOCITY, X, Y
from hotslope.files import write_figure
from hotslope.maps.layout import MapLayout
from hotslope.maps.panels import colour_bar, draw_image, map_figure, note, say_none
from hotslope.maps.pixels import dot_radius_px, mean_per_pixel
from hotslope.maps.scales import symmetric_limit
from hotslope.maps.style import AWAY_TEXT, DIVERGING, TOWARD_TEXT
from hotslope.points.tables import POINTS
from hotslope.rasters import read_for_figure

#: The scale reaches this share of the points; the fastest few go on in the end colours.
SCALE_SHARE = 0.99


def plot_velocity(
    *,
    points_paths: list[str],
    elevation_path: str | None,
    figure_path: str,
    tracks: list[str],
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Draw one panel per track, all on one scale."""
    layout = MapLayout.of_area(bounds_m, crs, len(tracks), legend_px=134)
    elevation = (
        read_for_figure(elevation_path, layout.grid, Resampling.cubic) if elevation_path else None
    )
    points = [POINTS.read(path, [X, Y, VELOCITY]) for path in points_paths]
    limit = symmetric_limit(np.concatenate([table[VELOCITY] for table in points]), SCALE_SHARE)
    titles = [
        f"{track}: {len(table):,} points" for track, table in zip(tracks, points, strict=True)
    ]
    maps = map_figure(layout, f"{study_area_name}: line-of-sight velocity", titles, elevation)
    # One size of dots in all panels, or the sparser track would look the denser.
    radius = dot_radius_px(max(map(len, points)), layout.grid)
    for axes, table in zip(maps.axes, points, strict=True):
        if table.empty:
            say_none(axes, "no points")
            continue
        x_m, y_m, velocity = (table[name].to_numpy() for name in (X, Y, VELOCITY))
        image = mean_per_pixel(x_m, y_m, velocity, layout.grid, radius)
        draw_image(axes, layout, image, DIVERGING, -limit, limit)
    colour_bar(
        maps,
        DIVERGING,
        -limit,
        limit,
        "line-of-sight velocity (mm/yr)",
        ends=(AWAY_TEXT, TOWARD_TEXT),
        extend="both",
    )
    note(maps, "Mean of the points in each pixel. No colour: no point, which does not mean stable.")
    write_figure(figure_path, maps.figure)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_velocity(
            points_paths=list(snakemake.input.points),
            elevation_path=snakemake.input.get("elevation"),
            figure_path=snakemake.output.figure,
            tracks=snakemake.params.tracks,
            study_area_name=snakemake.params.study_area_name,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
        )
