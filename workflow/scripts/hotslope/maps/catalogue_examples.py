"""Examples that put the map into catalogues and services: INSPIRE, STAC, pygeoapi."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
from pyproj import CRS, Transformer

from hotslope.columns import CANDIDATE_ID
from hotslope.learning.columns import OTHER

_INSPIRE = "http://inspire.ec.europa.eu/codelist"
_PROJECTION = "https://stac-extensions.github.io/projection/v2.0.0/schema.json"
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
#: Name of the layer of hazard areas.
HAZARD_LAYER = "hazard_area"


def hazard_areas(
    landslides: gpd.GeoDataFrame, namespace: str, period: tuple[dt.date, dt.date]
) -> gpd.GeoDataFrame:
    """Return the candidates as INSPIRE's Natural Risk Zones name them (HazardArea 4.0, flattened).

    Parameters
    ----------
    landslides : GeoDataFrame
        Layer `potential_landslides`.
    namespace : str
        Of the identifiers.
    period : tuple of date
        First and last acquisition.

    Returns
    -------
    GeoDataFrame
        Without candidates that the leading model classifies as other motion. A likelihood of
        occurrence is left void: no probability of this workflow is one.
    """
    kept = landslides[landslides["class"] != OTHER]
    unpopulated = f"{_INSPIRE}/VoidReasonValue/Unpopulated"
    columns = {
        "inspireId_localId": kept[CANDIDATE_ID].to_numpy(),
        "inspireId_namespace": namespace,
        "determinationMethod": f"{_INSPIRE}/DeterminationMethodValue/modelling",
        "typeOfHazard_hazardCategory": f"{_INSPIRE}/NaturalHazardCategoryValue/landslide",
        "validityPeriod_beginPosition": period[0].isoformat(),
        "validityPeriod_endPosition": period[1].isoformat(),
        "likelihoodOfOccurrence_voidReason": unpopulated,
        "magnitudeOrIntensity_voidReason": unpopulated,
    }
    table = pd.DataFrame(columns, index=range(len(kept))).astype("str")
    return gpd.GeoDataFrame(table, geometry=kept.geometry.to_numpy(), crs=landslides.crs)


def stac_item(
    name: str,
    bounds_m: Sequence[float],
    crs: str,
    period: tuple[dt.date, dt.date],
    assets: Mapping[str, tuple[str, str, str]],
) -> dict[str, Any]:
    """Return a STAC 1.0 item of the map.

    Parameters
    ----------
    name : str
        Of the study area.
    bounds_m : sequence of float
        West, south, east and north, m.
    crs : str
        Projected CRS.
    period : tuple of date
        First and last acquisition.
    assets : mapping of str to (str, str, str)
        Key → address from the item, media type, title.
    """
    box = [round(edge, 6) for edge in bounds_in_degrees(bounds_m, crs)]
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    properties: dict[str, Any] = {
        "title": f"{name}: potential landslides",
        "datetime": None,
        "start_datetime": f"{period[0].isoformat()}T00:00:00Z",
        "end_datetime": f"{period[1].isoformat()}T23:59:59Z",
        "proj:bbox": list(bounds_m),
    }
    authority = CRS(crs).to_authority()
    properties["proj:code"] = ":".join(authority) if authority else None
    if authority is None:
        properties["proj:wkt2"] = CRS(crs).to_wkt()
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "stac_extensions": [_PROJECTION],
        "id": f"potential-landslides-{_identifier(name)}",
        "bbox": box,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": properties,
        "links": [],
        "assets": {
            key: {"href": href, "type": kind, "title": title, "roles": [_role(kind)]}
            for key, (href, kind, title) in assets.items()
        },
    }


def _role(kind: str) -> str:
    return "overview" if kind in ("image/png", "text/html") else "data"


def _identifier(name: str) -> str:
    """Return letters and digits of a name, of any script, joined by hyphens."""
    return "-".join(re.findall(r"\w+", name.lower())) or "area"


def bounds_in_degrees(bounds_m: Sequence[float], crs: str) -> tuple[float, float, float, float]:
    """Return west, south, east and north in longitude and latitude of WGS 84."""
    west, south, east, north = bounds_m
    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return to_degrees.transform_bounds(west, south, east, north)


def pygeoapi_config(
    name: str, bounds_m: Sequence[float], crs: str, data_path: str, layer: str
) -> dict[str, Any]:
    """Return a configuration with which pygeoapi serves the map as OGC API Features.

    Parameters
    ----------
    name : str
        Of the study area.
    bounds_m : sequence of float
        West, south, east and north, m.
    crs : str
        Projected CRS.
    data_path : str
        GeoPackage, from the folder in which pygeoapi is started.
    layer : str
        Layer of it.
    """
    about = (
        "Potential landslides from InSAR. Velocities are along the line of sight, positive toward "
        "the sensor. Where nothing was measured, nothing is known."
    )
    authority = CRS(crs).to_authority()
    provider: dict[str, Any] = {
        "type": "feature",
        "name": "SQLiteGPKG",
        "data": data_path,
        "id_field": CANDIDATE_ID,
        "table": layer,
    }
    if authority:
        provider["storage_crs"] = f"http://www.opengis.net/def/crs/{authority[0]}/0/{authority[1]}"
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 5000},
            "url": "http://localhost:5000",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en"],
            "limits": {"default_items": 100, "max_items": 2000},
            "map": {
                "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
                "attribution": "OpenStreetMap contributors",
            },
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": f"{name}: potential landslides",
                "description": about,
                "keywords": ["landslide", "InSAR"],
                "keywords_type": "theme",
                "terms_of_service": "to be stated by who publishes",
                "url": "http://localhost:5000",
            },
            "license": {"name": "to be stated by who publishes"},
            "provider": {"name": "to be stated by who publishes"},
            "contact": {"name": "to be stated by who publishes"},
        },
        "resources": {
            layer: {
                "type": "collection",
                "title": f"{name}: potential landslides",
                "description": about,
                "keywords": ["landslide", "InSAR"],
                "links": [],
                "extents": {
                    "spatial": {"bbox": list(bounds_in_degrees(bounds_m, crs)), "crs": _CRS84}
                },
                "providers": [provider],
            }
        },
    }
