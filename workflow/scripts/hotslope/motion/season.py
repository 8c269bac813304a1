"""Whether series are long enough to separate a season from a trend, from their summaries."""

import json
from collections.abc import Iterable
from pathlib import Path

SEASON_MODELLED, SEASON_NOT_SEPARABLE = "annual term in every model", "not separable"
_SUFFIX = "_trends.json"


def tracks_without_season(summary_paths: Iterable[str]) -> list[str]:
    """Return the tracks in whose series a season may look like a bend, in the order given.

    Parameters
    ----------
    summary_paths : iterable of str
        ``{track}_trends.json`` of `classify_trends`.
    """
    paths = [Path(path) for path in summary_paths]
    return [
        path.name.removesuffix(_SUFFIX)
        for path in paths
        if json.loads(path.read_text(encoding="utf-8")).get("season") == SEASON_NOT_SEPARABLE
    ]
