"""What several modules share because it takes long to make."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Return the results of learning on the made-up area; tests only read them.

    One thread, as Snakemake gives the rules: sums of linear algebra depend on the thread count.
    """
    # Not above: other unit tests need not wait for torch.
    from learning_area import run_stage

    with threadpool_limits(1):
        yield run_stage(tmp_path_factory.mktemp("learning") / "area")
