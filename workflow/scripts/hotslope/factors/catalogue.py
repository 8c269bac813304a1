"""The factors that describe a candidate: unit, source and how each is measured."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Factor:
    """A conditioning factor.

    Parameters
    ----------
    unit : str
        Unit of the values; ``class`` for a category.
    source : str
        Config key of the dataset that it needs.
    method : str
        How one value per candidate is taken.
    description : str
        What it means, with the sense of its sign.
    """

    unit: str
    source: str
    method: str
    description: str

    def as_dict(self) -> dict[str, str]:
        """Return the fields, for a report."""
        return asdict(self)


_DEM = "terrain.dem"
_SHARE = "share of the points of all tracks inside the candidate"
_DISTANCE = "shortest distance from the candidate's edge; 0 where it is crossed"

#: The 17 factors of Zhang et al. (2023), in their order.
FACTORS: dict[str, Factor] = {
    "slope": Factor("degree", _DEM, "mean", "steepness"),
    "aspect": Factor(
        "class",
        _DEM,
        "direction of the mean downslope vector",
        "facing n, ne, e, se, s, sw, w, nw, or flat",
    ),
    "plan_curvature": Factor(
        "1/m", _DEM, "mean", "curvature across the slope, positive where flow diverges"
    ),
    "profile_curvature": Factor(
        "1/m", _DEM, "mean", "curvature down the slope, positive where concave"
    ),
    "elevation": Factor("m", _DEM, "mean", "height above the DEM's datum"),
    "twi": Factor("ln(m)", _DEM, "median", "topographic wetness index ln(As / tan slope)"),
    "spi": Factor("m2/m", _DEM, "95th percentile", "stream power index As tan(slope)"),
    "tpi": Factor("m", _DEM, "mean", "height above the surroundings, positive on ridges"),
    "tri": Factor("m", _DEM, "mean", "ruggedness of 3 x 3 cells"),
    "lithology": Factor(
        "class", "layers.lithology.path", "class of the largest area", "rock or soil group"
    ),
    "land_use": Factor(
        "class", "layers.land_use.path", "class of the largest area", "land cover or use"
    ),
    "distance_to_faults": Factor("m", "layers.faults.path", _DISTANCE, "distance to a fault"),
    "distance_to_rivers": Factor("m", "layers.rivers.path", _DISTANCE, "distance to a river"),
    "distance_to_roads": Factor("m", "layers.roads.path", _DISTANCE, "distance to a road"),
    "trend_uncorrelated": Factor("share", "tracks", _SHARE, "displacement without trend"),
    "trend_linear": Factor("share", "tracks", _SHARE, "displacement at constant velocity"),
    "trend_nonlinear": Factor(
        "share", "tracks", _SHARE, "displacement that bends, breaks or jumps"
    ),
}

#: Statistic of the terrain factors that are one number of one raster; see `zonal`.
TERRAIN_STATISTICS = {
    "slope": "mean",
    "plan_curvature": "mean",
    "profile_curvature": "mean",
    "elevation": "mean",
    "twi": "median",
    "spi": "quantile(q=0.95)",
    "tpi": "mean",
    "tri": "mean",
}

#: Columns beside the factors on their reliability.
SIDE_COLUMNS = {
    "aspect_resultant": "agreement of directions: 1 all one way, 0 cancelling",
    "lithology_share": "share of the lithology class in the candidate's mapped area",
    "land_use_share": "share of the land-use class in the candidate's mapped area",
    "n_trend_points": "points that the trend shares rest on",
}

#: Layer of lines to which each distance is measured.
LINE_LAYERS = {
    "distance_to_faults": "faults",
    "distance_to_rivers": "rivers",
    "distance_to_roads": "roads",
}
