"""The conda files hold the pins of requirements.txt, and all that the rules' scripts import."""

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow" / "scripts"
CONDA_NAME = {"torch": "pytorch"}
#: Package that brings an imported name, where the two differ.
BRINGS = {
    "sklearn": "scikit-learn",
    "torch": "pytorch",
    "venn_abers": "venn-abers",
    "whitebox_workflows": "whitebox-workflows",
    "affine": "rasterio",
}
ENVIRONMENT_OF = {
    name: environment
    for file in (ROOT / "workflow" / "rules").glob("*.smk")
    for name, environment in re.findall(
        r"^ *rule (\w+):.*?\.\./\.\./envs/(\w+)\.yaml",
        file.read_text(encoding="utf-8"),
        re.M | re.S,
    )
}


def pins() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    return {CONDA_NAME.get(name, name): version for name, version in pairs}


def conda_pins(path: Path) -> dict[str, str]:
    found = {}
    for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]:
        for item in entry["pip"] if isinstance(entry, dict) else [entry]:
            name, _, version = item.replace("==", "=").partition("=")
            if name not in ("python", "pip"):
                found[name] = version
    return found


def test_environments_hold_the_pins_of_requirements() -> None:
    required = pins()
    files = sorted((ROOT / "envs").glob("*.yaml"))
    assert files
    for path in files:
        for name, version in conda_pins(path).items():
            assert required.get(name) == version, f"{path.name}: {name}"


def test_requirements_hold_what_reports_need() -> None:
    """Development tools bring it too, so that a report fails only for a user without them."""
    extras = [line.split(";") for line in metadata.requires("snakemake") or () if ";" in line]
    needed = {name.strip() for name, condition in extras if '"reports"' in condition}
    assert needed
    assert needed <= set(pins())


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                assert "==" in line, f"{name}: {line}"


def test_the_lock_holds_every_requirement_but_torch() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.M))
    required = {name: version for name, version in pins().items() if name != "pytorch"}
    assert {name: locked.get(name) for name in required} == required
    assert "torch" not in locked
    for entry in re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]:
        assert "--hash=sha256:" in entry, entry


def imported(path: Path, seen: set[Path]) -> set[str]:
    """Top-level names that a file imports, directly or through the package, at any depth."""
    if path in seen:
        return set()
    seen.add(path)
    names: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    found = {name.split(".")[0] for name in names}
    for name in names:
        module = SCRIPTS.joinpath(*name.split(".")).with_suffix(".py")
        if module.exists():
            found |= imported(module, seen)
    return found - {"hotslope"} - set(sys.stdlib_module_names)


@pytest.mark.parametrize("script", sorted(ENVIRONMENT_OF))
def test_environment_has_what_the_script_imports(script: str) -> None:
    path = ROOT / "envs" / f"{ENVIRONMENT_OF[script]}.yaml"
    needed = {BRINGS.get(name, name) for name in imported(SCRIPTS / f"{script}.py", set())}
    assert needed <= conda_pins(path).keys(), path.name


def test_container_copies_what_is_there_on_the_python_of_the_environments() -> None:
    recipe = (ROOT / "Containerfile").read_text(encoding="utf-8")
    for source in re.findall(r"^COPY (\S+) ", recipe, re.M):
        assert (ROOT / source).exists(), source
    assert set(re.findall(r"^COPY (\S+) ", recipe, re.M)) >= {"Snakefile", "config", "workflow"}
    for path in (ROOT / "envs").glob("*.yaml"):
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]
        assert re.search(r"^FROM python:([\d.]+)-", recipe, re.M)[1] == "3.11"
        assert "python=3.11" in entries, path.name
