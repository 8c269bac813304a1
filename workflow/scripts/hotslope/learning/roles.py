"""Who trains and who tests, once and for all: whole slopes drawn within classes."""

import numpy as np
import pandas as pd


def draw_groups(
    label: np.ndarray, group: np.ndarray, fraction: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw whole groups until they hold a fraction of each class.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
        Classes; a group counts for the class of its first row.
    group : ndarray, shape (n_rows,)
        Rows of one group stay together.
    fraction : float
        Share of rows to draw, 0 to 1.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        True where drawn; from every class with at least two groups, at least one group is
        drawn and one is left.
    """
    codes, _ = pd.factorize(group, sort=True)
    sizes = np.bincount(codes)
    class_of_group = np.empty(sizes.size, dtype=label.dtype)
    class_of_group[codes[::-1]] = label[::-1]
    drawn = np.zeros(sizes.size, dtype=bool)
    for value in np.unique(class_of_group):
        members = rng.permutation(np.flatnonzero(class_of_group == value))
        wanted = fraction * sizes[members].sum()
        middle = np.cumsum(sizes[members]) - sizes[members] / 2
        take = middle < wanted
        if members.size > 1:
            take[0] = True
            take[-1] = False
        drawn[members[take]] = True
    return drawn[codes]


def assign_roles(
    label: np.ndarray,
    group: np.ndarray,
    *,
    test_fraction: float,
    validation_fraction: float,
    seed: int,
    given: np.ndarray | None = None,
) -> np.ndarray:
    """Assign each labelled row to training, inner validation or test.

    Parameters
    ----------
    label, group : ndarray, shape (n_rows,)
        See `draw_groups`.
    test_fraction : float
        Share of all rows for the test.
    validation_fraction : float
        Share of the remaining rows for inner validation.
    seed : int
    given : ndarray of str or None, shape (n_rows,)
        Prescribed roles, all of them; where they name no validation rows, those are drawn
        from the training rows.

    Returns
    -------
    ndarray of str, shape (n_rows,)
        ``train``, ``validation`` or ``test``.
    """
    rng = np.random.default_rng(seed)
    if given is None:
        test = draw_groups(label, group, test_fraction, rng)
        role = np.where(test, "test", "train").astype(object)
    else:
        role = given.astype(object)
    rest = np.flatnonzero(role == "train")
    if not (role == "validation").any() and rest.size:
        validation = draw_groups(label[rest], group[rest], validation_fraction, rng)
        role[rest[validation]] = "validation"
    return role
