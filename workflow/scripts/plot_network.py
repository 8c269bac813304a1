"""Figure: the network of interferograms of every track that is made of some."""

from hotslope.jobs import job_log, unescaped

import json
from collections.abc import Sequence
from pathlib import Path

from hotslope.maps.figure_file import save_figure
from hotslope.maps.network_figure import draw_networks


def plot_network(
    *,
    network_paths: list[str],
    figure_path: str,
    study_area_name: str,
    vector_paths: Sequence[str] = (),
) -> None:
    """Draw one chart per track."""
    networks = [json.loads(Path(path).read_text(encoding="utf-8")) for path in network_paths]
    save_figure(figure_path, draw_networks(study_area_name, networks), vector_paths)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_network(
            network_paths=list(snakemake.input.networks),
            figure_path=snakemake.output.network,
            study_area_name=unescaped(snakemake.params.study_area_name),
            vector_paths=list(snakemake.output.get("vectors", [])),
        )
