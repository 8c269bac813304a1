"""The guard around every script: one log per job, one message per user error, a quick end.

Scripts import it before all else: a job of Snakemake keeps the garbage collector off while it
loads its modules, and ends without taking them apart. Neither changes what it makes.
"""

import atexit
import gc
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotslope.errors import InputError

logger = logging.getLogger("hotslope")

#: Whether this process is a job: Snakemake gives the main module of one a global that knows the
#: job's log (a notebook that imports Snakemake has its package under the same name).
IN_JOB = hasattr(getattr(sys.modules["__main__"], "snakemake", None), "log")

if IN_JOB:
    gc.disable()


@contextmanager
def job_log(path: str) -> Iterator[None]:
    """Send log records, warnings and tracebacks of a job to its log file.

    An `InputError` becomes one line in the log and on the terminal, and exit code 1. A job of
    Snakemake ends with the block: what follows it is not run.

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
    # Modules stay until the end, so no collection need look through them.
    gc.freeze()
    gc.enable()
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
    if IN_JOB:
        _end()


def _end() -> None:
    """End the process with code 0: the system frees at once what Python would object by object.

    What was registered to be done at the end (temporary files, pools) is done.
    """
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
