"""What is in the results folder: every result, its rule, its parameters and its checksum."""

from hotslope.jobs import job_log

import json
import platform
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from hotslope.files import write_json
from hotslope.maps.manifest import describe_path, left_over, listed, pinned_names


def write_manifest(
    *,
    run_path: str,
    requirements_path: str,
    project_path: str,
    manifest_path: str,
) -> None:
    """Write the manifest; files that the one before it lists and this run does not are left over.

    `run_path` is the file in which the driver describes the run: `jobs`, `rules`, `inputs`,
    `settings`, and, as `offered`, results that are made on demand.
    """
    run = json.loads(Path(run_path).read_text(encoding="utf-8"))
    jobs = run["jobs"]
    previous = _read_previous(Path(manifest_path))
    results = [
        {"path": path, "rule": job["rule"], "parameters": job["parameters"], **describe_path(path)}
        for job in jobs
        for path in job["outputs"]
    ]
    paths = {result["path"] for result in results}
    made = {job["rule"] for job in jobs}
    write_json(
        manifest_path,
        {
            "version": 1,
            "software": _software(requirements_path, project_path),
            "settings": run["settings"],
            "inputs": [_input(each) for each in run["inputs"]],
            "rules": {name: text for name, text in run["rules"].items() if name in made},
            "results": sorted(results, key=lambda result: result["path"]),
            "left_over": left_over(previous, paths, run["offered"]),
        },
    )


def _read_previous(path: Path) -> list[str]:
    """List what an earlier manifest names; nothing where there is none that can be read."""
    try:
        return listed(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


def _input(described: dict[str, Any]) -> dict[str, Any]:
    """Describe an input; what a rule has made is measured now."""
    parts = described["parts"]
    if parts is None:
        return {"name": described["name"], **describe_path(described["path"])}
    names = ("name", "bytes", "sha256")
    if len(parts) == 1:
        return {**dict(zip(names, parts[0], strict=True)), "name": described["name"]}
    parts = [dict(zip(names, part, strict=True)) for part in parts]
    return {"name": described["name"], "parts": parts}


def _software(requirements_path: str, project_path: str) -> dict[str, Any]:
    """Versions of hotslope, Python and the packages of the workflow that are installed here."""
    project = tomllib.loads(Path(project_path).read_text(encoding="utf-8"))["project"]
    packages = {}
    for name in pinned_names(Path(requirements_path).read_text(encoding="utf-8")):
        try:
            packages[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "hotslope": project["version"],
        "python": platform.python_version(),
        "packages": packages,
    }


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        write_manifest(
            run_path=snakemake.params.run,
            requirements_path=str(
                Path(snakemake.scriptdir).resolve().parents[1] / "requirements.txt"
            ),
            project_path=str(Path(snakemake.scriptdir).resolve().parents[1] / "pyproject.toml"),
            manifest_path=snakemake.output.manifest,
        )
