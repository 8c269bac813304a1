"""Projection of a whitened series on the columns of a design."""

import numpy as np

from hotslope.compiled import compiled
from hotslope.motion.designs import Design


@compiled
def dot(a: np.ndarray, b: np.ndarray) -> float:
    """Dot product, summed from first to last."""
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@compiled
def project(
    series: np.ndarray, design: Design, white: np.ndarray, dots: np.ndarray
) -> tuple[float, float]:
    """Whiten a series and reduce it to its residuals of the line, in `white`.

    Returns the dot product with the line and the residual sum of squares; `dots` receives
    the dot products with the columns of `design.extra`.
    """
    white[:] = 0.0
    for i in range(len(series)):
        value = series[i]
        for k in range(design.span[i, 0], design.span[i, 1]):
            white[k] += value * design.whiten[i, k]
    for k in range(design.base.shape[0]):
        along = dot(design.base[k], white)
        for i in range(len(white)):
            white[i] -= along * design.base[k, i]
    along = dot(design.line, white)
    line = 0.0
    for i in range(len(white)):
        white[i] -= along * design.line[i]
        line += white[i] * white[i]
    dots[:] = 0.0
    for i in range(len(white)):
        for k in range(len(dots)):
            dots[k] += white[i] * design.extra[i, k]
    return along, line
