"""What can be known of landslides among candidates of which only some landslides are labelled."""

import numpy as np

from hotslope.learning.metrics import area_under_curve


def prior_range(label: np.ndarray, score: np.ndarray) -> tuple[float, float]:
    """Return the least and greatest share of landslides among the candidates that scores allow.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
        1 where a landslide is mapped, 0 where the class is unknown.
    score : ndarray of float64, shape (n_rows,)
        Share of labelled rows among such rows, of models that did not see the row.

    Returns
    -------
    low, high : float
        Neither is below the share of labelled rows.

    Notes
    -----
    Assumes that landslides are labelled at random, with one probability c for all of them. Then a
    score is c times the probability of being a landslide, and the share of landslides is that of
    labelled rows over c (Elkan & Noto 2008). Of their estimators of c, the mean score of labelled
    rows (e1) is too small wherever classes overlap, which gives `high`; the greatest score of a
    labelled row (e3) is too large by chance, which gives `low`. With scores that are shrunk
    toward their mean, as those of forests, both are too high.

    References
    ----------
    Elkan, C. & Noto, K. (2008). Learning classifiers from only positive and unlabeled data. KDD,
    213-220.
    """
    share = float(label.mean())
    labelled = score[label == 1]
    low, high = (min(share / max(float(c), share), 1.0) for c in (labelled.max(), labelled.mean()))
    return low, high


def corrected_auc(auc: float, prior: float, labelled_share: float) -> float:
    """Return the AUC of landslides against others, from that against unlabelled rows.

    Parameters
    ----------
    auc : float
        Of labelled landslides against all other rows.
    prior : float
        Share of landslides among all rows.
    labelled_share : float
        Share of labelled rows among all rows, at most `prior`.

    Returns
    -------
    float
        At most 1; NaN where all rows are landslides.

    Notes
    -----
    Landslides among the unlabelled rows, a share u of them, are as likely above a labelled one as
    below it: auc = (1 - u) AUC + u / 2 (Menon et al. 2015).

    References
    ----------
    Menon, A., van Rooyen, B., Ong, C. S. & Williamson, R. (2015). Learning from corrupted binary
    labels via class-probability estimation. ICML, PMLR 37, 125-134.
    """
    among_rest = (prior - labelled_share) / (1 - labelled_share)
    if among_rest >= 1:
        return float("nan")
    return min((auc - among_rest / 2) / (1 - among_rest), 1.0)


def positive_unlabelled_quality(label: np.ndarray, score: np.ndarray) -> dict[str, float]:
    """Return what scores say of landslides among unlabelled rows.

    Parameters
    ----------
    label, score
        See `prior_range`.

    Returns
    -------
    dict
        ``labelled_share``; ``prior_low`` and ``prior_high`` (`prior_range`);
        ``auc_against_rest`` of labelled against other rows; ``auc_low`` and ``auc_high``, the AUC
        of landslides against others at these priors (`corrected_auc`).
    """
    share = float(label.mean())
    low, high = prior_range(label, score)
    auc = area_under_curve(label, score)
    return {
        "labelled_share": share,
        "prior_low": low,
        "prior_high": high,
        "auc_against_rest": auc,
        "auc_low": corrected_auc(auc, low, share),
        "auc_high": corrected_auc(auc, high, share),
    }
