"""Settings of all tests."""

import os
from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_limits

# As Snakemake has it in jobs of one thread: sums of linear algebra depend on the number of
# threads, and those of two workers would wait for each other.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Give linear algebra one thread, also where it was loaded before the settings above."""
    with threadpool_limits(1):
        yield
