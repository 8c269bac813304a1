"""Figure: ROC curves of all models on the test candidates."""

from hotslope.jobs import job_log

import pandas as pd

from hotslope.files import write_figure
from hotslope.maps.charts import chart_figure, readable, say_none
from hotslope.maps.style import PALE_INK, category_colours


def plot_roc(
    *,
    roc_path: str,
    test_metrics_path: str,
    figure_path: str,
    models: list[str],
    study_area_name: str,
) -> None:
    """Draw one curve per model, with its area and interval in the legend."""
    curves = pd.read_csv(roc_path)
    metrics = pd.read_csv(test_metrics_path)
    area = metrics[metrics["metric"] == "auc"].set_index("model")
    figure, axes = chart_figure(f"{study_area_name}: models on test candidates", height_px=1050)
    if curves.empty or area["value"].isna().all():
        say_none(axes, "no test candidates of both classes")
        write_figure(figure_path, figure)
        return
    axes.plot([0, 1], [0, 1], color=PALE_INK, linewidth=1.0, linestyle=(0, (4, 3)), label="chance")
    for model, colour in category_colours(models).items():
        curve = curves[curves["model"] == model]
        value, low, high = area.loc[model, ["value", "low", "high"]]
        axes.plot(
            curve["false_positive_rate"],
            curve["recall"],
            color=colour,
            linewidth=2.0,
            label=f"{readable(model)}\n{value:.2f} ({low:.2f} to {high:.2f})",
        )
    axes.set_aspect("equal")
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    axes.set_xlabel("false positive rate")
    axes.set_ylabel("recall (true positive rate)")
    axes.grid(True, color="#e3e3e3", linewidth=0.7)
    axes.set_axisbelow(True)
    # Beside the axes: a curve may run anywhere within.
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        title="area under the curve\n(95 % interval)",
        alignment="left",
        labelspacing=0.8,
    )
    write_figure(figure_path, figure)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_roc(
            roc_path=snakemake.input.roc,
            test_metrics_path=snakemake.input.test_metrics,
            figure_path=snakemake.output.figure,
            models=snakemake.params.models,
            study_area_name=snakemake.params.study_area_name,
        )
