"""Validate an RO-Crate with roc-validator, without network; print what it finds as JSON.

Run by a Python that has roc-validator: ``validate_crate.py CRATE CONTEXT``, where CONTEXT is the
JSON-LD context of RO-Crate as the package `rocrate` brings it. Contexts on the web are never asked.
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import rdflib.plugins.shared.jsonld.context as jsonld
from rocrate_validator import models, services
from rocrate_validator.utils.http import HttpRequester

PROFILES = (
    "ro-crate-1.1",
    "workflow-ro-crate-1.0",
    "process-run-crate-0.5",
    "workflow-run-crate-0.5",
)


#: Terms of the context of RO-Crate 1.1 that later ones have changed.
TERMS_OF_1_1 = {
    "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
    "FormalParameter": "https://bioschemas.org/FormalParameter",
}


def serve(context: dict) -> None:
    """Answer requests for the context of RO-Crate from a file, and refuse all others."""
    context["@context"] |= TERMS_OF_1_1
    text = json.dumps(context)

    def get(_: object, url: str, **_options: object) -> SimpleNamespace:
        if "w3id.org/ro/crate/" not in url:
            raise OSError(f"no network: {url}")
        headers = {"Content-Type": "application/ld+json"}
        return SimpleNamespace(
            status_code=200,
            text=text,
            headers=headers,
            url=url,
            content=text.encode(),
            json=lambda: context,
            raise_for_status=lambda: None,
        )

    HttpRequester.get = get
    read = jsonld.source_to_json

    def source_to_json(source: object, *arguments: object, **options: object) -> object:
        if isinstance(source, str) and "w3id.org/ro/crate/" in source:
            return context, None
        return read(source, *arguments, **options)

    jsonld.source_to_json = source_to_json


def main(crate: str, context: str) -> None:
    serve(json.loads(Path(context).read_text(encoding="utf-8")))
    found = []
    for profile in PROFILES:
        settings = services.ValidationSettings(
            rocrate_uri=crate,
            profile_identifier=profile,
            requirement_severity=models.Severity.RECOMMENDED,
            abort_on_first=False,
            offline=True,
        )
        found += [
            [issue.severity.name, issue.check.identifier, issue.message]
            for issue in services.validate(settings).get_issues()
        ]
    print(json.dumps(found))


main(*sys.argv[1:])
