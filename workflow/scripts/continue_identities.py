"""Give candidates the identities of the bodies of an earlier run that they continue."""

from hotslope.jobs import job_log

import logging

import pandas as pd

from hotslope.candidates.history import continue_history
from hotslope.candidates.history_files import last_acquisition, read_previous
from hotslope.candidates.place_codes import place_codes
from hotslope.candidates.tables import CANDIDATES, HISTORY, IDENTITIES
from hotslope.files import write_layers
from hotslope.grid import Grid
from hotslope.schemas import read_layer

logger = logging.getLogger("hotslope")


def continue_identities(
    *,
    merged_path: str,
    error_summary_paths: list[str],
    previous_path: str,
    beside_paths: list[str],
    candidates_path: str,
    history_path: str,
    grid: Grid,
) -> None:
    """Write the candidates with the identities that they keep, and the history of all.

    Parameters
    ----------
    merged_path : str
        Candidates of this run, numbered by place.
    error_summary_paths : list of str
        Of every track of this run, for its dates.
    previous_path : str
        Candidates of the earlier run.
    beside_paths : list of str
        Other files of the earlier run, see `hotslope.candidates.history_files.read_previous`.
    candidates_path, history_path : str
        Files to write.
    grid : Grid
        The study grid.
    """
    history = read_previous(previous_path, beside_paths, grid.crs, grid.bounds_m)
    layers = {
        name: read_layer(CANDIDATES, merged_path, name) for name in ("candidates", "rejected")
    }
    candidates = layers["candidates"]
    outlines = candidates.geometry.to_numpy()
    seen = last_acquisition(error_summary_paths)
    latest = history["last_seen"].dropna().max()
    if seen is not None and isinstance(latest, str) and seen < latest:
        logger.warning(
            "previous: its last acquisition, %s, is later than that of this run, %s", latest, seen
        )
    history = continue_history(
        history, outlines, place_codes(outlines, grid.crs), seen, grid.bounds_m
    )
    for status, count in history["status"].value_counts(sort=False).items():
        logger.info("%s: %d", status, count)
    identities = IDENTITIES.complete(
        pd.DataFrame(history.iloc[: len(candidates)][list(IDENTITIES.schema.columns)]),
        candidates_path,
    )
    for name in identities:
        candidates[name] = identities[name].array
    HISTORY.write(history_path, history)
    write_layers(
        candidates_path,
        {name: CANDIDATES.complete(frame, candidates_path) for name, frame in layers.items()},
        CANDIDATES.metadata(),
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        continue_identities(
            merged_path=snakemake.input.merged,
            error_summary_paths=list(snakemake.input.error_summaries),
            previous_path=snakemake.input.previous,
            beside_paths=list(snakemake.input.beside),
            candidates_path=snakemake.output.candidates,
            history_path=snakemake.output.history,
            grid=Grid.from_bounds(**snakemake.params.grid),
        )
