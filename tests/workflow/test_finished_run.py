"""The scripts that look at a finished run, by hand, find what they read in it."""

import subprocess
import sys

import pytest

from runner import ROOT, Run

SCRIPTS = {
    "compare_refinement": "facing of relief moved, 4 cells",
    "measure_confidence": "stability_threshold",
    "time_full_kernels": '"visibility, ascending"',
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_script_describes_a_finished_run(finished: Run, script: str) -> None:
    path = ROOT / "tests" / "benchmarks" / f"{script}.py"
    command = [sys.executable, str(path), str(finished.folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert SCRIPTS[script] in result.stdout
