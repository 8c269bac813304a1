"""The run as a Workflow Run RO-Crate: results, inputs, parameters, versions and the workflow."""

from hotslope.jobs import job_log

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotslope.files import write_json
from hotslope.maps.crate import run_crate


def export_crate(
    *,
    manifest_path: str,
    project_folder: str,
    project_parts: Sequence[str],
    crate_path: str,
    workflow_folder: str,
    citation: dict[str, Any],
) -> None:
    """Write the crate's metadata into the folder of results, which becomes the crate.

    `citation` is the content of ``CITATION.cff``; those of the files and folders `project_parts`
    that are there are copied to `workflow_folder`, within the folder of results.
    """
    manifest = json.loads(Path(manifest_path).read_text(encoding="utf-8"))
    _copy_workflow(Path(project_folder), project_parts, Path(workflow_folder))
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    place = Path(workflow_folder).relative_to(Path(crate_path).parent).as_posix()
    write_json(crate_path, run_crate(manifest, citation, place, now))


def _copy_workflow(project: Path, parts: Sequence[str], folder: Path) -> None:
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


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        export_crate(
            manifest_path=snakemake.input.manifest,
            project_folder=str(Path(snakemake.scriptdir).resolve().parents[1]),
            project_parts=snakemake.params.project_parts,
            crate_path=snakemake.output.crate,
            workflow_folder=snakemake.output.workflow,
            citation=snakemake.params.citation,
        )
