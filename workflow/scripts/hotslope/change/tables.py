"""Tables of change."""

import pandera.pandas as pa

from hotslope.schemas import DAY, NOT_NEGATIVE, SHARE, Table, number

LAYER = "change"
#: Kinds of motion that a series may have.
STEADY, SEASONAL, STEP = "steady", "seasonal", "one step"
ACCELERATING, DECELERATING = "accelerating", "decelerating"
MOTIONS = (STEADY, SEASONAL, STEP, ACCELERATING, DECELERATING)
#: How far a change is acted on.
ALERT, WATCH, NONE, NOT_MEASURED = "alert", "watch", "none", "not measured"
#: Whether a season was told apart.
MODELLED, NOT_SEPARABLE, UNKNOWN = "modelled", "not separable", "unknown"


def _day(description: str) -> pa.Column:
    return pa.Column("str", DAY, nullable=True, description=description)


CHANGE = Table(
    "change",
    pa.DataFrameSchema(
        {
            "candidate_id": pa.Column("str", unique=True, description="candidate"),
            "level": pa.Column(
                "str",
                pa.Check.isin([ALERT, WATCH, NONE, NOT_MEASURED]),
                description="whether the change of rate passes the thresholds of the config",
            ),
            "status": pa.Column(
                "str", description="what became of the body since the earlier run; else empty"
            ),
            "track": pa.Column("str", description="track that shows the change most clearly"),
            "n_inside": pa.Column("int64", pa.Check.ge(0), description="points of the body"),
            "n_around": pa.Column(
                "int64", pa.Check.ge(0), description="quiet points that its series is relative to"
            ),
            "rate_before_mm_yr": number(
                "line-of-sight rate before the window, relative to the surroundings", nullable=True
            ),
            "change_mm_yr": number(
                "rate within the window less that before, + toward the sensor", nullable=True
            ),
            "change_std_mm_yr": number("its standard error", NOT_NEGATIVE, nullable=True),
            "p_change": number(
                "p of no change, corrected for the number of tracks", SHARE, nullable=True
            ),
            "q_change": number(
                "share of noise among changes as clear or clearer", SHARE, nullable=True
            ),
            "p_noise_change": number("probability that the change is noise", SHARE, nullable=True),
            "tests": pa.Column(
                "int64",
                pa.Check.ge(0),
                description="tests of all candidates in all updates so far, this one included",
            ),
            "p_family": number(
                "probability that noise alone gives a change as clear in any of these tests",
                SHARE,
                nullable=True,
            ),
            "season": pa.Column(
                "str",
                pa.Check.isin([MODELLED, NOT_SEPARABLE, UNKNOWN]),
                description="whether the series is long enough to tell a season from a change",
            ),
            "window_begin": _day("first day of the window"),
            "window_end": _day("last acquisition of the track"),
            "motion": pa.Column(
                "str", pa.Check.isin([*MOTIONS, ""]), description="kind of motion of all the series"
            ),
            "onset": _day("when the rate changed, or the step"),
            "onset_low": _day("begin of its 90 % interval"),
            "onset_high": _day("end of its 90 % interval"),
            "onset_before_mm_yr": number("rate before the onset", nullable=True),
            "onset_after_mm_yr": number("rate after the onset", nullable=True),
            "step_mm": number("the step, + toward the sensor", nullable=True),
            "area_gained_m2": number(
                "ground that it has gained since the earlier run",
                NOT_NEGATIVE,
                nullable=True,
            ),
            "area_lost_m2": number("ground that it has lost", NOT_NEGATIVE, nullable=True),
        }
    ),
    edition=2,
)

DIFFERENCES = Table(
    "difference series",
    pa.DataFrameSchema(
        {
            "candidate_id": pa.Column("str", description="candidate"),
            "track": pa.Column("str", description="name of the track"),
            "date": pa.Column("str", DAY, description="acquisition"),
            "difference_mm": number(
                "mean displacement of the body less that of its surroundings, + toward the sensor"
            ),
        }
    ),
)
