"""Random numbers: one generator per purpose and item, so that nothing depends on order."""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream of random numbers is for; the number is part of its seed."""

    RIVER = 1
    STRATA = 2
    RELIEF = 3
    FAULTS = 4
    SETTLEMENTS = 5
    COVER = 6
    CATCHMENTS = 7
    PLACEMENT = 8
    BODIES = 9
    HISTORIES = 10
    INVENTORY = 11
    EPOCHS = 12
    POINTS = 13
    ATMOSPHERE = 14
    NOISE = 15
    STACK = 16
    EVENTS = 17
    RELEASES = 18
    IMAGES = 19


def generator(seed: int, purpose: Purpose, *items: int) -> np.random.Generator:
    """Return the generator of an item, the same in whatever order items are made.

    Parameters
    ----------
    seed : int
        Seed of the study area.
    purpose : Purpose
        What the numbers are for.
    *items : int
        Number of the body, track, epoch or chunk.
    """
    return np.random.default_rng([seed, int(purpose), *items])
