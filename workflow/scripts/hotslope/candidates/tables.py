"""Tables of candidates."""

import pandera.pandas as pa

from hotslope.candidates.identities import ABSENT, FIRST, PRESENT
from hotslope.schemas import DAY, SHARE, Table, number

#: Evidence that the tracks give of a candidate.
SEVERAL_TRACKS, ONE_TRACK, CONTRADICTED = "several tracks", "one track", "contradicted"

_OUTLINE_COLUMNS = {
    "area_m2": number("area, m²", pa.Check.gt(0)),
    "compactness": number("4π·area / perimeter², 1 for a disc", pa.Check.in_range(0, 1)),
    "share_significant": number(
        "share of the points in significant spots of the outline's sense",
        pa.Check.in_range(0, 1),
        nullable=True,
    ),
    "mean_z": number("mean Gi* of the points as z score", nullable=True),
    "may_be_truncated": pa.Column(
        "bool", description="the removed background may hold part of a wide body's motion"
    ),
}

TRACK_CANDIDATES = Table(
    "track candidates",
    pa.DataFrameSchema(
        {
            "outline_id": pa.Column("str", unique=True, description="{track}_0001, …"),
            "track": pa.Column("str", description="name of the track"),
            "sign": pa.Column(
                "str",
                pa.Check.isin(["toward", "away"]),
                description="sense of motion along the line of sight",
            ),
            "n_points": pa.Column("int64", pa.Check.ge(0), description="points inside"),
            "n_moving": pa.Column(
                "int64", pa.Check.ge(0), description="points beyond the threshold in that sense"
            ),
            "velocity_mm_yr": number("median of the points inside, mm/yr", nullable=True),
            "velocity_p05_mm_yr": number("5 % quantile, mm/yr", nullable=True),
            "velocity_p95_mm_yr": number("95 % quantile, mm/yr", nullable=True),
            **_OUTLINE_COLUMNS,
            "los_east": number("mean line of sight, ground to sensor: east", nullable=True),
            "los_north": number("north part", nullable=True),
            "los_up": number("up part", nullable=True),
        }
    ),
)

#: Missing where there is no DEM, no line of sight, or too few points.
_SHAPE_COLUMNS = {
    "length_m": number("long side of the smallest rectangle around it, m", pa.Check.gt(0)),
    "elongation": number("long over short side of that rectangle", pa.Check.ge(1 - 1e-9)),
    "orientation_deg": number(
        "azimuth of the long side; none where round", pa.Check.in_range(0, 180), nullable=True
    ),
    "mean_slope_deg": number(
        "slope of the mean gradient, degrees", pa.Check.in_range(0, 90), nullable=True
    ),
    "mean_aspect_deg": number(
        "downslope azimuth of the mean gradient", pa.Check.in_range(0, 360), nullable=True
    ),
    "orientation_to_aspect_deg": number(
        "0: long side down the slope, 90: across", pa.Check.in_range(0, 90), nullable=True
    ),
}
_MOTION_COLUMNS = {
    "downslope_mm_yr": number(
        "velocity straight down the slope that fits the tracks, mm/yr, + down", nullable=True
    ),
    "downslope_std_mm_yr": number("its standard deviation, mm/yr", pa.Check.ge(0), nullable=True),
    "east_mm_yr": number("eastward velocity, north set to 0, mm/yr", nullable=True),
    "east_std_mm_yr": number("its standard deviation, mm/yr", pa.Check.ge(0), nullable=True),
    "up_mm_yr": number("upward velocity, north set to 0, mm/yr", nullable=True),
    "up_std_mm_yr": number("its standard deviation, mm/yr", pa.Check.ge(0), nullable=True),
}

#: NaN where noise was not drawn.
_EVIDENCE_COLUMNS = {
    "evidence": pa.Column(
        "str",
        pa.Check.isin([SEVERAL_TRACKS, ONE_TRACK, CONTRADICTED]),
        description="whether several tracks outlined it, or another one sees the ground at rest",
    ),
    "strength": number(
        "mean rate of its strongest outline, in standard errors",
        pa.Check.ge(0),
        nullable=True,
    ),
    "q_noise": number(
        "share of noise among candidates as strong or stronger", SHARE, nullable=True
    ),
    "p_noise": number("share of noise among candidates as strong", SHARE, nullable=True),
    "rate_is_lower_bound": pa.Column(
        "bool", description="faster than half the rate at which neighbouring dates alias"
    ),
}

