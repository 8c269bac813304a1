"""docs/draw_rulegraph.py on a hand-made graph."""

import importlib.util
import io
import sys
from itertools import pairwise
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "draw_rulegraph.py"
spec = importlib.util.spec_from_file_location("draw_rulegraph", SCRIPT)
assert spec is not None
assert spec.loader is not None
rulegraph = importlib.util.module_from_spec(spec)
sys.modules["draw_rulegraph"] = rulegraph
spec.loader.exec_module(rulegraph)

DOT = """digraph snakemake_dag {
    graph[bgcolor=white, margin=0];
    node[shape=box, style=rounded, fontname=sans,                 fontsize=10, penwidth=2];
    edge[penwidth=2, color=grey];
\t0[label = "all", color = "0.13 0.6 0.85", style="rounded"];
\t1[label = "draw\\ntrack: x", color = "0.40 0.6 0.85", style="rounded"];
\t2[label = "move", color = "0.27 0.6 0.85", style="rounded,dashed"];
\t3[label = "read", color = "0.00 0.6 0.85", style="rounded"];
\t4[label = "rest", color = "0.53 0.6 0.85", style="rounded"];
\t1 -> 0
\t4 -> 0
\t3 -> 1
\t2 -> 1
\t3 -> 2
\t3 -> 4
}
"""
STAGES = {"read": "points", "move": "motion", "rest": "motion", "draw": "maps"}


def test_dot_of_snakemake_is_read_without_its_target() -> None:
    graph = rulegraph.parse_dot(DOT)
    assert graph.rules == ["draw", "move", "read", "rest"]
    assert graph.edges == [("move", "draw"), ("read", "draw"), ("read", "move"), ("read", "rest")]


def test_detours_go() -> None:
    graph = rulegraph.without_detours(rulegraph.parse_dot(DOT))
    assert graph.edges == [("move", "draw"), ("read", "move"), ("read", "rest")]


def test_rows_follow_the_stages() -> None:
    graph = rulegraph.without_detours(rulegraph.parse_dot(DOT))
    assert rulegraph.rows_of(graph, STAGES) == [["read"], ["move", "rest"], ["draw"]]


def width(node: str) -> float:
    return rulegraph.WAYPOINT_PX if ">" in node else rulegraph.BOX_PX


def test_edges_pass_between_boxes_and_boxes_do_not_overlap() -> None:
    graph = rulegraph.parse_dot(DOT)
    rows, chains = rulegraph.with_waypoints(graph, rulegraph.rows_of(graph, STAGES))
    assert chains["read", "draw"] == ["read", "read>1", "draw"]
    x = rulegraph.place(rows, chains)
    for row in rows:
        for left, right in pairwise(sorted(row, key=x.get)):
            widths = [
                rulegraph.WAYPOINT_PX if ">" in node else rulegraph.BOX_PX for node in (left, right)
            ]
            assert x[right] - x[left] >= sum(widths) / 2


def test_every_rule_of_the_project_has_a_stage() -> None:
    stages = rulegraph.read_stages(SCRIPT.parents[1])
    assert stages["map_coverage"] == "maps"
    assert stages["plot_motion"] == stages["build_web_map"] == "maps"


def test_something_else_on_standard_input_is_refused() -> None:
    with pytest.raises(SystemExit, match="no rule graph"):
        rulegraph.parse_dot("Building DAG of jobs...\n")


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_same_bytes_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    files = [tmp_path / f"{number}.{suffix}" for number in range(2)]
    monkeypatch.setattr(rulegraph, "read_stages", lambda _: STAGES)
    for file in files:
        monkeypatch.setattr(sys, "stdin", io.StringIO(DOT))
        rulegraph.main(str(file))
    assert files[0].read_bytes() == files[1].read_bytes()
