"""Move what earlier runs left in the results folder to results/outdated/: `make tidy`.

Files are moved that results/manifest.json names as left over, and no others. Plain Python.
"""

import json
import sys
from pathlib import Path

RESULTS = Path("results")


def tidy_results(results: Path = RESULTS) -> list[tuple[Path, Path]]:
    """Move the files that the manifest names as left over.

    Parameters
    ----------
    results : Path
        The folder of results; paths in its manifest start with its name.

    Returns
    -------
    list of (Path, Path)
        Where each file was, and where it is now.
    """
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    moved = []
    for name in manifest["left_over"]:
        inside = Path(name).relative_to("results")
        if ".." in inside.parts:
            raise ValueError(f"results/manifest.json names {name!r}, outside its folder")
        source, target = results / inside, results / "outdated" / inside
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            moved.append((source, _unused(target)))
            source.rename(moved[-1][1])
    return moved


def _unused(path: Path) -> Path:
    """Return the path, or the first with a number before its suffix that is free."""
    numbered = (path.with_name(f"{path.stem}_{number}{path.suffix}") for number in range(2, 10_000))
    return next(each for each in [path, *numbered] if not each.exists())


if __name__ == "__main__":
    if not (RESULTS / "manifest.json").exists():
        sys.exit("hotslope: no results/manifest.json: run the workflow first")
    for old, new in tidy_results():
        print(f"{old} -> {new}")
