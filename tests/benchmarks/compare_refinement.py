"""Do outlines match the ground better once they are moved to slope breaks?

    python tests/benchmarks/compare_refinement.py FOLDER...

Each folder holds a finished run on a simulated area (`snakemake --directory FOLDER
--configfile config/config.yaml seed.yaml -- results/candidates/extraction.json`). Every
candidate is changed within a band along its outline, in two ways: *breaks*, by a watershed of
how fast the surface normal turns, flooded from the core and from the ground beyond; *facing*, by
taking the cells of the band that face within 30 degrees of the core. All are measured against
the same reference. Two controls show what the terrain adds: the relief of 2.8 km away, and an
outline that is only smoothed.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
from scipy import ndimage

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from hotslope.candidates.accuracy import extraction_accuracy  # noqa: E402
from hotslope.candidates.outlines import region_outlines  # noqa: E402
from hotslope.candidates.stability import candidate_cells  # noqa: E402
from hotslope.candidates.zones import window_around  # noqa: E402
from hotslope.grid import Grid  # noqa: E402
from hotslope.rasters import read_raster  # noqa: E402

#: Half widths of the band, cells of 12.5 m.
BANDS = (2, 4, 6)
SHIFT_CELLS = 160
SMOOTHING_CELLS = 2.0
#: Of 30 degrees.
COSINE = np.sqrt(0.75)
NAMES = ("accuracy", "missing", "iou", "f1")


Place = tuple[slice, slice]
Change = Callable[[np.ndarray, Place], np.ndarray]


def unit_normals(slope_deg: np.ndarray, aspect_deg: np.ndarray) -> np.ndarray:
    """East, north and up part of the surface normal, smoothed by two cells."""
    slope, aspect = np.radians(np.nan_to_num(slope_deg)), np.radians(np.nan_to_num(aspect_deg))
    parts = (np.sin(slope) * np.sin(aspect), np.sin(slope) * np.cos(aspect), np.cos(slope))
    normals = np.stack([ndimage.gaussian_filter(part, SMOOTHING_CELLS) for part in parts])
    return normals / np.linalg.norm(normals, axis=0)


def sides(candidate: np.ndarray, band_cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Core that stays inside, and ground that stays outside."""
    distance_in = ndimage.distance_transform_edt(candidate)
    distance_out = ndimage.distance_transform_edt(~candidate)
    # A small candidate keeps a core: its cells farthest from the rim.
    core = distance_in > min(band_cells, 0.7 * distance_in.max())
    return core, distance_out > band_cells


def breaks(candidate: np.ndarray, normals: np.ndarray, band_cells: int) -> np.ndarray:
    """Flood the band from both sides; the outline comes to lie on the strongest break."""
    core, outside = sides(candidate, band_cells)
    markers = np.where(core, 1, np.where(outside, 2, 0)).astype(np.int8)
    slopes = [np.gradient(part, axis=axis) for part in normals for axis in (0, 1)]
    turn = np.linalg.norm(slopes, axis=0)
    height = np.round(turn / turn.max() * 65535).astype(np.uint16)
    return ndimage.watershed_ift(height, markers, structure=np.ones((3, 3))) == 1


def facing(candidate: np.ndarray, normals: np.ndarray, band_cells: int) -> np.ndarray:
    """Take what faces as the core does; holes are filled and pieces off the core dropped."""
    core, outside = sides(candidate, band_cells)
    mean = normals[:, core].mean(axis=1)
    alike = np.tensordot(mean / np.linalg.norm(mean), normals, axes=1) >= COSINE
    parts, _ = ndimage.label(ndimage.binary_fill_holes((core | alike) & ~outside))
    return np.isin(parts, np.unique(parts[core]))


def smoothed(candidate: np.ndarray, band_cells: int) -> np.ndarray:
    """Control: the outline of the blurred candidate."""
    return ndimage.gaussian_filter(candidate.astype(float), band_cells / 2) >= 0.5


def refined(candidates: gpd.GeoDataFrame, grid: Grid, change: Change) -> gpd.GeoSeries:
    """Change each candidate in a window of its own."""
    outlines = []
    for polygon in candidates.geometry:
        window = window_around(polygon, 20 * grid.cell_size_m, grid)
        column, row = ~grid.transform @ (window.transform.c, window.transform.f)
        cells = candidate_cells(polygon, window)
        top, left = round(row), round(column)
        place = (slice(top, top + window.shape[0]), slice(left, left + window.shape[1]))
        outlines.extend(region_outlines(change(cells, place).astype(np.int32), window.transform))
    return gpd.GeoSeries(outlines, crs=candidates.crs)


def rows_of(folder: Path) -> dict[str, list[float]]:
    """Shares of the outlines as they are and after each change."""
    candidates = gpd.read_file(folder / "results/candidates/candidates.gpkg", layer="candidates")
    reference = gpd.read_file(folder / "resources/demo/reference.gpkg")
    slope, grid = read_raster(folder / "results/terrain/slope.tif")
    here = unit_normals(slope, read_raster(folder / "results/terrain/aspect.tif")[0])
    found = {"as they are": candidates.geometry}
    moved = np.roll(here, (SHIFT_CELLS, SHIFT_CELLS), axis=(1, 2))
    for band in BANDS:
        for method in (breaks, facing):
            for where, normals in (("", here), (" of relief moved", moved)):
                found[f"{method.__name__}{where}, {band} cells"] = refined(
                    candidates,
                    grid,
                    lambda cells, place, method=method, normals=normals, band=band: method(
                        cells, normals[:, *place], band
                    ),
                )
        found[f"smoothed, {band} cells"] = refined(
            candidates, grid, lambda cells, _, band=band: smoothed(cells, band)
        )
    clipped = reference.clip(grid.bounds_m)
    return {
        name: [extraction_accuracy(outlines, clipped, resamples=1)[key] for key in NAMES]
        for name, outlines in found.items()
    }


def main(folders: list[str]) -> None:
    """Print the mean over the folders, and in how many of them the IoU grew."""
    tables = [rows_of(Path(folder)) for folder in folders]
    print(f"{'outlines':34}", *(f"{name:>9}" for name in NAMES), "  IoU grew")
    for name in tables[0]:
        values = np.array([table[name] for table in tables])
        grew = sum(table[name][2] > table["as they are"][2] for table in tables)
        shares = " ".join(f"{value:9.3f}" for value in values.mean(axis=0))
        print(f"{name:34} {shares}   {grew} of {len(tables)}")


if __name__ == "__main__":
    main(sys.argv[1:])
