"""What the config says of a track, before any of its files is opened.

Imported by common.smk and inputs.smk. Plain Python, like the other modules of the rules.
"""

#: Keys of a track that are no options of its reader.
TRACK_KEYS = (
    "pass",
    "format",
    "points",
    "incidence_deg",
    "heading_deg",
    "los_sign",
    "wavelength_m",
)
#: Files that hold the line of sight of every point, by their role among the points of a track;
#: of several sets any one serves.
SIGHT_ROLES = {
    "mintpy": [{"geometry"}],
    "licsbas": [{"east", "north", "up"}],
    "sarvey": [{"geometry"}],
    "opera_disp": [{"line_of_sight"}],
    "dolphin": [{"line_of_sight"}],
    "hyp3": [{"look_theta", "look_phi"}],
    "unwrapped": [{"east", "north", "up"}, {"look_theta", "look_phi"}, {"line_of_sight"}],
}
#: Formats of which the stage interferometry makes points first.
INTERFEROMETRIC = ("unwrapped",)


def has_sight(options):
    """Whether the points of a track will have a line of sight, as far as its config shows."""
    points, columns = options["points"], options.get("columns") or {}
    if isinstance(points, dict) and "releases" in points:
        points = points["releases"][-1]
    sets = SIGHT_ROLES.get(options["format"], [])
    in_files = isinstance(points, dict) and any(each <= set(points) for each in sets)
    incidence = (
        options["incidence_deg"] is not None
        or "incidence_deg" in columns
        or (is_interferometric(options) and "incidence" in points)
    )
    by_angles = options["heading_deg"] is not None and incidence
    return (
        options["format"] == "egms"
        or str(points).endswith(".he5")  # MintPy's, with geometry
        or "los_up" in columns
        or in_files
        or by_angles
    )


def measures_phase(options):
    """Whether the displacements of a track are phase, which its wavelength makes lengths."""
    return options.get("displacement_unit") == "rad" or is_interferometric(options)


def is_interferometric(options):
    """Whether the points of a track are made of its interferograms first."""
    return options["format"] in INTERFEROMETRIC


def as_points(track, options):
    """Return a track as its points are read: those made of interferograms are a table.

    Their sign is then that of all points.
    """
    if not is_interferometric(options):
        return options
    kept = {
        key: value
        for key, value in options.items()
        if key not in ("orbit_height_m", "wavelength_m")
    }
    points = f"results/interferometry/{track}.parquet"
    return {**kept, "format": "table", "points": points, "los_sign": 1}


def reader_options(options):
    """Return the options for the reader of a track among its keys."""
    return {
        key: value
        for key, value in options.items()
        if key not in TRACK_KEYS or (key == "wavelength_m" and measures_phase(options))
    }
