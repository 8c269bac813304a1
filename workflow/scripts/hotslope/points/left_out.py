"""What of an export is not used, in numbers and in sentences."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

from hotslope.points.acquisitions import MIN_EPOCHS


@dataclass
class LeftOut:
    """What of an export is not used.

    Parameters
    ----------
    epochs_too_few : int or None
        Number of acquisitions where they are too few for trends; then only the velocities are
        used.
    points_all_zero : int
        Points whose displacements are all exactly 0 and whose velocity is 0 too, or says
        otherwise, or which hold one number throughout: masked cells, not ground.
    points_without_velocity : int
        Points without a velocity, or with too short a series to make one.
    points_repeated : int
        Points at the place of another: bursts overlap, and each place counts once.
    empty_epochs : list of str
        Acquisitions without any value.
    zeros_as_gaps : dict of str to int
        Acquisition → displacements of exactly 0 there that are gaps.
    """

    epochs_too_few: int | None = None
    points_all_zero: int = 0
    points_without_velocity: int = 0
    points_repeated: int = 0
    empty_epochs: list[str] = field(default_factory=list)
    zeros_as_gaps: dict[str, int] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """Number of points left out, for whatever reason."""
        return self.points_all_zero + self.points_without_velocity + self.points_repeated

    @classmethod
    def of_summary(cls, summary: Mapping[str, Any]) -> Self:
        """Return what the summary of a track holds."""
        return cls(**{each.name: summary[each.name] for each in fields(cls)})

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        return dict(vars(self))

    def sentences(self) -> list[str]:
        """Return what is left out, one sentence each."""
        found = []
        if self.epochs_too_few is not None:
            found.append(
                f"{self.epochs_too_few} epochs (displacement columns named by a date); trends need "
                f"{MIN_EPOCHS}: only the velocities are used, and no trend is evaluated"
            )
        if self.points_all_zero:
            found.append(
                f"{self.points_all_zero:,} points left out whose velocity and displacements are "
                "all 0, or another number, or displacements all 0 against the velocity: masked "
                "cells"
            )
        if self.points_without_velocity:
            found.append(f"{self.points_without_velocity:,} points left out that have no velocity")
        if self.points_repeated:
            found.append(
                f"{self.points_repeated:,} points left out at the place of another: each place "
                "counts once"
            )
        if self.empty_epochs:
            found.append(f"epochs left out that hold no value: {', '.join(self.empty_epochs)}")
        for epoch, count in self.zeros_as_gaps.items():
            found.append(
                f"epoch {epoch}: {count:,} displacements of exactly 0 taken as missing, since "
                "moving points are 0 there too"
            )
        return found


def pooled(parts: Sequence[LeftOut], dates: Sequence[dt.date], without_velocity: int) -> LeftOut:
    """Return what is left out of releases that are joined.

    Parameters
    ----------
    parts : sequence of LeftOut
        Of each release.
    dates : sequence of datetime.date
        Acquisitions of the joined series.
    without_velocity : int
        Points of which even the joined series is too short to make a velocity.
    """
    held = {date.isoformat() for date in dates}
    zeros: Counter[str] = Counter()
    for part in parts:
        zeros.update(part.zeros_as_gaps)
    return LeftOut(
        epochs_too_few=too_few(dates),
        points_all_zero=sum(part.points_all_zero for part in parts),
        points_without_velocity=without_velocity
        + sum(part.points_without_velocity for part in parts),
        points_repeated=sum(part.points_repeated for part in parts),
        empty_epochs=sorted({each for part in parts for each in part.empty_epochs} - held),
        zeros_as_gaps=dict(sorted(zeros.items())),
    )


def too_few(dates: Sequence[dt.date]) -> int | None:
    """Return the number of acquisitions where they are too few for trends, else None."""
    return len(dates) if len(dates) < MIN_EPOCHS else None
