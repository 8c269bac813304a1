"""The list of results as Markdown: each file, what it holds, its unit and its rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from hotslope.maps.file_contents import Column, FileContents
from hotslope.maps.files_to_open import FILES_TO_OPEN
from hotslope.maps.limits import SIGN_CONVENTION, WHAT_IT_IS_NOT

#: Folders of the results, in the order in which data flows.
STAGES = (
    "interferometry", "points", "terrain", "motion", "candidates", "change", "factors", "learning",
    "maps",
)  # fmt: skip


def results_page(manifest: Mapping[str, Any], contents: Mapping[str, FileContents]) -> str:
    """Return the page.

    Parameters
    ----------
    manifest : mapping
        Content of ``results/manifest.json``.
    contents : mapping of str to FileContents
        What each of its results holds.
    """
    results = manifest["results"]
    area = manifest["settings"]["study_area"]
    software = manifest["software"]
    paths = {result["path"] for result in results}
    lines = [
        f"# Results: {_text(area['name'])}",
        "",
        f"Made by hotslope {software['hotslope']}. Coordinates are in {_text(area['crs'])} unless "
        "a column says otherwise. This page is made from `manifest.json`, which also holds the "
        "checksum of each file, the parameters and the inputs.",
        "",
        "## Open first",
        "",
        *(
            f"- [`{_local(path)}`]({_local(path)}): {words}"
            for path, words in FILES_TO_OPEN.items()
            if path.rstrip("/") in paths
        ),
        "",
        "## Sign",
        "",
        SIGN_CONVENTION,
        "",
        "## What the map is not",
        "",
        *(f"- **{name}**: {why}" for name, why in WHAT_IT_IS_NOT.items()),
        "",
    ]
    for stage in ("", *STAGES):
        chosen = [result for result in results if _stage_of(result["path"]) == stage]
        if chosen:
            lines += _section(stage or "this folder", chosen, contents, manifest["rules"])
    lines += _left_over(manifest["left_over"])
    return "\n".join(lines) + "\n"


def _section(
    title: str,
    results: list[dict[str, Any]],
    contents: Mapping[str, FileContents],
    rules: Mapping[str, str],
) -> list[str]:
    """List the files of a folder by the rules that make them, each with its columns."""
    lines = [f"## {title}", ""]
    of_rule: dict[str, dict[tuple[object, ...], list[str]]] = {}
    for result in results:
        path = result["path"]
        found = contents[path]
        # What tracks and models have alike is described once.
        alike = (found.kind, found.columns) if found.columns else (path,)
        of_rule.setdefault(result["rule"], {}).setdefault(alike, []).append(path)
    for rule, groups in of_rule.items():
        lines += [f"### `{rule}`", "", _text(rules[rule]), ""]
        for paths in groups.values():
            lines += [_file(path, contents[path]) for path in paths]
            lines += _columns(contents[paths[0]].columns)
        lines.append("")
    return lines


def _file(path: str, found: FileContents) -> str:
    remarks = f": {_text(found.remarks)}" if found.remarks else ""
    return f"- `{_local(path)}` ({found.kind}){remarks}"


def _columns(columns: Sequence[Column]) -> list[str]:
    """List columns within a list: a line for each, or one for all where none is described."""
    named = [f"`{one.name}` ({one.unit})" if one.unit else f"`{one.name}`" for one in columns]
    if not any(one.description for one in columns):
        return [f"  - {', '.join(named)}"] if named else []
    abouts = [f": {_text(one.description)}" if one.description else "" for one in columns]
    return [f"  - {name}{about}" for name, about in zip(named, abouts, strict=True)]


def _left_over(paths: list[str]) -> list[str]:
    if not paths:
        return []
    return [
        "## Left over from earlier runs",
        "",
        "These files do not belong to this run. `make tidy` moves them to `outdated/`.",
        "",
        *(f"- `{_local(path)}`" for path in paths),
    ]


def _stage_of(path: str) -> str:
    stage = _local(path).partition("/")[0]
    return stage if stage in STAGES else ""


def _local(path: str) -> str:
    return path.removeprefix("results/")


def _text(text: str) -> str:
    """Keep Markdown and HTML in a text from becoming markup."""
    plain = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|&~$" else letter for letter in plain)
