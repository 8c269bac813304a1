"""Sizes of the benchmark, for processes that load nothing else."""

import math

#: Zhang et al. (2023): points of the descending track, and the sides of the study area, m.
TRACK_POINTS = 930_193
AREA_M = (117_000.0, 30_000.0)
ORIGIN_M = (650_000.0, 3_950_000.0)
#: Series and epochs of both tracks.
TRACKS = {"descending": (TRACK_POINTS, 39), "ascending": (811_419, 37)}
#: Points and epochs of one export of the European Ground Motion Service.
EGMS_POINTS, EGMS_EPOCHS = 141_108, 300
CELL_M = 12.5
RADIUS_M = 200.0
#: Side of the square tiles in which the growth of the density is measured: 30 km.
TILE_CELLS = 2_400
SEED = 4951
#: Points of the call that loads compiled code before a warm one.
FEW = 2_000
#: Series that the loop over series does; its time for all is extrapolated from them.
SAMPLE = 300


def extent_m(number: int) -> tuple[float, float, float, float]:
    """Bounds of an area that holds so many points at the density of the track."""
    scale = math.sqrt(number / TRACK_POINTS)
    width, height = (math.ceil(side * scale / CELL_M) * CELL_M for side in AREA_M)
    left, bottom = ORIGIN_M
    return left, bottom, left + width, bottom + height
