"""How far a long loop is, told to the log of its job."""

import logging
import time
from collections.abc import Callable

logger = logging.getLogger("hotslope")

#: Seconds between two reports of progress; what takes less reports nothing.
REPORT_EVERY_S = 10.0


class Progress:
    """Tell the log of a job how far a long loop is, and how long the rest will take.

    Parameters
    ----------
    what : str
        What is counted, such as "points classified".
    total : float
        How much there is to do.
    clock : callable
        Seconds that never run back.

    Notes
    -----
    The rest is taken to go on at the pace so far. Reports are spaced in time, not in parts of
    the whole, so that short loops stay silent and long ones do not fill the log.
    """

    def __init__(
        self, what: str, total: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.what = what
        self.total = total
        self.done = 0.0
        self._clock = clock
        self._start = self._told = clock()

    def advance(self, amount: float = 1) -> None:
        """Count what was done since the last call; report it where a report is due."""
        self.done += amount
        now = self._clock()
        if self.done <= 0 or now - self._told < REPORT_EVERY_S:
            return
        self._told = now
        left_s = (now - self._start) / self.done * max(self.total - self.done, 0)
        share = 100 * min(self.done / self.total, 1) if self.total > 0 else 100
        logger.info("%s: %.0f %%, about %s left", self.what, share, duration(left_s))


def duration(seconds: float) -> str:
    """Write a duration for a person: "40 s", "3 min", "2 h 5 min"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
