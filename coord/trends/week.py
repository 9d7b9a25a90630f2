"""This week's headline: the median as of this Monday, as of last Monday, and what happened between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from coord.trends.observations import Observations
from coord.trends.unresolved import Unresolved, unresolved
from coord.trends.waits import DAY, Wanted, matching, since, waits
from coord.worktime import Calendar

NAMED = 5


@dataclass(frozen=True, eq=False)
class Week:
    """Both curves, how many were resolved in the week, how many open ones grew older, and the ids behind it.

    Behind a longer median are the open ones that passed the earlier median last, behind any other the longest
    of those that were resolved.
    """

    before: Unresolved
    now: Unresolved
    resolved: int
    older: int
    behind: list[int]


def this_week(
    found: Observations,
    *,
    at: int,
    company: Calendar,
    calendar: Calendar | None = None,
    wanted: Wanted = Wanted(),
    spheres: Mapping[int, str] | None = None,
) -> Week | None:
    """The week up to the start of this Monday; None where a curve or its median is missing or nothing happened.

    `company` says when its Mondays begin, `calendar` is there where time is working time.
    """
    today = company.day_of(at)
    monday = today - timedelta(days=today.weekday())
    then, now = company.start_of(monday - timedelta(days=7)), company.start_of(monday)
    before, after = (
        unresolved(waits(found, as_of=i, calendar=calendar, wanted=wanted, spheres=spheres))
        for i in (then, now)
    )
    known = found.where(matching(found, wanted, spheres or {}))
    resolved = known.where((known.ended > then) & (known.ended <= now))
    older = known.where((known.observed <= then) & (known.ended > now) & (known.until > then))
    if not (before.is_drawn and after.is_drawn):
        return None
    if before.median is None or after.median is None or not (resolved.ids.size or older.ids.size):
        return None
    if after.median > before.median:
        ages = since(older.asked, np.full_like(older.asked, now), calendar)
        past = ages > before.median * DAY
        behind = older.ids[past][np.argsort(ages[past], kind="stable")]
    else:
        lasted = since(resolved.asked, resolved.ended, calendar)
        behind = resolved.ids[np.argsort(-lasted, kind="stable")]
    return Week(before, after, resolved.ids.size, older.ids.size, behind[:NAMED].tolist())
