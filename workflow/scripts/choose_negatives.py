"""Choose the rows that mapped landslides are told apart from, where these are not mapped too."""

from hotslope.jobs import job_log

import pandas as pd

from hotslope.candidates.tables import CANDIDATES
from hotslope.columns import CANDIDATE_ID
from hotslope.learning.negatives import candidates_without_landslide
from hotslope.learning.stable_ground import with_stable_ground
from hotslope.learning.tables import LABELS
from hotslope.schemas import read_layer


def choose_negatives(
    *, labels_path: str, training_labels_path: str, stable_ground_path: str | None = None
) -> None:
    """Write labels in which the other rows are stable ground, or all other candidates."""
    labels = LABELS.read(labels_path)
    if stable_ground_path is None:
        LABELS.write(training_labels_path, candidates_without_landslide(labels))
        return
    ground = read_layer(CANDIDATES, stable_ground_path, "candidates", [CANDIDATE_ID])
    places = pd.DataFrame(
        {
            "candidate_id": ground[CANDIDATE_ID],
            "x_m": ground.geometry.centroid.x,
            "y_m": ground.geometry.centroid.y,
        }
    )
    LABELS.write(training_labels_path, with_stable_ground(labels, places))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        choose_negatives(
            labels_path=snakemake.input.labels,
            training_labels_path=snakemake.output.labels,
            stable_ground_path=next(iter(snakemake.input.stable_ground), None),
        )
