"""A file of object storage or of the web put among the inputs, once it is known to be whole."""

from hotslope.jobs import job_log

import logging
import shutil
from pathlib import Path

from hotslope.errors import InputError
from hotslope.files import atomic_path
from hotslope.points.checksums import refuse_incomplete, refuse_other_content

logger = logging.getLogger("hotslope")


def fetch_input(
    *,
    fetched_path: str,
    input_path: str,
    address: str,
    size_bytes: int,
    sha256: str | None,
) -> None:
    """Copy what Snakemake fetched to `input_path`, or refuse it and remove it.

    The length is compared where no checksum is given. What is refused must go: Snakemake takes
    a local copy younger than its source for good, also half of one from a run that was killed.
    """
    fetched = Path(fetched_path)
    if fetched.is_dir():
        shutil.rmtree(fetched)
        raise InputError(address, "is a folder", "Name its files one by one")
    try:
        if sha256 is None:
            refuse_incomplete(fetched, size_bytes, address)
        else:
            refuse_other_content(fetched, sha256, address)
    except InputError:
        fetched.unlink()
        raise
    if sha256 is None and not size_bytes:
        logger.warning("%s: the server reports no length: give its SHA-256 in checksums", address)
    with atomic_path(input_path) as partial:
        shutil.copyfile(fetched, partial)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        fetch_input(
            fetched_path=snakemake.input.fetched,
            input_path=snakemake.output.file,
            address=snakemake.params.address,
            size_bytes=snakemake.params.size_bytes,
            sha256=snakemake.params.sha256,
        )
