"""Documentation of the results folder: the list of all files, and how they were made."""

from hotslope.jobs import job_log

import json
from pathlib import Path

from hotslope.files import write_text
from hotslope.maps.file_contents import describe_contents
from hotslope.maps.manifest import flat_settings, parts_of_inputs
from hotslope.maps.pages import render_page
from hotslope.maps.results_page import results_page


def describe_results(
    *, manifest_path: str, template_path: str, readme_path: str, provenance_path: str
) -> None:
    """Write what each file holds, and parameters, inputs and versions for the report.

    All comes from the manifest, the files and the tables' schemas.
    """
    manifest = json.loads(Path(manifest_path).read_text(encoding="utf-8"))
    settings = manifest["settings"]
    tracks, models = list(settings["tracks"]), list(settings["models"])
    contents = {
        result["path"]: describe_contents(Path(result["path"]), tracks, models)
        for result in manifest["results"]
    }
    write_text(readme_path, results_page(manifest, contents))
    page = render_page(
        template_path,
        settings=[
            (key, json.dumps(value, ensure_ascii=False)) for key, value in flat_settings(settings)
        ],
        inputs=parts_of_inputs(manifest["inputs"]),
        software=manifest["software"],
        left_over=manifest["left_over"],
    )
    write_text(provenance_path, page)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        describe_results(
            manifest_path=snakemake.input.manifest,
            template_path=str(
                Path(snakemake.scriptdir).resolve().parent / "report" / "pages" / "provenance.html"
            ),
            readme_path=snakemake.output.readme,
            provenance_path=snakemake.output.provenance,
        )
