"""What a rule's results depend on beside its files: its script's modules, its parameters by name.

Imported by the Snakefile, plain Python.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

from snakemake.exceptions import WorkflowError

SCRIPTS = Path(__file__).parents[1] / "scripts"
DYNAMIC = ("__import__", "import_module")
#: Parts of a statement that hold statements.
BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


@cache
def module_files(name):
    """Find the files of a module and of the packages above it; none for a function's name."""
    parts = name.split(".")
    candidates = [
        SCRIPTS.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)
    ]
    candidates.append(SCRIPTS.joinpath(*parts).with_suffix(".py"))
    return frozenset(file for file in candidates if file.exists())


@cache
def imported_files(file):
    """Find the package files that a Python file imports directly."""
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    # A walk through all expressions takes longer than everything else here.
    if any(word in text for word in DYNAMIC):
        refuse_dynamic_imports(tree, file)
    found = set()
    for node in statements(tree.body):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise WorkflowError(
                    f"{file}: write 'from hotslope…' in full: science() follows no dots"
                )
            names = [
                node.module,
                *(f"{node.module}.{alias.name}" for alias in node.names),
            ]
        for name in names:
            if name.split(".")[0] == "hotslope":
                found |= module_files(name)
    return frozenset(found)


def statements(nodes):
    """Yield statements and those inside them, at any depth."""
    for node in nodes:
        yield node
        for part in BODIES:
            yield from statements(getattr(node, part, ()))


def refuse_dynamic_imports(tree, file):
    """Raise an error where a module is imported by a name that only a run can tell."""
    for node in ast.walk(tree):
        if getattr(node, "id", getattr(node, "attr", "")) in DYNAMIC:
            raise WorkflowError(f"{file}: dynamic imports hide dependencies: import statically")


@cache
def science(script):
    """Digest the texts of all package files that a script imports, directly or not."""
    found, waiting = set(), [SCRIPTS / f"{script}.py"]
    while waiting:
        new = imported_files(waiting.pop()) - found
        found |= new
        waiting.extend(new)
    digest = hashlib.sha256()
    for file in sorted(found):
        digest.update(f"{file.relative_to(SCRIPTS)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def flat(files):
    """List the files in lists and mappings of files."""
    if isinstance(files, dict):
        return flat(list(files.values()))
    if isinstance(files, (list, tuple)):
        return [file for item in files for file in flat(item)]
    return [str(files)]


def parameters(rule, raw_contents):
    """Make a parameter that digests the other parameters of a rule by name, and its raw inputs.

    Snakemake compares their values alone, all as one set: where min_points goes from 3 to 1 beside
    opening_cells: 1 and min_neighbours: 3, it sees no change. Of raw inputs it compares dates,
    which copying and unpacking keep: `raw_contents` names those of some files with digests.
    """
    settings = sorted(rule.params.items())
    inputs = list(rule.input)

    # Of the wildcards alone: Snakemake does not compare what it derives from the input.
    def digest(wildcards):
        given = [value(wildcards) if callable(value) else value for value in inputs]
        values = [
            (name, value(wildcards) if callable(value) else value) for name, value in settings
        ] + raw_contents(flat(given))
        return hashlib.sha256(repr(values).encode()).hexdigest()[:16]

    return digest
