"""Compiled functions whose machine code on disk is never older than the text it comes from.

numba keys the machine code that it keeps on the file of the compiled function alone. What that
function takes from other modules (functions that it calls, constants) is frozen into it, and an
edit there would go unseen. Here the folder of the machine code is named after a digest of the
texts of the function's module and of all modules of the package that it imports, directly or not.
"""

import hashlib
import inspect
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])

PACKAGE = Path(__file__).parent
#: Digests of a module whose machine code is kept, the latest: branches may be changed to and fro.
KEPT_DIGESTS = 4
# numba makes its settings while it is loaded, so that no type checker knows them.
_SETTINGS: Any = numba.config
_IMPORT = re.compile(r"^\s*(?:from|import)\s+hotslope((?:\.\w+)*)", re.MULTILINE)


def compiled(function: Function) -> Function:
    """Compile a function by numba at its first call, and keep the machine code on disk.

    Parameters
    ----------
    function : callable
        A function of a module of this package. It runs without Python's global lock.

    Returns
    -------
    callable
        The compiled function.

    Notes
    -----
    Machine code is kept in numba's `NUMBA_CACHE_DIR` where it is set, else in the package's
    ``__pycache__``, else (a package that may not be written) in the user's cache folder. Where
    none of them can be written, it is not kept, and each process compiles for itself.
    """
    folder = _machine_code_folder(Path(inspect.getfile(function)))
    if folder is None:
        return cast(Function, numba.njit(nogil=True)(function))
    with _kept_in(folder):
        return cast(Function, numba.njit(cache=True, nogil=True)(function))


@contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    """Make numba keep machine code in a folder: it looks there when a function is decorated."""
    before = _SETTINGS.CACHE_DIR
    _SETTINGS.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        _SETTINGS.CACHE_DIR = before


@cache
def _machine_code_folder(module: Path) -> Path | None:
    """Make the folder of a module's machine code; None where nothing can be written."""
    name = ".".join(module.relative_to(PACKAGE).with_suffix("").parts)
    for base in _bases():
        folder = base / f"{name}-{text_digest(module)}"
        try:
            is_new = not folder.exists()
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            if is_new:
                _drop_old(base, name)
            return folder
    return None


def _bases() -> Iterator[Path]:
    """Yield the folders in which machine code may be kept, the most wanted first."""
    if _SETTINGS.CACHE_DIR:
        yield Path(_SETTINGS.CACHE_DIR) / "hotslope"
    yield PACKAGE / "__pycache__" / "compiled"
    for variable, folder in (("XDG_CACHE_HOME", ""), ("HOME", ".cache")):
        if os.environ.get(variable):
            yield Path(os.environ[variable]) / folder / "hotslope" / "compiled"


def _drop_old(base: Path, name: str) -> None:
    """Remove the machine code of a module for all but its latest texts."""
    folders = [path for path in base.glob(f"{name}-*") if path.is_dir()]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[KEPT_DIGESTS:]:
        shutil.rmtree(folder, ignore_errors=True)


def text_digest(module: Path) -> str:
    """Digest the texts of a module and of all that it imports of the package.

    Parameters
    ----------
    module : Path
        A file of the package.

    Returns
    -------
    str
        16 hexadecimal digits. The versions of Python and numba enter too.
    """
    found, waiting = {module}, [module]
    while waiting:
        new = _imported(_text(waiting.pop())) - found
        found |= new
        waiting.extend(new)
    digest = hashlib.sha256(f"{sys.version} numba {numba.__version__}".encode())
    for file in sorted(found):
        digest.update(f"\n{file.relative_to(PACKAGE)}\n{_text(file)}".encode())
    return digest.hexdigest()[:16]


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _imported(text: str) -> set[Path]:
    """Files that a text imports from; all of a folder where it imports from a package.

    A line of prose that reads like an import adds a file, which does no harm.
    """
    found: set[Path] = set()
    for dotted in _IMPORT.findall(text):
        path = PACKAGE.joinpath(*dotted.split("."))
        if path.with_suffix(".py").is_file():
            found.add(path.with_suffix(".py"))
        elif path.is_dir():
            found |= set(path.glob("*.py"))
    return found
