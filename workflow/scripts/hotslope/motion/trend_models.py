"""Least-squares fits of the trend models to many series: residual sums of squares only."""

import numpy as np

from hotslope.compiled import compiled
from hotslope.motion.breaks import compare_lines, explained
from hotslope.motion.designs import Design
from hotslope.motion.missing_epochs import SINGULAR
from hotslope.motion.reduction import make_room, reduce_series

#: Columns of what `fit_series` returns.
MEAN, LINE, QUADRATIC, BROKEN, JUMP, JUMP_LENGTH, GAP, TURN, DIMENSIONS = range(9)
COLUMNS = 9
#: Residuals below this share of the signal's own variance are rounding, not noise.
ROUNDING = 1e-10


@compiled
def fit_series(displacement: np.ndarray, rows: np.ndarray, design: Design, out: np.ndarray) -> None:
    """Fit all models to series.

    Parameters
    ----------
    displacement : ndarray, shape (series, epochs)
        Displacements, mm; anything not finite is missing.
    rows : ndarray, shape (part,)
        Rows to fit; each has a value.
    design : Design
        Of the epochs.
    out : ndarray, shape (series, 9), float64
        Receives, per row: whitened residual sums of squares (mm²) of the mean, the line, the
        quadratic and the best two lines; the jump coefficient at the best break, and the
        length that turns it into mm; what a gap between the lines, and a change of slope,
        explain beside all other terms (square roots, mm); and the number of dimensions that
        the residuals with no model have. No possible break: infinity, zeros.
    """
    room = make_room(design)
    for row in rows:
        along, spread, line, _, rank = reduce_series(displacement, row, design, room)
        mean = line + along**2 / spread
        rounding = ROUNDING * mean + 1e-300
        square = room.dots[0] ** 2 / room.squares[0] if room.squares[0] > SINGULAR else 0.0
        out[row, MEAN] = mean
        out[row, LINE] = max(line, rounding)
        out[row, QUADRATIC] = max(line - square, rounding)
        out[row, DIMENSIONS] = len(design.line) - rank
        best, most = -1, -1.0
        for b in range(len(room.previous)):
            if room.previous[b] >= 0:
                gain = explained(room.dots, room.squares, room.cross, b)[0]
                if gain > most:
                    best, most = b, gain
        out[row, BROKEN] = np.inf
        out[row, JUMP : TURN + 1] = 0.0
        out[row, JUMP_LENGTH] = 1.0
        if best >= 0:
            out[row, BROKEN] = max(line - most, rounding)
            out[row, JUMP], out[row, JUMP_LENGTH], out[row, GAP], out[row, TURN] = compare_lines(
                best, room.previous[best], room.dots, room.squares, room.cross, design
            )
