"""Reading of the errors of a track, by which candidates are assessed."""

import json
from pathlib import Path

from hotslope.candidates.assessment import TrackErrors
from hotslope.motion.track_files import read_variogram


def read_track_errors(error_summary_path: str) -> TrackErrors:
    """Read what is known of the errors of a track."""
    summary = json.loads(Path(error_summary_path).read_text(encoding="utf-8"))
    return TrackErrors(
        read_variogram(error_summary_path),
        summary["first_date"],
        summary["last_date"],
        summary["ambiguity_mm_yr"]["median_interval"],
    )
