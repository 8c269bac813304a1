"""Displacements and velocities of phase in radians: read as such, recognised where they are not."""

import io

import numpy as np
import pandas as pd
import pytest

from points_faults import refusal
from points_files import NAMES, series, table_text, write
from points_tables import read

WAVELENGTH_M = 0.0555
TO_MM = -1000 * WAVELENGTH_M / (4 * np.pi)


def phase_text() -> str:
    """The table with displacements as phase, positive away, in radians."""
    table = pd.read_csv(io.StringIO(table_text()))
    table[NAMES] /= TO_MM
    return table.to_csv(index=False)


@pytest.mark.parametrize("velocity_from", ["column", "series"])
def test_phase_in_radians_is_read_and_recognised(tmp_path, velocity_from):
    path = write(tmp_path, "a.csv", phase_text())
    options = {"displacement_unit": "rad", "wavelength_m": WAVELENGTH_M}
    points, displacement, _ = read(path, velocity_from=velocity_from, **options)
    velocity, expected = series()
    np.testing.assert_allclose(displacement, expected, atol=2e-3)
    np.testing.assert_allclose(points["velocity_mm_yr"], velocity, atol=5)
    error = refusal(path, "table", velocity_from=velocity_from)
    assert "-λ/4π of C band" in error.problem
    assert "phase in radians" in error.problem
    assert "displacement_unit: rad" in error.remedy
    assert "0.0555" in error.remedy


def test_phase_of_the_other_sign_and_a_velocity_in_radians(tmp_path):
    table = pd.read_csv(io.StringIO(phase_text()))
    table[NAMES] *= -1
    error = refusal(write(tmp_path, "a.csv", table.to_csv(index=False)), "table")
    assert "λ/4π of C band" in error.problem
    assert "los_sign: -1" in error.remedy
    table = pd.read_csv(io.StringIO(table_text()))
    table["velocity_mm_yr"] /= TO_MM
    error = refusal(write(tmp_path, "a.csv", table.to_csv(index=False)), "table")
    assert "-4π/λ of C band" in error.problem
    assert "radians per year" in error.problem


def test_phase_needs_a_wavelength(tmp_path):
    error = refusal(write(tmp_path, "a.csv", phase_text()), "table", displacement_unit="rad")
    assert error.place == "wavelength_m"
    assert "missing" in error.problem
