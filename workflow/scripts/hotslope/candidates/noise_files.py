"""Writing and reading of the outlines of noise fields."""

import json
from pathlib import Path

import numpy as np

from hotslope.candidates.noise_outlines import NoiseOutlines
from hotslope.files import write_json


def write_noise(path: str, noise: NoiseOutlines) -> None:
    """Write the outlines of noise fields as JSON."""
    write_json(path, noise._asdict() | {"strength": np.sort(noise.strength).tolist()})


def read_noise(path: str) -> NoiseOutlines:
    """Read the outlines of noise fields."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    return NoiseOutlines(
        content["fields"], content["exposure"], np.array(content["strength"], dtype=np.float64)
    )
