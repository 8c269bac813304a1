"""What a run makes and from what, as `results/manifest.json` holds it.

Imported by results.smk and inputs.smk; plain Python, like the other modules of the rules.
"""

import contextlib
import hashlib
import json
import os
import time
from functools import cache
from pathlib import Path

import yaml
from snakemake.iocontainers import Wildcards

from contents import parts_of

RESULTS = "results/"
#: Files and folders of the project that a run needs, and those that say whose it is.
PROJECT_PARTS = (
    "Snakefile",
    "CITATION.cff",
    "LICENSE",
    "config",
    "envs",
    "pyproject.toml",
    "requirements.txt",
    "workflow",
)
#: Sections of the config that change no result.
WITHOUT_EFFECT = ("scale",)
#: How many descriptions of runs are kept at least, and how long (s): a run may still need its own.
DESCRIPTIONS = 20
DAY_S = 86_400


def jobs_behind(rules, targets):
    """Describe each job that makes one of the targets, or what a target is made from.

    Parameters
    ----------
    rules : iterable of Rule
        Of the workflow, with their digests in ``params.parameters``.
    targets : iterable of str
        Files in the folder of results; others are inputs, at which the search ends.

    Returns
    -------
    list of dict
        `rule`, `parameters` (their digest) and `outputs` of each job, in the order of the
        outputs.
    """
    rules = list(rules)
    jobs, known, waiting = [], set(), list(targets)
    while waiting:
        file = waiting.pop()
        if file in known or not file.startswith(RESULTS):
            continue
        rule = next((each for each in rules if each.is_producer(file)), None)
        if rule is None:
            continue
        wildcards = rule.get_wildcards(file)
        outputs = [str(output) for output in rule.expand_output(wildcards)[0]]
        known.update(outputs)
        waiting.extend(str(each) for each in rule.expand_input(wildcards)[0])
        digest = rule.params.parameters(Wildcards(fromdict=wildcards))
        jobs.append({"rule": rule.name, "parameters": digest, "outputs": outputs})
    return sorted(jobs, key=lambda job: job["outputs"])


def outputs_of(jobs):
    """List the files of jobs that are described."""
    return [file for job in jobs for file in job["outputs"]]


def docstrings_of(rules):
    """Map each rule to what its docstring says that it makes."""
    return {rule.name: " ".join((rule.docstring or "").split()) for rule in rules}


def portable(setting):
    """Replace absolute paths in a setting by the names of their files.

    Where a file lies on one machine is of no use on another, and may be nobody's business.
    """
    if isinstance(setting, dict):
        return {portable(name): portable(item) for name, item in setting.items()}
    if isinstance(setting, (list, tuple)):
        return [portable(item) for item in setting]
    if isinstance(setting, str) and Path(setting).is_absolute():
        return Path(setting).name or "folder"
    return setting


def portable_config(config):
    """Return the config, without what changes no result and without places on this machine."""
    kept = {name: section for name, section in config.items() if name not in WITHOUT_EFFECT}
    return portable(kept)


def describe_inputs(files, raw, contents):
    """Describe the files that the config names, with size and SHA-256 of each of their parts.

    Parameters
    ----------
    files : iterable of str
    raw : set of str
        Those that no rule makes; of the others nothing is known before they are made.
    contents : Contents
        Digests of raw files.

    Returns
    -------
    list of dict
        `name`, without its place on this machine, `path`, and `parts`: lists of name, bytes and
        SHA-256, or None where a rule makes it.
    """
    found = []
    for file in sorted(set(files)):
        parts = None
        if file in raw:
            parts = [
                [portable(part), Path(part).stat().st_size, contents.of_part(part)]
                for part in parts_of(file)
                if Path(part).is_file()
            ]
        found.append({"name": portable(file), "path": file, "parts": parts})
    return found


def differing_area(manifest, settings):
    """Name how the study area of finished results differs from that of a run.

    Parameters
    ----------
    manifest : path
        `results/manifest.json` of the finished results.
    settings : dict
        Config of the run, as `portable_config` returns it.

    Returns
    -------
    list of str
        ``key: theirs, not ours`` for the names of the tracks, the CRS and the bounds; empty where
        they agree, and where there is no manifest that can be read.
    """
    try:
        finished = json.loads(Path(manifest).read_text(encoding="utf-8"))["settings"]
    except (OSError, ValueError, KeyError):
        return []
    theirs, ours = _area_of(finished), _area_of(settings)
    return [f"{key}: {theirs[key]}, not {ours[key]}" for key in ours if theirs[key] != ours[key]]


def _area_of(settings):
    """Return the settings by which a study area is known, by their keys."""
    area = settings.get("study_area", {})
    return {
        "tracks": sorted(settings.get("tracks") or ()),
        "study_area.crs": area.get("crs"),
        "study_area.bounds_m": area.get("bounds_m"),
    }


def keep_description(description, folder=Path(".snakemake")):
    """Write what the driver knows of a run to a file, and return its name, which changes with it.

    As parameters of a rule, all of it would be printed whenever some of it changes.
    """
    text = json.dumps(description, sort_keys=True)
    path = folder / f"hotslope_run_{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    if path.exists():
        # Another user's may be read, but not touched.
        with contextlib.suppress(OSError):
            os.utime(path)
        return str(path)
    folder.mkdir(exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    # Another run may remove some at the same time.
    with contextlib.suppress(OSError):
        remove_old_descriptions(folder)
    return str(path)


def remove_old_descriptions(folder):
    """Remove descriptions of runs that are older than a day, but for the latest ones."""
    kept = sorted(folder.glob("hotslope_run_*.json"), key=os.path.getmtime)
    for old in kept[:-DESCRIPTIONS]:
        if time.time() - old.stat().st_mtime > DAY_S:
            old.unlink(missing_ok=True)


@cache
def texts_digest(project, *parts):
    """Digest files of the project, and all files in folders of it, by their names in it.

    Rules know by it what their scripts read beside them: as inputs, they would be other files
    wherever the project is moved to.
    """
    found = hashlib.sha256()
    for part in parts:
        whole = Path(project) / part
        files = sorted(whole.rglob("*")) if whole.is_dir() else [whole]
        for path in files:
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"{path.relative_to(project)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def citation(project):
    """Read how the workflow is to be cited, dates as text."""
    found = yaml.load(
        (Path(project) / "CITATION.cff").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
    )
    return {name: found[name] for name in ("title", "version", "license", "authors")}
