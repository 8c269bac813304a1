"""Begin the history of the candidates of a run that follows no other."""

from hotslope.jobs import job_log

from hotslope.candidates.history import first_history
from hotslope.candidates.history_files import last_acquisition
from hotslope.candidates.place_codes import place_codes
from hotslope.candidates.tables import CANDIDATES, HISTORY
from hotslope.columns import CANDIDATE_ID
from hotslope.schemas import read_layer


def begin_history(
    *, candidates_path: str, error_summary_paths: list[str], history_path: str, crs: str
) -> None:
    """Write a row per candidate, with the code of its place.

    Parameters
    ----------
    candidates_path : str
        Candidates of the run.
    error_summary_paths : list of str
        Of every track, for its dates.
    history_path : str
        Table to write, see `hotslope.candidates.tables.HISTORY`.
    crs : str
        CRS of the project.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", [CANDIDATE_ID])
    outlines = candidates.geometry.to_numpy()
    ids = candidates[CANDIDATE_ID].tolist()
    seen = last_acquisition(error_summary_paths)
    HISTORY.write(history_path, first_history(ids, place_codes(outlines, crs), outlines, seen))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        begin_history(
            candidates_path=snakemake.input.candidates,
            error_summary_paths=list(snakemake.input.error_summaries),
            history_path=snakemake.output.history,
            crs=snakemake.params.crs,
        )
