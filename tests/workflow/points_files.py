"""Small exports of points in every format, sound until a test spoils them."""

import datetime as dt
import zipfile
from pathlib import Path

import numpy as np

EPOCHS = [dt.date(2020, 1, 4) + dt.timedelta(days=24 * index) for index in range(12)]
NAMES = [f"{date:%Y%m%d}" for date in EPOCHS]
CRS = "EPSG:32647"
BOUNDS_M = (700000.0, 3960000.0, 701000.0, 3961000.0)
COUNT = 40


def series(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Velocities in mm/yr and noisy displacements in mm, half of the points moving."""
    rng = np.random.default_rng(seed)
    years = np.array([(date - EPOCHS[0]).days for date in EPOCHS]) / 365.25
    velocity = np.where(np.arange(COUNT) % 2, 40.0, -1.0) + rng.normal(0, 1, COUNT)
    displacement = velocity[:, None] * years + rng.normal(0, 1.0, (COUNT, len(EPOCHS)))
    return velocity, displacement


def places() -> tuple[np.ndarray, np.ndarray]:
    """Easting and northing in the project CRS, within the bounds."""
    rng = np.random.default_rng(2)
    return 700000 + rng.uniform(1, 999, COUNT), 3960000 + rng.uniform(1, 999, COUNT)


def lonlat() -> tuple[np.ndarray, np.ndarray]:
    from pyproj import Transformer

    return Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(*places())


def table_text(header: list[str] | None = None, delimiter: str = ",") -> str:
    """A table with the columns of the schema, mm."""
    velocity, displacement = series()
    lon, lat = lonlat()
    names = header or ["point_id", "lon", "lat", "height_m", "velocity_mm_yr", "coherence", *NAMES]
    lines = [delimiter.join(names)]
    for row in range(COUNT):
        values = [f"P{row}", f"{lon[row]:.8f}", f"{lat[row]:.8f}", "2000.5"]
        values += [f"{velocity[row]:.3f}", "0.85", *(f"{value:.3f}" for value in displacement[row])]
        lines.append(delimiter.join(values))
    return "\n".join(lines) + "\n"


def egms_text(release: str = "old") -> str:
    velocity, displacement = series()
    lon, lat = lonlat()
    height = {"old": "height,height_wgs84", "new": "height_ortho,height_ellipse"}[release]
    rmse = {"old": "rmse", "new": "rmse_ts"}[release]
    header = (
        f"pid,mp_type,latitude,longitude,easting,northing,{height},line,pixel,{rmse},"
        "temporal_coherence,amplitude_dispersion,incidence_angle,track_angle,los_east,los_north,"
        "los_up,mean_velocity,mean_velocity_std,acceleration,acceleration_std,seasonality,"
        "seasonality_std,"
    ) + ("gnss_velocity," if release == "new" else "")
    lines = [header + ",".join(NAMES)]
    for row in range(COUNT):
        fixed = f"E{row},0,{lat[row]:.7f},{lon[row]:.7f},1,2,2000.1,1950.1,5,6,2.1,0.9,0.3,"
        fixed += f"38.0,349.0,-0.604,-0.117,0.788,{velocity[row]:.2f},0.4,0,0,0,0,"
        fixed += "1.0," if release == "new" else ""
        lines.append(fixed + ",".join(f"{value:.2f}" for value in displacement[row]))
    return "\n".join(lines) + "\n"


def gamma_items() -> str:
    names = ["pt", "col", "row", "easting", "northing", "height", "rate", "coherence", "rate_sigma"]
    return "\n".join([*names, *NAMES]) + "\n"


def gamma_table(first: np.ndarray | None = None, second: np.ndarray | None = None) -> str:
    velocity, displacement = series()
    x_m, y_m = places()
    first, second = x_m if first is None else first, y_m if second is None else second
    lines = []
    for row in range(COUNT):
        fixed = f"{row + 1}, 12, 34, {first[row]:.6f}, {second[row]:.6f}, 2000.0, "
        fixed += f"{velocity[row] / 1000:.6f}, 0.85, 0.0005, "
        lines.append(fixed + ", ".join(f"{value / 1000:.6f}" for value in displacement[row]))
    return "\n".join(lines) + "\n"


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def write_zip(folder: Path, name: str, members: dict[str, str | bytes]) -> str:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return str(path)


def gamma_files(folder: Path, items: str | None = None, table: str | None = None) -> dict[str, str]:
    return {
        "items": write(folder, "items.txt", items or gamma_items()),
        "table": write(folder, "disp_tab.txt", table or gamma_table()),
    }
