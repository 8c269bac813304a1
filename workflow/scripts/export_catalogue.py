"""Examples for catalogues and services: INSPIRE hazard areas, a STAC item, a pygeoapi config."""

from hotslope.jobs import job_log, unescaped

import datetime as dt
import os
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq

from hotslope.columns import epoch_columns, epoch_date
from hotslope.errors import InputError
from hotslope.files import write_json, write_layers
from hotslope.maps.catalogue_examples import HAZARD_LAYER, hazard_areas, pygeoapi_config, stac_item
from hotslope.maps.tables import LANDSLIDES_LAYER

GEOPACKAGE = "application/geopackage+sqlite3"


def export_catalogue(
    *,
    landslides_path: str,
    coverage_path: str,
    picture_path: str,
    points_paths: list[str],
    hazard_path: str,
    item_path: str,
    service_path: str,
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Write each example; addresses are relative to it, of pygeoapi to the folder of results."""
    period = _period(points_paths)
    landslides = gpd.read_file(landslides_path, layer=LANDSLIDES_LAYER)
    areas = hazard_areas(landslides, study_area_name, period)
    write_layers(hazard_path, {HAZARD_LAYER: areas})
    folder = Path(item_path).parent
    assets = {
        "map": (_from(landslides_path, folder), GEOPACKAGE, "potential landslides"),
        "hazard_areas": (_from(hazard_path, folder), GEOPACKAGE, "INSPIRE hazard areas"),
        "coverage": (
            _from(coverage_path, folder),
            "image/tiff; application=geotiff; profile=cloud-optimized",
            "where motion was measured",
        ),
        "picture": (_from(picture_path, folder), "image/png", "the map as a picture"),
    }
    write_json(item_path, stac_item(study_area_name, bounds_m, crs, period, assets))
    data_path = _from(landslides_path, Path(service_path).parents[1])
    service = pygeoapi_config(study_area_name, bounds_m, crs, data_path, LANDSLIDES_LAYER)
    # JSON is YAML, which pygeoapi reads.
    write_json(service_path, service)


def _from(path: str, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _period(points_paths: list[str]) -> tuple[dt.date, dt.date]:
    """First and last acquisition of all tracks."""
    names = [name for path in points_paths for name in pq.read_schema(path).names]
    dates = [epoch_date(name) for name in epoch_columns(names)]
    if not dates:
        raise InputError("tracks", "have no acquisition dates", "Give points with their series")
    return min(dates), max(dates)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        export_catalogue(
            landslides_path=snakemake.input.landslides,
            coverage_path=snakemake.input.coverage,
            picture_path=snakemake.input.picture,
            points_paths=list(snakemake.input.points),
            hazard_path=snakemake.output.hazard,
            item_path=snakemake.output.item,
            service_path=snakemake.output.service,
            study_area_name=unescaped(snakemake.params.study_area_name),
            bounds_m=snakemake.params.bounds_m,
            crs=unescaped(snakemake.params.crs),
        )
