"""Documentation of the results folder: the list of all files, how they were made, the crate."""

from hotslope.jobs import job_log

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hotslope.files import write_text
from hotslope.maps.crate_folder import write_crate
from hotslope.maps.file_contents import describe_contents
from hotslope.maps.manifest import flat_settings, parts_of_inputs
from hotslope.maps.pages import render_page
from hotslope.maps.results_page import results_page


def describe_results(
    *,
    manifest_path: str,
    project_folder: str,
    project_parts: Sequence[str],
    citation: dict[str, Any],
    readme_path: str,
    provenance_path: str,
    crate_path: str,
    workflow_folder: str,
) -> None:
    """Write what each file holds; parameters, inputs and versions for the report; the RO-Crate.

    All comes from the manifest, the files and the tables' schemas. `citation` is the content of
    ``CITATION.cff``; the crate holds a copy of those `project_parts` that are there.
    """
    manifest = json.loads(Path(manifest_path).read_text(encoding="utf-8"))
    settings = manifest["settings"]
    tracks, models = list(settings["tracks"]), list(settings["models"])
    contents = {
        result["path"]: describe_contents(Path(result["path"]), tracks, models)
        for result in manifest["results"]
    }
    write_text(readme_path, results_page(manifest, contents))
    project = Path(project_folder)
    page = render_page(
        project / "workflow" / "report" / "pages" / "provenance.html",
        settings=[
            (key, json.dumps(value, ensure_ascii=False)) for key, value in flat_settings(settings)
        ],
        inputs=parts_of_inputs(manifest["inputs"]),
        software=manifest["software"],
        left_over=manifest["left_over"],
    )
    write_text(provenance_path, page)
    write_crate(manifest, citation, project, project_parts, crate_path, workflow_folder)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        describe_results(
            manifest_path=snakemake.input.manifest,
            project_folder=str(Path(snakemake.scriptdir).resolve().parents[1]),
            project_parts=snakemake.params.project_parts,
            citation=snakemake.params.citation,
            readme_path=snakemake.output.readme,
            provenance_path=snakemake.output.provenance,
            crate_path=snakemake.output.crate,
            workflow_folder=snakemake.output.workflow,
        )
