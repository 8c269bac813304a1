"""Choose the rows that mapped landslides are told apart from, where these are not mapped too."""

from hotslope.jobs import job_log

from hotslope.learning.negatives import candidates_without_landslide
from hotslope.learning.tables import LABELS


def choose_negatives(*, labels_path: str, training_labels_path: str) -> None:
    """Write labels in which every candidate that is no mapped landslide has the other label."""
    LABELS.write(training_labels_path, candidates_without_landslide(LABELS.read(labels_path)))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        choose_negatives(
            labels_path=snakemake.input.labels,
            training_labels_path=snakemake.output.labels,
        )
