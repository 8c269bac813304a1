# What rules read and are given, as the config has it: files that are inputs only under some
# settings, options of tracks and models.
# Functions only, like common.smk.

from carried_models import training_areas
from config_files import (
    EXPOSED,
    PLUGINS,
    REMOTE,
    beside_previous,
    configured_files,
    files_in,
    files_with_parts,
    is_made,
)
from contents import Contents
from provenance import citation, texts_digest
from tracks import as_points, measures_phase, reader_options

CONTENTS = Contents()
CONFIGURED = configured_files(config)
RAW = {file for file in CONFIGURED if not is_made(file, config)}


def raw(files):
    """Inputs that no rule makes, known by their content, whatever their dates."""
    return [ancient(file) if file in RAW else file for file in files]


def raw_contents(files):
    """What each of the files holds that no rule makes, by its name."""
    return [(file, CONTENTS.digest(file)) for file in files if file in RAW]


def raw_file(path):
    """One optional input that no rule makes."""
    return raw([path])[0] if path else []


def given(path):
    """An optional input: the files named, or none."""
    return raw(files_in(path))


def layer_file(layer):
    """The file of a map layer as an optional input."""
    return given(config["layers"][layer]["path"])


def exposed_layers():
    """The files of what may be exposed, optional inputs."""
    return [
        file for layer in EXPOSED for file in given(config["exposure"][layer]["path"])
    ]


def exposure_file():
    """What is exposed to each candidate, an optional input: only with a layer of it."""
    made = exposed_layers() and not LEARNS_ALONE
    return ["results/exposure/exposure.gpkg"] if made else []


def previous_files():
    """The candidates of an earlier run and what belongs to them, optional inputs."""
    return {
        "previous": raw_file(config["previous"]),
        "beside": raw(beside_previous(config)),
    }


def radius_file(radius_m):
    """The file in which the radius of the track at hand is chosen, where it is auto."""
    return "results/motion/{track}_radius.json" if radius_m == "auto" else []


def background_file(background):
    """The long-wave background of the track at hand, where it is subtracted."""
    return "results/motion/{track}_background.tif" if background != "none" else []


def removed_background():
    """The background of the track at hand, where the rate rule subtracts it; no other does."""
    candidates = config["candidates"]
    return background_file(candidates["background"] if BY_RATE else "none")


def noise_files():
    """Outlines of noise of every track, an optional input: none where no noise is drawn."""
    if not DRAWS_NOISE:
        return []
    return expand("results/candidates/{track}_noise.json", track=TRACKS)


def track_option(key):
    """A function of wildcards: one setting of the track at hand."""
    return lambda wildcards: config["tracks"][wildcards.track][key]


def track_files(wildcards):
    """Every file of the track at hand."""
    return raw(files_with_parts(config["tracks"][wildcards.track]["points"]))


def points_option(key):
    """A function of wildcards: one setting of the track at hand as its points are read."""
    return lambda wildcards: as_points(
        wildcards.track, config["tracks"][wildcards.track]
    )[key]


def points_files(wildcards):
    """Every file of the points of the track at hand."""
    if wildcards.track in INTERFEROMETRIC:
        return points_option("points")(wildcards)
    return track_files(wildcards)


def format_options(wildcards):
    """Options of the reader of the track at hand."""
    options = reader_options(
        as_points(wildcards.track, config["tracks"][wildcards.track])
    )
    return options | {"thin": config["points"]["thin"]}


def without(settings, *keys):
    """A section of the config but for some of its keys."""
    return {key: value for key, value in settings.items() if key not in keys}


def remote_address(wildcards):
    """The address of a file that is fetched."""
    scheme, _, place = wildcards.place.partition("/")
    return f"{scheme}://{place}"


def remote_file(wildcards):
    """The file at an address, as its storage plugin knows it."""
    address = remote_address(wildcards)
    plugin = PLUGINS[address.partition(":")[0]]
    return getattr(storage, plugin)(address)


def remote_size(wildcards):
    """Length of a file as its storage reports it, bytes; 0 where it reports none."""
    return remote_file(wildcards).flags["storage_object"].size()


def remote_time(wildcards):
    """When a file was changed as its storage reports it, seconds since 1970; 0 where it does not."""
    return remote_file(wildcards).flags["storage_object"].mtime()


def checksum(wildcards):
    """The checksum that the config gives a file that is fetched, or none."""
    return config["checksums"].get(REMOTE + wildcards.place)


def terrain_file(name):
    """A raster of the terrain as an optional input: there are none without a DEM."""
    return f"results/terrain/{name}.tif" if config["terrain"]["dem"] else []


def factor_rasters():
    """Rasters of the factors of the terrain, where there is a DEM."""
    if not config["terrain"]["dem"]:
        return []
    relief = ["elevation", "slope", "aspect", "plan_curvature", "profile_curvature"]
    names = [*relief, "tpi", "tri", "spi", "twi"]
    return expand("results/terrain/{name}.tif", name=names)


