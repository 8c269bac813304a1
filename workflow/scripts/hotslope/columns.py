"""Names of table columns that more than one stage reads."""

import datetime as dt
import re

POINT_ID = "point_id"
X = "x_m"
Y = "y_m"
VELOCITY = "velocity_mm_yr"
HEIGHT = "height_m"
COHERENCE = "coherence"
TREND = "trend"
CANDIDATE_ID = "candidate_id"

#: Length of the year in rates per year and in annual terms.
DAYS_PER_YEAR = 365.25

#: Trend classes of Berti et al. (2013); the code is the position. Code -1 is no class: noise and
#: motion are not separable in the series.
TREND_NAMES = (
    "uncorrelated",
    "linear",
    "quadratic",
    "bilinear",
    "discontinuous, constant velocity",
    "discontinuous, changed velocity",
)

#: Groups of trend classes in products for readers; the last are points of code -1.
TREND_GROUPS = ("uncorrelated", "linear", "non-linear", "not separable")

#: How a track sees a cell; the code in ``{track}_visibility.tif`` is the position.
VISIBILITY_NAMES = ("visible", "layover", "shadow")

_EPOCH = re.compile(r"^d_(\d{8})$")


def epoch_column(date: dt.date) -> str:
    """Return the displacement column of an acquisition date: ``d_YYYYMMDD``."""
    return f"d_{date:%Y%m%d}"


def epoch_columns(names: list[str]) -> list[str]:
    """Return the displacement columns among `names`, in their order."""
    return [name for name in names if _EPOCH.match(name)]


def epoch_date(name: str) -> dt.date:
    """Return the acquisition date of a displacement column."""
    match = _EPOCH.match(name)
    if match is None:
        raise ValueError(f"{name!r} is no displacement column d_YYYYMMDD")
    return dt.datetime.strptime(match[1], "%Y%m%d").date()
