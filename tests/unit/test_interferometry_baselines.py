"""Baselines and dates of interferograms, from tables and from names of files."""

import datetime as dt

import numpy as np
import pytest

from hotslope.errors import InputError
from hotslope.interferometry.baselines import read_baselines
from hotslope.interferometry.pair_files import dated_pair

DATES = [dt.date(2020, 1, 4), dt.date(2020, 1, 16), dt.date(2020, 1, 28)]


@pytest.mark.parametrize(
    "text",
    [
        "20200104 0.0\n20200116 50\n20200128 -20.5\n",
        "date;temporal;bperp\n2020-01-04;0;10\n2020-01-16;12;60\n2020-01-28;24;-10.5\n",
        "20200104 20200116 50 12\n20200104 20200128 -20.5 24\n",
        "reference,secondary,perpendicular_baseline_m\n20200104,20200116,50\n20200116,20200128,-70.5\n",
    ],
)
def test_tables_of_baselines(tmp_path, text):
    path = tmp_path / "baselines"
    path.write_text(text)
    np.testing.assert_allclose(np.diff(read_baselines([str(path)], DATES)), [50, -70.5])


def test_baselines_of_products_of_hyp3(tmp_path):
    for first, later, metres in ((0, 1, 50.0), (1, 2, -70.5)):
        name = f"S1AA_{DATES[first]:%Y%m%d}T231455_{DATES[later]:%Y%m%d}T231455_VVP012_INT80_G.txt"
        (tmp_path / name).write_text(f"Reference Granule: S1A\nBaseline: {metres}\nHeading: -12\n")
    (tmp_path / "README.md.txt").write_text("Of the products.\n")
    np.testing.assert_allclose(np.diff(read_baselines([str(tmp_path)], DATES)), [50, -70.5])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("20200104 0\n20200116 50\n", "no baseline of 2020-01-28"),
        ("20200104 0\n20200116 0\n20200128 0\n", "the same to a metre"),
        ("20200104 0\n20200116 x\n20200128 1\n", "line 2: the baseline 'x' is no number"),
        ("20200104 0\n20200116 nan\n20200128 1\n", "line 2: the baseline is nan m"),
        ("20200104 0\n20200116\n20200128 1\n", "line 2: holds no baseline"),
        ("20200104 0\n20200104 5\n20200116 50\n20200128 1\n", "names a date twice"),
        ("date,days\n20200104,0\n", "0 of the columns"),
        ("20200104 20200116 50\n20200128 5\n", "mixes dates with pairs"),
        (
            "20200104 20200116 50\n20200116 20200128 10\n20200104 20200128 -60\n",
            "does not fit those of the other pairs",
        ),
        ("20200104 20200116 50\n20200128 20200209 5\n", "no chain of pairs"),
        ("nothing here\n", "0 of the columns"),
    ],
)
def test_faulty_baselines(tmp_path, text, problem):
    path = tmp_path / "baselines.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_baselines([str(path)], DATES)
    assert problem in str(caught.value)


def test_dates_are_those_of_the_name_or_of_its_folder():
    for path in (
        "a/S1AA_20200104T231455_20200116T231455_VVP012_INT80_G_unw_phase.tif",
        "a/20200104_20200116.geo.unw.tif",
        "merged/20200104_20200116/filt_fine.unw.tif",
    ):
        pair = dated_pair(path)
        assert (pair.reference, pair.secondary) == (DATES[0], DATES[1])
        assert pair.path == path
