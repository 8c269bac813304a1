"""Which candidates to look at first where nothing is labelled: a ranking without learning."""

import numpy as np
import pandas as pd
import scipy

#: How well signs agree with motion down the slope, from worst to best.
CONSISTENCY = {
    "opposite": 0.0,
    "not on a slope": 0.0,
    "no terrain": 1.0,
    "not visible": 1.0,
    "consistent": 2.0,
}


def ranking_criteria(candidates: pd.DataFrame, tracks: list[str]) -> pd.DataFrame:
    """Return what candidates are ranked by, larger meaning earlier.

    Parameters
    ----------
    candidates : DataFrame
        Table `hotslope.candidates.tables.CANDIDATES`.
    tracks : list of str

    Returns
    -------
    DataFrame of float64
        ``motion``: the greatest rate along a line of sight less background (mm/yr), or median
        velocity where no rate is known; ``size``: area (m²); ``consistency``: see `CONSISTENCY`;
        ``significance``: mean rate of the strongest outline in standard errors, or the mean |Gi*|
        of the points where that is not known of any candidate. NaN where unknown.
    """
    rates = [f"rate_mm_yr_{track}" for track in tracks]
    velocities = [f"velocity_mm_yr_{track}" for track in tracks]
    columns = [*rates, *velocities, "strength", "mean_z"]
    known = candidates.reindex(columns=columns).astype(np.float64).abs()
    agreement = candidates.reindex(columns=["agreement"])["agreement"]
    motion = known[rates].max(axis=1).fillna(known[velocities].max(axis=1))
    significance = known["mean_z"] if known["strength"].isna().all() else known["strength"]
    return pd.DataFrame(
        {
            "motion": motion,
            "size": candidates["area_m2"],
            "consistency": agreement.map(CONSISTENCY),
            "significance": significance,
        }
    ).astype(np.float64)


def rank_without_labels(criteria: pd.DataFrame) -> pd.DataFrame:
    """Rank candidates by the mean of their ranks by every criterion.

    Parameters
    ----------
    criteria : DataFrame of float64
        From `ranking_criteria`.

    Returns
    -------
    DataFrame
        ``unsupervised_score`` (float64, 0 to 1: mean share of candidates that it equals or
        exceeds by a criterion, ties counted half) and ``unsupervised_rank`` (int64, 1 first; of
        equal scores the earlier row).

    Notes
    -----
    Ranks need no scales or weights that somebody would have to choose without labels (Borda
    count). An unknown value counts as the middle.
    """
    count = len(criteria)
    shares = pd.DataFrame(
        {
            name: (scipy.stats.rankdata(values.fillna(values.median()).fillna(0.0)) - 0.5)
            / max(count, 1)
            for name, values in criteria.items()
        },
        index=criteria.index,
        dtype=np.float64,
    )
    score = shares.mean(axis=1).to_numpy(dtype=np.float64)
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(-score, kind="stable")] = np.arange(1, count + 1)
    return pd.DataFrame(
        {"unsupervised_rank": rank, "unsupervised_score": score}, index=criteria.index
    )
