#!/bin/sh
# GDAL's warper, cubic, from a grid turned by 30 degrees to a north-up one of equal cells: a plane of
# 40 % comes out with ripples of 0.13 m at cells of 12.5 m, because GDAL takes the turned grid for a
# finer one and widens its kernel. With XSCALE=1 YSCALE=1 the plane is exact.
# Why it matters to a hotslope user: ripples of a decimetre are slopes of a percent and curvatures that
# no ground has. hotslope sets both options; a DEM warped beforehand should be warped so too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet rasterio==1.4.4 numpy==2.4.6 affine==3.0.1
"$folder/venv/bin/python" - <<'END'
import numpy, rasterio
from rasterio import Affine
from rasterio.enums import Resampling
from rasterio.io import MemoryFile
from rasterio.vrt import WarpedVRT

turned = Affine.rotation(30) @ Affine.scale(12.5, -12.5) @ Affine.translation(-100, -100)
north_up = Affine(12.5, 0, -600, 0, -12.5, 500)
columns, rows = numpy.meshgrid(numpy.arange(200) + 0.5, numpy.arange(200) + 0.5)
plane = 1000.0 + 0.4 * (turned.a * columns + turned.b * rows + turned.c)
expected = 1000.0 + 0.4 * (north_up.c + 12.5 * (numpy.arange(96) + 0.5))
off = []
for options in ({}, {"XSCALE": 1, "YSCALE": 1}):
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", height=200, width=200, count=1, dtype="float64",
                         crs="EPSG:32647", transform=turned, nodata=numpy.nan) as target:
            target.write(plane, 1)
        with memory.open() as source, WarpedVRT(
            source, crs="EPSG:32647", transform=north_up, width=96, height=80,
            resampling=Resampling.cubic, **options,
        ) as warped:
            off.append(float(numpy.abs(warped.read(1) - expected).max()))
print("rasterio", rasterio.__version__, "GDAL", rasterio.__gdal_version__)
print(f"off by {off[0]:.3f} m as it comes, {off[1]:.1e} m with XSCALE=1 YSCALE=1")
raise SystemExit(not (off[0] > 0.05 and off[1] < 1e-6))
END
