"""Describe each trained model for whoever carries it to another area."""

from hotslope.jobs import job_log

from typing import Any

from hotslope.files import write_json, write_text
from hotslope.learning.model_card import model_card
from hotslope.learning.model_description import complete_description


def describe_models(
    *,
    fitted_paths: list[str],
    descriptions_paths: list[str],
    cards_paths: list[str],
    origin: dict[str, Any],
) -> None:
    """Write ``model.json`` and the card of each model; paths come in the same order.

    `origin` is that of `hotslope.learning.model_description.complete_description`. Apart from
    training, so that the name of the study area trains nothing again.
    """
    for fitted, description, card in zip(
        fitted_paths, descriptions_paths, cards_paths, strict=True
    ):
        described = complete_description(fitted, origin)
        write_text(card, model_card(described))
        write_json(description, described)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        describe_models(
            fitted_paths=list(snakemake.input.fitted),
            descriptions_paths=list(snakemake.output.descriptions),
            cards_paths=list(snakemake.output.cards),
            origin=snakemake.params.origin,
        )
