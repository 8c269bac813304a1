"""Make small stacks of unwrapped interferograms with known truth, from both orbits."""

from hotslope.jobs import job_log

import logging
from pathlib import Path

from hotslope.grid import Grid
from hotslope.rasters import write_raster
from hotslope.simulation.interferograms import ORBITS, Stack, measure, simulate_ground
from hotslope.simulation.stack_files import write_baselines, write_plain, write_truth

logger = logging.getLogger("hotslope")


def simulate_stack(
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
    """Simulate ground and the interferograms of both orbits; write them to a folder per orbit.

    The names are those of LiCSAR: ``20210105_20210117.geo.unw.tif`` and ``….geo.cc.tif``.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    ground = simulate_ground(grid, seed, slides)
    rates = {}
    for number, (name, (incidence_deg, heading_deg)) in enumerate(ORBITS.items()):
        stack = measure(
            ground,
            number,
            seed,
            incidence_deg=incidence_deg,
            heading_deg=heading_deg,
            count=acquisitions,
        )
        rates[name] = ground.los_rate_mm_yr(incidence_deg, heading_deg)
        write_baselines(baselines_paths[name], stack.dates, stack.baseline_m)
        _write_stack(Path(folder_paths[name]), stack, grid)
        logger.info("%s: %d interferograms of %d dates", name, len(stack.pairs), acquisitions)
    write_raster(dem_path, {"elevation_m": ground.elevation_m}, grid, units="m")
    write_truth(truth_path, reference_path, ground, rates)


def _write_stack(folder: Path, stack: Stack, grid: Grid) -> None:
    """Write interferograms and their coherence."""
    for index, (first, later) in enumerate(stack.pairs):
        name = f"{stack.dates[first]:%Y%m%d}_{stack.dates[later]:%Y%m%d}.geo"
        for kind, layer in (("unw", stack.phase_rad), ("cc", stack.coherence)):
            write_plain(folder / f"{name}.{kind}.tif", layer[index], grid)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        simulate_stack(
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
