"""Series of acquisitions from a network of unwrapped interferograms."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from hotslope.interferometry.network import network_pieces, pair_matrix

#: Bytes of normal matrices held at once.
_BLOCK_BYTES = 32 * 1024**2
#: Coherence beyond which an interferogram weighs no more: its phase has other errors too.
_HIGHEST_COHERENCE = 0.99
_LOWEST_COHERENCE = 0.05
#: How much the median of all points counts in the variance factor of one, degrees of freedom.
_PRIOR_FREEDOM = 10


@dataclass(frozen=True)
class Inversion:
    """Phases of acquisitions, by point.

    Parameters
    ----------
    phase_rad : ndarray, float64, shape (points, dates)
        Relative to the first acquisition of each piece of the network; NaN where the
        interferograms of a point do not reach what the network does.
    temporal_coherence : ndarray, float64, shape (points,)
        How well the interferograms of a point close, 0 to 1; NaN as above.
    used : ndarray of int, shape (points,)
        Interferograms of each point.
    misclosure : ndarray, float64, shape (points,)
        Weighted sum of squared residuals.
    variance : ndarray, float64, shape (points, functions)
        Of linear functions of the series, from the noise of interferograms of unit variance factor.
    trace : ndarray, float64, shape (points,)
        What that noise leaves in the residuals of a regression: tr(M Q), Q the covariance of the
        series.
    """

    phase_rad: np.ndarray
    temporal_coherence: np.ndarray
    used: np.ndarray
    misclosure: np.ndarray
    variance: np.ndarray
    trace: np.ndarray

    def at(self, keep: np.ndarray) -> "Inversion":
        """Return the inversion of some of the points."""
        return Inversion(*(getattr(self, each.name)[keep] for each in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence["Inversion"]) -> "Inversion":
        """Return the points of several inversions one after the other."""
        names = [each.name for each in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def phase_weights(coherence: np.ndarray) -> np.ndarray:
    """Return inverse variances of interferometric phase, but for the number of looks.

    Notes
    -----
    The Cramér–Rao bound of the phase variance is (1 − γ²) / (2 L γ²), with coherence γ and L
    looks (Rodriguez & Martin 1992). Coherence is clipped to 0.05–0.99.
    """
    squared = np.clip(coherence, _LOWEST_COHERENCE, _HIGHEST_COHERENCE) ** 2
    return squared / (1.0 - squared)


def invert_network(
    phase_rad: np.ndarray,
    weight: np.ndarray,
    pairs: np.ndarray,
    count: int,
    functions: np.ndarray | None = None,
    projector: np.ndarray | None = None,
) -> Inversion:
    """Invert the interferograms of each point by weighted least squares.

    Parameters
    ----------
    phase_rad : ndarray, shape (points, pairs)
        Unwrapped phase, later less earlier acquisition; NaN where missing.
    weight : ndarray, shape (points, pairs)
        Weights, positive where there is a phase.
    pairs : ndarray of int, shape (pairs, 2)
        Positions of the earlier and the later acquisition; each pair once.
    count : int
        Number of acquisitions.
    functions : ndarray, shape (functions, count), optional
        Linear functions of the series whose variance is wanted; default: none.
    projector : ndarray, shape (count, count), optional
        M = I − X (X'X)⁻¹ X' of a regression; default: 0.

    Returns
    -------
    Inversion
        The pieces of a network are inverted side by side; what is between them is unknown.

    Notes
    -----
    With the pair matrix A and weights W the series is Q A'W φ, Q = (A'WA)⁻¹ its covariance.
    Temporal coherence is |Σ exp(i r)| / m over the m residuals r of a point (Pepe & Lanari
    2006). Without loops in the network it is 1, whatever the data.

    References
    ----------
    Berardino et al. (2002), IEEE TGRS 40, 2375; Pepe & Lanari (2006), IEEE TGRS 44, 2374.
    """
    present = np.isfinite(phase_rad)
    pieces = network_pieces(pairs, count)
    _, first = np.unique(pieces, return_index=True)
    unknown = np.setdiff1d(np.arange(count), first)
    matrix = pair_matrix(pairs, count)[:, unknown]
    reached = _reach_all(present, pairs, pieces)
    wanted = np.empty((0, count)) if functions is None else functions
    left = np.zeros((count, count)) if projector is None else projector
    wanted, left = wanted[:, unknown], left[np.ix_(unknown, unknown)]
    series = np.full((len(phase_rad), count), np.nan)
    coherence, misclosure, trace = np.full((3, len(phase_rad)), np.nan)
    variance = np.full((len(phase_rad), len(wanted)), np.nan)
    rows = np.flatnonzero(reached)
    at_once = max(1, _BLOCK_BYTES // (8 * max(unknown.size, 1) ** 2))
    earlier, later = pairs.T
    for start in range(0, rows.size, at_once):
        some = rows[start : start + at_once]
        phases = np.where(present[some], phase_rad[some], 0.0)
        weights = np.where(present[some], weight[some], 0.0)
        # A'WA is the Laplacian of the network with its pairs weighted.
        normal = np.zeros((some.size, count, count))
        normal[:, earlier, later] = normal[:, later, earlier] = -weights
        normal[:, range(count), range(count)] = -normal.sum(axis=2)
        normal = normal[:, unknown][:, :, unknown]
        right = (weights * phases) @ matrix
        covariance = np.linalg.inv(normal)
        found = np.einsum("nij,nj->ni", covariance, right)
        residual = phases - found @ matrix.T
        series[some] = 0.0
        series[np.ix_(some, unknown)] = found
        turns = np.exp(1j * residual) * present[some]
        coherence[some] = np.abs(turns.sum(axis=1)) / present[some].sum(axis=1)
        misclosure[some] = np.einsum("nk,nk->n", weights, residual**2)
        variance[some] = np.einsum("nij,fi,fj->nf", covariance, wanted, wanted, optimize=True)
        trace[some] = np.einsum("nij,ij->n", covariance, left)
    used = present.sum(axis=1)
    return Inversion(series, coherence, used, misclosure, variance, trace)


def variance_factor(misclosure: np.ndarray, used: np.ndarray, unknowns: int) -> np.ndarray:
    """Return the variance factor of the noise of interferograms, by point.

    Parameters
    ----------
    misclosure : ndarray, shape (points,)
        Weighted sum of squared residuals of the inversion.
    used : ndarray of int, shape (points,)
        Interferograms of each point.
    unknowns : int
        Acquisitions less pieces of the network.

    Returns
    -------
    ndarray, float64, shape (points,)
        About 1 / (2 L) for L looks; 0 in a network without loops, which shows no noise.

    Notes
    -----
    A point has few loops: its own factor is averaged with the median of all points, which counts
    as much as `_PRIOR_FREEDOM` loops.
    """
    freedom = used - unknowns
    looped = freedom > 0
    if not looped.any():
        return np.zeros(len(used))
    common = float(np.median(misclosure[looped] / freedom[looped]))
    return (misclosure + _PRIOR_FREEDOM * common) / (np.maximum(freedom, 0) + _PRIOR_FREEDOM)


def _reach_all(present: np.ndarray, pairs: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """Return whose interferograms join all acquisitions that the whole network joins."""
    masks, which = np.unique(present, axis=0, return_inverse=True)
    whole = pieces.max() + 1
    joined = [network_pieces(pairs[mask], len(pieces)).max() + 1 == whole for mask in masks]
    return np.array(joined, dtype=bool)[which.ravel()]
