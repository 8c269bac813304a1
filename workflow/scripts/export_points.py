"""Points of a track as a GeoPackage that InSAR Explorer and viewers like it open."""

from hotslope.jobs import job_log

import logging
import os

import pyarrow.parquet as pq
import pyogrio

from hotslope.files import PINNED_DATE, atomic_path
from hotslope.points.tables import POINTS
from hotslope.points.viewer_points import GEOMETRY, viewer_batches

logger = logging.getLogger("hotslope")


def export_points(*, points_path: str, export_path: str, track: str, crs: str) -> None:
    """Write the points of a track under the names that viewers know; the layer is the track."""
    POINTS.check_kind(points_path)
    os.environ["OGR_CURRENT_DATE"] = PINNED_DATE
    with pq.ParquetFile(points_path) as points, atomic_path(export_path) as partial:
        pyogrio.raw.write_arrow(
            viewer_batches(points),
            partial,
            layer=track,
            driver="GPKG",
            geometry_name=GEOMETRY,
            geometry_type="Point",
            crs=crs,
        )
        logger.info("%s: %d points exported", track, points.metadata.num_rows)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        export_points(
            points_path=snakemake.input.points,
            export_path=snakemake.output.export,
            track=snakemake.params.track,
            crs=snakemake.params.crs,
        )
