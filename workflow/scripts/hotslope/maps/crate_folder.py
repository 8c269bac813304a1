"""The folder of results as a crate: its metadata, and a copy of the workflow."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotslope.files import write_json
from hotslope.maps.crate import run_crate


def write_crate(
    manifest: Mapping[str, Any],
    citation: dict[str, Any],
    project: Path,
    project_parts: Sequence[str],
    crate_path: str,
    workflow_folder: str,
) -> None:
    """Write the crate's metadata into the folder of results, which becomes the crate.

    Parameters
    ----------
    manifest : mapping
        Content of ``results/manifest.json``.
    citation : dict
        Content of ``CITATION.cff``.
    project : Path
        Root of the project.
    project_parts : sequence of str
        Files and folders in it; those that are there are copied.
    crate_path : str
        ``ro-crate-metadata.json`` in the folder of results.
    workflow_folder : str
        Where they are copied, within the folder of results.
    """
    folder = Path(workflow_folder)
    _copy_parts(project, project_parts, folder)
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    place = folder.relative_to(Path(crate_path).parent).as_posix()
    write_json(crate_path, run_crate(manifest, citation, place, now))


def _copy_parts(project: Path, parts: Sequence[str], folder: Path) -> None:
    """Copy the parts of the project that are there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in parts:
        source = project / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        elif source.exists():
            shutil.copyfile(source, folder / name)
