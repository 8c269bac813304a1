"""Write products by MintPy's own functions, run by MintPy's Python: folder, file of arrays."""

import sys
from pathlib import Path

import numpy as np
from mintpy.cli import save_hdfeos5, timeseries2velocity
from mintpy.objects import timeseries
from mintpy.utils import readfile, writefile
from mintpy.utils import utils as ut

folder, given = Path(sys.argv[1]), np.load(sys.argv[2])
dates = [str(name) for name in given["dates"]]
series = given["displacement_m"].astype("f4")
count, length, width = series.shape
shared = {
    "PROCESSOR": "isce",
    "mission": "S1",
    "beam_mode": "IW",
    "beam_swath": "2",
    "relative_orbit": "128",
    "first_frame": "593",
    "last_frame": "597",
    "HEADING": "-168.0",
    "ORBIT_DIRECTION": "DESCENDING",
    "ANTENNA_SIDE": "-1",
    "WAVELENGTH": "0.05546576",
    "PRF": "1717.1",
    "PLATFORM": "Sen",
    "REF_DATE": dates[0],
    "REF_Y": "0",
    "REF_X": "1",
    "START_DATE": dates[0],
    "END_DATE": dates[-1],
    "LENGTH": str(length),
    "WIDTH": str(width),
    "startUTC": "2020-01-04 23:14:55.000",
    "unwrap_method": "snaphu",
    "CENTER_LINE_UTC": "83695.0",
    **{f"{axis}_REF{corner}": "0" for axis in ("LON", "LAT") for corner in range(1, 5)},
    **{name: str(value) for name, value in zip(given["names"], given["values"], strict=True)},
}
paths = {name: str(folder / f"geo_{name}.h5") for name in ("timeseries", "geometry", "mask")}
writefile.write(
    {"timeseries": series, "date": np.array(dates, dtype="S8"), "bperp": np.zeros(count, "f4")},
    paths["timeseries"],
    {**shared, "FILE_TYPE": "timeseries", "UNIT": "m"},
)
geometry = {
    "height": given["height_m"].astype("f4"),
    "incidenceAngle": given["incidence_deg"].astype("f4"),
    "azimuthAngle": given["azimuth_deg"].astype("f4"),
    "slantRangeDistance": np.full((length, width), 9e5, "f4"),
}
writefile.write(geometry, paths["geometry"], {**shared, "FILE_TYPE": "geometry"})
writefile.write(
    {"mask": given["mask"]}, paths["mask"], {**shared, "FILE_TYPE": "mask", "UNIT": "1"}
)
for name in ("temporalCoherence", "avgSpatialCoh"):
    paths[name] = str(folder / f"geo_{name}.h5")
    writefile.write(
        {name: given["coherence"].astype("f4")},
        paths[name],
        {**shared, "FILE_TYPE": name, "UNIT": "1"},
    )
velocity = str(folder / "geo_velocity.h5")
timeseries2velocity.main([paths["timeseries"], "-o", velocity, "--ref-yx", "0", "1"])
# fmt: off
save_hdfeos5.main([
    paths["timeseries"], "--tc", paths["temporalCoherence"], "--asc", paths["avgSpatialCoh"],
    "-m", paths["mask"], "-g", paths["geometry"],
])
# fmt: on
latitude, longitude = ut.get_lat_lon(readfile.read_attribute(paths["timeseries"]))
attributes = readfile.read_attribute(velocity)
rate = readfile.read(velocity, datasetName="velocity")[0]
deviation = readfile.read(velocity, datasetName="velocityStd")[0]
vectors = ut.get_unit_vector4component_of_interest(
    geometry["incidenceAngle"], geometry["azimuthAngle"], comp="enu2los"
)
stack = timeseries(paths["timeseries"])
stack.open(print_msg=False)
np.savez(
    folder / "mintpy.npz",
    lat=latitude,
    lon=longitude,
    velocity_m_yr=rate,
    velocity_std_m_yr=deviation,
    los=np.stack(vectors),
    dates=stack.dateList,
)
