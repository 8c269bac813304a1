"""Draw where the time of the whole workflow goes, from what bench_full.py wrote."""

import json
import sys
from pathlib import Path
from textwrap import wrap

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

ROOT = Path(__file__).resolve().parents[2]
COLOURS = {
    "points": "#56b4e9",
    "terrain": "#b58a57",
    "motion": "#0072b2",
    "candidates": "#d55e00",
    "factors": "#009e73",
    "labels": "#e6b8d4",
    "learning": "#cc79a7",
    "maps": "#8c8c8c",
    "figures": "#c2c2c2",
    "viewers": "#a6a6a6",
    "provenance": "#d9d9d9",
    "change": "#e69f00",
}
#: Rules of the bars: the costliest.
SHOWN = 16


def stages() -> dict[str, str]:
    """Return the stage of each rule, from the rule files."""
    found = {}
    for file in (ROOT / "workflow" / "rules").glob("*.smk"):
        for line in file.read_text(encoding="utf-8").splitlines():
            # Rules that depend on the config are indented.
            if line.strip().startswith("rule "):
                found[line.strip()[5:].rstrip(":")] = file.stem
    return found


def lanes(jobs: list[dict]) -> list[int]:
    """Return a lane for each job, so that jobs of one time lie beside each other."""
    free: list[float] = []
    taken = []
    for job in jobs:
        lane = next((i for i, end in enumerate(free) if end <= job["start_s"]), len(free))
        free[lane : lane + 1] = [job["end_s"]]
        taken.append(lane)
    return taken


def draw_jobs(axes: Axes, run: dict, longest_s: float, stage: dict[str, str]) -> None:
    """Draw when each job ran."""
    for job, lane in zip(run["jobs"], lanes(run["jobs"]), strict=True):
        colour = COLOURS[stage[job["rule"]]]
        axes.barh(
            lane, job["wall_s"], left=job["start_s"], color=colour, ec="w", lw=0.5, height=0.9
        )
        if job["wall_s"] > longest_s / 38:
            wide = job["wall_s"] > longest_s / 7
            axes.text(
                job["start_s"] + job["wall_s"] / 2,
                lane,
                # Upright, a line of text must not be longer than the bar is high.
                "\n".join(wrap(job["name"].replace("_", " "), 30 if wide else 13)),
                rotation=0 if wide else 90,
                ha="center",
                va="center",
                fontsize=5,
                linespacing=0.95,
                clip_on=True,
            )
    axes.axvline(run["wall_s"], color="#222222", lw=0.8)
    axes.axvline(run["bound_s"], color="#b2182b", lw=0.8, ls="--")
    axes.set(xlim=(0, longest_s * 1.02), yticks=[], xlabel="s")
    axes.invert_yaxis()


def draw_rules(axes: Axes, rules: list[dict], stage: dict[str, str]) -> None:
    """Draw the CPU seconds of each rule, those of its imports paler, and its memory."""
    shown = rules[:SHOWN]
    for row, rule in enumerate(shown):
        colour, started = COLOURS[stage[rule["name"]]], min(rule["start_cpu_s"], rule["cpu_s"])
        axes.barh(row, started, color=colour, alpha=0.4)
        axes.barh(row, rule["cpu_s"] - started, left=started, color=colour)
        times = f", {rule['jobs']} jobs" if rule["jobs"] > 1 else ""
        axes.text(
            rule["cpu_s"], row, f"  {rule['peak_mb']:,.0f} MB{times}", va="center", fontsize=7
        )
    axes.set_yticks(range(len(shown)), [rule["name"].replace("_", " ") for rule in shown])
    axes.tick_params(axis="y", labelsize=7, length=0)
    axes.set(xlabel="CPU s (paler: imports); largest memory")
    axes.margins(x=0.25)
    axes.invert_yaxis()


def main() -> None:
    """Draw the picture beside the JSON file named."""
    path = Path(sys.argv[1])
    report = json.loads(path.read_text(encoding="utf-8"))
    mpl.rcParams.update({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False})
    figure = Figure(figsize=(10, 8.2), layout="constrained")
    grid = figure.add_gridspec(3, 2, height_ratios=(1, 1, 2.4))
    stage, names = stages(), ("everything", "another_radius")
    longest = max(max(report[name]["wall_s"], report[name]["bound_s"]) for name in names)
    for row, (name, title) in enumerate(zip(names, ("Everything", "Another radius"), strict=True)):
        axes = figure.add_subplot(grid[row, :])
        run = report[name]
        draw_jobs(axes, run, longest if row == 0 else max(run["wall_s"], run["bound_s"]), stage)
        axes.set_title(
            f"{title}: {run['wall_s']:.0f} s on {report['cores']} cores, {run['cpu_s']:.0f} CPU s,"
            f" {len(run['jobs'])} jobs (dashed: bound, {run['bound_s']:.0f} s)",
            loc="left",
        )
        bars = figure.add_subplot(grid[2, row])
        draw_rules(bars, run["rules"], stage)
        bars.set_title(title, loc="left")
    drawn = {stage[rule["name"]] for name in names for rule in report[name]["rules"]}
    handles = [Patch(color=colour, label=name) for name, colour in COLOURS.items() if name in drawn]
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=-(-len(handles) // 2),
        frameon=False,
    )
    figure.savefig(path.with_suffix(".png"), dpi=150, metadata={"Software": None})


if __name__ == "__main__":
    main()
