#!/bin/sh
# whitebox-workflows 2.0.6: `fill_depressions` takes no cell at the edge of the DEM for an outlet. A
# hollow that spills over the edge is filled up to the next pass inside; `fill_depressions_wang_and_liu`
# drains it over the edge, as a priority flood does.
# Why it matters to a hotslope user: a DEM cut to a study area cuts valleys. With the plain tool their
# floors rise by tens of metres, and contributing area, SPI and TWI around them are wrong.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet whitebox-workflows==2.0.6 rasterio==1.4.4 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'END'
from importlib.metadata import version

import numpy, rasterio, whitebox_workflows

# Rolling hills in whole metres whose hollows reach the edge.
rows, columns = numpy.mgrid[:80, :80]
hills = 30.0 * numpy.sin(rows / 9.0) * numpy.cos(columns / 11.0)
ground = numpy.round(1000.0 + hills - 0.5 * rows)
place = rasterio.transform.from_origin(500000, 4000000, 10, 10)
with rasterio.open("dem.tif", "w", driver="GTiff", height=80, width=80, count=1, dtype="float64",
                   crs="EPSG:32631", transform=place, nodata=-32768.0) as target:
    target.write(ground, 1)
tools = whitebox_workflows.WbEnvironment()
dem = tools.read_raster("dem.tif")
raised = {}
for name in ("fill_depressions", "fill_depressions_wang_and_liu"):
    tools.write_raster(getattr(tools.hydrology, name)(dem=dem, fix_flats=True), "filled.tif")
    with rasterio.open("filled.tif") as source:
        raised[name] = float((source.read(1) - ground).max())
print("whitebox-workflows", version("whitebox-workflows"))
for name, height in raised.items():
    print(f"{name}: raised by up to {height:.2f} m")
overfilled = raised["fill_depressions"] > raised["fill_depressions_wang_and_liu"] + 1.0
raise SystemExit(not overfilled)
END
