"""Figure: signed kernel density of hot spots of every track."""

from hotslope.jobs import job_log

import numpy as np
from rasterio.enums import Resampling

from hotslope.files import write_figure
from hotslope.maps.layout import MapLayout
from hotslope.maps.panels import colour_bar, draw_image, map_figure, note, say_none
from hotslope.maps.scales import symmetric_limit
from hotslope.maps.style import AWAY_TEXT, DIVERGING, TOWARD_TEXT
from hotslope.rasters import read_for_figure

#: The scale reaches this share of the cells.
SCALE_SHARE = 0.995
#: The raster holds z per square metre, the figure z per square kilometre.
PER_KM2 = 1e6
#: The relief shines through.
OPACITY = 0.85


def plot_density(
    *,
    density_paths: list[str],
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
    images = []
    for path in density_paths:
        density = PER_KM2 * read_for_figure(path, layout.grid, Resampling.average)
        # Exactly zero: no evaluated point within the radius.
        images.append(np.where(density == 0, np.nan, density))
    limit = symmetric_limit(np.concatenate([image.ravel() for image in images]), SCALE_SHARE)
    maps = map_figure(
        layout, f"{study_area_name}: density of hot and cold spots", tracks, elevation
    )
    for axes, image in zip(maps.axes, images, strict=True):
        if np.isnan(image).all():
            say_none(axes, "no points")
        draw_image(axes, layout, image, DIVERGING, -limit, limit, opacity=OPACITY)
    colour_bar(
        maps,
        DIVERGING,
        -limit,
        limit,
        "density of Gi* (z per km²)",
        ends=(AWAY_TEXT, TOWARD_TEXT),
        extend="both",
        opacity=OPACITY,
    )
    note(maps, "Quartic kernel over the z scores of points. No colour: no point within the radius.")
    write_figure(figure_path, maps.figure)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_density(
            density_paths=list(snakemake.input.density),
            elevation_path=snakemake.input.get("elevation"),
            figure_path=snakemake.output.figure,
            tracks=snakemake.params.tracks,
            study_area_name=snakemake.params.study_area_name,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
        )
