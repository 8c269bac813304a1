"""The guard around every script: one log per job, one message per user error."""

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotslope.errors import InputError

logger = logging.getLogger("hotslope")


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
