"""Two lines with a break: where it may be, what they explain, and how they differ there."""

import numpy as np

from hotslope.compiled import compiled
from hotslope.motion.designs import Design
from hotslope.motion.missing_epochs import SINGULAR


@compiled
def last_before_breaks(seen: np.ndarray, segment: int, neighbour: np.ndarray) -> None:
    """Write the last observed epoch before each break, -1 where no break is allowed."""
    n = len(seen)
    total = 0
    for i in range(n):
        total += seen[i]
    before = 0
    last = -1
    for i in range(n):
        b = i - segment
        if 0 <= b < len(neighbour):
            enough = before >= segment and total - before >= segment
            neighbour[b] = last if seen[i] and enough else -1
        if seen[i]:
            before += 1
            last = i


@compiled
def explained(
    dots: np.ndarray, squares: np.ndarray, cross: np.ndarray, b: int
) -> tuple[float, float]:
    """Return what kink and jump of a break explain, and their normal matrix' determinant.

    Parameters
    ----------
    dots, squares : ndarray, shape (1 + 2 * breaks,)
        Dot products of a series with the columns of `Design.extra`, and their squared lengths.
    cross : ndarray, shape (breaks,)
        Dot product of kink and jump at each break.
    b : int
        The break.

    Returns
    -------
    gain, determinant : float
        Part of the residual sum of squares; both 0 where kink and jump are not independent.
    """
    breaks = len(cross)
    kink, jump = dots[1 + b], dots[1 + breaks + b]
    first, second = squares[1 + b], squares[1 + breaks + b]
    determinant = first * second - cross[b] * cross[b]
    if determinant <= SINGULAR:
        return 0.0, 0.0
    gain = (second * kink**2 - 2.0 * cross[b] * kink * jump + first * jump**2) / determinant
    return gain, determinant


@compiled
def _along(
    pair: tuple[float, float, float], a: tuple[float, float], b: tuple[float, float]
) -> float:
    """Dot product of two vectors given by coefficients of kink and jump."""
    return pair[0] * a[0] * b[0] + pair[1] * a[1] * b[1] + pair[2] * (a[0] * b[1] + a[1] * b[0])


@compiled
def _beside(
    pair: tuple[float, float, float],
    dots: tuple[float, float],
    one: tuple[float, float],
    other: tuple[float, float],
) -> tuple[float, float]:
    """Signed root of what vector `one` explains beside `other`, and its length beside it."""
    length = _along(pair, one, one)
    value = one[0] * dots[0] + one[1] * dots[1]
    rest = _along(pair, other, other)
    if rest > 0.0:
        share = _along(pair, one, other) / rest
        length -= share * share * rest
        value -= share * (other[0] * dots[0] + other[1] * dots[1])
    if length <= SINGULAR * _along(pair, one, one):
        return 0.0, 1.0
    return value / np.sqrt(length), np.sqrt(length)


@compiled
def compare_lines(
    b: int, previous: int, dots: np.ndarray, squares: np.ndarray, cross: np.ndarray, design: Design
) -> tuple[float, float, float, float]:
    """Compare the two lines at a break.

    Parameters
    ----------
    b, previous : int
        The break, and the last observed epoch before it.
    dots, squares, cross : ndarray
        As in `explained`.
    design : Design
        Of all epochs.

    Returns
    -------
    jump, jump_length, gap, turn : float
        As in `trend_models.fit_series`.
    """
    breaks = len(cross)
    pair = squares[1 + b], squares[1 + breaks + b], cross[b]
    found = dots[1 + b], dots[1 + breaks + b]
    jump = design.jump_along[b], design.jump_length[b]
    before = design.time[previous]
    after = design.time[design.min_segment_epochs + b]
    gaps = np.empty(2)
    for side, time in enumerate((before, after)):
        shift = design.middle[b] - time
        meeting = design.kink_length[b] + shift * jump[0], shift * jump[1]
        gaps[side] = _beside(pair, found, jump, meeting)[0]
    # lines that cross between the epochs beside the break meet there
    gap = min(abs(gaps[0]), abs(gaps[1])) if gaps[0] * gaps[1] > 0.0 else 0.0
    shift = design.middle[b] - 0.5 * (before + after)
    kink = design.kink_length[b] + shift * jump[0], shift * jump[1]
    size, length = _beside(pair, found, jump, kink)
    return size, length, gap, _beside(pair, found, kink, jump)[0]
