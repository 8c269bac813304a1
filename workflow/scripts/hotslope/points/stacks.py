"""Stacks of displacement GeoTIFFs, one per pair of dates, with layers of the same grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hotslope.points.cells import Block, collect_cells
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window
from hotslope.points.geotiffs import GeoTiff, layer
from hotslope.points.layouts import LINE_OF_SIGHT
from hotslope.points.pairs import chain_pairs, pair_from_name


@dataclass(frozen=True)
class Stack:
    """What a stack consists of.

    Parameters
    ----------
    pairs : sequence of str
        Rasters of displacement in metres, the two dates in their names.
    layers : mapping of str to str
        Schema column → raster.
    factors : mapping of str to float
        Schema column → factor to the schema's unit; 1 where absent.
    line_of_sight : str or None
        Raster of three bands: east, north and up, ground to sensor.
    mask : str or None
        Raster that is 0 where a cell is masked.
    """

    pairs: Sequence[str]
    layers: Mapping[str, str] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    line_of_sight: str | None = None
    mask: str | None = None

    def collect(self, window: Window, most: int | None = None) -> Collection:
        """Read the cells of the stack as points.

        Notes
        -----
        Where a raster has no no-data value of its own, exactly 0 in all rasters is left out
        as never measured. dolphin declares 0 as no-data, and a reference pixel is 0 too.
        """
        chain = chain_pairs([pair_from_name(path) for path in self.pairs], "points")
        grid = GeoTiff(chain.pairs[0].path).grid()
        rasters = [layer(pair.path, grid) for pair in chain.pairs]
        layers = {name: layer(path, grid) for name, path in self.layers.items()}
        los = None if self.line_of_sight is None else layer(self.line_of_sight, grid, 3)
        mask = None if self.mask is None else layer(self.mask, grid)

        def read(rows: slice, columns: slice) -> Block:
            steps = np.stack([raster.read(rows, columns) for raster in rasters])
            values = {
                name: raster.read(rows, columns) * self.factors.get(name, 1.0)
                for name, raster in layers.items()
            }
            if los is not None:
                for band, name in enumerate(LINE_OF_SIGHT, start=1):
                    values[name] = los.read(rows, columns, band)
            shown = None if mask is None else mask.read(rows, columns)
            return Block(chain.accumulate(steps * np.float32(1000.0)), values, shown)

        return collect_cells(grid, chain.dates, read, window, most, rasters[0].chunk_rows)
