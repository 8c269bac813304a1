"""Metadata of a Workflow Run RO-Crate, from a manifest of results.

Profiles: RO-Crate 1.1, Workflow RO-Crate 1.0, Process and Workflow Run Crate 0.5
(https://www.researchobject.org/workflow-run-crate/). Nothing here is about landslides: any
Snakemake workflow with such a manifest can be described.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from rocrate.model import ComputationalWorkflow, ContextEntity, Dataset, File
from rocrate.rocrate import ROCrate

from hotslope.maps.manifest import flat_settings, parts_of_inputs

_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
_BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
_CRATE = "https://w3id.org/ro/crate/1.1"
#: Terms of the Workflow Run Crate that the context of RO-Crate 1.1 lacks.
_TERMS = {
    "sha256": "https://w3id.org/ro/terms/workflow-run#sha256",
    "environment": "https://w3id.org/ro/terms/workflow-run#environment",
}
_FORMATS = {
    ".parquet": "application/vnd.apache.parquet",
    ".gpkg": "application/geopackage+sqlite3",
    ".tif": "image/tiff",
    ".csv": "text/csv",
    ".json": "application/json",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".txt": "text/plain",
    ".qgz": "application/zip",
}


def run_crate(
    manifest: Mapping[str, Any], citation: Mapping[str, Any], workflow_place: str, date: str
) -> dict[str, Any]:
    """Return the JSON-LD of a run.

    Parameters
    ----------
    manifest : mapping
        Content of ``results/manifest.json``; paths of its results begin with the folder that
        becomes the crate.
    citation : mapping
        Content of ``CITATION.cff``.
    workflow_place : str
        Folder of the workflow within the crate.
    date : str
        When the crate is made, ISO 8601.

    Returns
    -------
    dict
        To be written as ``ro-crate-metadata.json``.
    """
    crate = ROCrate(version="1.1")
    root = crate.root_dataset
    area = manifest["settings"].get("study_area", {}).get("name", "a study area")
    root["name"] = f"Results of {citation['title']}: {area}"
    root["description"] = (
        f"One run of {citation['title']} {citation['version']} on {area}: "
        f"{len(manifest['results'])} results with their rules, parameters and checksums."
    )
    root["datePublished"] = date
    root["license"] = crate.add(
        ContextEntity(
            crate,
            "#licence",
            {
                "@type": "CreativeWork",
                "name": "No licence is stated",
                "description": "Ask whoever gave you these results what you may do with them.",
            },
        )
    )
    root["conformsTo"] = [_creative_work(crate, url, *about) for url, about in _PROFILES.items()]
    crate.metadata["conformsTo"] = [{"@id": _CRATE}, {"@id": list(_PROFILES)[2]}]
    authors = _one_or_all([_author(crate, author) for author in citation["authors"]])
    root["author"] = authors
    workflow = _workflow(crate, manifest, citation, workflow_place, authors)
    parameters = [_parameter(crate, *item) for item in flat_settings(manifest["settings"])]
    inputs = [_input(crate, part) for part in parts_of_inputs(manifest["inputs"])]
    outputs = [_result(crate, result, manifest["rules"]) for result in manifest["results"]]
    page = crate.add(
        File(crate, dest_path="README.md", properties={"encodingFormat": "text/markdown"})
    )
    page["name"], page["about"] = "What every file holds", root
    action = crate.add(
        ContextEntity(
            crate,
            "#run",
            {
                "@type": "CreateAction",
                "name": f"Run of {citation['title']} {citation['version']}",
                "endTime": date,
                "description": "Every rule of the workflow, from the inputs to the results.",
                "actionStatus": "http://schema.org/CompletedActionStatus",
            },
        )
    )
    action["instrument"] = workflow
    action["object"] = [*inputs, *parameters]
    action["result"] = outputs
    action["agent"] = authors
    root["mentions"] = action
    crate.metadata.extra_terms.update(_TERMS)
    return crate.metadata.generate()


def _workflow(
    crate: ROCrate,
    manifest: Mapping[str, Any],
    citation: Mapping[str, Any],
    place: str,
    authors: Any,
) -> ComputationalWorkflow:
    """Add the workflow, its language and the programs that it ran with."""
    software = manifest["software"]
    crate.add(Dataset(crate, dest_path=f"{place}/", properties={"name": "the workflow"}))
    language = crate.add(
        ContextEntity(
            crate,
            "#snakemake",
            {
                "@type": "ComputerLanguage",
                "name": "Snakemake",
                "alternateName": "Snakemake",
                "identifier": {"@id": "https://doi.org/10.1093/bioinformatics/bts480"},
                "url": {"@id": "https://snakemake.readthedocs.io"},
                "version": software["packages"].get("snakemake", "unknown"),
            },
        )
    )
    programs = {"python": software["python"], **software["packages"]}
    needed = [
        crate.add(
            ContextEntity(
                crate,
                f"pkg:{'generic' if name == 'python' else 'pypi'}/{name}@{version}",
                {"@type": "SoftwareApplication", "name": name, "version": version},
            )
        )
        for name, version in programs.items()
    ]
    workflow = crate.add(
        ComputationalWorkflow(
            crate,
            dest_path=f"{place}/Snakefile",
            properties={
                "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
                "conformsTo": {"@id": _BIOSCHEMAS},
                "encodingFormat": "text/x-snakemake",
                "name": citation["title"],
                "version": citation["version"],
                "license": f"https://spdx.org/licenses/{citation['license']}",
            },
        )
    )
    workflow["programmingLanguage"] = language
    workflow["author"] = authors
    workflow["softwareRequirements"] = needed
    crate.root_dataset["mainEntity"] = workflow
    return workflow


def _one_or_all(entities: list[Any]) -> Any:
    """Return a list, or its one member: RO-Crate wants no lists of one."""
    return entities[0] if len(entities) == 1 else entities


def _creative_work(crate: ROCrate, url: str, name: str, version: str) -> ContextEntity:
    about = {"@type": "CreativeWork", "name": name, "version": version}
    return crate.add(ContextEntity(crate, url, about))


def _author(crate: ROCrate, author: Mapping[str, str]) -> ContextEntity:
    """Add a person, or people who go by one name."""
    if "name" in author:
        about, name = {"@type": "Organization", "name": author["name"]}, author["name"]
    else:
        name = f"{author['given-names']} {author['family-names']}"
        about = {"@type": "Person", "name": name}
    identifier = author.get("orcid") or f"#author-{name.replace(' ', '-')}"
    return crate.add(ContextEntity(crate, identifier, about))


def _parameter(crate: ROCrate, key: str, value: Any) -> ContextEntity:
    text = value if isinstance(value, (str, int, float, bool)) else repr(value)
    about = {"@type": "PropertyValue", "name": key, "value": text}
    return crate.add(ContextEntity(crate, f"#parameter-{key.replace(' ', '-')}", about))


def _input(crate: ROCrate, part: Mapping[str, Any]) -> ContextEntity:
    """Add an input, which is outside the crate and known by its name and content.

    By content alone, inputs that are alike (copies, empty files) would be one.
    """
    about = {
        "@type": "CreativeWork",
        "name": part["name"],
        "contentSize": str(part["bytes"]),
        "sha256": part["sha256"],
    }
    known = hashlib.sha256(f"{part['name']}\n{part['sha256']}".encode()).hexdigest()
    return crate.add(ContextEntity(crate, f"#input-{known[:16]}", about))


def _result(crate: ROCrate, result: Mapping[str, Any], rules: Mapping[str, str]) -> Any:
    """Add a file or folder of the results."""
    place = result["path"].partition("/")[2]
    about = {
        "name": place,
        "description": rules[result["rule"]],
        "contentSize": str(result["bytes"]),
        "sha256": result["sha256"],
    }
    if "files" in result:
        return crate.add(Dataset(crate, dest_path=f"{place}/", properties=about))
    suffix = f".{place.rpartition('.')[2]}"
    about["encodingFormat"] = _FORMATS.get(suffix, "application/octet-stream")
    return crate.add(File(crate, dest_path=place, properties=about))
