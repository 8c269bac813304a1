"""The study area as every map figure shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rasterio.enums import Resampling

from hotslope.maps.layout import MapLayout
from hotslope.maps.panels import LONGEST_TITLE, MapFigure, map_figure
from hotslope.maps.titles import figure_title
from hotslope.rasters import read_for_figure


@dataclass(frozen=True)
class FigureArea:
    """Name, extent and ground of the study area.

    Parameters
    ----------
    name : str
        Begins the title of each figure; shortened where it is long.
    bounds_m : sequence of float
        Left, bottom, right and top in the project CRS, m.
    crs : str
        Project CRS.
    elevation_path : str or None
        Raster of elevation (m), shaded below everything else; None without a DEM.
    """

    name: str
    bounds_m: Sequence[float]
    crs: str
    elevation_path: str | None

    def start(self, subject: str, panel_titles: Sequence[str], legend_px: int) -> MapFigure:
        """Start a figure with one panel per title above a strip of `legend_px` pixels."""
        layout = MapLayout.of_area(self.bounds_m, self.crs, len(panel_titles), legend_px)
        elevation = (
            read_for_figure(self.elevation_path, layout.grid, Resampling.cubic)
            if self.elevation_path
            else None
        )
        title = figure_title(self.name, subject, LONGEST_TITLE)
        return map_figure(layout, title, panel_titles, elevation)
