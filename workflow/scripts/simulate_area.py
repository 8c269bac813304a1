"""Make a study area with known truth, as the raw inputs a user would have."""

from hotslope.jobs import job_log

import logging

from hotslope.files import write_layers
from hotslope.grid import Grid
from hotslope.rasters import write_raster
from hotslope.simulation.histories import acquisition_dates, years_since
from hotslope.simulation.measurement import place_points
from hotslope.simulation.noise import ROUGHNESS
from hotslope.simulation.observation import draw_shapes, name_histories, observe
from hotslope.simulation.random_fields import nearest
from hotslope.simulation.randomness import Purpose, generator
from hotslope.simulation.raw_inputs import write_cover, write_items, write_points
from hotslope.simulation.study_area import AreaSettings, build_study_area
from hotslope.simulation.truth import describe_bodies, map_inventory, reference_outlines

logger = logging.getLogger("hotslope")

#: Cell of the land cover, m, as in the Esri product.
COVER_CELL_M = 10.0


def simulate_area(
    *,
    items_paths: dict[str, str],
    table_paths: dict[str, str],
    dem_path: str,
    layers_path: str,
    land_cover_path: str,
    inventory_path: str,
    reference_path: str,
    truth_path: str,
    settings: AreaSettings,
    atmosphere: str,
    inventory_completeness: float,
    label_error: float,
) -> None:
    """Simulate ground, moving bodies and their measurement, and write them.

    Paths of items and tables are keyed by track name.
    """
    study = build_study_area(settings)
    seed, crs = settings.seed, settings.crs
    area, land, bodies, tracks = study
    histories = name_histories(bodies, land, seed)
    logger.info("%d bodies on %.1f km²", len(bodies), study.km2)

    write_raster(dem_path, {"elevation_m": land.dem_m}, land.dem_grid, units="m")
    cover_grid = Grid.from_bounds(list(land.dem_grid.bounds_m), COVER_CELL_M, crs)
    write_cover(land_cover_path, nearest(land.dem_cover, land.dem_grid, cover_grid), cover_grid)
    write_layers(layers_path, land.layers)
    outlines, motion = describe_bodies(bodies, histories, land, area, tracks)
    write_layers(truth_path, {"bodies": outlines, "motion": motion})
    write_layers(reference_path, {"reference": reference_outlines(motion)})
    inventory = map_inventory(bodies, inventory_completeness, label_error, crs, seed)
    write_layers(inventory_path, {"inventory": inventory})

    dates = {name: acquisition_dates(track.number, seed) for name, track in tracks.items()}
    every = sorted(date for epochs in dates.values() for date in epochs)
    for name, track in tracks.items():
        points = place_points(
            land,
            area,
            track.density_per_km2,
            track.incidence_deg,
            track.heading_deg,
            generator(seed, Purpose.POINTS, track.number),
        )
        shapes = draw_shapes(bodies, histories, dates[name], (every[0], every[-1]), seed)
        years = years_since(dates[name], every[0])
        chunks = observe(
            bodies, shapes, land, area, points, track, years, ROUGHNESS[atmosphere], seed
        )
        write_items(items_paths[name], dates[name])
        written = write_points(table_paths[name], chunks)
        logger.info("%s: %d points, %d epochs", name, written, len(dates[name]))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        simulate_area(
            items_paths={
                "descending": snakemake.output.descending_items,
                "ascending": snakemake.output.ascending_items,
            },
            table_paths={
                "descending": snakemake.output.descending_table,
                "ascending": snakemake.output.ascending_table,
            },
            dem_path=snakemake.output.dem,
            layers_path=snakemake.output.layers,
            land_cover_path=snakemake.output.land_cover,
            inventory_path=snakemake.output.inventory,
            reference_path=snakemake.output.reference,
            truth_path=snakemake.output.truth,
            settings=AreaSettings(**snakemake.params.area),
            atmosphere=snakemake.params.atmosphere,
            inventory_completeness=snakemake.params.inventory_completeness,
            label_error=snakemake.params.label_error,
        )
