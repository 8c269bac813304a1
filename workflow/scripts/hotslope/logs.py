"""The guard around every script: one log per job, one message per user error; progress."""

import gc
import logging
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hotslope.errors import InputError

logger = logging.getLogger("hotslope")

#: Seconds between two reports of progress; what takes less reports nothing.
REPORT_EVERY_S = 10.0


@contextmanager
def job_log(path: str) -> Iterator[None]:
    """Send log records, warnings and tracebacks of a job to its log file.

    An `InputError` becomes one line in the log and on the terminal, and exit code 1.

    Parameters
    ----------
    path : str
        Log file of the job; its folder is made if needed.

    Raises
    ------
    SystemExit
        With code 1 where the job raised an `InputError`.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.addHandler(handler)
    logger.setLevel(logging.INFO)
    warnings.simplefilter("default")
    # Modules stay until the end, so no collection need look through them: a tenth of some jobs.
    gc.freeze()
    try:
        yield
    except InputError as error:
        logger.error("%s", error)
        print(f"\nhotslope: {error}\n", file=sys.stderr)
        raise SystemExit(1) from None
    except Exception:
        logger.exception("unexpected error: please report it with this log")
        raise
    finally:
        root.removeHandler(handler)
        handler.close()


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
