"""What the factor table holds, what it lacks and why."""

from typing import Any

import pandas as pd

from hotslope.factors.catalogue import FACTORS


def factor_report(
    factors: pd.DataFrame, wanted: list[str], coverage: pd.DataFrame
) -> dict[str, Any]:
    """Describe the factors of a table.

    Parameters
    ----------
    factors : pandas.DataFrame
        One row per candidate.
    wanted : list of str
        Factors that the configuration names.
    coverage : pandas.DataFrame
        Share of each candidate's area that the dataset of a factor covers, one column per
        factor that is measured on areas.

    Returns
    -------
    dict
        ``candidates`` (number), ``factors`` (name to unit, method, number missing and lowest
        coverage) and ``dropped`` (name to reason).
    """
    present = [name for name in wanted if name in factors]
    return {
        "candidates": len(factors),
        "factors": {
            name: {
                **FACTORS[name].as_dict(),
                "missing": int(factors[name].isna().sum()),
                "lowest_coverage": _lowest(coverage, name),
            }
            for name in present
        },
        "dropped": {
            name: f"{FACTORS[name].source} is null" for name in wanted if name not in present
        },
    }


def _lowest(coverage: pd.DataFrame, name: str) -> float | None:
    if name not in coverage or coverage.empty:
        return None
    return round(float(coverage[name].min()), 4)
