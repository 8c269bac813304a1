import numpy as np
import pytest

from hotslope.maps.scales import round_below, symmetric_limit


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, 1.0),
        (1.99, 1.0),
        (2.0, 2.0),
        (4.9, 2.0),
        (5.0, 5.0),
        (9.99, 5.0),
        (1000.0, 1000.0),
        (0.3, 0.2),
        (0.05, 0.05),
        (7.3e-7, 5e-7),
    ],
)
def test_round_below_is_a_1_2_5_step(value: float, expected: float) -> None:
    assert round_below(value) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("value", [0.0, -3.0, np.nan, np.inf])
def test_round_below_refuses_what_has_no_step(value: float) -> None:
    with pytest.raises(ValueError, match="not positive"):
        round_below(value)


def test_limit_reaches_the_share_asked_for() -> None:
    values = np.array([*np.full(98, 0.5), -27.0, 300.0, np.nan])
    assert symmetric_limit(values, 0.99) == 30.0
    assert symmetric_limit(values, 1.0) >= 300.0


def test_limit_without_values_is_one() -> None:
    assert symmetric_limit(np.array([]), 0.99) == 1.0
    assert symmetric_limit(np.array([np.nan, 0.0]), 0.99) == 1.0
