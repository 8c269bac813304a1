"""East and up of cells by least squares over their points."""

import numpy as np
import pytest

from hotslope.terrain.cell_east_up import CellPoints, cell_east_up
from hotslope.terrain.geometry import line_of_sight

HEADINGS = {"descending": 192.0, "ascending": 348.0}


def draw(random, count=40, cells=3, std=1.0, shared=0.0):
    """Points that all move by 6 mm/yr to the east and 4 down, with errors."""
    tracks = []
    for heading in HEADINGS.values():
        incidence = random.uniform(33, 43, count)
        los = np.stack(line_of_sight(incidence, np.full(count, heading)), axis=1)
        cell = np.arange(count) % cells
        errors = std * random.standard_normal(count) + shared * random.standard_normal(cells)[cell]
        velocity = los @ np.array([6.0, 0.0, -4.0]) + errors
        tracks.append(CellPoints(cell, velocity, np.full(count, std), los))
    return tracks


def test_without_weights_it_is_plain_least_squares():
    tracks = draw(np.random.default_rng(1))
    found = cell_east_up(tracks, 4, weighted=False, shared_error_mm_yr=1.0, min_points=2)
    for cell in range(3):
        design = np.concatenate([one.los[one.cell == cell][:, [0, 2]] for one in tracks])
        velocity = np.concatenate([one.velocity_mm_yr[one.cell == cell] for one in tracks])
        expected = np.linalg.lstsq(design, velocity)[0]
        np.testing.assert_allclose([found.east[cell], found.up[cell]], expected)
    assert np.isnan([found.east[3], found.up[3], *found.covariance[3].ravel()]).all()
    assert found.tracks.tolist() == [2, 2, 2, 0]


def test_weights_are_inverse_variances():
    tracks = draw(np.random.default_rng(2))
    std = np.random.default_rng(3).uniform(0.05, 5, 40)
    tracks = [one._replace(std_mm_yr=std) for one in tracks]
    found = cell_east_up(tracks, 3, weighted=True, shared_error_mm_yr=0.5, min_points=2)
    scale = 1 / np.sqrt(np.maximum(std, 0.1) ** 2 + 0.25)
    design = np.concatenate(
        [(scale[:, None] * one.los[:, [0, 2]])[one.cell == 1] for one in tracks]
    )
    velocity = np.concatenate([(scale * one.velocity_mm_yr)[one.cell == 1] for one in tracks])
    expected = np.linalg.lstsq(design, velocity)[0]
    np.testing.assert_allclose([found.east[1], found.up[1]], expected)


@pytest.mark.parametrize("weighted", [True, False])
def test_the_covariance_is_that_of_repeated_draws(weighted):
    random = np.random.default_rng(4)
    found = [
        cell_east_up(
            draw(random, count=24, cells=4, std=2.0, shared=1.0),
            4,
            weighted=weighted,
            shared_error_mm_yr=1.0,
            min_points=2,
        )
        for _ in range(500)
    ]
    motion = np.array([[one.east, one.up] for one in found]).transpose(0, 2, 1).reshape(-1, 2)
    stated = np.mean([one.covariance for one in found], axis=(0, 1))
    # 2,000 draws: a variance is known to 3 %.
    np.testing.assert_allclose(np.cov(motion.T).diagonal(), stated.diagonal(), rtol=0.12)
    np.testing.assert_allclose(motion.mean(axis=0), [6.0, -4.0], atol=0.15)


def test_a_track_with_too_few_points_does_not_enter():
    first, second = draw(np.random.default_rng(5))
    few = CellPoints(*(part[:1] for part in second))
    found = cell_east_up([first, few], 3, weighted=True, shared_error_mm_yr=1.0, min_points=2)
    assert np.isnan(found.east).all()
    assert found.tracks.tolist() == [1, 1, 1]
