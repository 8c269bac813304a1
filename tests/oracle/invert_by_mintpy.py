"""Invert a network by MintPy: python invert_by_mintpy.py given.npz out.npz (by its own Python)."""

import sys

import numpy as np
from mintpy.dem_error import estimate_dem_error
from mintpy.ifgram_inversion import estimate_timeseries

given = np.load(sys.argv[1])
series, coherence, heights, rates = [], [], [], []
for phase, weight in zip(given["phase"], given["weight"], strict=True):
    found, quality, _ = estimate_timeseries(
        given["matrix"],
        given["matrix_of_steps"],
        phase[:, None],
        given["step_years"][:, None],
        weight_sqrt=np.sqrt(weight)[:, None],
        min_norm_velocity=False,
        print_msg=False,
    )
    series.append(found.ravel())
    coherence.append(float(np.ravel(quality)[0]))
    metres = -found.reshape(-1, 1) * float(given["wavelength_m"]) / (4 * np.pi)
    years = given["years"][:, None]
    terms = np.hstack([given["metres_per_metre"][:, None], np.ones_like(years), years])
    height, corrected, _ = estimate_dem_error(metres, terms, years)
    heights.append(float(np.ravel(height)[0]))
    rates.append(float(np.polyfit(years.ravel(), np.ravel(corrected), 1)[0]))
np.savez(
    sys.argv[2],
    series=np.array(series),
    coherence=np.array(coherence),
    height_m=np.array(heights),
    rate_m_yr=np.array(rates),
)
