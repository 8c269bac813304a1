"""The guard around every script: one log per job, one message per user error.

Scripts import it before all else: a job of Snakemake keeps the garbage collector off while it
loads its modules. Results do not depend on the environment: data of another program's PROJ and
GDAL are not used, and the locale is that of C.
"""

import errno
import gc
import locale
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

from hotslope.errors import InputError

logger = logging.getLogger("hotslope")

#: Whether this process is a job: Snakemake gives the main module of one a global that knows the
#: job's log (a notebook that imports Snakemake has its package under the same name).
IN_JOB = hasattr(getattr(sys.modules["__main__"], "snakemake", None), "log")

#: Variables by which a program tells PROJ and GDAL where its own data are.
DATA_VARIABLES = ("PROJ_DATA", "PROJ_LIB", "GDAL_DATA")
#: What is wrong with the machine, by the error of the system and by words of libraries that do
#: not pass its number on.
_MACHINE = {
    errno.ENOSPC: ("No space left on device", "the disk is full", "Free some space"),
    errno.EDQUOT: ("Disk quota exceeded", "the disk quota is used up", "Free some space"),
    errno.EROFS: (
        "Read-only file system",
        "the file system is read-only",
        "Work in a folder that can be written",
    ),
    errno.EACCES: (
        "Permission denied",
        "permission is denied",
        "Change the permissions, or work in another folder",
    ),
    errno.EMFILE: (
        "Too many open files",
        "too many files are open",
        "Raise the limit (ulimit -n), or use fewer cores",
    ),
}


def use_own_data() -> None:
    """Leave PROJ and GDAL their own data, and let C functions compare text as in English.

    In a Turkish locale lower-case I is not i, so that GDAL does not know its own keywords.
    """
    for name in DATA_VARIABLES:
        place = os.environ.get(name)
        if place and not Path(place).resolve().is_relative_to(Path(sys.prefix).resolve()):
            del os.environ[name]
    for name in ("C.UTF-8", "C"):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        os.environ["LC_ALL"] = name
        break


if IN_JOB:
    gc.disable()
    use_own_data()


@contextmanager
def job_log(path: str) -> Iterator[None]:
    """Send log records, warnings and tracebacks of a job to its log file.

    An `InputError` becomes one line in the log and on the terminal, and exit code 1, and so does
    a fault of the machine (full disk, missing permission).

    Parameters
    ----------
    path : str
        Log file of the job; its folder is made if needed.

    Raises
    ------
    SystemExit
        With code 1 where the job raised an `InputError`, or the machine is at fault.
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
        _tell(str(error))
        raise SystemExit(1) from None
    except Exception as error:
        fault = machine_fault(error)
        if fault is not None:
            _tell(fault)
            raise SystemExit(1) from None
        logger.exception("unexpected error: please report it with this log")
        raise
    finally:
        root.removeHandler(handler)
        handler.close()


def unescaped(parameter: Any) -> Any:
    """Return a parameter as the config gives it, where its rule escapes markup in it.

    Parameters
    ----------
    parameter : dict, list, str or other
        Nested texts, escaped because Snakemake writes parameters into its report as they are.

    Returns
    -------
    dict, list, str or other
    """
    if isinstance(parameter, dict):
        return {unescaped(name): unescaped(item) for name, item in parameter.items()}
    if isinstance(parameter, (list, tuple)):
        return [unescaped(item) for item in parameter]
    return unescape(parameter) if isinstance(parameter, str) else parameter


def machine_fault(error: Exception) -> str | None:
    """Return what is wrong with the machine in one sentence; None where something else is."""
    for number, (words, problem, remedy) in _MACHINE.items():
        if getattr(error, "errno", None) == number or words in str(error):
            return f"{problem} ({error}). {remedy}, and run the same command again."
    if isinstance(error, MemoryError):
        return f"memory ran out ({error}). Use fewer cores, or a smaller scale.strip_memory_mb."
    return None


def _tell(sentence: str) -> None:
    logger.error("%s", sentence)
    print(f"\nhotslope: {sentence}\n", file=sys.stderr)
