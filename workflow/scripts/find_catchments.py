"""Find the catchment that each labelled slope lies in, for folds that keep catchments whole."""

from hotslope.jobs import job_log

import logging

import numpy as np

from hotslope.learning.tables import CATCHMENTS, LABELS
from hotslope.rasters import read_raster
from hotslope.terrain.hydrology import catchments

logger = logging.getLogger("hotslope.learning")


def find_catchments(
    *, dem_path: str, labels_path: str, catchments_path: str, size_km2: float
) -> None:
    """Write the catchment of each candidate's centroid; 0 outside the DEM and in its gaps."""
    labels = LABELS.read(labels_path)
    elevation_m, grid = read_raster(dem_path)
    numbers = catchments(elevation_m, grid.cell_size_m, size_km2 * 1e6)
    cells = grid.cell_numbers(labels["x_m"].to_numpy(), labels["y_m"].to_numpy())
    found = np.where(cells >= 0, numbers.ravel()[cells], 0)
    logger.info("candidates lie in %d of %d catchments", np.unique(found).size, numbers.max())
    CATCHMENTS.write(catchments_path, labels[["candidate_id"]].assign(catchment=found))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        find_catchments(
            dem_path=snakemake.input.dem,
            labels_path=snakemake.input.labels,
            catchments_path=snakemake.output.catchments,
            size_km2=snakemake.params.size_km2,
        )
