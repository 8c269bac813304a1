"""What a test holds open."""

import gc

import psutil


def open_files() -> list[str]:
    """List what this process holds open."""
    gc.collect()
    return sorted(file.path for file in psutil.Process().open_files())