#: Beside these, per track: `sign_{track}` (toward, away, none), `n_points_{track}`,
#: `n_moving_{track}` (either sense), `velocity_mm_yr_{track}` (median of the points inside),
#: `velocity_p05_mm_yr_{track}`, `velocity_p95_mm_yr_{track}`; `rate_mm_yr_{track}` (mean of the
#: points inside less background) and its standard error `rate_std_mm_yr_{track}`;
#: `sensitivity_{track}` (s·l: share of downslope motion that the track sees, + toward),
#: `downslope_mm_yr_{track}`,
#: `hidden_share_{track}` (share of the area in layover or shadow) and `r_index_{track}` (mean).
CANDIDATES = Table(
    "candidates",
    pa.DataFrameSchema(
        {
            "candidate_id": pa.Column(
                "str", unique=True, description="PLC0001, … from north to south, west to east"
            ),
            "tracks": pa.Column("str", description="tracks with an outline, separated by commas"),
            "agreement": pa.Column(
                "str",
                pa.Check.isin(
                    ["consistent", "opposite", "not visible", "not on a slope", "no terrain"]
                ),
                description="whether the signs are those of motion down the slope",
            ),
            "grade": pa.Column(
                "str", pa.Check.isin(list("ABCD")), description="how well it is measured"
            ),
            "n_outlines": pa.Column(
                "int64", pa.Check.ge(1), description="outlines of single tracks that it unites"
            ),
            **_OUTLINE_COLUMNS,
            **_EVIDENCE_COLUMNS,
            **_SHAPE_COLUMNS,
            **_MOTION_COLUMNS,
        }
    ),
    edition=2,
)

STABILITY = Table(
    "stability",
    pa.DataFrameSchema(
        {
            "candidate_id": pa.Column("str", unique=True, description="candidate"),
            "stability": number("share of replicas that hold it", SHARE),
            "stability_iou": number("mean IoU with the replicas", SHARE),
            "stability_bandwidth": number("least IoU, bandwidth ± 25 %", SHARE),
            "stability_threshold": number("least IoU, threshold ± 2 mm/yr", SHARE),
            "confidence": pa.Column(
                "str",
                pa.Check.isin(["high", "medium", "low"]),
                description="how far the outline can be trusted",
            ),
        }
    ),
)

_IDENTITY_COLUMNS = {
    "place_code": pa.Column("str", description="geohash of the core of its first outline"),
    "first_seen": pa.Column(
        "str",
        DAY,
        nullable=True,
        description="last acquisition of the first run in which it was a candidate",
    ),
    "parent_ids": pa.Column(
        "str", description="bodies that it split from or took up, separated by commas"
    ),
}
#: Beside the columns of `CANDIDATES` where the config names an earlier run.
IDENTITIES = Table(
    "identities",
    pa.DataFrameSchema(
        {
            "candidate_id": pa.Column("str", unique=True, description="candidate"),
            "status": pa.Column(
                "str",
                pa.Check.isin(PRESENT),
                description="what became of it since the earlier run",
            ),
            **_IDENTITY_COLUMNS,
        }
    ),
)
#: A row for every body that was ever a candidate, those of this run first.
HISTORY = Table(
    "history",
    pa.DataFrameSchema(
        {
            "candidate_id": pa.Column("str", unique=True, description="never used again"),
            "status": pa.Column(
                "str",
                pa.Check.isin([FIRST, *PRESENT, *ABSENT]),
                description="what became of it in the latest run",
            ),
            **_IDENTITY_COLUMNS,
            "last_seen": pa.Column(
                "str",
                DAY,
                nullable=True,
                description="last acquisition of the latest run in which it was a candidate",
            ),
            "runs": pa.Column(
                "int64", pa.Check.ge(1), description="runs in which it was a candidate"
            ),
            "absorbed_by": pa.Column(
                "str", description="candidate that took most of its ground; else empty"
            ),
            "outline": pa.Column(
                "object", description="its latest outline in the CRS of the project, WKB"
            ),
        }
    ),
)

#: Only where no model judges the candidates.
RANKING = Table(
    "ranking",
    pa.DataFrameSchema(
        {
            "unsupervised_rank": pa.Column(
                "int64",
                pa.Check.ge(1),
                description=(
                    "place in a ranking without labels by motion, size, consistency with downslope "
                    "motion and significance, 1 first; it says where to look, not what moves"
                ),
            ),
            "unsupervised_score": number(
                "mean share of candidates that it exceeds by these criteria, no probability", SHARE
            ),
        }
    ),
)
