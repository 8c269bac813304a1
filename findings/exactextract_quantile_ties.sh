#!/bin/sh
# exactextract 0.3 merges equal values before it interpolates a quantile: the median of 95 cells of 7
# and 5 cells of 30 comes out as 18.5, half way between two distinct values, not as 7.
# Why it matters to a hotslope user: medians of whole-metre DEMs, or of any raster of few values,
# are far off when taken with exactextract directly. hotslope interpolates over cells itself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet exactextract==0.3.0 geopandas==1.2.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import exactextract, geopandas, numpy, shapely
from exactextract.raster import NumPyRasterSource

values = numpy.array([7.0] * 95 + [30.0] * 5).reshape(10, 10)
crs = geopandas.GeoSeries([], crs=3857).crs
raster = NumPyRasterSource(values, 0, 0, 10, 10, srs_wkt=crs.to_wkt())
polygon = geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10)], crs=crs)
found = exactextract.exact_extract(raster, polygon, ["median"], output="pandas")["median"][0]
print("exactextract", exactextract.__version__)
print("median by exactextract:", found, "| by numpy:", numpy.median(values))
raise SystemExit(bool(found != 18.5))
END
