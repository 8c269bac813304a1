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
    jobs: list[dict[str, Any]],
    rules: dict[str, str],
    inputs: list[dict[str, Any]],
    offered: list[str],
    settings: dict[str, Any],
    requirements_path: str,
    project_path: str,
    manifest_path: str,
) -> None:
    """Write the manifest; files that the one before it lists and this run does not are left over.

    `jobs`, `rules`, `inputs` and `settings` are as the driver knows them; `offered` are results
    that are made on demand.
    """
    previous = _read_previous(Path(manifest_path))
    results = [
        {"path": path, "rule": job["rule"], "parameters": job["parameters"], **describe_path(path)}
        for job in jobs
        for path in job["outputs"]
    ]
    made = {job["rule"] for job in jobs}
    write_json(
        manifest_path,
        {
            "version": 1,
            "software": _software(requirements_path, project_path),
            "settings": settings,
            "inputs": [_input(each) for each in inputs],
            "rules": {name: text for name, text in rules.items() if name in made},
            "results": sorted(results, key=lambda result: result["path"]),
            "left_over": left_over(previous, {result["path"] for result in results}, offered),
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
        return {"name": described["name"], **describe_path(described["name"])}
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
            jobs=snakemake.params.jobs,
            rules=snakemake.params.rules,
            inputs=snakemake.params.inputs,
            offered=snakemake.params.offered,
            settings=snakemake.params.settings,
            requirements_path=snakemake.input.requirements,
            project_path=snakemake.input.project,
            manifest_path=snakemake.output.manifest,
        )
