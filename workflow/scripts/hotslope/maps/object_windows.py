"""Windows round objects that are shown by themselves."""

import shapely

#: Edge of the smallest window round an example, m, and margin as a share of the object.
SMALLEST_WINDOW_M = 500.0
MARGIN = 0.5


def window_round(geometry: shapely.Geometry) -> tuple[float, float, float, float]:
    """Square window round an object: left, bottom, right, top, m."""
    left, bottom, right, top = shapely.bounds(geometry)
    edge = max((1 + 2 * MARGIN) * max(right - left, top - bottom), SMALLEST_WINDOW_M)
    x, y = (left + right) / 2, (bottom + top) / 2
    return x - edge / 2, y - edge / 2, x + edge / 2, y + edge / 2
