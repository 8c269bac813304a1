"""Make small stacks of single-look complex images with known truth, from both orbits."""

from hotslope.jobs import job_log

import logging
from pathlib import Path

import numpy as np

from hotslope.grid import Grid
from hotslope.rasters import write_raster
from hotslope.simulation.images import acquire, finer, pixels_of
from hotslope.simulation.interferograms import ORBITS, simulate_ground
from hotslope.simulation.stack_files import write_baselines, write_plain, write_truth

logger = logging.getLogger("hotslope")


def simulate_images(
    *,
    folder_paths: dict[str, str],
    baselines_paths: dict[str, str],
    dem_path: str,
    reference_path: str,
    truth_path: str,
    bounds_m: list[float],
    crs: str,
    cell_size_m: float,
    seed: int,
    acquisitions: int,
    slides: int,
) -> None:
    """Simulate ground and the images of both orbits; write them to a folder per orbit.

    They are named ``20210105.slc.tif``. The DEM has their pixels, the truth has the cells of the
    ground.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    ground = simulate_ground(grid, seed, slides)
    rates = {}
    for number, (name, (incidence_deg, heading_deg)) in enumerate(ORBITS.items()):
        images = acquire(
            ground,
            number,
            seed,
            incidence_deg=incidence_deg,
            heading_deg=heading_deg,
            count=acquisitions,
        )
        rates[name] = ground.los_rate_mm_yr(incidence_deg, heading_deg)
        write_baselines(baselines_paths[name], images.dates, images.baseline_m)
        for date, values in zip(images.dates, images.values, strict=True):
            path = Path(folder_paths[name]) / f"{date:%Y%m%d}.slc.tif"
            write_plain(path, values, images.grid)
        logger.info("%s: %d images of %d x %d pixels", name, *images.values.shape)
    elevation_m = finer(ground.elevation_m).astype(np.float32)
    write_raster(dem_path, {"elevation_m": elevation_m}, pixels_of(grid), units="m")
    write_truth(truth_path, reference_path, ground, rates)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        simulate_images(
            folder_paths={name: snakemake.output[name] for name in ORBITS},
            baselines_paths={name: snakemake.output[f"{name}_baselines"] for name in ORBITS},
            dem_path=snakemake.output.dem,
            reference_path=snakemake.output.reference,
            truth_path=snakemake.output.truth,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
            cell_size_m=snakemake.params.cell_size_m,
            seed=snakemake.params.seed,
            acquisitions=snakemake.params.acquisitions,
            slides=snakemake.params.slides,
        )
