"""The results that a reader opens first."""

SHEETS = "results/maps/sheets/"
#: Path → what it is, in the order in which to look; folders end in a slash.
FILES_TO_OPEN = {
    "results/summary.html": "this run on one page, also as PDF",
    "results/maps/web/index.html": "the interactive map, in any browser, without network",
    "results/maps/hotslope.qgz": "all layers in QGIS 3.22 and newer",
    "results/maps/potential_landslides.gpkg": "the map as data, with styles and descriptions",
    SHEETS: "a page per candidate, for the field",
    "results/maps/figures/": "pictures of every step",
    "results/README.md": "what every file holds, and how it was made",
    "results/report.html": "figures, parameters and methods on one page, made by `make report`",
}