def visibility_files():
    """Visibility of the ground per track, where there is a DEM."""
    if not config["terrain"]["dem"]:
        return []
    return expand("results/terrain/{track}_visibility.tif", track=LOOKING)


def sees_both_sides():
    """Whether tracks of both passes are at hand, so that east and up can be separated."""
    return {config["tracks"][track]["pass"] for track in LOOKING} == {
        "ascending",
        "descending",
    }


def decomposed_tracks():
    """Tracks for east and up; where too few know where they look from, the rule refuses."""
    return LOOKING if sees_both_sides() else TRACKS


def trained_models():
    """Models that are trained: none without an inventory, which gives the labels."""
    return MODELS if config["inventory"]["path"] else []


def shown_models():
    """Models whose predictions are shown: those that are trained, or the one applied."""
    return [APPLIED] if APPLIED else trained_models()


def applied_file(name):
    """A file of the model applied, an optional input: there is none where models are trained."""
    return [f"results/learning/{APPLIED}/{name}"] if APPLIED else []


def has_models():
    """Whether any model is trained."""
    return bool(trained_models())


def catchments_of_candidates():
    """The catchment of each candidate as an input, where folds keep catchments whole."""
    return (
        {"catchments": "results/learning/catchments.parquet"} if IN_CATCHMENTS else {}
    )


def model_options(wildcards):
    """Options of the model at hand, see `options_of`."""
    return options_of(wildcards.model)


def options_of(model):
    """Options of a model; of the network, with the device on which it trains."""
    device = {"device": config["learning"]["device"]} if model == "cnn" else {}
    return config["models"][model] | device


def configured_classes():
    """Classes that the config gives each categorical factor, where it names any."""
    layers = {name: config["layers"][name] for name in ("lithology", "land_use")}
    return {
        name: sorted({each for each in layer["classes"].values() if each is not None})
        for name, layer in layers.items()
        if layer["classes"]
    }


def measures():
    """Settings by which factors are measured: a model fits an area with the same ones alone."""
    keys = ("tpi_window_m", "tri", "slope_floor_deg", "flat_slope_deg")
    return {key: config["terrain"][key] for key in keys}


def applied_model():
    """The model applied, and what it must fit, for the check of inputs; None where there is none."""
    if not APPLIED:
        return None
    return {
        "path": config["learning"]["model"],
        "factors": config["factors"],
        "classes": configured_classes(),
        "measures": measures(),
    }


def model_origin():
    """What the folder of a trained model says of the run."""
    return {
        "name": config["study_area"]["name"],
        "crs": config["study_area"]["crs"],
        "areas": training_areas(config),
        "licence": config["learning"]["licence"],
        "hotslope": citation(workflow.basedir)["version"],
        "measures": measures(),
        "classes": configured_classes(),
    }


def model_files(name):
    """A file of every model, an optional input: there is none where nothing is learnt."""
    return expand(f"results/learning/{{model}}/{name}", model=shown_models())


def stability_file():
    """Stability of the candidates, an optional input: the rate rule has one, unless off."""
    candidates = config["candidates"]
    measured = BY_RATE and candidates["stability_replicas"] > 0
    return ["results/candidates/stability.parquet"] if measured else []


def chosen_radius_files():
    """The radius chosen for every track, an optional input: there is none where it is given."""
    if config["hotspots"]["radius_m"] != "auto":
        return []
    return expand("results/motion/{track}_radius.json", track=TRACKS)


def extraction_file():
    """The accuracy of extraction, an optional input of figures: only with reference outlines."""
    return (
        ["results/candidates/extraction.json"]
        if config["candidates"]["reference"]
        else []
    )


def only_if(condition, **files):
    """Outputs of a rule that it has only where a condition holds."""
    return files if condition else {}


def vector_figures(*names, **conditional):
    """Figures of a rule as drawings, in the formats that the config asks for.

    The figures `conditional` are made only where their condition holds.
    """
    names = [*names, *(name for name, made in conditional.items() if made)]
    files = [
        f"results/maps/figures/{name}.{kind}"
        for name in names
        for kind in config["maps"]["vector_figures"]
    ]
    return only_if(files, vectors=files)


def stable_ground_file():
    """Pieces of stable ground, an optional input: only where models learn from them."""
    if NEGATIVES != "stable_ground" or not has_models():
        return []
    return ["results/learning/stable_ground.gpkg"]


def only_with_models(file):
    """A file of the learning stage as an optional input: there is none where nothing is learnt."""
    return file if has_models() else []


def texts(*parts):
    """A function of wildcards: the digest of files and folders that are kept with the workflow."""
    return lambda wildcards: texts_digest(str(workflow.basedir), *parts)
